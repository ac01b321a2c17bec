"""What holds for every entry of the catalogue; its SQL is in test_sql_rules."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from autoseg.features import CATALOGUE, CODE_UNITS, MissingRule
from autoseg.features.sources import SOURCES

BLOCKS = {"value", "tempo", "basket", "price", "returns", "timing", "channel"} | {
    "engagement"
}
UNITS = {"days", "orders", "currency", "share", "ratio", "count", "score", "nats"}
UNITS |= CODE_UNITS
NEEDS = {
    "order_id",
    "quantity",
    "product_id",
    "category",
    "channel",
    "discount",
    "cost",
} | {"events", "responses", "time_of_day"}

every_feature = pytest.mark.parametrize(
    "feature", CATALOGUE.values(), ids=lambda f: f.name
)


@every_feature
def test_names_units_and_needs_are_from_closed_sets(feature):
    assert CATALOGUE[feature.name] is feature
    assert feature.block in BLOCKS
    assert feature.unit in UNITS
    assert feature.needs <= NEEDS
    assert feature.meaning.endswith(".")


@every_feature
def test_a_feature_reads_only_columns_of_its_source(feature):
    read = {c.name for c in parse_one(feature.sql, read="duckdb").find_all(exp.Column)}
    assert read <= set(SOURCES[feature.source].columns)


def test_how_lately_how_often_and_how_long_come_first():
    assert list(CATALOGUE)[:3] == ["recency_days", "frequency", "tenure_days"]
    assert {name for name, one in CATALOGUE.items() if one.block == "value"} >= {
        *("recency_days", "frequency", "monetary"),
    }


def test_the_default_set_is_about_recency_frequency_and_value():
    default = [name for name, feature in CATALOGUE.items() if feature.clustering]
    assert {"recency_days", "frequency", "monetary"} <= set(default)
    assert not any(CATALOGUE[name].needs for name in default)


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError, match="does not support item assignment"):
        CATALOGUE["mine"] = CATALOGUE["monetary"]


def test_the_rules_for_what_is_missing_are_a_closed_set():
    assert {rule.value for rule in MissingRule} == {"never", "zero", "tenure", "median"}

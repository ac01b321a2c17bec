"""The statements around the scoring: names, views and tables, dbt, golden files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlglot
import yaml
from sqlglot import ErrorLevel

from autoseg.clustering import ClusterRule, ColumnAccount, OutputColumn
from autoseg.errors import InputError
from autoseg.features import CATALOGUE, Feature, MissingRule
from autoseg.features.warehouses import WAREHOUSES
from autoseg.model import ModelFeature, ModelSegment, ModelWindow, SegmentModel

GOLDEN = Path(__file__).with_name("golden")
ODD_NAMES = (
    *("select", "my column", 'say "x"', "it's", "x; DROP TABLE t; --", "A", "a"),
    *("{{ evil }}", "{% raw %}{#", "back\\slash", "line\nbreak", "end\\"),
)


def plain_model(names: list[str], operation: str = "log1p") -> SegmentModel:
    """Return two centres in as many columns as there are names."""
    d = len(names)
    rule = ClusterRule(
        "kmeans",
        np.array([0.5, 0.5]),
        np.array([np.zeros(d), np.ones(d)]),
        np.repeat(np.eye(d)[None], 2, axis=0),
    )
    columns = tuple(
        ColumnAccount(name, operation, 0.5, -1.0, 9.0, 0.25, 1.5, 3.0, 0.1, 0.4)
        for name in names
    )
    outputs = tuple(OutputColumn(one, (j,), (1,)) for j, one in enumerate(names))
    segments = (
        ModelSegment(1, "champions", {"en": "Champions", "nb": "Mestre"}),
        ModelSegment(
            2, "dozing", {"en": "Won't \\ buy {{ 'x' }}\n-- {% if", "nb": "N"}
        ),
    )
    features = tuple(
        ModelFeature(name, definition=CATALOGUE.get(name)) for name in names
    )
    return SegmentModel(features, columns, outputs, rule, (1, 2), segments, far=4.0)


@pytest.fixture
def model() -> SegmentModel:
    """Return a model of catalogue features with gaps of each kind."""
    made = plain_model(
        ["recency_days", "monetary", "mean_gap_days", "basket_trend"][:3]
    )
    rules = [MissingRule.NEVER, MissingRule.MEDIAN, MissingRule.TENURE]
    features = tuple(
        replace(one, missing=rule, filling=1.5)
        for one, rule in zip(made.features, rules, strict=True)
    )
    from datetime import date

    window = ModelWindow(date(2024, 1, 1), date(2023, 1, 1), date(2023, 12, 31), "NOK")
    return replace(made, features=features, window=window)


def strictly_parsed(sql: str, dialect: str) -> sqlglot.Expression:
    (tree,) = sqlglot.parse(sql, read=dialect, error_level=ErrorLevel.RAISE)
    tree.sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)
    return tree


@pytest.mark.parametrize("dialect", WAREHOUSES)
@pytest.mark.parametrize("kind", ["scoring", "pipeline"])
def test_the_statement_is_as_it_was_and_parses_strictly(model, dialect, kind):
    if kind == "scoring":
        sql = model.to_sql(dialect, table="shop.features", posteriors=True)
    else:
        sql = model.pipeline_sql(dialect, table="shop.orders", as_of="2024-04-01")
    tree = strictly_parsed(sql, dialect)
    names = [one.alias_or_name for one in tree.ctes]
    assert len(set(names)) == len(names)
    path = GOLDEN / f"{kind}_{dialect}.sql"
    if os.environ.get("AUTOSEG_WRITE_GOLDEN"):
        path.write_text(sql, encoding="utf-8")
    assert sql == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", WAREHOUSES)
def test_mixtures_parse_strictly(model, dialect):
    for family, nu in (("full", None), ("t_full", 5.0)):
        rule = replace(model.rule, family=family, degrees_of_freedom=nu)
        mixture = replace(model, rule=rule)
        strictly_parsed(mixture.to_sql(dialect, table="t", posteriors=True), dialect)


def test_it_says_where_it_has_never_been_executed(model):
    for dialect, warehouse in WAREHOUSES.items():
        sql = model.to_sql(dialect, table="t")
        told = f"This SQL has never been executed on {dialect}" in sql
        assert told is not warehouse.executed


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.filterwarnings("ignore")
def test_names_of_any_kind_are_names(engines, dialect):
    # others take two names for one that differ in nothing but their case
    names = [one for one in ODD_NAMES if dialect == "postgres" or one != "a"]
    model = plain_model(names)
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(rng.exponential(1.0, (50, len(names))), columns=names)
    table = pa.table({"customer_id": np.arange(50), **dict(rows)})
    sql = model.to_sql(dialect, table="filled")
    found = engines.run(dialect, sql, "filled", table)
    expected = model.assign_features(rows)
    assert found["segment"].tolist() == expected["segment"].tolist()
    assert found["segment_name"].tolist() == expected["segment_name"].tolist()


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.filterwarnings("ignore")
def test_columns_are_called_as_the_table_calls_them(engines, dialect):
    model = plain_model(["a", "b"])
    rows = pd.DataFrame({"a": [0.0, 9.0], "b": [0.1, 8.0]})
    table = pa.table({"key": [0, 1], "select": rows["a"], "sum of b": rows["b"]})
    sql = model.to_sql(
        dialect,
        table="filled",
        customer_id="key",
        columns={"a": "select", "b": "sum of b"},
        results=["segment"],
        language="nb",
    )
    found = engines.run(dialect, sql, "filled", table)
    assert found["segment"].tolist() == [1, 2]
    assert list(found) == ["segment"]


def test_only_what_is_asked_for_is_told(model):
    sql = model.to_sql("duckdb", table="t", results=["unlike_any", "segment"])
    tree = strictly_parsed(sql, "duckdb")
    assert tree.named_selects == ["customer_id", "segment", "unlike_any"]
    assert "EXP(" not in sql


def test_names_come_in_the_language(model):
    sql = model.to_sql("duckdb", table="t", language="nb")
    assert "'Mestre'" in sql
    assert "'Champions'" not in sql


@pytest.mark.parametrize("kind", ["view", "table"])
def test_duckdb_makes_a_view_or_a_table(model, kind):
    import duckdb

    row = "SELECT 7 AS customer_id, 1 AS recency_days, 2 AS monetary, 3.0 AS"
    row += " mean_gap_days, 9 AS tenure_days"
    sql = model.to_sql("duckdb", table="f", create=kind, name='main."my segments"')
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE f AS {row}")
        connection.execute(sql)
        found = connection.execute('SELECT customer_id, segment FROM "my segments"')
        assert found.fetchall() == [(7, 2)]


@pytest.mark.parametrize("dialect", WAREHOUSES)
@pytest.mark.parametrize("kind", ["view", "table"])
def test_views_and_tables_parse_strictly(model, dialect, kind):
    sql = model.to_sql(dialect, table="t", create=kind, name="shop.segments")
    tree = strictly_parsed(sql, dialect)
    assert isinstance(tree, sqlglot.exp.Create)
    assert tree.args["kind"].lower() == kind
    assert bool(tree.args.get("replace")) is (kind == "view")


@pytest.mark.parametrize(
    ("given", "code", "found"),
    [
        ({"dialect": "oracle"}, "DIALECT", "no SQL is written for it"),
        ({"table": "a..b"}, "TABLE_NAME", "it is no name of a table"),
        ({"columns": {"x": "y"}}, "FEATURE_UNKNOWN", "the model has no feature 'x'"),
        ({"results": ["nope"]}, "RESULT", "there is no result 'nope'"),
        ({"create": "index"}, "CREATE", "it is neither a view nor a table"),
        ({"create": "view"}, "CREATE", "one of them is given without the other"),
        ({"name": "v"}, "CREATE", "one of them is given without the other"),
    ],
)
def test_what_cannot_be_used_is_told(model, given, code, found):
    arguments = {"dialect": "duckdb", "table": "t"} | given
    with pytest.raises(InputError, match=f"ASG_E_{code}: .*{found}"):
        model.to_sql(**arguments)


def test_another_currency_is_refused(model):
    with pytest.raises(
        InputError, match=r"ASG_E_CURRENCY: .*amounts in NOK, not in SEK"
    ):
        model.pipeline_sql("duckdb", table="orders", currency="sek")


def test_the_models_own_currency_chooses_the_rows(model):
    sql = model.pipeline_sql("duckdb", table="o", columns={"currency": "cur"})
    assert "COALESCE(currency, 'NOK') = 'NOK'" in sql


def test_features_of_other_tables_are_refused_by_name(model):
    share = Feature(
        name="channel_share_web", block="channel", unit="share", sql="1", level="web",
        source="channels", needs=frozenset({"channel"}),
    )  # fmt: skip
    visits = next(one for one in CATALOGUE.values() if "events" in one.needs)
    basket = (
        CATALOGUE["n_categories"]
        if "n_categories" in CATALOGUE
        else next(one for one in CATALOGUE.values() if one.needs == {"category"})
    )
    definitions = (share, visits, basket)
    features = tuple(
        replace(feature, definition=one)
        for feature, one in zip(model.features, definitions, strict=True)
    )
    with pytest.raises(InputError) as raised:
        replace(model, features=features).pipeline_sql("duckdb", table="orders")
    assert raised.value.codes == (
        *("ASG_E_FEATURE_PIPELINE", "ASG_E_FEATURE_PIPELINE", "ASG_E_FEATURE_NEEDS"),
    )
    assert "it does not come from the columns of orders alone" in str(raised.value)
    assert "it needs category, which no column is named for" in str(raised.value)


def test_settings_that_the_statement_does_not_keep_are_refused(model):
    other = replace(model, settings={"returns": "exclude"})
    with pytest.raises(InputError, match=r"PIPELINE_SETTING: .*returns = exclude"):
        other.pipeline_sql("duckdb", table="orders")


def rendered(text: str) -> tuple[str, dict[str, str]]:
    """Return a dbt model as dbt reads it, with what it was configured to."""
    config: dict[str, str] = {}
    template = jinja2.Environment(autoescape=False).from_string(text)  # noqa: S701
    sql = template.render(
        config=lambda **given: config.update(given) or "",
        ref=lambda name: f'"{name}"',
        source=lambda source, name: f'"{source}"."{name}"',
    )
    return sql, config


def test_a_dbt_model_is_the_statement_over_a_reference(model):
    files = model.to_dbt("duckdb", table="features", materialized="table")
    assert list(files) == ["customer_segments.sql", "customer_segments.yml"]
    sql, config = rendered(files["customer_segments.sql"])
    assert config == {"materialized": "table"}
    assert "{{ ref('features') }}" in files["customer_segments.sql"]
    # names that look like Jinja come out as they went in
    assert sql.strip() == model.to_sql("duckdb", table="features").strip()


def test_a_dbt_model_reads_orders_from_a_source(model):
    files = model.to_dbt("postgres", table="shop.orders", raw=True, as_of="2024-04-01")
    assert "{{ source('shop', 'orders') }}" in files["customer_segments.sql"]
    sql, _ = rendered(files["customer_segments.sql"])
    expected = model.pipeline_sql("postgres", table="shop.orders", as_of="2024-04-01")
    assert sql.strip() == expected.strip()


def test_the_schema_of_a_dbt_model_tests_its_columns(model):
    files = model.to_dbt("duckdb", table="f", name="segs", posteriors=True)
    (told,) = yaml.safe_load(files["segs.yml"])["models"]
    columns = {one["name"]: one for one in told["columns"]}
    assert list(columns)[:3] == ["customer_id", "segment", "segment_key"]
    assert list(columns)[-2:] == ["p_1", "p_2"]
    assert columns["customer_id"]["data_tests"] == ["not_null", "unique"]
    (_, accepted) = columns["segment_key"]["data_tests"]
    values = accepted["accepted_values"]["arguments"]["values"]
    assert values == ["champions", "dozing", "unscorable"]


@pytest.mark.parametrize(
    ("given", "code", "found"),
    [
        ({"name": "../x"}, "TABLE_NAME", "it cannot be the name of a dbt model"),
        ({"materialized": "index"}, "CREATE", "it is neither a view nor a table"),
        ({"table": "a.b.c"}, "TABLE_NAME", "dbt knows models by one name"),
    ],
)
def test_what_dbt_cannot_have_is_told(model, given, code, found):
    with pytest.raises(InputError, match=f"ASG_E_{code}: .*{found}"):
        model.to_dbt("duckdb", **{"table": "t"} | given)

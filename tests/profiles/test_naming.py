"""Names are true of most members, known kinds are found, and no two are alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from autoseg.features import CATALOGUE, FeatureTable
from autoseg.locales import LANGUAGES
from autoseg.profiles import SegmentProfiles, profile_segments, segment_names
from autoseg.profiles.levels import VOCABULARY
from autoseg.profiles.naming import ARCHETYPES, QUALIFIERS

MakeTable = Callable[..., FeatureTable]


def key_of(label: int, profiles: SegmentProfiles) -> str:
    return profiles.segments[profiles.order.index(label)].key


def test_planted_kinds_get_their_names(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    profiles = profile_segments(*planted)
    keys = [key_of(label, profiles) for label in range(4)]
    assert keys == ["champions", "one_time", "at_risk", "new"]


def two_groups(make_table: MakeTable, **columns: tuple[float, float]) -> list[str]:
    """Return the keys of two groups of 30 with given constants."""
    table = make_table(
        {name: np.repeat(np.array(pair, float), 30) for name, pair in columns.items()},
        revenue=np.repeat([20_000, 10_000], 30),
    )
    profiles = profile_segments(table, np.repeat([0, 1], 30))
    return [segment.key for segment in profiles.segments]


def test_good_customers_who_stopped_are_not_champions(make_table: MakeTable) -> None:
    keys = two_groups(
        make_table,
        recency_days=(200, 10),
        frequency=(20, 2),
        mean_gap_days=(15, 30),
        monetary=(9000, 500),
    )
    assert keys[0] == "cant_lose"


def test_long_silent_customers_with_few_orders_are_lost(make_table: MakeTable) -> None:
    keys = two_groups(
        make_table,
        recency_days=(10, 300),
        frequency=(20, 2),
        mean_gap_days=(15, 30),
        monetary=(9000, 500),
    )
    assert keys == ["champions", "lost"]


def test_two_orders_make_nobody_loyal(make_table: MakeTable) -> None:
    keys = two_groups(make_table, recency_days=(30, 30), frequency=(2, 1))
    assert keys == ["frequent", "one_time"]


def test_weekly_shoppers_are_neither_lost_nor_sleeping(make_table: MakeTable) -> None:
    keys = two_groups(
        make_table,
        recency_days=(2, 9),
        frequency=(90, 25),
        mean_gap_days=(4, 12),
        monetary=(4000, 700),
    )
    assert keys[0] == "champions"
    assert keys[1] == "rare.low_spend"


def test_segments_without_claims_are_average(make_table: MakeTable) -> None:
    orders = np.tile(np.arange(1.0, 31), 2)
    profiles = profile_segments(
        make_table({"frequency": orders}), np.repeat([0, 1], 30)
    )
    assert [one.claims for one in profiles.segments] == [(), ()]
    assert [one.key for one in profiles.segments] == ["average.1", "average.2"]
    assert segment_names(profiles) == ("Average customers I", "Average customers II")


def test_equal_names_are_told_apart_by_a_difference(make_table: MakeTable) -> None:
    # both are frequent and rich beside the many who bought once
    table = make_table(
        {
            "recency_days": np.repeat([10.0, 10.0, 300.0], 40),
            "frequency": np.repeat([30.0, 12.0, 1.0], 40)
            + np.concatenate([np.tile(np.arange(4.0), 20), np.zeros(40)]),
            "monetary": np.repeat([9000.0, 3000.0, 100.0], 40),
        }
    )
    profiles = profile_segments(table, np.repeat([0, 1, 2], 40))
    keys = [one.key for one in profiles.segments]
    assert len(set(keys)) == 3
    assert keys[0].startswith("champions")


@pytest.mark.parametrize("k", range(2, 13))
def test_names_differ_in_every_language(k: int, make_table: MakeTable) -> None:
    for seed in range(3):
        rng = np.random.default_rng([k, seed])
        n = 300
        orders = 1.0 + rng.poisson(rng.choice([1, 4, 40], n))
        columns = {
            "recency_days": rng.integers(1, 400, n),
            "frequency": orders,
            "tenure_days": rng.integers(400, 800, n),
            "mean_gap_days": np.where(orders > 1, 300 / orders, np.nan),
            "monetary": np.round(rng.lognormal(6, 1, n), 2),
            "average_order_value": np.round(rng.lognormal(5, 1, n), 2),
            "discount_share": np.round(rng.beta(1, 4, n), 2),
        }
        table = make_table(columns)
        lean = table.frame[["recency_days", "frequency"]].rank(pct=True).sum(axis=1)
        ranks = (lean + rng.normal(0, 0.3, n)).rank(method="first") - 1
        labels = (ranks * k // n).to_numpy().astype(int)
        profiles = profile_segments(table, labels)
        assert len({one.key for one in profiles.segments}) == k
        for language in LANGUAGES:
            assert len(set(segment_names(profiles, language))) == k


def test_names_in_the_catalogues_are_distinct_in_every_language() -> None:
    from autoseg.locales import load_catalogue

    for language in LANGUAGES:
        texts = load_catalogue(language).texts
        for part in ("names", "qualifiers"):
            prefix = f"profiles.{part}."
            words = [text for key, text in texts.items() if key.startswith(prefix)]
            assert len({word.lower() for word in words}) == len(words)


def test_no_name_comes_from_a_feature_without_words() -> None:
    features = {key.split(".")[0] for key in QUALIFIERS}
    assert features <= set(VOCABULARY)
    asked = {key for one in ARCHETYPES for group in one.claims for key in group}
    assert {key.split(".")[0] for key in asked} <= set(CATALOGUE)


@pytest.mark.parametrize("seed", range(4))
def test_no_median_contradicts_a_name(seed: int, make_table: MakeTable) -> None:
    rng = np.random.default_rng(seed)
    n = 400
    table = make_table(
        {
            "recency_days": rng.integers(1, 400, n),
            "frequency": 1.0 + rng.poisson(rng.choice([0, 2, 10], n)),
            "monetary": np.round(rng.lognormal(6, 1, n), 2),
        }
    )
    ranks = table.frame.rank(pct=True).round(0)
    labels = pd.factorize(ranks.apply(tuple, axis=1))[0]
    profiles = profile_segments(table, labels)
    middle = profiles.medians_of_all
    for segment in profiles.segments:
        name, medians = segment.name, segment.medians
        if name.archetype == "one_time":
            assert medians["frequency"] == 1
        if name.archetype in {"champions", "loyal", "cant_lose"}:
            assert medians["frequency"] >= max(3, middle["frequency"])
        if name.archetype in {"hibernating", "lost", "cant_lose"}:
            assert medians["recency_days"] >= middle["recency_days"]
        if "high_spend" in name.qualifiers:
            assert medians["monetary"] > middle["monetary"]
        if "low_spend" in name.qualifiers:
            assert medians["monetary"] < middle["monetary"]

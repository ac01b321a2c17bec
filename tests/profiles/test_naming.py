"""Names are true of most members, known kinds are found, and no two are alike."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

import autoseg
from autoseg.datasets import SyntheticCustomers, make_customers
from autoseg.features import CATALOGUE, FeatureTable
from autoseg.locales import LANGUAGES
from autoseg.profiles import (
    SegmentName,
    SegmentProfiles,
    profile_segments,
    segment_names,
)
from autoseg.profiles.bearers import Bearers
from autoseg.profiles.claims import Evidence
from autoseg.profiles.distinct import bearing_shares
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


def random_table(
    seed: int, k: int, make_table: MakeTable
) -> tuple[FeatureTable, np.ndarray]:
    """Return customers with ties, gaps and few of them alike, and how they lie."""
    rng = np.random.default_rng([seed, k])
    n = int(rng.integers(15, 40)) * k
    orders = 1.0 + rng.poisson(rng.choice([0, 1, 4, 40], n))
    columns = {
        "recency_days": rng.integers(1, 400, n),
        "frequency": orders,
        "tenure_days": rng.integers(400, 800, n),
        "mean_gap_days": np.where(orders > 1, 300 / orders, np.nan),
        "monetary": np.round(rng.lognormal(6, 1, n), 2),
        "average_order_value": np.round(rng.lognormal(5, 1, n), 2),
        "weekend_share": np.round(rng.beta(1, 2, n), 1),
        "season_share": np.where(orders > 1, np.round(rng.beta(2, 1, n), 1), np.nan),
        "discount_share": np.round(rng.beta(1, 4, n), 2),
        "distinct_categories": rng.integers(1, 9, n),
        "lines_per_order": np.round(rng.lognormal(1, 1, n), 1),
        "event_count": rng.poisson(2, n),
    }
    table = make_table(columns)
    of_use = rng.choice(list(columns), 2, replace=False).tolist()
    lean = table.frame[of_use].rank(pct=True).fillna(0.5).sum(axis=1)
    ranks = (lean + rng.normal(0, rng.choice([0.05, 0.5]), n)).rank(method="first")
    return table, ((ranks - 1) * k // n).to_numpy().astype(int)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 100_000), k=st.integers(2, 12))
def test_any_names_differ_are_short_and_true_of_half(
    seed: int, k: int, make_table: MakeTable
) -> None:
    table, labels = random_table(seed, k, make_table)
    profiles = profile_segments(table, labels)
    assert len({one.key for one in profiles.segments}) == k
    for language in LANGUAGES:
        names = segment_names(profiles, language)
        assert len({name.casefold() for name in names}) == k
        assert max(map(len, names)) <= 60
    for one in profiles.segments:
        if one.name.archetype == "average" and not one.name.qualifiers:
            assert math.isnan(one.name_share)
        else:
            assert 0.5 <= one.name_share <= 1
            assert not one.claims or one.name_share <= max(c.share for c in one.claims)


@pytest.mark.parametrize("seed", range(4))
def test_names_do_not_depend_on_the_order_of_customers_and_labels(
    seed: int, make_table: MakeTable
) -> None:
    table, labels = random_table(seed, 7, make_table)
    rng = np.random.default_rng(seed)
    moved, renumbered = rng.permutation(len(labels)), rng.permutation(7)
    other = make_table(
        {name: table.frame[name].to_numpy()[moved] for name in table.frame},
        revenue=table.revenue.to_numpy()[moved],
    )
    here = profile_segments(table, labels).segments
    there = profile_segments(other, renumbered[labels[moved]]).segments
    assert [one.key for one in here] == [one.key for one in there]
    assert [one.name_share for one in here] == pytest.approx(
        [one.name_share for one in there], nan_ok=True
    )


def test_names_in_the_catalogues_are_distinct_in_every_language() -> None:
    from autoseg.locales import load_catalogue

    for language in LANGUAGES:
        texts = load_catalogue(language).texts
        parts = ("profiles.names.", "profiles.qualifiers.")
        words = [text for key, text in texts.items() if key.startswith(parts)]
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


def test_the_share_of_a_name_is_that_of_members_for_whom_all_of_it_holds(
    make_table: MakeTable,
) -> None:
    # of ten, 8 buy often, 8 spend much, and 7 do both; all bought yesterday
    orders = np.array([20.0] * 8 + [2.0] * 2 + [2.0] * 10 + [1.0] * 20)
    spend = np.array([900.0] * 7 + [90.0] + [900.0] * 2 + [90.0] * 10 + [9.0] * 20)
    table = make_table(
        {"recency_days": np.ones(40), "frequency": orders, "monetary": spend}
    )
    profiles = profile_segments(table, np.repeat([0, 1], [10, 30]))
    best = profiles.segments[0]
    shares = {claim.key: claim.share for claim in best.claims}
    assert shares == {"frequency.high": 0.8, "monetary.high": 0.9}
    assert best.key == "champions"
    assert best.name_share == pytest.approx(0.7)
    assert profiles.to_dict()["segments"][0]["name_share"] == pytest.approx(0.7)


def test_what_holds_for_most_but_together_for_few_makes_no_name(
    make_table: MakeTable,
) -> None:
    # 65 % buy often and 65 % spend much, but only 30 % do both
    orders = np.repeat([20.0, 20.0, 1.0, 1.0], [30, 35, 35, 200])
    spend = np.repeat([900.0, 9.0, 900.0, 9.0], [30, 35, 35, 200])
    table = make_table(
        {"recency_days": np.ones(300), "frequency": orders, "monetary": spend}
    )
    profiles = profile_segments(table, np.repeat([0, 1], [100, 200]))
    rich = next(one for one in profiles.segments if one.size == 100)
    assert {"frequency.high", "monetary.high"} == {claim.key for claim in rich.claims}
    # neither champions nor "buy often and spend much"
    assert rich.key == "loyal"
    assert rich.name_share == pytest.approx(0.65)


def test_a_comparison_is_true_of_members_beyond_the_median_of_the_other(
    make_table: MakeTable,
) -> None:
    # nobody's claim sets these apart but how much they spend
    spend = np.concatenate([np.full(40, 1.0), np.linspace(20, 30, 40)])
    table = make_table(
        {
            "frequency": np.ones(80),
            "monetary": spend,
            "average_order_value": np.ones(80),
        }
    )
    names = (
        SegmentName("average", ("higher_spend",)),
        SegmentName("average", ("lower_spend",)),
    )
    segments = np.repeat([1, 0], 40)
    bearers = Bearers(Evidence(((), ()), {}), table.frame, segments)
    assert bearing_shares(names, bearers) == (1.0, 1.0)
    mixed = np.arange(80) % 2
    # half of the members lie beyond a median that both share, but for the ties
    low, high = bearing_shares(
        names, Bearers(Evidence(((), ()), {}), table.frame, mixed)
    )
    assert (low, high) == (0.5, 0.5)


def test_average_customers_carry_no_share(make_table: MakeTable) -> None:
    table = make_table({"frequency": np.tile(np.arange(1.0, 31), 2)})
    profiles = profile_segments(table, np.repeat([0, 1], 30))
    assert all(math.isnan(one.name_share) for one in profiles.segments)
    assert profiles.to_dict()["segments"][0]["name_share"] is None


def test_a_small_segment_shows_no_share(make_table: MakeTable) -> None:
    table = make_table({"frequency": np.repeat([9.0, 1.0], [8, 40])})
    profiles = profile_segments(table, np.repeat([0, 1], [8, 40]))
    assert profiles.to_dict()["segments"][0]["name_share"] is None


def test_weekend_shoppers_buy_half_of_it_at_weekends(make_table: MakeTable) -> None:
    often = {"frequency": (8, 8), "recency_days": (30, 30)}
    assert two_groups(make_table, weekend_share=(0.9, 0.1), **often)[0] == (
        "weekend_shoppers"
    )
    # above a third of all, but hardly above two days of seven
    assert two_groups(make_table, weekend_share=(0.4, 0.1), **often)[0] == "weekend"
    # two of two orders may be chance
    few = {"frequency": (2, 2), "recency_days": (30, 30)}
    assert two_groups(make_table, weekend_share=(1, 0.1), **few)[0] == "weekend"


def seasonal_keys(
    make_table: MakeTable, share: float, orders: int = 4, tenure: int = 725
) -> list[str]:
    return two_groups(
        make_table,
        season_share=(share, 0.3),
        frequency=(orders, orders),
        recency_days=(30, 30),
        tenure_days=(tenure, tenure),
    )


def test_seasonal_buyers_come_back_in_their_season(make_table: MakeTable) -> None:
    assert seasonal_keys(make_table, 1.0)[0] == "seasonal"
    # most orders, but a customer who buys at random comes near it
    assert seasonal_keys(make_table, 0.6)[0] == "one_season"
    # of two orders, both are in one season by chance
    assert seasonal_keys(make_table, 1.0, orders=2)[0] == "one_season"
    # whoever bought first and last in thirteen months did so in the same season
    assert seasonal_keys(make_table, 1.0, tenure=380)[0] == "average.1"
    assert seasonal_keys(make_table, math.nan)[0] == "average.1"


def test_halves_speak_where_thirds_are_silent(make_table: MakeTable) -> None:
    # the middle of three: above most of all, and in no third of its own
    rng = np.random.default_rng(0)
    spend = np.concatenate(
        [rng.uniform(10, 50, 100), rng.uniform(55, 400, 60), rng.uniform(300, 900, 40)]
    )
    table = make_table({"monetary": np.round(spend, 2)})
    profiles = profile_segments(table, np.repeat([2, 1, 0], [100, 60, 40]))
    middle = profiles.segments[1]
    claim = next(one for one in middle.claims if one.key == "monetary.upper")
    assert claim.share == pytest.approx((spend[100:160] >= claim.threshold).mean())
    assert claim.share >= 0.6


PLANTED = (
    "champions", "loyal", "new", "at_risk", "one_time", "big_spenders",
    "deal_seekers", "weekend_shoppers", "seasonal",
)  # fmt: skip


@pytest.fixture(scope="module", params=range(3))
def shop(request: pytest.FixtureRequest) -> SyntheticCustomers:
    return make_customers(
        1500, 9, random_state=request.param, columns=("discount", "category")
    )


def test_all_planted_kinds_get_their_names(shop: SyntheticCustomers) -> None:
    table = autoseg.compute_features(shop.transactions, as_of=shop.as_of)
    truth = shop.truth.reindex(table.frame.index)
    labels = truth.map(PLANTED.index).to_numpy()
    profiles = profile_segments(table, labels)
    found = {PLANTED[profiles.order[one.number - 1]]: one for one in profiles.segments}
    assert {kind: one.name.archetype for kind, one in found.items()} == {
        kind: kind for kind in PLANTED
    }
    assert min(one.name_share for one in found.values()) >= 0.6


def test_kinds_that_are_found_get_their_names(shop: SyntheticCustomers) -> None:
    found = autoseg.segment(shop.transactions, as_of=shop.as_of, n_resamples=0)
    truth = shop.truth.reindex(found.labels.index)
    assert adjusted_rand_score(truth, found.labels) > 0.8
    named = {one.number: one.name.archetype for one in found.profiles.segments}
    of_their_kind = found.labels.map(named) == truth
    # a kind may be cut in two, and customers of one may lie among another
    assert of_their_kind.mean() > 0.8
    assert {"champions", "loyal", "at_risk", "one_time", "big_spenders"} <= set(
        named.values()
    )

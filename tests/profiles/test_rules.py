"""The membership rule is short, readable, and as good as it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.features import CATALOGUE
from autoseg.profiles.rounding import readable
from autoseg.profiles.rules import MAX_CONDITIONS, MIN_FIDELITY, find_rule, picks
from autoseg.profiles.segments import Condition, MembershipRule


def entries(frame: pd.DataFrame) -> list:
    return [CATALOGUE[name] for name in frame]


def test_bounds_are_inclusive() -> None:
    columns = {"frequency": np.array([1.0, 2, 3, 4])}
    assert picks([Condition("frequency", 2, 3)], columns).tolist() == [
        False,
        True,
        True,
        False,
    ]


def test_one_split_is_found_and_rounded() -> None:
    frame = pd.DataFrame({"recency_days": np.arange(1.0, 101)})
    rule = find_rule(frame, entries(frame), (frame["recency_days"] <= 43).to_numpy())
    assert rule is not None
    # 43 is said as 45, and 2 of the 45 it picks are strangers
    assert rule.conditions == (Condition("recency_days", None, 45.0),)
    assert (rule.precision, rule.recall) == (43 / 45, 1.0)


def test_at_most_one_order_is_exactly_one() -> None:
    frame = pd.DataFrame({"frequency": [1.0, 1, 1, 4, 5, 6]})
    rule = find_rule(frame, entries(frame), (frame["frequency"] == 1).to_numpy())
    assert rule is not None
    # the tree splits at 2.5, which is said as at most 2
    assert rule.conditions == (Condition("frequency", None, 2.0),)
    frame.loc[3] = 2.0
    rule = find_rule(frame, entries(frame), (frame["frequency"] == 1).to_numpy())
    assert rule is not None
    assert rule.conditions == (Condition("frequency", 1.0, 1.0),)


def test_a_rule_between_two_bounds_worked_by_hand() -> None:
    frame = pd.DataFrame({"frequency": np.arange(1.0, 11)})
    members = frame["frequency"].isin([3, 4, 5, 9]).to_numpy()
    rule = find_rule(frame, entries(frame), members)
    # at least 3 would pick eight, four of them members: F1 2/3 instead of 6/7
    assert rule == MembershipRule((Condition("frequency", 3.0, 5.0),), 1.0, 0.75)


def test_a_box_of_four_sides_is_found_though_no_small_tree_can() -> None:
    days, orders = np.meshgrid(np.arange(10.0, 400, 10), np.arange(1.0, 21))
    frame = pd.DataFrame({"recency_days": days.ravel(), "frequency": orders.ravel()})
    members = frame["recency_days"].between(100, 200) & frame["frequency"].between(
        5, 10
    )
    rule = find_rule(frame, entries(frame), members.to_numpy())
    assert rule is not None
    assert rule.conditions == (
        Condition("recency_days", 100.0, 200.0),
        Condition("frequency", 5.0, 10.0),
    )
    assert (rule.precision, rule.recall) == (1.0, 1.0)


def test_what_everybody_understands_is_said_where_it_is_nearly_as_good() -> None:
    products = np.repeat(np.arange(1.0, 11), 100)
    orders = products.copy()
    orders[500] = 1.0
    frame = pd.DataFrame({"frequency": orders, "distinct_products": products})
    rule = find_rule(frame, entries(frame), products >= 6)
    assert rule is not None
    assert rule.conditions == (Condition("frequency", 6.0, None),)
    assert (rule.precision, rule.recall) == (1.0, 499 / 500)
    # with a tenth of the members missed, the better feature is worth its words
    orders[500:600] = 1.0
    rule = find_rule(frame.assign(frequency=orders), entries(frame), products >= 6)
    assert rule is not None
    assert rule.conditions == (Condition("distinct_products", 6.0, None),)


def three_features(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "recency_days": rng.integers(1, 400, 300).astype(float),
            "frequency": 1.0 + rng.poisson(3, 300),
            "monetary": np.round(rng.lognormal(6, 1, 300), 2),
        }
    )
    members = (frame["monetary"] > 400) & (frame["recency_days"] < 250)
    return frame, (members ^ (rng.random(300) < 0.05)).to_numpy()


@pytest.mark.parametrize("seed", range(5))
def test_rows_may_stand_in_any_order(seed: int) -> None:
    frame, members = three_features(seed)
    order = np.random.default_rng(seed).permutation(len(frame))
    shuffled = find_rule(frame.iloc[order], entries(frame), members[order])
    assert shuffled == find_rule(frame, entries(frame), members) is not None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("times", [10, 1000])
def test_money_in_another_currency_scales_its_thresholds_and_nothing_else(
    seed: int, times: int
) -> None:
    frame, members = three_features(seed)
    rule = find_rule(frame, entries(frame), members)
    dearer = frame.assign(monetary=frame["monetary"] * times)
    scaled = find_rule(dearer, entries(frame), members)
    assert rule is not None
    assert scaled is not None
    assert (scaled.precision, scaled.recall) == (rule.precision, rule.recall)
    for one, other in zip(rule.conditions, scaled.conditions, strict=True):
        factor = times if one.feature == "monetary" else 1
        for bound, larger in ((one.lower, other.lower), (one.upper, other.upper)):
            assert (bound is None) == (larger is None)
            assert bound is None or larger == pytest.approx(bound * factor)


def test_no_rule_where_nothing_tells_members_apart() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"frequency": rng.integers(1, 9, 400).astype(float)})
    assert find_rule(frame, entries(frame), rng.random(400) < 0.1) is None


def test_no_rule_for_everybody_or_on_features_with_gaps() -> None:
    frame = pd.DataFrame({"mean_gap_days": [1.0, np.nan, 3.0]})
    members = np.array([True, False, True])
    assert find_rule(frame, entries(frame), members) is None
    assert find_rule(frame.fillna(2), entries(frame), np.ones(3, dtype=bool)) is None


def test_large_tables_are_sampled_but_judged_whole() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"recency_days": rng.integers(1, 400, 30_000).astype(float)})
    members = (frame["recency_days"] <= 60).to_numpy()
    rule = find_rule(frame, entries(frame), members)
    assert rule is not None
    chosen = picks(rule.conditions, {"recency_days": frame["recency_days"].to_numpy()})
    assert rule.precision == members[chosen].mean()
    assert rule.recall == chosen[members].mean()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_rules_are_short_readable_and_true(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "recency_days": rng.integers(1, 400, 200).astype(float),
            "frequency": 1.0 + rng.poisson(3, 200),
            "monetary": np.round(rng.lognormal(6, 1, 200), 2),
        }
    )
    score = frame.rank(pct=True) @ rng.normal(size=3)
    members = (score > score.quantile(0.7)).to_numpy()
    rule = find_rule(frame, entries(frame), members)
    if rule is None:
        return
    assert 1 <= len(rule.conditions) <= MAX_CONDITIONS
    chosen = picks(rule.conditions, {name: frame[name].to_numpy() for name in frame})
    assert members[chosen].mean() == rule.precision >= MIN_FIDELITY
    assert chosen[members].mean() == rule.recall >= MIN_FIDELITY
    for one in rule.conditions:
        unit = CATALOGUE[one.feature].unit
        for bound in (one.lower, one.upper):
            assert bound is None or bound == readable(bound, unit)

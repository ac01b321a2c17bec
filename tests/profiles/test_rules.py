"""The membership rule is short, readable, and as good as it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.features import CATALOGUE
from autoseg.profiles.rounding import readable
from autoseg.profiles.rules import MAX_CONDITIONS, MIN_FIDELITY, find_rule, picks
from autoseg.profiles.segments import Condition


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

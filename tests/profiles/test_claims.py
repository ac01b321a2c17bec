"""Claims hold for at least 60 % of the members and set them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.features import CATALOGUE, Feature
from autoseg.profiles.claims import LARGE_EFFECT, MIN_LIFT, MIN_SHARE, weigh_claims

if TYPE_CHECKING:
    from autoseg.profiles.segments import Claim

TESTS = {
    "low": lambda claim, column: column <= claim.threshold,
    "high": lambda claim, column: column >= claim.threshold,
    "lower": lambda claim, column: column <= claim.threshold,
    "upper": lambda claim, column: column >= claim.threshold,
    "late": lambda _, column: column >= 1.5,
    "on_time": lambda _, column: column <= 1,
    "mid": lambda claim, column: column.between(claim.threshold, claim.upper),
    "one": lambda _, column: column == 1,
    "none": lambda _, column: column == 0,
    "some": lambda _, column: column > 0,
    "most": lambda _, column: column > 0.5,
    "rising": lambda _, column: column > 0,
    "falling": lambda _, column: column < 0,
}


def satisfied(claim: Claim, frame: pd.DataFrame) -> pd.Series:
    """Say anew, from the features, for whom a claim holds."""
    return TESTS[claim.level](claim, frame[claim.feature])


def random_frame(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return customers with ties, gaps and every feature of the catalogue."""
    draws = {
        "days": lambda: rng.integers(1, 400, n),
        "orders": lambda: 1 + rng.poisson(rng.choice([0.5, 3.0, 40.0]), n),
        "currency": lambda: np.round(rng.lognormal(6, 1.2, n), 2),
        "share": lambda: np.round(rng.beta(0.6, 2, n), 2),
        "ratio": lambda: rng.gamma(2, 0.4, n),
        "count": lambda: rng.integers(0, 8, n) + rng.choice([0, 0.5]),
        "score": lambda: np.round(rng.uniform(-1, 1, n), 1),
        "nats": lambda: np.round(rng.uniform(0, 2, n), 2),
        "weekday": lambda: rng.integers(1, 8, n),
        "daypart": lambda: rng.integers(1, 5, n),
        "stage": lambda: rng.integers(1, 5, n),
    }
    frame = pd.DataFrame({name: draws[one.unit]() for name, one in CATALOGUE.items()})
    frame = frame.astype(float)
    gaps = rng.random(frame.shape) < 0.1
    kept = ["recency_days", "frequency", "tenure_days", "monetary"]
    gaps[:, [frame.columns.get_loc(name) for name in kept]] = False
    return frame.mask(gaps)


def random_segments(
    rng: np.random.Generator, frame: pd.DataFrame, k: int
) -> np.ndarray:
    """Return segments that lean on two features, none of them empty."""
    by = frame[rng.choice(frame.columns, 2, replace=False)].rank(pct=True).fillna(0.5)
    noise = rng.normal(0, 0.2, len(frame))
    ranks = (by.sum(axis=1) + noise).rank(method="first") - 1
    return (ranks * k // len(frame)).to_numpy().astype(int)


def test_claims_of_a_hand_worked_shop() -> None:
    # 3 of 6 bought once; the others 4 to 6 times
    frame = pd.DataFrame({"frequency": [1.0, 1, 1, 4, 5, 6]})
    labels = np.array([0, 0, 0, 1, 1, 1])
    found = weigh_claims(frame, [CATALOGUE["frequency"]], labels, 2)
    once, often = found.claims[0][0], found.claims[1][0]
    assert (once.key, once.share, once.share_of_all) == ("frequency.one", 1.0, 0.5)
    # all three of them and none of the rest
    assert once.effect == 1.0
    assert (often.key, often.share, often.effect) == ("frequency.high", 1.0, 1.0)
    assert often.median == 5.0
    assert often.median_of_all == 2.5


def test_what_holds_for_everybody_is_no_claim() -> None:
    frame = pd.DataFrame({"frequency": [1.0] * 19 + [2.0]})
    labels = np.array([0] * 10 + [1] * 10)
    found = weigh_claims(frame, [CATALOGUE["frequency"]], labels, 2)
    assert found.claims == ((), ())


def test_a_single_segment_has_no_claims() -> None:
    frame = pd.DataFrame({"frequency": np.arange(1.0, 40)})
    found = weigh_claims(frame, [CATALOGUE["frequency"]], np.zeros(39, dtype=int), 1)
    assert found.claims == ((),)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_every_claim_is_true_of_the_customers(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    frame = random_frame(rng, 240)
    labels = random_segments(rng, frame, k)
    found = weigh_claims(frame, tuple(CATALOGUE.values()), labels, k)
    for segment, claims in enumerate(found.claims):
        assert len({claim.feature for claim in claims}) == len(claims)
        for claim in claims:
            holds = satisfied(claim, frame)
            assert holds[labels == segment].mean() == pytest.approx(claim.share)
            assert holds.mean() == pytest.approx(claim.share_of_all)
            assert claim.share >= MIN_SHARE
            common = claim.share >= MIN_LIFT * claim.share_of_all
            assert common or abs(claim.effect) >= LARGE_EFFECT


@pytest.mark.parametrize("seed", range(3))
def test_what_differs_by_chance_is_not_said(seed: int) -> None:
    # forty measures that have nothing to do with segments of any size
    rng = np.random.default_rng(seed)
    n, k = 1000, 8
    entries = [
        Feature(name=f"own_{number}", block="own", unit="share", meaning="", sql="")
        for number in range(40)
    ]
    frame = pd.DataFrame({one.name: rng.random(n) for one in entries})
    labels = rng.choice(k, size=n, p=[0.4, 0.3, 0.1, 0.1, 0.04, 0.03, 0.02, 0.01])
    assert weigh_claims(frame, entries, labels, k).claims == ((),) * k


def test_a_time_of_day_is_a_claim_only_where_it_is_not_everybodys() -> None:
    evening = CATALOGUE["evening_share"]
    labels = np.repeat([0, 1, 2], 200)
    most = pd.DataFrame({"evening_share": np.full(600, 0.8)})
    some = most.where(pd.Series(labels) == 0, 0.2)
    assert weigh_claims(most, [evening], labels, 3).claims == ((), (), ())
    found = weigh_claims(some, [evening], labels, 3).claims
    assert [[one.key for one in claims] for claims in found] == [
        ["evening_share.most"], [], [],
    ]  # fmt: skip

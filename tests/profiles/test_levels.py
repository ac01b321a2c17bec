"""Levels leave room on both sides, whatever the ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from autoseg.features import CATALOGUE
from autoseg.profiles.guards import guard_masks
from autoseg.profiles.levels import VOCABULARY, feature_levels


def levels(name: str, values: list[float]) -> dict[str, float]:
    """Return the widest threshold of each level."""
    found = feature_levels(CATALOGUE[name], np.array(values, dtype=float))
    return {one.level: one.threshold for one in found if one.is_tercile}


def test_every_feature_of_the_catalogue_has_words() -> None:
    assert set(VOCABULARY) == set(CATALOGUE)


def test_one_time_buyers_are_a_level_of_their_own() -> None:
    assert levels("frequency", [1] * 7 + [2, 3, 4]) == {"one": 1, "high": 2}


def test_terciles_of_days_are_rounded() -> None:
    found = levels("recency_days", list(range(1, 301)))
    assert (found["low"], found["high"]) == (100, 200)
    assert found["mid"] == 101


def test_zeros_are_none_and_some_rather_than_a_threshold() -> None:
    found = levels("return_share", [0.0] * 8 + [0.3, 0.4])
    assert found["none"] == found["some"] == 0
    assert 0 < found["high"] <= 0.3


def test_nothing_is_said_where_all_are_alike() -> None:
    assert levels("tenure_days", [360, 361, 362, 363, 364, 365]) == {}
    assert levels("monetary", [5.0] * 9) == {}
    assert levels("gap_cv", [float("nan")] * 3) == {}


@given(
    st.sampled_from(sorted(VOCABULARY)),
    st.lists(st.floats(0, 400), min_size=1, max_size=60),
    st.floats(0, 0.5),
)
def test_a_quantile_level_never_holds_for_more_than_half(
    name: str, values: list[float], missing: float
) -> None:
    column = np.array(values)
    column[: int(missing * len(values))] = np.nan
    for level in feature_levels(CATALOGUE[name], column):
        assert not level.holds[np.isnan(column)].any()
        if level.level in {"low", "high"}:
            assert 0 < level.holds.mean() <= 0.5
        if level.upper is not None:
            assert level.threshold <= level.upper


def test_silence_is_long_only_beside_the_own_rhythm_too() -> None:
    # weekly, quarterly and one-time customers, all silent for 100 of 1..100 days
    frame = pd.DataFrame(
        {
            "recency_days": [100.0, 100, 100, 1, 1, 1, 1, 1, 1],
            "mean_gap_days": [7.0, 90, np.nan, 7, 7, 7, 7, 7, 7],
        }
    )
    assert guard_masks(frame)["lapsed"].tolist() == [True, False, True] + [False] * 6


def test_a_grocers_ten_days_are_no_lapse() -> None:
    recency = [1.0] * 5 + [10.0] * 5
    frame = pd.DataFrame({"recency_days": recency, "mean_gap_days": [3.0] * 10})
    masks = guard_masks(frame)
    assert not masks["lapsed"].any()
    assert masks["active"].all()

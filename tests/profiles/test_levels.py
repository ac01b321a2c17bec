"""Levels leave room on both sides, whatever the ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from autoseg.features import CATALOGUE, Feature
from autoseg.profiles.guards import guard_masks
from autoseg.profiles.levels import VOCABULARY, feature_levels, vocabulary


def levels(name: str, values: list[float]) -> dict[str, float]:
    """Return the widest threshold of each level."""
    found = feature_levels(CATALOGUE[name], np.array(values, dtype=float))
    return {one.level: one.threshold for one in found if one.is_tercile}


# what these say, another one says in plainer words
SILENT = {
    "median_order_value", "p90_order_value", "revenue_share_90d", "gross_margin",
    "sd_gap_days", "longest_silence_days", "active_months", "category_entropy",
    "returned_order_share", "weekday_entropy", "month_entropy", "peak_quarter_share",
    "preferred_weekday", "preferred_daypart", "top_channel_share", "open_count",
    "click_count", "funnel_stage", "journey_stage",
}  # fmt: skip


def test_every_feature_of_the_catalogue_has_words_or_leaves_them_to_another() -> None:
    assert not SILENT & set(VOCABULARY)
    assert set(CATALOGUE) == SILENT | set(VOCABULARY)
    for name in SILENT:
        assert vocabulary(CATALOGUE[name]) == ()


def made(name: str, block: str = "own", unit: str = "share", **given: str) -> Feature:
    return Feature(name=name, block=block, unit=unit, meaning="", sql="", **given)


def test_features_named_from_the_data_speak_by_their_pattern() -> None:
    assert vocabulary(made("channel_share_web", "channel", level="web")) == ("most",)
    region = made("attribute_region_west", "attributes", level="West")
    assert vocabulary(region) == ("is",)
    assert vocabulary(made("points", unit="count")) == ("low", "high")
    assert vocabulary(made("own_day", unit="weekday")) == ()


def test_most_is_more_than_half() -> None:
    web = made("channel_share_web", "channel", level="web")
    (level,) = feature_levels(web, np.array([0.0, 0.5, 0.51, np.nan, 1.0]))
    assert (level.key, level.threshold) == ("channel_share_web.most", 0.5)
    assert level.holds.tolist() == [False, False, True, False, True]


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
        if level.level in {"low", "high"} and name != "overdue_ratio":
            assert 0 < level.holds.mean() <= 0.5
        if level.upper is not None:
            assert level.threshold <= level.upper


def test_silence_is_long_only_beside_the_own_rhythm_too() -> None:
    # weekly, quarterly and one-time customers, all silent for 100 of 1..100 days
    frame = pd.DataFrame(
        {
            "recency_days": [100.0, 100, 100, 1, 1, 1, 1, 1, 1],
            "overdue_ratio": [14.0, 1.1, np.nan, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        }
    )
    assert guard_masks(frame)["lapsed"].tolist() == [True, False, True] + [False] * 6


def test_a_grocers_ten_days_are_no_lapse() -> None:
    recency = [1.0] * 5 + [10.0] * 5
    ratios = [0.3] * 5 + [3.3] * 5
    frame = pd.DataFrame({"recency_days": recency, "overdue_ratio": ratios})
    masks = guard_masks(frame)
    assert not masks["lapsed"].any()
    assert masks["active"].all()


def test_a_threshold_that_is_moved_is_still_one_to_say() -> None:
    # everybody first bought 360 days ago at most: 360 divides nobody off, 359 is odd
    days = np.array([340.0] * 40 + [360.0] * 60)
    found = {
        level.level: level.threshold
        for level in feature_levels(CATALOGUE["tenure_days"], days)
    }
    assert found["lower"] == 350.0

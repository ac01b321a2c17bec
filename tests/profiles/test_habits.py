"""Codes are counted and never averaged, and a habit leads only beyond chance."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from autoseg.features import CATALOGUE, Feature, FeatureTable
from autoseg.locales import LANGUAGES
from autoseg.profiles import SegmentProfiles, describe, profile_segments
from autoseg.profiles.habits import find_habits, member_shares

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = CATALOGUE["preferred_weekday"]
PART = CATALOGUE["preferred_daypart"]
EVEN = CATALOGUE["weekday_entropy"]
REGION = Feature(
    name="attribute_region_west", block="attributes", unit="share", meaning="",
    sql="", label="region", level="West",
)  # fmt: skip


def channel(name: str) -> Feature:
    return Feature(
        name=f"channel_share_{name}", block="channel", unit="share", meaning="",
        sql="", level=name,
    )  # fmt: skip


def profiles_of(
    columns: Mapping[str, np.ndarray], entries: list[Feature]
) -> SegmentProfiles:
    """Return profiles of two halves with orders and further columns."""
    n = len(next(iter(columns.values())))
    orders = np.repeat([9.0, 1.0], n // 2)
    index = pd.Index([f"c{number:04}" for number in range(n)])
    table = FeatureTable(
        frame=pd.DataFrame({"frequency": orders, **columns}, index=index, dtype=float),
        revenue=pd.Series(orders.astype(int) * 10_000, index=index),
        features=(CATALOGUE["frequency"], *entries),
        as_of=date(2024, 1, 1), first_day=None, last_day=None, currency=None,
    )  # fmt: skip
    return profile_segments(table, np.repeat([0, 1], n // 2))


def test_the_most_common_code_is_told_with_its_share() -> None:
    codes = np.repeat([1.0, 4.0, 7.0], [10, 25, 15])
    frame = pd.DataFrame({"preferred_weekday": codes})
    (habits,) = find_habits(frame, [DAY], np.zeros(50, dtype=int), 1)
    (day,) = habits
    assert (day.code, day.share, day.share_of_all) == (4.0, 0.5, 0.5)


def test_codes_have_no_median_and_no_place_in_a_rule_or_a_claim() -> None:
    codes = np.repeat([1.0, 7.0], 50)
    profiles = profiles_of({"preferred_weekday": codes}, [DAY])
    first = profiles.segments[0]
    for numbers in (first.medians, first.lifts, first.scores, profiles.medians_of_all):
        assert "preferred_weekday" not in numbers
    assert {one.feature for one in first.claims} == {"frequency"}
    assert {one.feature for one in first.rule.conditions} == {"frequency"}
    assert first.contrast.feature == "frequency"


def test_a_day_leads_only_where_customers_have_a_day() -> None:
    codes, even = np.full(100, 4.0), np.zeros(100)
    columns = {"preferred_weekday": codes, "weekday_entropy": even}
    assert profiles_of(columns, [DAY, EVEN]).segments[0].habits[0].leads
    # the same codes where every customer buys on many days: ties may have made them
    columns["weekday_entropy"] = np.full(100, 1.8)
    assert not profiles_of(columns, [DAY, EVEN]).segments[0].habits[0].leads
    assert (
        not profiles_of({"preferred_weekday": codes}, [DAY]).segments[0].habits[0].leads
    )


@pytest.mark.parametrize("seed", range(5))
def test_orders_on_any_day_make_no_usual_day(seed: int) -> None:
    # two orders on two days tie, and the tie goes to Monday: 27 % of them, not 14 %
    days = np.random.default_rng(seed).integers(1, 8, size=(600, 2))
    same = days[:, 0] == days[:, 1]
    columns = {
        "preferred_weekday": days.min(axis=1).astype(float),
        "weekday_entropy": np.where(same, 0.0, np.log(2)),
    }
    for segment in profiles_of(columns, [DAY, EVEN]).segments:
        assert not segment.habits[0].leads


def test_a_time_of_day_leads_where_it_is_no_tie() -> None:
    names = ("night_share", "morning_share", "afternoon_share", "evening_share")
    entries = [CATALOGUE[name] for name in names]
    shares = np.tile([0.0, 0.5, 0.0, 0.5], (100, 1))
    columns = dict(zip(names, shares.T, strict=True))
    columns["preferred_daypart"] = np.full(100, 2.0)
    tied = profiles_of(columns, [*entries, PART]).segments[0]
    assert [one.leads for one in tied.habits] == [False]
    columns["morning_share"] = np.full(100, 0.6)
    clear = profiles_of(columns, [*entries, PART]).segments[0]
    assert [one.leads for one in clear.habits] == [True]


def test_fewer_than_ten_are_no_habit() -> None:
    codes = np.arange(24) % 7 + 1.0
    frame = pd.DataFrame({"preferred_weekday": codes})
    assert find_habits(frame, [DAY], np.zeros(24, dtype=int), 1) == [()]


def test_the_main_channel_is_the_one_with_the_largest_mean_share() -> None:
    web = np.tile([0.9, 0.5], 50)
    columns = {
        "channel_share_web": web,
        "channel_share_shop": 0.8 - 0.8 * web,
        "channel_share_other": 0.2 - 0.2 * web,
    }
    entries = [channel("web"), channel("shop"), channel("other")]
    (main,) = profiles_of(columns, entries).segments[0].habits
    assert (main.feature, main.code, main.leads) == ("channel_share_web", None, True)
    assert main.share == pytest.approx(0.7)


def test_what_a_segment_does_less_than_all_customers_is_no_advice() -> None:
    # both halves buy in the afternoon and on the web, the second half less so
    part = np.concatenate([np.full(50, 3.0), np.repeat([3.0, 4.0], [35, 15])])
    columns = {
        "preferred_daypart": part,
        "night_share": np.zeros(100),
        "morning_share": np.zeros(100),
        "afternoon_share": np.where(part == 3, 0.9, 0.1),
        "evening_share": np.where(part == 3, 0.1, 0.9),
        "channel_share_web": np.repeat([0.9, 0.6], 50),
        "channel_share_shop": np.repeat([0.1, 0.4], 50),
    }
    parts = [CATALOGUE[name] for name in list(columns)[:5]]
    entries = [*parts, channel("web"), channel("shop")]
    profiles = profiles_of(columns, entries)
    first, second = profiles.segments
    assert [one.leads for one in first.habits] == [True, True]
    assert [(one.share, one.leads) for one in second.habits] == [
        (0.7, False),
        (pytest.approx(0.6), False),
    ]
    assert not describe(profiles)[1].reach


@pytest.mark.parametrize("shares", [(0.52, 0.48), (0.38, 0.2)])
def test_no_channel_leads_where_two_are_close_or_none_is_large(
    shares: tuple[float, float],
) -> None:
    columns = {
        "channel_share_web": np.full(100, shares[0]),
        "channel_share_shop": np.full(100, shares[1]),
    }
    profiles = profiles_of(columns, [channel("web"), channel("shop")])
    assert not profiles.segments[0].habits[0].leads
    assert not describe(profiles)[0].reach


def test_one_channel_is_no_choice() -> None:
    columns = {"channel_share_web": np.ones(100)}
    assert profiles_of(columns, [channel("web")]).segments[0].habits == ()


def test_a_yes_or_no_is_a_share_of_members_and_few_are_hidden() -> None:
    answers = np.concatenate([np.repeat([1.0, 0.0], 25), np.zeros(44), np.ones(6)])
    profiles = profiles_of({"attribute_region_west": answers}, [REGION])
    first, second = profiles.segments
    assert first.shares == {"attribute_region_west": 0.5}
    assert math.isnan(second.shares["attribute_region_west"])
    assert profiles.shares_of_all == {"attribute_region_west": 0.31}
    unknown = pd.DataFrame({"attribute_region_west": [np.nan] * 20 + [0.0] * 9})
    assert math.isnan(member_shares(unknown, [REGION])["attribute_region_west"])
    figures = json.loads(json.dumps(profiles.to_dict(), allow_nan=False))
    assert figures["segments"][1]["shares"] == {"attribute_region_west": None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_and_when_are_said_with_their_shares(language: str) -> None:
    columns = {
        "preferred_weekday": np.repeat([4.0, 2.0], 50),
        "weekday_entropy": np.zeros(100),
        "channel_share_web": np.repeat([0.9, 0.2], 50),
        "channel_share_Butikk {0}": np.repeat([0.1, 0.8], 50),
    }
    entries = [DAY, EVEN, channel("web"), channel("Butikk {0}")]
    first, second = describe(profiles_of(columns, entries), language)
    day, way = first.reach
    assert ("100" in day, "50" in day) == (True, True)
    assert ("90" in way, "55" in way, "web" in way) == (True, True, True)
    assert "Butikk {0}" in second.reach[1]
    for sentence in (*first.reach, *second.reach):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_attributes_and_own_measures_are_said_in_the_users_words() -> None:
    points = Feature(
        name="points", block="own", unit="count", meaning="", sql="", label="CO2 saved"
    )
    columns = {
        "attribute_region_west": np.repeat([1.0, 0.0], 50),
        "points": np.concatenate([np.arange(50.0) + 100, np.arange(50.0)]),
    }
    text = describe(profiles_of(columns, [REGION, points]))[0]
    assert "for 100%, region is West (all customers: 50%)" in text.claims
    assert "for 68%, CO2 saved is at least 120 (all customers: 34%)" not in text.claims
    assert any("CO2 saved is at least" in claim for claim in text.claims)
    assert not {"points", "attribute_region_west"} & set(text.key.split("."))

"""Stages, times, top customers and warnings, read back from plain data."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from autoseg.errors import InputError
from autoseg.locales import LANGUAGES
from autoseg.plaindata import Record
from autoseg.profiles import (
    JourneyLimits,
    JourneyTable,
    RhythmTable,
    TopCustomers,
    lint_segmentation,
    profile_segments,
    read_journey,
    read_lint,
    read_rhythm,
    read_top_customers,
    segment_names,
)

WEEK = tuple((0.1, None) if day == 3 else (0.05, 0.1) for day in range(7))
FILE = "profiles.json"


@pytest.fixture(scope="module")
def profiles(planted):
    found = profile_segments(*planted, stability=[0.9, 0.7, 0.5, 0.8])
    return replace(found, twins=((1, 2),), noise=("frequency",))


def journey(profiles, language, **changed):
    row = (None, 20, None, 0, 15)
    return JourneyTable(
        limits=JourneyLimits(60, 70, 160, 300),
        names=segment_names(profiles, language),
        counts=(row,) * 4,
        sizes=(60, 60, None, 60),
        totals=(None, 80, 40, 0, 60),
        n_customers=240,
        language=language,
        **changed,
    )


def top(profiles, language):
    return TopCustomers(
        share=0.05,
        n_customers=12,
        revenue_share=0.4,
        segments={1: 11, 2: None},
        mainly=1,
        medians={"frequency": 20.0, "recency_days": 3.5, "monetary": 1234.5},
        names=segment_names(profiles, language),
        currency=profiles.currency,
        language=language,
    )


RHYTHM = RhythmTable(("night", "evening"), (1, 3), (WEEK, WEEK), WEEK, ((6, 1), None))


def stored(data):
    return Record(json.loads(json.dumps(data)), FILE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("changed", [{}, {"prospects": 31}, {"few_prospects": True}])
def test_stages_come_back(profiles, language, changed):
    made = journey(profiles, language, **changed)
    assert read_journey(stored(made.to_dict()), profiles, language) == made


@pytest.mark.parametrize("language", LANGUAGES)
def test_top_customers_come_back(profiles, language):
    made = top(profiles, language)
    assert read_top_customers(stored(made.to_dict()), profiles, language) == made


def test_times_come_back(profiles):
    assert read_rhythm(stored(RHYTHM.to_dict()), profiles) == RHYTHM


@pytest.mark.parametrize("language", LANGUAGES)
def test_warnings_come_back(profiles, language):
    made = lint_segmentation(profiles, target=(5, 7), language=language)
    assert len({one.code for one in made.findings}) >= 5
    records = [stored(one) for one in made.to_dict()]
    read = read_lint(records, profiles, language)
    assert read.to_dict() == made.to_dict()
    assert read.sentences == made.sentences


@pytest.mark.parametrize(
    ("way", "value", "told"),
    [
        (("counts",), [[1, 2, 3, 4, 5]], "counts has not a row a segment and a column"),
        (("counts", 0), [1, 2], "counts has not a row a segment and a column a stage"),
        (("counts", 0, 0), -1, r"counts\[0\]\[0\] is no whole number from 0"),
        (("sizes",), [60], "sizes has not one a segment"),
        (("totals",), [60], "totals has not one a stage"),
        (("prospects",), "many", "prospects is no whole number from 0"),
        (("limits", "new_days"), "soon", "new_days is no number"),
    ],
)
def test_stages_that_do_not_fit_are_refused(profiles, way, value, told):
    refused(read_journey, journey(profiles, "en").to_dict(), way, value, told, profiles)


@pytest.mark.parametrize(
    ("way", "value", "told"),
    [
        (("segments",), {"9": 12}, "segments names '9', and there is no such segment"),
        (("mainly",), 3, "mainly is none of the segments"),
        (("n_customers",), 9, "n_customers is no whole number from 10"),
    ],
)
def test_top_customers_that_do_not_fit_are_refused(profiles, way, value, told):
    data = top(profiles, "en").to_dict()
    refused(read_top_customers, data, way, value, told, profiles)


@pytest.mark.parametrize(
    ("way", "value", "told"),
    [
        (("parts",), [], "parts names no part of the day, or one twice"),
        (("parts",), ["day", "day"], "parts names no part of the day, or one twice"),
        (("segments", 0, "number"), 9, "segments has numbers that are not those of"),
        (("segments", 0, "number"), 3, "segments has numbers that are not those of"),
        (("all",), [[0.1, 0.2]], "all has not a row a weekday and a column a part"),
        (("all", 0), [0.1], "all has not a row a weekday and a column a part of the"),
        (("all", 0, 0), "x", r"all\[0\]\[0\] is no number"),
        (("segments", 0, "busiest"), [1], "busiest is no weekday with a part of the"),
        (("segments", 0, "busiest"), [7, 0], "busiest is no weekday with a part of"),
        (("segments", 0, "busiest"), [0, 2], "busiest is no weekday with a part of"),
    ],
)
def test_times_that_do_not_fit_are_refused(profiles, way, value, told):
    refused(read_rhythm, RHYTHM.to_dict(), way, value, told, profiles)


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (("twins", [1, 9], {}), "segments has numbers that are not those of the seg"),
        (("hunch", [], {}), "code is 'hunch', which this version does not know"),
        (("noise", [], {"feature": "luck"}), "feature is 'luck', which this version"),
        (("season", [], {"months": [13]}), "months has numbers that no month has"),
        (("pattern", [1], {"stability": "x"}), "stability is no number"),
    ],
)
def test_warnings_that_do_not_fit_are_refused(profiles, finding, told):
    code, segments, figures = finding
    record = stored({"code": code, "segments": segments, "figures": figures})
    with pytest.raises(InputError, match=told):
        read_lint([record], profiles)


def refused(read, data, way, value, told, profiles):
    data = copy.deepcopy(data)
    inner = data
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = value
    with pytest.raises(InputError, match=told) as error:
        read(stored(data), profiles)
    assert error.value.codes == ("ASG_E_PROFILES_FILE",)

"""How far along the customers are: shares of each segment, and what hides a few."""

from __future__ import annotations

import re
from html import escape

import pytest

from autoseg.profiles import journey_table
from autoseg.profiles.journey import STAGES
from autoseg.report import Report
from autoseg.report.journeyplot import draw_journey

LANGUAGES = ("en", "nb", "da", "sv")


def test_the_shares_are_those_of_the_segment(summary):
    journey = summary["journey"]
    assert [stage["key"] for stage in journey["stages"]] == list(STAGES)
    # of 212 champions three quarters, 159, are active; the others are slipping
    cells = journey["rows"][0]["cells"]
    assert [cell["count"] for cell in cells] == [0, 159, 53, 0, 0]
    assert [cell["text"] for cell in cells] == ["0%", "75%", "25%", "0%", "0%"]
    assert journey["rows"][0]["size"] == 212


def test_the_last_row_counts_all(summary):
    journey = summary["journey"]
    for place, cell in enumerate(journey["total"]["cells"]):
        assert cell["count"] == sum(
            row["cells"][place]["count"] for row in journey["rows"]
        )
    assert journey["total"]["size"] == 2000


def test_the_text_tells_every_share_that_is_drawn(summary):
    alt = summary["journey"]["alt"]
    assert alt.startswith("Champions: Active 75%, Slipping 25%. Loyal customers:")
    assert "0%," not in alt.replace("50%,", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_those_without_a_purchase_are_counted_apart(sample, language):
    assert "41" in sample.summary(language)["journey"]["prospects"]


def test_without_counts_there_is_no_section(sample):
    assert sample.summary(journey=None)["journey"] is None


def test_nothing_but_small_segments_has_no_section(sample):
    tiny = [(a, 3, c, m, s) for a, _, c, m, s in sample.segments]
    assert sample.summary(profiles=sample.profiles(tiny))["journey"] is None


class TestSmallGroups:
    """A segment of 12 has 9 in one stage and 3 in another; neither is told."""

    @pytest.fixture
    def small(self, sample):
        archetype, _, cents, medians, scores = sample.segments[5]
        segments = (*sample.segments[:5], (archetype, 12, cents, medians, scores))
        return sample.summary(profiles=sample.profiles(segments))["journey"]

    def test_no_count_below_ten_is_there_and_none_follows(self, small):
        counts = [cell["count"] for row in small["rows"] for cell in row["cells"]]
        assert not [one for one in counts if one is not None and 0 < one < 10]
        hidden = [cell for cell in small["rows"][5]["cells"] if cell["count"] is None]
        assert len(hidden) >= 2
        assert {(cell["share"], cell["text"]) for cell in hidden} == {(None, "–")}
        assert "below 10" in small["not_shown"]

    def test_what_is_not_shown_is_one_frame(self, small):
        frames = re.findall(r"fill: none; stroke: var\(--quiet\)", _markup(small))
        hidden = [
            row
            for row in small["rows"]
            if row["size"] and None in [cell["share"] for cell in row["cells"]]
        ]
        assert len(frames) == len(hidden) > 0
        assert ">not shown<" in _markup(small)

    def test_a_hidden_segment_has_no_bar_and_no_size(self, sample):
        archetype, _, cents, medians, scores = sample.segments[5]
        segments = (*sample.segments[:5], (archetype, 7, cents, medians, scores))
        journey = sample.summary(profiles=sample.profiles(segments))["journey"]
        assert journey["rows"][5]["size_text"] == "<10"
        assert {cell["share"] for cell in journey["rows"][5]["cells"]} == {None}
        assert ">6  " not in _markup(journey)
        assert ">2  " in _markup(journey)


def _markup(journey):
    return draw_journey(journey).markup


def test_a_part_is_as_long_as_its_share(summary):
    markup = _markup(summary["journey"])
    found = re.findall(
        r'<path d="M ([\d.]+) [\d.]+ \nL ([\d.]+) [^"]*"[^>]*fill: var\(--active\)',
        markup,
    )
    lengths = [abs(float(right) - float(left)) for left, right in found]
    shares = [
        row["cells"][1]["share"]
        for row in summary["journey"]["rows"]
        if row["cells"][1]["share"]
    ]
    assert lengths == pytest.approx([340 * share for share in shares], abs=0.1)


def test_a_part_with_room_says_its_stage_and_a_narrow_one_nothing(sample):
    data = sample.summary()["journey"]
    shares = (0.03, 0.07, 0.1, 0.2, 0.6)
    for cell, share in zip(data["rows"][0]["cells"], shares, strict=True):
        cell |= {"share": share, "text": f"{share:.0%}"}
    data["rows"] = data["rows"][:1]
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", _markup(data))
    assert texts == ["1  Champions", "7%", "10%", "20%", "Lost 60%"]


@pytest.mark.parametrize("evil", ["<b>&", "$x$", "שלום 😀"])
def test_a_name_is_text_in_the_picture(sample, evil):
    data = sample.summary()["journey"]
    data["rows"][0]["name"] = evil
    assert f">1  {escape(evil)}<" in _markup(data)


def test_markdown_has_the_table(summary):
    text = Report(summary).markdown()
    line = next(
        one for one in text.splitlines() if one.startswith("| 1\\. Champions |")
    )
    assert line
    assert "| 0% | 75% (159) | 25% (53) | 0% | 0% | 212 |" in text


def test_notes_are_there_where_there_is_something_to_say(sample):
    profiles = sample.profiles()
    table, numbers = sample.customers(profiles)
    found = journey_table(profiles, table, numbers)
    assert set(found.notes) == {"limits"}
    assert found.notes["limits"].startswith("New: first purchase at most 90 days")

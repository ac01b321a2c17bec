"""Which segments stay when their number changes, in figures and as a picture."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from autoseg.clustering import persistence
from autoseg.report.lineageplot import draw_lineage

# 200 customers: in two, three, four, five and six segments
TWO = np.repeat([0, 1], [100, 100])
THREE = np.repeat([0, 1, 2], [100, 60, 40])
FOUR = np.repeat([3, 2, 1, 0], [100, 60, 32, 8])
FIVE = np.repeat([0, 1, 2, 3, 4], [50, 50, 60, 32, 8])
SIX = np.repeat([0, 1, 2, 3, 4, 5], [50, 50, 60, 20, 12, 8])


@pytest.fixture(scope="module")
def selection(sample):
    found = persistence({2: TWO, 3: THREE, 4: FOUR, 5: FIVE, 6: SIX})
    return replace(sample.selection(), persistence=found)


@pytest.fixture(scope="module")
def lineage(sample, selection):
    return sample.summary(selection=selection)["why"]["lineage"]


def test_the_delivered_number_and_three_on_either_side_are_shown(lineage):
    assert lineage["k"] == 6
    assert [column["k"] for column in lineage["columns"]] == [3, 4, 5, 6]


def test_a_row_counts_what_the_segments_were_before(lineage):
    rows = {row["k"]: row["counts"] for row in lineage["rows"]}
    # 40 became 32 and 8: the 32 are still the same segment by 0.8, the 8 a part
    assert rows[4] == [3, 1, 0, 0]
    # 100 became 50 and 50
    assert rows[5] == [3, 2, 0, 0]
    assert lineage["rows"][1]["cells"] == ["3", "1", "0", "0"]
    assert "With 5 segments, compared with one fewer: 3 the same, 2" in lineage["alt"]


def test_fewer_than_ten_customers_are_in_no_group_and_no_band(lineage):
    shares = [node["share"] for c in lineage["columns"] for node in c["nodes"]]
    # 8 have too few, and the total would give them away, so 12 are left out as well
    assert min(shares) == 0.1  # 20 of 200
    assert min(flow["share"] for flow in lineage["flows"]) == 0.25


def test_no_band_gives_a_small_one_away(sample):
    found = persistence({5: FIVE, 6: SIX, 7: np.where(np.arange(200) < 3, 6, SIX)})
    selection = replace(sample.selection(), persistence=found)
    flows = sample.summary(selection=selection)["why"]["lineage"]["flows"]
    # 3 of 50 went elsewhere; 47 would tell that, 40 do not
    told = {(one["k"], one["segment"]): one["share"] * 200 for one in flows}
    assert told[6, 0] == 40
    assert all(one["share"] * 200 % 10 == 0 for one in flows)


def test_only_the_delivered_column_has_the_segments_numbers(sample, selection):
    profiles = replace(sample.profiles(), order=(5, 4, 3, 2, 1, 0))
    found = sample.summary(selection=selection, profiles=profiles)["why"]["lineage"]
    numbers = [[n["number"] for n in column["nodes"]] for column in found["columns"]]
    # label 5 has too few, and label 4 is left out beside it; label 3 is segment 3
    assert numbers[-1] == [3, 4, 5, 6]
    assert {number for column in numbers[:-1] for number in column} == {None}


def test_without_three_numbers_there_is_nothing_to_show(sample):
    few = persistence({5: FIVE, 6: SIX})
    selection = replace(sample.selection(), persistence=few)
    assert sample.summary(selection=selection)["why"]["lineage"] is None
    other = persistence({2: TWO, 3: THREE, 4: FOUR})
    selection = replace(sample.selection(), persistence=other)
    assert sample.summary(selection=selection)["why"]["lineage"] is None
    assert sample.summary()["why"]["lineage"] is None


def test_one_segment_has_nothing_to_be_compared_with(sample):
    found = persistence({1: 0 * TWO, 2: TWO, 3: THREE, 4: FOUR})
    selection = replace(sample.selection(), k=1, persistence=found)
    assert sample.summary(selection=selection)["why"]["lineage"] is None


def bars(markup):
    """Return left edge, height and colour of the solid boxes."""
    found = re.findall(
        r'<path d="M (\S+) (\S+)\s+L \S+ \S+\s+L \S+ (\S+)\s[^"]*"[^>]*'
        r'style="fill: (#\w+)"',
        markup,
    )
    return [
        (float(left), abs(float(top) - float(bottom)), colour)
        for left, top, bottom, colour in found
    ]


def test_boxes_are_as_high_as_shares_and_take_the_colour_of_their_kin(lineage):
    found = bars(draw_lineage(lineage).markup)
    assert len(found) == 3 + 2 + 3 + 4
    by_column = {}
    for left, height, colour in found:
        by_column.setdefault(left, []).append((height, colour))
    first, *_, last = (by_column[left] for left in sorted(by_column))
    heights = sorted(height for height, _ in last)
    shares = sorted(node["share"] for node in lineage["columns"][-1]["nodes"])
    assert np.divide(heights, heights[-1]) == pytest.approx(
        np.divide(shares, shares[-1]), abs=1e-4
    )
    # each with the colour of what most of it becomes; of the third that is not told
    assert len({colour for _, colour in first}) == 2
    assert {colour for _, colour in first} < {colour for _, colour in last}


def test_every_delivered_segment_has_its_number_in_the_picture(lineage):
    texts = re.findall(r"<text [^>]*>([^<]+)</text>", draw_lineage(lineage).markup)
    numbers = [node["number"] for node in lineage["columns"][-1]["nodes"]]
    assert set(map(str, numbers)) <= set(texts)
    assert "Number of segments" in texts

"""What is told of a run that scored: how many are where, and nobody's small group."""

from __future__ import annotations

import json

import pytest

from autoseg.locales import LANGUAGES
from autoseg.model import AssignmentCounts, GroupCount


@pytest.fixture
def counts():
    groups = (
        GroupCount(1, "champions", "Champions", 1200),
        GroupCount(2, "new", "New", 9),
        GroupCount(None, "prospects", "No purchases in the period", 0),
    )
    return AssignmentCounts(groups, n_unlike=4, n_unsure=300)


def cells(counts):
    return [list(column.cells) for column in counts.table().columns]


def test_small_counts_are_not_shown_and_zeros_are(counts):
    assert cells(counts)[2] == ["1,200", "<10", "0"]
    assert counts.notes() == (
        "Unlike any segment: <10",
        "Share whose segment is unsure: 25%",
    )


def test_a_share_of_a_few_is_not_shown(counts):
    few = AssignmentCounts(counts.groups, n_unlike=10, n_unsure=9)
    assert few.notes()[0].endswith(": 10")
    assert few.notes()[1].endswith(": <10")


def test_without_segments_there_is_no_share():
    nobody = AssignmentCounts((GroupCount(None, "prospects", "x", 20),), 0, 0)
    assert nobody.share_unsure is None
    assert nobody.notes()[1].endswith(": 0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_those_of_the_language(counts, language):
    told = AssignmentCounts(counts.groups, 4, 300, language)
    assert told.table().columns[1].header
    assert len(set(told.notes())) == 2


def test_the_exact_counts_are_plain_data(counts):
    data = json.loads(json.dumps(counts.to_dict()))
    assert data["n_customers"] == 1209
    assert [one["n_customers"] for one in data["groups"]] == [1200, 9, 0]
    assert data["share_unsure"] == pytest.approx(300 / 1209)

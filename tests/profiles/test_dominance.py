"""Revenue that would tell what one or two customers spend is not shown anywhere."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autoseg.profiles import describe, profile_segments
from autoseg.profiles.dominance import hide_revenue, is_dominated
from autoseg.report import segment_cards, segment_table, summarise


@pytest.mark.parametrize(
    ("amounts", "dominated"),
    [
        ([50, 50], True),  # two are all of it
        ([51] + [7] * 7, True),  # 51 of 100
        ([50] + [5] * 10, False),  # half is not more than half
        ([45, 41, 7, 7], True),  # two are 86 of 100
        ([45, 40, 5, 5, 5], False),  # two are 85 of 100
        ([60, 40, 40, -70], True),  # after returns 70 are left
        ([0, 0, 0], False),
        ([2**62, 2**61, 2**61], True),  # the sum is more than an int64 holds
    ],
)
def test_dominance_by_hand(amounts, dominated):
    if sum(amounts) < 2**63:
        assert is_dominated(np.array(amounts, dtype=np.int64)) is dominated


def test_a_segment_is_hidden_beside_until_nobody_dominates_what_is_left():
    # 900 is more than half of 900 + 100 and of 900 + 100 + 300, and less of + 900
    amounts = np.array([900] + [0] * 9 + [10] * 10 + [30] * 10 + [90] * 10)
    segments = np.repeat([0, 1, 2, 3], 10)
    assert hide_revenue(amounts, segments, {0}, ()) == {0, 1, 2, 3}
    amounts[:10] = [100] + [5] * 9
    assert hide_revenue(amounts, segments, {0}, ()) == {0, 1}
    assert hide_revenue(amounts, segments, (), ()) == frozenset()


@pytest.fixture
def profiles(make_table):
    """Twelve customers of whom one is most of the revenue, and two plain segments."""
    orders = [6.0] * 12 + [2.0] * 40 + [1.0] * 40
    money = [77_777_777] + [70_000] * 11 + [6_000_000] * 40 + [2_500_000] * 40
    table = make_table({"frequency": orders, "monetary": orders}, money)
    return profile_segments(table, [0] * 12 + [1] * 40 + [2] * 40)


def test_it_is_stored_as_a_mark_and_the_smallest_is_hidden_beside(profiles):
    assert [one.dominated for one in profiles.segments] == [True, False, False]
    assert profiles.hidden == frozenset()
    assert profiles.without_revenue == {1, 3}


def test_no_output_holds_the_revenue(profiles):
    plain = profiles.to_dict()
    for number in (1, 3):
        segment = plain["segments"][number - 1]
        for name in ("revenue", "revenue_share", "average_order_value"):
            assert segment[name] is None
        assert segment["size"] == (12, 40, 40)[number - 1]
    # 7,777.7777 and 11 times 7; 40 times 250
    for text in ("7854", "7,854", "7,855", "7777", "10000", "10,000"):
        assert text not in json.dumps(plain)
        assert text not in str(summarise(profiles=profiles))
        assert text not in segment_cards(profiles)
        assert text not in str(describe(profiles))
    # the one that is shown is there, so the search finds what there is
    assert "24000" in json.dumps(plain)
    assert "24,000" in str(summarise(profiles=profiles))
    assert segment_table(profiles).row_count == 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "revenue is not shown, because it would tell what single customers"),
        ("nb", "Omsetningen vises ikke, fordi den ville røpe"),
        ("da", "Omsætningen vises ikke, fordi den ville røbe"),
        ("sv", "Omsättningen visas inte, eftersom den skulle avslöja"),
    ],
)
def test_the_sentence_says_why(profiles, language, said):
    texts = describe(profiles, language)
    assert said in " ".join(texts[0].sentences)
    assert said in " ".join(texts[2].sentences)
    assert said not in " ".join(texts[1].sentences)

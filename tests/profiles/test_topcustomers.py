"""The customers who spend most, as a group that tells of no one."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autoseg.errors import InputError
from autoseg.profiles import find_top_customers, profile_segments

N = 1000


def shop(make_table, money, labels):
    money = np.asarray(money)
    table = make_table(
        {
            "recency_days": np.arange(N) % 50,
            "frequency": np.repeat([7, 2], N // 2),
            "monetary": money,
        },
        money * 10_000,
    )
    labels = np.asarray(labels)
    profiles = profile_segments(table, labels)
    numbers = np.argsort(profiles.order)[labels] + 1
    return profiles, table, numbers


@pytest.fixture
def plain(make_table):
    """Twenty customers of 1,000 and 980 of 10; all of the first are in segment 1."""
    return shop(make_table, [1000] * 20 + [10] * 980, [0] * 500 + [1] * 500)


def test_figures_by_hand(plain):
    top = find_top_customers(*plain, share=0.02)
    assert top.n_customers == 20
    assert top.revenue_share == pytest.approx(20_000 / 29_800)
    assert top.medians == {"recency_days": 9.5, "frequency": 7.0, "monetary": 1000.0}
    assert dict(top.segments) == {1: 20, 2: 0}
    assert top.mainly == 1


@pytest.mark.parametrize(
    ("share", "n"), [(0.01, 10), (0.0199, 19), (0.07, 70), (0.29, 290), (0.999, 999)]
)
def test_whole_customers_are_counted_down(plain, share, n):
    assert find_top_customers(*plain, share=share).n_customers == n


def test_of_fewer_than_ten_nothing_is_told(plain):
    top = find_top_customers(*plain, share=0.009)
    assert (top.n_customers, top.revenue_share, top.mainly) == (None, None, None)
    assert not top.segments
    assert not top.medians
    assert str(top) == (
        "The 0.9% who spend most are fewer than 10 customers, so nothing is shown of"
        " them."
    )


def test_a_share_that_one_customer_makes_up_is_not_told(make_table):
    money = [90_000] + [1000] * 19 + [10] * 980
    top = find_top_customers(
        *shop(make_table, money, [0] * 500 + [1] * 500), share=0.02
    )
    assert top.revenue_share is None
    assert "Their share of revenue is not shown." in str(top)
    assert "90" not in json.dumps(top.to_dict()["revenue_share"])


def test_a_few_in_a_segment_are_not_told_nor_worked_out(make_table):
    # 16 of the top in the first segment, 4 in the second
    money = [1000] * 16 + [10] * 484 + [1000] * 4 + [10] * 496
    top = find_top_customers(
        *shop(make_table, money, [0] * 500 + [1] * 500), share=0.02
    )
    assert dict(top.segments) == {1: None, 2: None}
    assert top.mainly == 1
    assert "Most of them are in “" in str(top)
    assert "16" not in str(top)


def test_a_segment_with_hardly_anybody_else_is_not_told(make_table):
    # of a segment of 25 customers 22 are among the 100 who spend most
    money = [1000] * 22 + [10] * 3 + [1000] * 78 + [10] * 897
    labels = [0] * 25 + [1] * 475 + [2] * 500
    top = find_top_customers(*shop(make_table, money, labels), share=0.1)
    assert top.segments[1] is None


@pytest.mark.parametrize("share", [0, 1, -0.1, float("nan"), "1%", None])
def test_what_is_no_share_is_refused(plain, share):
    with pytest.raises(InputError, match="is no share of the customers") as caught:
        find_top_customers(*plain, share=share)
    assert caught.value.findings[0].code == "ASG_E_TOP_SHARE"


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "The 2% who spend most are 20 customers. They bring in 67% of revenue."),
        ("nb", "De 2\xa0% som handler for mest, er 20 kunder."),
        ("da", "De 2\xa0%, der køber for mest, er 20 kunder."),
        ("sv", "De 2\xa0% som handlar för mest är 20 kunder."),
    ],
)
def test_it_reads_in_four_languages(plain, language, first):
    top = find_top_customers(*plain, share=0.02, language=language)
    assert str(top).startswith(first)
    assert repr(top) == str(top)
    json.dumps(top.to_dict(), allow_nan=False)

"""Shares of a segment's orders by weekday: whole, small ones hidden, and who leads."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autoseg.features.times import PurchaseTimes
from autoseg.profiles.rhythm import count_week, rhythm_table

PARTS = ("night", "morning", "afternoon", "evening")


def times(counts) -> PurchaseTimes:
    return PurchaseTimes(PARTS, np.asarray(counts, dtype=np.uint8))


@pytest.fixture
def shop():
    """Return purchases of 300 customers in three segments, and their numbers."""
    random = np.random.default_rng(3)
    counts = random.poisson(0.4, (300, 7, 4))
    return times(counts), np.repeat([1, 2, 3], [140, 100, 60])


def test_the_cells_of_all_segments_are_all_purchases(shop):
    counts, numbers = shop[0].counts, shop[1]
    weeks = [count_week(counts[numbers == number]) for number in (1, 2, 3)]
    everybody = count_week(counts)
    assert sum(week.orders for week in weeks).tolist() == everybody.orders.tolist()
    assert everybody.orders.sum() == counts.sum()
    for number, week in enumerate(weeks, 1):
        assert week.orders.sum() == counts[numbers == number].sum()
        assert week.shares.sum() == pytest.approx(1)
        assert (
            week.customers.tolist() == (counts[numbers == number] > 0).sum(0).tolist()
        )


def test_shares_are_in_whole_percent(shop):
    table = rhythm_table(*shop)
    assert table.numbers == (1, 2, 3)
    by_hand = shop[0].counts[:140].sum(axis=0) / shop[0].counts[:140].sum()
    assert np.array(table.shares[0], dtype=float).tolist() == by_hand.round(2).tolist()


def test_hardly_any_orders_are_not_none():
    counts = np.zeros((40, 7, 4), dtype=int)
    counts[:, 0, 0] = 100
    counts[:10, 1, 1] = 1
    week = count_week(counts).week()
    # 10 of 4,010 orders are 0.25 %
    assert (week[1][1], week[2][2]) == (0.002, 0.0)
    counts[:, 0, 0] = 1000
    assert count_week(counts).week()[1][1] == 0.001


def test_nine_customers_are_hidden_and_ten_are_not():
    counts = np.zeros((40, 7, 4), dtype=int)
    counts[:, 0, 0] = 5
    counts[:9, 1, 1] = 1
    counts[10:20, 2, 2] = 1
    counts[:12, 3, 3] = 1
    shown = count_week(counts).shown
    # Tuesday has nine; Wednesday, the next smallest, is hidden so as not to tell them
    assert np.argwhere(~shown).tolist() == [[1, 1], [2, 2]]
    counts[:10, 1, 1] = 1
    assert count_week(counts).shown.all()


def test_what_is_hidden_is_of_ten_customers_at_least():
    counts = np.zeros((40, 7, 4), dtype=int)
    counts[:, 0] = 5
    # the same three customers twice: that is three customers still
    counts[:3, 1, 1] = counts[:3, 1, 2] = 1
    hidden = ~count_week(counts).shown
    assert hidden.sum() == 3
    assert counts[:, hidden].any(axis=1).sum() >= 10


def test_times_that_one_customer_makes_up_are_hidden():
    counts = np.ones((40, 7, 4), dtype=int)
    counts[7, 4, 2] = 39
    assert count_week(counts).shown.all()
    counts[7, 4, 2] = 40
    assert not count_week(counts).shown[4, 2]


def test_times_without_a_purchase_are_shown_as_none():
    counts = np.ones((40, 7, 4), dtype=int)
    counts[:, 5] = 0
    assert rhythm_table(times(counts), [1] * 40).shares[0][5] == (0, 0, 0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_no_hidden_time_can_be_worked_out(seed):
    random = np.random.default_rng(seed)
    rates = random.gamma(0.3, 0.6, (7, 4))
    counts = random.poisson(rates, (60, 7, 4))
    week = count_week(counts)
    hidden = ~week.shown
    small = (week.customers > 0) & (week.customers < 10)
    assert hidden[small].all()
    if hidden.any():
        assert hidden.sum() >= 2
        assert counts[:, hidden].any(axis=1).sum() >= 10


def test_small_segments_and_those_with_little_to_show_are_left_out():
    counts = np.ones((60, 7, 4), dtype=int)
    numbers = np.repeat([1, 2, 3], [39, 9, 12])
    counts[numbers == 3] = 0
    # twelve customers, two at each time
    for one in range(12):
        counts[48 + one, one % 7, one % 4] = 3
    assert rhythm_table(times(counts), numbers).numbers == (1,)
    assert rhythm_table(times(counts[:9]), [1] * 9) is None


def test_a_time_leads_where_it_stands_out_from_all_customers():
    counts = np.ones((1000, 7, 4), dtype=int)
    counts[:500, 3, 2] = counts[:500, 1, 1] = 3
    counts[0, 3, 2] += 1
    table = rhythm_table(times(counts), np.repeat([1, 2], 500))
    # 9.4 % against 6.7 % of all: not half as much again
    assert table.busiest == (None, None)
    table = rhythm_table(times(counts), np.repeat([1, 2, 3], [250, 250, 500]))
    assert table.busiest == (None, None, None)
    more = np.concatenate([counts, np.ones((1000, 7, 4), dtype=int)])
    table = rhythm_table(times(more), np.repeat([1, 2], [500, 1500]))
    assert table.busiest == ((3, 2), None)


def test_a_time_leads_where_it_stands_out_from_the_next():
    counts = np.full((1000, 7, 4), 4)
    counts[:, 3, 2] = 5
    numbers = np.repeat([1, 2], 500)
    # a quarter more, yet not two points of percent
    assert rhythm_table(times(counts), numbers).busiest == (None, None)
    counts[:, 3, 2] = 8
    assert rhythm_table(times(counts), numbers).busiest == ((3, 2), (3, 2))
    counts[:, 1, 1] = 8
    assert rhythm_table(times(counts), numbers).busiest == (None, None)


def test_of_few_customers_chance_makes_no_busiest_time():
    random = np.random.default_rng(8)
    named = 0
    for _ in range(100):
        counts = np.zeros((400, 7, 4), dtype=int)
        cells = random.integers(0, 28, (400, 5))
        np.add.at(counts.reshape(400, 28), (np.arange(400)[:, None], cells), 1)
        table = rhythm_table(times(counts), np.repeat([1, 2, 3, 4], 100))
        named += sum(best is not None for best in table.busiest)
    assert named == 0


def test_a_hidden_time_leads_nowhere_and_no_other_in_its_place():
    counts = np.full((1000, 7, 4), 1)
    counts[:, 3, 2] = 3
    numbers = np.repeat([1, 2], 500)
    assert rhythm_table(times(counts), numbers).busiest[0] == (3, 2)
    wide = counts.copy()
    wide[0, 0, 0] = 2000
    table = rhythm_table(PurchaseTimes(PARTS, wide), numbers)
    assert table.shares[0][0][0] is None
    assert table.busiest[0] is None
    assert table.busiest[1] == (3, 2)


def test_as_plain_data_it_holds_no_customer(shop):
    data = rhythm_table(*shop).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert [one["number"] for one in data["segments"]] == [1, 2, 3]
    assert set(data) == {"parts", "all", "segments"}

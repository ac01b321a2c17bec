"""Months whose median order is a hundred times that of the month before."""

from __future__ import annotations

import pandas as pd
import pytest


def monthly(*months):
    """Return orders: of each month its number of orders, and their amount."""
    parts = [
        pd.DataFrame(
            {
                "timestamp": pd.Timestamp(2023, number, 3),
                "amount": [float(amount)] * n_orders,
            }
        )
        for number, (n_orders, amount) in enumerate(months, 1)
        if n_orders
    ]
    table = pd.concat(parts, ignore_index=True)
    customers = [f"c{i % 25}" for i in range(len(table))]
    return table.assign(customer_id=customers, order_id=table.index)


def jumps(result):
    return [w.finding for w in result.warned if w.finding.code == "ASG_W_SCALE_JUMP"]


def test_both_ways_are_told_with_their_months(run):
    result = run(monthly((40, 120), (30, 12000), (50, 120)))
    up, down = jumps(result)
    # the median is told to about one part in twenty-five
    assert up.found == (
        "the median order changed ×100 between 2023-01, about 121, and 2023-02, about"
        " 1.21e+04, as when øre or cents stand for whole units"
    )
    assert "changed ÷100 between 2023-02" in down.found
    assert (up.n_rows, down.n_rows) == (30, 50)
    assert up.fix == "bring all amounts to one unit"


def test_a_month_with_few_orders_says_nothing(run):
    assert jumps(run(monthly((40, 100), (29, 10000), (40, 100)))) == []


def test_months_are_compared_over_those_that_say_nothing(run):
    (found,) = jumps(run(monthly((40, 100), (3, 100), (0, 0), (40, 10000))))
    assert "between 2023-01" in found.found
    assert "and 2023-04" in found.found


@pytest.mark.parametrize(
    ("factor", "n_jumps"), [(10, 0), (45, 0), (55, 1), (180, 1), (220, 0), (1000, 0)]
)
def test_a_factor_near_a_hundred_is_one(run, factor, n_jumps):
    assert len(jumps(run(monthly((30, 7), (30, 7 * factor))))) == n_jumps


def test_returns_and_orders_of_nothing_have_no_part_in_the_median(run):
    table = monthly((40, 100), (40, 100))
    others = table.assign(amount=[0.0, -10000.0] * 40, order_id=range(100, 180))
    assert jumps(run(pd.concat([table, others]))) == []


def test_a_single_dear_order_moves_no_median(run):
    table = monthly((40, 100), (40, 100))
    table.loc[60, "amount"] = 1e6
    assert jumps(run(table)) == []


def test_a_median_is_that_of_orders_and_not_of_lines(run):
    table = monthly((30, 100), (30, 100))
    # each order of the second month comes as a hundred lines
    lines = table[30:].loc[lambda t: t.index.repeat(100)].assign(amount=1.0)
    assert jumps(run(pd.concat([table[:30], lines]))) == []

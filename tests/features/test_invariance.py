"""What must not change the features, and what must change only some of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest

from autoseg.datasets import make_customers
from autoseg.features import CATALOGUE

MONEY = [name for name, feature in CATALOGUE.items() if feature.unit == "currency"]


@pytest.fixture(scope="module")
def shop():
    return make_customers(
        300,
        9,
        lines_per_order=2,
        columns=["product_id", "category", "quantity", "discount", "channel"],
        random_state=11,
    )


def same_bytes(left, right) -> bool:
    return (
        left.frame.to_numpy().tobytes() == right.frame.to_numpy().tobytes()
        and left.frame.index.equals(right.frame.index)
        and left.revenue.equals(right.revenue)
    )


def test_neither_the_order_of_rows_nor_threads_change_a_byte(shop, features_of):
    first = features_of(shop.transactions, as_of=shop.as_of, threads=1)
    for threads in (1, 2, 4):
        shuffled = shop.transactions.sample(frac=1, random_state=threads)
        again = features_of(shuffled, as_of=shop.as_of, threads=threads)
        assert same_bytes(first, again)


def test_rows_at_or_after_as_of_change_nothing(lines, features_of):
    later = lines.assign(timestamp=pd.Timestamp("2024-04-01"), order_id="later")
    much_later = lines.assign(timestamp=pd.Timestamp("2025-01-01"), order_id="last")
    after = features_of(pd.concat([lines, later, much_later]))
    assert same_bytes(features_of(lines), after)


def test_customers_come_sorted_by_the_order_of_strings(lines, features_of):
    names = {"ann": "b", "bo": "B", "cy": "ø", "di": "10", "eve": "9"}
    frame = lines.assign(customer_id=lines["customer_id"].map(names))
    assert features_of(frame, ["frequency"]).frame.index.tolist() == sorted(
        names.values()
    )


def test_another_currency_scales_money_and_nothing_else(lines, features_of):
    scaled = lines.assign(
        amount=lines["amount"] * 8,
        discount=lines["discount"] * 8,
        cost=lines["cost"] * 8,
    )
    before, after = features_of(lines), features_of(scaled)
    expected = before.frame.assign(**{name: before.frame[name] * 8 for name in MONEY})
    pd.testing.assert_frame_equal(after.frame, expected, rtol=1e-15)
    assert after.revenue.equals(before.revenue * 8)


@pytest.mark.parametrize("days", [1, 7, 3650])
def test_moving_all_days_moves_only_the_calendar(lines, features_of, days):
    move = timedelta(days=days)
    before = features_of(lines)
    after = features_of(
        lines.assign(timestamp=lines["timestamp"] + move), as_of=before.as_of + move
    )
    moved = ["month_entropy", "peak_quarter_share", "season_share", "active_months"]
    if days % 7:
        moved += ["weekend_share", "preferred_weekday"]
    pd.testing.assert_frame_equal(
        after.frame.drop(columns=moved), before.frame.drop(columns=moved)
    )


def test_revenue_of_the_customers_is_the_revenue_of_the_rows(shop, features_of):
    table = features_of(shop.transactions, ["monetary"], as_of=shop.as_of)
    buyers = shop.transactions["customer_id"].isin(table.frame.index)
    total = sum(Decimal(str(a)) for a in shop.transactions.loc[buyers, "amount"])
    assert Decimal(int(table.revenue.sum())) / 10_000 == total

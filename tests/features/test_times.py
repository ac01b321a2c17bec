"""Purchases by customer, weekday and part of the day: by hand, by pandas, anywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.features import compute_features
from autoseg.features.times import purchase_times
from autoseg.tables.staging import stage_quietly

# 2024-01-01 was a Monday
BY_HAND = [
    ("ann", "a1", "2024-01-01 00:00:00", 5.0),
    ("ann", "a2", "2024-01-07 23:59:59", 5.0),
    # an order happens when its first line does
    ("ann", "a3", "2024-01-02 05:59:59", 5.0),
    ("ann", "a3", "2024-01-02 06:00:00", 5.0),
    ("ann", "a4", "2024-01-09 02:00:00", 5.0),
    ("bo", "b1", "2024-01-03 06:00:00", 5.0),
    ("bo", "b2", "2024-01-03 11:59:59", 5.0),
    ("bo", "b3", "2024-01-04 12:00:00", 5.0),
    ("bo", "b4", "2024-01-04 18:00:00", 5.0),
    # neither a return nor an order of nothing is a purchase
    ("bo", "b5", "2024-01-05 12:00:00", -5.0),
    ("bo", "b6", "2024-01-05 12:00:00", 0.0),
]
COLUMNS = ["customer_id", "order_id", "timestamp", "amount"]


def lines(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    return frame


def times_of(frame, **settings):
    with DuckDBEngine(threads=2) as engine:
        return purchase_times(
            stage_quietly(engine, {"transactions": frame}, None, **settings)
        )


def test_counts_by_hand():
    times = times_of(lines(BY_HAND))
    assert times.parts == ("night", "morning", "afternoon", "evening")
    expected = np.zeros((2, 7, 4), dtype=int)
    expected[0, 0, 0] = 1
    expected[0, 1, 0] = 2
    expected[0, 6, 3] = 1
    expected[1, 2, 1] = 2
    expected[1, 3, 2] = expected[1, 3, 3] = 1
    assert times.counts.tolist() == expected.tolist()


def test_the_day_is_that_of_the_named_time_zone():
    frame = pd.DataFrame(
        {
            "customer_id": ["ann", "bo"],
            "order_id": ["1", "2"],
            # Sunday in London is Monday in Oslo
            "timestamp": ["2024-01-07T23:30:00+00:00", "2024-01-07T22:30:00+00:00"],
            "amount": [1.0, 1.0],
        }
    )
    there = times_of(frame, timezone="Europe/Oslo").counts
    assert np.argwhere(there).tolist() == [[0, 0, 0], [1, 6, 3]]
    assert np.argwhere(times_of(frame, timezone="UTC").counts)[:, 1].tolist() == [6, 6]


def test_without_a_time_of_day_there_are_weekdays_alone():
    frame = lines(BY_HAND)
    frame["timestamp"] = frame["timestamp"].dt.normalize()
    times = times_of(frame)
    assert times.parts == ("day",)
    assert times.counts[:, :, 0].tolist() == [
        [1, 2, 0, 0, 0, 0, 1],
        [0, 0, 2, 2, 0, 0, 0],
    ]


@pytest.fixture(scope="module")
def many():
    random = np.random.default_rng(5)
    n = 4000
    seconds = random.integers(0, 700 * 86400, n)
    return pd.DataFrame(
        {
            "customer_id": [f"k{i:03}" for i in random.zipf(1.4, n) % 150],
            "order_id": [f"o{i}" for i in range(n)],
            "timestamp": pd.Timestamp("2022-06-01")
            + pd.to_timedelta(seconds, unit="s"),
            "amount": random.choice([10.0, 20.0, 0.0, -5.0], n),
        }
    )


def test_counts_are_those_of_pandas(many):
    times = times_of(many)
    bought = many[many["amount"] > 0]
    at = bought["timestamp"].dt
    cell = (at.isocalendar().day.astype(int) - 1) * 4 + at.hour // 6
    expected = pd.crosstab(bought["customer_id"], cell)
    expected = expected.reindex(columns=range(28), fill_value=0)
    assert times.counts.reshape(-1, 28).tolist() == expected.to_numpy().tolist()


def test_customers_stand_as_in_the_features_and_every_purchase_is_there(many):
    with DuckDBEngine() as engine:
        staged = stage_quietly(engine, {"transactions": many}, None)
        features = compute_features(staged, ["frequency", "weekend_share"]).frame
        counts = purchase_times(staged).counts
    per_customer = counts.sum(axis=(1, 2))
    assert per_customer.tolist() == features["frequency"].tolist()
    weekend = counts[:, 5:].sum(axis=(1, 2)) / per_customer
    assert weekend.tolist() == features["weekend_share"].tolist()


def test_counts_take_as_few_bytes_as_they_need(many):
    assert times_of(many[many["customer_id"] != "k001"]).counts.dtype == np.uint8
    often = pd.concat(
        [many.assign(order_id=many["order_id"] + f"-{i}") for i in range(9)]
    )
    times = times_of(
        often.assign(amount=1.0, timestamp=pd.Timestamp("2024-01-01 12:00"))
    )
    assert times.counts.dtype == np.uint16
    assert times.counts[:, 0, 2].sum() == len(often)


def test_counts_are_the_same_on_every_engine(place, many):
    expected = times_of(many)
    with place.staged({"transactions": many}) as staged:
        there = purchase_times(staged)
    assert there.parts == expected.parts
    assert there.counts.dtype == expected.counts.dtype
    assert there.counts.tolist() == expected.counts.tolist()

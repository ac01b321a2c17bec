"""Staged where they are, tables are what they are when they are copied."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

N = 300


@pytest.fixture(scope="module")
def shop():
    """Return four tables with blanks, returns, single orders and odd letters."""
    random = np.random.default_rng(5)
    customers = np.array([f"k{i:03}" for i in random.zipf(1.4, N) % 60], dtype=object)
    seconds = random.integers(0, 500 * 86400, N)
    frame = pd.DataFrame(
        {
            "Kundenr": customers,
            "ordrenr": np.arange(N) // 2,
            "dato": pd.Timestamp("2023-01-01").as_unit("us")
            + pd.to_timedelta(seconds, unit="s").as_unit("us"),
            "amount": random.integers(-3000, 30_000, N) / 100,
            "antall": random.integers(0, 9, N).astype("float64"),
            "category": random.choice(["Blåbær", "mel", " x;y,z ", ""], N).astype(
                object
            ),
            "discount": random.choice([0.0, 1.25, np.nan], N),
            "cost": random.integers(0, 10**7, N) / 10**5,
        }
    )
    frame.loc[frame.index % 17 == 0, "Kundenr"] = None
    frame.loc[3, "Kundenr"] = " \tk001\u00a0"
    frame.loc[4, "Kundenr"] = "   "
    frame.loc[frame.index % 23 == 0, "ordrenr"] = np.nan
    frame.loc[frame.index % 31 == 0, "dato"] = pd.NaT
    events = pd.DataFrame(
        {
            "customer_id": random.choice(customers, 80),
            "timestamp": frame["dato"].head(80).to_numpy(),
            "event_type": random.choice(["visit", "open", None], 80),
            "device": random.choice(["mobile", None], 80),
        }
    )
    responses = pd.DataFrame(
        {
            "customer_id": ["k001", "k001", "k002", "nobody", None],
            "campaign_id": [1, 1, 1, 2, 2],
            "converted": [True, False, None, True, True],
            "variant": ["a", "b", "a", "a", "a"],
        }
    )
    people = pd.DataFrame({"customer_id": np.unique(customers)[5:]})
    people["City"] = random.choice(["Oslo", "Århus", None], len(people))
    people["age"] = random.integers(18, 90, len(people))
    people["member"] = random.random(len(people)) < 0.5
    return {
        "transactions": frame,
        "customers": people,
        "events": events,
        "responses": responses.astype({"converted": "boolean"}),
    }


def test_four_tables_with_all_that_can_be_in_them(place, same, shop):
    staged = same(place, shop, max_bad_share=0.4, currency="NOK")
    assert {
        "missing_customer",
        "unreadable_timestamp",
        "customer_without_purchase",
    } <= (staged.log.dropped_rows.keys())
    assert staged.has_time


def test_a_window_returns_and_ids_that_are_left_out(place, same, shop):
    staged = same(
        place,
        {"transactions": shop["transactions"]},
        as_of="2024-03-01",
        since="2023-02-01",
        returns="exclude",
        exclude_ids=["k001", "a\u030a", "nobody's"],
        max_bad_share=0.2,
    )
    assert {"after_as_of", "before_since", "return", "excluded_customer"} <= (
        staged.log.dropped_rows.keys()
    )


def frame(**columns):
    n_rows = len(next(iter(columns.values())))
    usual = {
        "customer_id": ["a"] * n_rows,
        "timestamp": pd.to_datetime(["2024-01-01"] * n_rows).as_unit("us"),
        "amount": [1.0] * n_rows,
    }
    return {"transactions": pd.DataFrame({**usual, **columns})}


HUGE = [1.0, 1e12, 1e12 + 1, 99999999999999.99, 1e14, -1e20, 1e308, np.inf, np.nan]
TIES = [0.00005, 0.00015, 0.00025, -0.00005, 1.00005, 123456789.12345, 2.5]
TABLES = {
    "huge amounts": (frame(amount=[*HUGE, -np.inf]), {"max_bad_share": 0.9}),
    "halves are rounded away from zero": (frame(amount=TIES), {}),
    "price times quantity": (
        {
            "transactions": pd.DataFrame(
                {
                    "customer_id": list("abcdef"),
                    "timestamp": pd.to_datetime(["2024-01-01"] * 6).as_unit("us"),
                    "quantity": [2, -1, 3, 10**8, 0, 7],
                    "unit_price": [0.3333, 5, np.nan, 1e8, 4, 1.25005],
                }
            )
        },
        {"max_bad_share": 0.5},
    ),
    "days": (frame(amount=[1, 2], timestamp=pd.to_datetime(["2024-01-01"] * 2)), {}),
    "whole ids as floats": (frame(customer_id=[7.0, 7.0, np.nan, 2.0**53]), {}),
    "ids that end in .0": (frame(customer_id=["7.0", "8.0", None]), {}),
    "rows without an order": (
        frame(
            amount=[5.0, 5.0, 3.0, -9.0, 1.0],
            order_id=["1", None, None, None, "1"],
            category=["x", None, "å", "b", "a"],
        ),
        {},
    ),
    "a total at the end": (
        frame(amount=[1.0, 2.0, 3.0], customer_id=["a", "b", None]).copy(),
        {"max_bad_share": 0.5},
    ),
    "placeholders for no date": (
        frame(
            timestamp=pd.to_datetime(
                ["1900-01-01", "1985-05-05", "2024-01-01", "2031-01-01"]
            ).as_unit("us")
        ),
        {"max_bad_share": 0.9},
    ),
    "one far after all others": (
        frame(
            timestamp=pd.to_datetime(["2024-01-01"] * 200 + ["2042-01-01"]).as_unit(
                "us"
            )
        ),
        {},
    ),
    "currencies": (
        frame(amount=[1.0, 2.0, 3.0, 4.0], currency=["NOK", " sek", "DKK", None]),
        {"currency": "NOK", "rates": {"SEK": 0.987654321012, "DKK": None}},
    ),
    "a name that says total": (
        frame(
            customer_id=["a", "I alt:"], timestamp=[pd.Timestamp("2024-01-01"), None]
        ),
        {"max_bad_share": 0.6},
    ),
    "repeated rows": (frame(amount=[1.0, 1.0, 2.0]), {}),
}


@pytest.mark.parametrize("case", TABLES)
def test_what_is_out_of_the_ordinary(place, same, case):
    tables, settings = TABLES[case]
    same(place, tables, **settings)


def moments(zone):
    """Return the hours around both switches of the clocks, as instants."""
    spring = pd.date_range("2024-03-30 22:30", periods=8, freq="30min", tz="UTC")
    autumn = pd.date_range("2024-10-26 22:30", periods=8, freq="30min", tz="UTC")
    night = pd.date_range("2024-06-30 21:59:59.999999", periods=2, freq="1us", tz="UTC")
    times = spring.append(autumn).append(night).tz_convert(zone).as_unit("us")
    return frame(timestamp=times, amount=np.arange(1.0, len(times) + 1))


@pytest.mark.parametrize("timezone", ["Europe/Oslo", "America/New_York", None])
def test_instants_become_local_times_also_where_clocks_switch(place, same, timezone):
    same(place, moments("UTC"), timezone=timezone)


def test_local_times_that_no_clock_showed_are_told(place, same):
    times = pd.to_datetime(["2024-03-31 02:30", "2024-03-31 03:30"]).as_unit("us")
    staged = same(place, frame(timestamp=times), timezone="Europe/Oslo")
    assert "ASG_W_DST" in [one.code for one in staged.findings]

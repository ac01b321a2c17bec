"""Before any fit, the data say whether they can carry a segmentation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from autoseg.tables.fitness import FITNESS_CODES, check_fitness

if TYPE_CHECKING:
    from autoseg.errors import Finding


@pytest.fixture
def fitness(run):
    def fitness(transactions: pd.DataFrame, **settings: object) -> dict[str, Finding]:
        found = check_fitness(run(transactions, **settings).staged)
        return {finding.code.removeprefix("ASG_W_"): finding for finding in found}

    return fitness


def shop(first="2023-01-01", n_days=730, n_customers=500) -> pd.DataFrame:
    """Return orders at 9:00, 13:00 and 17:00 of every day, by each customer in turn."""
    start = datetime.fromisoformat(first)
    times = [
        start + timedelta(days=day, hours=hour)
        for day in range(n_days)
        for hour in (9, 13, 17)
    ]
    return pd.DataFrame(
        {
            "customer_id": [f"c{i % n_customers:03}" for i in range(len(times))],
            "timestamp": times,
            "amount": [10.0 + i % 7 for i in range(len(times))],
        }
    )


def test_two_whole_years_of_a_shop_raise_no_doubt(fitness):
    assert fitness(shop()) == {}


def test_fewer_than_500_buyers_are_told_with_their_number(fitness):
    found = fitness(shop(n_customers=499))["FEW_CUSTOMERS"]
    assert "499 customers have bought; below 500" in found.found
    assert "simple RFM rules" in found.fix


def test_a_short_history_is_told_and_so_is_a_season_that_is_missing(fitness):
    found = fitness(shop(n_days=179))
    assert "the orders cover 179 days; below 180" in found["SHORT_HISTORY"].found
    assert "179 days, not a whole year" in found["SEASON_NOT_COVERED"].found
    assert "SHORT_HISTORY" not in fitness(shop(n_days=180))
    assert "SEASON_NOT_COVERED" in fitness(shop(n_days=364))
    assert "SEASON_NOT_COVERED" not in fitness(shop(n_days=365))


def test_data_that_end_long_before_as_of_are_stale(fitness):
    assert "STALE" not in fitness(shop(), as_of="2025-01-29")
    found = fitness(shop(), as_of="2025-01-31")["STALE"]
    assert "the last order is of 2024-12-30, 32 days before as_of" in found.found
    assert "as_of='2024-12-31'" in found.fix


def test_nobody_with_three_orders_is_told(fitness):
    once = shop().drop_duplicates("customer_id")
    assert "no customer has more than 1 order," in fitness(once)["FEW_REPEATS"].found
    assert "FEW_REPEATS" not in fitness(shop())


def test_a_month_that_is_cut_is_told_with_the_days_and_the_way_out(fitness):
    found = fitness(shop(first="2023-01-09", n_days=700))["PERIOD_CUT"]
    assert "the first month begins on 2023-01-09" in found.found
    assert "the last month ends on 2024-12-08, day 8 of 31" in found.found
    assert "since='2023-02-01' (--since '2023-02-01')" in found.fix
    assert "as_of='2024-12-01'" in found.fix
    # three orders a day in 23 days of January and 8 of December
    assert found.n_rows == 3 * (23 + 8)


def test_a_window_of_whole_months_is_not_cut(fitness):
    orders = shop(first="2023-01-09", n_days=700)
    assert "PERIOD_CUT" not in fitness(orders, since="2023-02-01", as_of="2024-12-01")


def test_a_shop_that_closes_over_new_year_is_not_cut(fitness):
    orders = shop()
    day = orders["timestamp"].dt.strftime("%m-%d")
    assert "PERIOD_CUT" not in fitness(orders[(day > "01-03") & (day < "12-29")])


def test_a_last_day_that_ends_at_noon_is_told(fitness):
    orders = shop()
    cut = orders[orders["timestamp"] < "2024-12-30 13:30"]
    found = fitness(cut)["PERIOD_CUT"]
    assert found.found == (
        "the last day, 2024-12-30, ends at 13:00 where the same weekday usually ends"
        " at 17:00"
    )
    assert "as_of='2024-12-30'" in found.fix


def test_an_hour_earlier_than_usual_is_no_cut(fitness):
    orders = shop()
    late = orders["timestamp"] == orders["timestamp"].max()
    orders.loc[late, "timestamp"] -= timedelta(hours=1, minutes=59)
    assert "PERIOD_CUT" not in fitness(orders)


def test_nothing_depends_on_the_order_of_the_rows(fitness):
    orders = shop(first="2023-01-09", n_days=150, n_customers=90)
    shuffled = orders.sample(frac=1, random_state=3)
    assert fitness(orders) == fitness(shuffled)


def test_every_finding_is_among_the_codes_of_fitness(fitness):
    found = fitness(shop(n_days=40).drop_duplicates("customer_id"), as_of="2024-01-01")
    assert found
    assert {f"ASG_W_{name}" for name in found} <= FITNESS_CODES


def test_the_gift_shops_december_is_cut_and_its_last_day_ends_at_noon(
    fitness, data_folder
):
    found = fitness(data_folder / "online_retail.parquet")["PERIOD_CUT"]
    assert "the last month ends on 2011-12-09, day 9 of 31" in found.found
    assert "ends at 12:50" in found.found
    assert "as_of='2011-12-01'" in found.fix

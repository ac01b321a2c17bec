"""Real data: the published counts come out, to the last row and the last cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from autoseg.tables import ColumnMapping


@pytest.fixture(scope="module")
def retail(data_folder):
    return data_folder / "online_retail.parquet"


def test_online_retail_is_accounted_for_to_the_cent(run, retail):
    result = run(retail)
    log = result.staged.log
    assert log.rows_in == 541_909
    assert dict(log.dropped_rows) == {
        "missing_customer": 135_080,
        "customer_without_purchase": 89,
    }
    assert log.rows_used == 406_740
    assert log.revenue_in == Decimal("9747747.934")
    assert log.revenue_used + sum(log.dropped_revenue.values()) == log.revenue_in
    # 4,339 have a positive line; one of them never paid for it
    assert log.n_customers == 4_338
    assert log.n_orders == 18_532
    assert result.codes == [
        "ASG_W_MISSING_CUSTOMER",
        "ASG_W_DUPLICATE_ROWS",
        "ASG_W_CUSTOMER_WITHOUT_PURCHASE",
        "ASG_W_RETURNS",
    ]
    # 9,288 lines of cancelled invoices, and two adjustments of bad debt
    assert log.n_negative_rows == 9_288 + 2
    assert log.n_zero_rows == 2_515
    assert log.n_duplicate_rows == 5_268
    assert result.warned[1].finding.n_rows == 5_268
    assert result.staged.as_of == date(2011, 12, 10)


def test_online_retail_equals_pandas(run, retail):
    lines = pd.read_parquet(retail).dropna(subset=["customer_id"])
    # thousandths of a pound, exactly
    lines["paid"] = lines["quantity"] * (lines["unit_price"] * 1000).round().astype(int)
    totals = lines.groupby(["customer_id", "invoice_no"])["paid"].sum()
    bought = totals[totals > 0]
    log = run(retail).staged.log
    assert log.n_orders == len(bought)
    assert log.n_customers == bought.index.get_level_values(0).nunique()
    kept = totals[
        totals.index.get_level_values(0).isin(bought.index.get_level_values(0))
    ]
    assert log.n_returns == (kept < 0).sum()
    net = kept.groupby(level=0).sum()
    assert log.n_customers_without_value == (net <= 0).sum() == 21
    assert log.returns_revenue == Decimal(int(kept[kept < 0].sum())) / 1000
    assert log.revenue_used == Decimal(int(kept.sum())) / 1000


def test_online_retail_as_published_reads_like_its_parquet(run, data_folder, retail):
    path = data_folder / "as_published" / "online_retail_2010-12-01.csv"
    published = run(path)
    assert published.codes[0] == "ASG_W_ID_DECIMALS"
    frame = pd.read_parquet(retail)
    first_day = run(frame[frame["invoice_date"] < "2010-12-02"])
    assert published.rows("transactions") == first_day.rows("transactions")
    assert published.staged.log.rows_in == first_day.staged.log.rows_in == 3_108
    assert ColumnMapping("transactions", "amount", "Quantity × UnitPrice") in (
        published.staged.mapping
    )


def test_the_demo_tables_are_used_whole(run, data_folder):
    folder = data_folder / "demo" / "full"
    result = run(
        folder / "transactions.parquet",
        customers=folder / "customers.parquet",
        events=folder / "events.parquet",
        responses=folder / "responses.parquet",
        currency="USD",
    )
    log = result.staged.log
    # two thirds of the households told nothing about themselves
    assert result.codes == ["ASG_W_ORDERS_WITHOUT_CUSTOMER"]
    assert "497 of 753 customers" in str(result.warned[0])
    assert (log.rows_in, log.rows_used, log.n_customers) == (119_182, 119_182, 753)
    assert log.revenue_used == Decimal("1391795.89")
    assert log.n_orders + log.n_zero_orders == 46_427
    assert len(result.rows("customers")) == 256
    assert len(result.rows("events")) == 2_702
    answers = result.staged.engine.fetch_rows(
        "SELECT COUNT(*), ROUND(100 * AVG(CAST(converted AS INTEGER)), 1)"
        " FROM responses"
    )
    assert answers == [(2_027, 12.6)]
    assert result.staged.columns == {
        *("order_id", "quantity", "category", "discount", "n_lines")
    }


def test_the_small_demo_is_used_whole(run, data_folder):
    folder = data_folder / "demo" / "small"
    result = run(
        folder / "transactions.csv",
        customers=folder / "customers.csv",
        events=folder / "events.csv",
        responses=folder / "campaign_responses.csv",
    )
    log = result.staged.log
    assert result.codes == ["ASG_W_ORDERS_WITHOUT_CUSTOMER"]
    assert "45 of 150 customers" in str(result.warned[0])
    assert (log.rows_used, log.n_customers, log.n_zero_orders) == (11_555, 150, 39)
    assert len(result.rows("customers")) == 105
    assert len(result.rows("responses")) == 630


def test_the_made_up_orders_are_used_whole(run, data_folder):
    result = run(data_folder / "rfm_data_orders.parquet", as_of="2006-12-31")
    assert result.codes == []
    assert (result.staged.log.n_orders, result.staged.log.n_customers) == (4_906, 995)
    assert result.staged.engine.fetch_rows(
        "SELECT COUNT(*), SUM(amount), DATE '2006-12-31' - MAX(ordered_at)::DATE"
        " FROM orders WHERE customer_id = 'Abbey O''Reilly'"
    ) == [(6, Decimal(472), 205)]

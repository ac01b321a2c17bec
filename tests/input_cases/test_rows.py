"""B67 to B76: rows that stand twice, share an order, or lead to no one."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def test_b67_rows_that_stand_twice_are_kept_and_told(bring, shop, csv):
    lines = shop()
    lines += lines[3:6]
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_DUPLICATE_ROWS")
    assert (found.source, found.n_rows) == ("orders.csv", 3)
    assert found.found.startswith("3 of 303 rows repeat another row in every column")
    assert "drop_duplicates" in found.fix
    assert outcome.log.rows_used == 303
    left = bring(csv(lines), drop_duplicates=True)
    assert left.dropped == {"duplicate_row": 3}
    assert left.rows("*") == bring(csv(lines[:301])).rows("*")
    assert "ASG_W_DUPLICATE_ROWS" not in left.codes


def test_b68_an_order_of_two_customers_is_told(bring, frame):
    table = frame()
    table.loc[1, "order_id"] = table.loc[0, "order_id"]
    outcome = bring(table)
    found = outcome.the("ASG_W_SHARED_ORDER")
    assert (found.source, found.n_rows) == ("transactions", 1)
    assert "more than one customer" in found.found
    assert outcome.log.n_orders == 300


def test_b68_an_order_over_two_months_is_told(bring, frame):
    table = frame().sort_values(["customer_id", "order_date"], ignore_index=True)
    table.loc[1, "order_id"] = table.loc[0, "order_id"]
    table.loc[[0, 1], "order_date"] = pd.to_datetime(["2023-02-01", "2023-03-05"])
    found = bring(table).the("ASG_W_ORDER_DATES")
    assert (found.source, found.n_rows) == ("transactions", 1)
    assert "31 days" in found.found
    table.loc[1, "order_date"] = pd.Timestamp("2023-03-03")
    assert "ASG_W_ORDER_DATES" not in bring(table).codes


def test_b69_lines_are_orders_only_where_nothing_else_is_known(bring, frame):
    lines = pd.concat([frame()] * 2)
    assert bring(lines).log.n_orders == 300
    outcome = bring(lines.drop(columns="order_id"))
    found = outcome.the("ASG_W_NO_ORDER_ID")
    assert (found.source, found.n_rows) == ("transactions", 600)
    assert "columns={'order_id'" in found.fix
    assert outcome.log.n_orders == 600


def test_b70_customers_with_two_rows_are_told(bring, frame):
    customers = pd.DataFrame({"customer_id": ["K0000", "K0001", "K0000"], "a": "x"})
    found = bring(frame(), customers=customers).the("ASG_E_DUPLICATE_CUSTOMER")
    assert (found.source, found.rows, found.n_rows) == ("customers", (0, 2), 2)
    assert found.found.startswith("1 customer")
    assert found.fix == "keep one row a customer"


def test_b71_customers_without_orders_and_orders_without_customers_are_counted(
    bring, frame
):
    ids = [f"K{i:04d}" for i in range(10, 105)]
    customers = pd.DataFrame({"customer_id": ids, "city": "Oslo"})
    outcome = bring(frame(), customers=customers)
    without = outcome.the("ASG_W_CUSTOMERS_WITHOUT_ORDERS")
    assert (without.source, without.n_rows) == ("customers", 5)
    unknown = outcome.the("ASG_W_ORDERS_WITHOUT_CUSTOMER")
    assert (unknown.source, unknown.n_rows) == ("customers", 10)
    assert "10 of 100 customers with transactions have no row here" in unknown.found
    assert outcome.log.n_customers == 100


def test_b72_ids_as_numbers_and_as_texts_are_the_same_customers(bring, frame):
    table = frame().assign(customer_id=lambda t: t["customer_id"].str[1:].astype(int))
    customers = pd.DataFrame(
        {"customer_id": [str(i) for i in range(100)], "city": "Oslo"}
    )
    outcome = bring(table, customers=customers)
    joined = outcome.staged.engine.fetch_rows(
        "SELECT COUNT(*) FROM transactions JOIN customers USING (customer_id)"
    )
    assert joined == [(300,)]
    assert "ASG_W_ORDERS_WITHOUT_CUSTOMER" not in outcome.codes


@pytest.mark.parametrize(
    "index",
    [range(300, 0, -1), [1] * 300, pd.MultiIndex.from_product([[1], range(300)])],
)
def test_b73_any_index_leaves_the_values_where_they_are(bring, frame, index):
    table = frame()
    expected = bring(table).rows("*")
    table.index = index
    assert bring(table).rows("*") == expected


def test_b74_categories_without_rows_are_no_customers(bring, frame):
    table = frame()
    expected = bring(table).rows("*")
    kinds = [*table["customer_id"].unique(), "ghost"]
    table["customer_id"] = pd.Categorical(table["customer_id"], categories=kinds)
    outcome = bring(table)
    assert outcome.rows("*") == expected
    assert outcome.log.n_customers == 100


def test_b75_the_callers_tables_are_left_as_they_were(bring, frame):
    table = frame(note=[None, "x", "y"] * 100)
    for own in (table, pl.from_pandas(table), pa.Table.from_pandas(table)):
        before = (
            own.copy(deep=True)
            if own is table
            else own.clone()
            if isinstance(own, pl.DataFrame)
            else own.take(list(range(len(own))))
        )
        assert not bring(own, exclude_ids=["K0000"], drop_duplicates=True).refused
        assert own.equals(before)


def test_b76_one_customer_with_over_half_of_the_revenue_is_told(bring, frame):
    table = frame(amount=1.0)
    table.loc[0, "amount"] = 301.0
    found = bring(table).the("ASG_W_DOMINANT_CUSTOMER")
    assert found.source == "transactions"
    assert "50.5 %" in found.found or "51 %" in found.found
    assert "K0000" not in str(found)
    assert "exclude_ids" in found.fix
    table.loc[0, "amount"] = 200.0
    assert "ASG_W_DOMINANT_CUSTOMER" not in bring(table).codes

"""B67 to B76: rows that stand twice, share an order, or lead to no one."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def test_b68_an_order_of_two_customers_is_told(bring, frame):
    table = frame()
    table.loc[1, "order_id"] = table.loc[0, "order_id"]
    outcome = bring(table)
    found = outcome.the("ASG_W_SHARED_ORDER")
    assert (found.source, found.n_rows) == ("transactions", 1)
    assert "more than one customer" in found.found
    assert outcome.log.n_orders == 300


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

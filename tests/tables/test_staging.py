"""Staging: what is in the tables, and that every row is accounted for."""

from __future__ import annotations

import json
import warnings
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError, InputWarning
from autoseg.tables import ColumnMapping, stage


def test_lines_become_orders_with_exact_sums(run, orders):
    result = run(orders)
    assert result.codes == ["ASG_W_RETURNS"]
    assert result.rows("orders", "customer_id, order_id, amount, kind, n_lines") == [
        ("a", "1", Decimal("15.1500"), "purchase", 2),
        ("a", "2", Decimal("20.0000"), "purchase", 1),
        ("b", "3", Decimal("30.0000"), "purchase", 1),
        ("b", "4", Decimal("-7.5000"), "return", 1),
        ("c", "5", Decimal("1.0000"), "purchase", 1),
    ]
    ((ordered_at,),) = result.staged.engine.fetch_rows(
        "SELECT ordered_at FROM orders WHERE order_id = '1'"
    )
    assert ordered_at == datetime(2024, 1, 1, 10)


def test_the_log_of_clean_rows(run, orders):
    log = run(orders).staged.log
    assert (log.rows_in, log.rows_used, dict(log.dropped_rows)) == (6, 6, {})
    assert log.revenue_in == log.revenue_used == Decimal("58.65")
    assert (log.n_customers, log.n_orders, log.n_returns, log.n_zero_orders) == (
        *(3, 4, 1),
        0,
    )
    assert log.returns_revenue == Decimal("-7.5")
    assert [finding.code for finding in log.findings] == ["ASG_W_RETURNS"]


def test_the_log_is_plain_data_with_exact_revenue(run, orders):
    frame = orders.assign(customer_id=["a", None, "a", "b", "b", "c"])
    plain = json.loads(json.dumps(run(frame).staged.log.to_dict(), allow_nan=False))
    assert plain["dropped_revenue"] == {"missing_customer": "5.0500"}
    assert plain["revenue_in"] == "58.6500"
    assert plain["findings"][0]["code"] == "ASG_W_MISSING_CUSTOMER"


def test_staged_tables_say_what_is_there(run, orders):
    staged = run(orders, currency="nok").staged
    assert staged.columns == {"order_id"}
    assert staged.tables == {"transactions"}
    assert staged.currency == "NOK"
    assert (staged.first_day, staged.last_day) == (date(2024, 1, 1), date(2024, 3, 1))
    assert staged.as_of == date(2024, 3, 2)
    assert staged.mapping[1] == ColumnMapping("transactions", "timestamp", "timestamp")


def test_each_dropped_row_has_one_reason_and_its_revenue(run):
    frame = pd.DataFrame(
        {
            "customer_id": ["a", None, "  ", "a", "a", "b", "c", "c"],
            "timestamp": pd.to_datetime(
                ["2024-01-02"] * 3
                + ["2023-12-31 23:59:59", "2024-02-01"]
                + ["2024-01-05", "2024-01-06", "2024-01-07"],
                format="ISO8601",
            ),
            "amount": ["10", "20.5", "0.25", "1", "2", "-4", "0", "-3"],
        }
    )
    result = run(frame, since="2024-01-01", as_of="2024-02-01")
    log = result.staged.log
    assert (log.rows_in, log.rows_used) == (8, 1)
    assert dict(log.dropped_rows) == {
        "missing_customer": 2,
        "after_as_of": 1,
        "before_since": 1,
        "customer_without_purchase": 3,
    }
    assert {name: str(value) for name, value in log.dropped_revenue.items()} == {
        "missing_customer": "20.7500",
        "after_as_of": "2.0000",
        "before_since": "1.0000",
        "customer_without_purchase": "-7.0000",
    }
    assert log.revenue_in == Decimal("26.75")
    assert log.revenue_used == Decimal(10)
    assert result.codes == [
        "ASG_W_MISSING_CUSTOMER",
        "ASG_W_AFTER_AS_OF",
        "ASG_W_BEFORE_SINCE",
        "ASG_W_CUSTOMER_WITHOUT_PURCHASE",
    ]
    assert result.rows("orders", "customer_id") == [("a",)]


def test_the_bounds_are_midnights_and_half_open(run, orders):
    result = run(orders, since="2024-02-01", as_of="2024-02-20")
    assert result.rows("transactions", "order_id") == [("2",), ("3",)]


def test_quantity_times_unit_price_is_the_amount_where_there_is_none(run, orders):
    frame = orders.drop(columns="amount").assign(
        Quantity=[1, 2, -1, 1, 1, 3], UnitPrice=[0.3333, 2.5, 1.0, 4.0, 5.0, 0.1]
    )
    result = run(frame)
    amounts = [str(row[0]) for row in result.rows("transactions", "amount")]
    assert sorted(amounts) == [
        *("-1.0000", "0.3000", "0.3333", "4.0000", "5.0000", "5.0000")
    ]
    assert str(result.staged.mapping[2]) == (
        "transactions.amount ← Quantity × UnitPrice"
    )
    assert result.staged.columns == {"order_id", "quantity"}
    assert result.staged.log.dropped_rows == {}


def test_optional_columns_are_staged_and_summed(run, orders):
    frame = orders.assign(
        quantity=[1.5, 2, 1, 1, 1, 1],
        rabatt=[0.5, 0.25, 0, 0, 0, 0],
        cost=5,
        kategori=["x ", None, "", "y", "y", "A\u030a"],
        kanal="web",
        varenr=range(6),
        n_lines=[2, 3, 1, 1, 1, 1],
    )
    result = run(frame)
    assert result.staged.columns == {
        *("order_id", "quantity", "discount", "cost"),
        *("category", "channel", "product_id", "n_lines"),
    }
    first = "order_id, n_lines, quantity, discount, cost"
    assert result.rows("orders", first)[0] == (
        *("1", 5, Decimal("3.5"), Decimal("0.75")),
        Decimal(10),
    )
    categories = [row[0] for row in result.rows("transactions", "category")]
    assert sorted(categories, key=str) == [None, None, "x", "y", "y", "\u00c5"]
    types = dict(
        row[:2] for row in result.staged.engine.fetch_rows("DESCRIBE transactions")
    )
    assert types["quantity"] == types["amount"] == "DECIMAL(18,4)"


def test_rows_without_an_order_column_are_orders_of_their_own(run, orders):
    frame = orders.drop(columns="order_id")
    ids = [row[0] for row in run(frame).rows("orders", "order_id")]
    assert ids == ["a#1", "a#2", "a#3", "b#1", "b#2", "c#1"]


def test_rows_with_a_blank_order_number_are_orders_of_their_own(run, orders):
    frame = orders.assign(order_id=["1", "1", None, None, " ", "5"])
    ids = [row[0] for row in run(frame).rows("orders", "order_id")]
    assert ids == ["1", "5", "a#1", "b#1", "b#2"]


def test_zero_orders_are_counted_apart(run, orders):
    log = run(orders.assign(amount=[5, -5, 20, 30, 1, 1])).staged.log
    assert (log.n_orders, log.n_zero_orders) == (4, 1)


@pytest.mark.parametrize("with_orders", [True, False])
def test_neither_row_order_nor_threads_change_what_is_staged(run, orders, with_orders):
    frame = pd.concat([orders.assign(amount=orders.amount + i / 7) for i in range(50)])
    frame.loc[frame.index % 4 == 0, "customer_id"] = None
    if not with_orders:
        frame = frame.drop(columns="order_id")
    found = []
    for threads, mixed in ((1, frame), (2, frame.sample(frac=1, random_state=1))):
        with DuckDBEngine(threads=threads) as engine:
            result = run(mixed, engine=engine)
            tables = result.rows("transactions"), result.rows("orders")
            found.append((result.staged.log, *tables))
    assert found[0] == found[1]


def test_frames_of_all_libraries_give_the_same(run, orders):
    tables = {
        "pandas": orders,
        "nullable": orders.convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.from_pandas(orders),
        "lazy": pl.from_pandas(orders).lazy(),
        "arrow": pl.from_pandas(orders).to_arrow(),
        "duckdb": duckdb.from_df(orders),
    }
    first = run(orders).staged.log
    assert all(run(table).staged.log == first for table in tables.values())


def test_the_callers_frame_is_not_changed(run, orders):
    frame = orders.sample(frac=1, random_state=3)
    before = frame.copy(deep=True)
    run(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_staging_leaves_nothing_but_the_staged_tables(run, orders):
    with DuckDBEngine() as engine:
        run(orders, engine=engine)
        tables = engine.fetch_rows("SELECT DISTINCT table_name FROM duckdb_tables()")
        views = engine.fetch_rows("SELECT * FROM duckdb_views() WHERE NOT internal")
        staged = ["orders", "transactions", "without_purchase"]
        assert sorted(name for (name,) in tables) == staged
        assert views == []


def test_staging_twice_in_one_engine_replaces_the_tables(run, orders):
    run(orders)
    result = run(orders.head(2))
    assert len(result.rows("transactions")) == 2


def test_every_warning_comes_once_and_points_at_the_caller(orders):
    frame = orders.assign(
        customer_id=["a", None, "a", "b", "b", "c"],
        amount=[10.10, 5.05, 20.0, 30.0, 7.5, 1.0],
    )
    with DuckDBEngine() as engine, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        staged = stage(engine, frame)
    (warning,) = caught
    assert issubclass(warning.category, InputWarning)
    assert warning.filename == __file__
    (finding,) = staged.log.findings
    assert warning.message.finding.rows == (1,)
    assert (finding.rows, finding.n_rows) == ((), 1)
    assert "1 of 6 rows belong to no customer" in finding.found
    assert "6.9 % of the revenue" in finding.found


def test_all_problems_of_all_tables_come_as_one_error(run, orders):
    with pytest.raises(InputError, match=r"ASG_E_AMOUNT_TYPE") as caught:
        run(
            orders.assign(amount=True, timestamp=True),
            events=pd.DataFrame(
                {"customer_id": ["a"], "timestamp": ["soon"], "event_type": ["open"]}
            ),
        )
    assert caught.value.codes == (
        "ASG_E_DATE_TYPE",
        "ASG_E_AMOUNT_TYPE",
        "ASG_E_DATE_UNREADABLE",
    )


def test_one_bad_row_in_a_hundred_is_left_out_with_a_warning(run):
    frame = pd.DataFrame(
        {
            "customer_id": ["a"] * 100,
            "timestamp": ["2024-01-01"] * 99 + ["2024-02-31"],
            "amount": 1.0,
            "order_id": range(100),
        }
    )
    result = run(frame)
    assert dict(result.staged.log.dropped_rows) == {"unreadable_timestamp": 1}
    assert result.staged.log.revenue_used == 99
    assert result.codes == ["ASG_W_UNREADABLE_TIMESTAMP"]
    assert result.warned[0].finding.rows == (99,)


def test_more_than_one_bad_row_in_a_hundred_is_an_error(run):
    frame = pd.DataFrame(
        {
            "customer_id": "a",
            "timestamp": ["2024-01-01"] * 97 + ["?", "2024-02-31"],
            "amount": 1.0,
        }
    )
    with pytest.raises(InputError, match=r"rows 97, 98: 2 of 99 rows have no date"):
        run(frame)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None])
def test_amounts_that_are_no_amounts_are_bad_rows(run, bad):
    frame = pd.DataFrame(
        {
            "customer_id": "a",
            "order_id": range(200),
            "timestamp": pd.Timestamp("2024-01-01"),
            "amount": [bad] + [2.0] * 199,
        }
    )
    log = run(frame).staged.log
    assert dict(log.dropped_rows) == {"unreadable_amount": 1}
    assert log.revenue_in == log.revenue_used == 398
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_AMOUNT: .*row 0"):
        run(frame.head(50))


def test_dates_that_stand_for_no_date_are_bad_rows(run):
    days = ["1900-01-01", "9999-12-31"] + ["2024-01-01"] * 298
    frame = pd.DataFrame(
        {"customer_id": "a", "order_id": range(300), "timestamp": days, "amount": 1}
    )
    result = run(frame)
    assert dict(result.staged.log.dropped_rows) == {"sentinel_timestamp": 2}
    assert result.staged.as_of == date(2024, 1, 2)


def test_amounts_that_are_all_zero_are_an_error(run, orders):
    with pytest.raises(InputError, match=r"ASG_E_ALL_ZERO: .*'amount': all 6 amounts"):
        run(orders.assign(amount=0))


def test_returns_alone_are_an_error(run, orders):
    with pytest.raises(InputError, match=r"ASG_E_NO_PURCHASE"):
        run(orders.assign(amount=-1))


def test_as_of_before_the_data_is_an_error(run, orders):
    with pytest.raises(InputError, match=r"ASG_E_AS_OF_BEFORE_DATA.*2024-03-02 uses"):
        run(orders, as_of="2023-12-01")


def test_since_after_the_data_leaves_no_rows(run, orders):
    with pytest.raises(InputError, match=r"ASG_E_NO_ROWS_LEFT.*6 before_since"):
        run(orders, since="2025-01-01")


def test_no_rows_are_an_error(run, orders):
    with pytest.raises(
        InputError, match=r"ASG_E_NO_ROWS: transactions: .* 0 data rows"
    ):
        run(orders.head(0))


def test_blank_rows_are_left_out(run, csv):
    path = csv("id_x;date;amount\na;2024-01-01;5\n;;\n;;\n")
    result = run(path, columns={"customer_id": "id_x"})
    assert dict(result.staged.log.dropped_rows) == {"blank_row": 2}

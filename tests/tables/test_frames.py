"""Frames: types as they come, and what is no table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from autoseg.errors import InputError


@pytest.mark.parametrize("value", [{"a": [1]}, 5, [1, 2], None, np.zeros((2, 2))])
def test_what_is_no_table_is_an_error(run, value):
    with pytest.raises(
        InputError, match=r"ASG_E_INPUT_TYPE: transactions: a .* no table"
    ):
        run(value)


def test_column_names_that_are_no_text_are_an_error(run):
    with pytest.raises(InputError, match=r"ASG_E_COLUMN_NAMES"):
        run(pd.DataFrame([[1, 2]]))
    pairs = pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])
    with pytest.raises(InputError, match=r"ASG_E_COLUMN_NAMES"):
        run(pd.DataFrame([[1, 2]], columns=pairs))


def test_twin_columns_are_an_error(run):
    with pytest.raises(InputError, match=r"ASG_E_DUPLICATE_COLUMN: .*'a', 'A'"):
        run(pd.DataFrame([[1, 2]], columns=["a", "A"]))
    with pytest.raises(InputError, match=r"ASG_E_DUPLICATE_COLUMN"):
        run(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]))


def test_the_index_is_not_looked_at(run, orders):
    frame = orders.set_index(pd.Index([9, 9, 3, 3, 1, 1]))
    assert run(frame).staged.log == run(orders).staged.log


@pytest.mark.parametrize(
    "amounts",
    [
        [Decimal("1.10"), Decimal("2.2"), None],
        pd.array([1.1, 2.2, None], dtype="Float64"),
        pd.array([1.1, 2.2, None], dtype="float64[pyarrow]"),
        np.array([1.1, 2.2, np.nan], dtype="float32"),
        ["1.10", "2.20", None],
    ],
)
def test_amounts_of_any_type_are_exact(run, amounts):
    frame = pd.DataFrame(
        {
            "customer_id": "a",
            "order_id": range(300),
            "timestamp": date(2024, 1, 1),
            "amount": pd.concat([pd.Series(amounts)] * 100, ignore_index=True),
        }
    )
    frame.loc[frame.index > 2, "amount"] = frame.loc[0, "amount"]
    log = run(frame).staged.log
    assert log.revenue_used == Decimal("1.1") * 298 + Decimal("2.2")
    assert dict(log.dropped_rows) == {"unreadable_amount": 1}


def test_rare_arrow_types_are_read(run):
    table = pa.table(
        {
            "customer_id": pa.array(["a", "b"], pa.string_view()),
            "order_id": pa.array(["x", "y"]).dictionary_encode(),
            "timestamp": pa.array([0, 1], pa.timestamp("ns")).cast(pa.timestamp("ns")),
            "amount": pa.array([Decimal("1.5"), Decimal(2)], pa.decimal256(40, 2)),
            "quantity": pa.array(np.array([1, 2], dtype="float16")),
            "channel": pa.nulls(2),
            "extra": pa.array([[1], None]),
        }
    )
    days = pa.array([date(2024, 1, 1), date(2024, 1, 2)])
    result = run(table.set_column(2, "timestamp", days))
    assert result.rows("transactions", "customer_id, quantity, channel") == [
        ("a", 1, None),
        ("b", 2, None),
    ]


def test_ids_of_text_and_numbers_become_text(run, orders):
    mixed = pd.Series([7, "007", None, 7, "x", 7], dtype=object)
    result = run(orders.assign(customer_id=mixed))
    ids = {row[0] for row in result.rows("transactions", "customer_id")}
    assert ids == {"7", "007"}


def test_a_needed_column_of_odd_objects_is_an_error(run, orders):
    odd = pd.Series([object(), 1, 2, 3, 4, 5], dtype=object)
    with pytest.raises(
        InputError, match=r"ASG_E_MIXED_TYPES: .*'amount': .*int, object"
    ):
        run(orders.assign(amount=odd))


def test_a_column_that_nobody_needs_may_be_odd(run, orders):
    odd = pd.Series([object()] * 6, dtype=object)
    assert run(orders.assign(extra=odd)).staged.log.rows_used == 6


def test_what_pandas_grouped_by_is_a_column_again(run, orders):
    by_day = orders.groupby(["customer_id", "timestamp"])[["amount"]].sum()
    before = by_day.copy(deep=True)
    found = run(by_day).rows("transactions", "customer_id, timestamp, amount")
    expected = run(by_day.reset_index())
    assert found == expected.rows("transactions", "customer_id, timestamp, amount")
    pd.testing.assert_frame_equal(by_day, before)


def test_an_index_without_a_name_of_its_own_is_left_alone(run, orders):
    orders.index = pd.Index(range(5, 11), name="amount")
    assert run(orders).staged.log.rows_used == 6


def test_bytes_that_are_no_letters_are_spelled_out(run):
    broken = pa.Array.from_buffers(
        pa.string(), 2, pa.array([b"\xff", b"b"], pa.binary()).buffers()
    )
    table = pa.table(
        {"customer_id": broken, "timestamp": ["2024-01-01"] * 2, "amount": [1, 2]}
    )
    for value in (table, table.to_reader()):
        assert run(value).rows("transactions", "customer_id") == [("\\xff",), ("b",)]


def test_half_a_letter_is_spelled_out(run, orders):
    halves = pd.Series(["\ud800"] * 3 + [7] * 3, dtype=object)
    ids = run(orders.assign(customer_id=halves)).rows("transactions", "customer_id")
    assert {row[0] for row in ids} == {"\\ud800", "7"}

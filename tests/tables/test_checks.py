"""Warnings about rows that can be used and may mean something else."""

from __future__ import annotations

import pandas as pd


def many(customers):
    n = len(customers)
    days = pd.date_range("2024-01-01", periods=n, freq="h")
    return pd.DataFrame(
        {"customer_id": customers, "order_id": range(n), "timestamp": days, "amount": 5}
    )


CROWD = [f"c{i}" for i in range(70)]


def test_a_known_guest_is_named(run):
    result = run(many(CROWD + ["0000"] * 30))
    assert result.codes == ["ASG_W_GUEST_ID"]
    assert "the customer id '0000' holds 30 % of the rows" in str(result.warned[0])


def test_an_id_that_may_be_a_persons_is_not_named(run):
    result = run(many(CROWD + ["kari@nordmann.no"] * 30))
    assert result.codes == ["ASG_W_GUEST_ID"]
    assert "the customer id k…o (16 characters) holds 30 %" in str(result.warned[0])
    assert "kari" not in str(result.warned[0])


def test_a_faithful_customer_is_no_guest(run):
    assert run(many(CROWD + ["c1"] * 5)).codes == []
    assert run(many(["a"] * 9 + ["b"])).codes == []


def test_markers_of_missing_values_are_counted(run):
    result = run(many([*CROWD, "NULL", "nan", "nan"]))
    assert result.codes == ["ASG_W_ID_MARKERS"]
    assert result.warned[0].finding.n_rows == 3
    assert result.staged.log.n_customers == 72


def test_lines_without_an_order_number_are_told(run):
    frame = many(["a", "a", "b"]).drop(columns="order_id")
    frame["timestamp"] = pd.Timestamp("2024-01-01")
    result = run(frame.assign(amount=[1, 2, 3]))
    assert result.codes == ["ASG_W_NO_ORDER_ID"]
    assert "2 rows share their customer and time" in str(result.warned[0])


def test_one_row_an_order_needs_no_order_number(run):
    assert run(many(CROWD).drop(columns="order_id")).codes == []


def test_orders_of_two_customers_are_told_and_split(run):
    result = run(many(["a", "b", "c"]).assign(order_id=["1", "1", "2"]))
    assert result.codes == ["ASG_W_SHARED_ORDER"]
    assert result.staged.log.n_orders == 3


def test_repeated_rows_are_counted_and_kept(run):
    frame = pd.concat([many(["a", "b"])] * 3).assign(note=["x"] * 5 + [None])
    result = run(frame)
    assert result.codes == ["ASG_W_DUPLICATE_ROWS"]
    # a's row three times; b's twice, for the third has another note
    assert result.warned[0].finding.n_rows == 3
    assert result.staged.log.rows_used == 6

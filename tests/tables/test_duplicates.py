"""Rows that repeat another row in every column: counted, and left out if asked."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture
def twice(orders):
    """Return the six rows, the third of them three times and the last twice."""
    return pd.concat([orders, orders.iloc[[2, 2, 5]]], ignore_index=True)


def test_they_are_told_and_kept(run, twice):
    result = run(twice)
    (found,) = [w.finding for w in result.warned if "DUPLICATE" in w.finding.code]
    assert (found.code, found.n_rows) == ("ASG_W_DUPLICATE_ROWS", 3)
    assert found.found.startswith("3 of 9 rows repeat another row in every column")
    assert found.fix == (
        "leave them out with drop_duplicates=True (--dedupe) if they are mistakes"
    )
    log = result.staged.log
    assert (log.rows_used, log.n_duplicate_rows) == (9, 3)


def test_one_of_each_kind_is_kept_where_they_are_left_out(run, orders, twice):
    result = run(twice, drop_duplicates=True)
    log = result.staged.log
    assert dict(log.dropped_rows) == {"duplicate_row": 3}
    assert log.dropped_revenue["duplicate_row"] == 41
    assert log.n_duplicate_rows == 3
    assert result.codes == ["ASG_W_DUPLICATE_ROW", "ASG_W_RETURNS"]
    warning = result.warned[0]
    assert (warning.finding.rows, warning.finding.n_rows) == ((6, 7, 8), 3)
    assert "3 of 9 rows repeat another row in every column, so they are" in str(warning)
    assert result.rows("transactions") == run(orders).rows("transactions")


def test_rows_that_differ_in_a_column_that_is_not_used_are_none(run, twice):
    result = run(twice.assign(line=range(9)), drop_duplicates=True)
    assert result.staged.log.rows_used == 9
    assert result.codes == ["ASG_W_RETURNS"]


def test_a_blank_cell_is_no_cell_that_is_filled(run, orders):
    frame = pd.concat([orders, orders.head(1)], ignore_index=True)
    assert run(frame.assign(note=["x"] + [None] * 6)).staged.log.n_duplicate_rows == 0
    assert run(frame.assign(note=[None] * 7)).staged.log.n_duplicate_rows == 1


def test_a_repeat_that_is_dropped_anyhow_has_its_first_reason(run, twice):
    log = run(twice, drop_duplicates=True, exclude_ids=["c"]).staged.log
    assert dict(log.dropped_rows) == {"excluded_customer": 2, "duplicate_row": 2}
    assert log.n_duplicate_rows == 3


def test_rows_over_several_files_repeat_each_other(run, csv):
    text = "customer_id,order_id,date,amount\na,1,2024-01-01,5\n"
    paths = [csv(text, "1.csv"), csv(text + "b,2,2024-01-02,7\n", "2.csv")]
    log = run(paths, drop_duplicates=True).staged.log
    assert dict(log.dropped_rows) == {"duplicate_row": 1}
    assert log.revenue_used == 12


def test_what_is_left_does_not_depend_on_the_order_of_rows(run, twice):
    first = run(twice, drop_duplicates=True)
    again = run(twice[::-1], drop_duplicates=True)
    assert first.staged.log == again.staged.log
    assert first.rows("transactions") == again.rows("transactions")

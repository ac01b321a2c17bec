"""Rows at the end of an export that hold a total and are no purchase."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

HEADER = "customer_id,order_id,date,amount"
LINES = ["a,1,2024-01-01,10", "a,2,2024-01-05,20", "b,3,2024-01-09,12.5"]
TOTAL = "42.5"


@pytest.fixture
def export(run, csv):
    """Return a function that stages the lines with others after them."""

    def export(*others, lines=LINES):
        return run(csv("\n".join([HEADER, *lines, *others]) + "\n"))

    return export


@pytest.mark.parametrize("word", ["Totalt", "SUM:", "I alt", "summa", "Sub total"])
@pytest.mark.parametrize("amount", [TOTAL, "17", "-3", "0"])
def test_a_word_without_a_date_is_a_total_whatever_its_amount(export, word, amount):
    result = export(f"{word},,,{amount}")
    log = result.staged.log
    assert dict(log.dropped_rows) == {"totals_row": 1}
    assert log.dropped_revenue["totals_row"] == Decimal(amount)
    assert log.revenue_used == Decimal(TOTAL)
    (warning,) = result.warned
    assert warning.finding.code == "ASG_W_TOTALS_ROW"
    assert (warning.finding.rows, warning.finding.n_rows) == ((5,), 1)
    assert "1 of 4 rows look like a total, so they are not used" in str(warning)


def test_a_total_that_cannot_be_read_is_no_bad_row(export):
    assert dict(export("Total,,,").staged.log.dropped_rows) == {"totals_row": 1}


def test_totals_of_parts_are_all_left_out(export):
    log = export("Delsum,,,30", "Delsum,,,12.5", f"Sum,,,{TOTAL}").staged.log
    assert dict(log.dropped_rows) == {"totals_row": 3}
    assert log.revenue_used == Decimal(TOTAL)


@pytest.mark.parametrize("row", [f"Total,9,2024-02-01,{TOTAL}", f",,,{TOTAL}"])
def test_a_row_with_a_date_or_without_a_word_is_a_total_if_it_is_the_sum(export, row):
    log = export(row).staged.log
    assert dict(log.dropped_rows) == {"totals_row": 1}
    assert log.dropped_revenue["totals_row"] == Decimal(TOTAL)


def test_a_sum_is_printed_rounded_to_two_decimals(export):
    lines = ["a,1,2024-01-01,10.004", "b,2,2024-01-02,5.002"]
    log = export("Total,,2024-01-03,15.01", lines=lines).staged.log
    assert dict(log.dropped_rows) == {"totals_row": 1}


@pytest.mark.parametrize(
    "row", ["Total,9,2024-02-01,42", f"Totala,9,2024-02-01,{TOTAL}"]
)
def test_a_customer_who_buys_is_no_total(export, row):
    result = export(row)
    assert result.codes == []
    assert result.staged.log.rows_used == 4


def test_amounts_that_cancel_out_are_no_totals_of_nothing(export):
    lines = ["a,1,2024-01-01,10", "a,2,2024-01-02,-10"]
    log = export("Total,9,2024-01-03,0", lines=lines).staged.log
    assert dict(log.dropped_rows) == {"customer_without_purchase": 1}


def test_each_file_has_its_own_total(run, csv):
    paths = [
        csv(f"{HEADER}\na,{n},2024-01-0{n},{n}\nTotal,x,2024-01-05,{n}\n", f"{n}.csv")
        for n in (1, 2)
    ]
    log = run(paths).staged.log
    assert dict(log.dropped_rows) == {"totals_row": 2}
    assert log.revenue_used == 3


def test_where_the_total_stands_makes_no_difference(run, csv):
    rows = [*LINES, "Totalt,,,7", f",,,{float(TOTAL) * 2 + 7 - float(TOTAL)}"]
    logs = []
    for turn in range(len(rows)):
        lines = [HEADER, *rows[turn:], *rows[:turn]]
        logs.append(run(csv("\n".join(lines) + "\n")).staged.log)
    assert dict(logs[0].dropped_rows) == {"totals_row": 2}
    assert all(log == logs[0] for log in logs)


def test_frames_have_totals_too(run, orders):
    total = pd.DataFrame({"customer_id": ["I alt"], "amount": [1.0]})
    result = run(pd.concat([orders, total], ignore_index=True))
    assert dict(result.staged.log.dropped_rows) == {"totals_row": 1}
    assert result.warned[0].finding.rows == (6,)

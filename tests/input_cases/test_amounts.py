"""B53 to B66: amounts in other notations, currencies and sizes."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def with_amounts(lines, amounts, *, delimiter=";"):
    """Return the lines with other amounts in the first rows."""
    split = [line.split(",") for line in lines]
    for cells, text in zip(split[1:], amounts, strict=False):
        cells[3] = text
    return [delimiter.join(cells) for cells in split]


def plain(n_rows=300):
    return [Decimal(f"{100 + i * 37 % 400}.50") for i in range(n_rows)]


@pytest.fixture
def sums(bring, shop, csv):
    """Return a function from amounts as texts to the sum they come to."""

    def sums(amounts, **settings):
        path = csv(with_amounts(shop(len(amounts)), amounts))
        return bring(path, **settings).log.revenue_in

    return sums


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250,50 kr", "1250.50"),
        ("1\u00a0250,50", "1250.50"),
        ("kr 1\u202f250,50", "1250.50"),
        ("(1.250,50)", "-1250.50"),
        ("5,25-", "-5.25"),
        ("\u22125,25", "-5.25"),
        ("NOK 1.250,-", "1250"),
        ("€ 12,5", "12.5"),
    ],
)
def test_b53_amounts_as_scandinavians_write_them(sums, text, value):
    amounts = ["100,50", text] * 150
    assert sums(amounts) == 150 * (Decimal("100.50") + Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1,250.50)", "-1250.50"),
        ("$1,250.50", "1250.50"),
        ("1'250.50", "1250.50"),
        ("12.50-", "-12.50"),
        ("1.2505e3", "1250.5"),
    ],
)
def test_b53_amounts_as_the_english_and_swiss_write_them(sums, text, value):
    amounts = ["100.50", text] * 150
    assert sums(amounts) == 150 * (Decimal("100.50") + Decimal(value))


def test_b54_one_other_row_decides_for_all(sums):
    assert sums(["1.250"] * 299 + ["7,5"]) == 299 * 1250 + Decimal("7.5")
    assert sums(["1.250"] * 299 + ["7.5"]) == 299 * Decimal("1.25") + Decimal("7.5")


def test_b54_points_and_commas_as_decimal_marks_are_told(bring, shop, csv):
    found = bring(csv(with_amounts(shop(), ["7,5"] * 100))).the("ASG_E_AMOUNT_MIXED")
    assert found.column == "amount"
    assert "200 numbers have a decimal point and 100 a decimal comma" in found.found
    assert found.n_rows == 100


def test_b55_texts_in_a_frame_are_added_as_numbers(bring, frame):
    outcome = bring(frame(amount=["10", "20,5", "3"] * 100))
    assert outcome.log.revenue_in == 100 * Decimal("33.5")


def test_b56_true_and_false_are_no_amounts(bring, frame):
    found = bring(frame(amount=True)).the("ASG_E_AMOUNT_TYPE")
    assert (found.source, found.column) == ("transactions", "amount")
    assert "true/false" in found.found
    assert found.fix == "map the column that has the numbers"


def test_b57_decimals_are_exact(bring, frame):
    amounts = [Decimal("0.1"), Decimal("0.2"), Decimal("1234567.89")] * 100
    exact = sum(amounts)
    tables = [
        frame(amount=amounts),
        frame(amount=pd.array(amounts, dtype=pd.ArrowDtype(pa.decimal128(20, 2)))),
        pl.DataFrame(frame()).with_columns(
            pl.Series("amount", amounts, pl.Decimal(20, 2))
        ),
        pa.Table.from_pandas(frame(amount=amounts)),
    ]
    for table in tables:
        assert bring(table).log.revenue_in == exact


@pytest.mark.parametrize(
    "dtype", ["Int64", "Float64", "Int16", "Float32", "int64[pyarrow]",
              "double[pyarrow]", "float[pyarrow]", "object", "category"]
)  # fmt: skip
def test_b58_a_missing_amount_is_a_bad_row_in_any_dtype(bring, frame, dtype):
    amounts = pd.array([5, None, 7] + [3] * 297, dtype="Int64")
    outcome = bring(frame(amount=pd.Series(amounts).astype(dtype)))
    found = outcome.the("ASG_W_UNREADABLE_AMOUNT")
    assert (found.rows, found.n_rows) == ((1,), 1)
    assert outcome.log.revenue_in == 5 + 7 + 3 * 297
    assert outcome.dropped == {"unreadable_amount": 1}


def test_b59_what_is_masked_stays_masked(bring, frame):
    amounts = np.ma.masked_array(np.full(300, 5.0), mask=[False, True] + [False] * 298)
    outcome = bring(frame(amount=pd.Series(amounts)))
    assert outcome.dropped == {"unreadable_amount": 1}
    assert outcome.log.revenue_in == 299 * 5


def test_b59_an_array_is_no_table(bring):
    masked = np.ma.masked_array(np.ones((5, 4)), mask=False)
    for array in (masked, np.ones((5, 4)), {"a": 1}, 5):
        found = bring(array).the("ASG_E_INPUT_TYPE")
        assert type(array).__name__ in found.found
        assert "data frame" in found.fix


def returned(shop):
    """Return lines of which every ninth is a return of 20.00."""
    lines = shop()
    return [lines[0]] + [
        line.rpartition(",")[0] + ",-20.00" if number % 9 == 0 else line
        for number, line in enumerate(lines[1:])
    ]


def test_b60_who_returned_more_than_was_bought_stays(bring, shop, csv):
    lines = [*shop(), "K0000,999,2024-01-05,-9999.00"]
    assert "K0000" in bring(csv(lines)).values("customer_id")


def test_b61_orders_of_nothing_are_counted_apart(bring, shop, csv):
    lines = with_amounts(shop(), ["0", "0.00", "0"], delimiter=",")
    outcome = bring(csv(lines))
    assert (outcome.log.n_zero_orders, outcome.log.n_orders) == (3, 297)
    assert outcome.log.rows_used == 300


def test_b62_a_column_of_nothing_but_zeros_is_told(bring, frame):
    found = bring(frame(amount=0.0)).the("ASG_E_ALL_ZERO")
    assert (found.source, found.column) == ("transactions", "amount")
    assert (found.found, found.n_rows) == ("all 300 amounts are 0", 300)
    assert found.fix == "map the column that has the amounts"


def test_b63_what_is_not_finite_is_a_bad_row(bring, shop, frame, csv):
    amounts = np.full(300, 5.0)
    amounts[[3, 4, 5]] = [np.inf, -np.inf, np.nan]
    outcome = bring(frame(amount=amounts))
    found = outcome.the("ASG_W_UNREADABLE_AMOUNT")
    assert (found.rows, found.n_rows) == ((3, 4, 5), 3)
    assert outcome.dropped == {"unreadable_amount": 3}
    lines = with_amounts(shop(), ["inf", "NaN", "-Infinity"], delimiter=",")
    found = bring(csv(lines)).the("ASG_W_UNREADABLE_AMOUNT")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (2, 3, 4), 3)


def in_currencies(frame):
    return frame(valuta=["NOK", "SEK", "DKK"] * 100, amount=10.0)

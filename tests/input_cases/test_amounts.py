"""B53 to B66: amounts in other notations, currencies and sizes."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from autoseg.tables.settings import give


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


def test_b54_thousands_or_three_decimals_is_asked(bring, shop, csv):
    lines = with_amounts(shop(), ["1.250", "3.750", "12"] * 100)
    found = bring(csv(lines)).the("ASG_E_AMOUNT_AMBIGUOUS")
    assert (found.source, found.column) == ("orders.csv", "amount")
    assert (found.rows, found.n_rows) == ((2, 3, 5, 6, 8), 200)
    assert "'1.250' may be thousands or three decimals" in found.found
    assert give("decimal", ",") in found.fix
    assert bring(csv(lines), decimal=",").log.revenue_in == 100 * (1250 + 3750 + 12)
    assert bring(csv(lines), decimal=".").log.revenue_in == 1700


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
    """Return lines of which every ninth is a return of 200.00."""
    lines = shop()
    return [lines[0]] + [
        line.rpartition(",")[0] + ",-200.00" if number % 9 == 0 else line
        for number, line in enumerate(lines[1:])
    ]


def test_b60_returns_lower_value_and_are_no_orders(bring, shop, csv):
    outcome = bring(csv(returned(shop)))
    found = outcome.the("ASG_W_RETURNS")
    assert found.source == "orders.csv"
    assert found.n_rows == 34
    sold = sum(plain()) - sum(plain()[::9])
    assert f"{680_000 / float(sold):.1f} %" in found.found
    assert outcome.log.revenue_in == sold - 34 * 200
    assert (outcome.log.n_orders, outcome.log.n_returns) == (266, 34)
    assert outcome.log.returns_revenue == -6800


def test_b60_returns_can_be_left_out(bring, shop, csv):
    outcome = bring(csv(returned(shop)), returns="exclude")
    assert outcome.dropped == {"return": 34}
    assert outcome.log.dropped_revenue["return"] == -6800
    assert (outcome.log.n_orders, outcome.log.n_returns) == (266, 0)


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


@pytest.mark.parametrize("amount", [1e300, -1e300, 2e12, 1e14])
def test_b64_an_amount_beyond_the_limit_is_a_bad_row(bring, frame, amount):
    outcome = bring(frame(amount=[5.0, amount] + [7.0] * 298))
    found = outcome.the("ASG_W_AMOUNT_BEYOND_LIMIT")
    assert (found.source, found.rows, found.n_rows) == ("transactions", (1,), 1)
    assert "max_amount" in found.fix
    assert outcome.dropped == {"amount_beyond_limit": 1}


def test_b64_many_amounts_beyond_the_limit_stop(bring, frame):
    table = frame(amount=[2e12] * 9 + [7.0] * 291)
    found = bring(table).the("ASG_E_AMOUNT_BEYOND_LIMIT")
    assert (found.rows, found.n_rows) == ((0, 1, 2, 3, 4), 9)
    assert "max_amount" in found.fix
    assert bring(table, max_amount=3 * 10**12).log.rows_used == 300
    low = bring(frame(amount=[150.0] + [7.0] * 299), max_amount=100)
    assert low.dropped == {"amount_beyond_limit": 1}


def in_currencies(frame):
    return frame(valuta=["NOK", "SEK", "DKK"] * 100, amount=10.0)


def test_b65_several_currencies_are_told_with_counts(bring, frame):
    found = bring(in_currencies(frame)).the("ASG_E_MIXED_CURRENCY")
    assert (found.source, found.column) == ("transactions", "valuta")
    assert "3 currencies: 100 in DKK, 100 in NOK, 100 in SEK" in found.found
    assert "rates" in found.fix
    assert "currency" in found.fix


def test_b65_rates_bring_them_to_one(bring, frame):
    rates = {"SEK": 0.98, "DKK": "1.5"}
    outcome = bring(in_currencies(frame), rates=rates, currency="NOK")
    assert outcome.log.revenue_in == 100 * (10 + Decimal("9.8") + 15)
    assert outcome.staged.currency == "NOK"


def test_b65_a_currency_may_be_left_out_and_must_not_be_forgotten(bring, frame):
    table = in_currencies(frame)
    outcome = bring(table, rates={"SEK": 0.98, "DKK": None}, currency="NOK")
    assert outcome.dropped == {"currency_left_out": 100}
    found = bring(table, rates={"SEK": 0.98}, currency="NOK")
    assert "DKK" in found.the("ASG_E_MIXED_CURRENCY").found


def test_b66_amounts_that_become_a_hundredfold_are_told(bring, frame):
    # five orders a day from 1 January on; the first 155 are of January
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(300) // 5, unit="D")
    amounts = 100.0 + np.arange(300) % 7
    jump = np.where(np.arange(300) < 155, 1, 100)
    found = bring(frame(order_date=days, amount=amounts * jump)).the("ASG_W_SCALE_JUMP")
    assert (found.source, found.n_rows) == ("transactions", 140)
    assert "the median order changed ×100 between 2023-01" in found.found
    assert "and 2023-02" in found.found
    assert found.fix == "bring all amounts to one unit"
    tenfold = np.where(np.arange(300) < 155, 1, 10)
    outcome = bring(frame(order_date=days, amount=amounts * tenfold))
    assert "ASG_W_SCALE_JUMP" not in outcome.codes

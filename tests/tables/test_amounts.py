"""Numbers: exact, and with one meaning of the comma a column."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from babel.numbers import format_currency, format_decimal, parse_decimal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError
from autoseg.tables.amounts import DECIMAL, beyond_limit, exact, multiply, read_numbers
from autoseg.tables.findings import Findings
from autoseg.tables.frames import open_frame
from autoseg.tables.settings import Settings


def frame(values):
    n = len(values)
    day = pd.Timestamp("2024-01-01")
    return pd.DataFrame(
        {"customer_id": "a", "order_id": range(n), "timestamp": day, "amount": values}
    )


def amounts(result):
    rows = result.staged.engine.fetch_rows(
        "SELECT amount FROM transactions ORDER BY CAST(order_id AS INTEGER)"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["10", "0.1", "-2.25"], ["10", "0.1", "-2.25"]),
        (["1,250.50", "1,000"], ["1250.5", "1000"]),
        (["1.250,50", "1.000", "3"], ["1250.5", "1000", "3"]),
        (["1\u00a0250,50 kr", "kr 99,-"], ["1250.5", "99"]),
        (["1 250,5", "1\u202f000\u202f000"], ["1250.5", "1000000"]),
        (["12,5", "3,125"], ["12.5", "3.125"]),
        (["12.5", "3,125"], ["12.5", "3125"]),
        (["12.5", "3.125"], ["12.5", "3.125"]),
        (["0.125", "1.250"], ["0.125", "1.25"]),
        (["1.000.000", "2.500"], ["1000000", "2500"]),
        (["1'250.50", "2’000"], ["1250.5", "2000"]),
        (["(1,250.50)", "5.5-", "9999.25"], ["-1250.5", "-5.5", "9999.25"]),
        (["\u22125.5", "NOK 7.5", "8.5nok"], ["-5.5", "7.5", "8.5"]),
        (["1.250,50 kr", "kr 1.250", "kr. 7"], ["1250.5", "1250", "7"]),
        (["1.250,-", "1.500,-- kr", "12,50"], ["1250", "1500", "12.5"]),
        (["DKK 1.250,00", "dkk 9"], ["1250", "9"]),
        (["€ 12", "€1.5", "3.25 euro", "2 EUR"], ["12", "1.5", "3.25", "2"]),
        (["12,50 SEK", "13 kronor"], ["12.5", "13"]),
        (["USD1,234.5", "$ 2", "-$3"], ["1234.5", "2", "-3"]),
        (["1’250.50", "1'000"], ["1250.5", "1000"]),
        (["5,5-", "5,5 -", "- 5,5", "(5,5 kr)", "\u2013 5,5"], ["-5.5"] * 5),
        (["-kr 5,50", "10:-", "7,-"], ["-5.5", "10", "7"]),
        (["+5.5", "1e3", ".5", "5."], ["5.5", "1000", "0.5", "5"]),
    ],
)
def test_the_whole_column_decides_what_a_comma_is(run, texts, expected):
    # the last row makes sure that there is a purchase
    result = run(frame([*texts, "100000"]))
    assert set(result.codes) <= {"ASG_W_RETURNS"}
    assert amounts(result)[:-1] == [Decimal(text) for text in expected]


@pytest.mark.parametrize(
    ("mark", "expected"), [(",", ["1250", "900"]), (".", ["1.25", "900"])]
)
def test_the_setting_decides_where_the_column_does_not(run, mark, expected):
    result = run(frame(["1.250", "900"]), decimal=mark)
    assert amounts(result) == [Decimal(text) for text in expected]


def test_a_number_is_never_read_against_the_setting(run):
    with pytest.raises(
        InputError,
        match=r"ASG_E_AMOUNT_MIXED: .*1 numbers have a decimal point and 0 a decimal "
        r"comma, and decimal=',' was given. Fix: .*leave out decimal",
    ):
        run(frame(["1250.50"]), decimal=",")
    result = run(frame(["1250,50"] * 200 + ["1250.50"]), decimal=",")
    assert dict(result.staged.log.dropped_rows) == {"unreadable_amount": 1}


def test_the_question_names_the_setting(run):
    with pytest.raises(
        InputError, match=r"decimal=',' \(--decimal ','\) or decimal='.'"
    ):
        run(frame(["1.250"]))


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["10 EUR", "10 EUR", "10 NOK"], "2 in EUR, 1 in NOK"),
        (["10 kr", "10 €"], "1 in 'kr', 1 in '€'"),
        (["10 NOK", "10 SEK", "5"], "1 in NOK, 1 in SEK"),
    ],
)
def test_amounts_written_in_two_currencies_are_an_error(run, texts, words):
    with pytest.raises(InputError, match=rf"ASG_E_MIXED_CURRENCY: .*: {words}"):
        run(frame(texts))


def test_the_written_currency_must_be_the_one_given(run):
    assert amounts(run(frame(["10 kr", "5 NOK"]), currency="NOK")) == [10, 5]
    with pytest.raises(
        InputError, match=r"ASG_E_CURRENCY: .*written in EUR, and NOK was given"
    ):
        run(frame(["10 EUR"]), currency="NOK")


@pytest.mark.parametrize("texts", [["1.250", "900"], ["1,250"], ["1.250", "1,250"]])
def test_three_digits_after_the_only_mark_are_an_error(run, texts):
    with pytest.raises(
        InputError, match=rf"ASG_E_AMOUNT_AMBIGUOUS: .*rows? 0.*'{texts[0]}' may be"
    ):
        run(frame(texts))


def test_points_and_commas_in_one_column_are_an_error_with_counts(run):
    with pytest.raises(InputError, match=r"ASG_E_AMOUNT_MIXED: .*2 numbers .* and 1 "):
        run(frame(["1.5", "2.5", "3,5"]))


@pytest.mark.parametrize(
    "text",
    [
        *("1,5", "1e400", "abc", "1,2,3", "1_000.0", "NaN", "1 2x", "inf", "-Infinity"),
        *(
            "5 %",
            "5%",
            "12 34",
            "1'2",
            "--5",
            "(-5)",
            ".",
            "-",
            "kr",
            "1 234 5",
            "0x1F",
        ),
    ],
)
def test_a_stray_text_is_a_bad_row_and_never_misread(run, text):
    result = run(frame(["2.5"] * 200 + [text]))
    assert dict(result.staged.log.dropped_rows) == {"unreadable_amount": 1}
    assert result.staged.log.revenue_in == 500


def test_texts_that_are_no_numbers_are_an_error(run):
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_AMOUNT: .*2 of 2 rows"):
        run(frame(["ten", "twenty"]))


@pytest.mark.parametrize("values", [[True, False], [pd.Timestamp("2024-01-01")] * 2])
def test_types_that_are_no_numbers_are_an_error(run, values):
    with pytest.raises(InputError, match=r"ASG_E_AMOUNT_TYPE: .*, not numbers"):
        run(frame(values))


def test_an_optional_number_may_be_unreadable_now_and_then(run):
    values = frame([5.0] * 200).assign(quantity=["2"] * 199 + ["two"])
    result = run(values)
    assert result.codes == ["ASG_W_UNREADABLE_VALUES"]
    assert result.warned[0].finding.rows == (199,)
    assert result.rows("transactions", "SUM(quantity)") == [(398,)]
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_VALUES: .*'quantity'"):
        run(values.tail(50))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    numbers=st.lists(
        # Babel groups ten digits wrongly in de_CH: 1000000'000.00
        st.decimals(-(10**9) + 1, 10**9 - 1, places=2, allow_nan=False),
        min_size=1,
        max_size=8,
    ),
    locale=st.sampled_from(["en_GB", "nb_NO", "da_DK", "sv_SE", "de_CH"]),
    pattern=st.sampled_from(["#,##0.00", "#,##0.00 ¤", "¤#,##0.00", "¤¤ #,##0.00"]),
)
def test_what_babel_writes_and_reads_strictly_is_read_back(
    run, numbers, locale, pattern
):
    # two decimals always tell the comma
    numbers = [*numbers, Decimal("1.25")]
    texts = [
        format_currency(n, "SEK", pattern, locale=locale, currency_digits=False)
        for n in numbers
    ]
    plain = [format_decimal(n, "#,##0.00", locale=locale) for n in numbers]
    assert [parse_decimal(t, locale=locale, strict=True) for t in plain] == numbers
    assert amounts(run(frame(texts))) == numbers


@pytest.mark.parametrize("value", ["1e300", "10" + "0" * 14, "-1e15", 1e300, 10**15])
def test_numbers_too_large_for_the_type_are_no_unreadable_ones(shared_engine, value):
    findings = Findings()
    source = open_frame(frame([value, value]), "transactions", findings)
    shared_engine.execute("CREATE SCHEMA IF NOT EXISTS workspace")
    column = source.load(shared_engine, "raw_large", [3], findings).column(3)
    sql = read_numbers(column, Settings(), findings, large=True)
    condition = beyond_limit(sql, Settings(max_amount=Decimal(10**13)))
    rows = shared_engine.fetch_rows(f"SELECT {condition} FROM workspace.raw_large")
    assert rows == [(True,), (True,)]
    small = read_numbers(column, Settings(), findings)
    rows = shared_engine.fetch_rows(f"SELECT {small} FROM workspace.raw_large")
    assert rows == [(None,), (None,)]


def test_a_product_too_large_for_the_type_is_beyond_the_limit(shared_engine):
    rows = shared_engine.fetch_rows(
        f"SELECT {exact(multiply('a', 'b'), large=True)},"
        f" {exact(multiply('a', 'a'), large=True)} FROM (SELECT"
        f" CAST(99999999999999 AS {DECIMAL}) AS a, CAST(-5 AS {DECIMAL}) AS b)"
    )
    assert rows == [(Decimal("-99999999999999.9999"), Decimal("99999999999999.9999"))]


def test_a_product_of_huge_numbers_stops_nothing(run):
    goods = frame([1] * 300).drop(columns="amount")
    huge = goods.assign(quantity=[1.0] * 299 + [1e13], price=[1.0] * 299 + [1e9])
    assert run(huge).staged.log.revenue_used == 299

"""Numbers: exact, and with one meaning of the comma a column."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from babel.numbers import format_decimal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError


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
        (["\u22125.5", "NOK 7.5", "8.5 EUR", "$9.5"], ["-5.5", "7.5", "8.5", "9.5"]),
        (["-kr 5,50", "10:-", "7,-"], ["-5.5", "10", "7"]),
        (["+5.5", "1e3", ".5", "5."], ["5.5", "1000", "0.5", "5"]),
    ],
)
def test_the_whole_column_decides_what_a_comma_is(run, texts, expected):
    # the last row makes sure that there is a purchase
    result = run(frame([*texts, "100000"]))
    assert result.codes == []
    assert amounts(result)[:-1] == [Decimal(text) for text in expected]


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
    "text", ["1,5", "1e400", "abc", "1,2,3", "1_000.0", "NaN", "1 2x"]
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
        st.decimals(-(10**9), 10**9, places=2, allow_nan=False), min_size=1, max_size=8
    ),
    locale=st.sampled_from(["en_GB", "nb_NO", "da_DK", "sv_SE", "de_CH"]),
)
def test_what_babel_writes_in_any_language_is_read_back(run, numbers, locale):
    # two decimals always tell the comma
    numbers = [*numbers, Decimal("1.25")]
    texts = [format_decimal(n, "#,##0.00", locale=locale) for n in numbers]
    assert amounts(run(frame(texts))) == numbers

"""Currencies: one is told, several are converted exactly or refused."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from autoseg.errors import InputError


def priced(currencies, amounts=None):
    n = len(currencies)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(n)],
            "order_id": range(n),
            "timestamp": pd.date_range("2024-01-01", periods=n, freq="h"),
            "amount": amounts or [5] * n,
            "currency": currencies,
        }
    )


def test_a_constant_currency_is_known(run):
    frame = priced(["nok", "NOK"])
    assert run(frame).staged.currency == "NOK"
    assert run(frame, currency="NOK").codes == []


def test_blank_cells_count_as_the_currency_of_the_others(run):
    result = run(priced(["nok", None, " "]))
    assert result.staged.currency == "NOK"
    assert result.codes == ["ASG_W_BLANK_CURRENCY"]
    assert "2 rows do not say their currency and count as NOK" in str(result.warned[0])


def test_a_column_without_a_currency_says_nothing(run):
    result = run(priced([None, None]))
    assert (result.staged.currency, result.codes) == (None, [])


def test_a_currency_that_is_no_code_is_asked_for(run):
    with pytest.raises(
        InputError, match=r"ASG_E_CURRENCY: .*2 rows .*'KR'. Fix: .*currency='NOK'"
    ):
        run(priced(["kr", "Kr"]))
    assert run(priced(["kr", "Kr"]), currency="SEK").staged.currency == "SEK"


def test_a_currency_that_is_no_code_among_others_is_an_error(run):
    with pytest.raises(InputError, match=r"ASG_E_CURRENCY: .*1 rows .*: 'KR'. Fix: wr"):
        run(priced(["NOK", "SEK", "kr"]), currency="NOK")


def test_mixed_currencies_are_an_error(run):
    with pytest.raises(
        InputError,
        match=r"ASG_E_MIXED_CURRENCY: .*2 currencies: 2 in NOK, 1 in SEK.*rates=",
    ):
        run(priced(["NOK", "SEK", "nok"]))


def test_another_currency_than_the_data_say_is_an_error(run):
    with pytest.raises(
        InputError, match=r"ASG_E_CURRENCY: .*in NOK, and SEK was given"
    ):
        run(priced(["NOK"]), currency="SEK")


def test_rates_convert_exactly_and_round_half_away_from_zero(run):
    frame = priced(["NOK", "sek", "EUR", None], ["10", "0.0005", "3.3333", "-1"])
    frame = frame.assign(discount=2, cost=1, customer_id="a")
    result = run(frame, currency="NOK", rates={"SEK": 0.9, "eur": "11.305", "USD": 9})
    assert result.codes == ["ASG_W_CONVERTED", "ASG_W_BLANK_CURRENCY"]
    assert "1 in EUR at 11.305, 1 in SEK at 0.9" in str(result.warned[0])
    assert result.rows("transactions", "order_id, amount, discount, cost") == [
        ("0", Decimal(10), Decimal(2), Decimal(1)),
        ("1", Decimal("0.0005"), Decimal("1.8"), Decimal("0.9")),
        ("2", Decimal("37.6830"), Decimal("22.61"), Decimal("11.305")),
        ("3", Decimal(-1), Decimal(2), Decimal(1)),
    ]
    assert result.staged.currency == "NOK"


def test_quantity_times_price_is_converted(run):
    frame = priced(["SEK", "NOK"]).drop(columns="amount")
    frame = frame.assign(quantity=3, unit_price=[1.5, 2.0])
    log = run(frame, currency="NOK", rates={"SEK": 2}).staged.log
    assert log.revenue_used == Decimal(15)


def test_a_currency_without_a_rate_is_an_error(run):
    with pytest.raises(
        InputError, match=r"ASG_E_MIXED_CURRENCY: .*no rate for 1 in USD"
    ):
        run(priced(["NOK", "USD"]), currency="NOK", rates={"SEK": 0.9})


def test_a_currency_whose_rate_is_none_is_left_out(run):
    result = run(priced(["NOK", "USD"]), currency="NOK", rates={"USD": None})
    log = result.staged.log
    assert dict(log.dropped_rows) == {"currency_left_out": 1}
    # dollars are no kroner: without a rate nothing can be said of their worth
    assert log.revenue_in == log.revenue_used == 5
    assert result.codes == ["ASG_W_CURRENCY_LEFT_OUT"]


def test_rates_without_a_currency_column_are_an_error(run):
    frame = priced(["NOK"]).drop(columns="currency")
    with pytest.raises(InputError, match=r"ASG_E_RATE: .*no column that says") as error:
        run(frame, currency="NOK", rates={"SEK": 1})
    assert error.value.codes == ("ASG_E_RATE",)


@pytest.mark.parametrize(
    "rates", [{"SEK": "nan"}, {"SEK": 0}, {"SEK": 10**6}, {"kr": 1}, {3: 1}, {"NOK": 2}]
)
def test_rates_that_are_none_are_the_only_error(run, rates):
    with pytest.raises(InputError, match=r"is no rate") as error:
        run(priced(["NOK", "USD"]), currency="NOK", rates=rates)
    assert error.value.codes == ("ASG_E_RATE",)


def test_an_amount_too_large_before_its_rate_is_still_too_large(run):
    frame = priced(["NOK"] * 199 + ["SEK"], ["5"] * 199 + ["1e14"])
    log = run(frame, currency="NOK", rates={"SEK": 1e-6}).staged.log
    assert dict(log.dropped_rows) == {"amount_beyond_limit": 1}

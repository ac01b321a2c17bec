"""Ids that are personal data: held to published test numbers and their rules."""

from __future__ import annotations

import pandas as pd
import pytest

from autoseg.tables.personalids import personal_kind


def frame(ids):
    day = pd.Timestamp("2024-01-01")
    return pd.DataFrame(
        {"customer_id": ids, "order_id": range(len(ids)), "timestamp": day, "amount": 1}
    )


NORWEGIAN = "Norwegian national identity numbers"
SWEDISH = "Swedish personal identity numbers"
DANISH = "Danish CPR numbers"


@pytest.mark.parametrize(
    ("customer_id", "kind"),
    [
        ("kari.nordmann+butikk@example.no", "e-mail addresses"),
        ("+4791234567", "telephone numbers"),
        ("+47 912 34 567", "telephone numbers"),
        ("004791234567", "telephone numbers"),
        # made up for documentation by those who give the numbers out
        ("01010750160", NORWEGIAN),
        ("010107 50160", NORWEGIAN),
        ("311299-1234", DANISH),
        ("3112991234", DANISH),
        ("811228-9874", SWEDISH),
        ("8112289874", SWEDISH),
        ("19811228-9874", SWEDISH),
        ("811228+9874", SWEDISH),
        ("701063-2391", SWEDISH),
    ],
)
def test_personal_data_are_known_by_their_rules(customer_id, kind):
    assert personal_kind(customer_id) == kind


@pytest.mark.parametrize(
    "customer_id",
    [
        *("K-1001", "17850", "0000012345", "0012345678", "12345678", "a@b", "a b@c.no"),
        # one digit is wrong: a control digit each, and the day
        *("01010750161", "01010750260", "811228-9875", "320761-4285", "071361-4285"),
        *("1000000001", "c255407", "9f1c2d3e", "+12", "00000000000"),
    ],
)
def test_other_ids_are_not_taken_for_personal_data(customer_id):
    assert personal_kind(customer_id) is None


def _norwegian(first_nine: str) -> str | None:
    """Append control digits as the rule for them is published."""
    digits = [int(digit) for digit in first_nine]
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        control = -sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if control == 10:
            return None
        digits.append(control)
    return "".join(str(digit) for digit in digits)


@pytest.mark.parametrize(
    ("day_and_month", "holds"),
    [
        *(("3112", True), ("7112", True), ("3152", True), ("3192", True)),
        *(("3113", False), ("3202", False), ("0012", False), ("3062", False)),
    ],
)
def test_numbers_of_foreigners_and_hospitals_count_and_odd_days_do_not(
    day_and_month, holds
):
    numbers = [
        _norwegian(f"{day_and_month}85{serial:03}") for serial in range(100, 140)
    ]
    kinds = {personal_kind(number) for number in numbers if number is not None}
    assert kinds == {NORWEGIAN if holds else None}


@pytest.mark.parametrize("leap_day", ["290200-1234", "290204-1234"])
def test_leap_days_of_either_century_are_days(leap_day):
    assert personal_kind(leap_day) == DANISH
    assert personal_kind(leap_day.replace("29020", "29029")) is None


def test_personal_ids_are_warned_of_by_kind_and_never_shown(run):
    ids = [f"kunde{i}@example.no" for i in range(8)] + ["+4791234567", "17"]
    result = run(frame(ids))
    assert result.codes == ["ASG_W_PERSONAL_ID"]
    told = result.warned[0].finding
    assert told.found == (
        "of 10 customer ids, 8 like e-mail addresses, 1 like telephone numbers: they"
        " tell who someone is"
    )
    assert "pseudonym_key='a long secret' (--pseudonymise)" in told.fix
    assert told.n_rows == 9
    assert "kunde1" not in str(told)
    assert "91234567" not in str(told)


def test_half_of_the_ids_or_a_key_is_no_reason_to_warn(run):
    ids = ["kari@example.no", "ola@example.no", "1", "2"]
    assert run(frame(ids)).codes == []
    assert run(frame(ids[:2]), pseudonym_key="key").codes == []


def test_of_many_customers_a_sample_is_looked_at(run):
    ids = [f"kunde{i}@example.no" for i in range(12_000)]
    told = run(frame(ids)).warned[0].finding
    assert told.found.startswith("of 10000 customer ids that were looked at, 10000")
    mirrored = run(frame(ids[::-1])).warned[0].finding
    assert mirrored == told

"""B31 to B39: ids that lose their zeros, merge, or stand for no one."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import numpy as np
import pandas as pd
import pytest

LAST = -1


def with_ids(lines, ids):
    """Return the lines with other customers in the first rows."""
    rest = [line.partition(",")[2] for line in lines[1:]]
    own = [line.partition(",")[0] for line in lines[1:]]
    own[: len(ids)] = ids
    return [lines[0]] + [",".join(pair) for pair in zip(own, rest, strict=True)]


def test_b31_leading_zeros_tell_customers_apart(bring, shop, csv):
    outcome = bring(csv(with_ids(shop(), ["00123", "123", "0123"])))
    assert {"00123", "0123", "123"} <= set(outcome.values("customer_id"))


def test_b31_whole_numbers_beside_padded_texts_are_told(bring, frame):
    table = frame().assign(customer_id=lambda t: t["customer_id"].str[1:].astype(int))
    customers = pd.DataFrame(
        {"customer_id": [f"{i:04d}" for i in range(1, 100)], "city": "Oslo"}
    )
    found = bring(table, customers=customers).the("ASG_W_ID_ZEROS")
    assert found.source == "customers"
    assert "zero" in found.found
    assert found.n_rows == 99
    assert found.fix
    same = customers.assign(customer_id=[str(i) for i in range(1, 100)])
    assert "ASG_W_ID_ZEROS" not in bring(table, customers=same).codes


def test_b32_ids_that_look_like_powers_of_ten_stay_texts(bring, shop, csv):
    outcome = bring(csv(with_ids(shop(), ["1e5", "2E5", "100000"])))
    assert {"1e5", "2E5", "100000"} <= set(outcome.values("customer_id"))


def test_b33_long_numbers_keep_all_digits_beside_a_blank(bring, shop, csv):
    lines = with_ids(shop(), ["12345678901234567", "", "12345678901234568"])
    outcome = bring(csv(lines))
    assert {"12345678901234567", "12345678901234568"} <= set(
        outcome.values("customer_id")
    )


def test_b33_floats_beyond_what_they_can_tell_apart_are_told(bring, frame):
    ids = np.arange(300.0)
    ids[7] = 12345678901234567.0
    found = bring(frame(customer_id=ids)).the("ASG_E_ID_FLOAT")
    assert (found.source, found.column) == ("transactions", "customer_id")
    assert (found.rows, found.n_rows) == ((7,), 1)
    assert "too long for floats" in found.found
    assert "text" in found.fix
    ids[7] = np.nan
    outcome = bring(frame(customer_id=ids))
    assert outcome.dropped == {"missing_customer": 1}
    assert "299" in outcome.values("customer_id")


def test_b34_markers_of_missing_values_are_told_and_kept(bring, shop, csv):
    markers = ["NA", "null", "None", "nan"]
    outcome = bring(csv(with_ids(shop(), markers)))
    found = outcome.the("ASG_W_ID_MARKERS")
    assert (found.source, found.n_rows) == ("orders.csv", 4)
    assert found.found.startswith("4 rows have a customer id that looks like a marker")
    assert "exclude_ids" in found.fix
    assert set(markers) <= set(outcome.values("customer_id"))
    left = bring(csv(with_ids(shop(), markers)), exclude_ids=markers)
    assert left.dropped == {"excluded_customer": 4}


def test_b35_rows_without_customer_are_counted_with_their_revenue(bring, shop, csv):
    lines = with_ids(shop(), ["", " ", "\u00a0"])
    lines[2] = lines[2].rpartition(",")[0] + ",5000.00"
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_MISSING_CUSTOMER")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (2, 3, 4), 3)
    assert found.found.startswith("3 of 300 rows belong to no customer")
    amounts = [float(line.rpartition(",")[2]) for line in lines[1:]]
    share = sum(amounts[:3]) / sum(amounts) * 100
    assert f"{share:.1f} % of the revenue" in found.found
    assert outcome.dropped == {"missing_customer": 3}
    assert float(outcome.log.dropped_revenue["missing_customer"]) == sum(amounts[:3])


def test_b36_blanks_around_an_id_go_and_other_variants_are_told(bring, shop, csv):
    outcome = bring(csv(with_ids(shop(), ["A1", " A1 ", "\u00a0A1", "a1", "A 1"])))
    ids = outcome.values("customer_id")
    assert (ids.count("A1"), ids.count("a1"), ids.count("A 1")) == (3, 1, 1)
    found = outcome.the("ASG_W_ID_VARIANTS")
    assert found.source == "orders.csv"
    assert found.found.startswith(
        "3 customer ids differ from another only by case or by spaces inside"
    )
    assert "A1" not in found.found
    assert found.fix == "write each customer's id in one way"
    plain = bring(csv(with_ids(shop(), ["A1", " A1 "])))
    assert "ASG_W_ID_VARIANTS" not in plain.codes


def test_b37_one_name_spelled_in_two_ways_is_one_customer(bring, shop, csv):
    names = [unicodedata.normalize(form, "Åse") for form in ("NFC", "NFD")]
    assert names[0] != names[1]
    outcome = bring(csv(with_ids(shop(), names)))
    assert outcome.values("customer_id").count(names[0]) == 2
    assert names[1] not in outcome.values("customer_id")


# the two last digits of 01010750160 and of the others were worked out by hand
PERSONAL = {
    "e-mail addresses": [f"kari.{i}@example.no" for i in range(300)],
    "telephone numbers": [f"+47 9{i:07d}" for i in range(300)],
}


@pytest.mark.parametrize("kind", PERSONAL)
def test_b38_ids_that_name_a_person_are_told(bring, frame, kind):
    table = frame(customer_id=PERSONAL[kind])
    found = bring(table).the("ASG_W_PERSONAL_ID")
    assert found.source == "transactions"
    assert found.n_rows == 300
    assert kind in found.found
    assert "pseudonym_key" in found.fix
    assert "kari" not in str(found)
    assert "ASG_W_PERSONAL_ID" not in bring(frame()).codes


def birth_number(number):
    """Return a Norwegian birth number, with both check digits (mod 11)."""
    first = f"0101{number % 100:02d}{300 + number:03d}"
    weights = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
    for own in weights:
        rest = -sum(int(a) * b for a, b in zip(first, own, strict=True)) % 11
        if rest == 10:
            return None
        first += str(rest)
    return first


def test_b38_norwegian_birth_numbers_are_told_and_other_numbers_are_not(bring, frame):
    numbers = [n for n in map(birth_number, range(600)) if n is not None][:300]
    assert len(numbers) == 300
    found = bring(frame(customer_id=numbers)).the("ASG_W_PERSONAL_ID")
    assert found.n_rows == 300
    assert numbers[0] not in str(found)
    spoiled = [n[:9] + f"{(int(n[9:]) + 50) % 100:02d}" for n in numbers]
    assert "ASG_W_PERSONAL_ID" not in bring(frame(customer_id=spoiled)).codes


def test_b38_pseudonyms_are_hmacs_in_every_table(bring, frame):
    table = frame(customer_id=PERSONAL["e-mail addresses"])
    customers = table[["customer_id"]].assign(city="Oslo")
    outcome = bring(table, customers=customers, pseudonym_key="a secret")
    expected = {
        hmac.new(b"a secret", own.encode(), hashlib.sha256).hexdigest()
        for own in PERSONAL["e-mail addresses"]
    }
    assert set(outcome.values("customer_id")) == expected
    assert set(outcome.values("customer_id", "customers")) == expected
    assert "ASG_W_PERSONAL_ID" not in outcome.codes


def test_b39_a_guest_account_is_told_by_name(bring, shop, csv):
    outcome = bring(csv(with_ids(shop(), ["0000"] * 93)))
    found = outcome.the("ASG_W_GUEST_ID")
    assert (found.source, found.n_rows) == ("orders.csv", 93)
    assert found.found.startswith("the customer id '0000' holds 31 % of the rows")
    assert "exclude_ids" in found.fix
    left = bring(csv(with_ids(shop(), ["0000"] * 93)), exclude_ids=["0000"])
    assert left.dropped == {"excluded_customer": 93}
    assert "ASG_W_GUEST_ID" not in left.codes


def test_b39_accounts_of_staff_and_tests_are_told(bring, shop, csv):
    outcome = bring(csv(with_ids(shop(), ["test", "TEST", "staff"])))
    found = outcome.the("ASG_W_STAFF_ID")
    assert (found.source, found.n_rows) == ("orders.csv", 3)
    assert "exclude_ids" in found.fix
    assert "ASG_W_STAFF_ID" not in bring(csv(with_ids(shop(), ["tess"]))).codes

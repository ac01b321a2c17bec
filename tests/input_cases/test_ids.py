"""B31 to B39: ids that lose their zeros, merge, or stand for no one."""

from __future__ import annotations

import unicodedata

import numpy as np

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


def test_b37_one_name_spelled_in_two_ways_is_one_customer(bring, shop, csv):
    names = [unicodedata.normalize(form, "Åse") for form in ("NFC", "NFD")]
    assert names[0] != names[1]
    outcome = bring(csv(with_ids(shop(), names)))
    assert outcome.values("customer_id").count(names[0]) == 2
    assert names[1] not in outcome.values("customer_id")


# the two last digits of 01010750160 and of the others were worked out by hand
PERSONAL = {
    "e-mail": [f"kari.{i}@example.no" for i in range(300)],
    "phone": [f"+47 9{i:07d}" for i in range(300)],
}


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

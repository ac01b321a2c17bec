"""Ids are text, whatever they were stored as."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from autoseg.errors import InputError


def frame(ids):
    day = pd.Timestamp("2024-01-01")
    return pd.DataFrame(
        {"customer_id": ids, "order_id": range(len(ids)), "timestamp": day, "amount": 1}
    )


def found(result):
    rows = result.staged.engine.fetch_rows(
        "SELECT customer_id FROM transactions ORDER BY CAST(order_id AS INTEGER)"
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["00123", "123"], ["00123", "123"]),
        (["1e5", "2e5"], ["1e5", "2e5"]),
        ([" a ", "b\u00a0"], ["a", "b"]),
        (["A1", "a1"], ["A1", "a1"]),
        (["\u00c5se", "A\u030ase"], ["\u00c5se", "\u00c5se"]),
        ([7, 12], ["7", "12"]),
        (np.array([2**63], dtype="uint64"), ["9223372036854775808"]),
        ([12345678901234567, 12345678901234568], None),
        ([Decimal("12345678901234567"), Decimal(5)], ["12345678901234567", "5"]),
        (pd.Categorical(["x", "y"], categories=["x", "y", "z"]), ["x", "y"]),
        (["x.0", "y.0"], ["x.0", "y.0"]),
        (["17850.0", "17850"], ["17850.0", "17850"]),
        (["NA", "b"], ["NA", "b"]),
    ],
)
def test_ids_are_kept_as_they_are_written(run, ids, expected):
    expected = [str(one) for one in ids] if expected is None else expected
    assert found(run(frame(ids))) == expected


def test_whole_floats_become_their_digits(run):
    result = run(frame([17850.0, np.nan, 5.0]))
    assert found(result) == ["17850", "5"]
    assert dict(result.staged.log.dropped_rows) == {"missing_customer": 1}


def test_texts_of_whole_floats_lose_their_ending_with_a_warning(run, csv):
    result = run(frame(["17850.0", None, "5.0"]))
    assert found(result) == ["17850", "5"]
    assert result.codes == ["ASG_W_ID_DECIMALS", "ASG_W_MISSING_CUSTOMER"]
    assert result.warned[0].finding.n_rows == 2


@pytest.mark.parametrize(
    ("ids", "match"),
    [
        ([1.5, 2.0], r"row 0: 1 ids have decimals"),
        ([Decimal("1.5"), Decimal(2)], r"row 0: 1 ids have decimals"),
        ([5.0, 1e17], r"row 1: 1 ids are too long for floats"),
    ],
)
def test_floats_that_are_no_ids_are_an_error(run, ids, match):
    with pytest.raises(InputError, match=rf"ASG_E_ID_FLOAT: .*{match}"):
        run(frame(ids))


@pytest.mark.parametrize("ids", [[True, False], [pd.Timestamp("2024-01-01")] * 2])
def test_types_that_are_no_ids_are_an_error(run, ids):
    with pytest.raises(InputError, match=r"ASG_E_ID_TYPE: .*are no ids"):
        run(frame(ids))


def test_numbers_and_texts_of_two_tables_meet(run):
    customers = pd.DataFrame({"customer_id": ["7", "12"], "city": ["Oslo", "Århus"]})
    result = run(frame([7, 12]), customers=customers)
    joined = "transactions JOIN customers USING (customer_id)"
    assert result.rows(joined, "customer_id, city") == [("12", "Århus"), ("7", "Oslo")]


def test_ids_longer_than_any_id_are_an_error_with_their_rows(run):
    long, letters = "x" * 257, "ø" * 256
    with pytest.raises(
        InputError,
        match=r"ASG_E_ID_LENGTH: .*'customer_id', rows 1, 3: 2 ids are longer than 256",
    ):
        run(frame(["a", long, letters, f" {long} "]))
    assert sorted(found(run(frame(["a" + " " * 300, letters])))) == ["a", letters]

"""Customers that the user wants left out."""

from __future__ import annotations

import pandas as pd


def unknown(result):
    found = [w.finding for w in result.warned]
    return [f for f in found if f.code == "ASG_W_EXCLUDED_UNKNOWN"]


def test_they_are_left_out_with_their_revenue(run, orders):
    result = run(orders, exclude_ids=["b", " c "])
    log = result.staged.log
    assert dict(log.dropped_rows) == {"excluded_customer": 3}
    assert str(log.dropped_revenue["excluded_customer"]) == "23.5000"
    (warning,) = result.warned
    assert warning.finding.code == "ASG_W_EXCLUDED_CUSTOMER"
    assert warning.finding.rows == (3, 4, 5)
    assert "3 of 6 rows belong to customers that are left out" in str(warning)
    assert result.rows("orders", "customer_id") == [("a",), ("a",)]


def test_they_are_left_out_of_every_table(run, orders):
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "city": "Oslo"})
    events = pd.DataFrame(
        {"customer_id": ["a", "b"], "timestamp": "2024-01-01", "event_type": "open"}
    )
    result = run(orders, customers=customers, events=events, exclude_ids=["b"])
    assert result.rows("customers", "customer_id") == [("a",), ("c",)]
    assert result.rows("events", "customer_id") == [("a",)]
    assert result.codes == ["ASG_W_EXCLUDED_CUSTOMER"] * 3


def test_ids_in_no_table_are_counted_and_not_named(run, orders):
    (found,) = unknown(run(orders, exclude_ids=["b", "bb", "kari", "kari"]))
    assert found.found == "2 of 3 ids to leave out occur in no table"
    assert (found.fix, found.n_rows) == ("check how they are written", 2)


def test_an_id_in_any_table_is_known(run, orders):
    customers = pd.DataFrame({"customer_id": ["a", "b", "c", "z"], "city": "Oslo"})
    assert unknown(run(orders, customers=customers, exclude_ids=["z"])) == []
    assert len(unknown(run(orders, exclude_ids=["z"]))) == 1


def test_an_id_whose_rows_are_dropped_for_another_reason_is_known(run, orders):
    assert unknown(run(orders, exclude_ids=["c"], as_of="2024-03-01")) == []


def test_one_id_in_two_writings_of_unicode_is_one(run, orders):
    frame = orders.replace({"customer_id": {"b": "\u00c5se"}})
    result = run(frame, exclude_ids=["\u00c5se", "A\u030ase"])
    assert result.staged.log.dropped_rows["excluded_customer"] == 2
    assert unknown(result) == []


def test_ids_are_left_out_as_they_are_written_and_not_as_pseudonyms(run, orders):
    result = run(orders, exclude_ids=["b"], pseudonym_key="a key of the company")
    assert dict(result.staged.log.dropped_rows) == {"excluded_customer": 2}
    assert result.staged.log.n_customers == 2

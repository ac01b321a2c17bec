"""Customers, events and responses beside the transactions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pandas as pd
import pytest

from autoseg.errors import InputError


@pytest.fixture
def customers():
    return pd.DataFrame(
        {
            "Kundenr": ["a", "b", "z"],
            "row": [1, 2, 3],
            "Sted": [" Oslo", "", "A\u030as"],
        }
    )


def test_attributes_keep_their_names_and_become_text(run, orders, customers):
    result = run(orders, customers=customers)
    assert result.staged.tables == {"transactions", "customers"}
    assert result.rows("customers", 'customer_id, "row", "Sted"') == [
        ("a", "1", "Oslo"),
        ("b", "2", None),
        ("z", "3", "\u00c5s"),
    ]


def test_odd_attribute_names_are_only_names(run, orders, customers):
    odd = 'x"; DROP TABLE orders; --'
    result = run(orders, customers=customers.rename(columns={"Sted": odd}))
    names = [r[0] for r in result.staged.engine.fetch_rows("DESCRIBE customers")]
    assert names == ["customer_id", "row", odd]
    assert len(result.rows("orders")) == 5


def test_customers_with_two_rows_are_an_error(run, orders, customers):
    twice = pd.concat([customers, customers.head(1)])
    with pytest.raises(
        InputError, match=r"ASG_E_DUPLICATE_CUSTOMER: customers, rows 0, 3: 1 customers"
    ):
        run(orders, customers=twice)


def test_customers_without_an_id_are_left_out_with_a_warning(run, orders, customers):
    blank = customers.assign(Kundenr=["a", None, " "])
    result = run(orders, customers=blank)
    assert result.codes == [
        "ASG_W_MISSING_CUSTOMER",
        "ASG_W_ORDERS_WITHOUT_CUSTOMER",
        "ASG_W_RETURNS",
    ]
    assert result.warned[0].finding.source == "customers"
    assert result.rows("customers", "customer_id") == [("a",)]
    assert result.staged.log.rows_in == 6


def test_events_are_cut_at_as_of(run, orders):
    events = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b"],
            "date": ["01.01.2023", "29.02.2024", "01.03.2024", "02.03.2024"],
            "event": ["visit", "open", "open", "click"],
            "device": ["mobile", None, "", "desktop"],
        }
    )
    result = run(orders, events=events)
    assert result.codes == ["ASG_W_AFTER_AS_OF", "ASG_W_RETURNS"]
    assert result.rows("events") == [
        ("a", datetime(2023, 1, 1), "visit", "mobile"),
        ("a", datetime(2024, 2, 29), "open", None),
        ("b", datetime(2024, 3, 1), "open", None),
    ]
    events = events.tail(3)
    kept = run(orders, events=events, since="2024-02-01", as_of="2024-03-01")
    assert kept.rows("events", "event_type") == [("open",)]


def test_answers_are_flags_in_any_writing(run, orders):
    responses = pd.DataFrame(
        {
            "customer_id": list("abcabc"),
            "kampanje": [1, 1, 1, 2, 2, 2],
            "responded": ["ja", "Nei", "1", "FALSE", "yes", "n"],
            "exposed_at": ["2024-01-05"] * 5 + ["2024-03-05"],
            "revenue": ["10,50", "", "0,00", "1,25", "0,00", "0,00"],
        }
    )
    result = run(orders, responses=responses)
    assert result.codes == ["ASG_W_AFTER_AS_OF", "ASG_W_RETURNS"]
    columns = "customer_id, campaign_id, converted, revenue"
    assert result.rows("responses", columns) == [
        ("a", "1", True, Decimal("10.5")),
        ("a", "2", False, Decimal("1.25")),
        ("b", "1", False, None),
        ("b", "2", True, Decimal(0)),
        ("c", "1", True, Decimal(0)),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"converted": "maybe"}, "ASG_E_UNREADABLE_CONVERTED"),
        ({"campaign_id": None}, "ASG_E_UNREADABLE_CAMPAIGN_ID"),
        ({"converted": 3}, "ASG_E_UNREADABLE_CONVERTED"),
    ],
)
def test_responses_that_say_nothing_are_an_error(run, orders, change, code):
    responses = pd.DataFrame(
        {"customer_id": ["a"], "campaign_id": ["1"], "converted": [True]}
    )
    with pytest.raises(InputError, match=code):
        run(orders, responses=responses.assign(**change))
    assert run(orders, responses=responses).rows("responses") == [("a", "1", True)]


def test_event_types_that_are_blank_are_an_error(run, orders):
    events = pd.DataFrame(
        {"customer_id": ["a"], "timestamp": ["2024-01-01"], "event_type": [" "]}
    )
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_EVENT_TYPE"):
        run(orders, events=events)


def test_a_table_that_is_missing_its_columns_is_named(run, orders, csv):
    path = csv("customer_id;campaign\na;1\n", "answers.csv")
    with pytest.raises(
        InputError, match=r"ASG_E_MISSING_COLUMN: answers.csv: .*converted"
    ):
        run(orders, responses=path)


def test_answers_given_twice_or_to_two_variants_are_told(run, orders):
    responses = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "c"],
            "campaign_id": ["1", "1", "1", "1", "1"],
            "variant": ["x", "x", "x", "y", "x"],
            "converted": [True, False, True, False, False],
        }
    )
    result = run(orders, responses=responses)
    told = {one.finding.code: str(one) for one in result.warned}
    assert "2 customers have several rows" in told["ASG_W_DUPLICATE_RESPONSES"]
    assert "1 customers are in more than one" in told["ASG_W_CROSSED_VARIANTS"]
    # none is dropped
    assert len(result.rows("responses")) == 5
    once = responses.drop(index=[1, 3])
    assert not {"ASG_W_DUPLICATE_RESPONSES", "ASG_W_CROSSED_VARIANTS"} & set(
        run(orders, responses=once).codes
    )


def test_rows_of_customers_without_a_used_transaction_are_told(run, orders):
    events = pd.DataFrame(
        {
            "customer_id": ["a", "nobody", "nobody", "else"],
            "timestamp": ["2024-01-06"] * 4,
            "event_type": ["visit", "visit", "click", "visit"],
        }
    )
    result = run(orders, events=events)
    told = {one.finding.code: one.finding for one in result.warned}
    stranger = told["ASG_W_UNKNOWN_CUSTOMERS"]
    assert "3 of 4 rows belong to 2 customers" in str(stranger)
    assert stranger.n_rows == 3
    known = run(orders, events=events.head(1))
    assert "ASG_W_UNKNOWN_CUSTOMERS" not in known.codes

"""Pseudonyms: what Python's own hmac makes of an id, in every table."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError
from autoseg.tables import stage
from autoseg.tables.pseudonyms import pseudonymise
from autoseg.tables.settings import Settings


def expected(key: str, customer_id: str) -> str:
    text = unicodedata.normalize("NFC", customer_id)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


@given(
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=150),
    customer_id=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    ),
)
def test_any_key_and_id_give_what_python_gives(pseudonym_engine, key, customer_id):
    sql = pseudonymise("NFC_NORMALIZE(id)", Settings(pseudonym_key=key))
    ((found,),) = pseudonym_engine.fetch_rows(
        f"SELECT {sql} FROM (SELECT ? AS id) AS ids", [customer_id]
    )
    assert found == expected(key, customer_id)


@pytest.fixture(scope="module")
def pseudonym_engine():
    with DuckDBEngine(threads=1) as engine:
        yield engine


@pytest.mark.parametrize("key", ["kort", "k" * 64, "k" * 65, "nøkkel " * 30])
def test_ids_are_replaced_in_every_table_alike(run, orders, key):
    events = pd.DataFrame(
        {"customer_id": ["a"], "timestamp": ["2024-01-05"], "event_type": ["open"]}
    )
    responses = pd.DataFrame(
        {"customer_id": ["a"], "campaign_id": ["k"], "converted": [1]}
    )
    customers = pd.DataFrame({"city": ["Oslo"], "customer_id": ["a"]})
    result = run(
        orders,
        customers=customers,
        events=events,
        responses=responses,
        pseudonym_key=key,
    )
    for table in ("transactions", "orders"):
        found = {row[0] for row in result.rows(table, "DISTINCT customer_id")}
        assert found == {expected(key, one) for one in "abc"}
    for table in ("customers", "events", "responses"):
        assert result.rows(table, "customer_id") == [(expected(key, "a"),)]
    assert result.rows("customers") == [(expected(key, "a"), "Oslo")]


def test_numbers_made_for_orders_do_not_tell_the_id(run, orders):
    result = run(orders.drop(columns="order_id"), pseudonym_key="key")
    numbers = [row[0] for row in result.rows("transactions", "order_id")]
    assert sorted({one.partition("#")[0] for one in numbers}) == sorted(
        expected("key", one) for one in "abc"
    )


def test_without_a_key_ids_stay_as_they_are():
    assert pseudonymise("customer_id", Settings()) == "customer_id"


def test_no_message_tells_the_key(shared_engine, orders):
    with pytest.raises(InputError) as caught:
        stage(shared_engine, orders.assign(amount="x"), pseudonym_key="hemmelig")
    assert "hemmelig" not in str(caught.value)
    assert "hemmelig" not in repr(Settings(pseudonym_key="hemmelig"))
    assert "hemmelig" not in pseudonymise("id", Settings(pseudonym_key="hemmelig"))

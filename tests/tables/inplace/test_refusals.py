"""What cannot be used is told in the same words where it is as when it is copied."""

from __future__ import annotations

import sys
from contextlib import closing

import numpy as np
import pandas as pd
import psycopg
import pytest

from autoseg import Query
from autoseg.engines import PostgresEngine, SparkEngine
from autoseg.errors import EngineError, InputError, MissingDependencyError
from autoseg.tables.inplace import NotInPlace, find_place, stage_in_place
from autoseg.tables.staging import stage_quietly


def orders(**columns):
    n_rows = len(next(iter(columns.values()))) if columns else 3
    usual = {
        "customer_id": list("abcdefgh")[:n_rows],
        "timestamp": pd.to_datetime(["2024-01-01"] * n_rows).as_unit("us"),
        "amount": [1.0] * n_rows,
    }
    return pd.DataFrame({**usual, **columns})


PEOPLE = pd.DataFrame({"customer_id": ["a", "a", "b"], "age": [1, 2, 3]})
REFUSED = {
    "long ids": ({"transactions": orders(customer_id=["x" * 300, "b"])}, {}),
    "ids with decimals": ({"transactions": orders(customer_id=[1.5, 2.0])}, {}),
    "ids too long for floats": ({"transactions": orders(customer_id=[2.0**60, 1])}, {}),
    "no rows": ({"transactions": orders().head(0)}, {}),
    "no amounts but 0": ({"transactions": orders(amount=[0.0, 0.0])}, {}),
    "no purchase": ({"transactions": orders(amount=[-1.0, -2.0])}, {}),
    "bad rows": ({"transactions": orders(amount=[1.0, np.nan, np.nan])}, {}),
    "too early": ({"transactions": orders()}, {"as_of": "2023-01-01"}),
    "nothing left": ({"transactions": orders()}, {"exclude_ids": ["a", "b", "c"]}),
    "two rows a customer": ({"transactions": orders(), "customers": PEOPLE}, {}),
    "no column": ({"transactions": orders().drop(columns="amount")}, {}),
    "several currencies": (
        {"transactions": orders(currency=["NOK", "SEK", "SEK"])},
        {},
    ),
    "settings": ({"transactions": orders()}, {"timezone": "Oslo", "currency": "kr."}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_message_is_the_same(in_postgres, embedded, case):
    tables, settings = REFUSED[case]
    given = {"transactions": None, "customers": None, "events": None}
    given |= {"responses": None, **tables}
    with pytest.raises(InputError) as here:
        stage_quietly(embedded, given, None, **settings)
    with pytest.raises(InputError) as there, in_postgres.staged(tables, **settings):
        pass
    assert said(there) == said(here)


def said(error):
    return [
        (one.code, one.found, one.fix, one.column, one.n_rows)
        for one in error.value.findings
    ]


def test_an_error_leaves_spark_as_it_was(in_spark, spark):
    before = spark.catalog.listTables()
    tables, settings = REFUSED["no purchase"]
    found = pytest.raises(InputError, match=r"ASG_E_NO_PURCHASE: transactions: no cust")
    with found, in_spark.staged(tables, **settings):
        pass
    assert spark.catalog.listTables() == before
    assert spark.sparkContext._jsc.getPersistentRDDs().isEmpty()


def test_texts_that_spark_cannot_bring_to_one_spelling_are_in_the_way(spark):
    frame = spark.sql(
        "SELECT 'a' AS customer_id, DATE '2024-01-01' AS date, 1.5 AS amount,"
        " 'mela\u030a' AS category"
    )
    with SparkEngine(spark) as engine, pytest.raises(NotInPlace) as stop:
        stage_in_place(engine, {"transactions": frame})
    ((source, found, column, _),) = stop.value.hindrances
    assert (source, column) == ("transactions", "category")
    assert found == "letters are written in two ways"


def test_the_settings_of_the_session_make_no_difference(spark):
    frame = spark.sql(
        "SELECT 'a' AS customer_id, TIMESTAMP '2024-03-31 00:30:00+00:00' AS date,"
        " 1.5D AS amount, 'L''Or\\\\éal' AS category"
    )
    rows = []
    for name, value in (
        ("spark.sql.ansi.enabled", "false"),
        ("spark.sql.session.timeZone", "Asia/Tokyo"),
        ("spark.sql.timestampType", "TIMESTAMP_NTZ"),
        ("spark.sql.parser.escapedStringLiterals", "true"),
    ):
        before = spark.conf.get(name)
        spark.conf.set(name, value)
        try:
            with SparkEngine(spark) as engine:
                staged = stage_in_place(
                    engine,
                    {"transactions": frame},
                    timezone="Europe/Oslo",
                    exclude_ids=["å's\\"],
                )
                where = staged.relations["transactions"]
                rows.append(engine.fetch_rows(f"SELECT * FROM {where}"))
                assert spark.conf.get(name) == value
        finally:
            spark.conf.set(name, before)
    assert str(rows[0][0][2]) == "2024-03-31 01:30:00"
    assert all(one == rows[0] for one in rows)


def test_a_query_that_cannot_stand_within_another_is_in_the_way(postgres):
    with PostgresEngine(postgres) as engine, pytest.raises(NotInPlace) as stop:
        stage_in_place(engine, {"transactions": Query("SHOW all", postgres)})
    assert "syntax error" in stop.value.hindrances[0].found
    assert stop.value.hindrances[0].query


def test_a_database_that_nothing_can_be_made_in_says_so(postgres):
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS in_place_latin")
        owner.execute(
            "CREATE DATABASE in_place_latin ENCODING 'LATIN1' TEMPLATE template0"
            " LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    with pytest.raises(EngineError, match=r"in LATIN1, and UTF8 is needed"):
        PostgresEngine(postgres.rpartition("/")[0] + "/in_place_latin")
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("DROP DATABASE in_place_latin")
    with closing(psycopg.connect(postgres)) as connection:
        connection.read_only = True
        with pytest.raises(EngineError, match=r"is read-only, so no temporary table"):
            PostgresEngine(connection)


def test_without_psycopg_a_url_says_what_to_install(postgres, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    place = find_place({"transactions": Query("TABLE x", postgres)})
    assert place.name == "PostgreSQL"
    with pytest.raises(
        MissingDependencyError, match=r"work inside PostgreSQL needs the"
    ):
        place.open()


def test_tables_elsewhere_have_no_place(postgres):
    assert find_place({"transactions": orders()}) is None
    assert find_place({"transactions": Query("TABLE x", "sqlite:///x.db")}) is None
    with pytest.raises(NotInPlace) as stop:
        find_place({"transactions": Query("TABLE x", postgres), "events": orders()})
    assert [one.source for one in stop.value.hindrances] == ["events"]

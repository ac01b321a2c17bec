"""Queries: any connection, rows in batches, one type a column, errors in our words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from decimal import Decimal

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from autoseg import Query
from autoseg.engines import database
from autoseg.errors import InputError

SQL = "SELECT * FROM orders;"
ROWS = [
    ("007", "1", datetime(2024, 1, 1), Decimal("10.5")),
    ("12", "2", datetime(2024, 2, 1, 10, 30), Decimal(3)),
]
COLUMNS = "customer_id, order_id, timestamp, amount"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.db"
    frame = pd.DataFrame(
        {
            "customer_id": ["007", "12", None],
            "order_id": [1, 2, 3],
            "timestamp": ["2024-01-01", "2024-02-01 10:30:00", "2024-03-01"],
            "amount": [10.5, 3, 4],
        }
    )
    with closing(sqlite3.connect(path)) as connection:
        frame.to_sql("orders", connection, index=False)
    return path


@pytest.fixture
def sqlite(path):
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_a_plain_connection_is_read_and_stays_open(run, sqlite):
    result = run(Query(SQL, sqlite))
    assert result.rows("transactions", COLUMNS) == ROWS
    assert dict(result.staged.log.dropped_rows) == {"missing_customer": 1}
    assert sqlite.execute("SELECT COUNT(*) FROM orders").fetchall() == [(3,)]


def test_a_url_and_an_engine_are_read(run, path):
    url = f"sqlite:///{path}"
    engine = sa.create_engine(url)
    for connection in (url, engine):
        assert run(Query(SQL, connection)).rows("transactions", COLUMNS) == ROWS
    engine.dispose()


def test_a_connection_keeps_its_transaction_or_has_none(run, path):
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        run(Query(SQL, connection))
        assert not connection.in_transaction()
        with connection.begin():
            run(Query(SQL, connection))
            assert connection.in_transaction()
        assert connection.get_execution_options() == {}
    engine.dispose()


def test_an_adbc_connection_is_read(run, path):
    with adbc_driver_sqlite.dbapi.connect(str(path)) as connection:
        assert run(Query(SQL, connection)).rows("transactions", COLUMNS) == ROWS


def test_a_query_can_be_any_of_the_tables(run, orders, sqlite):
    sql = "SELECT 'a' AS customer_id, 'Oslo' AS city UNION ALL SELECT 'b', 'Bergen'"
    result = run(orders, customers=Query(sql, sqlite))
    assert result.rows("customers") == [("a", "Oslo"), ("b", "Bergen")]


def test_types_are_one_over_all_batches(run, sqlite, monkeypatch):
    monkeypatch.setattr(database, "_BATCH", 2)
    sqlite.execute("CREATE TABLE mixed (customer_id, timestamp, amount, category)")
    rows = [
        (7, "2024-01-01", 1, None),
        (8.0, "2024-01-01", 2, None),
        ("007", "2024-01-01", 2.25, "x"),
        (None, None, None, None),
        (7, "2024-01-02", 1, 1.5),
        (7, "2024-01-02", 1, 3.0),
    ]
    sqlite.executemany("INSERT INTO mixed VALUES (?, ?, ?, ?)", rows)
    result = run(Query("SELECT * FROM mixed", sqlite))
    assert result.rows("transactions", "customer_id, amount, category") == [
        ("007", Decimal("2.25"), "x"),
        ("7", Decimal(1), "1.5"),
        ("7", Decimal(1), "3"),
        ("7", Decimal(1), None),
        ("8", Decimal(2), None),
    ]


def test_rows_are_named_by_their_position(run, sqlite):
    sqlite.execute("UPDATE orders SET timestamp = '?' WHERE order_id = 2")
    result = run(Query(SQL, sqlite), max_bad_share=0.5)
    (found,) = [w for w in result.warned if "TIMESTAMP" in w.finding.code]
    assert (found.finding.source, found.finding.rows) == ("query on transactions", (1,))


def test_a_query_without_rows_is_an_error(run, sqlite):
    with pytest.raises(InputError, match=r"ASG_E_NO_ROWS: query on transactions"):
        run(Query("SELECT * FROM orders WHERE FALSE", sqlite))


def test_nothing_is_left_behind_in_the_folder(run, sqlite, shared_engine):
    run(Query(SQL, sqlite))
    assert list(shared_engine.folder.glob("*.parquet")) == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT * FROM absent", "no such table: absent"),
        ("SELECT", "incomplete input"),
        ("PRAGMA foreign_keys = OFF", "it returns no rows"),
        ("SELECT 1 AS a, 2 AS A", "ASG_E_DUPLICATE_COLUMN: query on transactions"),
    ],
)
def test_what_the_database_says_is_told(run, path, sqlite, sql, found):
    engine = sa.create_engine(f"sqlite:///{path}")
    for connection in (sqlite, engine):
        with pytest.raises(InputError, match=found):
            run(Query(sql, connection))
    engine.dispose()


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        (5, "ASG_E_QUERY: query on transactions: .* a int is no connection"),
        ("strange://me:secret@host/x", "Can't load plugin"),
        ("sqlite:////no/such/folder/a.db", "unable to open database file"),
        ("postgresql+psycopg://me:secret@127.0.0.1:1/x", "connection failed"),
    ],
)
def test_a_connection_that_is_none_is_an_error_without_its_password(
    run, connection, found
):
    with pytest.raises(InputError, match=found) as error:
        run(Query("SELECT 1", connection))
    assert "secret" not in str(error.value)
    assert "secret" not in repr(Query("SELECT 1", connection))


def test_a_failure_on_the_way_is_an_error_too(run, sqlite):
    def fail(value):
        if value == "12":
            raise ValueError(value)
        return value

    sqlite.create_function("fail", 1, fail)
    sql = "SELECT fail(customer_id) AS customer_id, timestamp, amount FROM orders"
    with pytest.raises(InputError, match=r"ASG_E_QUERY: .*user-defined function"):
        run(Query(sql, sqlite))


def test_a_query_is_closed_where_another_table_is_wrong(run, sqlite):
    with pytest.raises(InputError, match=r"ASG_E_MISSING_FILE"):
        run(Query(SQL, sqlite), customers="no such file.csv")
    # an open query would hold the table
    sqlite.execute("DROP TABLE orders")


@pytest.fixture(scope="module")
def shop(postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS orders")
        connection.execute(
            "CREATE TABLE orders (customer_id text, order_id bigint,"
            " timestamp timestamptz, amount numeric(12, 3), quantity integer)"
        )
        connection.execute(
            "INSERT INTO orders SELECT CASE WHEN n % 50 = 0 THEN NULL"
            " ELSE to_char(n % 100, 'FM000') END, n,"
            " timestamptz '2024-01-01 22:30:00+00' + n * interval '1 minute',"
            " CASE WHEN n = 7 THEN 'NaN' ELSE 1.250 END, n % 3"
            " FROM generate_series(1, 50000) AS n"
        )
    return postgres


def connections_to(url):
    with_driver = url.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(with_driver)
    yield with_driver
    yield engine
    engine.dispose()
    with adbc_driver_postgresql.dbapi.connect(url) as connection:
        yield connection
    for autocommit in (True, False):
        with psycopg.connect(url, autocommit=autocommit) as connection:
            yield connection


def test_postgres_is_read_the_same_through_every_connection(run, shop):
    results = [
        run(Query("SELECT * FROM orders -- 100 %", c), timezone="Europe/Oslo")
        for c in connections_to(shop)
    ]
    log = results[0].staged.log
    assert (log.rows_in, dict(log.dropped_rows)) == (
        50000,
        {"missing_customer": 1000, "unreadable_amount": 1},
    )
    assert log.revenue_used == Decimal("1.25") * 48999
    first = run(
        Query(
            "SELECT * FROM orders ORDER BY order_id LIMIT 1", next(connections_to(shop))
        ),
        timezone="Europe/Oslo",
    )
    assert first.rows("transactions", "customer_id, timestamp, quantity") == [
        ("001", datetime(2024, 1, 1, 23, 31), 1)
    ]
    for result in results[1:]:
        assert result.staged.log == log


def test_postgres_never_sees_its_values_quoted_in_a_message(run, shop):
    sql = (
        "SELECT CAST(customer_id || '@example.no' AS integer) AS customer_id,"
        " timestamp, amount FROM orders"
    )
    for connection in connections_to(shop):
        with pytest.raises(InputError, match=r"ASG_E_QUERY") as error:
            run(Query(sql, connection))
        assert "@example.no" not in str(error.value)


def test_the_rows_of_postgres_are_never_fetched_at_once(shop):
    query = Query("SELECT * FROM orders", shop.replace("://", "+psycopg://"))
    rows = database.run_query(query)
    assert len(next(rows.batches)) == database._BATCH
    rows.close()

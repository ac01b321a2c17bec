"""PostgreSQL as an engine: rows stay there, and the user's connection as it was."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal

import adbc_driver_postgresql.dbapi
import psycopg
import pytest
import sqlalchemy as sa
from psycopg.rows import dict_row

from autoseg import Query
from autoseg.engines import PostgresEngine, is_postgres
from autoseg.errors import EngineError

OURS = (
    "SELECT relname FROM pg_catalog.pg_class WHERE relname LIKE 'autoseg\\_%'"
    " AND relname <> 'autoseg'"
)


@pytest.fixture(scope="module")
def shop(postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS engine_orders")
        connection.execute(
            "CREATE TABLE engine_orders AS SELECT 'a' AS customer, 1 AS n, 1.25 AS x,"
            " 0.1::float8 AS y, TIMESTAMPTZ '2024-01-01 00:00+00' AS t"
        )
        yield postgres
        connection.execute("DROP TABLE engine_orders")


def engine_of(url):
    return sa.create_engine(url.replace("://", "+psycopg://"))


@pytest.fixture(params=["url", "engine", "sqlalchemy", "psycopg", "autocommit", "adbc"])
def connection(request, shop):
    """Return every kind of connection."""
    kind = request.param
    if kind == "url":
        yield shop
    elif kind in {"engine", "sqlalchemy"}:
        engine = engine_of(shop)
        if kind == "engine":
            yield engine
        else:
            with engine.connect() as connection:
                yield connection
        engine.dispose()
    elif kind == "adbc":
        with adbc_driver_postgresql.dbapi.connect(shop) as connection:
            yield connection
    else:
        auto = kind == "autocommit"
        with closing(psycopg.connect(shop, autocommit=auto)) as connection:
            yield connection


def work(engine):
    view, columns = engine.open_table("orders", Query("TABLE engine_orders; ", None))
    table = engine.create_table("kept", f"SELECT c0, c1, c2, c3 FROM {view}")
    return columns, engine.fetch_rows(f"SELECT * FROM {table}"), table


def test_every_kind_of_connection_is_worked_with(connection, shop):
    assert is_postgres(connection)
    with PostgresEngine(connection) as engine:
        columns, rows, table = work(engine)
        result = engine.fetch_arrow(f"SELECT c0 AS id, c1, c2, c3 FROM {table}")
        assert engine.fetch_rows("SELECT 41 + 1, 'per cent: %'") == [
            (42, "per cent: %")
        ]
    assert [(c.name, c.kind) for c in columns] == [
        ("customer", "text"),
        ("n", "integer"),
        ("x", "decimal"),
        ("y", "float"),
        ("t", "timestamptz"),
    ]
    assert rows == [("a", 1, Decimal("1.25"), 0.1)]
    assert result.to_pylist() == [
        {"id": "a", "c1": 1, "c2": Decimal("1.25"), "c3": 0.1}
    ]
    with psycopg.connect(shop) as other:
        assert other.execute(OURS).fetchall() == []


def test_an_open_transaction_is_as_before(shop):
    with closing(psycopg.connect(shop)) as connection:
        connection.execute("CREATE TEMP TABLE mine AS SELECT 7 AS n")
        connection.execute("SET LOCAL TIME ZONE 'Asia/Tokyo'")
        connection.execute("SET LOCAL search_path TO pg_catalog")
        before = settings(connection)
        for fails in (False, True):
            with PostgresEngine(connection) as engine:
                work_on(engine, fails)
                # what is closed twice is closed once
                engine.close()
            assert connection.info.transaction_status.name == "INTRANS"
            assert settings(connection) == before
            assert connection.execute("SELECT n FROM mine").fetchall() == [(7,)]
            assert connection.execute(OURS).fetchall() == []


def work_on(engine, fails):
    engine.create_table("kept", "SELECT 1 AS one")
    if fails:
        with pytest.raises(EngineError, match=r"ASG_E_ENGINE: .* division by zero\."):
            engine.fetch_rows("SELECT 1 / 0")


def settings(connection):
    return connection.execute(
        "SELECT name, setting FROM pg_catalog.pg_settings ORDER BY name"
    ).fetchall()


def test_a_connection_without_a_transaction_has_none_afterwards(shop):
    for autocommit in (False, True):
        with closing(psycopg.connect(shop, autocommit=autocommit)) as connection:
            connection.row_factory = dict_row
            with PostgresEngine(connection) as engine:
                work(engine)
            assert connection.info.transaction_status.name == "IDLE"
            assert connection.autocommit is autocommit
            assert connection.execute("SELECT 1 AS one").fetchone() == {"one": 1}


def test_a_sqlalchemy_connection_knows_of_nothing(shop):
    engine = engine_of(shop)
    with engine.connect() as connection:
        with PostgresEngine(connection) as own:
            work(own)
        assert not connection.in_transaction()
        with connection.begin():
            connection.execute(sa.text("CREATE TEMP TABLE mine AS SELECT 7 AS n"))
            with PostgresEngine(connection) as own:
                work(own)
            assert connection.in_transaction()
            assert connection.execute(sa.text("SELECT n FROM mine")).scalar() == 7
    assert engine.pool.checkedout() == 0
    engine.dispose()


def test_an_adbc_connection_is_as_before(shop):
    with adbc_driver_postgresql.dbapi.connect(shop) as connection:
        for fails in (False, True):
            with PostgresEngine(connection) as engine:
                work_on(engine, fails)
            assert ask(connection, OURS) == []
            connection.rollback()
        # what was written would be lost with an error of ours
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE mine AS SELECT 7 AS n")
        with pytest.raises(EngineError, match=r"something was written, or"):
            PostgresEngine(connection)
        assert ask(connection, "SELECT n FROM mine") == [(7,)]


def test_an_adbc_connection_without_transactions_has_none(shop):
    with adbc_driver_postgresql.dbapi.connect(shop, autocommit=True) as connection:
        for fails in (False, True):
            with PostgresEngine(connection) as engine:
                work_on(engine, fails)
            assert ask(connection, OURS) == []


def ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_all_statements_see_one_state_of_the_tables(shop):
    with PostgresEngine(shop) as engine:
        before = engine.fetch_rows("SELECT COUNT(*) FROM engine_orders")
        with psycopg.connect(shop) as other:
            other.execute("INSERT INTO engine_orders SELECT * FROM engine_orders")
        assert engine.fetch_rows("SELECT COUNT(*) FROM engine_orders") == before
    with psycopg.connect(shop) as other:
        other.execute("DELETE FROM engine_orders WHERE ctid > '(0,1)'")


def test_what_cannot_be_used_says_so(shop, tmp_path):
    with closing(psycopg.connect(shop)) as connection:
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT 1 / 0")
        with pytest.raises(EngineError, match=r"has failed; roll it back first\."):
            PostgresEngine(connection)
    with pytest.raises(EngineError, match=r"a connection of builtins cannot be used"):
        PostgresEngine(7)
    with pytest.raises(EngineError, match=r"connection failed"):
        PostgresEngine("postgresql://nobody@127.0.0.1:1/none")


def test_errors_hold_no_values_and_no_traceback_of_the_driver(shop):
    found = pytest.raises(EngineError, match=r"invalid input syntax")
    with PostgresEngine(shop) as engine, found as error:
        engine.execute("CREATE TEMP TABLE x AS SELECT 'kari@example.no'::integer")
    assert "kari" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_a_connection_that_broke_can_be_closed(shop):
    connection = psycopg.connect(shop)
    engine = PostgresEngine(connection)
    connection.close()
    with pytest.raises(EngineError, match=r"closed"):
        engine.execute("SELECT 1")
    engine.close()


def test_types_that_a_column_can_have(shop):
    sql = (
        "SELECT NULL::int AS a, NULL::numeric AS b, 1.5::numeric AS c,"
        " 'x'::varchar(3) AS d, DATE '2024-01-01' AS e, TRUE AS f"
        " UNION ALL SELECT 1, 2.25, 10, 'y', NULL, NULL"
    )
    with PostgresEngine(shop) as engine:
        rows = engine.fetch_arrow(sql)
        assert [str(kind) for kind in rows.schema.types[:1]] == ["int64"]
        assert rows.column("c").to_pylist() == [Decimal("1.5"), Decimal(10)]
        _, columns = engine.open_table("orders", Query(sql + " -- rest", None))
    assert [column.kind for column in columns] == [
        *("integer", "decimal", "decimal", "text", "date", "boolean")
    ]

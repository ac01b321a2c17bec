"""A database that the user is connected to: the rows of one query, batch by batch."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autoseg.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

__all__ = ["Query", "QueryRows", "QueryStopped", "reason_of", "run_query"]

_BATCH = 20_000
# a value that a database quotes because it cannot convert it
_VALUE = re.compile(r""":\s*["'].*|(?<=value )["'].*?["'] """)


@dataclass(frozen=True, slots=True)
class Query:
    """A table that a database has: what to ask it, and how to reach it.

    Parameters
    ----------
    sql : str
        One query in the database's own SQL. It is run as it stands, so put no text
        into it that others wrote.
    connection : object
        A SQLAlchemy engine or connection, or the URL of one as text; or a DB-API
        connection, of ADBC or any other driver. Rows are fetched in batches. The
        connection stays open, and its settings stay as they are.

    Examples
    --------
    >>> import sqlite3
    >>> Query("SELECT * FROM orders", sqlite3.connect(":memory:"))
    Query(sql='SELECT * FROM orders')
    """

    sql: str
    # a URL may hold a password
    connection: Any = field(repr=False)


class QueryStopped(Exception):  # noqa: N818 - never leaves autoseg
    """The database could not run the query; says why, without any data."""


@dataclass(frozen=True, slots=True)
class QueryRows:
    """The rows of a query that is running.

    Parameters
    ----------
    names : tuple of str
        Its columns.
    batches : iterator
        Arrow batches, or lists of tuples where the driver knows no Arrow. Raises
        `QueryStopped`.
    close : callable
        Lets go of what the query holds; may be called more than once.
    """

    names: tuple[str, ...]
    batches: Iterator[pa.RecordBatch | Sequence[Sequence[Any]]]
    close: Callable[[], None]


def run_query(query: Query) -> QueryRows:
    """Run a query and return its rows as a stream.

    Parameters
    ----------
    query : Query
        The query.

    Returns
    -------
    QueryRows

    Raises
    ------
    QueryStopped
        If the database cannot run it.
    autoseg.errors.MissingDependencyError
        If a URL is given and SQLAlchemy is not installed.

    Examples
    --------
    >>> import sqlite3
    >>> rows = run_query(Query("SELECT 1 AS one", sqlite3.connect(":memory:")))
    >>> rows.names, list(rows.batches)
    (('one',), [[(1,)]])
    """
    # the line end closes a comment: some drivers put a bracket behind the query
    sql = query.sql.strip().rstrip(";") + "\n"
    connection = query.connection
    if isinstance(connection, str):
        connection = _engine_of(connection)
    sqlalchemy = sys.modules.get("sqlalchemy")
    with _own_errors():
        if sqlalchemy and isinstance(
            connection, (sqlalchemy.Engine, sqlalchemy.Connection)
        ):
            return _through_sqlalchemy(sql, connection)
        if not callable(getattr(connection, "cursor", None)):
            message = f"a {type(connection).__name__} is no connection to a database"
            raise QueryStopped(message)
        return _through_cursor(sql, connection)


def _engine_of(url: str) -> Any:
    try:
        import sqlalchemy
    except ImportError as error:
        package = "sqlalchemy"
        raise MissingDependencyError(
            package, extra="database", caller="a query with a URL"
        ) from error
    with _own_errors():
        # nothing is kept open for another query that never comes
        return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)


def _through_sqlalchemy(sql: str, given: Any) -> QueryRows:
    own = hasattr(given, "connect")
    connection = given.connect() if own else given
    begins = not connection.in_transaction()

    def close() -> None:
        if result is not None:
            result.close()
        if own:
            connection.close()
        elif begins and connection.in_transaction():
            # reading began a transaction, and nobody else would end it
            connection.rollback()

    result = None
    try:
        result = connection.exec_driver_sql(
            sql,
            execution_options={
                "stream_results": True,
                "max_row_buffer": _BATCH,
                # a per cent sign is one
                "no_parameters": True,
            },
        )
        _need_columns(result.returns_rows)
    except BaseException:
        close()
        raise
    return QueryRows(tuple(result.keys()), _batches(result.fetchmany), close)


def _through_cursor(sql: str, connection: Any) -> QueryRows:
    cursor = _cursor(connection)
    try:
        cursor.execute(sql)
        if hasattr(cursor, "fetch_record_batch"):
            reader = cursor.fetch_record_batch()
            return QueryRows(
                tuple(reader.schema.names), _guarded(iter(reader)), cursor.close
            )
        if cursor.description is None and hasattr(cursor, "itersize"):
            # a cursor on the server tells its columns with the first rows
            cursor.fetchmany(0)
        _need_columns(cursor.description)
    except BaseException:
        cursor.close()
        raise
    names = tuple(column[0] for column in cursor.description)
    return QueryRows(names, _batches(cursor.fetchmany), cursor.close)


def _cursor(connection: Any) -> Any:
    if type(connection).__module__.startswith("psycopg"):
        # the plain cursor of these would fetch all rows at once
        return connection.cursor(name="autoseg", withhold=connection.autocommit)
    return connection.cursor()


def _need_columns(columns: object) -> None:
    if not columns:
        message = "it returns no rows"
        raise QueryStopped(message)


def _batches(fetch: Callable[[int], Any]) -> Iterator[Sequence[Sequence[Any]]]:
    with _own_errors():
        while rows := fetch(_BATCH):
            yield list(rows)


def _guarded(batches: Iterator[Any]) -> Iterator[Any]:
    with _own_errors():
        yield from batches


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except QueryStopped:
        raise
    # every driver has errors of its own
    except Exception as error:
        raise QueryStopped(reason_of(error)) from error


def reason_of(error: Exception) -> str:
    """Return what the database said, without values of the user's rows.

    Parameters
    ----------
    error : Exception
        An error of any driver.
    """
    error = getattr(error, "orig", None) or error
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return _VALUE.sub("", lines[0]).rstrip(".")

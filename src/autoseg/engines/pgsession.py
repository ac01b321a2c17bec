"""A connection to PostgreSQL that is borrowed: one transaction, never committed.

psycopg and ADBC are known, also within SQLAlchemy. A connection that has a
transaction open is given a savepoint, which is gone back to in the end; in any other
a transaction is begun that sees one state of the tables, and rolled back.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from autoseg.engines.database import reason_of
from autoseg.engines.pgrows import decimals_of, gather_batches
from autoseg.errors import AutosegError, EngineError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

__all__ = ["Session", "connect", "is_postgres", "open_url"]

_URL = re.compile(r"postgres(ql)?(\+\w+)?://", re.IGNORECASE)
_BATCH = 20_000
# one state of all tables, so that what is counted twice comes out the same
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ"
_WRITTEN = (
    "in the open transaction of this ADBC connection something was written, or autoseg"
    " has worked; commit it or roll it back first, or use psycopg."
)
_FAILED = "the connection is in a transaction that has failed; roll it back first."


def is_postgres(connection: object) -> bool:
    """Return whether a connection leads to PostgreSQL; nothing is opened for it.

    Parameters
    ----------
    connection : object
        What a `Query` may hold.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_postgres("postgresql://user@host/shop"), is_postgres("sqlite:///shop.db")
    (True, False)
    """
    if isinstance(connection, str):
        return _URL.match(connection) is not None
    sqlalchemy = sys.modules.get("sqlalchemy")
    if sqlalchemy and isinstance(
        connection, (sqlalchemy.Engine, sqlalchemy.Connection)
    ):
        return bool(connection.dialect.name == "postgresql")
    module = type(connection).__module__
    if module.startswith(("psycopg", "psycopg2", "pg8000")):
        return True
    if module.startswith("adbc_driver_manager"):
        with suppress(Exception):
            info: Any = connection
            return "postgres" in str(info.adbc_get_info()["vendor_name"]).lower()
    return False


class Session(Protocol):
    """What the engine needs of a connection."""

    def execute(self, sql: str) -> None:
        """Run a statement."""
        ...

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        ...

    def fetch_arrow(self, sql: str) -> pa.Table:
        """Return the rows of a query as a table."""
        ...

    def names(self, sql: str) -> tuple[str, ...]:
        """Return the names of a query's columns."""
        ...

    def close(self) -> None:
        """Undo everything, and give the connection back."""
        ...


def connect(connection: object, savepoint: str) -> Session:
    """Return a session over a connection, with its transaction begun.

    Parameters
    ----------
    connection : object
        As of `PostgresEngine`.
    savepoint : str
        A name that no other savepoint has.

    Raises
    ------
    EngineError
        If it cannot be used.
    MissingDependencyError
        If a URL is given and psycopg is not installed.
    """
    given, let_go = _driver_connection(connection)
    module = type(given).__module__
    try:
        if module.startswith("adbc_driver_manager"):
            return _ADBCSession(given, savepoint, let_go)
        if module.partition(".")[0] == "psycopg" and _is_plain(given):
            return _PsycopgSession(given, savepoint, let_go)
    except BaseException:
        let_go()
        raise
    let_go()
    driver = module.partition(".")[0]
    message = f"a connection of {driver} cannot be used; use psycopg or ADBC."
    raise EngineError(message)


def _driver_connection(connection: Any) -> tuple[Any, Callable[[], None]]:
    """Return the driver's own connection, and how to let go of it."""
    if isinstance(connection, str):
        with _own_errors():
            own = open_url(connection, caller="work inside PostgreSQL")
        return own, own.close
    sqlalchemy = sys.modules.get("sqlalchemy")
    if sqlalchemy and isinstance(connection, sqlalchemy.Engine):
        with _own_errors():
            borrowed = connection.raw_connection()
        return borrowed.driver_connection, borrowed.close
    if sqlalchemy and isinstance(connection, sqlalchemy.Connection):
        with _own_errors():
            return connection.connection.driver_connection, lambda: None
    return connection, lambda: None


def _is_plain(connection: object) -> bool:
    import psycopg

    return isinstance(connection, psycopg.Connection)


def open_url(url: str, *, caller: str) -> Any:
    """Return a new connection of psycopg.

    Parameters
    ----------
    url : str
        As SQLAlchemy or PostgreSQL itself writes it.
    caller : str
        What needs it.

    Raises
    ------
    MissingDependencyError
        If psycopg is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        package = "psycopg"
        raise MissingDependencyError(
            package, extra="postgres", caller=caller
        ) from error
    # the name of a driver is SQLAlchemy's affair
    return psycopg.connect(_URL.sub("postgresql://", url, count=1))


class _PsycopgSession:
    """A session over a connection of psycopg."""

    def __init__(
        self, connection: Any, savepoint: str, let_go: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._let_go = let_go
        self._cursors = f"{savepoint}_rows"
        status = connection.info.transaction_status.name
        if status not in {"IDLE", "INTRANS"}:
            raise EngineError(_FAILED)
        self._undo = ["ROLLBACK"]
        begin = _BEGIN
        if status == "INTRANS":
            begin = f"SAVEPOINT {savepoint}"
            self._undo = [f"ROLLBACK TO SAVEPOINT {savepoint}"]
            self._undo.append(f"RELEASE SAVEPOINT {savepoint}")
        elif not connection.autocommit:
            # psycopg begins by itself, with the first statement
            begin = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        self.execute(begin)

    def execute(self, sql: str) -> None:
        with _own_errors(), self._cursor() as cursor:
            # a prepared statement would outlive us
            cursor.execute(sql, prepare=False)

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        with _own_errors(), self._cursor() as cursor:
            cursor.execute(sql, prepare=False)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def fetch_arrow(self, sql: str) -> pa.Table:
        with _own_errors(), self._cursor(name=self._cursors) as cursor:
            cursor.execute(sql)
            columns = [(one.name, one.type_code) for one in cursor.description]
            return gather_batches(columns, lambda: cursor.fetchmany(_BATCH))

    def names(self, sql: str) -> tuple[str, ...]:
        with _own_errors(), self._cursor() as cursor:
            cursor.execute(sql, prepare=False)
            return tuple(column.name for column in cursor.description)

    def close(self) -> None:
        if self._connection.closed:
            self._let_go()
            return
        try:
            for statement in self._undo:
                with suppress(EngineError):
                    self.execute(statement)
        finally:
            self._let_go()

    def _cursor(self, name: str = "") -> Any:
        from psycopg.rows import tuple_row

        # binary results depend on no setting of the session
        return self._connection.cursor(name, row_factory=tuple_row, binary=True)


class _ADBCSession:
    """A session over a connection of ADBC.

    Once a statement has failed the driver lets nothing through but a rollback of the
    whole transaction, so one in which something was written is not worked in.
    """

    def __init__(
        self, connection: Any, savepoint: str, let_go: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._let_go = let_go
        self._failed = False
        ((written,),) = self.fetch_rows(
            "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL"
        )
        if written:
            raise EngineError(_WRITTEN)
        self._undo = [f"ROLLBACK TO SAVEPOINT {savepoint}"]
        self._undo.append(f"RELEASE SAVEPOINT {savepoint}")
        try:
            self.execute(f"SAVEPOINT {savepoint}")
        except EngineError:
            # with autocommit there is no transaction to go back to
            self._failed = False
            self.execute(_BEGIN)
            self._undo = ["ROLLBACK"]

    def execute(self, sql: str) -> None:
        with self._cursor() as cursor:
            cursor.execute(sql)

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        columns = [column.to_pylist() for column in self.fetch_arrow(sql).columns]
        return list(zip(*columns, strict=True))

    def fetch_arrow(self, sql: str) -> pa.Table:
        with self._cursor() as cursor:
            cursor.execute(sql)
            return decimals_of(cursor.fetch_arrow_table())

    def names(self, sql: str) -> tuple[str, ...]:
        with self._cursor() as cursor:
            cursor.execute(sql)
            return tuple(column[0] for column in cursor.description)

    def close(self) -> None:
        try:
            if self._failed and len(self._undo) > 1:
                with suppress(Exception):
                    self._connection.rollback()
                return
            for statement in self._undo:
                with suppress(EngineError):
                    self.execute(statement)
        finally:
            self._let_go()

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        try:
            with _own_errors(), self._connection.cursor() as cursor:
                yield cursor
        except EngineError:
            self._failed = True
            raise


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except AutosegError:
        raise
    # every driver has errors of its own; they quote values, so nothing hangs on ours
    except Exception as error:
        reason = reason_of(error)
    else:
        return
    raise EngineError(reason + ".") from None

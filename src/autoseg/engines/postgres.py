"""PostgreSQL as an engine: the rows stay in the user's database.

What is made there is temporary and made in one transaction that is never committed,
so nothing is left, whatever happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from autoseg.engines.engine import TypedColumn
from autoseg.engines.pgsession import connect
from autoseg.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from autoseg.engines.engine import Kind

__all__ = ["PostgresEngine"]

# the first that knows spellings of Unicode
_OLDEST = 130_000
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext"), "text"),
    **dict.fromkeys(("int2", "int4", "int8"), "integer"),
    "numeric": "decimal",
    **dict.fromkeys(("float4", "float8"), "float"),
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "bool": "boolean",
    "uuid": "uuid",
}


class PostgresEngine:
    """A PostgreSQL database that the user's rows are in.

    Parameters
    ----------
    connection : object
        What `Query.connection` may be for PostgreSQL: a URL or a SQLAlchemy engine,
        for a connection of our own; or a connection of SQLAlchemy, psycopg or ADBC,
        which is lent: its open transaction, its settings and its tables are as before
        after `close`.

    Raises
    ------
    autoseg.errors.EngineError
        If the database cannot be reached, or its connection cannot be used.
    autoseg.errors.MissingDependencyError
        If a URL is given and psycopg is not installed.

    Examples
    --------
    >>> with PostgresEngine("postgresql://user@host/shop") as engine:  # doctest: +SKIP
    ...     engine.fetch_rows("SELECT 41 + 1")
    [(42,)]
    """

    dialect = "postgres"

    def __init__(self, connection: object) -> None:
        self._prefix = f"autoseg_{uuid4().hex[:12]}_"
        self._session = connect(connection, self._prefix + "savepoint")
        self._closed = False
        try:
            self._require_rights()
        except BaseException:
            self.close()
            raise

    def _require_rights(self) -> None:
        """Raise where nothing temporary can be made, before anything is tried."""
        ((may, read_only, encoding, version),) = self._session.fetch_rows(
            "SELECT pg_catalog.has_database_privilege("
            "pg_catalog.current_database(), 'TEMPORARY'),"
            " pg_catalog.current_setting('transaction_read_only') = 'on',"
            " pg_catalog.current_setting('server_encoding'),"
            " CAST(pg_catalog.current_setting('server_version_num') AS INTEGER)"
        )
        if not may:
            message = (
                "this user may not create temporary tables in the database; GRANT"
                " TEMPORARY ON DATABASE allows it."
            )
        elif read_only:
            message = "the connection is read-only, so no temporary table can be made."
        elif encoding != "UTF8":
            message = f"the database is in {encoding}, and UTF8 is needed."
        elif version < _OLDEST:
            message = f"PostgreSQL {_OLDEST // 10_000} or newer is needed."
        else:
            return
        raise EngineError(message)

    def execute(self, sql: str) -> None:
        """Run a statement whose result nobody reads.

        Parameters
        ----------
        sql : str
            One statement.

        Raises
        ------
        autoseg.errors.EngineError
            If the database cannot run it.
        """
        self._session.execute(sql)

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples.

        Parameters
        ----------
        sql : str
            One query with few rows.

        Raises
        ------
        autoseg.errors.EngineError
            If the database cannot run it.
        """
        return self._session.fetch_rows(sql)

    def fetch_arrow(self, sql: str) -> pa.Table:
        """Run a query and return its rows as an Arrow table.

        Parameters
        ----------
        sql : str
            One query.

        Raises
        ------
        autoseg.errors.EngineError
            If the database cannot run it.
        """
        # a cursor is planned for its first rows, and on one core; a table is not
        result = self.create_table("result", sql)
        table = self._session.fetch_arrow(f"SELECT * FROM {result}")
        self._session.execute(f"DROP TABLE {result}")
        return table

    def open_table(self, role: str, value: Any) -> tuple[str, Sequence[TypedColumn]]:
        """Return SQL that stands for a query after FROM, and its columns.

        Parameters
        ----------
        role : str
            Which table it is.
        value : Query
            What to ask; its connection is the one of the engine.

        Raises
        ------
        autoseg.errors.EngineError
            If the database cannot run it, or not within another query.
        """
        # the line end closes a comment
        own = "(" + value.sql.strip().rstrip(";") + "\n) AS own"
        names = self._session.names(f"SELECT * FROM {own} LIMIT 0")
        columns = [f"c{position}" for position in range(len(names))]
        view = self.create_view(
            f"raw_{role}", f"SELECT * FROM {own}({', '.join(columns)})"
        )
        types = self._session.fetch_rows(
            "SELECT CAST(COALESCE(base.typname, kind.typname) AS TEXT),"
            " kind.typtype = 'e'"
            " FROM pg_catalog.pg_attribute AS own"
            " JOIN pg_catalog.pg_type AS kind ON kind.oid = own.atttypid"
            " LEFT JOIN pg_catalog.pg_type AS base"
            " ON kind.typtype = 'd' AND base.oid = kind.typbasetype"
            f" WHERE own.attrelid = CAST('{view}' AS regclass) AND own.attnum > 0"
            " ORDER BY own.attnum"
        )
        return view, [
            TypedColumn(
                name, sql, "text" if listed else _KINDS.get(kind, "other"), kind
            )
            for name, sql, (kind, listed) in zip(names, columns, types, strict=True)
        ]

    def create_view(self, name: str, query: str) -> str:
        """Give a query a name that nobody else has; return what stands after FROM.

        Parameters
        ----------
        name : str
            What it is called after the prefix.
        query : str
            The query.
        """
        view = f"pg_temp.{self._prefix}{name}"
        self._session.execute(f"CREATE TEMP VIEW {self._prefix}{name} AS {query}")
        return view

    def create_lines(self, name: str, query: str) -> str:
        """Keep lines, as they are needed, within the database; say where they are.

        They are read a dozen times, and what they are read from may be dear, or not
        the same the second time.

        Parameters
        ----------
        name : str
            What it is called after the prefix.
        query : str
            The query.
        """
        return self.create_table(name, query)

    def create_table(self, name: str, query: str) -> str:
        """Keep the rows of a query until `close`; return what stands after FROM.

        Parameters
        ----------
        name : str
            What it is called after the prefix.
        query : str
            The query.
        """
        table = f"pg_temp.{self._prefix}{name}"
        self._session.execute(f"CREATE TEMP TABLE {self._prefix}{name} AS {query}")
        # nobody else tells the planner of a table that only we see
        self._session.execute(f"ANALYZE {table}")
        return table

    def close(self) -> None:
        """Take away all that was made, and give the connection back as it was."""
        # a second time there would be no savepoint to go back to
        if not self._closed:
            self._closed = True
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

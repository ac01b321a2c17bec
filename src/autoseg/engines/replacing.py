"""A table of PostgreSQL that is written whole and then takes the old one's place."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from autoseg.engines.database import reason_of
from autoseg.engines.pgsession import is_postgres, open_url
from autoseg.engines.sql import quote
from autoseg.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["DatabaseTable", "replaced_table"]


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """A table of a database that results go to.

    Parameters
    ----------
    name : str
        Its name, exactly as it is to be; it is quoted.
    url : str
        The database, such as ``postgresql://user@host/shop``.
    schema : str, optional
        The schema it is in; by default the first one of the user's search path.

    Examples
    --------
    >>> DatabaseTable("customer segments", "postgresql://user:secret@host/shop")
    DatabaseTable(name='customer segments', schema=None)
    """

    name: str
    # may hold a password
    url: str = field(repr=False)
    schema: str | None = None

    def __str__(self) -> str:
        """Return what the table is called."""
        return self.name if self.schema is None else f"{self.schema}.{self.name}"


@contextmanager
def replaced_table(
    target: DatabaseTable, columns: Mapping[str, str]
) -> Iterator[Callable[[bytes], None]]:
    """Give a function that takes rows as CSV; in the end they are the table.

    All of it is one transaction: nobody sees a part, and if anything goes wrong the old
    table is as it was.

    Parameters
    ----------
    target : DatabaseTable
        Where to. A table of that name is replaced if it has the same columns; any other
        one is not ours.
    columns : mapping of str to str
        Names and SQL types.

    Yields
    ------
    callable
        Takes lines of CSV without a heading, an empty cell for NULL.

    Raises
    ------
    OutputError
        If it is no PostgreSQL, or the table cannot be written or replaced.
    MissingDependencyError
        If psycopg is not installed.
    """
    if not is_postgres(target.url):
        raise OutputError(
            target,
            "only PostgreSQL has tables written to",
            "give a URL such as postgresql://user@host/shop, or write a file",
        )
    home = "" if target.schema is None else f"{quote(target.schema)}."
    name = quote(target.name)
    new = f"{home}autoseg_{uuid4().hex[:12]}"
    listed = ", ".join(f"{quote(column)} {kind}" for column, kind in columns.items())
    with (
        _own_errors(target),
        open_url(target.url, caller="write to PostgreSQL") as connection,
    ):
        _require_ours(connection, target, home + name, columns)
        connection.execute(f"CREATE TABLE {new} ({listed})")
        copy = f"COPY {new} FROM STDIN (FORMAT csv)"
        with connection.cursor() as cursor, cursor.copy(copy) as stream:
            yield stream.write
        connection.execute(f"DROP TABLE IF EXISTS {home}{name}")
        connection.execute(f"ALTER TABLE {new} RENAME TO {name}")


def _require_ours(
    connection: Any, target: DatabaseTable, name: str, columns: Mapping[str, str]
) -> None:
    """Raise if there is something else of that name, which nobody meant to lose."""
    there = connection.execute(
        "SELECT CAST(attname AS TEXT) FROM pg_catalog.pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
        [name],
    ).fetchall()
    if there and {column for (column,) in there} != set(columns):
        raise OutputError(
            target,
            "there is a table of that name with other columns, which autoseg did not"
            " write",
            "name another table",
        )


@contextmanager
def _own_errors(target: DatabaseTable) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("psycopg"):
            raise
        # what the driver says may quote rows, so nothing hangs on ours
        reason = reason_of(error)
    else:
        return
    raise OutputError(
        target,
        f"could not be written ({reason})",
        "mend that, or name another table",
    ) from None

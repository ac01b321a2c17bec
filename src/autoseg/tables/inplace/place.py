"""Where the user's rows are, and what keeps them from being worked with there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autoseg.engines import (
    PostgresEngine,
    Query,
    SparkEngine,
    is_postgres,
    is_spark,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autoseg.engines import SourceEngine

__all__ = ["Hindrance", "NotInPlace", "Place", "find_place"]


class Hindrance(NamedTuple):
    """Why tables cannot be worked with where they are.

    Parameters
    ----------
    source : str
        The table, or the setting.
    found : str
        What is in the way.
    column : str or None
        The user's name of the column, where it is one.
    query : bool
        Whether the query itself cannot be run, wherever that is.
    """

    source: str
    found: str
    column: str | None = None
    query: bool = False


class NotInPlace(Exception):  # noqa: N818 - never leaves autoseg
    """Tables cannot be worked with where they are; says all that is in the way."""

    def __init__(self, hindrances: Iterable[Hindrance]) -> None:
        self.hindrances = tuple(hindrances)
        super().__init__(f"{len(self.hindrances)} hindrances")


class Place(NamedTuple):
    """Where all tables of a run are.

    Parameters
    ----------
    name : str
        What people call it.
    open : callable
        Returns an engine over it.
    """

    name: str
    open: Callable[[], SourceEngine]


def find_place(given: Mapping[str, object]) -> Place | None:
    """Return where the tables are; None where that is nowhere that has an engine.

    Parameters
    ----------
    given : mapping of str to object
        Role to table, the transactions first; None where there is none.

    Raises
    ------
    NotInPlace
        If they are in several places.

    Examples
    --------
    >>> import sqlite3
    >>> find_place({"transactions": Query("TABLE o", sqlite3.connect(":memory:"))})
    >>> find_place({"transactions": Query("TABLE o", "postgresql://host/shop")}).name
    'PostgreSQL'
    """
    tables = {role: value for role, value in given.items() if value is not None}
    main = tables.get("transactions")
    home = _home(main)
    if home is None:
        return None
    elsewhere = [
        role for role, value in tables.items() if not _same(_home(value), home)
    ]
    if elsewhere:
        raise NotInPlace(
            Hindrance(role, "it is not where the transactions are")
            for role in elsewhere
        )
    if isinstance(main, Query):
        return Place("PostgreSQL", lambda: PostgresEngine(home))
    return Place("Spark", lambda: SparkEngine(home))


def _home(value: Any) -> Any:
    """Return the session or the connection that a table is read by."""
    if is_spark(value):
        return value.sparkSession
    if isinstance(value, Query) and is_postgres(value.connection):
        return value.connection
    return None


def _same(one: object, other: object) -> bool:
    # of connections and sessions nothing but being the same makes them one
    return one is other or (isinstance(one, str) and one == other)

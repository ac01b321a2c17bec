"""A user's table inside the engine, before anything is decided about its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from autoseg.tables.findings import MAX_EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings

__all__ = ["WORKSPACE", "RawColumn", "RawTable", "Rejected", "Source", "column_name"]


WORKSPACE = "workspace"
"""Schema of everything that is gone once the tables are staged."""


def column_name(position: int) -> str:
    """Return the name, inside the engine, of the column at a position.

    The user's own names never become SQL.

    Parameters
    ----------
    position : int
        Position in the header, from 0.

    Examples
    --------
    >>> column_name(3)
    'c3'
    """
    return f"c{position}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Lines of a file that could not be taken apart.

    Parameters
    ----------
    label : str
        The file of the examples.
    lines : tuple of int
        The first of the lines.
    n_lines : int
        How many there are in all.
    reason : str
        What is wrong with most of them.
    """

    label: str
    lines: tuple[int, ...]
    n_lines: int
    reason: str


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows as they came, in a relation of the engine.

    The relation has the columns ``file`` and ``row``, which say where a row came
    from, ``fingerprint``, which is equal for equal rows, and ``c0``, ``c1``, … for
    the columns that were asked for.

    Parameters
    ----------
    engine : DuckDBEngine
        Holds the relation.
    relation : str
        SQL that may stand after FROM.
    label : str
        What messages call the table.
    names : tuple of str
        The user's column names, by position.
    n_rows : int
        Rows of the relation.
    locate : callable
        Turns pairs of file and row into the label and the row numbers of the first
        of those files.
    rejected : Rejected, optional
        Lines that could not be taken apart and are not in the relation.
    types : mapping of str to str
        Column of the relation to its type in the engine.
    """

    engine: DuckDBEngine
    relation: str
    label: str
    names: tuple[str, ...]
    n_rows: int
    locate: Callable[[Sequence[tuple[int, int]]], tuple[str, tuple[int, ...]]]
    rejected: Rejected | None = None
    types: Mapping[str, str] = field(default_factory=dict)

    def column(self, position: int) -> RawColumn:
        """Return one column.

        Parameters
        ----------
        position : int
            Position in the user's header, from 0.
        """
        name = column_name(position)
        return RawColumn(self, name, self.names[position], self.types[name])

    def where(
        self, condition: str, relation: str | None = None
    ) -> tuple[str, tuple[int, ...]]:
        """Return the label and the numbers of the first rows that meet a condition.

        Parameters
        ----------
        condition : str
            SQL over the relation.
        relation : str, optional
            Another relation with the columns ``file`` and ``row``.
        """
        rows = self.engine.fetch_rows(
            f"SELECT file, row FROM {relation or self.relation} WHERE {condition}"
            f" ORDER BY file, row LIMIT {MAX_EXAMPLES}"
        )
        return self.locate([(file, row) for file, row in rows])


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column of a raw table.

    Parameters
    ----------
    table : RawTable
        The table it belongs to.
    sql : str
        Its name inside the engine.
    name : str
        The user's name of it.
    type : str
        Its type in the engine.
    """

    table: RawTable
    sql: str
    name: str
    type: str


class Source(Protocol):
    """A table that was opened: its header is known, its rows are not read yet."""

    label: str
    names: tuple[str, ...]

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Bring the columns at some positions into the engine."""
        ...

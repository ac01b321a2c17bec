"""The rows of a feature state inside an engine: parts are merged as they are read.

A part of a roll-up holds what one batch of rows was rolled up to. The first part is
the base; the others are small. A row of the base stands as it is unless a later part
has its key, so reading costs one look at the keys and no sorting, and adding rows
writes nothing but those rows.

Customers go by whole numbers here. Their ids are in one file, in ``ids``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from autoseg.engines import literal, quote
from autoseg.features.rollups import ROLLUPS, Rolled, Rollup, merge_parts, roll_up
from autoseg.features.statefiles import check_part, write_part

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.features.query import Relations
    from autoseg.features.statefiles import Part

__all__ = ["KEPT", "SMALL_SHARE", "StateParts", "kept_rollups"]

SMALL_SHARE = 0.2
"""The parts beside the base may hold this share of its rows."""

_MOST_PARTS = 32
# as wide as those of the staged orders, which a full run reads
_NARROWED: Mapping[str, str] = MappingProxyType(
    {"amount": "CAST", "quantity": "TRY_CAST", "discount": "TRY_CAST"}
)
_ID = "customer_id"

KEPT: Mapping[str, Rollup] = MappingProxyType(
    {
        **ROLLUPS,
        # a full run tells the first and the last day, and whether there are times
        "spans": Rollup(
            table="transactions",
            row="a customer with rows",
            columns={
                "first_at": Rolled("MIN(timestamp)", "MIN({})"),
                "last_at": Rolled("MAX(timestamp)", "MAX({})"),
                "n_timed": Rolled(
                    "CAST(SUM(CASE WHEN timestamp <> DATE_TRUNC('day', timestamp)"
                    " THEN 1 ELSE 0 END) AS BIGINT)",
                    "CAST(SUM({}) AS BIGINT)",
                ),
            },
        ),
    }
)
"""Every roll-up that a state keeps, by name."""


def kept_rollups(
    tables: Collection[str],
    columns: Collection[str],
    companions: Mapping[str, Collection[str]],
) -> tuple[str, ...]:
    """Return the names of the roll-ups that tables carry.

    Parameters
    ----------
    tables : collection of str
        The tables that are there.
    columns : collection of str
        Optional columns of the transactions.
    companions : mapping of str to collection of str
        Optional columns of the other tables.

    Examples
    --------
    >>> kept_rollups({"transactions"}, {"channel"}, {})
    ('orders', 'channels', 'spans')
    """
    there = {"transactions": columns, **companions}
    return tuple(
        name
        for name, rollup in KEPT.items()
        if rollup.table in tables and rollup.needs <= set(there.get(rollup.table, ()))
    )


class StateParts:
    """The files of a state as relations of an engine, and new files beside them.

    Parameters
    ----------
    engine : DuckDBEngine
        Reads and writes the files.
    folder : pathlib.Path
        The folder of the state.
    parts : mapping of str to sequence of Part
        Its files by what is in them.
    columns : frozenset of str
        Optional columns of all tables.
    number : int
        A number that no file of the folder has.
    """

    def __init__(
        self,
        engine: DuckDBEngine,
        folder: Path,
        parts: Mapping[str, Sequence[Part]],
        columns: frozenset[str],
        number: int,
    ) -> None:
        self.engine = engine
        self.parts: dict[str, tuple[Part, ...]] = {
            name: tuple(some) for name, some in parts.items()
        }
        self.folder = folder
        self._columns = columns
        self._number = number
        self._checked: set[str] = set()
        self._whole: dict[str, str] = {}

    def add(self, name: str, query: str) -> None:
        """Write the rows of a query as a further part; beside others only if any."""
        query = self._ordered(name, query) if name not in self.parts else query
        part = self._write(name, query)
        if part.n_rows or name not in self.parts:
            self.parts[name] = (*self.parts.get(name, ()), part)

    def put(self, name: str, *queries: str) -> None:
        """Write parts in place of all that there are."""
        self.parts[name] = tuple(self._write(name, query) for query in queries)

    def put_small(self, name: str, query: str) -> None:
        """Write one part in place of those beside the base."""
        self.parts[name] = (self.parts[name][0], self._write(name, query))

    def scan(
        self, name: str, which: slice = slice(None), *, numbered: bool = False
    ) -> str:
        """Return the rows of parts as they are in the files, to stand after FROM."""
        paths = []
        for part in self.parts[name][which]:
            path = self.folder / part.file
            if part.file not in self._checked:
                check_part(self.folder, part)
                self._checked.add(part.file)
            paths.append(literal(str(path)))
        how = ", file_row_number = true" if numbered else ""
        return f"read_parquet([{', '.join(paths)}]{how})"

    def roll_up(self, name: str, relations: Relations) -> str:
        """Return the query that rolls staged rows up, with numbers for customers.

        Parameters
        ----------
        name : str
            The roll-up.
        relations : Relations
            Where the staged rows are.
        """
        rollup = KEPT[name]
        table = relations.tables.get(rollup.table, rollup.table)
        rolled = roll_up(rollup, table, self._kept(rollup), columns=self._columns)
        return (
            f"SELECT {self._select(name, f'code AS {_ID}')}"
            f" FROM ({rolled}) AS rolled JOIN state_ids USING ({_ID})"
        )

    def whole(self, name: str) -> str:
        """Return the name of a roll-up of all rows, merged."""
        if name not in self._whole:
            self._whole[name] = view = f"state_{name}"
            # each by itself: together they would all become as wide as the widest
            several = len(self.parts[name]) > 1
            rows = self._merged(name) if several else (self.scan(name),)
            queries = (f"SELECT {self._select(name)} FROM {some}" for some in rows)
            self.engine.execute(
                f"CREATE OR REPLACE TEMP VIEW {view} AS {' UNION ALL '.join(queries)}"
            )
        return self._whole[name]

    def some(self, name: str, customers: str, wanted: Collection[str]) -> str:
        """Return the name of a roll-up of some customers' rows, merged.

        Parameters
        ----------
        name : str
            The roll-up.
        customers : str
            The table of these customers, each once.
        wanted : collection of str
            Which of its columns.
        """
        table = f"state_some_{name}"
        listed = self._select(name, wanted=wanted)
        if name in self._whole:
            rows = f"{self.whole(name)} JOIN {customers} USING ({_ID})"
        else:
            rows = f"{self.scan(name)} JOIN {customers} USING ({_ID})"
            kept = [column for column in self._kept(KEPT[name]) if column in wanted]
            columns = ", ".join([_ID, *KEPT[name].keys, *map(quote, kept)])
            rows = f"(SELECT {columns} FROM {rows}) AS parts"
            rows = f"({merge_parts(KEPT[name], rows, kept)}) AS merged"
        self.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {listed} FROM {rows}"
        )
        return table

    def compact(self) -> None:
        """Make one part of those that have become many, or large beside the base."""
        for name, (base, *small) in list(self.parts.items()):
            n_small = sum(part.n_rows for part in small)
            if n_small <= SMALL_SHARE * base.n_rows and len(small) < _MOST_PARTS:
                continue
            if name in KEPT:
                self.put(name, self._ordered(name, f"SELECT * FROM {self.whole(name)}"))
            elif name == "ids":
                self.put(name, f"SELECT {_ID}, code FROM {self.scan(name)}")

    def _ordered(self, name: str, query: str) -> str:
        """Return a query with the rows of one customer side by side.

        The orders are summed up by customer in every run: twice as fast where they are
        in order, which costs a tenth of building the state.
        """
        return f"{query} ORDER BY {_ID}" if name == "orders" else query

    def _write(self, name: str, query: str) -> Part:
        part = write_part(self.engine, self.folder, name, self._number, query)
        self._number += 1
        # it is what was written just now
        self._checked.add(part.file)
        return part

    def _merged(self, name: str) -> tuple[str, str]:
        """Return the rows of the base that no later part has, and the merged others."""
        rollup, run = KEPT[name], self.engine.execute
        kept = self._kept(rollup)
        keys = ", ".join([_ID, *rollup.keys])
        columns = ", ".join([_ID, *rollup.keys, *map(quote, kept)])
        new, old, merged = (f"state_{part}_{name}" for part in ("new", "old", "merged"))
        later = merge_parts(rollup, self.scan(name, slice(1, None)), kept)
        base = self.scan(name, slice(1), numbered=True)
        run(f"CREATE OR REPLACE TEMP TABLE {new} AS {later}")
        run(
            f"CREATE OR REPLACE TEMP TABLE {old} AS SELECT {columns}, file_row_number"
            f" FROM {base} SEMI JOIN {new} USING ({keys})"
        )
        both = f"SELECT {columns} FROM {old} UNION ALL SELECT {columns} FROM {new}"
        both = merge_parts(rollup, f"({both}) AS parts", kept)
        run(f"CREATE OR REPLACE TEMP TABLE {merged} AS {both}")
        return f"{base} ANTI JOIN {old} USING (file_row_number)", merged

    def _kept(self, rollup: Rollup) -> list[str]:
        """Return which columns of a roll-up there are."""
        return [
            name
            for name, column in rollup.columns.items()
            if not column.needs or column.needs in self._columns
        ]

    def _select(
        self, name: str, customer: str = _ID, wanted: Collection[str] | None = None
    ) -> str:
        """Return the columns of a roll-up, as wide as a full run has them."""
        rollup = KEPT[name]
        narrowed = _NARROWED if name == "orders" else {}
        columns = [
            f"{narrowed[column]}({quote(column)} AS DECIMAL(18, 4)) AS {quote(column)}"
            if column in narrowed
            else quote(column)
            for column in self._kept(rollup)
            if wanted is None or column in wanted
        ]
        return ", ".join([customer, *rollup.keys, *columns])

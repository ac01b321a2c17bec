"""Rows that come in batches, kept on disk, so that memory holds one batch at most."""

from __future__ import annotations

import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from autoseg.engines import literal
from autoseg.tables.arrowtypes import readable
from autoseg.tables.paths import pattern_literal
from autoseg.tables.raw import WORKSPACE, RawTable, column_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autoseg.engines import DuckDBEngine

__all__ = ["Spool"]

# rows that are written at a time
_BLOCK = 1 << 16
_LAST_WHOLE_FLOAT = 2**53
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")


class Spool:
    """A table that grows by batches; its columns may differ in type between them.

    Parameters
    ----------
    engine : DuckDBEngine
        Its folder holds the rows until staging is done.
    name : str
        Name of the relation.
    label : str
        What messages call the table.
    names : tuple of str
        The user's column names.
    wanted : sequence of int
        Positions of the columns that have to be there in the end.
    """

    def __init__(
        self,
        engine: DuckDBEngine,
        name: str,
        label: str,
        names: tuple[str, ...],
        wanted: Sequence[int],
    ) -> None:
        self._engine = engine
        self._name = name
        self._label = label
        self._names = names
        self._wanted = [column_name(position) for position in wanted]
        self._writers: dict[pa.Schema, pq.ParquetWriter] = {}
        self._paths: list[Path] = []
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0
        self._n_rows = 0

    def write(self, batch: pa.RecordBatch, rows: Sequence[int] | None = None) -> None:
        """Take more rows.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Its columns are named by `column_name`; ``rest`` may hold what is to go
            into the fingerprint besides them.
        rows : sequence of int, optional
            What messages call the rows; by default their positions from 0.
        """
        columns = {}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            array = _storable(column)
            if array is not None:
                columns[name] = array
        first = self._n_rows
        numbers = np.arange(first, first + len(batch)) if rows is None else rows
        columns["row"] = pa.array(numbers, pa.int64())
        table = pa.table(columns)
        self._n_rows += len(batch)
        if self._waiting and self._waiting[0].schema != table.schema:
            self._flush()
        self._waiting.append(table)
        self._n_waiting += len(batch)
        if self._n_waiting >= _BLOCK:
            self._flush()

    def finish(self) -> RawTable:
        """Return all rows as one relation, each column of one type."""
        self._flush()
        for writer in self._writers.values():
            writer.close()
        relation = f"{WORKSPACE}.{self._name}"
        types = self._unify(relation)
        return RawTable(
            self._engine,
            relation,
            self._label,
            self._names,
            self._n_rows,
            lambda pairs: (self._label, tuple(row for _, row in pairs)),
            types=types,
        )

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        self._waiting, self._n_waiting = [], 0
        if table.schema not in self._writers:
            handle, path = tempfile.mkstemp(
                prefix=f"{self._name}_", suffix=".parquet", dir=self._engine.folder
            )
            os.close(handle)
            self._paths.append(Path(path))
            self._writers[table.schema] = pq.ParquetWriter(path, table.schema)
        self._writers[table.schema].write_table(table)

    def _unify(self, relation: str) -> dict[str, str]:
        parts: list[tuple[str, dict[str, str]]] = []
        for path in self._paths:
            read = f"read_parquet({literal(pattern_literal(path))})"
            described = self._engine.fetch_rows(f"DESCRIBE SELECT * FROM {read}")
            parts.append((read, {str(row[0]): str(row[1]) for row in described}))
        found = {name for _, types in parts for name in types} - {"row"}
        columns = sorted(found | set(self._wanted))
        common = {
            name: _common(types[name] for _, types in parts if name in types)
            for name in columns
        }
        selects = []
        for read, types in parts or [("(SELECT 0 AS row WHERE FALSE)", {})]:
            casts = [_cast(name, types.get(name), common[name]) for name in columns]
            selects.append(f"SELECT {', '.join(casts)}, row FROM {read}")
        self._engine.execute(
            f"CREATE OR REPLACE VIEW {relation} AS SELECT *, 0 AS file,"
            f" hash({', '.join(columns)}) AS fingerprint"
            f" FROM ({' UNION ALL '.join(selects)})"
        )
        return common


def _storable(column: pa.Array) -> pa.Array | None:
    """Return a column as it can be kept; None where only nothing is lost."""
    if pa.types.is_null(column.type):
        # whatever comes in another batch is its type
        return None
    array = readable(column)
    if _fits_parquet(array.type):
        return array
    try:
        return array.cast(pa.string())
    except pa.ArrowException:
        texts = [None if v is None else str(v) for v in array.to_pylist()]
        return pa.array(texts, pa.string())


@lru_cache(maxsize=256)
def _fits_parquet(kind: pa.DataType) -> bool:
    try:
        pq.ParquetWriter(pa.BufferOutputStream(), pa.schema([("c", kind)])).close()
    except (pa.ArrowException, NotImplementedError):
        return False
    return True


def _common(types: Iterable[str]) -> str:
    """Return the one type that a column has over all batches."""
    kinds = set(types)
    if len(kinds) == 1:
        return kinds.pop()
    bare = {kind.removeprefix("U").partition("(")[0] for kind in kinds}
    if not bare or not bare <= {*_WHOLE, *_FRACTIONS}:
        return "TIMESTAMP" if bare and bare <= {"DATE", "TIMESTAMP"} else "VARCHAR"
    if bare <= set(_WHOLE):
        return "HUGEINT"
    if bare & {"FLOAT", "DOUBLE"}:
        return "DOUBLE"
    scales = [re.search(r",(\d+)\)", kind) for kind in kinds]
    return f"DECIMAL(38,{max(int(found[1]) for found in scales if found)})"


def _cast(name: str, kind: str | None, target: str) -> str:
    """Return SQL that brings a column of one batch to the type it has in all."""
    if kind is None:
        return f"CAST(NULL AS {target}) AS {name}"
    if kind == target:
        return name
    if target == "VARCHAR" and kind.startswith(_FRACTIONS):
        return (
            f"CASE WHEN {name} = TRUNC({name}) AND ABS({name}) < {_LAST_WHOLE_FLOAT}"
            f" THEN CAST(CAST({name} AS BIGINT) AS VARCHAR)"
            f" ELSE CAST({name} AS VARCHAR) END AS {name}"
        )
    return f"CAST({name} AS {target}) AS {name}"

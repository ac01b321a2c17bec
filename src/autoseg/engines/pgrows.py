"""Rows of PostgreSQL as Arrow: one type a column, whatever the first rows hold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["decimals_of", "gather_batches"]

# the numbers that PostgreSQL has for its types
_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    700: pa.float64(),
    701: pa.float64(),
    1042: pa.string(),
    1043: pa.string(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}


def gather_batches(
    columns: Sequence[tuple[str, int]], fetch: Callable[[], Sequence[Sequence[Any]]]
) -> pa.Table:
    """Return all rows of a cursor as a table.

    Parameters
    ----------
    columns : sequence of (str, int)
        Names, and the numbers of their types.
    fetch : callable
        Returns the next rows; none in the end.
    """
    parts: list[list[pa.Array | list[Any]]] = [[] for _ in columns]
    while rows := fetch():
        for part, (_, number), values in zip(
            parts, columns, zip(*rows, strict=True), strict=True
        ):
            kind = _TYPES.get(number)
            part.append(list(values) if kind is None else pa.array(values, kind))
    whole = [
        _join(part, _TYPES.get(number))
        for part, (_, number) in zip(parts, columns, strict=True)
    ]
    return pa.Table.from_arrays(whole, names=[name for name, _ in columns])


def _join(parts: list[Any], kind: pa.DataType | None) -> pa.ChunkedArray:
    if kind is not None:
        return pa.chunked_array(parts, kind)
    # of exact numbers only all together tell how many decimals there are
    return pa.chunked_array([pa.array([value for part in parts for value in part])])


def decimals_of(table: pa.Table) -> pa.Table:
    """Return a table of ADBC's with exact numbers where it has texts for them.

    Parameters
    ----------
    table : pyarrow.Table
        As the driver hands it over.
    """
    for position, field in enumerate(table.schema):
        if getattr(field.type, "type_name", "") != "numeric":
            continue
        texts = table.column(position).to_pylist()
        numbers = [None if text is None else Decimal(text) for text in texts]
        table = table.set_column(position, field.name, pa.array(numbers))
    return table

"""Data frames and Arrow tables as sources; the caller's frame is only read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import numpy as np
import pyarrow as pa
from narwhals.exceptions import DuplicateError

from autoseg.tables.arrowtypes import readable
from autoseg.tables.cells import texts_of
from autoseg.tables.mapping import check_names
from autoseg.tables.raw import WORKSPACE, RawTable, column_name
from autoseg.tables.streams import StreamSource, stream_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings

__all__ = ["FrameSource", "open_frame"]


def open_frame(
    value: object, label: str, findings: Findings
) -> FrameSource | StreamSource | None:
    """Return a data frame of any library as a source.

    pandas, Polars and Arrow tables are taken as they are; the rows of lazy frames,
    DuckDB relations, Spark data frames and Arrow readers pass through. None where an
    error was noted.

    Parameters
    ----------
    value : object
        The frame.
    label : str
        What messages call it.
    findings : Findings
        Takes the errors.
    """
    value = _with_index(value)
    names = _own_names(value)
    if names is not None and not all(isinstance(name, str) for name in names):
        findings.error(
            "ASG_E_COLUMN_NAMES",
            label,
            "the column names are not all text",
            "give every column one name that is text",
        )
        return None
    before = len(findings.errors)
    check_names(names or (), label, findings)
    if len(findings.errors) > before:
        return None
    stream = stream_of(value, label)
    if stream is not None:
        check_names(stream.names, label, findings)
        return stream if len(findings.errors) == before else None
    try:
        frame: Any = nw.from_native(value)  # type: ignore[call-overload]
    except DuplicateError:
        findings.error(
            "ASG_E_DUPLICATE_COLUMN",
            label,
            "several columns have no name",
            "give each a name of its own",
        )
        return None
    except TypeError:
        findings.error(
            "ASG_E_INPUT_TYPE",
            label,
            f"a {type(value).__name__} is no table",
            "give a data frame, an Arrow table, a query, or the path of a CSV, Excel"
            " or Parquet file",
        )
        return None
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect("pyarrow")
    if names is None:
        check_names(frame.columns, label, findings)
    return FrameSource(frame, label) if len(findings.errors) == before else None


class FrameSource:
    """A data frame that was opened.

    Parameters
    ----------
    frame : narwhals.DataFrame
        The frame; never changed.
    label : str
        What messages call it.
    """

    def __init__(self, frame: nw.DataFrame[Any], label: str) -> None:
        self._frame = frame
        self.label = label
        self.names = tuple(name.strip("\ufeff") for name in frame.columns)

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Register the frame's columns with the engine as one Arrow table.

        Parameters
        ----------
        engine : DuckDBEngine
            Where the rows go.
        name : str
            Name of the relation.
        wanted : sequence of int
            Positions of the columns that are needed; the others are read for the
            fingerprint where Arrow can hold them.
        findings : Findings
            Takes the errors.
        """
        relation = f"{WORKSPACE}.{name}"
        columns: dict[str, pa.ChunkedArray] = {}
        for position, own in enumerate(self._frame.columns):
            try:
                columns[column_name(position)] = _arrow(self._frame, own)
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                if position in wanted:
                    column = self._mixed(own, findings)
                    columns[column_name(position)] = column
        n_rows = len(self._frame)
        hashed = ", ".join(columns)
        columns["row"] = pa.chunked_array([pa.array(np.arange(n_rows))])
        engine.register(f"{name}_frame", pa.table(columns))
        engine.execute(
            f"CREATE OR REPLACE VIEW {relation} AS SELECT *, 0 AS file,"
            f" hash({hashed}) AS fingerprint FROM {name}_frame"
        )
        types = engine.fetch_rows(f"DESCRIBE {relation}")
        return RawTable(
            engine,
            relation,
            self.label,
            self.names,
            n_rows,
            lambda pairs: (self.label, tuple(row for _, row in pairs)),
            types={str(row[0]): str(row[1]) for row in types},
        )

    def _mixed(self, own: str, findings: Findings) -> pa.ChunkedArray:
        """Return a column of mixed Python objects as text, if it holds plain ones."""
        values = self._frame[own].to_list()
        values = [None if _is_nan(value) else value for value in values]
        kinds = sorted({type(value).__name__ for value in values if value is not None})
        if set(kinds) <= {"str", "int"}:
            texts = [None if value is None else str(value) for value in values]
            return pa.chunked_array([texts_of(texts)])
        findings.error(
            "ASG_E_MIXED_TYPES",
            self.label,
            f"the column holds values of several kinds: {', '.join(kinds)}",
            "make all its values of one kind",
            column=own,
        )
        return pa.chunked_array([pa.nulls(len(values), pa.string())])


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _with_index(value: object) -> object:
    """Return a pandas frame of groups with what it was grouped by as a column.

    Such a frame keeps its customers in an index with a name, where no one looks for
    them. An index that has no name, repeats itself or is a column too is left alone.
    """
    if not nw.dependencies.is_pandas_dataframe(value):
        return value
    frame = cast("Any", value)
    named = [name for name in frame.index.names if isinstance(name, str)]
    if len(named) < frame.index.nlevels or not frame.index.is_unique:
        return value
    if frame.columns.nlevels > 1 or set(named) & set(frame.columns):
        return value
    return frame.reset_index()


def _own_names(value: object) -> list[Any] | None:
    """Return the names before narwhals sees them, which refuses odd ones."""
    if isinstance(value, pa.Table):
        return list(value.column_names)
    if nw.dependencies.is_pandas_like_dataframe(value):
        return list(cast("Any", value).columns)
    return None


def _arrow(frame: nw.DataFrame[Any], own: str) -> pa.ChunkedArray:
    """Return a column as an Arrow array of a type that the engine can read."""
    column = readable(frame.select(own).to_arrow().column(0))
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column

"""Frames that are not in memory: their rows pass through in batches, none is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow as pa
import pyarrow.dataset as ds

from autoseg.engines import is_spark, quote, spark_batches
from autoseg.tables.raw import column_name
from autoseg.tables.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable

    Batches = Callable[[Sequence[int]], Iterator[pa.RecordBatch]]

__all__ = ["StreamSource", "stream_of"]

_BATCH = 1 << 16


def stream_of(value: Any, label: str) -> StreamSource | None:
    """Return a frame that computes its rows as a source; None for any other.

    DuckDB relations, Spark data frames, lazy Polars frames, and Arrow's readers and
    datasets are known.

    Parameters
    ----------
    value : object
        The frame.
    label : str
        What messages call it.
    """
    if is_spark(value):
        names = tuple(value.columns)
        return StreamSource(names, label, lambda wanted: _from_spark(value, wanted))
    if nw.dependencies.is_duckdb_relation(value):
        names = tuple(value.columns)
        return StreamSource(names, label, lambda wanted: _from_duckdb(value, wanted))
    if nw.dependencies.is_polars_lazyframe(value):
        names = tuple(value.collect_schema().names())
        return StreamSource(names, label, lambda _: _from_polars(value))
    if isinstance(value, pa.RecordBatchReader):
        names = tuple(value.schema.names)
        return StreamSource(names, label, lambda _: _renamed(value))
    if isinstance(value, ds.Dataset):
        names = tuple(value.schema.names)
        return StreamSource(names, label, lambda _: _renamed(value.to_batches()))
    return None


class StreamSource:
    """A frame that computes its rows when they are asked for.

    Parameters
    ----------
    names : tuple of str
        Its columns.
    label : str
        What messages call it.
    batches : callable
        Takes positions of columns and yields Arrow batches with at least those.
    """

    def __init__(self, names: tuple[str, ...], label: str, batches: Batches) -> None:
        self._batches = batches
        self.label = label
        self.names = tuple(name.strip("\ufeff") for name in names)

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Compute the rows and keep them on disk.

        Parameters
        ----------
        engine : DuckDBEngine
            Where the rows go.
        name : str
            Name of the relation.
        wanted : sequence of int
            Positions of the columns that are needed.
        findings : Findings
            Takes the errors.
        """
        spool = Spool(engine, name, self.label, self.names, wanted)
        try:
            for batch in self._batches(wanted):
                spool.write(batch)
        # every library has errors of its own, and they quote values
        except Exception as error:
            library = type(error).__module__.partition(".")[0]
            findings.error(
                "ASG_E_FRAME",
                self.label,
                f"its rows cannot be computed ({library}: {type(error).__name__})",
                "compute it yourself to see the reason",
            )
        return spool.finish()


def _from_spark(frame: Any, wanted: Sequence[int]) -> Iterator[pa.RecordBatch]:
    return spark_batches(frame, wanted, [column_name(i) for i in wanted])


def _from_duckdb(relation: Any, wanted: Sequence[int]) -> Iterator[pa.RecordBatch]:
    own = [quote(name) for name in relation.columns]
    columns = [f"{own[i]} AS {column_name(i)}" for i in wanted]
    columns.append(f"hash({', '.join(own)}) AS rest")
    yield from relation.project(", ".join(columns)).to_arrow_reader(_BATCH)


def _from_polars(frame: Any) -> Iterator[pa.RecordBatch]:
    if hasattr(frame, "collect_batches"):
        parts = frame.collect_batches(chunk_size=_BATCH, maintain_order=True)
    else:
        parts = [frame.collect(engine="streaming")]
    for part in parts:
        yield from _renamed(part.to_arrow().to_batches())


def _renamed(batches: Any) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        names = [column_name(position) for position in range(batch.num_columns)]
        yield pa.RecordBatch.from_arrays(batch.columns, names=names)

"""Where scored customers go: a file or a table, whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoseg.engines import DatabaseTable, replaced_table
from autoseg.errors import OutputError
from autoseg.files import replaced_file
from autoseg.spreadsheet import without_formulas

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from gzip import GzipFile
    from typing import BinaryIO

    import pandas as pd

    Write = Callable[[pd.DataFrame], None]

__all__ = ["COLUMNS", "FILES", "check_target", "opened_target"]

FILES = (".csv", ".csv.gz", ".parquet")
"""Endings of files that scored customers are written to."""

COLUMNS = {
    "customer_id": "TEXT",
    "segment": "BIGINT",
    "segment_key": "TEXT",
    "segment_name": "TEXT",
    "confidence": "DOUBLE PRECISION",
    "runner_up": "BIGINT",
    "unlike_any": "BOOLEAN",
}
"""What is written of each customer, and its type in a database."""

_TEXTS = tuple(name for name, kind in COLUMNS.items() if kind == "TEXT")
# as of the CSV that `Segmentation.write` makes
_SIX_DIGITS = "%.6f"


def check_target(target: str | os.PathLike[str] | DatabaseTable) -> None:
    """Raise if nothing can be written to something of that name.

    Parameters
    ----------
    target : path or DatabaseTable
        Where to.

    Raises
    ------
    OutputError
        If the name of a file ends otherwise.
    """
    if not isinstance(target, DatabaseTable) and _ending(Path(target)) is None:
        raise OutputError(
            target,
            "is no name of a file that segments are written to",
            f"let it end in {', '.join(FILES[:-1])} or {FILES[-1]}; spreadsheets open"
            " CSV",
        )


@contextmanager
def opened_target(
    target: str | os.PathLike[str] | DatabaseTable, *, raw_csv: bool = False
) -> Iterator[Write]:
    """Give a function that writes frames one after another.

    What was there is replaced when the block has ended well, and stays as it was if
    anything goes wrong.

    Parameters
    ----------
    target : path or DatabaseTable
        Where to.
    raw_csv : bool
        Whether texts are written to CSV exactly as they are.

    Yields
    ------
    callable
        Takes frames of `SegmentModel.assign`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    check_target(target)
    if isinstance(target, DatabaseTable):
        with replaced_table(target, COLUMNS) as write:
            yield lambda frame: write(_csv(frame, heading=False))
        return
    path = Path(target)
    ending = _ending(path)
    with replaced_file(path) as file:
        kind: AbstractContextManager[Write]
        if ending == ".parquet":
            kind = _parquet(file)
        elif ending == ".csv":
            kind = _plain(file, raw=raw_csv)
        else:
            kind = _packed(file, raw=raw_csv)
        with kind as write_frame:
            yield write_frame


def _ending(path: Path) -> str | None:
    name = path.name.lower()
    return next((ending for ending in FILES if name.endswith(ending)), None)


@contextmanager
def _parquet(file: BinaryIO) -> Iterator[Write]:
    import pyarrow as pa
    from pyarrow import parquet

    types: dict[str, Any] = {
        "TEXT": pa.string(),
        "BIGINT": pa.int64(),
        "DOUBLE PRECISION": pa.float64(),
        "BOOLEAN": pa.bool_(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    with parquet.ParquetWriter(file, schema) as writer:

        def write(frame: pd.DataFrame) -> None:
            rows = pa.Table.from_pandas(frame.reset_index(), schema, False)
            writer.write_table(rows.replace_schema_metadata(None))

        yield write


@contextmanager
def _plain(file: BinaryIO | GzipFile, *, raw: bool) -> Iterator[Write]:
    heading = True

    def write(frame: pd.DataFrame) -> None:
        nonlocal heading
        safe = frame.reset_index()
        if not raw:
            for name in _TEXTS:
                safe[name] = without_formulas(safe[name])
        file.write(_csv(safe, heading=heading, digits=_SIX_DIGITS))
        heading = False

    yield write


@contextmanager
def _packed(file: BinaryIO, *, raw: bool) -> Iterator[Write]:
    import gzip

    # no name and no time, so that the same customers give the same bytes
    with (
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        _plain(packed, raw=raw) as write,
    ):
        yield write


def _csv(frame: pd.DataFrame, *, heading: bool, digits: str | None = None) -> bytes:
    rows = frame if "customer_id" in frame.columns else frame.reset_index()
    text = rows[list(COLUMNS)].to_csv(
        float_format=digits, header=heading, index=False, lineterminator="\n"
    )
    return text.encode()

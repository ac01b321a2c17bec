"""Parquet files as sources; they are read where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from autoseg.engines import literal, quote
from autoseg.errors import EngineError, EngineMemoryError
from autoseg.tables.mapping import check_names
from autoseg.tables.paths import pattern_literal
from autoseg.tables.raw import WORKSPACE, RawTable, column_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings

__all__ = ["ParquetSource", "open_parquet"]


def open_parquet(path: Path, findings: Findings) -> ParquetSource | None:
    """Return a Parquet file as a source; None where an error was noted.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    findings : Findings
        Takes the errors.
    """
    try:
        names = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        _incomplete(path.name, findings)
        return None
    before = len(findings.errors)
    check_names(names, path.name, findings)
    return ParquetSource(path, names) if len(findings.errors) == before else None


class ParquetSource:
    """A Parquet file that was opened.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    names : tuple of str
        Its columns.
    """

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._path = path
        self.label = path.name
        self.names = names

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Make the file readable in the engine; nothing is copied.

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
        relation = f"{WORKSPACE}.{name}"
        file = literal(pattern_literal(self._path))
        columns = [quote(own) for own in self.names]
        chosen = [f"{columns[i]} AS {column_name(i)}" for i in wanted]
        n_rows = 0
        types: dict[str, str] = {column_name(i): "VARCHAR" for i in wanted}
        try:
            engine.execute(
                f"CREATE OR REPLACE VIEW {relation} AS SELECT {', '.join(chosen)},"
                f" 0 AS file, file_row_number AS row,"
                f" hash({', '.join(columns)}) AS fingerprint"
                f" FROM read_parquet({file}, file_row_number = true)"
            )
            types = {
                str(row[0]): str(row[1])
                for row in engine.fetch_rows(f"DESCRIBE {relation}")
            }
            # reads every byte once, so that damage shows here and nowhere later
            ((n_rows, _),) = engine.fetch_rows(
                f"SELECT COUNT(*), BIT_XOR(fingerprint) FROM {relation}"
            )
        except EngineMemoryError:
            raise
        except EngineError:
            _incomplete(self.label, findings)
        return RawTable(
            engine,
            relation,
            self.label,
            self.names,
            n_rows,
            lambda pairs: (self.label, tuple(row for _, row in pairs)),
            types=types,
        )


def _incomplete(label: str, findings: Findings) -> None:
    findings.error(
        "ASG_E_INCOMPLETE_FILE",
        label,
        "the Parquet file is incomplete or damaged",
        "export it again, or download it again",
    )

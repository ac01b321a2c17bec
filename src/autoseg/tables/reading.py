"""Opening whatever the user gives: a frame, a file, or many files as one table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autoseg.engines import Query
from autoseg.tables.csvfile import open_csv
from autoseg.tables.database import QuerySource, open_query
from autoseg.tables.excelfile import open_excel
from autoseg.tables.frames import open_frame
from autoseg.tables.parquetfile import open_parquet
from autoseg.tables.paths import file_kind, find_files
from autoseg.tables.raw import WORKSPACE, RawTable, Rejected, column_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import Source
    from autoseg.tables.settings import Settings

__all__ = ["close_sources", "open_source"]


def open_source(
    value: object, label: str, settings: Settings, findings: Findings
) -> Source | None:
    """Open a table of any kind; its header is read, its rows are not.

    Parameters
    ----------
    value : object
        A data frame (pandas, Polars, Arrow, a DuckDB relation, Spark), a query, a
        path or pattern of CSV, CSV.gz, Excel or Parquet files, or a list of paths.
    label : str
        What messages call a frame; files are called by their names.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    Source or None
        None where an error was noted.
    """
    if isinstance(value, Query):
        return open_query(value, label, findings)
    if isinstance(value, (str, Path)):
        return _open_files([value], settings, findings)
    if (
        isinstance(value, (list, tuple))
        and value
        and all(isinstance(item, (str, Path)) for item in value)
    ):
        return _open_files(value, settings, findings)
    return open_frame(value, label, findings)


def close_sources(sources: Iterable[Source]) -> None:
    """Let go of tables that will not be loaded.

    Parameters
    ----------
    sources : iterable of Source
        Only a running query holds anything.
    """
    for source in sources:
        if isinstance(source, QuerySource):
            source.close()


def _open_files(
    paths: Sequence[str | Path], settings: Settings, findings: Findings
) -> Source | None:
    files = find_files(paths, findings)
    opened = [_open_file(path, settings, findings) for path in files]
    sources = [source for source in opened if source is not None]
    if not sources or len(sources) < len(opened):
        return None
    return sources[0] if len(sources) == 1 else _together(sources, findings)


def _open_file(path: Path, settings: Settings, findings: Findings) -> Source | None:
    kind = file_kind(path, findings)
    if kind is None:
        return None
    if kind == "parquet":
        return open_parquet(path, findings)
    if kind == "excel":
        return open_excel(path, settings, findings)
    return open_csv(path, kind, settings, findings)


def _together(sources: list[Source], findings: Findings) -> Source | None:
    first = sources[0]
    for other in sources[1:]:
        if set(other.names) != set(first.names):
            only = sorted(set(other.names) ^ set(first.names))
            findings.error(
                "ASG_E_FILES_DIFFER",
                other.label,
                f"its columns are not those of {first.label}: only one of them has "
                + ", ".join(f"'{name}'" for name in only),
                "give files of one kind, or read them on their own",
            )
            return None
    return _ManyFiles(sources)


class _ManyFiles:
    """Several files with the same columns, read as one table."""

    def __init__(self, parts: Sequence[Source]) -> None:
        self._parts = parts
        self.label = f"{parts[0].label} and {len(parts) - 1} more"
        self.names = parts[0].names

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        relation = f"{WORKSPACE}.{name}"
        tables = []
        selects = []
        for number, part in enumerate(self._parts):
            order = {i: part.names.index(self.names[i]) for i in wanted}
            table = part.load(engine, f"{name}_{number}", [*order.values()], findings)
            tables.append(table)
            columns = [
                f"{column_name(j)} AS {column_name(i)}" for i, j in order.items()
            ]
            selects.append(
                f"SELECT {', '.join(columns)}, {number} AS file, row, fingerprint"
                f" FROM {table.relation}"
            )
        engine.execute(
            f"CREATE OR REPLACE VIEW {relation} AS {' UNION ALL '.join(selects)}"
        )
        types = engine.fetch_rows(f"DESCRIBE {relation}")

        def locate(pairs: Sequence[tuple[int, int]]) -> tuple[str, tuple[int, ...]]:
            # one message names the rows of one file
            if not pairs:
                return self.label, ()
            number = pairs[0][0]
            return tables[number].locate([pair for pair in pairs if pair[0] == number])

        return RawTable(
            engine,
            relation,
            self.label,
            self.names,
            sum(table.n_rows for table in tables),
            locate,
            rejected=_rejected_of([table.rejected for table in tables]),
            types={str(row[0]): str(row[1]) for row in types},
        )


def _rejected_of(parts: Sequence[Rejected | None]) -> Rejected | None:
    found = [part for part in parts if part is not None]
    if not found:
        return None
    return replace(found[0], n_lines=sum(part.n_lines for part in found))

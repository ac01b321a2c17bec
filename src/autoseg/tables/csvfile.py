"""CSV files as sources: every value comes in as text, every line is accounted for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from autoseg.engines import literal
from autoseg.errors import EngineError, EngineMemoryError
from autoseg.tables.encoding import open_text, read_as_utf8
from autoseg.tables.findings import MAX_EXAMPLES
from autoseg.tables.layout import read_layout
from autoseg.tables.mapping import check_names
from autoseg.tables.paths import pattern_literal
from autoseg.tables.raw import WORKSPACE, RawTable, Rejected, column_name
from autoseg.tables.records import Records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.encoding import TextFile
    from autoseg.tables.findings import Findings
    from autoseg.tables.layout import Layout
    from autoseg.tables.paths import FileKind
    from autoseg.tables.settings import Settings

__all__ = ["CsvSource", "open_csv"]

_SAMPLE = 1 << 16
# the longest record, in bytes; also bounds the memory that reading takes
_LONGEST = 1 << 24
# the engine would take 32 records of that length, in each thread
_BUFFER = 1 << 25
# faults that are kept one by one; a line has one for each cell that it lacks
_MOST_REJECTED = 2_000_000
# DuckDB's word for what is wrong with a line, and ours
_REJECTIONS = {
    "TOO MANY COLUMNS": "have more cells than the header",
    "MISSING COLUMNS": "have fewer cells than the header",
    "UNQUOTED VALUE": "have a quotation mark in the wrong place",
    "LINE SIZE OVER MAXIMUM": "are longer than 16 MB",
}


def open_csv(
    path: Path, kind: FileKind, settings: Settings, findings: Findings
) -> CsvSource | None:
    """Return a CSV file as a source; None where an error was noted.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    kind : {"text", "gzip"}
        Whether it is packed.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    text = open_text(path, kind, settings, findings)
    if text is None:
        return None
    sample = _beginning(text)
    if not sample.strip():
        findings.error(
            "ASG_E_EMPTY_FILE", path.name, "the file is empty", "export it again"
        )
        return None
    layout = read_layout(sample)
    if layout is None:
        header = sample.strip().splitlines()[0][:80]
        findings.error(
            "ASG_E_ONE_COLUMN",
            path.name,
            f"there is only one column, '{header}'",
            "separate the columns by comma, semicolon or tab",
        )
        return None
    before = len(findings.errors)
    check_names(layout.names, path.name, findings)
    return CsvSource(text, layout) if len(findings.errors) == before else None


class CsvSource:
    """A CSV file that was opened.

    Parameters
    ----------
    text : TextFile
        The file and how it is written.
    layout : Layout
        How it is to be taken apart.
    """

    def __init__(self, text: TextFile, layout: Layout) -> None:
        self._text = text
        self._layout = layout
        self._records = Records(text, layout)
        self._rejected: dict[int, str] = {}
        self.label = text.path.name
        self.names = layout.names

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Read the file into a table of texts.

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
        # the number of a record in its file is its number in the table
        engine.execute("SET preserve_insertion_order = true")
        try:
            is_read = self._read(engine, name, wanted, findings)
        finally:
            engine.execute("SET preserve_insertion_order = false")
            self._copy(engine, name).unlink(missing_ok=True)
        engine.execute(
            f"CREATE OR REPLACE VIEW {relation} AS SELECT *, 0 AS file,"
            f" rowid AS row FROM {WORKSPACE}.{name}_text"
        )
        ((n_rows,),) = engine.fetch_rows(f"SELECT COUNT(*) FROM {relation}")
        if is_read:
            self._note_rejected(engine, name, n_rows, findings)
        return RawTable(
            engine,
            relation,
            self.label,
            self.names,
            n_rows,
            self._locate,
            rejected=self._rejection(),
            types={column_name(i): "VARCHAR" for i in wanted},
        )

    def _locate(self, pairs: Sequence[tuple[int, int]]) -> tuple[str, tuple[int, ...]]:
        rows = {row for _, row in pairs}
        return self.label, self._records.lines_of_rows(rows, self._rejected)

    def _read(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> bool:
        """Create the table of texts; return whether the engine could read the file."""
        # line ends of several kinds need a copy as well, and only the engine knows
        for tidy in (self._text.needs_copy, True):
            try:
                self._create(engine, name, wanted, tidy=tidy)
            except EngineMemoryError:
                raise
            except EngineError:
                continue
            return True
        findings.error(
            "ASG_E_UNREADABLE_FILE",
            self.label,
            "the file cannot be taken apart as CSV",
            "open it in a spreadsheet and save it as CSV (UTF-8)",
        )
        columns = [f"CAST(NULL AS VARCHAR) AS {column_name(i)}" for i in wanted]
        engine.execute(
            f"CREATE OR REPLACE TABLE {WORKSPACE}.{name}_text AS"
            f" SELECT {', '.join(columns)}, hash(0) AS fingerprint WHERE FALSE"
        )
        return False

    def _create(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], *, tidy: bool
    ) -> None:
        for table in ("rejects", "scans"):
            engine.execute(f"DROP TABLE IF EXISTS {name}_{table}")
        chosen = ", ".join(column_name(i) for i in wanted)
        every = ", ".join(column_name(i) for i in range(len(self.names)))
        read = self._reader(engine, name, tidy=tidy)
        engine.execute(
            f"CREATE OR REPLACE TABLE {WORKSPACE}.{name}_text AS SELECT {chosen},"
            f" hash({every}) AS fingerprint FROM {read}"
        )

    def _copy(self, engine: DuckDBEngine, name: str) -> Path:
        return engine.folder / f"{name}.csv"

    def _reader(self, engine: DuckDBEngine, name: str, *, tidy: bool) -> str:
        path, packed = self._text.path, self._text.compressed
        if tidy:
            path, packed = self._copy(engine, name), False
            read_as_utf8(self._text, path)
        columns = ", ".join(
            f"'{column_name(i)}': 'VARCHAR'" for i in range(len(self.names))
        )
        return (
            f"read_csv({literal(pattern_literal(path))}, auto_detect = false,"
            # the header is known, and may be wider or narrower than the rows
            f" header = false, skip = {self._layout.n_above + 1},"
            f" delim = {literal(self._layout.delimiter)}, quote = '\"',"
            f" escape = '\"', columns = {{{columns}}}, max_line_size = {_LONGEST},"
            f" buffer_size = {_BUFFER},"
            f" compression = '{'gzip' if packed else 'none'}',"
            f" store_rejects = true, rejects_limit = {_MOST_REJECTED},"
            f" rejects_table = '{name}_rejects', rejects_scan = '{name}_scans')"
        )

    def _note_rejected(
        self, engine: DuckDBEngine, name: str, n_rows: int, findings: Findings
    ) -> None:
        """Keep the lines that could not be taken apart; an open quote is an error."""
        rows = engine.fetch_rows(
            f"SELECT line, MIN(CAST(error_type AS VARCHAR))"
            f" FROM {name}_rejects GROUP BY line ORDER BY line"
        )
        # a line may be recorded more than once
        ((n_recorded,),) = engine.fetch_rows(f"SELECT COUNT(*) FROM {name}_rejects")
        for table in ("rejects", "scans"):
            engine.execute(f"DROP TABLE {name}_{table}")
        self._rejected = dict(rows)
        # an open quotation mark swallows rows that nobody would count
        suspects = [record for record, kind in rows if kind == "UNQUOTED VALUE"]
        line = self._records.line_of_open_quote(suspects)
        if line is not None:
            findings.error(
                "ASG_E_OPEN_QUOTE",
                self.label,
                "a quotation mark is opened on this line and never closed",
                "close it or take it out",
                rows=(line,),
                n_rows=1,
            )
        if n_recorded >= _MOST_REJECTED:
            findings.error(
                "ASG_E_UNREADABLE_LINE",
                self.label,
                f"{len(rows)} lines or more cannot be taken apart",
                "export the file again",
                rows=self._records.lines_of(tuple(self._rejected)[:MAX_EXAMPLES]),
                n_rows=len(rows),
            )
        if not n_rows and not rows:
            findings.error(
                "ASG_E_NO_ROWS",
                self.label,
                "there is a header and 0 data rows",
                "export it again",
            )

    def _rejection(self) -> Rejected | None:
        if not self._rejected:
            return None
        ((kind, _),) = Counter(self._rejected.values()).most_common(1)
        return Rejected(
            self.label,
            self._records.lines_of(tuple(self._rejected)[:MAX_EXAMPLES]),
            len(self._rejected),
            _REJECTIONS.get(kind, "cannot be taken apart"),
        )


def _beginning(text: TextFile) -> str:
    with text.open() as file:
        letters = file.read(_SAMPLE).decode(text.encoding, "ignore")
    return letters.replace("\0", "").removeprefix("\ufeff")

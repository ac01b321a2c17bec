"""Excel and OpenDocument files as sources: one sheet is one table."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import python_calamine as calamine

from autoseg.tables.cells import as_text, column_of
from autoseg.tables.mapping import check_names
from autoseg.tables.raw import column_name
from autoseg.tables.settings import give
from autoseg.tables.sheetcells import count_error_cells, stray_cell
from autoseg.tables.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import Settings

    Rows = Iterator[tuple[int, list[Any]]]

__all__ = ["ExcelSource", "open_excel"]

_BATCH = 1 << 16
_LAST_WHOLE_FLOAT = 2**53
# a title stands alone; a header does not
_MIN_HEADER = 2
_ERRORS = frozenset(
    {
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#GETTING_DATA",
    }
)
# how Office says that a file is encrypted
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD = b"\xd0\xcf\x11\xe0"


def open_excel(
    path: Path, settings: Settings, findings: Findings
) -> ExcelSource | None:
    """Return a sheet of an Excel file as a source; None where an error was noted.

    Parameters
    ----------
    path : pathlib.Path
        An .xlsx, .xls, .xlsb or .ods file.
    settings : Settings
        The settings of the run; ``sheet`` names the sheet where there are several.
    findings : Findings
        Takes errors.
    """
    stray = stray_cell(path)
    if stray is not None:
        # the reader would make room for every cell up to there
        findings.error(
            "ASG_E_STRAY_CELL",
            path.name,
            f"cell {stray} lies far outside of all others",
            "delete what is far below and beside the table, and save the file",
        )
        return None
    try:
        # the beginning of the file tells its kind, not its name
        with path.open("rb") as file:
            workbook = calamine.CalamineWorkbook.from_filelike(file)
        name = _choose_sheet(workbook, path.name, settings, findings)
        if name is None:
            return None
        rows = _rows(workbook.get_sheet_by_name(name))
    except (KeyboardInterrupt, SystemExit):
        raise
    # a damaged file fails in many ways, even as a panic, which is no Exception
    except BaseException as error:
        _note_unreadable(path, error, findings)
        return None
    header = next((row for row in rows if _is_header(row[1])), None)
    if header is None:
        findings.error(
            "ASG_E_NO_HEADER",
            path.name,
            f"no row of the sheet '{name}' has text in two cells, so no header was"
            " found",
            "write the names of the columns above them",
        )
        return None
    names = tuple((as_text(cell) or "").strip() for cell in header[1])
    before = len(findings.errors)
    check_names(names, path.name, findings)
    if len(findings.errors) > before:
        return None
    return ExcelSource(path, name, names, rows)


class ExcelSource:
    """A sheet of an Excel file that was opened.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    sheet : str
        Name of the sheet.
    names : tuple of str
        The header.
    rows : iterator of (int, list)
        Number and cells of every row below the header.
    """

    def __init__(
        self, path: Path, sheet: str, names: tuple[str, ...], rows: Rows
    ) -> None:
        self._path = path
        self._sheet = sheet
        self._rows = rows
        self.label = path.name
        self.names = names

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Read the cells, each column as numbers, times or texts.

        Parameters
        ----------
        engine : DuckDBEngine
            Where the rows go.
        name : str
            Name of the relation.
        wanted : sequence of int
            Positions of the columns that are needed.
        findings : Findings
            Takes warnings.
        """
        spool = Spool(engine, name, self.label, self.names, wanted)
        columns = [column_name(position) for position in range(len(self.names))]
        n_errors = count_error_cells(self._path, self._sheet)
        while block := list(islice(self._rows, _BATCH)):
            cells = list(zip(*(row for _, row in block), strict=True))
            n_errors += sum(cell in _ERRORS for column in cells for cell in column)
            arrays = [column_of([_plain(c) for c in column]) for column in cells]
            batch = pa.RecordBatch.from_arrays(arrays, names=columns)
            spool.write(batch, rows=[number for number, _ in block])
        if n_errors:
            findings.warn(
                "ASG_W_FORMULA_ERRORS",
                self.label,
                f"{n_errors} cells hold an error of a formula, such as #N/A, and count"
                " as missing",
                "correct the formulas and save the file",
            )
        return spool.finish()


def _note_unreadable(path: Path, error: BaseException, findings: Findings) -> None:
    if isinstance(error, calamine.PasswordError) or _is_encrypted(path):
        findings.error(
            "ASG_E_PASSWORD",
            path.name,
            "the file is protected by a password",
            "save it without one",
        )
        return
    findings.error(
        "ASG_E_INCOMPLETE_FILE",
        path.name,
        "the Excel file is incomplete or damaged",
        "export it again, or download it again",
    )


def _is_encrypted(path: Path) -> bool:
    content = path.read_bytes()
    return content.startswith(_OLD) and _ENCRYPTED in content


def _choose_sheet(
    workbook: Any, label: str, settings: Settings, findings: Findings
) -> str | None:
    """Return the name of the sheet that was asked for, or of the only one."""
    every: list[str] = [
        sheet.name for sheet in workbook.sheets_metadata if _is_table(sheet)
    ]
    if settings.sheet is not None:
        if settings.sheet in every:
            return settings.sheet
        near = get_close_matches(settings.sheet, every, n=1)
        findings.error(
            "ASG_E_SHEET",
            label,
            f"there is no sheet '{settings.sheet}'; the sheets are {_listed(every)}",
            f"did you mean {give('sheet', near[0])}" if near else "use one of them",
        )
        return None
    seen = {
        s.name for s in workbook.sheets_metadata if str(s.visible).endswith(".Visible")
    }
    full = [
        name for name in every if workbook.get_sheet_by_name(name).start is not None
    ]
    chosen = [name for name in full if name in seen] or full
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        findings.error(
            "ASG_E_EMPTY_FILE", label, "every sheet is empty", "export it again"
        )
        return None
    findings.error(
        "ASG_E_SHEET",
        label,
        f"{len(chosen)} sheets have content: {_listed(chosen)}",
        f"say which: {give('sheet', chosen[0])}",
    )
    return None


def _is_table(sheet: Any) -> bool:
    return str(sheet.typ).endswith("WorkSheet")


def _rows(sheet: Any) -> Rows:
    """Yield number and cells of every row that is not blank."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            yield number, cells


def _is_header(cells: Sequence[Any]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return len(texts) >= _MIN_HEADER


def _plain(cell: Any) -> Any:
    """Return a cell's value; a spreadsheet has no other numbers than floats."""
    if isinstance(cell, str):
        return None if not cell or cell in _ERRORS else cell
    if isinstance(cell, float) and abs(cell) <= _LAST_WHOLE_FLOAT and cell.is_integer():
        return int(cell)
    return cell


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)

"""What the cells of an .xlsx file say that its reader does not tell."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["count_error_cells", "stray_cell"]

_BLOCK = 1 << 20
_CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
# a table may have gaps; beyond these its reader would fill the memory with them
_MOST_AREA = 10_000_000
_MOST_GAPS = 20


def stray_cell(path: Path) -> str | None:
    """Return a cell that stretches its sheet far beyond what is filled.

    Parameters
    ----------
    path : pathlib.Path
        The file; None where it is of another kind.

    Returns
    -------
    str or None
        The corner of the sheet, such as ``"XFD1048576"``; None where there is no
        such cell.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    with archive.open(part) as file:
                        corner = _stray_corner(file)
                    if corner is not None:
                        return corner
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        return None
    return None


def _stray_corner(file: IO[bytes]) -> str | None:
    n_cells = last_row = last_column = 0
    for text in _blocks(file):
        for match in _CELL.finditer(text):
            n_cells += 1
            last_row = max(last_row, int(match[2]))
            last_column = max(last_column, _column_number(match[1]))
    area = last_row * last_column
    if area <= max(_MOST_AREA, _MOST_GAPS * n_cells):
        return None
    return f"{_column_letters(last_column)}{last_row}"


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the text of a sheet in parts that cut no cell in two."""
    tail = b""
    while block := file.read(_BLOCK):
        text = tail + block
        end = max(text.rfind(b"<c "), 0)
        yield text[:end]
        tail = text[end:]
    yield tail


def count_error_cells(path: Path, sheet: str) -> int:
    """Return how many formulas of an .xlsx sheet failed; the reader tells none.

    Parameters
    ----------
    path : pathlib.Path
        The file; 0 where it is of another kind.
    sheet : str
        Name of the sheet.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            if part is None:
                return 0
            with archive.open(part) as file:
                return sum(text.count(b' t="e"') for text in _blocks(file))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ParseError):
        return 0


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name, within the archive, of a sheet's cells."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            key = next(v for k, v in element.items() if k.endswith("}id"))
            return "xl/" + targets[key].removeprefix("/xl/").removeprefix("xl/")
    return None

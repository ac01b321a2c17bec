"""Finding the files that a path means, and what kind of file each is."""

from __future__ import annotations

import zipfile
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.findings import Findings

__all__ = ["FileKind", "file_kind", "find_files", "pattern_literal"]

FileKind = Literal["text", "gzip", "parquet", "excel"]

_GLOB = frozenset("*?[")
_EXPORT_AGAIN = "export it again, or download it again"
_UNPACK = "unpack it, or pack it with gzip"
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
# what is at the beginning of a file that only looks like a table, and what it is
_STRANGERS = (
    (b"%PDF", "ASG_E_NOT_A_TABLE", "this is a PDF document", "save the table as CSV"),
    *(
        (magic, "ASG_E_PACKED", f"this is packed with {name}", _UNPACK)
        for magic, name in (
            (b"\x28\xb5\x2f\xfd", "zstd"),
            (b"BZh", "bzip2"),
            (b"\xfd7zXZ\x00", "xz"),
            (b"7z\xbc\xaf", "7-Zip"),
            (b"Rar!", "RAR"),
        )
    ),
)


def find_files(
    value: str | Path | Sequence[str | Path], findings: Findings
) -> list[Path]:
    """Return the files that a path, a pattern or a list of them means, sorted.

    Parameters
    ----------
    value : str, pathlib.Path or sequence of them
        Paths; ``*``, ``?`` and ``[…]`` are patterns where no file has that name.
    findings : Findings
        Takes an error for each path that leads to no file.
    """
    if isinstance(value, (str, Path)):
        value = [value]
    files: list[Path] = []
    for item in value:
        path = Path(item)
        if path.exists() or not _GLOB & set(str(path)):
            matches = [path]
        else:
            matches = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
            if not matches:
                findings.error(
                    "ASG_E_MISSING_FILE",
                    str(path),
                    "no file has a name like this",
                    "check the folder and the pattern",
                )
        files.extend(match for match in matches if _is_readable(match, findings))
    return _once(files, findings)


def _once(files: list[Path], findings: Findings) -> list[Path]:
    """Return the files without those that were named before."""
    different = {path.resolve(): path for path in reversed(files)}
    n_again = len(files) - len(different)
    if n_again:
        findings.warn(
            "ASG_W_SAME_FILE",
            f"{len(files)} paths",
            f"{n_again} of them lead to a file that was named before; it is read once",
        )
    return [path for path in dict.fromkeys(files) if different[path.resolve()] == path]


def file_kind(path: Path, findings: Findings) -> FileKind | None:
    """Return what a file is by its first bytes; None where an error was noted.

    Parameters
    ----------
    path : pathlib.Path
        A readable file.
    findings : Findings
        Takes the error.
    """
    with path.open("rb") as file:
        start = file.read(1024)
    stranger = _stranger(path, start)
    if stranger is not None:
        code, found, fix = stranger
        findings.error(code, path.name, found, fix)
        return None
    if start.startswith((_ZIP, _OLD_OFFICE)):
        return "excel"
    if start.startswith(b"PAR1"):
        return "parquet"
    return "gzip" if start.startswith(b"\x1f\x8b") else "text"


def _stranger(path: Path, start: bytes) -> tuple[str, str, str] | None:
    """Return code, words and fix of a file that is no table."""
    if not start:
        return "ASG_E_EMPTY_FILE", "the file is empty", _EXPORT_AGAIN
    for magic, code, found, fix in _STRANGERS:
        if start.startswith(magic):
            return code, found, fix
    is_sheet = path.suffix.lower() in _SHEETS
    if start.startswith((_ZIP, _OLD_OFFICE)) and not is_sheet:
        return _office(path)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")):
        found = "this is a web page, perhaps the error page of a download"
        return "ASG_E_HTML", found, _EXPORT_AGAIN
    is_parquet = path.suffix.lower() in {".parquet", ".pq"}
    if is_parquet and not start.startswith(b"PAR1"):
        return "ASG_E_INCOMPLETE_FILE", "this is no Parquet file", _EXPORT_AGAIN
    return None


def _office(path: Path) -> tuple[str, str, str]:
    """Return code, words and fix of a zip archive or an Excel file by another name."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not {"[Content_Types].xml", "mimetype"} & set(archive.namelist()):
                return "ASG_E_PACKED", "this is a zip archive", _UNPACK
    except (zipfile.BadZipFile, OSError):
        # cut, or of the time before Excel files were archives
        pass
    fix = f"rename it to '{path.stem}.xlsx', or save it as CSV (UTF-8)"
    return "ASG_E_EXCEL", "this is an Excel file", fix


def pattern_literal(path: Path) -> str:
    """Return a path as DuckDB wants it, with its wildcards made plain letters.

    Parameters
    ----------
    path : pathlib.Path
        The path of one file.

    Examples
    --------
    >>> pattern_literal(Path("orders[1].csv"))
    'orders[[]1].csv'
    """
    return "".join(f"[{c}]" if c in _GLOB else c for c in str(path))


def _is_readable(path: Path, findings: Findings) -> bool:
    """Return whether a path is a file that can be read; note an error if not."""
    if path.is_dir():
        findings.error(
            "ASG_E_DIRECTORY",
            str(path),
            "this is a folder",
            f"name the files, for example '{path / '*.csv'}'",
        )
    elif not path.exists():
        findings.error("ASG_E_MISSING_FILE", str(path), *_missing(path))
    elif not path.is_file():
        findings.error(
            "ASG_E_UNREADABLE_FILE",
            str(path),
            "this is no ordinary file",
            "save the data in a file first",
        )
    else:
        try:
            path.open("rb").close()
        except OSError as error:
            findings.error(
                "ASG_E_UNREADABLE_FILE",
                str(path),
                f"the file cannot be opened ({error.strerror})",
                "check who may read it",
            )
        else:
            return True
    return False


def _missing(path: Path) -> tuple[str, str]:
    """Return what is wrong with a path that leads nowhere, and what may be meant."""
    if not path.parent.is_dir():
        return f"there is no folder '{path.parent}'", "check the path"
    siblings = sorted(file.name for file in path.parent.iterdir())
    near = get_close_matches(path.name, siblings, n=3)
    near = near or [name for name in siblings if Path(name).stem == path.stem][:3]
    found = "there is no such file"
    if near:
        return found, "did you mean " + " or ".join(f"'{name}'" for name in near)
    return found, "check the path"

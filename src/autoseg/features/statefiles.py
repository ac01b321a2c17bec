"""The files of a feature state: Parquet parts, and the manifest that lists them.

The manifest is what makes a state: a file that it does not list is not part of it, and
files are never written over. So a run that ends half-way leaves the state as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from autoseg.engines import literal
from autoseg.errors import Finding, InputError
from autoseg.features.rollups import ROLLUPS
from autoseg.files import write_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from autoseg.engines import DuckDBEngine

__all__ = [
    "Manifest",
    "Part",
    "check_part",
    "next_number",
    "read_manifest",
    "sweep",
    "write_manifest",
    "write_part",
]

FORMAT = 1
"""Version of the folder's form; a newer one is not read."""

_MANIFEST = "manifest.json"
_FORM = "autoseg feature state"
_PART = re.compile(r"[a-z]+\.(\d{6,})\.parquet")
_ANEW = "build the state anew: compute_features(…, state=…) (autoseg features --state)"


@dataclass(frozen=True, slots=True)
class Part:
    """A Parquet file of a state.

    Parameters
    ----------
    file : str
        Its name.
    n_rows, n_bytes : int
        Its rows and its size.
    sha256 : str
        Checksum of its bytes.
    """

    file: str
    n_rows: int
    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a state holds.

    Parameters
    ----------
    as_of : datetime.date
        The day that the rows reach: every row before it was read.
    since : datetime.date or None
        First day that was used, where one was given.
    currency : str or None
        ISO code of the amounts, where known.
    columns : frozenset of str
        Optional columns of the transactions.
    tables : frozenset of str
        Which tables were given.
    companions : mapping of str to frozenset of str
        Optional columns of the other tables.
    settings : mapping of str to str
        The settings that decide which rows are used and whose they are.
    number : int
        How often rows were added, the first time included.
    parts : mapping of str to tuple of Part
        The files by what is in them; of the roll-ups the largest first.
    known : mapping of str to str
        Features whose values are kept, each with a checksum of its definition.
    """

    as_of: date
    since: date | None
    currency: str | None
    columns: frozenset[str]
    tables: frozenset[str]
    companions: Mapping[str, frozenset[str]]
    settings: Mapping[str, str]
    number: int = 1
    parts: Mapping[str, tuple[Part, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    known: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def files(self) -> frozenset[str]:
        """The names of all files that belong to the state."""
        return frozenset(part.file for parts in self.parts.values() for part in parts)


def read_manifest(folder: Path) -> Manifest:
    """Read what a folder holds.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of a state.

    Raises
    ------
    InputError
        If there is no state (``ASG_E_STATE_MISSING``), it is damaged
        (``ASG_E_STATE_DAMAGED``) or another version wrote it (``ASG_E_STATE_VERSION``).
    """
    try:
        text = (folder / _MANIFEST).read_bytes()
    except OSError as error:
        finding = Finding(
            "ASG_E_STATE_MISSING",
            str(folder),
            f"there is no feature state, for {_MANIFEST} cannot be read"
            f" ({error.strerror or error})",
            f"name the folder of one, or {_ANEW}",
        )
        raise InputError(finding) from error
    try:
        whole = json.loads(text)
        told = whole.pop("sha256")
        form, version = whole["form"], int(whole["format"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(folder, f"{_MANIFEST} is not whole") from error
    if form != _FORM:
        raise damaged(folder, f"{_MANIFEST} is that of something else")
    if version > FORMAT:
        raise _other_version(folder, f"its format is {version} and {FORMAT} is read")
    if told != _checksum(whole):
        raise damaged(folder, f"{_MANIFEST} was changed")
    if whole["rollups"] != _definitions():
        raise _other_version(folder, "its roll-ups are defined otherwise")
    manifest = _from_plain(whole)
    if any(_PART.fullmatch(name) is None for name in manifest.files):
        # nothing outside the folder is read
        raise damaged(folder, f"{_MANIFEST} names files of another kind")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make the files that a manifest lists the state, in one step.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the state.
    manifest : Manifest
        What it holds from now on.

    Raises
    ------
    OutputError
        If it cannot be written; the state then stays as it was.
    """
    for name in manifest.files:
        _to_disk(folder / name)
    whole = _to_plain(manifest)
    whole["sha256"] = _checksum(whole)
    text = json.dumps(whole, indent=1, sort_keys=True) + "\n"
    write_files(folder, {_MANIFEST: text.encode()})


def next_number(folder: Path) -> int:
    """Return a number that no file in the folder has yet.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of a state, or of one to be.
    """
    used = (_PART.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in used if match), default=0) + 1


def sweep(folder: Path, kept: Iterable[str]) -> None:
    """Remove the Parquet files of a state that it no longer needs.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of a state.
    kept : iterable of str
        The names of the files that stay.
    """
    staying = set(kept)
    for path in folder.iterdir():
        if _PART.fullmatch(path.name) and path.name not in staying:
            path.unlink(missing_ok=True)


def write_part(
    engine: DuckDBEngine, folder: Path, name: str, number: int, query: str
) -> Part:
    """Write the rows of a query as a file.

    Parameters
    ----------
    engine : DuckDBEngine
        Runs the query.
    folder : pathlib.Path
        The folder of the state.
    name : str
        What is in it.
    number : int
        A number that no file of this name has.
    query : str
        A query in DuckDB's dialect.
    """
    path = folder / f"{name}.{number:06}.parquet"
    ((n_rows,),) = engine.fetch_rows(
        f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)"
    )
    return Part(path.name, n_rows, path.stat().st_size, _sha256(path))


def check_part(folder: Path, part: Part) -> Path:
    """Return the path of a file of a state that is as it was written.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the state.
    part : Part
        The file.

    Raises
    ------
    InputError
        If it is missing or not as it was (``ASG_E_STATE_DAMAGED``).
    """
    path = folder / part.file
    try:
        if path.stat().st_size != part.n_bytes:
            raise damaged(folder, f"{part.file} is not as long as it was")
        same = _sha256(path) == part.sha256
    except OSError as error:
        reason = error.strerror or error
        raise damaged(folder, f"{part.file} cannot be read ({reason})") from error
    if not same:
        raise damaged(folder, f"{part.file} was changed")
    return path


def damaged(folder: Path, found: str) -> InputError:
    """Return the error for a state that cannot be trusted.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the state.
    found : str
        What is wrong with it.
    """
    return InputError(Finding("ASG_E_STATE_DAMAGED", str(folder), found, _ANEW))


def _other_version(folder: Path, found: str) -> InputError:
    return InputError(
        Finding(
            "ASG_E_STATE_VERSION",
            str(folder),
            f"another version of autoseg wrote this state: {found}",
            f"use that version, or {_ANEW}",
        )
    )


def _definitions() -> str:
    """Return a checksum of what the roll-ups keep."""
    kept = {
        name: [
            rollup.table,
            rollup.where,
            sorted(rollup.keys.items()),
            [[n, c.sql, c.merge, c.given] for n, c in sorted(rollup.columns.items())],
        ]
        for name, rollup in ROLLUPS.items()
    }
    return _checksum(kept)


def _to_plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "form": _FORM,
        "format": FORMAT,
        "rollups": _definitions(),
        "as_of": manifest.as_of.isoformat(),
        "since": None if manifest.since is None else manifest.since.isoformat(),
        "currency": manifest.currency,
        "columns": sorted(manifest.columns),
        "tables": sorted(manifest.tables),
        "companions": {k: sorted(v) for k, v in manifest.companions.items()},
        "settings": dict(manifest.settings),
        "number": manifest.number,
        "parts": {
            name: [asdict(part) for part in parts]
            for name, parts in manifest.parts.items()
        },
        "known": dict(manifest.known),
    }


def _from_plain(whole: Mapping[str, Any]) -> Manifest:
    since = whole["since"]
    return Manifest(
        as_of=date.fromisoformat(whole["as_of"]),
        since=None if since is None else date.fromisoformat(since),
        currency=whole["currency"],
        columns=frozenset(whole["columns"]),
        tables=frozenset(whole["tables"]),
        companions={k: frozenset(v) for k, v in whole["companions"].items()},
        settings=whole["settings"],
        number=whole["number"],
        parts={
            name: tuple(Part(**part) for part in parts)
            for name, parts in whole["parts"].items()
        },
        known=whole["known"],
    )


def _checksum(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

"""The tables of a run: where its config says they are, and how they are read."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.tables.findings import Findings

__all__ = ["RunInputs", "read_inputs"]

_CODE = "ASG_E_CONFIG"
_ROLES = ("transactions", "summaries", "customers", "events", "responses")
_DATABASE, _KEY = "AUTOSEG_DATABASE", "AUTOSEG_PSEUDONYM_KEY"
_WINDOW = ("as_of", "since", "timezone", "currency")
_PLAIN = (
    "returns", "date_format", "decimal", "encoding", "sheet", "max_bad_share",
    "max_amount", "drop_duplicates", "allow_sensitive", "engine",
)  # fmt: skip
_GLOB = frozenset("*?[")
# other names need quoting, and every database quotes in its own way
_TABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The tables of a run.

    Parameters
    ----------
    tables : mapping of str to object
        Role to files or a `Query`.
    reading : mapping of str to object
        Keywords of `autoseg.check` and `autoseg.segment` about reading.
    named : mapping of str to object
        The settings that stand in files of their own, for the digest of the config.
    """

    tables: Mapping[str, Any]
    # it may hold the key of pseudonyms
    reading: Mapping[str, Any] = field(repr=False)
    named: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def digest(self) -> str | None:
        """Return a digest of the files; None where a table is not in files.

        With pseudonyms it is made under their key, so that another key is another
        input, and the digest tells nobody anything about it.
        """
        if not all(isinstance(files, list) for files in self.tables.values()):
            return None
        digest = hashlib.sha256()
        for role, files in sorted(self.tables.items()):
            for file in files:
                digest.update(repr((role, file.name, _content(file))).encode())
        key = self.reading.get("pseudonym_key")
        if key is None:
            return digest.hexdigest()
        return hmac.new(key.encode(), digest.digest(), "sha256").hexdigest()


def _content(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_inputs(
    given: Mapping[str, Any],
    window: Mapping[str, Any],
    path: Path,
    findings: list[Finding],
) -> RunInputs:
    """Return the tables and settings of a config, and note what is wrong with them.

    Parameters
    ----------
    given, window : mapping of str to object
        The sections, with values of the right kinds.
    path : pathlib.Path
        The config. Paths in it begin where it is.
    findings : list of Finding
        Takes what is wrong.
    """
    note = _Notes(path, findings)
    tables: dict[str, Any] = {}
    for role in _ROLES:
        if role in given:
            source = given[role]
            if isinstance(source, dict):
                tables[role] = _query(source, role, given, note)
            else:
                tables[role] = _files(source, role, note)
    _check_main(given, note)
    named: dict[str, Any] = {}
    if "exclude_ids" in given:
        named["exclude_ids"] = _ids(given["exclude_ids"], note)
    if "columns" in given:
        named["columns"] = _columns(given["columns"], note)
    reading: dict[str, Any] = {key: given[key] for key in _PLAIN if key in given}
    reading |= {**window, **named}
    if "rates" in given:
        rates = given["rates"]
        reading["rates"] = {c: None if r == "drop" else r for c, r in rates.items()}
    if given.get("pseudonymise") or "pseudonym_key_file" in given:
        reading["pseudonym_key"] = _key(given, note)
    _check_settings(reading, note)
    return RunInputs(tables, reading, named)


def _check_main(given: Mapping[str, Any], note: _Notes) -> None:
    # one that is there and wrong has been told of
    told = {finding.source.rpartition(" ")[2] for finding in note.findings}
    mains = [role for role in _ROLES[:2] if role in given or role in told]
    if not mains:
        fix = 'name the files, as in transactions = "orders/*.csv"'
        note("input", "transactions", "there are no transactions", fix)
    elif len(mains) > 1:
        found = "there are transactions and summaries"
        note("input", "summaries", found, "give one of them")


@dataclass(frozen=True, slots=True)
class _Notes:
    """Takes what is wrong with a config, by section and key."""

    path: Path
    findings: list[Finding]

    def __call__(self, section: str, key: str, found: str, fix: str) -> None:
        where = f"{self.path.name}, [{section}] {key}"
        self.findings.append(Finding(_CODE, where, found, fix))

    def taken(self, section: str, key: str, others: Findings) -> None:
        """Take what was found by those who read the thing itself."""
        for finding in others.errors:
            self(section, key, f"{finding.source}: {finding.found}", finding.fix)


def _files(source: str | Sequence[str], role: str, note: _Notes) -> list[Path]:
    """Return the files that a key names."""
    from autoseg.tables.findings import Findings
    from autoseg.tables.paths import find_files

    files: list[Path] = []
    for name in [source] if isinstance(source, str) else source:
        matches = _matches(note.path.parent, name)
        if matches is None:
            fix = "check the folder and the pattern"
            note("input", role, f"no file has a name like '{name}'", fix)
            continue
        others = Findings()
        files += find_files(matches, others)
        note.taken("input", role, others)
    return files


def _matches(folder: Path, name: str) -> list[Path] | None:
    """Return what a path or pattern means, from a folder on."""
    path = folder / name
    if path.exists() or not _GLOB & set(name):
        return [path]
    pattern = Path(name)
    # the name of the folder itself is no pattern
    base = Path(pattern.anchor) if pattern.is_absolute() else folder
    inner = pattern.relative_to(base) if pattern.is_absolute() else pattern
    return sorted(base.glob(str(inner))) or None


def _query(
    source: Mapping[str, str], role: str, given: Mapping[str, Any], note: _Notes
) -> Any:
    from autoseg.engines import Query

    url = given.get("database") or os.environ.get(_DATABASE)
    if not url:
        fix = f"set the environment variable {_DATABASE}, or give [input] database"
        note("input", role, "there is no database", fix)
        return None
    if "query" in source:
        return Query(source["query"], url)
    table = source["table"]
    if not _TABLE.fullmatch(table):
        fix = 'select from it with { query = "SELECT …" }'
        note("input", role, f"'{table}' needs quoting", fix)
    return Query(f"SELECT * FROM {table}", url)


def _ids(given: str | list[str], note: _Notes) -> list[str]:
    if not isinstance(given, str):
        return given
    text = _text(given, "exclude_ids", note)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _key(given: Mapping[str, Any], note: _Notes) -> str:
    if "pseudonym_key_file" in given:
        key = _text(given["pseudonym_key_file"], "pseudonym_key_file", note).strip()
    else:
        key = os.environ.get(_KEY, "")
    if not key and "pseudonym_key_file" not in given:
        fix = f"set the environment variable {_KEY}, or give pseudonym_key_file"
        note("input", "pseudonymise", "there is no key", fix)
    return key


def _text(name: str, key: str, note: _Notes) -> str:
    try:
        text = (note.path.parent / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        note("input", key, f"'{name}' cannot be read ({reason})", "check the path")
        return ""
    if not text.strip():
        note("input", key, f"'{name}' is empty", "check the path")
    return text


def _columns(given: str | Mapping[str, Any], note: _Notes) -> Mapping[str, str]:
    from autoseg.tables.findings import Findings
    from autoseg.tables.mapping import read_mapping

    if isinstance(given, str):
        others = Findings()
        mapping = read_mapping(note.path.parent / given, others)
        note.taken("input", "columns", others)
        return mapping
    flat: dict[str, str] = {}
    for name, value in given.items():
        inner = value if isinstance(value, dict) else {"": value}
        flat |= {f"{name}.{key}".rstrip("."): one for key, one in inner.items()}
    return flat


def _check_settings(reading: Mapping[str, Any], note: _Notes) -> None:
    """Note values that the readers of tables would refuse."""
    from autoseg.tables.findings import Findings
    from autoseg.tables.mapping import check_targets
    from autoseg.tables.settings import read_settings

    others = Findings()
    taken = {k: v for k, v in reading.items() if k not in {"columns", "engine"}}
    read_settings(others, **taken)
    for finding in others.errors:
        section = "window" if finding.source in _WINDOW else "input"
        note(section, finding.source, finding.found, finding.fix)
    targets = Findings()
    check_targets(reading.get("columns", {}), targets)
    note.taken("input", "columns", targets)

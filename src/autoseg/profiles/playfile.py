"""A company's own plays, read from a TOML file and checked as a whole."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError
from autoseg.locales import LANGUAGES
from autoseg.profiles.plays import standard_plays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FIELDS", "MAX_LENGTH", "CompanyPlays", "read_plays"]

FIELDS = ("goal", "offer", "message", "avoid")
"""Texts that a play of a company's own has to have; all are texts of the standard."""

MAX_LENGTH = 500
"""Letters that one text of a play may have."""

_FROM_DATA = ("channel", "timing", "frequency", "measure")
# tags, links of Markdown, control characters, and marks that turn the direction
_MARKUP = re.compile(
    "[<>\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\\]\\("
)


@dataclass(frozen=True, slots=True)
class CompanyPlays:
    """The plays that a company puts in place of the standard ones.

    Parameters
    ----------
    texts : mapping of (str, str) to mapping of str to str
        By play and language: the texts, by field.
    treatments : mapping of str to str
        By play, where the file says which are the same treatment.
    """

    texts: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    treatments: Mapping[str, str] = field(default_factory=dict)


def read_plays(file: str | os.PathLike[str]) -> CompanyPlays:
    """Read a company's own plays.

    Parameters
    ----------
    file : path
        A TOML file: a table a play, and in it a table a language with ``goal``,
        ``offer``, ``message`` and ``avoid``, and if wanted ``channel``, ``timing``,
        ``frequency`` and ``measure``; beside them ``treatment``, if wanted.

    Returns
    -------
    CompanyPlays

    Raises
    ------
    autoseg.errors.InputError
        If the file cannot be read (``ASG_E_PLAY_FILE``); with everything that is wrong
        in it: a play or a language that is not known (``ASG_E_PLAY_KEY``,
        ``ASG_E_PLAY_LANGUAGE``), a text that is missing, empty or none that is used
        (``ASG_E_PLAY_FIELD``), holds markup (``ASG_E_PLAY_MARKUP``) or is too long
        (``ASG_E_PLAY_LENGTH``).
    """
    source = os.fspath(file)
    tables = _parsed(source)
    findings = [
        finding
        for key, table in tables.items()
        for finding in _wrong_in_play(f"{source}: {key}", key, table)
    ]
    if findings:
        raise InputError(findings)
    return CompanyPlays(
        texts={
            (key, language): table[language]
            for key, table in tables.items()
            for language in LANGUAGES
            if language in table
        },
        treatments={
            key: table["treatment"]
            for key, table in tables.items()
            if "treatment" in table
        },
    )


def _parsed(source: str) -> dict[str, Any]:
    try:
        # a byte order mark is what Windows editors put first
        return tomllib.loads(Path(source).read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        reason = f"it is not TOML: {error}"
    raise InputError(
        Finding(
            "ASG_E_PLAY_FILE",
            source,
            f"the playbook cannot be read: {reason}",
            "hand in a TOML file with a table a play",
        )
    )


def _wrong_in_play(where: str, key: str, table: object) -> Iterator[Finding]:
    if key not in standard_plays():
        known = ", ".join(sorted(standard_plays()))
        yield Finding(
            "ASG_E_PLAY_KEY", where, f"no play '{key}' is known", f"use one of {known}"
        )
        return
    if not isinstance(table, dict) or not table:
        yield _field(where, "it holds no texts", f"begin a table [{key}.en]")
        return
    for name, value in table.items():
        if name in LANGUAGES:
            yield from _wrong_in_texts(f"{where}.{name}", value)
        elif name == "treatment":
            yield from _wrong_in_text(where, name, value)
        elif isinstance(value, dict):
            yield Finding(
                "ASG_E_PLAY_LANGUAGE",
                f"{where}.{name}",
                f"no texts are read in '{name}'",
                f"use {', '.join(LANGUAGES)}",
            )
        else:
            yield _field(
                where, f"'{name}' is not used", "put texts into a table a language"
            )


def _wrong_in_texts(where: str, texts: object) -> Iterator[Finding]:
    if not isinstance(texts, dict):
        yield _field(where, "it is no table", f"give {', '.join(FIELDS)} in it")
        return
    for name in FIELDS:
        if name not in texts:
            yield _field(where, f"no {name}", f'write {name} = "…"')
    for name, text in texts.items():
        if name in (*FIELDS, *_FROM_DATA):
            yield from _wrong_in_text(where, name, text)
        else:
            known = ", ".join((*FIELDS, *_FROM_DATA))
            yield _field(where, f"'{name}' is not used", f"use {known}")


def _wrong_in_text(where: str, name: str, text: object) -> Iterator[Finding]:
    if not isinstance(text, str) or not text.strip():
        yield _field(where, f"{name} is no text", f'write {name} = "…"')
        return
    if _MARKUP.search(text):
        yield Finding(
            "ASG_E_PLAY_MARKUP",
            where,
            f"{name} holds markup, a line break or an invisible mark",
            "write it as plain text on one line",
        )
    if len(text) > MAX_LENGTH:
        yield Finding(
            "ASG_E_PLAY_LENGTH",
            where,
            f"{name} has {len(text)} letters",
            f"keep it to {MAX_LENGTH}",
        )


def _field(where: str, found: str, fix: str) -> Finding:
    return Finding("ASG_E_PLAY_FIELD", where, found, fix)

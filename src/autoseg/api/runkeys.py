"""The sections and keys of the config of a run, and what each may hold."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding
from autoseg.locales import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["SECTIONS", "check_keys"]

_CODE = "ASG_E_CONFIG"
_SIZE = re.compile(r"\d+(\.\d+)? *[KMGT]i?B", re.IGNORECASE)
_HIGHEST_SEED = 2**32 - 1
_HIGHEST_WEIGHT = 1000
# a secret may be in the one, customers are in the other
_UNSHOWN = {"database", "exclude_ids"}
_FORMATS = ("html", "pdf", "md", "json")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key may hold.

    Parameters
    ----------
    fits : callable
        Whether a value is one of them.
    wanted : str
        What to give, in words.
    """

    fits: Callable[[Any], bool]
    wanted: str


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_day(value: Any) -> bool:
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _is_table_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _is_text(one) or _is_table_of_texts(one) for one in value.values()
    )


def _is_source(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) in ({"table"}, {"query"}) and all(
            map(_is_text, value.values())
        )
    return _is_text(value) or _is_texts(value)


def _is_band(value: Any) -> bool:
    if _is_whole(value):
        return bool(value >= 1)
    return (
        isinstance(value, list)
        and len(value) == len(("low", "high"))
        and all(map(_is_whole, value))
        and 1 <= value[0] <= value[1]
    )


def _whole(low: int) -> Kind:
    return Kind(
        lambda value: _is_whole(value) and value >= low, f"a whole number from {low} up"
    )


def _some_of(*names: str) -> Kind:
    return Kind(
        lambda value: _is_texts(value) and set(value) <= set(names),
        f"a list of some of {', '.join(map(repr, names))}",
    )


def _one_of(*names: str) -> Kind:
    return Kind(lambda value: value in names, f"one of {', '.join(map(repr, names))}")


_TEXT = Kind(_is_text, "a text")
_TEXTS = Kind(_is_texts, "a list of texts")
_FLAG = Kind(lambda value: isinstance(value, bool), "true or false")
_PATH = Kind(_is_text, "a path, from the folder of this file on")
_SOURCE = Kind(
    _is_source,
    'a path or pattern such as "orders/*.csv", a list of them, or from a database'
    ' { table = "shop.orders" } or { query = "SELECT …" }',
)
_DAY = Kind(_is_day, "a day such as 2024-04-01; with --as-of it changes with the run")

SECTIONS: Mapping[str, Mapping[str, Kind]] = {
    "input": {
        "transactions": _SOURCE,
        "summaries": _SOURCE,
        "customers": _SOURCE,
        "events": _SOURCE,
        "responses": _SOURCE,
        "database": _TEXT,
        "engine": _one_of("auto", "duckdb", "source"),
        "columns": Kind(
            lambda value: _is_text(value) or _is_table_of_texts(value),
            'a table such as { amount = "netto" }, or the path of a TOML file with it',
        ),
        "returns": _one_of("net", "exclude"),
        "rates": Kind(
            lambda value: (
                isinstance(value, dict)
                and all(_is_number(one) or one == "drop" for one in value.values())
            ),
            'a table such as { SEK = 0.98, DKK = "drop" }',
        ),
        "date_format": _TEXT,
        "decimal": _one_of(".", ","),
        "encoding": _TEXT,
        "sheet": _TEXT,
        "max_bad_share": Kind(
            lambda value: _is_number(value) and 0 <= value < 1,
            "a share from 0 to below 1",
        ),
        "max_amount": Kind(
            lambda value: _is_number(value) and value > 0, "a number above 0"
        ),
        "exclude_ids": Kind(
            lambda value: _is_text(value) or _is_texts(value),
            'a list of ids in quotes, or the path of a file with one a line: "ids.txt"',
        ),
        "drop_duplicates": _FLAG,
        "pseudonymise": _FLAG,
        "pseudonym_key_file": _PATH,
        "allow_sensitive": _TEXTS,
    },
    "window": {"as_of": _DAY, "since": _DAY, "timezone": _TEXT, "currency": _TEXT},
    "segments": {
        "target": Kind(_is_band, "a number such as 6, or a band such as [5, 7]"),
        "strict": _FLAG,
        "features": _TEXTS,
        "value_weight": Kind(
            lambda value: _is_number(value) and 0 < value <= _HIGHEST_WEIGHT,
            f"a number above 0, at most {_HIGHEST_WEIGHT}",
        ),
        "seed": Kind(
            lambda value: _is_whole(value) and 0 <= value <= _HIGHEST_SEED,
            f"a whole number from 0 to {_HIGHEST_SEED}",
        ),
        "n_resamples": _whole(0),
        "purpose": _TEXT,
    },
    "report": {
        "languages": _some_of(*LANGUAGES),
        "formats": _some_of(*_FORMATS),
        "title": _TEXT,
        "playbook": _PATH,
        "min_customers": _whole(1),
    },
    "output": {
        "folder": _PATH,
        "keep": _whole(1),
        "raw_csv": _FLAG,
        "assignments": _one_of("csv", "parquet"),
    },
    "machine": {
        "threads": _whole(1),
        "memory_limit": Kind(
            lambda value: isinstance(value, str) and bool(_SIZE.fullmatch(value)),
            'a size such as "2GB"',
        ),
        "temp_directory": _PATH,
    },
}
"""Section to key to what it may hold."""


def check_keys(
    given: Mapping[str, Any], source: str
) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """Return the keys that can be used, and what is wrong with the others.

    Parameters
    ----------
    given : mapping of str to object
        The config as TOML has it.
    source : str
        The file, for the messages.

    Returns
    -------
    sections : dict of str to dict
        Every section, with what is usable in it.
    findings : list of Finding
        All that is wrong.

    Examples
    --------
    >>> sections, findings = check_keys({"output": {"kepe": 2}}, "run.toml")
    >>> findings[0].source, findings[0].fix
    ('run.toml, [output] kepe', "did you mean 'keep'")
    """
    usable: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    findings: list[Finding] = []
    for section, content in given.items():
        if section not in SECTIONS:
            findings.append(_unknown_section(source, section))
        elif not isinstance(content, dict):
            where = f"{source}, {section}"
            fix = f"begin a section [{section}]"
            findings.append(Finding(_CODE, where, "this is no section", fix))
        else:
            wrong = list(_wrong_keys(source, section, content))
            findings += [finding for _, finding in wrong]
            bad = {key for key, _ in wrong}
            usable[section] = {k: v for k, v in content.items() if k not in bad}
    return usable, findings


def _unknown_section(source: str, name: str) -> Finding:
    homes = [section for section, keys in SECTIONS.items() if name in keys]
    near = get_close_matches(name, SECTIONS, n=1)
    if homes:
        fix = f"put it below [{homes[0]}]"
    elif near:
        fix = f"did you mean [{near[0]}]"
    else:
        fix = f"use {', '.join(f'[{section}]' for section in SECTIONS)}"
    return Finding(_CODE, f"{source}, {name}", "there is no such section", fix)


def _wrong_keys(
    source: str, section: str, content: Mapping[str, Any]
) -> Iterator[tuple[str, Finding]]:
    kinds = SECTIONS[section]
    for key, value in content.items():
        where = f"{source}, [{section}] {key}"
        if key not in kinds:
            found, fix = "there is no such key", _meant(section, key)
            yield key, Finding(_CODE, where, found, fix)
        elif not kinds[key].fits(value):
            shown = "this" if key in _UNSHOWN else _shown(value)
            found = f"{shown} cannot be used"
            yield key, Finding(_CODE, where, found, f"give {kinds[key].wanted}")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table like this"
    return str(value) if isinstance(value, date) else repr(value)


def _meant(section: str, key: str) -> str:
    elsewhere = [name for name, keys in SECTIONS.items() if key in keys]
    if elsewhere:
        return f"it belongs below [{elsewhere[0]}]"
    near = get_close_matches(key, SECTIONS[section], n=1)
    if near:
        return f"did you mean '{near[0]}'"
    return f"[{section}] takes {', '.join(SECTIONS[section])}"

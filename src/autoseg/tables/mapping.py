"""Matching the user's columns with the canonical ones: ask rather than guess."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from autoseg.tables.canonical import fold
from autoseg.tables.roles import ORDER_TOTALS, ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.tables.canonical import Column
    from autoseg.tables.findings import Findings

__all__ = ["check_names", "check_targets", "give_column", "map_columns", "read_mapping"]

# the user named a column that is not there
_ABSENT = -1
_SHORT_NAME, _LONG_NAME = 3, 60
# a day, perhaps with a time, or a number with decimals; years and positions are names
_VALUE = re.compile(
    r"\d{1,4}([-./])\d{1,2}\1\d{1,4}([ T].*)?|[-+]?\d+[.,]\d+|\d{5,}", re.ASCII
)
# tables that a run begins with; the others stand beside one of them
_MAIN = frozenset({"transactions", "summaries"})
# what a needed column can be worked out from
_INSTEAD = {
    ("transactions", "amount"): frozenset({"quantity", "unit_price"}),
    ("summaries", "monetary"): frozenset({"frequency", "average_order_value"}),
    ("summaries", "recency_days"): frozenset({"last_purchase"}),
}


def give_column(canonical: str, name: str) -> str:
    """Return how a column is named, in Python and on the command line.

    Parameters
    ----------
    canonical : str
        The canonical column.
    name : str
        The user's name of it.

    Examples
    --------
    >>> give_column("amount", "netto")
    "columns={'amount': 'netto'} (--column amount=netto)"
    """
    return (
        f"columns={{{canonical!r}: {name!r}}} (--column {quote(f'{canonical}={name}')})"
    )


def read_mapping(
    columns: Mapping[str, str] | str | Path | None, findings: Findings
) -> Mapping[str, str]:
    """Return the user's mapping, from a TOML file where a path is given.

    Parameters
    ----------
    columns : mapping of str to str, path or None
        The mapping itself; or a TOML file with lines such as ``amount = "belop"``,
        those of one table under its name as in ``[events]``.
    findings : Findings
        Takes the errors.
    """
    if not isinstance(columns, (str, Path)):
        return columns or {}
    path = Path(columns)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        findings.error(
            "ASG_E_MAPPING_FILE",
            path.name,
            f"the file of column names cannot be read ({reason})",
            'write lines such as amount = "belop", in UTF-8',
        )
        return {}
    mapping: dict[str, str] = {}
    for key, value in content.items():
        found = value if isinstance(value, dict) else {"": value}
        for inner, name in found.items():
            if isinstance(name, str):
                mapping[f"{key}.{inner}".rstrip(".")] = name
            else:
                findings.error(
                    "ASG_E_MAPPING_FILE",
                    path.name,
                    f"'{key}' is {name!r}, not the name of a column",
                    'write the name in quotes, such as amount = "belop"',
                )
    return mapping


def check_names(names: Sequence[str], source: str, findings: Findings) -> None:
    """Note a header that is none, and names that cannot be used or stand twice.

    Parameters
    ----------
    names : sequence of str
        The header.
    source : str
        The file or table, for the message.
    findings : Findings
        Takes the error.
    """
    if _are_values(names):
        # they are not shown: one of them may be a customer
        findings.error(
            "ASG_E_NO_HEADER",
            source,
            "there are values where the names of the columns should be",
            "put a line with the names of the columns above the first row",
        )
        return
    if with_nul := [name for name in names if "\0" in name]:
        findings.error(
            "ASG_E_NUL_IN_NAME",
            source,
            f"names of columns hold NUL characters: {_listed(with_nul)}",
            "rename these columns",
        )
    counts = Counter(name.casefold() for name in names if name)
    for folded, count in counts.items():
        if count > 1:
            twins = [name for name in names if name.casefold() == folded]
            findings.error(
                "ASG_E_DUPLICATE_COLUMN",
                source,
                f"{count} columns have the same name: {_listed(twins)}",
                "rename or remove all but one",
            )


def _are_values(names: Sequence[str]) -> bool:
    """Return whether a header is the first row of a table without one."""
    n_values = sum(_VALUE.fullmatch(name.strip()) is not None for name in names)
    return n_values > 1 and not any(fold(name) in _known_names() for name in names)


@cache
def _known_names() -> frozenset[str]:
    return frozenset(
        fold(known.partition("+")[0])
        for columns in ROLES.values()
        for column in columns
        for known in (column.name, *column.aliases)
    )


def check_targets(columns: Mapping[str, str], findings: Findings) -> None:
    """Note mappings to canonical columns that do not exist.

    Parameters
    ----------
    columns : mapping of str to str
        Canonical name, or table and canonical name (``events.timestamp``), to the
        user's name.
    findings : Findings
        Takes the errors.
    """
    known = {
        name
        for role, wanted in ROLES.items()
        for column in wanted
        for name in (column.name, f"{role}.{column.name}")
    }
    for target in columns:
        if target not in known:
            close = get_close_matches(target, sorted(known), n=1)
            hint = f"did you mean '{close[0]}'? " if close else ""
            plain = sorted(name for name in known if "." not in name)
            findings.error(
                "ASG_E_UNKNOWN_ROLE",
                "columns",
                f"'{target}' is no canonical column",
                f"{hint}use one of {', '.join(plain)}",
            )


def map_columns(
    role: str,
    names: Sequence[str],
    columns: Mapping[str, str],
    source: str,
    findings: Findings,
) -> dict[str, int]:
    """Return the position of the user's column for each canonical one found.

    What the user maps wins, then an exact canonical name, then an alias of the best
    rank that is there. Two candidates for one column are an error that lists both.

    Parameters
    ----------
    role : str
        Which table it is, a key of `ROLES`.
    names : sequence of str
        The user's column names, without duplicates.
    columns : mapping of str to str
        The user's own mapping, canonical name to column name.
    source : str
        The file or table, for the messages.
    findings : Findings
        Takes the errors.

    Examples
    --------
    >>> from autoseg.tables.findings import Findings
    >>> header = ["Kundenr", "Ordredato", "Beløp", "Butikk"]
    >>> map_columns("transactions", header, {}, "ordrer.csv", Findings())
    {'customer_id': 0, 'timestamp': 1, 'amount': 2}
    """
    mapped: dict[str, int] = {}
    failed: set[str] = set()
    for column in ROLES[role]:
        position = _given(role, column, names, columns, source, findings)
        if position == _ABSENT:
            failed.add(column.name)
        elif position is not None:
            mapped[column.name] = position
    given = set(mapped)
    _check_twice(names, mapped, source, findings)
    taken = set(mapped.values())
    for column in ROLES[role]:
        if column.name in mapped or column.name in failed:
            continue
        candidates = _candidates(column, names, taken)
        if len(candidates) == 1:
            mapped[column.name] = candidates[0]
        elif candidates:
            failed.add(column.name)
            _ask(column, [names[i] for i in candidates], source, findings)
    mapped = {c.name: mapped[c.name] for c in ROLES[role] if c.name in mapped}
    _drop_totals(role, names, mapped, given)
    _require(role, names, mapped, failed, source, findings)
    return mapped


def _given(
    role: str,
    column: Column,
    names: Sequence[str],
    columns: Mapping[str, str],
    source: str,
    findings: Findings,
) -> int | None:
    """Return the position that the user's own mapping gives, if it gives one."""
    own = f"{role}.{column.name}"
    name = columns.get(own, columns.get(column.name))
    if name is None:
        return None
    for alike in (lambda text: text, fold):
        for position, candidate in enumerate(names):
            if alike(candidate) == alike(name):
                return position
    # a name without its table is meant for the tables that have such a column
    if own in columns or role in _MAIN:
        findings.error(
            "ASG_E_MISSING_COLUMN",
            source,
            f"there is no column '{name}', which is mapped to {column.name};"
            f" the columns are {_listed(names)}",
            _did_you_mean(column, name, names),
        )
        return _ABSENT
    return None


def _candidates(column: Column, names: Sequence[str], taken: set[int]) -> list[int]:
    """Return the positions of the best names that the column can go by."""
    free = [i for i in range(len(names)) if i not in taken]
    exact = [i for i in free if names[i] == column.name]
    canonical = [i for i in free if fold(names[i]) == fold(column.name)]
    if exact or canonical:
        return exact or canonical
    folded = {fold(name) for name in names}
    for rank in column.ranks:
        wanted = set()
        for alias in rank:
            name, _, beside = alias.partition("+")
            if not beside or fold(beside) in folded:
                wanted.add(fold(name))
        if found := [i for i in free if fold(names[i]) in wanted]:
            return found
    return []


def _drop_totals(
    role: str, names: Sequence[str], mapped: dict[str, int], given: set[str]
) -> None:
    """Take price and quantity of a line before the total of its order."""
    if role != "transactions" or "amount" in given or "amount" not in mapped:
        return
    is_total = fold(names[mapped["amount"]]) in ORDER_TOTALS
    if is_total and _INSTEAD[role, "amount"] <= mapped.keys():
        mapped.pop("amount")


def _check_twice(
    names: Sequence[str], mapped: Mapping[str, int], source: str, findings: Findings
) -> None:
    """Note columns that the user gave to two canonical ones."""
    targets: dict[int, list[str]] = {}
    for canonical, position in mapped.items():
        targets.setdefault(position, []).append(canonical)
    for position, canonicals in targets.items():
        if len(canonicals) > 1:
            findings.error(
                "ASG_E_MAPPED_TWICE",
                source,
                f"'{names[position]}' is mapped to {' and '.join(canonicals)}",
                "map each column once",
            )


def _ask(
    column: Column, candidates: Sequence[str], source: str, findings: Findings
) -> None:
    findings.error(
        "ASG_E_AMBIGUOUS_COLUMN",
        source,
        f"{_listed(candidates)} could each be {column.name}",
        f"say which: {give_column(column.name, candidates[0])}",
    )


def _require(
    role: str,
    names: Sequence[str],
    mapped: Mapping[str, int],
    failed: set[str],
    source: str,
    findings: Findings,
) -> None:
    """Note the needed columns that nothing was found for; list the others once."""
    missing = [
        column
        for column in ROLES[role]
        if column.required
        and column.name not in mapped
        and column.name not in failed
        and not _INSTEAD.get((role, column.name), {""}) <= mapped.keys()
    ]
    listed = f"; the columns are {_listed(names)}"
    for column in missing:
        fix = _closest(column, names)
        if column.name == "timestamp" and role == "transactions" and len(missing) > 1:
            fix += (
                "; a table with one row a customer, without dates of orders, goes in as"
                " summaries (--summaries)"
            )
        findings.error(
            "ASG_E_MISSING_COLUMN",
            source,
            f"no column was found for {column.name}{listed}",
            fix,
        )
        listed = ""


def _closest(column: Column, names: Sequence[str]) -> str:
    """Return the next step where no column was found: the name most like one."""
    # of two or three letters, half of them are like any other
    folded = {fold(name): name for name in names if len(name) > _SHORT_NAME}
    for known in (column.name, *column.aliases):
        close = get_close_matches(fold(known), folded, n=1, cutoff=0.75)
        if close:
            own = folded[close[0]]
            return f"did you mean '{own}'? Name it with {give_column(column.name, own)}"
    return f"name yours with {give_column(column.name, 'your name')}"


def _did_you_mean(column: Column, name: str, names: Sequence[str]) -> str:
    """Return the next step where the column that the user named is not there."""
    close = get_close_matches(name, names, n=1)
    if close:
        own = close[0]
        return f"did you mean '{own}'? Use {give_column(column.name, own)}"
    return f"use one of them, {give_column(column.name, 'your name')}"


def _listed(names: Sequence[str]) -> str:
    # a quotation mark that is never closed makes the whole file a name
    short = (n if len(n) <= _LONG_NAME else f"{n[:_LONG_NAME]}…" for n in names)
    return ", ".join(f"'{name}'" for name in short)

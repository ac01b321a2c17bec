"""Matching the user's columns with the canonical ones: ask rather than guess."""

from __future__ import annotations

import tomllib
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from autoseg.tables.roles import ROLES, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.roles import Column

__all__ = ["check_names", "check_targets", "map_columns", "read_mapping"]

# the user named a column that is not there
_ABSENT = -1
# tables that a run begins with; the others stand beside one of them
_MAIN = frozenset({"transactions", "summaries"})
# what a needed column can be worked out from
_INSTEAD = {
    ("transactions", "amount"): frozenset({"quantity", "unit_price"}),
    ("summaries", "monetary"): frozenset({"frequency", "average_order_value"}),
    ("summaries", "recency_days"): frozenset({"last_purchase"}),
}


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
    """Note names that stand twice in a header, also where only case differs.

    Parameters
    ----------
    names : sequence of str
        The header.
    source : str
        The file or table, for the message.
    findings : Findings
        Takes the error.
    """
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

    What the user maps wins, then an exact canonical name, then an alias. Two
    candidates for one column are an error that lists both.

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
            _did_you_mean(name, names) + f"columns={{'{column.name}': …}}",
        )
        return _ABSENT
    return None


def _candidates(column: Column, names: Sequence[str], taken: set[int]) -> list[int]:
    free = [i for i in range(len(names)) if i not in taken]
    exact = [i for i in free if names[i] == column.name]
    canonical = [i for i in free if fold(names[i]) == fold(column.name)]
    aliases = {fold(alias) for alias in column.aliases}
    return exact or canonical or [i for i in free if fold(names[i]) in aliases]


def _ask(
    column: Column, candidates: Sequence[str], source: str, findings: Findings
) -> None:
    findings.error(
        "ASG_E_AMBIGUOUS_COLUMN",
        source,
        f"{_listed(candidates)} could each be {column.name}",
        f"say which: columns={{'{column.name}': '{candidates[0]}'}}",
    )


def _require(
    role: str,
    names: Sequence[str],
    mapped: Mapping[str, int],
    failed: set[str],
    source: str,
    findings: Findings,
) -> None:
    """Note the needed columns that nothing was found for."""
    for column in ROLES[role]:
        if not column.required or column.name in mapped or column.name in failed:
            continue
        instead = _INSTEAD.get((role, column.name))
        if instead is not None and instead <= mapped.keys():
            continue
        findings.error(
            "ASG_E_MISSING_COLUMN",
            source,
            f"no column was found for {column.name}; the columns are {_listed(names)}",
            _closest(column, names) + f"columns={{'{column.name}': 'your name'}}",
        )


def _closest(column: Column, names: Sequence[str]) -> str:
    folded = {fold(name): name for name in names}
    for known in (column.name, *column.aliases):
        close = get_close_matches(fold(known), folded, n=1, cutoff=0.75)
        if close:
            return f"did you mean '{folded[close[0]]}'? Name it with "
    return "name yours with "


def _did_you_mean(name: str, names: Sequence[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"did you mean '{close[0]}'? Use " if close else "use one of them, "


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)

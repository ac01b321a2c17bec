"""Letters that were taken for others before we saw them: ``TromsÃ¸`` for Tromsø."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autoseg.engines import literal
from autoseg.tables.roles import ROLES
from autoseg.tables.shapes import is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn, RawTable

__all__ = ["check_mojibake"]

# a few may be names that are written so
_FEW = 3
# what the second byte of a letter looks like in Windows-1252
_SECOND = "\u20ac\u201a-\u201e\u2020-\u2022\u2026\u2030\u2018-\u201d\u2039\u203a"
_SECOND += "\u2013\u2014\u2122\u02c6\u02dc\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
_PATTERN = f"\u00c3[\u0080-\u00bf\u0192{_SECOND}]|\u00c2[\u00a0-\u00bf]|\u00e2\u20ac"
_FIRST = ("\u00c3", "\u00c2", "\u00e2\u20ac")
_CHECKED = {"customer_id", "product_id", "campaign_id"}


def check_mojibake(
    table: RawTable, role: str, mapped: Mapping[str, int], findings: Findings
) -> None:
    """Warn of UTF-8 that someone read as Windows-1252 before it came to us.

    Parameters
    ----------
    table : RawTable
        Rows as they came.
    role : str
        Which table it is, a key of `ROLES`.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    findings : Findings
        Takes the warning. Where they tell that we read this file as Windows-1252
        nothing more is said.
    """
    if any(
        (one.code, one.source) == ("ASG_W_ENCODING", table.label)
        for one in findings.warnings
    ):
        return
    names = [name for name in table.names if re.search(_PATTERN, name)]
    found = [
        (column, n)
        for column, n in _count(table, _columns(table, role, mapped))
        if n > _FEW
    ]
    if not names and not found:
        return
    told = [f"{n} values of '{column.name}'" for column, n in found]
    told += [f"the column name '{name}'" for name in names]
    findings.warn(
        "ASG_W_MOJIBAKE",
        table.label,
        f"letters look garbled in {', '.join(told)}, as where UTF-8 was taken for"
        " Windows-1252",
        "export the table again as UTF-8; the letters stay as they are",
        column=found[0][0].name if found else None,
        n_rows=sum(n for _, n in found),
    )


def _columns(
    table: RawTable, role: str, mapped: Mapping[str, int]
) -> tuple[RawColumn, ...]:
    """Return the columns of texts that people read, and ids that may be names."""
    if role == "customers":
        positions = [i for i, name in enumerate(table.names) if name]
    else:
        positions = [
            mapped[one.name]
            for one in ROLES[role]
            if one.name in mapped and (one.kind == "text" or one.name in _CHECKED)
        ]
    loaded = [i for i in sorted(set(positions)) if f"c{i}" in table.types]
    return tuple(column for i in loaded if is_text(column := table.column(i)))


def _count(
    table: RawTable, columns: tuple[RawColumn, ...]
) -> list[tuple[RawColumn, int]]:
    """Return how many values of each column look garbled."""
    if not columns:
        return []
    counts = ", ".join(_garbled(column) for column in columns)
    ((*figures,),) = table.engine.fetch_rows(f"SELECT {counts} FROM {table.relation}")
    return list(zip(columns, figures, strict=True))


def _garbled(column: RawColumn) -> str:
    text = f"CAST({column.sql} AS VARCHAR)"
    # texts of plain letters, and texts without these, are told apart quickly
    plain = f"STRLEN({text}) = LENGTH({text})"
    first = " OR ".join(f"contains({text}, {literal(one)})" for one in _FIRST)
    pattern = f"REGEXP_MATCHES({text}, {literal(_PATTERN)})"
    found = f"CASE WHEN {plain} THEN FALSE WHEN {first} THEN {pattern} END"
    return f"COUNT(*) FILTER ({found})"

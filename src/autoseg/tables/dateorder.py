"""Which of the numbers in a date is the day: one row may settle it for all others."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from autoseg.tables.dateforms import COMPACT, read_forms
from autoseg.tables.settings import give

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.dateforms import Form
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings

__all__ = ["choose_order"]

_FIRST = {"%d": "day", "%m": "month", "%Y": "year", "%y": "year"}
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def choose_order(
    column: RawColumn,
    text: str,
    forms: Sequence[Form],
    note: str,
    total: int,
    settings: Settings,
    findings: Findings,
) -> str | None:
    """Return SQL that reads texts in the one order of day, month and year they have.

    Parameters
    ----------
    column : RawColumn
        The column.
    text : str
        SQL of its texts.
    forms : sequence of Form
        Their forms, with equal words.
    note : str
        What an error is to say besides.
    total : int
        Number of texts in the column.
    settings : Settings
        The settings of the run; ``date_format`` settles what the texts do not.
    findings : Findings
        Takes the error.

    Returns
    -------
    str or None
        None where an error was noted.
    """
    layouts = forms[0].layouts
    readings = [_reading(text, forms, order) for order in range(len(layouts))]
    if len(layouts) == 1:
        return readings[0]
    for layout, reading in zip(layouts, readings, strict=True):
        if (settings.date_format or "").startswith(layout):
            return reading
    counts, alone, n_any = _count(column, text, forms)
    most = max(counts)
    tied = [order for order, count in enumerate(counts) if count == most]
    if n_any - most > settings.max_bad_share * total:
        have = [(n, layout) for n, layout in zip(alone, layouts, strict=True) if n]
        (n_first, layout), *others = have
        listed = f"{n_first} dates have the {_FIRST[layout[:2]]} first" + "".join(
            f" and {n} the {_FIRST[layout[:2]]} first" for n, layout in others
        )
        findings.error(
            "ASG_E_DATE_MIXED",
            column.table.label,
            f"{listed}{note}",
            "write all dates as YYYY-MM-DD, or give the column as dates",
            column=column.name,
            n_rows=n_any - most,
        )
        return None
    differ = " OR ".join(
        f"{readings[a]} <> {readings[b]}" for a, b in combinations(tied, 2)
    )
    if differ and _note_ambiguous(
        column, text, differ, [layouts[order] for order in tied], note, findings
    ):
        return None
    return readings[tied[0]]


def _reading(text: str, forms: Sequence[Form], order: int) -> str:
    sql = read_forms(text, forms, order)
    if not forms[0].words.startswith(COMPACT) or order == 0:
        return sql
    # eight digits in a row could be read as years that never were
    year = f"YEAR({sql}) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}"
    return f"CASE WHEN {year} THEN {sql} END"


def _count(
    column: RawColumn, text: str, forms: Sequence[Form]
) -> tuple[list[int], list[int], int]:
    """Return how many texts each order reads, how many only it, and any of them."""
    names = [f"r{order}" for order in range(len(forms[0].layouts))]
    listed = ", ".join(
        f"{_reading('text', forms, order)} AS {name}"
        for order, name in enumerate(names)
    )
    held = [f"{name} IS NOT NULL" for name in names]
    only = [
        " AND ".join([one, *(f"NOT ({other})" for other in held if other != one)])
        for one in held
    ]
    figures = ", ".join(
        f"CAST(COALESCE(SUM(n) FILTER ({condition}), 0) AS BIGINT)"
        for condition in (*held, *only, " OR ".join(held))
    )
    ((*counts, n_any),) = column.table.engine.fetch_rows(
        # a day that many rows have is read once
        f"SELECT {figures} FROM (SELECT {listed}, n FROM (SELECT {text} AS text,"
        f" COUNT(*) AS n FROM {column.table.relation} GROUP BY 1) AS texts) AS readings"
    )
    return counts[: len(names)], counts[len(names) :], n_any


def _note_ambiguous(
    column: RawColumn,
    text: str,
    differ: str,
    layouts: Sequence[str],
    note: str,
    findings: Findings,
) -> bool:
    """Note dates that can be two days, if there are any."""
    ((n_rows,),) = column.table.engine.fetch_rows(
        f"SELECT COUNT(*) FILTER ({differ}) FROM {column.table.relation}"
    )
    if not n_rows:
        return False
    label, rows = column.table.where(differ)
    ((value,),) = column.table.engine.fetch_rows(
        f"SELECT {text} FROM {column.table.relation} WHERE {differ}"
        f" ORDER BY file, row LIMIT 1"
    )
    may_be = " or the ".join(_FIRST[layout[:2]] for layout in layouts)
    findings.error(
        "ASG_E_DATE_AMBIGUOUS",
        label,
        f"'{value}' may have the {may_be} first, and no other row decides it{note}",
        f"say which: {' or '.join(give('date_format', one) for one in layouts)}",
        column=column.name,
        rows=rows,
        n_rows=n_rows,
    )
    return True

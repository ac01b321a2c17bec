"""What the numbers of a summed-up table may be mistaken for.

A purchase speaks for itself; a number that someone else worked out does not. Other
tools count recency from another end, leave the first purchase out or give scores, and
such numbers would go through every later stage without a complaint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autoseg.tables.mapping import give_column
from autoseg.tables.settings import give
from autoseg.tables.shapes import count_shapes, is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.opening import OpenTable
    from autoseg.tables.raw import RawColumn, RawTable
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_values", "note_dates", "note_lifetimes"]

_DATE_SHAPE = r"9{1,4}[-./]9{1,2}[-./]9{1,4}([ T].*)?"
_TOP_SCORE = 5


def note_lifetimes(
    table: OpenTable, mapped: Mapping[str, int], findings: Findings
) -> None:
    """Note the header of lifetimes' summaries, where recency means another thing.

    Parameters
    ----------
    table : OpenTable
        The summaries.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    findings : Findings
        Takes the error.
    """
    names = table.source.names
    recency = names[mapped["recency_days"]] if "recency_days" in mapped else ""
    if "T" in names and recency == "recency" and "frequency" in names:
        findings.error(
            "ASG_E_REPEAT_PURCHASES",
            table.source.label,
            "the columns 'frequency', 'recency' and 'T' are those of lifetimes: recency"
            " there runs from the first purchase to the last, and frequency counts"
            " repeat purchases only",
            "give recency_days = T - recency, tenure_days = T, frequency + 1 and the"
            " total that each customer spent as monetary",
        )


def note_dates(
    raw: RawTable, mapped: Mapping[str, int], settings: Settings, findings: Findings
) -> tuple[str, ...]:
    """Note columns that should hold numbers of days and hold dates; return them.

    Parameters
    ----------
    raw : RawTable
        The summaries as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the errors.
    """
    needed = "" if settings.as_of else " and " + give("as_of", "2024-01-01")
    found = []
    for name, day in (
        ("recency_days", "last_purchase"),
        ("tenure_days", "first_purchase"),
    ):
        if name not in mapped or not _holds_dates(raw.column(mapped[name])):
            continue
        column = raw.column(mapped[name])
        findings.error(
            "ASG_E_DAYS_ARE_DATES",
            raw.label,
            f"the column is read as {name} and holds dates, not numbers of days",
            f"give {give_column(day, column.name)}{needed}",
            column=column.name,
            n_rows=raw.n_rows,
        )
        found.append(name)
    return tuple(found)


def _holds_dates(column: RawColumn) -> bool:
    """Return whether most values of a column look like dates."""
    if column.type.startswith(("DATE", "TIMESTAMP")):
        return True
    if not is_text(column):
        return False
    shapes = count_shapes(column.table, plain_text(column))
    n_rows = sum(shape.count for shape in shapes)
    n_dates = sum(s.count for s in shapes if re.fullmatch(_DATE_SHAPE, s.text))
    return 2 * n_dates > n_rows


def check_values(rows: Sifted, findings: Findings) -> None:
    """Note numbers that cannot be what their columns are called.

    Parameters
    ----------
    rows : Sifted
        The customers.
    findings : Findings
        Takes errors and warnings.
    """
    values = "recency_days, frequency, amount"
    whole = "recency_days = TRUNC(recency_days) AND amount = TRUNC(amount)"
    ((n_sold, n_zero, n_repeat, n_scores),) = rows.raw.engine.fetch_rows(
        "SELECT COUNT(*) FILTER (reason IS NULL AND amount <> 0),"
        " COUNT(*) FILTER (frequency = 0),"
        " COUNT(*) FILTER (frequency = 0 AND (recency_days = 0 OR amount > 0)),"
        f" COUNT(*) FILTER (reason IS NULL AND {whole} AND LEAST({values}) >= 1"
        f" AND GREATEST({values}) <= {_TOP_SCORE}) FROM {rows.relation}"
    )
    label, n_rows = rows.raw.label, rows.used.n_rows
    if n_rows and not n_sold:
        findings.error(
            "ASG_E_ALL_ZERO",
            label,
            f"all {n_rows} amounts are 0",
            "map the column that has the amounts",
            n_rows=n_rows,
        )
    if n_rows and n_scores == n_rows:
        findings.error(
            "ASG_E_SCORES",
            label,
            "these look like RFM scores: recency, frequency and monetary are whole"
            f" numbers from 1 to {_TOP_SCORE} in every row",
            "give the values that the scores were made from",
            n_rows=n_rows,
        )
    if n_zero:
        _note_zero(label, n_zero, n_repeat == n_zero, findings)


def _note_zero(label: str, n_zero: int, have_bought: bool, findings: Findings) -> None:
    """Note customers without an order, unless it is the first that is not counted."""
    if have_bought:
        findings.error(
            "ASG_E_REPEAT_PURCHASES",
            label,
            f"frequency is 0 for {n_zero} customers, all of whom have bought by their"
            " recency or their total: it seems to count repeat purchases only, as"
            " lifetimes does",
            "add 1 to frequency; or take the customers without an order out",
            n_rows=n_zero,
        )
        return
    findings.warn(
        "ASG_W_FREQUENCY_ZERO",
        label,
        f"frequency is 0 for {n_zero} customers, who therefore count as customers"
        " without an order",
        "if it counts repeat purchases only, add 1 to all of it",
        n_rows=n_zero,
    )

"""The measures of a table that came summed up: how they are read and sifted.

Days are counted back from `as_of` where dates came instead, and a total is worked
out from an average where there is one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.tables.amounts import beyond_limit, exact
from autoseg.tables.columns import read_columns
from autoseg.tables.conventions import check_values, note_dates, note_lifetimes
from autoseg.tables.reasons import LAST_PLAUSIBLE, Reason, reasons_for
from autoseg.tables.settings import give
from autoseg.tables.shapes import is_number
from autoseg.tables.sifting import (
    is_blank,
    note_dropped,
    sift_rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from autoseg.tables.currencies import Money
    from autoseg.tables.findings import Findings
    from autoseg.tables.opening import OpenTable
    from autoseg.tables.raw import RawColumn, RawTable
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["choose_measures", "read_measures", "sift_measures"]

# no customer was last seen before this many days: such numbers are dates or seconds
_LONGEST_DAYS = 36_525
_ONE_DAY = (
    "give recency as whole days before one day that no purchase is later than; or map"
    " the day of the last purchase as last_purchase and "
)
_MEASURES = ("frequency", "monetary", "recency_days", "last_purchase")


def choose_measures(
    table: OpenTable, settings: Settings, findings: Findings
) -> OpenTable:
    """Return the table with the columns that count, and tell which do not.

    A number of days is taken before the date it can be worked out from, which also
    needs the day of analysis.

    Parameters
    ----------
    table : OpenTable
        The summaries.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    mapped = dict(table.mapped)
    for days, day in (
        ("recency_days", "last_purchase"),
        ("tenure_days", "first_purchase"),
    ):
        if days in mapped:
            mapped.pop(day, None)
    if settings.as_of is None:
        mapped.pop("first_purchase", None)
    note_lifetimes(table, mapped, findings)
    used = set(mapped.values())
    unused = [
        name for i, name in enumerate(table.source.names) if i not in used and name
    ]
    if unused:
        n_shown = 5
        listed = ", ".join(f"'{name}'" for name in unused[:n_shown])
        more = len(unused) - n_shown
        columns = "column is" if len(unused) == 1 else "columns are"
        findings.warn(
            "ASG_W_UNUSED_COLUMNS",
            table.source.label,
            f"{len(unused)} other {columns} not used: {listed}"
            + (f" and {more} more" if more > 0 else ""),
        )
    return replace(table, mapped=mapped)


def read_measures(
    raw: RawTable,
    mapped: Mapping[str, int],
    money: Money,
    settings: Settings,
    findings: Findings,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return SQL of the measures over their raw relation.

    Dates become days before `as_of`. Where there is no total it is the number of
    orders × their average.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    money : Money
        What the amounts are in.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    columns : dict of str to str
        ``customer_id``, ``recency_days``, ``frequency``, ``amount`` (the total) and,
        where known, ``tenure_days``, ``average_order_value`` and ``timestamp`` (of the
        last purchase).
    flags : dict of str to str
        What else is known of a row, as in `reasons_for`.
    """
    dated = note_dates(raw, mapped, settings, findings)
    readable = {name: i for name, i in mapped.items() if name not in dated}
    found = read_columns("summaries", raw, readable, settings, findings)
    if "average_order_value" in found:
        column = raw.column(mapped["average_order_value"])
        found["average_order_value"] = _average(column, found["average_order_value"])
    expressions: dict[str, str] = {
        name: found[name]
        for name in ("customer_id", "recency_days", "frequency")
        if name in found
    }
    expressions |= _days_of(found, raw, mapped, settings, findings)
    amount = found.get("monetary")
    if amount is None and {"frequency", "average_order_value"} <= found.keys():
        # an average has more digits than an amount, and its product has none too many
        factors = (found["frequency"], found["average_order_value"])
        amount = exact(" * ".join(f"CAST({x} AS DOUBLE)" for x in factors), large=True)
    flags = {} if money.left_out is None else {"left_out": money.left_out}
    if amount is not None:
        value = money.convert(amount, large=True)
        flags["beyond"] = beyond_limit(value, settings)
        expressions["amount"] = f"CASE WHEN NOT ({flags['beyond']}) THEN {value} END"
    if "tenure_days" in found:
        expressions["tenure_days"] = found["tenure_days"]
    if "average_order_value" in found:
        average = money.convert(found["average_order_value"])
        expressions["average_order_value"] = average
    return expressions, flags


def sift_measures(
    raw: RawTable,
    mapped: Mapping[str, int],
    expressions: Mapping[str, str],
    flags: Mapping[str, str],
    settings: Settings,
    findings: Findings,
) -> Sifted:
    """Read the customers and note what is wrong with them as a whole.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    expressions, flags : mapping of str to str
        What `read_measures` returned.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    blank = is_blank(raw.column(position) for position in mapped.values())
    measures = [raw.column(mapped[name]) for name in _MEASURES if name in mapped]
    expressions = {**expressions, "unbought": is_blank(measures)}
    first, *others = reasons_for(expressions, settings, flags)
    reasons = (first, _NO_PURCHASE, *others, *_reasons(expressions))
    rows = sift_rows("summaries", raw, expressions, blank, reasons, flags)
    note_dropped(rows, settings, findings)
    if not rows.used.n_rows and not findings.errors:
        listed = ", ".join(f"{a.n_rows} {name}" for name, a in rows.dropped.items())
        findings.error(
            "ASG_E_NO_ROWS_LEFT",
            raw.label,
            f"none of the {rows.n_rows} rows can be used: {listed}",
            "check the columns and as_of",
            n_rows=rows.n_rows,
        )
    check_values(rows, findings)
    return rows


_NO_PURCHASE = Reason(
    "customer_without_purchase",
    "unbought OR frequency = 0",
    "are of customers without an order",
)


def _reasons(expressions: Mapping[str, str]) -> list[Reason]:
    """Return the reasons that only a table of customers has."""
    later = _ONE_DAY + give("as_of", "2024-01-01")
    days = "recency_days"
    if "tenure_days" in expressions:
        days = "GREATEST(recency_days, tenure_days)"
    reasons = [
        Reason(
            "unreadable_recency",
            "recency_days IS NULL",
            "have no number of days since the last purchase that can be read",
            bad=True,
        ),
        Reason(
            "negative_recency",
            "recency_days < 0",
            "have a last purchase after the day they are seen from",
            bad=True,
            fix=later,
        ),
        Reason(
            "implausible_recency",
            f"{days} > {_LONGEST_DAYS}",
            "have a purchase more than a hundred years ago",
            bad=True,
            fix=later,
        ),
        Reason(
            "unreadable_frequency",
            "frequency IS NULL OR frequency < 0 OR frequency <> TRUNC(frequency)",
            "have no whole number of orders that can be read",
            bad=True,
        ),
    ]
    if "tenure_days" in expressions:
        reasons.append(
            Reason(
                "first_after_last",
                "tenure_days < recency_days",
                "have their first purchase after their last",
                bad=True,
            )
        )
    return reasons


def _average(column: RawColumn, exact: str) -> str:
    """Return SQL of an average as it came: four decimals are too few to multiply."""
    if not is_number(column):
        return exact
    number = f"TRY_CAST({column.sql} AS DOUBLE)"
    return f"CASE WHEN ISFINITE({number}) THEN {number} END"


def _days_of(
    found: Mapping[str, str],
    raw: RawTable,
    mapped: Mapping[str, int],
    settings: Settings,
    findings: Findings,
) -> dict[str, str]:
    """Return the days since the last and the first purchase where these are dates."""
    expressions = {}
    last, first = found.get("last_purchase"), found.get("first_purchase")
    if last is not None and settings.as_of is None:
        _ask_for_as_of(raw, raw.column(mapped["last_purchase"]), last, findings)
    elif last is not None and settings.as_of is not None:
        expressions["timestamp"] = last
        expressions["recency_days"] = _days_before(settings.as_of, last)
    if first is not None and settings.as_of is not None:
        expressions["tenure_days"] = _days_before(settings.as_of, first)
    return expressions


def _days_before(as_of: date, timestamp: str) -> str:
    return f"DATE_DIFF('day', CAST({timestamp} AS DATE), DATE '{as_of}')"


def _ask_for_as_of(
    raw: RawTable, column: RawColumn, timestamp: str, findings: Findings
) -> None:
    ((last,),) = raw.engine.fetch_rows(
        f"SELECT CAST(MAX({timestamp}) AS DATE) + 1 FROM {raw.relation}"
        f" WHERE YEAR({timestamp}) <= {LAST_PLAUSIBLE}"
    )
    findings.error(
        "ASG_E_AS_OF_MISSING",
        raw.label,
        "the days since the last purchase can only be told from a day of analysis",
        f"give {give('as_of', str(last or '2024-01-01'))}",
        column=column.name,
        n_rows=raw.n_rows,
    )

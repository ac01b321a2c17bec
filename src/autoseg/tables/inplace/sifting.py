"""Sifting rows where they are: each dropped row has one reason, its first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from autoseg.tables.reasons import Reason, reasons_for
from autoseg.tables.sifting import Account, Sifted, note_dropped
from autoseg.tables.timespan import find_isolated_future
from autoseg.tables.totals import ROUNDING, TOTAL_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.inplace.opening import PlacedTable
    from autoseg.tables.inplace.reading import Readings
    from autoseg.tables.settings import Settings

__all__ = ["exact", "sift_in_place"]

_PLACES = Decimal("0.0001")


def exact(amount: object) -> Decimal:
    """Return a sum of amounts with their four decimals.

    Parameters
    ----------
    amount : number or None
        As an engine returned it.
    """
    return Decimal(str(amount or 0)).quantize(_PLACES)


def sift_in_place(
    table: PlacedTable, found: Readings, settings: Settings, findings: Findings
) -> Sifted:
    """Read all rows and note those that cannot be used.

    Parameters
    ----------
    table : PlacedTable
        The table.
    found : Readings
        Its columns.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    reasons = reasons_for(found, settings, found.flags)
    blank = " AND ".join(f"{sql} IS NULL" for sql in _needed(table))
    known = {**found, "blank": blank, **found.flags}
    columns = ", ".join(f"{sql} AS {name}" for name, sql in known.items())
    cases = " ".join(
        f"WHEN {table.translated.write(reason.condition)} THEN {number}"
        for number, reason in enumerate(reasons)
    )
    relation = table.translated.engine.create_lines(
        f"sifted_{table.role}",
        f"SELECT {', '.join(found)}, CAST(CASE {cases} END AS SMALLINT) AS reason"
        f" FROM (SELECT {columns} FROM {table.raw.relation}) AS readings",
    )
    nothing = Account(0, Decimal(0))
    rows = _count(Sifted(table.raw, relation, reasons, nothing, {}), table)
    if table.role == "transactions":
        total = _find_totals(rows)
        if total is not None:
            rows = _leave_out(rows, total, table, found, over_others=True)
        future = find_isolated_future(rows, settings)
        if future is not None:
            rows = _leave_out(rows, future, table, found)
    note_dropped(rows, settings, findings)
    return rows


def _needed(table: PlacedTable) -> list[str]:
    """Return the columns that a row has nothing in where it is blank."""
    wanted = ("customer_id", "timestamp", "amount", "quantity", "unit_price")
    positions: Sequence[int] = table.used
    if table.role == "transactions":
        positions = [table.mapped[name] for name in wanted if name in table.mapped]
    return [table.columns[position].sql for position in positions]


def _find_totals(rows: Sifted) -> Reason | None:
    """Return the reason for rows that hold a total, as of `find_totals_row`."""
    words = ", ".join(f"'{word}'" for word in TOTAL_WORDS)
    word = f"TRIM(TRAILING ' :' FROM LOWER(customer_id)) IN ({words})"
    named = f"(timestamp IS NULL AND COALESCE({word}, FALSE))"
    engine = rows.raw.engine
    ((total, n_named),) = engine.fetch_rows(
        f"SELECT SUM(amount), COUNT(*) FILTER ({named}) FROM {rows.relation}"
    )
    sums = (
        f"(ABS(2 * amount - {exact(total):f}) <= {ROUNDING} AND amount <> 0"
        f" AND ((customer_id IS NULL AND timestamp IS NULL) OR {word}))"
    )
    ((n_sums,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM {rows.relation} WHERE {sums} AND NOT {named}"
    )
    found = [named] if n_named else []
    if n_sums == 1:
        found.append(sums)
    if not found:
        return None
    return Reason("totals_row", " OR ".join(found), "look like a total")


def _leave_out(
    rows: Sifted,
    reason: Reason,
    table: PlacedTable,
    found: Readings,
    *,
    over_others: bool = False,
) -> Sifted:
    """Return a sifted table that leaves out what shows only once all rows are read."""
    number = len(rows.reasons)
    condition = table.translated.write(f"({reason.condition})")
    if not over_others:
        condition += " AND reason IS NULL"
    relation = table.translated.engine.create_view(
        f"sifted_{table.role}_{number}",
        f"SELECT {', '.join(found)}, CAST(CASE WHEN {condition} THEN {number}"
        f" ELSE reason END AS SMALLINT) AS reason FROM {rows.relation}",
    )
    more = replace(rows, relation=relation, reasons=(*rows.reasons, reason))
    return _count(more, table)


def _count(rows: Sifted, table: PlacedTable) -> Sifted:
    """Return a sifted table with the accounts of its reasons."""
    money = "SUM(amount), COUNT(CASE WHEN amount < 0 THEN 1 END)"
    money += ", COUNT(CASE WHEN amount = 0 THEN 1 END)"
    if table.role != "transactions":
        money = "0, 0, 0"
    counts = {
        number: Account(n_rows, exact(total), n_negative, n_zero)
        for number, n_rows, total, n_negative, n_zero in (
            table.translated.engine.fetch_rows(
                f"SELECT reason, COUNT(*), {money} FROM {rows.relation} GROUP BY reason"
            )
        )
    }
    dropped = {
        reason.name: counts[number]
        for number, reason in enumerate(rows.reasons)
        if number in counts
    }
    used = counts.get(None, Account(0, Decimal(0)))
    return replace(rows, used=used, dropped=dropped)

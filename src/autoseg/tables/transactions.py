"""Reading transactions: amounts in one currency, and the rows that can be used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from autoseg.tables.amounts import beyond_limit, exact, multiply
from autoseg.tables.columns import read_columns
from autoseg.tables.duplicates import leave_out_duplicates
from autoseg.tables.reasons import reasons_for
from autoseg.tables.roles import ROLES
from autoseg.tables.sifting import is_blank, leave_out, note_dropped, sift_rows
from autoseg.tables.timespan import find_isolated_future
from autoseg.tables.totals import find_totals_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.currencies import Money
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = [
    "PRICED",
    "STAGED",
    "blank_transaction",
    "check_transactions",
    "read_transactions",
    "sift",
]

STAGED = (
    "order_id",
    "quantity",
    "product_id",
    "category",
    "channel",
    "discount",
    "cost",
    "n_lines",
)
"""Optional columns of the staged transactions, in their order."""

PRICED = tuple(c.name for c in ROLES["transactions"] if c.unit == "currency")
"""Columns of the transactions that hold money."""


def read_transactions(
    raw: RawTable,
    mapped: Mapping[str, int],
    money: Money,
    settings: Settings,
    findings: Findings,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return SQL of the transactions' canonical columns over their raw relation.

    Where there is no amount it is quantity × unit price.

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
        The canonical columns that could be read.
    flags : dict of str to str
        What else is known of a row, as in `reasons_for`.
    """
    found = read_columns("transactions", raw, mapped, settings, findings)
    flags = {} if money.left_out is None else {"left_out": money.left_out}
    read = found.get("amount")
    if read is None and "unit_price" in found and "quantity" in found:
        product = multiply(found["quantity"], found["unit_price"])
        read = exact(product, large=True)
    expressions: dict[str, str] = {
        name: found[name] for name in ("customer_id", "timestamp") if name in found
    }
    if read is not None:
        value = money.convert(read, large=True)
        # a small rate would hide what is too large already
        both = dict.fromkeys((read, value))
        flags["beyond"] = " OR ".join(beyond_limit(one, settings) for one in both)
        expressions["amount"] = f"CASE WHEN NOT ({flags['beyond']}) THEN {value} END"
    for name in STAGED:
        if name in found:
            sql = found[name]
            expressions[name] = money.convert(sql) if name in PRICED else sql
    return expressions, flags


def blank_transaction(raw: RawTable, mapped: Mapping[str, int]) -> str:
    """Return SQL that holds for a raw row with nothing of what a purchase needs.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    """
    needed = ("customer_id", "timestamp", "amount", "quantity", "unit_price")
    columns = [raw.column(mapped[name]) for name in needed if name in mapped]
    return is_blank(columns) or "FALSE"


def sift(
    raw: RawTable,
    expressions: Mapping[str, str],
    flags: Mapping[str, str],
    blank: str,
    settings: Settings,
    findings: Findings,
) -> Sifted:
    """Read the transactions and note the rows that cannot be used.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    expressions, flags : mapping of str to str
        What `read_transactions` returned.
    blank : str
        What `blank_transaction` returned.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    reasons = reasons_for(expressions, settings, flags)
    rows = sift_rows("transactions", raw, expressions, blank, reasons, flags)
    if {"customer_id", "timestamp", "amount"} <= expressions.keys():
        total = find_totals_row(rows)
        if total is not None:
            rows = leave_out(rows, total, over_others=True)
        future = find_isolated_future(rows, settings)
        if future is not None:
            rows = leave_out(rows, future)
        if settings.drop_duplicates:
            rows = leave_out_duplicates(rows)
    note_dropped(rows, settings, findings)
    return rows


def check_transactions(
    rows: Sifted, mapped: Mapping[str, int], settings: Settings, findings: Findings
) -> None:
    """Note what is wrong with the transactions as a whole.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors.
    """
    if not rows.used.n_rows:
        if not findings.errors:
            _note_nothing_left(rows, settings, findings)
    elif rows.used.n_zero == rows.used.n_rows:
        findings.error(
            "ASG_E_ALL_ZERO",
            rows.raw.label,
            f"all {rows.used.n_rows} amounts are 0",
            "map the column that has the amounts",
            column=rows.raw.names[mapped["amount"]] if "amount" in mapped else None,
            n_rows=rows.used.n_rows,
        )


def _note_nothing_left(rows: Sifted, settings: Settings, findings: Findings) -> None:
    """Note that no row is left, by the reason where there is one for all."""
    ((first, last),) = rows.raw.engine.fetch_rows(
        "SELECT CAST(MIN(timestamp) AS DATE), CAST(MAX(timestamp) AS DATE)"
        f" FROM {rows.relation}"
    )
    late = rows.dropped.keys() & {"after_as_of"}
    if (
        late
        and first is not None
        and settings.as_of is not None
        and settings.as_of <= first
    ):
        findings.error(
            "ASG_E_AS_OF_BEFORE_DATA",
            rows.raw.label,
            f"as_of is {settings.as_of} and the first row is of {first}",
            f"use a day after {first}; {last + timedelta(days=1)} uses every row",
        )
        return
    listed = ", ".join(f"{a.n_rows} {name}" for name, a in rows.dropped.items())
    findings.error(
        "ASG_E_NO_ROWS_LEFT",
        rows.raw.label,
        f"none of the {rows.n_rows} rows can be used: {listed}",
        "check the columns, as_of and since",
        n_rows=rows.n_rows,
    )

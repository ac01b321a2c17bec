"""Staging transactions: the rows that are used, and the orders they make."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from autoseg.tables.amounts import DECIMAL, beyond_limit, exact, multiply
from autoseg.tables.columns import read_columns
from autoseg.tables.pseudonyms import pseudonymise
from autoseg.tables.sifting import (
    Account,
    Sifted,
    is_blank,
    note_dropped,
    reasons_for,
    sift_rows,
)
from autoseg.tables.staged import CleaningLog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import Settings

__all__ = [
    "STAGED",
    "day_after",
    "read_amount",
    "read_transactions",
    "sift",
    "stage_orders",
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

_NO_PURCHASE = "customer_without_purchase"
_SUMMED = ("quantity", "discount", "cost")


def read_transactions(
    raw: RawTable,
    mapped: Mapping[str, int],
    settings: Settings,
    findings: Findings,
) -> dict[str, str]:
    """Return SQL of the transactions' canonical columns over their raw relation.

    Where there is no amount it is quantity × unit price.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    found = read_columns("transactions", raw, mapped, settings, findings)
    amount = found.get("amount")
    if "unit_price" in found and "quantity" in found:
        product = multiply(found["quantity"], found["unit_price"])
        amount = exact(product, large=True)
    expressions: dict[str, str] = {
        name: found[name] for name in ("customer_id", "timestamp") if name in found
    }
    if amount is not None:
        expressions["amount"] = read_amount(amount, settings)
    return expressions | {name: found[name] for name in STAGED if name in found}


def read_amount(amount: str, settings: Settings) -> str:
    """Return SQL of an amount; NULL where it is beyond what can be.

    Parameters
    ----------
    amount : str
        SQL of an exact amount that was read with ``large``.
    settings : Settings
        The settings of the run.
    """
    return f"CASE WHEN NOT {beyond_limit(amount, settings)} THEN {amount} END"


def sift(
    raw: RawTable,
    mapped: Mapping[str, int],
    expressions: Mapping[str, str],
    settings: Settings,
    findings: Findings,
) -> Sifted:
    """Read the transactions and note what is wrong with them as a whole.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    expressions : mapping of str to str
        What `read_transactions` returned.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    needed = ("customer_id", "timestamp", "amount", "quantity", "unit_price")
    blank = is_blank(raw.column(mapped[name]) for name in needed if name in mapped)
    reasons = reasons_for(expressions, settings)
    rows = sift_rows("transactions", raw, expressions, blank, reasons)
    note_dropped(rows, settings, findings)
    if not rows.used.n_rows:
        if not findings.errors:
            _note_nothing_left(rows, settings, findings)
        return rows
    ((n_sold,),) = raw.engine.fetch_rows(
        f"SELECT COUNT(*) FILTER (amount <> 0) FROM {rows.relation}"
        " WHERE reason IS NULL"
    )
    if not n_sold:
        findings.error(
            "ASG_E_ALL_ZERO",
            raw.label,
            f"all {rows.used.n_rows} amounts are 0",
            "map the column that has the amounts",
            column=raw.names[mapped["amount"]] if "amount" in mapped else None,
            n_rows=rows.used.n_rows,
        )
    return rows


def day_after(rows: Sifted) -> date:
    """Return the day after the last row that is used; the last day where none is.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    """
    ((last,),) = rows.raw.engine.fetch_rows(
        f"SELECT CAST(MAX(timestamp) AS DATE) FROM {rows.relation} WHERE reason IS NULL"
    )
    return date.max if last is None else last + timedelta(days=1)


def stage_orders(
    rows: Sifted, columns: tuple[str, ...], settings: Settings, findings: Findings
) -> CleaningLog:
    """Create the tables ``transactions`` and ``orders`` and account for every row.

    Customers without a purchase are taken out, with a reason of their own.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    columns : tuple of str
        Their optional canonical columns.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings; the log holds the warnings noted so far.

    Raises
    ------
    InputError
        If no customer has a purchase.
    """
    engine = rows.raw.engine
    _create_transactions(engine, rows.relation, columns, settings)
    _create_orders(engine, columns)
    dropped = dict(rows.dropped)
    without = _drop_customers_without_purchase(engine, rows, findings)
    if without.n_rows:
        dropped[_NO_PURCHASE] = without
    ((n_customers, n_orders, n_returns, n_zero, returned),) = engine.fetch_rows(
        "SELECT COUNT(DISTINCT customer_id), COUNT(*) FILTER (kind = 'purchase'),"
        " COUNT(*) FILTER (kind = 'return'), COUNT(*) FILTER (kind = 'zero'),"
        " CAST(COALESCE(SUM(amount) FILTER (kind = 'return'), 0) AS DECIMAL(38, 4))"
        " FROM orders"
    )
    return CleaningLog(
        rows_in=rows.n_rows,
        rows_used=rows.used.n_rows - without.n_rows,
        dropped_rows={name: account.n_rows for name, account in dropped.items()},
        revenue_in=rows.revenue,
        revenue_used=rows.used.revenue - without.revenue,
        dropped_revenue={name: account.revenue for name, account in dropped.items()},
        n_customers=n_customers,
        n_orders=n_orders,
        n_returns=n_returns,
        n_zero_orders=n_zero,
        returns_revenue=returned,
        findings=findings.for_log(),
    )


def _create_transactions(
    engine: DuckDBEngine,
    relation: str,
    columns: tuple[str, ...],
    settings: Settings,
) -> None:
    """Copy the used rows; where an order has no id, the row is an order of its own.

    Such an id comes from the rows' content, so that it does not depend on their
    order.
    """
    others = [name for name in columns if name != "order_id"]
    content = ", ".join(["timestamp", "amount", *others])
    given = "order_id" if "order_id" in columns else "NULL"
    ((n_missing,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM {relation} WHERE reason IS NULL AND {given} IS NULL"
    )
    order, customer = given, pseudonymise("customer_id", settings)
    if n_missing:
        order = (
            f"COALESCE({given}, {customer} || '#' || ROW_NUMBER() OVER"
            f" (PARTITION BY customer_id, {given} IS NULL ORDER BY {content}))"
        )
    listed = "".join(f", {name}" for name in others)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE transactions AS SELECT"
        f" {customer} AS customer_id, {order} AS order_id, timestamp, amount{listed}"
        f" FROM {relation} WHERE reason IS NULL"
    )


def _create_orders(engine: DuckDBEngine, columns: tuple[str, ...]) -> None:
    n_lines = "SUM(n_lines)" if "n_lines" in columns else "COUNT(*)"
    sums = "".join(
        f", CAST(SUM({name}) AS {DECIMAL}) AS {name}"
        for name in _SUMMED
        if name in columns
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE orders AS SELECT customer_id, order_id,"
        f" MIN(timestamp) AS ordered_at, CAST(SUM(amount) AS {DECIMAL}) AS amount,"
        " CASE WHEN SUM(amount) > 0 THEN 'purchase' WHEN SUM(amount) < 0"
        f" THEN 'return' ELSE 'zero' END AS kind, CAST({n_lines} AS BIGINT) AS n_lines"
        f"{sums} FROM transactions GROUP BY customer_id, order_id"
    )


def _drop_customers_without_purchase(
    engine: DuckDBEngine, rows: Sifted, findings: Findings
) -> Account:
    """Take the customers who never bought out of both tables; return what they had."""
    outside = (
        "customer_id NOT IN"
        " (SELECT DISTINCT customer_id FROM orders WHERE kind = 'purchase')"
    )
    ((n_rows, n_customers, revenue),) = engine.fetch_rows(
        "SELECT COUNT(*), COUNT(DISTINCT customer_id), COALESCE(SUM(amount), 0)"
        f" FROM transactions WHERE {outside}"
    )
    if not n_rows:
        return Account(0, revenue)
    if n_rows == rows.used.n_rows:
        findings.error(
            "ASG_E_NO_PURCHASE",
            rows.raw.label,
            "no customer has an order with a net amount above 0",
            "check the sign of the amounts",
            n_rows=n_rows,
        )
        findings.raise_errors()
    for table in ("transactions", "orders"):
        # orders last: they say who bought
        engine.execute(f"DELETE FROM {table} WHERE {outside}")
    customers = "customer has" if n_customers == 1 else "customers have"
    findings.warn(
        f"ASG_W_{_NO_PURCHASE.upper()}",
        rows.raw.label,
        f"{n_customers} {customers} returns or orders of value 0 but no purchase, so"
        f" {n_rows} rows are not used",
        n_rows=n_rows,
    )
    return Account(n_rows, revenue)


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

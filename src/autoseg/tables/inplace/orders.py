"""Lines to orders where they are; customers who never bought are taken out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from autoseg.tables.inplace.sifting import exact
from autoseg.tables.orders import note_without_purchase, orders_query
from autoseg.tables.sifting import Account

if TYPE_CHECKING:
    from datetime import date

    from autoseg.tables.findings import Findings
    from autoseg.tables.inplace.opening import PlacedTable
    from autoseg.tables.sifting import Sifted

__all__ = ["Period", "period_of", "stage_orders_in_place"]


class Period(NamedTuple):
    """The days of the first and the last row, and whether any row has a time."""

    first_day: date
    last_day: date
    has_time: bool


def stage_orders_in_place(
    table: PlacedTable, rows: Sifted, columns: tuple[str, ...], findings: Findings
) -> Account:
    """Name the transactions and the orders of the rows that are used.

    Parameters
    ----------
    table : PlacedTable
        The transactions.
    rows : Sifted
        Their rows.
    columns : tuple of str
        Their optional canonical columns.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    Account
        What the customers without a purchase had.

    Raises
    ------
    autoseg.errors.InputError
        If no customer has a purchase.
    """
    engine, translated = table.translated.engine, table.translated
    lines = engine.create_view("lines", _lines(table, rows, columns))
    narrow = partial(table.dialect.fit, kind="decimal", large=False)
    orders = engine.create_table("all_orders", orders_query(lines, columns, narrow))
    buyers = engine.create_table(
        "buyers",
        f"SELECT customer_id FROM {orders} WHERE kind = 'purchase'"
        " GROUP BY customer_id",
    )
    ((n_without,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM (SELECT customer_id FROM {orders} GROUP BY customer_id"
        " HAVING COUNT(CASE WHEN kind = 'purchase' THEN 1 END) = 0) AS without"
    )
    without, transactions = Account(0, exact(0)), lines
    if n_without:
        transactions = engine.create_view("transactions", _of_buyers(lines, buyers))
        orders = engine.create_table("orders", _of_buyers(orders, buyers))
        ((n_rows, revenue),) = engine.fetch_rows(
            f"SELECT COUNT(*), SUM(amount) FROM {transactions}"
        )
        without = Account(rows.used.n_rows - n_rows, rows.used.revenue - exact(revenue))
        note_without_purchase(rows, n_without, without.n_rows, findings)
    translated.add("transactions", transactions)
    translated.add("orders", orders)
    # those of customers who never bought may count on an earlier day
    translated.add("every_transaction", lines)
    return without


def _of_buyers(relation: str, buyers: str) -> str:
    return (
        f"SELECT own.* FROM {relation} AS own WHERE EXISTS (SELECT 1 FROM {buyers}"
        " AS buyers WHERE buyers.customer_id = own.customer_id)"
    )


def _lines(table: PlacedTable, rows: Sifted, columns: tuple[str, ...]) -> str:
    """Return the rows that are used; where an order has no id, the row is an order."""
    others = [name for name in columns if name != "order_id"]
    engine = table.translated.engine
    given = "order_id" if "order_id" in columns else "NULL"
    ((n_missing,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM {rows.relation} WHERE reason IS NULL AND {given} IS NULL"
    )
    order = given
    if n_missing:
        content = ", ".join(
            f"{name} NULLS LAST" for name in ("timestamp", "amount", *others)
        )
        number = table.dialect.as_text(
            f"ROW_NUMBER() OVER (PARTITION BY customer_id, {given} IS NULL"
            f" ORDER BY {content})"
        )
        order = f"COALESCE({given}, customer_id || '#' || {number})"
    listed = "".join(f", {name}" for name in others)
    return (
        f"SELECT customer_id, {order} AS order_id, timestamp, amount{listed}"
        f" FROM {rows.relation} WHERE reason IS NULL"
    )


def period_of(table: PlacedTable, transactions: str) -> Period:
    """Return the time that the transactions are of.

    Parameters
    ----------
    table : PlacedTable
        The transactions as they came.
    transactions : str
        Those that are used.
    """
    midnight = f"CAST(CAST(timestamp AS DATE) AS {table.dialect.time_type})"
    ((first, last, n_times),) = table.translated.engine.fetch_rows(
        "SELECT CAST(MIN(timestamp) AS DATE), CAST(MAX(timestamp) AS DATE),"
        f" COUNT(CASE WHEN timestamp <> {midnight} THEN 1 END) FROM {transactions}"
    )
    return Period(first, last, bool(n_times))

"""Staging transactions: the rows that are used, and the orders they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.amounts import DECIMAL
from autoseg.tables.pseudonyms import pseudonymise
from autoseg.tables.raw import WORKSPACE
from autoseg.tables.sifting import Account
from autoseg.tables.staged import CleaningLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = [
    "account_for",
    "earlier_query",
    "note_without_purchase",
    "orders_query",
    "stage_orders",
]

_NO_PURCHASE = "customer_without_purchase"
_EARLY = "before_since"
_WITHOUT = f"{WORKSPACE}.without_purchase"
_OUTSIDE = (
    "CREATE OR REPLACE TEMP TABLE without_purchase AS SELECT * FROM transactions WHERE"
)
# columns of which an order has the sum of its lines, where they are there
_SUMMED = ("quantity", "discount", "cost")


def stage_orders(
    rows: Sifted, columns: tuple[str, ...], settings: Settings, findings: Findings
) -> Account:
    """Create the tables ``transactions`` and ``orders`` from the rows that are used.

    Lines with one customer and order number are one order, whose sum decides whether
    it is a purchase or a return. Customers without a purchase are taken out, into
    the table ``without_purchase``, unless the rows are one of several parts.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    columns : tuple of str
        Their optional canonical columns.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    Account
        What the customers without a purchase had.

    Raises
    ------
    InputError
        If no customer has a purchase.
    """
    engine = rows.raw.engine
    _create_transactions(engine, rows.relation, columns, settings)
    _create_orders(engine, columns)
    if settings.part:
        engine.execute(f"{_OUTSIDE} FALSE")
        return Account(0, rows.used.revenue * 0)
    return _drop_customers_without_purchase(engine, rows, findings)


def orders_query(
    lines: str, columns: tuple[str, ...], narrow: Callable[[str], str]
) -> str:
    """Return the query that makes orders of lines, on any engine.

    Parameters
    ----------
    lines : str
        The rows that are used, as SQL that may stand after FROM.
    columns : tuple of str
        Their optional canonical columns.
    narrow : callable
        Returns SQL of a sum as a decimal, NULL where it does not fit.
    """
    n_lines = "SUM(n_lines)" if "n_lines" in columns else "COUNT(*)"
    sums = "".join(
        f", {narrow(f'SUM({name})')} AS {name}" for name in _SUMMED if name in columns
    )
    return (
        "SELECT customer_id, order_id, MIN(timestamp) AS ordered_at,"
        f" CAST(SUM(amount) AS {DECIMAL}) AS amount,"
        " CASE WHEN SUM(amount) > 0 THEN 'purchase' WHEN SUM(amount) < 0"
        f" THEN 'return' ELSE 'zero' END AS kind, CAST({n_lines} AS BIGINT) AS n_lines"
        f"{sums} FROM {lines} GROUP BY customer_id, order_id"
    )


def earlier_query(rows: Sifted, settings: Settings) -> str:
    """Return the query of the customers who have rows before the first day.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    settings : Settings
        The settings of the run.
    """
    numbers = [i for i, one in enumerate(rows.reasons) if one.name == _EARLY]
    early = f"reason = {numbers[0]}" if numbers else "FALSE"
    return (
        f"SELECT DISTINCT {pseudonymise('customer_id', settings)} AS customer_id"
        f" FROM {rows.relation} WHERE {early}"
    )


def account_for(
    rows: Sifted, without: Account, n_duplicates: int, findings: Findings
) -> CleaningLog:
    """Return the log of the cleaning, once everything is staged.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    without : Account
        What `stage_orders` returned.
    n_duplicates : int
        Rows that repeat another one.
    findings : Findings
        The log holds the warnings noted so far.
    """
    dropped = dict(rows.dropped)
    if without.n_rows:
        dropped[_NO_PURCHASE] = without
    ((n_customers, n_without_value, n_orders, n_returns, n_zero, returned),) = (
        rows.raw.engine.fetch_rows(
            # groups can go to disk where distinct counts have to stay in memory
            "SELECT COUNT(*), COUNT(*) FILTER (net <= 0), SUM(purchases), SUM(returns),"
            " SUM(zeros), CAST(SUM(returned) AS DECIMAL(38, 4)) FROM"
            " (SELECT SUM(amount) AS net, COUNT(*) FILTER (kind = 'purchase') AS"
            " purchases, COUNT(*) FILTER (kind = 'return') AS returns,"
            " COUNT(*) FILTER (kind = 'zero') AS zeros,"
            " COALESCE(SUM(amount) FILTER (kind = 'return'), 0) AS returned"
            " FROM orders GROUP BY customer_id) AS customers"
        )
    )
    return CleaningLog(
        rows_in=rows.n_rows,
        rows_used=rows.used.n_rows - without.n_rows,
        dropped_rows={name: account.n_rows for name, account in dropped.items()},
        revenue_in=rows.revenue,
        revenue_used=rows.used.revenue - without.revenue,
        dropped_revenue={name: account.revenue for name, account in dropped.items()},
        n_customers=n_customers,
        n_orders=int(n_orders),
        n_returns=int(n_returns),
        n_zero_orders=int(n_zero),
        returns_revenue=returned,
        findings=findings.for_log(),
        n_customers_without_value=n_without_value,
        n_negative_rows=sum(account.n_negative for account in rows.accounts),
        n_zero_rows=sum(account.n_zero for account in rows.accounts),
        n_duplicate_rows=n_duplicates,
    )


def _create_transactions(
    engine: DuckDBEngine,
    relation: str,
    columns: tuple[str, ...],
    settings: Settings,
) -> None:
    """Copy the used rows; where an order has no id, the row is an order of its own.

    Such an id comes from the rows' content, so that it does not depend on their
    order. Of a part of the rows it has the number of the part in it, or the first such
    order of two parts would be one.
    """
    others = [name for name in columns if name != "order_id"]
    content = ", ".join(["timestamp", "amount", *others])
    given = "order_id" if "order_id" in columns else "NULL"
    ((n_missing,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM {relation} WHERE reason IS NULL AND {given} IS NULL"
    )
    order, customer = given, pseudonymise("customer_id", settings)
    if n_missing:
        mark = f"'#{settings.part}.'" if settings.part else "'#'"
        order = (
            f"COALESCE({given}, {customer} || {mark} || ROW_NUMBER() OVER"
            f" (PARTITION BY customer_id, {given} IS NULL ORDER BY {content}))"
        )
    listed = "".join(f", {name}" for name in others)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE transactions AS SELECT"
        f" {customer} AS customer_id, {order} AS order_id, timestamp, amount{listed}"
        f" FROM {relation} WHERE reason IS NULL"
    )


def _create_orders(engine: DuckDBEngine, columns: tuple[str, ...]) -> None:
    query = orders_query(
        "transactions", columns, lambda total: f"TRY_CAST({total} AS {DECIMAL})"
    )
    engine.execute(f"CREATE OR REPLACE TEMP TABLE orders AS {query}")


def _drop_customers_without_purchase(
    engine: DuckDBEngine, rows: Sifted, findings: Findings
) -> Account:
    """Take the customers who never bought out of both tables; return what they had.

    Their rows go into a table of their own: with more rows, or as of an earlier day,
    they may have bought.
    """
    engine.execute(
        f"CREATE OR REPLACE TABLE {_WITHOUT} AS SELECT customer_id FROM orders"
        " GROUP BY customer_id HAVING COUNT(*) FILTER (kind = 'purchase') = 0"
    )
    ((n_customers,),) = engine.fetch_rows(f"SELECT COUNT(*) FROM {_WITHOUT}")
    outside = f"customer_id IN (SELECT customer_id FROM {_WITHOUT})"
    engine.execute(f"{_OUTSIDE} {outside if n_customers else 'FALSE'}")
    if not n_customers:
        return Account(0, rows.used.revenue * 0)
    ((n_rows, revenue),) = engine.fetch_rows(
        "SELECT COUNT(*), SUM(amount) FROM without_purchase"
    )
    for table in ("transactions", "orders"):
        engine.execute(f"DELETE FROM {table} WHERE {outside}")
    note_without_purchase(rows, n_customers, n_rows, findings)
    return Account(n_rows, revenue)


def note_without_purchase(
    rows: Sifted, n_customers: int, n_rows: int, findings: Findings
) -> None:
    """Note customers who never bought; that nobody did is an error.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    n_customers, n_rows : int
        Those customers, and how many rows they have.
    findings : Findings
        Takes the warning.

    Raises
    ------
    InputError
        If no customer has a purchase.
    """
    if n_rows == rows.used.n_rows:
        findings.error(
            "ASG_E_NO_PURCHASE",
            rows.raw.label,
            "no customer has an order with a net amount above 0",
            "check the sign of the amounts",
            n_rows=n_rows,
        )
        findings.raise_errors()
    customers = "customer has" if n_customers == 1 else "customers have"
    findings.warn(
        f"ASG_W_{_NO_PURCHASE.upper()}",
        rows.raw.label,
        f"{n_customers} {customers} returns or orders of value 0 but no purchase, so"
        f" {n_rows} rows are not used",
        n_rows=n_rows,
    )

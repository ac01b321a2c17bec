"""Rows that may be wrongly taken for orders, and orders that may be several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.mapping import give_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_orders"]

# more rows than this share their customer and time: they may be lines of orders
_TOGETHER_SHARE = 0.01
# what is delivered and invoiced in parts is seldom longer on its way than this
_LONG_ORDER_DAYS = 31


def check_orders(rows: Sifted, columns: Mapping[str, str], findings: Findings) -> None:
    """Warn where rows may be wrongly taken for orders, or order numbers shared.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    columns : mapping of str to str
        Their canonical columns.
    findings : Findings
        Takes the warnings.
    """
    if "order_id" in columns:
        _check_numbers(rows, findings)
    else:
        _check_rows(rows, findings)


def _check_rows(rows: Sifted, findings: Findings) -> None:
    ((n_rows,),) = rows.raw.engine.fetch_rows(
        "SELECT COALESCE(SUM(n), 0) FROM (SELECT COUNT(*) AS n FROM"
        f" {rows.relation} WHERE reason IS NULL GROUP BY customer_id, timestamp"
        " HAVING COUNT(*) > 1) AS together"
    )
    # two orders of one day are nothing special where times are days
    if n_rows > _TOGETHER_SHARE * rows.used.n_rows:
        findings.warn(
            "ASG_W_NO_ORDER_ID",
            rows.raw.label,
            f"no column says which order a row belongs to, and {n_rows} rows share"
            " their customer and time with another; each counts as an order",
            f"map the order number: {give_column('order_id', 'your name')}",
            n_rows=int(n_rows),
        )


def _check_numbers(rows: Sifted, findings: Findings) -> None:
    ((n_shared, n_long),) = rows.raw.engine.fetch_rows(
        # texts are dear to compare, and so are counts of distinct ones to hold
        "SELECT COUNT(*) FILTER (lowest <> highest), COUNT(*) FILTER"
        f" (last > first + INTERVAL {_LONG_ORDER_DAYS} DAY) FROM"
        " (SELECT MIN(HASH(customer_id)) AS lowest, MAX(HASH(customer_id)) AS highest,"
        " MIN(timestamp) AS first, MAX(timestamp) AS last"
        f" FROM {rows.relation} WHERE reason IS NULL AND order_id IS NOT NULL"
        " GROUP BY order_id) AS numbers"
    )
    if n_shared:
        findings.warn(
            "ASG_W_SHARED_ORDER",
            rows.raw.label,
            f"{n_shared} order numbers belong to more than one customer; each"
            " customer's part counts as an order",
            n_rows=n_shared,
        )
    if n_long:
        findings.warn(
            "ASG_W_ORDER_DATES",
            rows.raw.label,
            f"{n_long} order numbers have rows more than {_LONG_ORDER_DAYS} days apart;"
            " each counts as one order of its first day",
            "map the column that numbers the orders, if this one starts again",
            n_rows=n_long,
        )

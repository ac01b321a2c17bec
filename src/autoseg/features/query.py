"""One SQL statement from the features that were asked for, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from autoseg.engines import quote
from autoseg.features.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from autoseg.features.feature import Feature

__all__ = ["REVENUE", "write_query"]

REVENUE = "revenue"
"""Name of the column with the exact net revenue, in 1/10,000 of the currency's unit."""

# the sum of DECIMAL(18, 4) may be too wide to multiply, so it is narrowed first; a
# net revenue that does not fit in 64 bits is an error of the engine, never a wrong sum
_REVENUE_SQL = "CAST(CAST(SUM(amount) AS DECIMAL(23, 4)) * 10000 AS BIGINT)"


def write_query(features: Sequence[Feature], as_of: date) -> str:
    """Return the statement that computes features, in DuckDB's dialect.

    Parameters
    ----------
    features : sequence of Feature
        What to compute; the columns come out in this order.
    as_of : datetime.date
        The day of analysis, from which ages count back.

    Returns
    -------
    str
        A query with the columns ``customer_id``, `REVENUE`, then the features, one
        row a customer, sorted by ``customer_id``. Each source that a feature reads
        is one common table expression; sources that nobody reads are not there.

    Examples
    --------
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE
    >>> print(write_query([CATALOGUE["recency_days"]], date(2012, 1, 1)))
    WITH "by_orders" AS MATERIALIZED (
      SELECT customer_id,
        CAST(CAST(SUM(amount) AS DECIMAL(23, 4)) * 10000 AS BIGINT) AS "revenue",
        CAST(MIN(age) AS DOUBLE) AS "recency_days"
      FROM (
        SELECT customer_id,
          CASE WHEN kind = 'purchase' THEN DATE_DIFF('day', CAST(ordered_at AS DATE), \
CAST('2012-01-01' AS DATE)) END AS "age",
          amount AS "amount"
        FROM orders
      ) AS "of_orders"
      GROUP BY customer_id
    )
    SELECT "by_orders".customer_id, "by_orders"."revenue", "by_orders"."recency_days"
    FROM "by_orders"
    ORDER BY "by_orders".customer_id
    """
    aggregates: dict[str, dict[str, str]] = {"orders": {REVENUE: _REVENUE_SQL}}
    for feature in features:
        aggregates.setdefault(feature.source, {})[feature.name] = feature.sql
    expressions = ",\n".join(
        f"{_alias(source)} AS MATERIALIZED (\n{_per_customer(source, wanted, as_of)})"
        for source, wanted in aggregates.items()
    )
    columns = [
        f"{_alias('orders')}.customer_id",
        f"{_alias('orders')}.{quote(REVENUE)}",
    ]
    columns += [f"{_alias(f.source)}.{quote(f.name)}" for f in features]
    joins = "".join(
        f"LEFT JOIN {_alias(source)}"
        f" ON {_alias(source)}.customer_id = {_alias('orders')}.customer_id\n"
        for source in aggregates
        if source != "orders"
    )
    return (
        f"WITH {expressions}\nSELECT {', '.join(columns)}\n"
        f"FROM {_alias('orders')}\n{joins}"
        f"ORDER BY {_alias('orders')}.customer_id"
    )


def _alias(source: str) -> str:
    """Return the name of the expression that holds a source's features."""
    return quote(f"by_{source}")


def _per_customer(name: str, aggregates: dict[str, str], as_of: date) -> str:
    """Return the query that takes the rows of one source to customers."""
    source = SOURCES[name]
    read = {
        column.name
        for sql in aggregates.values()
        for column in parse_one(sql, read="duckdb").find_all(exp.Column)
    }
    columns = "".join(
        f",\n      {sql} AS {quote(column)}"
        for column, sql in source.columns.items()
        if column in read
    )
    rows = f"    SELECT customer_id{columns}\n    FROM {source.relation}\n"
    selected = "".join(
        f",\n    {sql} AS {quote(feature)}" for feature, sql in aggregates.items()
    )
    return (
        f"  SELECT customer_id{selected}\n  FROM (\n"
        + rows.format(as_of=f"CAST('{as_of.isoformat()}' AS DATE)", week=_week(as_of))
        + f"  ) AS {quote(f'of_{name}')}\n  GROUP BY customer_id\n"
    )


def _week(as_of: date) -> int:
    """Return what makes ``(age + week) % 7`` 1 on a Sunday and 2 on a Saturday.

    The day of the week of an order is that of `as_of` less its age, modulo 7, with
    Monday as 0; turned round, because the remainder of a negative number differs
    between engines.
    """
    return 7 - as_of.weekday()

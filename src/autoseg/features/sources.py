"""The relations that features are computed from, in DuckDB's dialect.

Lines become orders when the tables are staged; orders become customers here. A
source names its columns and the SQL of each, so that a query holds only the columns
that its features read. Every source says what one of its rows is.

Two habits keep the numbers the same on every engine: dates become ages, whole days
before the day of analysis, and a column that describes a purchase is NULL on returns
and on orders of value zero, so plain aggregates pass over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SOURCES", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A relation with one or more rows a customer.

    Parameters
    ----------
    row : str
        What one row is.
    columns : mapping of str to str
        SQL of each column that a feature may read. ``{as_of}`` stands for the day
        of analysis as a date literal, ``{week}`` for the number that makes
        ``(age + {week}) % 7`` 1 on a Sunday and 2 on a Saturday.
    relation : str
        What the columns are read from; the customer is its ``customer_id``.
    """

    row: str
    columns: Mapping[str, str]
    relation: str


def _age(timestamp: str) -> str:
    return f"DATE_DIFF('day', CAST({timestamp} AS DATE), {{as_of}})"


def _if_purchase(value: str) -> str:
    return f"CASE WHEN kind = 'purchase' THEN {value} END"


_AGE = _age("ordered_at")

_ORDERS = Source(
    row="an order, a return, or an order of value zero",
    columns={
        "age": _if_purchase(_AGE),
        "amount": "amount",
        "spent": _if_purchase("amount"),
        "returned": "CASE WHEN kind = 'return' THEN -amount ELSE 0 END",
        "weekend": _if_purchase(
            f"CASE WHEN ({_AGE} + {{week}}) % 7 IN (1, 2) THEN 1 ELSE 0 END"
        ),
        "lines": _if_purchase("n_lines"),
        "units": _if_purchase("quantity"),
        "discount": _if_purchase("COALESCE(discount, 0)"),
    },
    relation="orders",
)

_GAPS = Source(
    row="a purchase",
    columns={"gap": "gap"},
    # which of two purchases of one day comes first does not change the set of gaps
    relation=(
        "(SELECT customer_id, LAG(age) OVER"
        " (PARTITION BY customer_id ORDER BY age DESC) - age AS gap"
        f" FROM (SELECT customer_id, {_AGE} AS age FROM orders"
        " WHERE kind = 'purchase') AS purchases) AS gaps"
    ),
)


_COSTED = Source(
    row="a line that is no return and whose cost is known",
    columns={"amount": "amount", "cost": "cost"},
    # an order's cost would be the sum of only those lines that have one
    relation="(SELECT * FROM transactions WHERE amount >= 0 AND cost IS NOT NULL) AS l",
)


def _bought(column: str) -> Source:
    """Return the source of the different values that a customer bought."""
    return Source(
        row=f"a {column} that the customer bought",
        columns={"spent": "spent"},
        relation=(
            f"(SELECT customer_id, {column}, SUM(amount) AS spent"
            f" FROM transactions WHERE amount > 0 AND {column} IS NOT NULL"
            f" GROUP BY customer_id, {column}) AS bought"
        ),
    )


# a message that the business sent tells what it did, not what the customer did
_SENT = ("delivered", "levererat", "leveret", "levert", "sendt", "sent", "skickat")
_TYPE = "REPLACE(REPLACE(LOWER(event_type), '-', '_'), ' ', '_')"
_OF_THE_CUSTOMER = (
    "(SELECT * FROM events WHERE NOT ("
    + " OR ".join(
        f"{_TYPE} = '{word}' OR RIGHT({_TYPE}, {len(word) + 1}) = '_{word}'"
        for word in _SENT
    )
    + ")) AS events"
)


def _beside(table: str) -> str:
    """Return customers with their rows of a table; one empty row where none."""
    return (
        "(SELECT DISTINCT customer_id FROM orders) AS buyers"
        f" LEFT JOIN {table} USING (customer_id)"
    )


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "orders": _ORDERS,
        "gaps": _GAPS,
        "costed": _COSTED,
        "products": _bought("product_id"),
        "categories": _bought("category"),
        "channels": _bought("channel"),
        "events": Source(
            row="something the customer did, or a customer who did nothing",
            columns={"age": _age("timestamp")},
            relation=_beside(_OF_THE_CUSTOMER),
        ),
        "responses": Source(
            row="a customer in a campaign, or a customer in none",
            columns={"converted": "converted"},
            relation=_beside("responses"),
        ),
    }
)
"""Every source by the name that `Feature.source` calls it."""

"""The relations that features are computed from, in DuckDB's dialect.

Staged rows become roll-ups, roll-ups become sources, sources become customers. A
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

    In its SQL ``{as_of}`` stands for the day of analysis, ``{keys}`` for the columns
    that tell one customer from another (and, in a history, one day of analysis from
    another), and a name of a roll-up or of a staged table in braces for that relation.

    Parameters
    ----------
    row : str
        What one row is.
    columns : mapping of str to str
        SQL of each column that a feature may read.
    relation : str
        What the columns are read from; it has the columns ``{keys}``.
    rollups : mapping of str to tuple of str
        The roll-ups that the relation reads, and which of their columns it always
        needs beside those that the features read.
    """

    row: str
    columns: Mapping[str, str]
    relation: str
    rollups: Mapping[str, tuple[str, ...]]


def _age(moment: str) -> str:
    return f"DATE_DIFF('day', CAST({moment} AS DATE), {{as_of}})"


def _if_purchase(value: str) -> str:
    return f"CASE WHEN amount > 0 THEN {value} END"


def _weekday(moment: str) -> str:
    """Return the day of the week from 0 on Monday; the first day of all was one."""
    day_number = f"DATE_DIFF('day', CAST('0001-01-01' AS DATE), CAST({moment} AS DATE))"
    return f"({day_number} % 7)"


_AGE = _age("ordered_at")

_ORDERS = Source(
    row="an order, a return, or an order of value zero",
    columns={
        "age": _if_purchase(_AGE),
        "amount": "amount",
        "spent": _if_purchase("amount"),
        "returned": "CASE WHEN amount < 0 THEN -amount ELSE 0 END",
        "weekend": _if_purchase(
            f"CASE WHEN {_weekday('ordered_at')} >= 5 THEN 1 ELSE 0 END"
        ),
        "lines": _if_purchase("n_lines"),
        "units": _if_purchase("quantity"),
        "discount": _if_purchase("COALESCE(discount, 0)"),
    },
    relation="{orders} AS orders",
    rollups={"orders": ("amount",)},
)

_GAPS = Source(
    row="a purchase",
    columns={"gap": "gap"},
    # which of two purchases of one day comes first does not change the set of gaps
    relation=(
        "(SELECT {keys}, LAG(age) OVER"
        " (PARTITION BY {keys} ORDER BY age DESC) - age AS gap"
        f" FROM (SELECT {{keys}}, {_AGE} AS age FROM {{orders}} AS orders"
        " WHERE amount > 0) AS purchases) AS gaps"
    ),
    rollups={"orders": ("amount", "ordered_at")},
)


# a message that the business sent tells what it did, not what the customer did
_SENT = ("delivered", "levererat", "leveret", "levert", "sendt", "sent", "skickat")
_TYPE = "REPLACE(REPLACE(LOWER(event_type), '-', '_'), ' ', '_')"
_IS_SENT = " OR ".join(
    f"{_TYPE} = '{word}' OR RIGHT({_TYPE}, {len(word) + 1}) = '_{word}'"
    for word in _SENT
)


def _plain(rollup: str, row: str, *columns: str) -> Source:
    """Return the source whose rows are those of a roll-up."""
    return Source(
        row=row,
        columns={column: column for column in columns},
        relation=f"{{{rollup}}} AS {rollup}",
        rollups={rollup: ()},
    )


def _beside(relation: str, keys: str = "{keys}") -> str:
    """Return customers with their rows of a relation; one empty row where none."""
    return (
        "(SELECT {keys} FROM {orders} AS orders GROUP BY {keys}) AS buyers"
        f" LEFT JOIN {relation} USING ({keys})"
    )


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "orders": _ORDERS,
        "gaps": _GAPS,
        "costed": _plain(
            "costed",
            "a customer with lines that are no return and whose cost is known",
            "amount",
            "cost",
        ),
        "products": _plain("products", "a product that the customer bought", "spent"),
        "categories": _plain(
            "categories", "a category that the customer bought from", "spent"
        ),
        "channels": _plain(
            "channels", "a channel that the customer bought through", "spent"
        ),
        "events": Source(
            row="a type of event of the customer, or a customer who did nothing",
            columns={
                "age": _age("last_at"),
                "n_events": "n_events",
            },
            relation=_beside(
                f"(SELECT * FROM {{events}} AS e WHERE NOT ({_IS_SENT})) AS e"
            ),
            rollups={"events": (), "orders": ()},
        ),
        "responses": Source(
            row="a customer with what became of their campaigns",
            columns={"n_known": "n_known", "n_converted": "n_converted"},
            relation=_beside("{responses} AS responses"),
            rollups={"responses": (), "orders": ()},
        ),
    }
)
"""Every source by the name that `Feature.source` calls it."""

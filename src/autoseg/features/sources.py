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

from autoseg.features.eventkinds import kind_of
from autoseg.features.trillionths import entropy_term, in_trillionths

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LINE_COLUMNS", "SOURCES", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A relation with one or more rows a customer.

    In its SQL ``{as_of}`` stands for the day of analysis, ``{keys}`` for the columns
    that tell one customer from another (and, in a history, one day of analysis from
    another), ``{day}`` for those of them that tell days apart, each with a comma behind
    it, and a name of a roll-up or of a staged table in braces for that relation.

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
    dated : bool
        Whether its rows belong to a day; what does not is the same on every day of a
        history.
    """

    row: str
    columns: Mapping[str, str]
    relation: str
    rollups: Mapping[str, tuple[str, ...]]
    dated: bool = True


def _age(moment: str) -> str:
    return f"DATE_DIFF('day', CAST({moment} AS DATE), {{as_of}})"


def _if_purchase(value: str) -> str:
    return f"CASE WHEN amount > 0 THEN {value} END"


def _weekday(moment: str) -> str:
    """Return the day of the week from 0 on Monday; the first day of all was one."""
    day_number = f"DATE_DIFF('day', CAST('0001-01-01' AS DATE), CAST({moment} AS DATE))"
    return f"({day_number} % 7)"


LINE_COLUMNS = (
    "amount",
    "quantity",
    "product_id",
    "category",
    "channel",
    "discount",
    "cost",
)
"""Columns of the transactions that a feature over lines may read, with ``age``."""

_AGE = _age("ordered_at")
# beside the other columns and not a source of its own: orders are then read and summed
# up once; which of two purchases of one day comes first changes no gap
_GAP = (
    "DATE_DIFF('day', LAG(CAST(ordered_at AS DATE)) OVER"
    " (PARTITION BY {keys}, amount > 0 ORDER BY ordered_at),"
    " CAST(ordered_at AS DATE))"
)
_MONTH = "12 * EXTRACT(YEAR FROM ordered_at) + EXTRACT(MONTH FROM ordered_at) - 1"

_ORDERS = Source(
    row="an order, a return, or an order of value zero",
    columns={
        "age": _if_purchase(_AGE),
        "gap": _if_purchase(_GAP),
        "amount": "amount",
        "spent": _if_purchase("amount"),
        "returned": "CASE WHEN amount < 0 THEN -amount ELSE 0 END",
        # 0 is Monday; months are counted on from year to year, and hours from 0 to 23
        "weekday": _if_purchase(_weekday("ordered_at")),
        "hour": _if_purchase("EXTRACT(HOUR FROM ordered_at)"),
        "month": _if_purchase(_MONTH),
        "lines": _if_purchase("n_lines"),
        "units": _if_purchase("quantity"),
        "discount": _if_purchase("COALESCE(discount, 0)"),
    },
    relation="{orders} AS orders",
    rollups={"orders": ("amount",)},
)


def _tenths_at(tenths: int) -> str:
    """Return ten times what a purchase adds to a quantile between two of them.

    The quantile lies at ``tenths * (n - 1) / 10`` of the places 0 … n − 1. A purchase
    one place or more away adds nothing, and else the nearer the more, in whole
    tenths: so no engine has to round.
    """
    away = f"ABS(10 * place - {tenths} * (n - 1))"
    return f"CASE WHEN {away} < 10 THEN amount * (10 - {away}) ELSE 0 END"


_RANKED = Source(
    row="a purchase with its place among those of the customer, the smallest first",
    columns={"tenths_at_median": _tenths_at(5), "tenths_at_p90": _tenths_at(9)},
    relation=(
        "(SELECT {keys}, amount,"
        " ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY amount) - 1 AS place,"
        " COUNT(*) OVER (PARTITION BY {keys}) AS n"
        " FROM {orders} AS orders WHERE amount > 0) AS ranked"
    ),
    rollups={"orders": ("amount",)},
)

_SPREAD = Source(
    row="a category that the customer bought from",
    columns={"entropy": entropy_term("share")},
    relation=(
        "(SELECT {keys}, CAST(spent AS DOUBLE)"
        " / NULLIF(CAST(SUM(spent) OVER (PARTITION BY {keys}) AS DOUBLE), 0) AS share"
        " FROM {categories} AS categories) AS spread"
    ),
    rollups={"categories": ("spent",)},
)

# the prices in order, each with the number of lines up to it and in all
_PRICES = (
    "(SELECT {day}category, unit_price, n_lines,"
    " SUM(n_lines) OVER (PARTITION BY {day}category ORDER BY unit_price) AS n_until,"
    " SUM(n_lines) OVER (PARTITION BY {day}category) AS n FROM"
    " (SELECT {day}category, unit_price, SUM(n_lines) AS n_lines"
    " FROM {prices} AS prices JOIN"
    " (SELECT {keys} FROM {orders} AS orders GROUP BY {keys}"
    " HAVING SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) > 0) AS buyers"
    " USING ({keys}) GROUP BY {day}category, unit_price) AS prices) AS prices"
)


def _price_at(middle: str) -> str:
    """Return the price of the line at a place that is half of a number."""
    return (
        f"MAX(CASE WHEN 2 * (n_until - n_lines) <= {middle} AND {middle} < 2 * n_until"
        " THEN unit_price END)"
    )


_SUMMABLE = "usual < 1000000000000000"

_PRICED = Source(
    row="a category in which the customer paid a price for a number of units",
    columns={
        "paid": "priced",
        # in two parts, for one of both would not fit
        "usual_whole": f"CASE WHEN {_SUMMABLE} THEN CAST(FLOOR(usual) AS BIGINT) END",
        "usual_rest": (
            f"CASE WHEN {_SUMMABLE} THEN {in_trillionths('usual - FLOOR(usual)')} END"
        ),
    },
    # the unit price of a line is a share, so the median of two is their mean
    relation=(
        "(SELECT {keys}, priced, CAST(units AS DOUBLE) * median AS usual"
        " FROM {categories} AS categories JOIN"
        " (SELECT {day}category,"
        f" CAST({_price_at('n - 1')} + {_price_at('n')} AS DOUBLE)"
        " / NULLIF(CAST(2 AS DOUBLE), 0) AS median"
        f" FROM {_PRICES} GROUP BY {{day}}category) AS medians"
        " USING ({day}category) WHERE units > 0) AS priced"
    ),
    rollups={
        "categories": ("priced", "units"),
        "prices": ("n_lines",),
        "orders": ("amount",),
    },
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
        "costed": _plain(
            "costed",
            "a customer with lines that are no return and whose cost is known",
            "amount",
            "cost",
        ),
        "ranked": _RANKED,
        "products": Source(
            row="a product that the customer bought",
            columns={
                "product_id": "product_id",
                "spent": "spent",
                "again": (
                    "CASE WHEN CAST(first_at AS DATE) < CAST(last_at AS DATE)"
                    " THEN 1 ELSE 0 END"
                ),
            },
            relation="{products} AS products",
            rollups={"products": ()},
        ),
        "spread": _SPREAD,
        "priced": _PRICED,
        "categories": _plain(
            "categories",
            "a category that the customer bought from",
            "category",
            "spent",
        ),
        "channels": _plain(
            "channels", "a channel that the customer bought through", "channel", "spent"
        ),
        "devices": Source(
            row="a device of the customer, by type of event",
            columns={"device": "device", "kind": "kind", "n_events": "n_events"},
            relation=(
                f"(SELECT *, {kind_of('event_type')} AS kind FROM {{devices}} AS d)"
                " AS devices"
            ),
            rollups={"devices": ()},
        ),
        "events": Source(
            row="a type of event of the customer, or a customer without events",
            columns={
                "kind": "kind",
                "age": _age("last_at"),
                "n_events": "n_events",
            },
            relation=_beside(
                f"(SELECT *, {kind_of('event_type')} AS kind FROM {{events}} AS e) AS e"
            ),
            rollups={"events": (), "orders": ()},
        ),
        "responses": Source(
            row="a customer with what became of their campaigns",
            columns={"n_known": "n_known", "n_converted": "n_converted"},
            relation=_beside("{responses} AS responses"),
            rollups={"responses": (), "orders": ()},
        ),
        # no roll-up: for measures of a user's own that no roll-up can give
        "lines": Source(
            row="a row of the transactions",
            columns={
                "age": _age("timestamp"),
                **{name: name for name in LINE_COLUMNS},
            },
            relation="{lines}",
            rollups={},
        ),
        # its columns are those of the user's that features read
        "attributes": Source(
            row="a customer of the customers table",
            columns={},
            relation="{customers}",
            rollups={},
            dated=False,
        ),
    }
)
"""Every source by the name that `Feature.source` calls it."""

"""Roll-ups: staged rows summed up so that parts of them can be merged.

Every feature is computed from roll-ups and from nothing else. A roll-up of all rows
equals the merged roll-ups of any parts of the rows, to the last bit: its columns are
sums of decimals and whole numbers, and first and last moments. So one definition
serves a full run, a refresh that adds new rows to what was rolled up before, and a
history that rolls rows up once by period and merges the periods before each day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from autoseg.engines import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["ROLLUPS", "Rolled", "Rollup", "merge_parts", "roll_up"]

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rolled:
    """A column of a roll-up.

    Parameters
    ----------
    sql : str
        Aggregate over the rows of the staged table.
    merge : str
        Aggregate over the same column of several parts; ``{}`` stands for it.
    needs : str
        Optional column of the staged table that must be there; empty for none.
    given : tuple of str
        A column that, where the table has it, takes the place of ``sql``, and how.
    """

    sql: str
    merge: str
    needs: str = ""
    given: tuple[str, str] | None = None

    def over(self, columns: Collection[str]) -> str:
        """Return the aggregate over a table that has some optional columns.

        Parameters
        ----------
        columns : collection of str
            The optional columns that the table has.
        """
        if self.given is not None and self.given[0] in columns:
            return self.given[1]
        return self.sql


@dataclass(frozen=True, slots=True)
class Rollup:
    """A mergeable aggregate of one staged table.

    Parameters
    ----------
    table : str
        The staged table.
    row : str
        What one row is.
    columns : mapping of str to Rolled
        What is kept of the rows.
    keys : mapping of str to str
        SQL of each key beside the customer, over the staged table.
    where : str
        Which rows count; empty for all.
    moment : str
        The column that tells when a row happened.
    dated : bool
        Whether the table always has that column.
    needs : frozenset of str
        Optional columns of the table that must be there for any of it.
    """

    table: str
    row: str
    columns: Mapping[str, Rolled]
    keys: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    where: str = ""
    moment: str = "timestamp"
    dated: bool = True
    needs: frozenset[str] = frozenset()


def _money(sql: str, needs: str = "") -> Rolled:
    return Rolled(
        f"CAST(SUM({sql}) AS DECIMAL(38, 4))",
        "CAST(SUM({}) AS DECIMAL(38, 4))",
        needs,
    )


def _count(sql: str, needs: str = "") -> Rolled:
    return Rolled(f"CAST({sql} AS BIGINT)", "CAST(SUM({}) AS BIGINT)", needs)


def _first(sql: str) -> Rolled:
    return Rolled(f"MIN({sql})", "MIN({})")


def _last(sql: str) -> Rolled:
    return Rolled(f"MAX({sql})", "MAX({})")


_BOUGHT = "amount > 0 AND {} IS NOT NULL"

ROLLUPS: Mapping[str, Rollup] = MappingProxyType(
    {
        "orders": Rollup(
            table="transactions",
            row="an order, a return, or an order of value zero",
            keys={"order_id": "order_id"},
            columns={
                "ordered_at": _first("timestamp"),
                "amount": _money("amount"),
                "n_lines": Rolled(
                    "CAST(COUNT(*) AS BIGINT)",
                    "CAST(SUM({}) AS BIGINT)",
                    # rows that stand for several lines each
                    given=("n_lines", "CAST(SUM(n_lines) AS BIGINT)"),
                ),
                "quantity": _money("quantity", "quantity"),
                "discount": _money("discount", "discount"),
            },
        ),
        "products": Rollup(
            table="transactions",
            row="a product that the customer bought",
            keys={"product_id": "product_id"},
            columns={
                "spent": _money("amount"),
                "first_at": _first("timestamp"),
                "last_at": _last("timestamp"),
            },
            where=_BOUGHT.format("product_id"),
            needs=frozenset({"product_id"}),
        ),
        "categories": Rollup(
            table="transactions",
            row="a category that the customer bought from",
            keys={"category": "category"},
            columns={
                "spent": _money("amount"),
                "priced": _money("CASE WHEN quantity > 0 THEN amount END", "quantity"),
                "units": _money("CASE WHEN quantity > 0 THEN quantity END", "quantity"),
            },
            where=_BOUGHT.format("category"),
            needs=frozenset({"category"}),
        ),
        "channels": Rollup(
            table="transactions",
            row="a channel that the customer bought through",
            keys={"channel": "channel"},
            columns={"spent": _money("amount")},
            where=_BOUGHT.format("channel"),
            needs=frozenset({"channel"}),
        ),
        # by customer, so that the prices that others paid can be told from theirs
        "prices": Rollup(
            table="transactions",
            row="a unit price that the customer paid in a category",
            keys={
                "category": "category",
                "unit_price": (
                    "CAST(amount AS DOUBLE) / NULLIF(CAST(quantity AS DOUBLE), 0)"
                ),
            },
            columns={"n_lines": _count("COUNT(*)")},
            where=_BOUGHT.format("category") + " AND quantity > 0",
            needs=frozenset({"category", "quantity"}),
        ),
        # an order's cost would be the sum of only those lines that have one
        "costed": Rollup(
            table="transactions",
            row="a customer with lines that are no return and whose cost is known",
            columns={"amount": _money("amount"), "cost": _money("cost")},
            where="amount >= 0 AND cost IS NOT NULL",
            needs=frozenset({"cost"}),
        ),
        "events": Rollup(
            table="events",
            row="a type of event of the customer",
            keys={"event_type": "event_type"},
            columns={"n_events": _count("COUNT(*)"), "last_at": _last("timestamp")},
        ),
        "devices": Rollup(
            table="events",
            row="a device of the customer, by type of event",
            keys={"event_type": "event_type", "device": "device"},
            columns={"n_events": _count("COUNT(*)")},
            where="device IS NOT NULL",
            needs=frozenset({"device"}),
        ),
        "responses": Rollup(
            table="responses",
            row="a customer who was in a campaign",
            columns={
                "n_known": _count("COUNT(converted)"),
                "n_converted": _count("SUM(CASE WHEN converted THEN 1 ELSE 0 END)"),
            },
            moment="exposed_at",
            dated=False,
        ),
    }
)
"""Every roll-up by name."""


def roll_up(
    rollup: Rollup,
    relation: str,
    wanted: Collection[str],
    *,
    columns: Collection[str] = (),
    keys: Sequence[str] = (),
) -> str:
    """Return the query that rolls staged rows up.

    Parameters
    ----------
    rollup : Rollup
        What is kept.
    relation : str
        The staged table, as SQL that may stand after FROM.
    wanted : collection of str
        Which of the roll-up's columns.
    columns : collection of str
        The optional columns that the table has.
    keys : sequence of str
        Further keys: columns of the table.

    Examples
    --------
    >>> print(roll_up(ROLLUPS["channels"], "transactions", ["spent"]))
    SELECT customer_id, channel,
      CAST(SUM(amount) AS DECIMAL(38, 4)) AS "spent"
    FROM transactions
    WHERE amount > 0 AND channel IS NOT NULL
    GROUP BY customer_id, channel
    """
    grouped = {"customer_id": "customer_id"}
    grouped |= {key: key for key in keys} | dict(rollup.keys)
    named = [
        name if sql == name else f"{sql} AS {name}" for name, sql in grouped.items()
    ]
    summed = [
        f"{column.over(columns)} AS {quote(name)}"
        for name, column in rollup.columns.items()
        if name in wanted
    ]
    where = f"WHERE {rollup.where}\n" if rollup.where else ""
    return (
        f"SELECT {', '.join(named)}{_list(summed)}\n"
        f"FROM {relation}\n{where}"
        f"GROUP BY {', '.join(grouped.values())}"
    )


def merge_parts(
    rollup: Rollup,
    relation: str,
    wanted: Collection[str],
    *,
    keys: Sequence[str] = (),
) -> str:
    """Return the query that merges parts of a roll-up into one.

    Parameters
    ----------
    rollup : Rollup
        What is kept.
    relation : str
        The rows of all parts, as SQL that may stand after FROM.
    wanted : collection of str
        Which of the roll-up's columns.
    keys : sequence of str
        Further keys: columns of the relation.

    Examples
    --------
    >>> print(merge_parts(ROLLUPS["channels"], "parts", ["spent"]))
    SELECT customer_id, channel,
      CAST(SUM("spent") AS DECIMAL(38, 4)) AS "spent"
    FROM parts
    GROUP BY customer_id, channel
    """
    grouped = ", ".join(["customer_id", *keys, *rollup.keys])
    columns = [
        f"{column.merge.format(quote(name))} AS {quote(name)}"
        for name, column in rollup.columns.items()
        if name in wanted
    ]
    return f"SELECT {grouped}{_list(columns)}\nFROM {relation}\nGROUP BY {grouped}"


def _list(columns: Sequence[str]) -> str:
    return "".join(f",\n  {column}" for column in columns)

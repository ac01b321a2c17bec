"""One SQL statement from the features that were asked for, and no others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from autoseg.engines import quote
from autoseg.features.rollups import ROLLUPS, merge_parts, roll_up
from autoseg.features.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.features.feature import Feature
    from autoseg.features.periods import Periods
    from autoseg.features.rollups import Rollup

__all__ = ["DAY", "REVENUE", "Relations", "needed_columns", "write_query"]

REVENUE = "revenue"
"""Name of the column with the exact net revenue, in 1/10,000 of the currency's unit."""

DAY = "as_of"
"""Name of the column with the day of analysis, where a query has several."""

# the sum of DECIMAL(18, 4) may be too wide to multiply, so it is narrowed first; a
# net revenue that does not fit in 64 bits is an error of the engine, never a wrong sum
_REVENUE_SQL = "CAST(CAST(SUM(amount) AS DECIMAL(23, 4)) * 10000 AS BIGINT)"
# a customer is who bought; others may have rows in roll-ups
_PURCHASES = "SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) > 0"
_PART = "part"


def _at_hand() -> Mapping[str, str]:
    return MappingProxyType({"orders": "orders"})


@dataclass(frozen=True, slots=True)
class Relations:
    """Where the rows are that a query reads, as SQL that may stand after FROM.

    Parameters
    ----------
    tables : mapping of str to str
        Staged tables that go by another name.
    rolled : mapping of str to str
        Roll-ups that are at hand and need no rolling up; the staged orders are one.
    columns : frozenset of str
        Optional columns that the staged transactions and events have.
    """

    tables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rolled: Mapping[str, str] = field(default_factory=_at_hand)
    columns: frozenset[str] = frozenset()


def write_query(
    features: Sequence[Feature],
    as_of: date | Periods | str,
    relations: Relations | None = None,
) -> str:
    """Return the statement that computes features, in DuckDB's dialect.

    Parameters
    ----------
    features : sequence of Feature
        What to compute; the columns come out in this order.
    as_of : datetime.date, Periods or str
        The day of analysis, from which ages count back; or several of them; or SQL of
        the day.
    relations : Relations, optional
        Where the rows are; by default under the names of the staged tables.

    Returns
    -------
    str
        A query with the columns ``customer_id``, `REVENUE`, then the features, one
        row a customer, in no order; with several days of analysis `DAY` comes first
        and there is one row a customer and day. Each source that a feature reads is
        one common table expression; sources that nobody reads are not there.

    Examples
    --------
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE
    >>> print(write_query([CATALOGUE["recency_days"]], date(2012, 1, 1)))
    WITH "by_orders" AS (
      SELECT customer_id,
        CAST(CAST(SUM(amount) AS DECIMAL(23, 4)) * 10000 AS BIGINT) AS "revenue",
        CAST(MIN(age) AS DOUBLE) AS "recency_days"
      FROM (
        SELECT customer_id,
          CASE WHEN amount > 0 THEN DATE_DIFF('day', CAST(ordered_at AS DATE), \
CAST('2012-01-01' AS DATE)) END AS "age",
          amount AS "amount"
        FROM orders AS orders
      ) AS "of_orders"
      GROUP BY customer_id
      HAVING SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) > 0
    )
    SELECT "by_orders".customer_id, "by_orders"."revenue", "by_orders"."recency_days"
    FROM "by_orders"
    """
    return _Writer(features, as_of, relations or Relations()).write()


def needed_columns(features: Sequence[Feature]) -> dict[str, set[str]]:
    """Return which columns of which roll-ups features read, with those of the revenue.

    Parameters
    ----------
    features : sequence of Feature
        What to compute.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> needed_columns([CATALOGUE["distinct_channels"]])
    {'orders': {'amount'}, 'channels': set()}
    """
    return _Writer(features, date.min, Relations()).needed()


class _Writer:
    """The statement on its way: which roll-ups and sources it needs, and their SQL."""

    def __init__(
        self,
        features: Sequence[Feature],
        as_of: date | Periods | str,
        relations: Relations,
    ) -> None:
        from autoseg.features.periods import Periods

        self._features = features
        self._relations = relations
        self._periods = as_of if isinstance(as_of, Periods) else None
        self._keys: tuple[str, ...] = ("customer_id",)
        if isinstance(as_of, Periods):
            self._keys = (DAY, "customer_id")
            self._as_of = DAY
        elif isinstance(as_of, str):
            self._as_of = as_of
        else:
            self._as_of = f"CAST('{as_of.isoformat()}' AS DATE)"
        self._aggregates: dict[str, dict[str, str]] = {
            "orders": {REVENUE: _REVENUE_SQL}
        }
        for feature in features:
            self._aggregates.setdefault(feature.source, {})[feature.name] = feature.sql
        self._read = {
            source: _columns(*wanted.values())
            for source, wanted in self._aggregates.items()
        }

    def write(self) -> str:
        expressions = [
            *self._rolled(),
            *(
                (f"by_{source}", self._per_customer(source, wanted))
                for source, wanted in self._aggregates.items()
            ),
        ]
        parts = [] if self._periods is None else [f"periods AS ({self._periods.sql})"]
        for name, sql in expressions:
            # what is read once goes on to its only reader as it comes: to store it in
            # between takes half as much memory again
            readers = sum(other.count(quote(name)) for _, other in expressions)
            how = "AS MATERIALIZED" if readers > 1 else "AS"
            parts.append(f"{quote(name)} {how} (\n{_indent(sql)}\n)")
        first = quote("by_orders")
        columns = [f"{first}.{key}" for key in self._keys]
        columns.append(f"{first}.{quote(REVENUE)}")
        columns += [
            f"{quote(f'by_{feature.source}')}.{quote(feature.name)}"
            for feature in self._features
        ]
        joins = "".join(
            f"\nLEFT JOIN {quote(f'by_{source}')} ON "
            + " AND ".join(
                f"{quote(f'by_{source}')}.{key} = {first}.{key}"
                for key in self._keys_of(source)
            )
            for source in self._aggregates
            if source != "orders"
        )
        return (
            f"WITH {', '.join(parts)}\nSELECT {', '.join(columns)}\nFROM {first}{joins}"
        )

    def _rolled(self) -> list[tuple[str, str]]:
        """Return the roll-ups that have to be made, and their queries."""
        made = []
        for name, wanted in self.needed().items():
            rollup = ROLLUPS[name]
            table = self._relations.tables.get(rollup.table, rollup.table)
            columns = self._relations.columns
            if self._periods is not None:
                part = self._part(rollup, self._periods)
                table = f"(SELECT *, {part} AS {_PART} FROM {table}) AS dated"
                parts = roll_up(rollup, table, wanted, columns=columns, keys=(_PART,))
                within = (
                    f"{quote(f'parts_{name}')} AS parts JOIN periods"
                    f" ON {_PART} >= first_part AND {_PART} < end_part"
                )
                merged = merge_parts(rollup, within, wanted, keys=(DAY,))
                made += [(f"parts_{name}", parts), (f"rolled_{name}", merged)]
            elif name not in self._relations.rolled:
                rolled = roll_up(rollup, table, wanted, columns=columns)
                made.append((f"rolled_{name}", rolled))
        return made

    def _part(self, rollup: Rollup, periods: Periods) -> str:
        """Return SQL of the part of the time that a row belongs to."""
        if rollup.dated or rollup.moment in self._relations.columns:
            return periods.part(rollup.moment)
        # nobody knows when: it is there from the beginning
        return "0"

    def needed(self) -> dict[str, set[str]]:
        """Return which columns of which roll-ups the sources read."""
        needed: dict[str, set[str]] = {}
        for source_name, read in self._read.items():
            source = SOURCES[source_name]
            inner = _columns(
                *(
                    sql.format_map(_BLANK)
                    for name, sql in source.columns.items()
                    if name in read
                )
            )
            for rollup, always in source.rollups.items():
                wanted = needed.setdefault(rollup, set())
                wanted.update(always)
                wanted.update(inner & ROLLUPS[rollup].columns.keys())
        return needed

    def _per_customer(self, name: str, aggregates: Mapping[str, str]) -> str:
        """Return the query that takes the rows of one source to customers."""
        source = SOURCES[name]
        keys = ", ".join(self._keys_of(name))
        given = source.columns or {column: column for column in self._attributes()}
        columns = "".join(
            f",\n    {sql} AS {quote(column)}"
            for column, sql in given.items()
            if column in self._read[name]
        )
        rows = f"  SELECT {{keys}}{columns}\n  FROM {source.relation}\n"
        selected = "".join(
            f",\n  {sql} AS {quote(feature)}" for feature, sql in aggregates.items()
        )
        having = f"\nHAVING {_PURCHASES}" if name == "orders" else ""
        return (
            f"SELECT {keys}{selected}\nFROM (\n"
            + rows.format_map(self._names() | {"keys": keys})
            + f") AS {quote(f'of_{name}')}\nGROUP BY {keys}{having}"
        )

    def _keys_of(self, source: str) -> tuple[str, ...]:
        return self._keys if SOURCES[source].dated else ("customer_id",)

    def _attributes(self) -> dict[str, str]:
        """Return the columns of the customers that are read, and the user's names."""
        return {
            column: feature.label
            for feature in self._features
            if feature.source == "attributes"
            for column in sorted(_columns(feature.sql))
        }

    def _lines(self) -> str:
        """Return the transactions, on each day of analysis those that it sees."""
        table = self._relations.tables.get("transactions", "transactions")
        if self._periods is None:
            return f"(SELECT * FROM {table}) AS lines"
        part = self._periods.part("timestamp")
        return (
            f"(SELECT {DAY}, dated.* FROM (SELECT *, {part} AS {_PART} FROM {table})"
            f" AS dated JOIN periods ON {_PART} >= first_part AND {_PART} < end_part)"
            " AS lines"
        )

    def _names(self) -> dict[str, str]:
        """Return what stands for the names in braces."""
        customers = self._relations.tables.get("customers", "customers")
        own = "".join(
            f", CAST({quote(name)} AS VARCHAR) AS {quote(column)}"
            for column, name in self._attributes().items()
        )
        rolled = {name: quote(f"rolled_{name}") for name in ROLLUPS}
        if self._periods is None:
            rolled |= self._relations.rolled
        return {
            **rolled,
            "customers": f"(SELECT customer_id{own} FROM {customers}) AS attributes",
            "lines": self._lines(),
            "as_of": self._as_of,
            "keys": ", ".join(self._keys),
            "day": "".join(f"{key}, " for key in self._keys[:-1]),
        }


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "CAST(NULL AS DATE)"


_BLANK = _Blank()


def _columns(*expressions: str) -> set[str]:
    return {
        column.name
        for sql in expressions
        for column in parse_one(sql, read="duckdb").find_all(exp.Column)
    }


def _indent(sql: str) -> str:
    """Return SQL moved to the right, but for lines within a name or a text."""
    inside = ""
    letters = ["  "]
    for letter in sql:
        letters.append(letter)
        if inside:
            # a doubled mark ends and begins it again
            inside = "" if letter == inside else inside
        elif letter in "'\"":
            inside = letter
        elif letter == "\n":
            letters.append("  ")
    return "".join(letters)

"""Features as one statement over an order table that stays where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from sqlglot import ErrorLevel, exp, parse_one

from autoseg.features.catalogue import CATALOGUE
from autoseg.features.compute import choose
from autoseg.features.query import Relations, write_query
from autoseg.features.tablenames import find_warehouse, table_parts
from autoseg.tables import ROLES
from autoseg.tables.findings import Findings
from autoseg.tables.mapping import check_targets, read_mapping
from autoseg.tables.reasons import FIRST_PLAUSIBLE, LAST_PLAUSIBLE
from autoseg.tables.settings import read_settings
from autoseg.tables.transactions import STAGED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from autoseg.features.feature import Feature
    from autoseg.features.warehouses import Warehouse
    from autoseg.tables.settings import Settings

__all__ = ["OrderTable", "features_sql", "read_orders"]

_REQUIRED = ("customer_id", "timestamp", "amount")
_TEXTS = frozenset({"order_id", "product_id", "category", "channel"})
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_LAST_DAY = "(SELECT day FROM last_day)"


def features_sql(
    dialect: str,
    *,
    table: str,
    columns: Mapping[str, str] | str | Path | None = None,
    features: Sequence[str | Feature] | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
) -> str:
    """Return one SELECT that computes features where the orders are.

    The statement reads a table of orders or order lines with typed columns, leaves out
    the rows that `autoseg.stage` would leave out by themselves (no customer, no time,
    no amount, outside of the window), and gives one row a customer who has bought,
    with the numbers of `autoseg.compute_features`. Nothing is sent anywhere.

    Parameters
    ----------
    dialect : {"bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark"}
        What it is written for. What is written for DuckDB, PostgreSQL and Spark has
        been run there by the tests of this package; the others have not been run.
    table : str
        The table as the database lists it, such as ``"shop.orders"``; a part with a
        dot stands in quotes. For Snowflake small letters mean a name without quotes.
    columns : mapping of str to str or path, optional
        Our name of a column to yours; without it ``customer_id``, ``timestamp`` and
        ``amount`` are called so. Optional columns are used only where they are named
        here. ``quantity`` and ``unit_price`` may stand for the amount. Or a TOML file
        that holds the same.
    features : sequence of str or Feature, optional
        Names of catalogue entries, or measures of your own; by default every entry that
        these columns carry, but those that need a time of day.
    as_of : datetime.date or str, optional
        The day that is looked back from; by default the day after the last row.
    since : datetime.date or str, optional
        First day that is used.
    timezone : str, optional
        The business's time zone, where the times are instants with an offset.
    currency : str, optional
        ISO code. Where `columns` names a column of currencies, only its rows are used.

    Returns
    -------
    str
        The statement, with a comment that says what it is. Its columns are
        ``customer_id``, ``revenue`` (net, in 1/10,000 of the currency's unit), then the
        features; NULL where a customer lacks one.

    Raises
    ------
    autoseg.errors.InputError
        If a setting, a name or a feature cannot be used.

    Examples
    --------
    >>> sql = features_sql(
    ...     "snowflake", table="shop.orders", features=["recency_days", "monetary"],
    ...     as_of="2024-04-01",
    ... )
    >>> print(sql.splitlines()[0][:55])
    -- Features of customers, one row each, written by auto
    """
    orders = read_orders(
        dialect,
        table=table,
        columns=columns,
        as_of=as_of,
        since=since,
        timezone=timezone,
        currency=currency,
    )
    steps, select = orders.query(_choose(orders.mapping, features))
    return f"{_header(orders.warehouse, orders.settings)}WITH {steps}\n{select}\n"


@dataclass(frozen=True, slots=True)
class OrderTable:
    """A table of orders that stays where it is, and how it is read.

    Parameters
    ----------
    warehouse : Warehouse
        The database.
    name : str
        The table, as SQL that may stand after FROM.
    mapping : mapping of str to str
        Our name of each column that is there to its own.
    settings : Settings
        Bounds, time zone and currency.
    """

    warehouse: Warehouse
    name: str
    mapping: Mapping[str, str]
    settings: Settings

    def query(self, features: Sequence[Feature]) -> tuple[str, str]:
        """Return the common table expressions of some features, and what they give.

        Parameters
        ----------
        features : sequence of Feature
            Features that these columns carry.

        Returns
        -------
        steps, select : str
            What stands after WITH, and the SELECT behind it.
        """
        typed = _typed(self.warehouse, self.name, self.mapping, self.settings)
        steps, select = _write(self.warehouse, self.mapping, self.settings, features)
        return f"typed AS (\n{typed}\n),\n{steps}", select


def read_orders(
    dialect: str,
    *,
    table: str,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
) -> OrderTable:
    """Return a table of orders that was named, checked; see `features_sql`.

    Raises
    ------
    autoseg.errors.InputError
        If a setting or a name cannot be used.
    """
    findings = Findings()
    warehouse = find_warehouse(dialect, findings)
    mapping = _read_columns(columns, findings)
    settings = read_settings(
        findings, as_of=as_of, since=since, timezone=timezone, currency=currency
    )
    parts = table_parts(table, findings)
    if "currency" in mapping and settings.currency is None:
        findings.error(
            "ASG_E_CURRENCY",
            "currency",
            "there is a column of currencies and no currency is given",
            "give the one whose rows are to be used",
        )
    findings.raise_errors()
    name = ".".join(map(warehouse.name, parts))
    return OrderTable(warehouse, name, mapping, settings)


def _read_columns(
    columns: Mapping[str, str] | str | Path | None, findings: Findings
) -> dict[str, str]:
    """Return the user's names of the columns that are there, by ours."""
    mapping = read_mapping(columns, findings)
    check_targets(mapping, findings)
    known = {column.name for column in ROLES["transactions"]}
    ours_only = {
        ours.removeprefix("transactions."): yours for ours, yours in mapping.items()
    }
    given = {ours: yours for ours, yours in ours_only.items() if ours in known}
    instead = {"quantity", "unit_price"} <= given.keys() and "amount" not in given
    for ours in _REQUIRED:
        if ours not in given and not (instead and ours == "amount"):
            given[ours] = ours
    return given


def _choose(
    mapping: Mapping[str, str], features: Sequence[str | Feature] | None
) -> tuple[Feature, ...]:
    there = frozenset(mapping) - frozenset(_REQUIRED)
    if features is None:
        # whether there are times of day nobody knows here
        return tuple(one for one in CATALOGUE.values() if one.needs <= there)
    return choose(features, CATALOGUE, there | {"time_of_day"})


def _typed(
    warehouse: Warehouse, table: str, mapping: Mapping[str, str], settings: Settings
) -> str:
    """Return the query of the columns as they are read, in the dialect."""
    own = {ours: warehouse.name(yours) for ours, yours in mapping.items()}
    read = {
        "customer_id": warehouse.trimmed(own["customer_id"]),
        "timestamp": warehouse.local(own["timestamp"], settings.timezone),
    }
    if "amount" in own:
        read["amount"] = warehouse.exact(own["amount"])
    else:
        factors = [warehouse.exact(own[one]) for one in ("quantity", "unit_price")]
        read["amount"] = warehouse.exact(f"({' * '.join(factors)})")
    for name in STAGED:
        if name not in own:
            continue
        sql = own[name]
        read[name] = warehouse.trimmed(sql) if name in _TEXTS else warehouse.exact(sql)
    if "currency" in own:
        read["currency"] = f"UPPER({warehouse.trimmed(own['currency'])})"
    listed = ",\n".join(f"    {sql} AS {name}" for name, sql in read.items())
    return f"  SELECT\n{listed}\n  FROM {table}"


def _write(
    warehouse: Warehouse,
    mapping: Mapping[str, str],
    settings: Settings,
    features: Sequence[Feature],
) -> tuple[str, str]:
    """Return what follows the typed rows, in the dialect: steps, and the SELECT."""
    columns = [name for name in STAGED if name in mapping]
    relations = Relations(
        tables={"transactions": "lines"}, rolled={}, columns=frozenset(columns)
    )
    as_of = settings.as_of or _LAST_DAY
    query = write_query(features, as_of, relations)
    before = f"WITH lines AS ({_lines(columns, mapping, settings)}), "
    if settings.as_of is None:
        before += (
            "last_day AS (SELECT MAX(CAST(timestamp AS DATE)) + 1 AS day FROM lines), "
        )
    tree = parse_one(before + query.removeprefix("WITH "), read="duckdb")
    if not warehouse.materializes:
        for expression in tree.find_all(exp.CTE):
            expression.set("materialized", None)
    for identifier in tree.find_all(exp.Identifier):
        # they are all ours; in quotes some databases would keep their small letters
        if _PLAIN.fullmatch(identifier.name):
            identifier.set("quoted", False)

    # where nulls stand does not matter: no order is over a column that has any
    def written(part: exp.Expr) -> str:
        text: str = part.sql(
            dialect=warehouse.dialect, pretty=True, unsupported_level=ErrorLevel.IGNORE
        )
        return text

    before_select = next(tree.find_all(exp.With))
    steps = ", ".join(map(written, before_select.expressions))
    before_select.pop()
    return steps, written(tree)


def _lines(
    columns: Sequence[str], mapping: Mapping[str, str], settings: Settings
) -> str:
    """Return the query of the rows that are used, in DuckDB's dialect."""
    others = [name for name in columns if name != "order_id"]
    given = "order_id" if "order_id" in columns else "NULL"
    content = ", ".join(["timestamp", "amount", *others])
    missing = "CASE WHEN order_id IS NULL THEN 1 ELSE 0 END"
    within = "customer_id" + (f", {missing}" if "order_id" in columns else "")
    # a row without an order is an order of its own
    number = f"ROW_NUMBER() OVER (PARTITION BY {within} ORDER BY {content})"
    order = f"customer_id || '#' || CAST({number} AS VARCHAR)"
    if "order_id" in columns:
        order = f"COALESCE({given}, {order})"
    listed = "".join(f", {name}" for name in others)
    return (
        f"SELECT customer_id, {order} AS order_id, timestamp, amount{listed}"
        f" FROM typed WHERE {' AND '.join(_conditions(mapping, settings))}"
    )


def _conditions(mapping: Mapping[str, str], settings: Settings) -> list[str]:
    conditions = [
        "NOT customer_id IS NULL",
        f"ABS(amount) <= {settings.max_amount:f}",
        f"timestamp >= {_day(f'{FIRST_PLAUSIBLE}-01-01')}",
        f"timestamp < {_day(f'{LAST_PLAUSIBLE + 1}-01-01')}",
    ]
    if settings.since is not None:
        conditions.append(f"timestamp >= {_day(settings.since.isoformat())}")
    if settings.as_of is not None:
        conditions.append(f"timestamp < {_day(settings.as_of.isoformat())}")
    if "currency" in mapping:
        conditions.append(
            f"COALESCE(currency, '{settings.currency}') = '{settings.currency}'"
        )
    return conditions


def _day(day: str) -> str:
    return f"CAST('{day}' AS DATE)"


def _header(warehouse: Warehouse, settings: Settings) -> str:
    """Return the comment that says what the statement is."""
    lines = [
        "Features of customers, one row each, written by autoseg-customers"
        f" {version('autoseg-customers')} for {warehouse.dialect}.",
        "Looked at from the start of"
        f" {settings.as_of or 'the day after the last row'};"
        f" rows from {settings.since or 'the first one'} on."
        + (f" Amounts in {settings.currency}." if settings.currency else ""),
        "Left out: rows without a customer, a time or an amount, or outside of the"
        " window; customers who never bought.",
        "revenue is in 1/10,000 of the currency's unit; NULL is a feature that a"
        " customer lacks.",
    ]
    if not warehouse.executed:
        lines.append(
            f"This SQL has never been executed on {warehouse.dialect}: compare a few"
            " customers before you rely on it."
        )
    return "".join(f"-- {line}\n" for line in lines)

"""What staging hands on: the staged tables and the account of the cleaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from autoseg.engines import DuckDBEngine, Engine
    from autoseg.errors import Finding

__all__ = ["CleaningLog", "ColumnMapping", "StagedSummaries", "StagedTables"]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which of the user's columns became which canonical column.

    Parameters
    ----------
    role : str
        The table that the column belongs to, such as ``"transactions"``.
    canonical : str
        The name that every later stage uses.
    source : str
        The user's own name, or two of them such as ``quantity × unit_price`` where
        the column was worked out from two.

    Examples
    --------
    >>> str(ColumnMapping("transactions", "timestamp", "Ordredato"))
    'transactions.timestamp ← Ordredato'
    """

    role: str
    canonical: str
    source: str

    def __str__(self) -> str:
        """Return the mapping as one line."""
        return f"{self.role}.{self.canonical} ← {self.source}"


@dataclass(frozen=True, slots=True)
class CleaningLog:
    """What came in, what was used and what was dropped, exact to the last digit.

    ``rows_in == rows_used + sum(dropped_rows.values())`` and
    ``revenue_in == revenue_used + sum(dropped_revenue.values())``, always.

    Parameters
    ----------
    rows_in, rows_used : int
        Rows of the transactions as they came, and as they are staged.
    dropped_rows : mapping of str to int
        Reason to number of rows; only reasons that occurred, in the order in
        which they are looked for. A row is counted under its first reason.
    revenue_in, revenue_used : decimal.Decimal
        Sums of the amounts, in currency units with four decimals. A row whose
        amount cannot be read counts as nothing.
    dropped_revenue : mapping of str to decimal.Decimal
        Reason to net revenue of the rows dropped for it; same keys.
    n_customers : int
        Customers with at least one purchase in the window.
    n_orders, n_returns, n_zero_orders : int
        Orders of those customers with a net amount above, below and equal to 0.
    returns_revenue : decimal.Decimal
        Sum of the amounts of the returns; zero or negative.
    findings : tuple of Finding
        Warnings of all tables with their counts. They name no rows, so that
        the log does not depend on the order of the rows; the warnings that
        `stage` gives do.
    n_customers_without_value : int
        How many of the customers gave back as much as they bought, or more, so that
        their amounts add up to zero or less. They are kept.
    n_negative_rows, n_zero_rows : int
        How many of all rows that came in have an amount below zero, and of zero,
        whether they are used or not.
    n_duplicate_rows : int
        How many of all rows that came in repeat another row in every column, the
        first of each kind not counted, whether they are used or not.
    """

    rows_in: int
    rows_used: int
    dropped_rows: Mapping[str, int]
    revenue_in: Decimal
    revenue_used: Decimal
    dropped_revenue: Mapping[str, Decimal]
    n_customers: int
    n_orders: int
    n_returns: int
    n_zero_orders: int
    returns_revenue: Decimal
    findings: tuple[Finding, ...]
    n_customers_without_value: int = 0
    n_negative_rows: int = 0
    n_zero_rows: int = 0
    n_duplicate_rows: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the log as plain data, fit for JSON; revenue as exact text."""
        return {
            "rows_in": self.rows_in,
            "rows_used": self.rows_used,
            "dropped_rows": dict(self.dropped_rows),
            "revenue_in": str(self.revenue_in),
            "revenue_used": str(self.revenue_used),
            "dropped_revenue": {
                reason: str(revenue) for reason, revenue in self.dropped_revenue.items()
            },
            "n_customers": self.n_customers,
            "n_orders": self.n_orders,
            "n_returns": self.n_returns,
            "n_zero_orders": self.n_zero_orders,
            "returns_revenue": str(self.returns_revenue),
            "n_customers_without_value": self.n_customers_without_value,
            "n_negative_rows": self.n_negative_rows,
            "n_zero_rows": self.n_zero_rows,
            "n_duplicate_rows": self.n_duplicate_rows,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class StagedTables:
    """The cleaned tables inside an engine, under canonical names.

    Parameters
    ----------
    engine : Engine
        Holds the tables ``transactions`` and ``orders`` and, where given,
        ``customers``, ``events`` and ``responses``; and ``without_purchase``, the
        transactions of customers who have no purchase by the day of analysis; where it
        was asked for, ``earlier`` with the ids of customers from before the first day.
    columns : frozenset of str
        Optional canonical columns that the transactions have.
    tables : frozenset of str
        Which of the four tables were given.
    mapping : tuple of ColumnMapping
        The user's columns that are used, table by table.
    log : CleaningLog
        What was used and what was dropped.
    first_day, last_day : datetime.date
        Days of the first and the last row that is used.
    as_of : datetime.date
        Day that the customers are looked at from; exclusive upper bound, so
        rows at or after its midnight are not used.
    currency : str or None
        ISO 4217 code where it is known.
    findings : tuple of Finding
        The warnings of the log, with the numbers of example rows.
    relations : mapping of str to str
        Tables that go by another name in the engine, as SQL that may stand after FROM.
    has_time : bool
        Whether any used row has a time of day other than midnight.
    companion_columns : mapping of str to frozenset of str
        Optional columns of the other tables, by table; of the customers all but the
        id, under the user's own names.
    staging : int
        Which staging of the engine made them; 0 where an engine holds only one.
    sensitive : frozenset of str
        Attributes that the user has allowed although they are of a special category;
        nothing is said of them.
    """

    engine: Engine
    columns: frozenset[str]
    tables: frozenset[str]
    mapping: tuple[ColumnMapping, ...]
    log: CleaningLog
    first_day: date
    last_day: date
    as_of: date
    currency: str | None
    findings: tuple[Finding, ...] = ()
    relations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    has_time: bool = False
    companion_columns: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    staging: int = 0
    sensitive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StagedSummaries:
    """Customers that came summed up, one row each, under canonical names.

    Parameters
    ----------
    engine : DuckDBEngine
        Holds the table ``summaries`` and, where given, ``customers``.
    columns : frozenset of str
        Which of ``tenure_days`` and ``average_order_value`` the customers have.
    tables : frozenset of str
        Which tables were given.
    mapping : tuple of ColumnMapping
        The user's columns that are used.
    log : CleaningLog
        What was used and what was dropped; a row is a customer, and revenue is what
        they spent in all.
    first_day, last_day : datetime.date or None
        Days of the first and the last purchase; None where they cannot be told.
    as_of : datetime.date or None
        Day that the customers are looked at from, where it was given.
    currency : str or None
        ISO 4217 code where it is known.
    findings : tuple of Finding
        The warnings with row numbers.
    """

    engine: DuckDBEngine
    columns: frozenset[str]
    tables: frozenset[str]
    mapping: tuple[ColumnMapping, ...]
    log: CleaningLog
    first_day: date | None
    last_day: date | None
    as_of: date | None
    currency: str | None
    findings: tuple[Finding, ...] = ()

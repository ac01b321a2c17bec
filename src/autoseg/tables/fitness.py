"""Whether staged tables can carry a segmentation: how much there is, and of when."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from autoseg.tables.findings import Findings
from autoseg.tables.inplace.translated import in_duckdbs_words
from autoseg.tables.lint import lint_attributes, lint_transactions
from autoseg.tables.sensitive import check_traits
from autoseg.tables.settings import give
from autoseg.tables.staged import StagedTables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.errors import Finding
    from autoseg.tables.staged import StagedSummaries

__all__ = ["FITNESS_CODES", "check_fitness"]

FITNESS_CODES = frozenset(
    f"ASG_W_{name}"
    for name in (
        "COLUMN_LEAKS",
        "COLUMN_LIKE_ID",
        "CONSTANT_COLUMN",
        "EMPTY_COLUMN",
        "FEW_CUSTOMERS",
        "FEW_REPEATS",
        "PERIOD_CUT",
        "PERSONAL_TRAIT",
        "REPEATED_COLUMN",
        "SEASON_NOT_COVERED",
        "SHORT_HISTORY",
        "STALE",
    )
)
"""The codes of what is told of data that were read well and may carry too little."""

# below these, segments found by others' tools were seen to be of little use
_ENOUGH_CUSTOMERS = 500
_ENOUGH_DAYS = 180
_FRESH_DAYS = 30
_REPEATS = 3
_YEAR_DAYS = 365
# the same weekday this many times tells when a day usually ends
_ENOUGH_WEEKDAYS = 8
_MOST_WEEKDAYS = 52
_EARLY_SECONDS = 2 * 3600
_DAY_SECONDS = 24 * 3600
# a shop may be closed so long, as over Christmas, without a month being cut
_CLOSED_DAYS = 7


@dataclass(frozen=True, slots=True)
class _Day:
    """A day with orders: when the last one was, in seconds, and how many there are."""

    day: date
    end: int
    n_orders: int


def check_fitness(staged: StagedTables | StagedSummaries) -> tuple[Finding, ...]:
    """Return what speaks against a segmentation of these tables, before any fit.

    Nothing here refuses: with too few customers for the arithmetic the clustering
    does. The findings depend neither on the order of rows nor on threads.

    Parameters
    ----------
    staged : StagedTables or StagedSummaries
        Tables that were staged. Of customers that came summed up less can be told.

    Returns
    -------
    tuple of Finding
        Warnings, with figures.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.tables import stage
    >>> orders = pd.DataFrame({"customer_id": ["a"], "date": ["2024-03-01"],
    ...                        "amount": [10]})
    >>> with DuckDBEngine() as engine, warnings.catch_warnings(action="ignore"):
    ...     found = check_fitness(stage(engine, orders))
    >>> found[0].found
    '1 customer has bought; below 500, segments are rarely ones to build on'
    """
    findings = Findings()
    if isinstance(staged, StagedTables):
        staged = in_duckdbs_words(staged)
    _check_customers(staged, findings)
    _check_repeats(staged, findings)
    if isinstance(staged, StagedTables):
        _check_period(staged, findings)
        _check_cut(_days(staged), findings)
        lint_transactions(staged, findings)
        attributes = staged.companion_columns.get("customers", ())
        check_traits("customers", attributes, findings)
    # attributes may hold anything, and only the embedded engine reads that safely
    if "customers" in staged.tables and staged.engine.dialect == "duckdb":
        lint_attributes(staged, findings)
    return tuple(findings.warnings)


def _check_customers(
    staged: StagedTables | StagedSummaries, findings: Findings
) -> None:
    n_customers = staged.log.n_customers
    if n_customers < _ENOUGH_CUSTOMERS:
        have = "customer has" if n_customers == 1 else "customers have"
        findings.warn(
            "ASG_W_FEW_CUSTOMERS",
            _main_table(staged),
            f"{n_customers} {have} bought; below {_ENOUGH_CUSTOMERS}, segments are"
            " rarely ones to build on",
            "take a longer period or more customers, or use simple RFM rules",
        )


def _main_table(staged: StagedTables | StagedSummaries) -> str:
    return "transactions" if isinstance(staged, StagedTables) else "summaries"


def _check_repeats(staged: StagedTables | StagedSummaries, findings: Findings) -> None:
    counts = "SELECT MAX(frequency) FROM summaries"
    if isinstance(staged, StagedTables):
        counts = (
            "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM orders"
            " WHERE kind = 'purchase' GROUP BY customer_id) AS counts"
        )
    ((most,),) = staged.engine.fetch_rows(counts)
    if most < _REPEATS:
        findings.warn(
            "ASG_W_FEW_REPEATS",
            _main_table(staged),
            f"no customer has more than {most} order{'s' if most > 1 else ''}, so how"
            " often they buy tells little",
            "take a longer period; check that the customer id is the same each time",
        )


def _check_period(staged: StagedTables, findings: Findings) -> None:
    n_days = (staged.last_day - staged.first_day).days + 1
    if n_days < _ENOUGH_DAYS:
        findings.warn(
            "ASG_W_SHORT_HISTORY",
            "transactions",
            f"the orders cover {n_days} days; below {_ENOUGH_DAYS}, a customer between"
            " two purchases looks like one who has left",
            "take a longer period",
        )
    if n_days < _YEAR_DAYS:
        findings.warn(
            "ASG_W_SEASON_NOT_COVERED",
            "transactions",
            f"the orders cover {n_days} days, not a whole year, so those who buy in"
            " one season may be missing or look lost",
            "take a year or more, or read the segments with the season in mind",
        )
    quiet = (staged.as_of - staged.last_day).days
    if quiet > _FRESH_DAYS:
        findings.warn(
            "ASG_W_STALE",
            "transactions",
            f"the last order is of {staged.last_day}, {quiet} days before as_of,"
            f" {staged.as_of}",
            f"export again, or look from the data's end: "
            f"{give('as_of', str(staged.last_day + timedelta(days=1)))}",
        )


def _days(staged: StagedTables) -> list[_Day]:
    rows = staged.engine.fetch_rows(
        "SELECT CAST(ordered_at AS DATE) AS day,"
        " MAX(HOUR(ordered_at) * 3600 + MINUTE(ordered_at) * 60),"
        " COUNT(*) FROM orders GROUP BY day ORDER BY day"
    )
    return [_Day(*row) for row in rows]


def _check_cut(days: Sequence[_Day], findings: Findings) -> None:
    """Warn where the first or the last month, or the last day, is there in part."""
    first, last = days[0].day, days[-1].day
    found, fixes, cut = [], [], set()
    closed = _usual_gap(days)
    if first.day - 1 > closed:
        following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        found.append(f"the first month begins on {first}")
        cut.add((first.year, first.month))
        if following <= last:
            fixes.append(give("since", str(following)))
    length = monthrange(last.year, last.month)[1]
    whole_months = last.replace(day=1)
    if length - last.day > closed:
        found.append(f"the last month ends on {last}, day {last.day} of {length}")
        cut.add((last.year, last.month))
        if whole_months > first:
            fixes.append(give("as_of", str(whole_months)))
    if usual := _usual_end(days):
        found.append(
            f"the last day, {last}, ends at {_clock(days[-1].end)} where the same"
            f" weekday usually ends at {_clock(usual)}"
        )
        if (last.year, last.month) not in cut and last > first:
            fixes.append(give("as_of", str(last)))
        cut.add((last.year, last.month))
    if found:
        n_orders = sum(d.n_orders for d in days if (d.day.year, d.day.month) in cut)
        findings.warn(
            "ASG_W_PERIOD_CUT",
            "transactions",
            "; ".join(found),
            f"to look at what is whole, give {' and '.join(fixes)}" if fixes else "",
            n_rows=n_orders,
        )


def _usual_gap(days: Sequence[_Day]) -> int:
    """Return for how many days in a row there may be no order, as a rule."""
    gaps = sorted((b.day - a.day).days for a, b in pairwise(days))
    # the longest of a hundred may be a hole in the data
    usual = gaps[(len(gaps) - 1) * 99 // 100] if gaps else _YEAR_DAYS
    return max(_CLOSED_DAYS, usual)


def _usual_end(days: Sequence[_Day]) -> int | None:
    """Return when such a weekday usually ends, where the last day ended well before."""
    last = days[-1]
    ends = sorted(
        [d.end for d in days[:-1] if d.day.weekday() == last.day.weekday()][
            -_MOST_WEEKDAYS:
        ]
    )
    if len(ends) < _ENOUGH_WEEKDAYS:
        return None
    median, early = ends[len(ends) // 2], ends[len(ends) // 20]
    is_early = last.end < early and last.end <= median - _EARLY_SECONDS
    return median if is_early else None


def _clock(seconds: int) -> str:
    hours, minutes = divmod(seconds % _DAY_SECONDS // 60, 60)
    return f"{hours:02}:{minutes:02}"

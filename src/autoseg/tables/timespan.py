"""The time that transactions span: its last day, and rows far after all others."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from autoseg.tables.reasons import Reason

if TYPE_CHECKING:
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["day_after", "find_isolated_future"]

# a shop that sold nothing for a year had closed
_LONG_GAP_DAYS = 365
# with more rows after the gap than this, the shop opened again
_FEW_ROWS = 0.01


def day_after(rows: Sifted) -> date:
    """Return the day after the last row that is used; the last day where none is.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    """
    ((last,),) = rows.raw.engine.fetch_rows(
        f"SELECT CAST(MAX(timestamp) AS DATE) FROM {rows.relation} WHERE reason IS NULL"
    )
    return date.max if last is None else last + timedelta(days=1)


def find_isolated_future(rows: Sifted, settings: Settings) -> Reason | None:
    """Return the reason for few rows that are dated long after all others.

    One mistyped year would make every customer look lost, for they are looked at
    from the day after the last row. Where that day is given it decides instead.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    settings : Settings
        The settings of the run.
    """
    if settings.as_of is not None:
        return None
    days = rows.raw.engine.fetch_rows(
        f"SELECT CAST(timestamp AS DATE) AS day, COUNT(*) FROM {rows.relation}"
        " WHERE reason IS NULL GROUP BY day ORDER BY day"
    )
    n_after = sum(n_rows for _, n_rows in days)
    few = _FEW_ROWS * n_after
    for (before, n_rows), (after, _) in pairwise(days):
        n_after -= n_rows
        if n_after <= few and (after - before).days > _LONG_GAP_DAYS:
            return Reason(
                "isolated_future",
                f"timestamp >= DATE '{after}'",
                f"are dated {after} or later, more than a year after all others, which"
                f" end on {before}",
                bad=True,
                fix="correct the dates, or give as_of (--as-of) to use them",
            )
    return None

"""Amounts that are suddenly a hundred times larger: øre or cents among kroner."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from autoseg.tables.findings import Findings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_scale"]

# a median of fewer orders may jump by itself
_FEW_ORDERS = 30
# a factor of 100, where the median may have moved by two in the same month
_LOWEST, _HIGHEST = 50, 200
# steps of about one in twenty-five are fine enough to tell a hundred from ten
_STEPS = 60


class _Month(NamedTuple):
    """A month with its orders and their median, in currency units."""

    first_day: date
    n_orders: int
    median: float


def check_scale(rows: Sifted, findings: Findings) -> None:
    """Warn where the median order is a hundred times that of the month before.

    A table that is in minor units from its first row to its last cannot be told.

    Parameters
    ----------
    rows : Sifted
        The transactions; their orders are staged.
    findings : Findings
        Takes the warning.
    """
    counts = rows.raw.engine.fetch_rows(
        # a median proper would hold every amount in memory
        "SELECT DATE_TRUNC('month', ordered_at)::DATE AS month,"
        f" CAST(ROUND({_STEPS} * LOG10(CAST(amount AS DOUBLE))) AS INTEGER) AS step,"
        " COUNT(*) FROM orders WHERE kind = 'purchase' GROUP BY month, step"
        " ORDER BY month, step"
    )
    months = [month for month in _medians(counts) if month.n_orders >= _FEW_ORDERS]
    for before, after in pairwise(months):
        ratio = after.median / before.median
        if not _LOWEST <= max(ratio, 1 / ratio) <= _HIGHEST:
            continue
        factor = "×100" if ratio > 1 else "÷100"
        findings.warn(
            "ASG_W_SCALE_JUMP",
            rows.raw.label,
            f"the median order changed {factor} between {before.first_day:%Y-%m}, about"
            f" {before.median:.3g}, and {after.first_day:%Y-%m}, about"
            f" {after.median:.3g}, as when øre or cents stand for whole units",
            "bring all amounts to one unit",
            n_rows=after.n_orders,
        )


def _medians(counts: Iterable[tuple[date, int, int]]) -> list[_Month]:
    """Return the median of each month from counts by steps, in their order."""
    steps: dict[date, list[tuple[int, int]]] = {}
    for month, step, n_orders in counts:
        steps.setdefault(month, []).append((step, n_orders))
    months = []
    for month, histogram in steps.items():
        total = sum(n_orders for _, n_orders in histogram)
        below = 0
        for step, n_orders in histogram:
            below += n_orders
            if 2 * below >= total:
                months.append(_Month(month, total, 10 ** (step / _STEPS)))
                break
    return months

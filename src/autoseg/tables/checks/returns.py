"""Returns and credit notes: how many, and what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from autoseg.tables.settings import give

if TYPE_CHECKING:
    from autoseg.tables.findings import Findings
    from autoseg.tables.sifting import Sifted
    from autoseg.tables.staged import CleaningLog

__all__ = ["check_returns"]

# of what was bought; every shop takes something back, and the log says how much
_USUAL_SHARE = Decimal("0.05")


def check_returns(rows: Sifted, log: CleaningLog, findings: Findings) -> None:
    """Warn where returns that are used take back more than is usual.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    log : CleaningLog
        What became of them.
    findings : Findings
        Takes the warning.
    """
    bought = log.revenue_used - log.returns_revenue
    # of rows that are one of several parts nothing at all may have been bought
    if bought <= 0 or -log.returns_revenue < _USUAL_SHARE * bought:
        return
    n_all = log.n_orders + log.n_returns + log.n_zero_orders
    share = -log.returns_revenue / bought * 100
    found = (
        f"{log.n_returns} of {n_all} orders are returns or credit notes; they take back"
        f" {share:.1f} % of what was bought and do not count as orders"
    )
    if log.n_customers_without_value:
        n_kept = log.n_customers_without_value
        who = "customer" if n_kept == 1 else "customers"
        found += (
            f"; {n_kept} {who} gave back as much as they bought, or more, and are kept"
        )
    findings.warn(
        "ASG_W_RETURNS",
        rows.raw.label,
        found,
        f"leave them out with {give('returns', 'exclude')}, if that is what you want",
        n_rows=log.n_returns,
    )

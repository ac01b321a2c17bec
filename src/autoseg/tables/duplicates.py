"""Rows that repeat another row in every column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.raw import WORKSPACE
from autoseg.tables.reasons import Reason
from autoseg.tables.settings import give
from autoseg.tables.sifting import leave_out

if TYPE_CHECKING:
    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["count_duplicates", "leave_out_duplicates", "note_duplicates"]

_REPEATS = f"{WORKSPACE}.repeats"


def count_duplicates(rows: Sifted, settings: Settings, findings: Findings) -> int:
    """Return how many rows repeat another one; warn of them where they are kept.

    Parameters
    ----------
    rows : Sifted
        The transactions; all rows that came in are counted.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the warning.
    """
    raw = rows.raw
    ((n_rows,),) = raw.engine.fetch_rows(
        # groups can go to disk where distinct counts have to stay in memory
        f"SELECT COALESCE(SUM(n) - COUNT(*), 0) FROM (SELECT COUNT(*) AS n"
        f" FROM {raw.relation} GROUP BY fingerprint) AS alike"
    )
    if not settings.drop_duplicates:
        note_duplicates(rows, int(n_rows), findings)
    return int(n_rows)


def note_duplicates(rows: Sifted, n_rows: int, findings: Findings) -> None:
    """Warn of rows that repeat another one and are kept.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    n_rows : int
        How many there are.
    findings : Findings
        Takes the warning.
    """
    raw = rows.raw
    if n_rows:
        findings.warn(
            "ASG_W_DUPLICATE_ROWS",
            raw.label,
            f"{n_rows} of {raw.n_rows} rows repeat another row in every column; they"
            " are kept, for a receipt may list the same article twice",
            f"leave them out with {give('drop_duplicates', True)} if they are mistakes",
            n_rows=n_rows,
        )


def leave_out_duplicates(rows: Sifted) -> Sifted:
    """Return the transactions with one row of each kind.

    A fingerprint is a hash of 64 bits over all columns. Among n different rows two
    share one with a chance of about n²/2⁶⁵: 4 in a million for 12 million rows. So
    that such a pair is not merged, rows also have to agree on customer, time and
    amount.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    """
    raw = rows.raw
    raw.engine.execute(
        f"CREATE OR REPLACE TABLE {_REPEATS} AS SELECT file, row FROM"
        f" (SELECT file, row, ROW_NUMBER() OVER (PARTITION BY fingerprint, customer_id,"
        f" timestamp, amount ORDER BY file, row) AS number FROM {rows.relation}"
        f" JOIN (SELECT file, row, fingerprint FROM {raw.relation} WHERE fingerprint IN"
        f" (SELECT fingerprint FROM {raw.relation} GROUP BY fingerprint"
        " HAVING COUNT(*) > 1)) AS alike USING (file, row) WHERE reason IS NULL)"
        " AS numbered WHERE number > 1"
    )
    return leave_out(
        rows,
        Reason(
            "duplicate_row",
            f"(file, row) IN (SELECT file, row FROM {_REPEATS})",
            "repeat another row in every column",
        ),
    )

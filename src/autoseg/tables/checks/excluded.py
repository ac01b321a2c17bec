"""Customers that were to be left out and are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from autoseg.tables.reasons import listed_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_excluded"]


def check_excluded(
    sifted: Mapping[str, Sifted], settings: Settings, findings: Findings
) -> None:
    """Warn of ids to leave out that occur in no table: they may be mistyped.

    Parameters
    ----------
    sifted : mapping of str to Sifted
        All tables.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the warning.
    """
    ids = listed_ids(settings)
    if not ids:
        return
    main = sifted["transactions"]
    tables = " UNION ".join(
        f"SELECT DISTINCT customer_id FROM {rows.relation} WHERE customer_id IN {ids}"
        for rows in sifted.values()
    )
    ((n_found,),) = main.raw.engine.fetch_rows(
        f"SELECT COUNT(*) FROM ({tables}) AS found"
    )
    n_given = len({normalize("NFC", one) for one in settings.exclude_ids})
    if n_found < n_given:
        findings.warn(
            "ASG_W_EXCLUDED_UNKNOWN",
            main.raw.label,
            f"{n_given - n_found} of {n_given} ids to leave out occur in no table",
            "check how they are written",
            n_rows=n_given - n_found,
        )

"""How the cleaning is told: rows and revenue used and left out, and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from autoseg.errors import Finding
    from autoseg.report.wording import Wording
    from autoseg.tables import CleaningLog, ColumnMapping

__all__ = ["account", "mapping_rows", "quality", "reason_text", "remarks"]


def quality(
    wording: Wording, log: CleaningLog | None, mapping: Sequence[ColumnMapping]
) -> dict[str, Any] | None:
    """Return the account of the cleaning and how the columns were read.

    Parameters
    ----------
    wording : Wording
        Language and currency.
    log : CleaningLog or None
        Rows and revenue in, used and dropped.
    mapping : sequence of ColumnMapping
        Which of the user's columns was read as what.
    """
    if log is None and not mapping:
        return None
    return {
        "heading": wording.say("quality.heading"),
        "account": None if log is None else account(wording, log),
        "mapping": mapping_rows(wording, mapping),
    }


def account(wording: Wording, log: CleaningLog) -> dict[str, Any]:
    """Return the table of rows and revenue, with what there is to remark on it.

    Parameters
    ----------
    wording : Wording
        Language and currency.
    log : CleaningLog
        Rows and revenue in, used and dropped.
    """

    def row(label: str, rows: int, amount: Decimal) -> dict[str, Any]:
        return {
            "label": label,
            "rows": rows,
            "rows_text": wording.words.number(rows),
            "amount": str(amount),
            # with cents, so that the column adds up as it stands
            "amount_text": wording.words.money(amount, wording.currency, 2),
        }

    dropped = [
        row(reason_text(wording, reason), rows, log.dropped_revenue[reason])
        for reason, rows in log.dropped_rows.items()
    ]
    notes = []
    if log.n_returns:
        revenue = wording.money(log.returns_revenue)
        notes.append(
            wording.say_count("quality.returns", log.n_returns, revenue=revenue)
        )
    if log.n_zero_orders:
        notes.append(wording.say_count("quality.zero", log.n_zero_orders))
    return {
        "lead": wording.say("quality.lead"),
        "caption": wording.say("quality.rows_caption"),
        "rows": [
            row(wording.say("quality.used"), log.rows_used, log.revenue_used),
            *dropped,
        ],
        "total": row(wording.say("quality.total"), log.rows_in, log.revenue_in),
        "notes": notes,
        "remarks_heading": wording.say("quality.remarks"),
        "remarks": [_remark(wording, finding) for finding in remarks(log)],
    }


def remarks(log: CleaningLog) -> list[Finding]:
    """Return the warnings that the table of dropped rows does not tell already.

    Parameters
    ----------
    log : CleaningLog
        Holds the warnings.
    """
    told = {f"ASG_W_{reason.upper()}" for reason in log.dropped_rows}
    return [finding for finding in log.findings if finding.code not in told]


def reason_text(wording: Wording, reason: str) -> str:
    """Return in words why rows are not used.

    Parameters
    ----------
    wording : Wording
        The language.
    reason : str
        A key of the cleaning log.
    """
    return wording.known(f"report.dropped.{reason}", reason.replace("_", " "))


def _remark(wording: Wording, finding: Finding) -> dict[str, Any]:
    """Return a warning in the report's words.

    The finding's own words are not used: they are English and may quote the data.
    """
    name = finding.code.removeprefix("ASG_W_").lower()
    dropped = wording.known(f"report.dropped.{name}", "")
    unknown = wording.say("quality.remark", code=finding.code)
    return {
        "code": finding.code,
        "text": wording.known(f"report.remark.{name}", dropped or unknown),
        "column": finding.column,
        "count": finding.n_rows,
        "count_text": wording.say_count("quality.count", finding.n_rows)
        if finding.n_rows
        else None,
    }


def mapping_rows(
    wording: Wording, mapping: Sequence[ColumnMapping]
) -> dict[str, Any] | None:
    """Return which column was read as what; None where nothing is known.

    Parameters
    ----------
    wording : Wording
        The language.
    mapping : sequence of ColumnMapping
        Which of the user's columns was read as what.
    """
    if not mapping:
        return None
    return {
        "caption": wording.say("quality.mapping_caption"),
        "rows": [
            {
                "source": one.source,
                "canonical": one.canonical,
                "table": wording.known(f"report.role.{one.role}", one.role),
                "meaning": _meaning(wording, one.canonical),
            }
            for one in mapping
        ],
    }


def _meaning(wording: Wording, canonical: str) -> str:
    """Return what a column is; one that came as a measure is called as the measure."""
    plain = canonical.replace("_", " ")
    measure = wording.known(f"features.{canonical}.name", plain)
    return wording.known(f"report.column.{canonical}", measure)

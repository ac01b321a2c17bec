"""What the report says of the data and the method: rows, remarks, settings, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from autoseg.errors import Finding
    from autoseg.report.material import Material
    from autoseg.tables import CleaningLog, ColumnMapping

__all__ = ["facts", "glossary", "method", "quality"]

_WORDS = ("segment", "median", "stability", "agreement", "silhouette", "bic")


def facts(material: Material, log: CleaningLog | None) -> dict[str, Any]:
    """Return the box beside the summary: period, rows, revenue, remarks."""
    profiles, number = material.profiles, material.words.number
    period = material.period()
    values = {} if period is None else {"period": material.say("period.days", **period)}
    values["customers"] = number(profiles.n_customers)
    dropped: list[dict[str, Any]] = []
    if log is not None:
        share = log.rows_used / log.rows_in if log.rows_in else 0.0
        values |= {
            "orders": number(log.n_orders),
            "revenue": material.money(log.revenue_used),
            "rows": material.say(
                "facts.rows_value",
                used=number(log.rows_used),
                total=number(log.rows_in),
                share=_rounded_down(material, share),
            ),
        }
        if count := len(_remarks(log)):
            values["warnings"] = material.say_count("facts.warnings_value", count)
        dropped = [
            {"reason": _reason(material, reason), "rows": rows, "text": number(rows)}
            for reason, rows in log.dropped_rows.items()
        ]
    else:
        values["revenue"] = material.money(profiles.revenue)
    return {
        "heading": material.say("facts.heading"),
        "items": [
            {"key": key, "label": material.say(f"facts.{key}"), "value": value}
            for key, value in values.items()
        ],
        "dropped_label": material.say("facts.dropped"),
        "dropped": dropped,
    }


def _rounded_down(material: Material, share: float) -> str:
    """Return a percentage that says 100 only where nothing was left out."""
    if share == 1:
        return material.words.percent(1)
    return material.words.percent(min(share, 0.999), 1)


def quality(
    material: Material, log: CleaningLog | None, mapping: Sequence[ColumnMapping]
) -> dict[str, Any] | None:
    """Return the account of the cleaning and how the columns were read."""
    if log is None and not mapping:
        return None
    return {
        "heading": material.say("quality.heading"),
        "account": None if log is None else _account(material, log),
        "mapping": _mapping(material, mapping),
    }


def _account(material: Material, log: CleaningLog) -> dict[str, Any]:
    def row(label: str, rows: int, amount: Decimal) -> dict[str, Any]:
        return {
            "label": label,
            "rows": rows,
            "rows_text": material.words.number(rows),
            "amount": str(amount),
            "amount_text": material.money(amount),
        }

    dropped = [
        row(_reason(material, reason), rows, log.dropped_revenue[reason])
        for reason, rows in log.dropped_rows.items()
    ]
    notes = []
    if log.n_returns:
        revenue = material.money(log.returns_revenue)
        notes.append(
            material.say_count("quality.returns", log.n_returns, revenue=revenue)
        )
    if log.n_zero_orders:
        notes.append(material.say_count("quality.zero", log.n_zero_orders))
    return {
        "lead": material.say("quality.lead"),
        "caption": material.say("quality.rows_caption"),
        "rows": [
            row(material.say("quality.used"), log.rows_used, log.revenue_used),
            *dropped,
        ],
        "total": row(material.say("quality.total"), log.rows_in, log.revenue_in),
        "notes": notes,
        "remarks_heading": material.say("quality.remarks"),
        "remarks": [_remark(material, finding) for finding in _remarks(log)],
    }


def _remarks(log: CleaningLog) -> list[Finding]:
    """Return the warnings that the table of dropped rows does not tell already."""
    told = {f"ASG_W_{reason.upper()}" for reason in log.dropped_rows}
    return [finding for finding in log.findings if finding.code not in told]


def _reason(material: Material, reason: str) -> str:
    return material.known(f"report.dropped.{reason}", reason.replace("_", " "))


def _remark(material: Material, finding: Finding) -> dict[str, Any]:
    """Return a warning in the report's words.

    The finding's own words are not used: they are English and may quote the data.
    """
    name = finding.code.removeprefix("ASG_W_").lower()
    dropped = material.known(f"report.dropped.{name}", "")
    unknown = material.say("quality.remark", code=finding.code)
    return {
        "code": finding.code,
        "text": material.known(f"report.remark.{name}", dropped or unknown),
        "column": finding.column,
        "count": finding.n_rows,
        "count_text": material.words.number(finding.n_rows) if finding.n_rows else None,
    }


def _mapping(
    material: Material, mapping: Sequence[ColumnMapping]
) -> dict[str, Any] | None:
    if not mapping:
        return None
    return {
        "caption": material.say("quality.mapping_caption"),
        "rows": [
            {
                "source": one.source,
                "canonical": one.canonical,
                "table": material.known(f"report.role.{one.role}", one.role),
                "meaning": _meaning(material, one.canonical),
            }
            for one in mapping
        ],
    }


def _meaning(material: Material, canonical: str) -> str:
    """Return what a column is; one that came as a measure is called as the measure."""
    plain = canonical.replace("_", " ")
    measure = material.known(f"features.{canonical}.name", plain)
    return material.known(f"report.column.{canonical}", measure)


def method(
    material: Material,
    provenance: Mapping[str, str],
    *,
    by_stability: bool,
    summed_up: bool = False,
) -> dict[str, Any]:
    """Return how it was done, what it cannot tell, settings and versions."""
    choice = "step_3_by_stability" if by_stability else "step_3"
    known = {
        key: material.words.texts.get(f"report.setting.{key}") for key in provenance
    }
    return {
        "heading": material.say("method.heading"),
        "steps": [
            _measured(material, summed_up=summed_up),
            material.say("method.step_2"),
            material.say(f"method.{choice}"),
            material.say("method.step_4"),
        ],
        "limits_heading": material.say("method.limits"),
        "limits": [material.say(f"method.limit_{number}") for number in (1, 2, 3, 4)],
        "settings_heading": material.say("method.settings"),
        "settings_caption": material.say("method.settings_caption"),
        "settings": [
            {"key": key, "label": label, "value": str(provenance[key])}
            for key, label in known.items()
            if label is not None
        ],
        "versions_heading": material.say("method.versions"),
        "versions_caption": material.say("method.versions_caption"),
        "versions": [
            {"key": key, "label": key, "value": str(provenance[key])}
            for key, label in sorted(known.items())
            if label is None
        ],
    }


def _measured(material: Material, *, summed_up: bool) -> str:
    """Return where the measures come from, and from which day they look back."""
    as_of = material.profiles.as_of
    if as_of is None:
        return material.say("method.step_1_undated")
    key = "method.step_1_summed_up" if summed_up else "method.step_1"
    return material.say(key, as_of=material.date(as_of))


def glossary(material: Material) -> dict[str, Any]:
    """Return the few words that need a line of explanation."""
    return {
        "heading": material.say("glossary.heading"),
        "words": [
            {
                "term": material.say(f"glossary.{word}"),
                "text": material.say(f"glossary.{word}_text"),
            }
            for word in _WORDS
        ],
    }

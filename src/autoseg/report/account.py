"""What the report says of the data at a glance, the method and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.report.cleaning import reason_text, remarks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.report.material import Material
    from autoseg.tables import CleaningLog

__all__ = ["facts", "glossary", "method"]

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
        if count := len(remarks(log)):
            values["warnings"] = material.say_count("facts.warnings_value", count)
        dropped = [
            {
                "reason": reason_text(material, reason),
                "rows": rows,
                "text": number(rows),
            }
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


def method(
    material: Material,
    provenance: Mapping[str, str],
    *,
    chosen_by: str,
    summed_up: bool = False,
) -> dict[str, Any]:
    """Return how it was done, what it cannot tell, settings and versions."""
    choice = "step_3" if chosen_by == "consensus" else f"step_3_by_{chosen_by}"
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

"""What the report says of the number of segments: verdict, rules, and curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autoseg.clustering import why_k
from autoseg.report.lineage import lineage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.clustering import Candidate, SelectionResult
    from autoseg.report.material import Material

__all__ = ["nice_ticks", "why"]

_DIGITS = {
    "agreement": 2,
    "silhouette": 2,
    "davies_bouldin": 2,
    "calinski_harabasz": 0,
    "bic": 0,
    "icl": 0,
}
_SHARES = ("smallest_share", "value_explained")
_LOWER_IS_BETTER = frozenset({"davies_bouldin", "bic_each"})
_MIN_POINTS = 3


def why(material: Material, selection: SelectionResult) -> dict[str, Any]:
    """Return why there are this many segments: in words, figures, and curves."""
    family = sorted(
        (one for one in selection.candidates if one.family == selection.family),
        key=lambda one: one.k,
    )
    return {
        "heading": material.say("why.heading"),
        "verdict": selection.verdict,
        "verdict_text": material.say(f"why.verdict.{selection.verdict}"),
        "text": why_k(selection, material.words.language),
        "figures": _figures(material, selection),
        "rules": _rules(material, selection),
        "curves": _curves(material, selection, family),
        "lineage": lineage(material, selection),
        "table": _table(material, selection, family),
    }


def _figures(material: Material, selection: SelectionResult) -> list[dict[str, str]]:
    low, high = selection.target
    wanted = (
        str(low)
        if low == high
        else material.say("why.figures.target_value", low=low, high=high)
    )
    values = {
        "k": str(selection.k),
        "k_preferred": str(selection.k_preferred),
        "target": wanted,
        "agreement": material.words.number(selection.agreement, 2),
    }
    return [
        {"label": material.say(f"why.figures.{key}"), "value": value}
        for key, value in values.items()
    ]


def _rules(material: Material, selection: SelectionResult) -> dict[str, Any] | None:
    """Return which rules ask for which number of segments; None where none do."""
    if not selection.preferred_by:
        return None
    asked: dict[int, list[str]] = {}
    for rule, k in sorted(selection.preferred_by.items()):
        asked.setdefault(int(k), []).append(_rule_name(material, rule))
    tried = [one.k for one in selection.candidates] + [*asked, selection.k]
    rows: list[dict[str, Any]] = [{"k": k, "rules": asked[k]} for k in sorted(asked)]
    return {
        "title": material.say("why.rules_title"),
        "alt": " ".join(
            material.say("why.rules_alt", k=row["k"], rules=", ".join(row["rules"]))
            for row in rows
        ),
        "caption": material.say("why.rules_caption"),
        "axis": material.say("why.axis"),
        "k": selection.k,
        "target": list(range(selection.target[0], selection.target[1] + 1)),
        "low": min(tried),
        "high": max(tried),
        "rows": rows,
    }


def _rule_name(material: Material, rule: str) -> str:
    plain = material.known(f"report.why.criterion.{rule}", rule.replace("_", " "))
    return material.known(f"clustering.rules.{rule}", plain)


def _curves(
    material: Material, selection: SelectionResult, family: Sequence[Candidate]
) -> list[dict[str, Any]]:
    series: dict[str, dict[int, float]] = {
        name: {
            one.k: value for one in family if (value := getattr(one, name)) is not None
        }
        for name in ("agreement", "silhouette", "davies_bouldin", "bic")
    }
    bic = series.pop("bic")
    if bic and selection.n_rows:
        best = min(bic.values())
        series["bic_each"] = {
            k: (value - best) / selection.n_rows for k, value in bic.items()
        }
        del series["davies_bouldin"]
    return [
        _curve(material, name, values, selection.k)
        for name, values in series.items()
        if len(values) >= _MIN_POINTS and selection.k in values
    ]


def _curve(
    material: Material, criterion: str, values: dict[int, float], k: int
) -> dict[str, Any]:
    name = material.say(f"why.criterion.{criterion}")
    ticks, digits = nice_ticks(min(values.values()), max(values.values()))
    lowest = min(values, key=lambda one: (values[one], one))
    highest = max(values, key=lambda one: (values[one], -one))
    better = "lower" if criterion in _LOWER_IS_BETTER else "higher"

    def shown(at: int) -> str:
        return material.words.number(values[at], 2)

    return {
        "criterion": criterion,
        "k": k,
        "name": name,
        "hint": material.say(f"why.{better}"),
        "title": material.say("why.curve", criterion=name),
        "axis": material.say("why.axis"),
        "alt": material.say(
            "why.curve_alt",
            criterion=name,
            value=shown(k),
            k=k,
            low=shown(lowest),
            k_low=lowest,
            high=shown(highest),
            k_high=highest,
        ),
        "points": [
            {"k": at, "value": round(value, 6), "text": shown(at)}
            for at, value in values.items()
        ],
        "ticks": [
            {"value": tick, "text": material.words.number(tick, digits)}
            for tick in ticks
        ],
    }


def nice_ticks(lowest: float, highest: float) -> tuple[list[float], int]:
    """Return three to six round numbers around a range, and their decimals.

    Examples
    --------
    >>> nice_ticks(0.13, 0.58)
    ([0.0, 0.2, 0.4, 0.6], 1)
    >>> nice_ticks(3.0, 3.0)
    ([3.0, 3.1, 3.2], 1)
    """
    span = (highest - lowest) or 1.0
    exponent = math.floor(math.log10(span))
    # whole multiples are counted in integers, so no tick reads 0.30000000000000004
    for factor, power in ((1, exponent - 1), (2, exponent - 1), (5, exponent - 1),
                          (1, exponent), (2, exponent)):  # fmt: skip
        step = factor * 10.0**power
        first, last = math.floor(lowest / step), math.ceil(highest / step)
        if last - first <= 4:  # noqa: PLR2004
            break
    last = max(last, first + 2)
    digits = max(0, -power)
    return [round(number * step, digits) for number in range(first, last + 1)], digits


def _table(
    material: Material, selection: SelectionResult, family: Sequence[Candidate]
) -> dict[str, Any] | None:
    names = [
        name
        for name in (*_DIGITS, *_SHARES)
        if any(getattr(one, name) is not None for one in family)
    ]
    if not family or not names:
        return None
    return {
        "caption": material.say("why.caption"),
        "columns": [material.say(f"why.criterion.{name}") for name in names],
        "rows": [
            {
                "k": one.k,
                "delivered": one.k == selection.k,
                "cells": [_cell(material, name, getattr(one, name)) for name in names],
            }
            for one in family
        ],
    }


def _cell(material: Material, name: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    if name in _SHARES:
        return material.percent(value)
    return material.words.number(value, _DIGITS[name])

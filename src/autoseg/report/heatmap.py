"""The table of measures by segment: what differs first, the rest at hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autoseg.features import BLOCKS, CODE_UNITS, block_name, code_word, feature_meaning
from autoseg.profiles import MIN_CELL, is_yes_or_no, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autoseg.features import Feature
    from autoseg.profiles import Habit, SegmentProfile
    from autoseg.report.material import Material

__all__ = ["heatmap"]

_STEPS = ((1.5, 2), (0.5, 1))
_SHARE_STEPS = ((0.3, 2), (0.15, 1))
_LEVELS = {2: "far_above", 1: "above", 0: "near", -1: "below", -2: "far_below"}
# what every segmentation is read by, whether or not it differs
_ALWAYS = frozenset(
    {
        "recency_days",
        "frequency",
        "monetary",
        "tenure_days",
        "average_order_value",
    }
)
# robust standard deviations from the lowest segment to the highest
_APART = 1.0
_SHARES_APART = 0.15
# two years, less a month: as for what a name or a claim may say of a season
_TWO_YEARS = 700


def heatmap(material: Material) -> dict[str, Any] | None:
    """Return every measure by segment, block by block, with how far off it is.

    First come recency, frequency and value, and what differs between segments and has
    plain words; the rest follows under ``"more"``.

    Parameters
    ----------
    material : Material
        Segments, texts and formats.

    Returns
    -------
    dict or None
        None where no segment is large enough to be shown.
    """
    shown = [
        (segment, text)
        for segment, text in zip(
            material.profiles.segments, material.texts, strict=True
        )
        if segment.size >= MIN_CELL
    ]
    segments = [segment for segment, _ in shown]
    rows = [_row(material, one, segments) for one in material.profiles.features]
    rows = [row for row in rows if _tells(row)]
    if not rows:
        return None
    first = [row for row in rows if row["first"]]
    rest = [row for row in rows if not row["first"]]
    return {
        "heading": material.say("heatmap.heading"),
        "lead": " ".join(_lead(material, rows, rest)),
        "caption": material.say("heatmap.caption"),
        "columns": [
            {"number": segment.number, "name": text.name} for segment, text in shown
        ],
        "groups": _groups(material, first),
        "more": None
        if not rest
        else {
            "label": material.say_count("heatmap.more", len(rest)),
            "caption": material.say("heatmap.more_caption"),
            "groups": _groups(material, rest),
        },
        "meanings": {
            "label": material.say("heatmap.meanings"),
            "rows": [
                {"label": row["label"], "text": row["meaning"]}
                for row in (*first, *rest)
                # a fact about customers is its own explanation
                if row["kind"] != "yes_or_no"
            ],
        },
        "legend": [
            {"step": step, "text": material.say(f"heatmap.{level}")}
            for step, level in _LEVELS.items()
        ],
    }


def _tells(row: Mapping[str, Any]) -> bool:
    """Return whether there is a value, and not one that all customers share."""
    known = any(cell["value"] is not None for cell in row["cells"])
    constant = row["kind"] == "median" and all(
        cell["score"] is None for cell in row["cells"]
    )
    return known and (row["feature"] in _ALWAYS or not constant)


def _lead(
    material: Material,
    rows: Sequence[Mapping[str, Any]],
    rest: Sequence[Mapping[str, Any]],
) -> Iterable[str]:
    yield material.say("heatmap.lead")
    if any(row["kind"] == "code" for row in rows):
        yield material.say("heatmap.lead_codes")
    if any(row["kind"] == "yes_or_no" for row in rows):
        yield material.say("heatmap.lead_yes_or_no")
    if rest:
        yield material.say("heatmap.lead_first")


def _groups(
    material: Material, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    found = {row["block"] for row in rows}
    blocks = [block for block in BLOCKS if block in found]
    # whatever else there is are the user's own measures
    blocks += sorted(found - set(BLOCKS))
    return [
        {
            "block": block,
            "heading": block_name(block, material.words),
            "rows": [row for row in rows if row["block"] == block],
        }
        for block in blocks
    ]


def _row(
    material: Material, feature: Feature, segments: list[SegmentProfile]
) -> dict[str, Any]:
    if feature.unit in CODE_UNITS:
        kind, (overall, cells) = "code", _codes(material, feature, segments)
        differs = len(set(_told(feature, segments))) > 1
    elif is_yes_or_no(feature):
        kind, (overall, cells) = "yes_or_no", _shares(material, feature, segments)
        differs = _range(cell["value"] for cell in cells) >= _SHARES_APART
    else:
        kind, (overall, cells) = "median", _medians(material, feature, segments)
        differs = _range(cell["score"] for cell in cells) >= _APART
        # what no sentence speaks of, another measure says in plainer words
        differs = differs and bool(vocabulary(feature))
    if feature.name == "season_share" and not _tells_seasons(material):
        differs = False
    return {
        "feature": feature.name,
        "block": feature.block,
        "kind": kind,
        "label": material.feature_label(feature),
        "meaning": feature_meaning(feature, material.words),
        "first": feature.name in _ALWAYS or differs,
        "all": overall["value"],
        "all_text": overall["text"],
        "cells": cells,
    }


def _tells_seasons(material: Material) -> bool:
    """Return whether the data hold every season twice, so that one can come again."""
    first, last = material.profiles.first_day, material.profiles.last_day
    return bool(first and last and (last - first).days >= _TWO_YEARS)


def _medians(
    material: Material, feature: Feature, segments: list[SegmentProfile]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    def cell(value: float | None, score: float | None = None) -> dict[str, Any]:
        text = material.measured(feature, value)
        return _cell(material, value, text, score, _STEPS)

    overall = cell(_finite(material.profiles.medians_of_all.get(feature.name)))
    return overall, [
        cell(
            _finite(one.medians.get(feature.name)),
            _finite(one.scores.get(feature.name)),
        )
        for one in segments
    ]


def _shares(
    material: Material, feature: Feature, segments: list[SegmentProfile]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    of_all = _finite(material.profiles.shares_of_all.get(feature.name))

    def cell(value: float | None) -> dict[str, Any]:
        score = None if value is None or of_all is None else value - of_all
        return _cell(material, value, material.percent(value), score, _SHARE_STEPS)

    values = [_finite(one.shares.get(feature.name)) for one in segments]
    return cell(of_all), [cell(value) for value in values]


def _codes(
    material: Material, feature: Feature, segments: list[SegmentProfile]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    def cell(habits: Sequence[Habit]) -> dict[str, Any]:
        found = next((one for one in habits if one.feature == feature.name), None)
        if found is None or found.code is None:
            return _cell(material, None, material.percent(None), None, ())
        text = material.say(
            "heatmap.most_common",
            word=code_word(feature, found.code, material.words),
            share=material.percent(found.share),
        )
        return _cell(material, found.code, text, None, ())

    overall = cell(material.profiles.habits_of_all)
    return overall, [cell(one.habits) for one in segments]


def _told(feature: Feature, segments: list[SegmentProfile]) -> Iterable[float | None]:
    """Yield the codes worth telling: stages, and days and times that lead."""
    for segment in segments:
        for one in segment.habits:
            if one.feature == feature.name and (one.leads or feature.unit == "stage"):
                yield one.code


def _cell(
    material: Material,
    value: float | None,
    text: str,
    score: float | None,
    steps: Sequence[tuple[float, int]],
) -> dict[str, Any]:
    step = 0 if value is None or score is None else _step(score, steps)
    return {
        "value": value,
        "text": text,
        "score": None if score is None else round(score, 3),
        "step": step,
        "level": material.say(f"heatmap.{_LEVELS[step]}") if step else None,
    }


def _step(score: float, steps: Sequence[tuple[float, int]]) -> int:
    size = next((step for least, step in steps if abs(score) >= least), 0)
    return size if score > 0 else -size


def _range(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known else 0.0


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)

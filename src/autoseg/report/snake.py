"""The profiles of all segments in one picture: a line each, through every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.report.material import Material

__all__ = ["FAR", "snake"]

FAR = 2.5
"""Robust standard deviations from all customers at which the picture ends."""

_MOST_LINES, _FEWEST_LINES = 8, 2
_MOST_MEASURES, _FEWEST_MEASURES = 10, 3


def snake(
    material: Material, heatmap: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Return how far every segment lies from all customers, measure by measure.

    Parameters
    ----------
    material : Material
        Segments, texts and formats.
    heatmap : mapping or None
        The summary's ``heatmap``, whose first table is drawn here.

    Returns
    -------
    dict or None
        None for one segment, for more than eight, whose lines nobody could tell
        apart, and where fewer than three measures are known for all segments.
    """
    if heatmap is None:
        return None
    columns = heatmap["columns"]
    rows = [
        row
        for group in heatmap["groups"]
        for row in group["rows"]
        if row["kind"] == "median"
        and all(cell["score"] is not None for cell in row["cells"])
    ]
    drawable = _FEWEST_LINES <= len(columns) <= _MOST_LINES
    if not drawable or len(rows) < _FEWEST_MEASURES:
        return None
    kept = _most_telling(rows)
    return {
        "title": material.say("snake.title"),
        "lead": material.say("snake.lead"),
        "alt": " ".join(
            _sentence(material, place, column, kept)
            for place, column in enumerate(columns)
        ),
        "caption": material.say("snake.caption"),
        "low": material.say("heatmap.far_below"),
        "middle": material.say("snake.middle"),
        "high": material.say("heatmap.far_above"),
        "columns": columns,
        "rows": [
            {
                "label": row["label"],
                "scores": [cell["score"] for cell in row["cells"]],
                "texts": [
                    material.words.number(cell["score"], 1) for cell in row["cells"]
                ],
            }
            for row in kept
        ],
    }


def _most_telling(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the measures in which segments differ most, in the order of the table."""

    def spread(row: Mapping[str, Any]) -> float:
        scores = [cell["score"] for cell in row["cells"]]
        return float(max(scores) - min(scores))

    ranked = sorted(range(len(rows)), key=lambda i: (-spread(rows[i]), i))
    return [rows[i] for i in sorted(ranked[:_MOST_MEASURES])]


def _sentence(
    material: Material,
    place: int,
    column: Mapping[str, Any],
    rows: list[Mapping[str, Any]],
) -> str:
    """Return where one line leaves the middle most, for those who hear the picture."""
    far = max(rows, key=lambda row: abs(row["cells"][place]["score"]))
    return material.say(
        "snake.alt",
        name=column["name"],
        feature=far["label"],
        level=far["cells"][place]["level"] or material.say("heatmap.near"),
    )

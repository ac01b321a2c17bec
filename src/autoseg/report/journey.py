"""Which stage of the customer journey the customers of each segment are in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.profiles.journey import STAGES
from autoseg.report.wording import ABSENT

if TYPE_CHECKING:
    from autoseg.profiles import JourneyTable
    from autoseg.report.material import Material

__all__ = ["journey"]


def journey(material: Material, table: JourneyTable | None) -> dict[str, Any] | None:
    """Return how the customers of each segment are spread over the stages.

    Parameters
    ----------
    material : Material
        Segments, texts and formats.
    table : JourneyTable or None
        The counts, in the report's language; small ones are None in it already.

    Returns
    -------
    dict or None
        None without a table, and where no share of any segment can be shown.
    """
    if table is None:
        return None
    rows = [_row(material, table, place) for place in range(len(table.names))]
    drawn = [row for row in rows if any(cell["share"] for cell in row["cells"])]
    if not drawn:
        return None
    stages = [
        {"key": key, "label": material.words.text(f"journey.stage.{key}")}
        for key in STAGES
    ]
    return {
        "heading": material.say("journey.heading"),
        "lead": table.notes["limits"],
        "title": material.words.text("journey.heading"),
        "alt": " ".join(_sentence(material, row, stages) for row in drawn),
        "caption": material.say("journey.caption"),
        "stages": stages,
        "rest": material.say("cards.withheld"),
        "rows": rows,
        "total": {
            "cells": [
                _cell(material, count, _share(count, table.n_customers))
                for count in table.totals
            ],
            "size": table.n_customers,
            "size_text": material.words.number(table.n_customers),
        },
        "prospects": table.notes.get("prospects"),
        "not_shown": table.notes.get("not_shown"),
    }


def _row(material: Material, table: JourneyTable, place: int) -> dict[str, Any]:
    text, size = material.texts[place], table.sizes[place]
    pairs = zip(table.counts[place], table.shares[place], strict=True)
    return {
        "number": text.number,
        "name": text.name,
        "cells": [_cell(material, count, share) for count, share in pairs],
        "size": size,
        "size_text": material.size_text(material.profiles.segments[place])
        if size is None
        else material.words.number(size),
    }


def _cell(material: Material, count: int | None, share: float | None) -> dict[str, Any]:
    """Return a share and its count; neither where the count is not shown."""
    known = share is not None
    return {
        "count": count if known else None,
        "count_text": material.words.number(count) if known and count else None,
        "share": share,
        "text": material.percent(share) if known else ABSENT,
    }


def _share(count: int | None, of: int) -> float | None:
    return None if count is None else count / of


def _sentence(
    material: Material, row: dict[str, Any], stages: list[dict[str, str]]
) -> str:
    parts = [
        material.say("journey.part", stage=stage["label"], share=cell["text"])
        for stage, cell in zip(stages, row["cells"], strict=True)
        if cell["share"]
    ]
    return material.say("journey.alt", name=row["name"], stages=", ".join(parts))

"""When each segment buys: a small table of the week a segment, shaded by share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autoseg.profiles import MIN_CELL
from autoseg.report.wording import ABSENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.profiles import RhythmTable
    from autoseg.report.material import Material

__all__ = ["rhythm_section"]

STEPS = 4
"""How many shades there are beside none."""

_WHOLE_DAY = ("day",)
_HOURS = 6
_ONE_PER_CENT = 0.01
_Week = tuple[tuple[float | None, ...], ...]


def rhythm_section(
    material: Material, rhythm: RhythmTable | None
) -> dict[str, Any] | None:
    """Return a table of the week for all customers and for each segment.

    Parameters
    ----------
    material : Material
        Segments, texts and formats.
    rhythm : RhythmTable or None
        When each segment buys.

    Returns
    -------
    dict or None
        None where nothing is known of it. One scale of shades serves all tables, so
        that they can be compared; every share is also written out.
    """
    if rhythm is None:
        return None
    weeks = [rhythm.shares_of_all, *rhythm.shares]
    top = max((share for one in weeks for share in _known(one)), default=0.0)
    names = {
        segment.number: text.name
        for segment, text in zip(
            material.profiles.segments, material.texts, strict=True
        )
    }
    days = [material.words.weekday(day + 1) for day in range(len(rhythm.shares_of_all))]
    all_customers = _panel(material, days, rhythm.shares_of_all, top)
    whole = rhythm.parts == _WHOLE_DAY
    return {
        "heading": material.say("rhythm.heading"),
        "lead": material.say("rhythm.lead_days" if whole else "rhythm.lead"),
        "scale": material.say("rhythm.scale"),
        "corner": material.say("rhythm.weekday"),
        "columns": _columns(material, rhythm.parts),
        "panels": [
            {**all_customers, "number": None, "name": material.say("labels.all")},
            *(
                {
                    **_panel(material, days, one, top),
                    "number": number,
                    "name": names[number],
                    "text": _sentence(material, rhythm, place),
                }
                for place, (number, one) in enumerate(
                    zip(rhythm.numbers, rhythm.shares, strict=True)
                )
            ),
        ],
        "note": _note(material, weeks),
    }


def _columns(material: Material, parts: Sequence[str]) -> list[dict[str, str | None]]:
    if tuple(parts) == _WHOLE_DAY:
        return [{"label": material.say("rhythm.orders"), "hours": None}]
    return [
        {"label": material.say(f"rhythm.part.{part}"), "hours": _hours(place)}
        for place, part in enumerate(parts)
    ]


def _hours(place: int) -> str:
    return f"{place * _HOURS}–{(place + 1) * _HOURS}"


def _panel(
    material: Material, days: Sequence[str], shares: _Week, top: float
) -> dict[str, Any]:
    return {
        "text": None,
        "rows": [
            {
                "label": day[:1].upper() + day[1:],
                "cells": [_cell(material, share, top) for share in row],
            }
            for day, row in zip(days, shares, strict=True)
        ],
    }


def _cell(material: Material, share: float | None, top: float) -> dict[str, Any]:
    if share is None:
        return {"share": None, "text": ABSENT, "step": 0}
    # nearest, so that a share close to none has no shade
    step = math.floor(STEPS * share / top + 0.5) if top > 0 else 0
    return {"share": share, "text": _share_text(material, share), "step": step}


def _share_text(material: Material, share: float) -> str:
    """Return a share in whole percent; what is hardly any is not none."""
    if 0 < share < _ONE_PER_CENT:
        return f"<{material.words.percent(_ONE_PER_CENT)}"
    return material.words.percent(share)


def _sentence(material: Material, rhythm: RhythmTable, place: int) -> str | None:
    """Return when a segment buys most, where that stands out."""
    best = rhythm.busiest[place]
    if best is None:
        return None
    day, part = best
    share, of_all = rhythm.shares[place][day][part], rhythm.shares_of_all[day][part]
    weekday = material.words.weekday(day + 1)
    if rhythm.parts == _WHOLE_DAY:
        when = material.say("rhythm.on_day", weekday=weekday)
    else:
        word = material.say(f"rhythm.part.{rhythm.parts[part]}").lower()
        when = material.say(
            "rhythm.on_part", weekday=weekday, part=word, hours=_hours(part)
        )
    return material.say(
        "rhythm.busiest",
        when=when,
        share=material.percent(share),
        share_of_all=material.percent(of_all),
    )


def _note(material: Material, weeks: Sequence[_Week]) -> str | None:
    """Return what the dash stands for, where there is one."""
    if all(share is not None for one in weeks for row in one for share in row):
        return None
    return material.say("rhythm.not_shown", minimum=material.words.number(MIN_CELL))


def _known(one: _Week) -> list[float]:
    return [share for row in one for share in row if share is not None]

"""The picture of `autoseg.report.snake`: measures from top to bottom."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from autoseg.report.palette import MARKERS, TOKENS, segment_colour
from autoseg.report.pictures import SMALL, Picture, put_text
from autoseg.report.snake import FAR
from autoseg.report.svg import blank_figure, drawing, to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["draw_snake"]

_WIDTH, _LEFT, _RIGHT, _TOP = 400, 148, 14, 34
_LINE, _LEADING, _STEP, _APART = 20, 15, 46, 13


def draw_snake(section: Mapping[str, Any]) -> Picture:
    """Draw a line for each segment through every measure.

    What lies farther out than the picture ends is drawn at its end.

    Parameters
    ----------
    section : mapping
        The summary's ``snake``.

    Returns
    -------
    Picture
    """
    rows, columns = section["rows"], section["columns"]
    labels = [wrap(row["label"], _LINE) for row in rows]
    step = max(_STEP, _LEADING * max(map(len, labels)) + _APART)
    bottom = _TOP + step * len(rows)
    height = bottom + 40
    ys = [_TOP + step * (place + 0.5) for place in range(len(rows))]
    with drawing("snake"):
        figure, axes = blank_figure(_WIDTH, height)
        for score, word, anchor in (
            (-FAR, section["low"], "left"),
            (0.0, section["middle"], "center"),
            (FAR, section["high"], "right"),
        ):
            x = _across(score)
            axes.plot([x, x], [_TOP, bottom], color=TOKENS["line"], linewidth=1)
            put_text(axes, x, bottom + 32, word, "muted", SMALL, anchor)
        for lines, y in zip(labels, ys, strict=True):
            start = y + 4.5 - _LEADING / 2 * (len(lines) - 1)
            for place, line in enumerate(lines):
                put_text(axes, 0, start + _LEADING * place, line)
        for place, column in enumerate(columns):
            number = column["number"]
            xs = [_across(row["scores"][place]) for row in rows]
            axes.plot(
                xs, ys, color=segment_colour(number), linewidth=2, markersize=7,
                marker=MARKERS[(number - 1) % len(MARKERS)], markeredgewidth=0,
            )  # fmt: skip
        for number, x in _ends(section):
            put_text(axes, x, _TOP - 6, str(number), anchor="center", weight="bold")
        markup = to_svg(figure)
    return Picture("snake", _WIDTH, height, markup)


def _across(score: float) -> float:
    inside = min(max(score, -FAR), FAR)
    return _LEFT + (inside + FAR) / (2 * FAR) * (_WIDTH - _LEFT - _RIGHT)


def _ends(section: Mapping[str, Any]) -> list[tuple[int, float]]:
    """Return where the numbers of the lines stand above the first measure, apart."""
    first = section["rows"][0]["scores"]
    wanted = sorted(
        (_across(score), column["number"])
        for score, column in zip(first, section["columns"], strict=True)
    )
    xs: list[float] = []
    for x, _ in wanted:
        xs.append(max(x, xs[-1] + 14) if xs else x)
    # what was pushed beyond the edge pushes back
    over = max(0.0, xs[-1] - (_WIDTH - 8))
    limit = xs[-1] - over
    for place in range(len(xs) - 1, -1, -1):
        xs[place] = min(xs[place], limit)
        limit = xs[place] - 14
    return [(number, x) for (_, number), x in zip(wanted, xs, strict=True)]

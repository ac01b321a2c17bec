"""The picture of `autoseg.report.journey`: a bar a segment, divided by stage."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from autoseg.report.palette import TOKENS
from autoseg.report.pictures import SMALL, Picture, put_text
from autoseg.report.svg import blank_figure, drawing, to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["draw_journey"]

_WIDTH, _TOP, _BAR, _GAP, _LEADING = 340, 4, 22, 16, 16
# bold letters that surely fit beside each other, and the room that a letter takes
_LINE, _LETTER, _MARGIN = 41, 6.9, 8
_PART_ROUNDING = 1e-9


def draw_journey(section: Mapping[str, Any]) -> Picture:
    """Draw a bar as long as the picture for each segment whose size is shown.

    Stages follow each other in their order. What is not shown is one frame at the end:
    its length is the sum of at least two counts.

    Parameters
    ----------
    section : mapping
        The summary's ``journey``.

    Returns
    -------
    Picture
    """
    rows = [row for row in section["rows"] if row["size"] is not None]
    titles = [wrap(f"{row['number']}  {row['name']}", _LINE) for row in rows]
    tops = [_TOP]
    for title in titles:
        tops.append(tops[-1] + _LEADING * len(title) + _BAR + _GAP)
    height = tops[-1] - _GAP + _TOP
    with drawing("journey"):
        figure, axes = blank_figure(_WIDTH, height)
        for row, title, top in zip(rows, titles, tops, strict=False):
            for line, words in enumerate(title):
                baseline = top + 11 + _LEADING * line
                put_text(axes, 0, baseline, words, weight="bold")
            _draw_bar(axes, row, section, top + _LEADING * len(title))
        markup = to_svg(figure)
    return Picture("journey", _WIDTH, height, markup)


def _draw_bar(
    axes: Any, row: Mapping[str, Any], section: Mapping[str, Any], top: float
) -> None:
    left, middle = 0.0, top + _BAR / 2
    for stage, cell in zip(section["stages"], row["cells"], strict=True):
        if not cell["share"]:
            continue
        length = cell["share"] * _WIDTH
        # a line of the card's colour parts neighbours, whatever theirs
        axes.barh(
            [middle], [length], left=left, height=_BAR, linewidth=1.5,
            color=TOKENS[stage["key"]], edgecolor=TOKENS["card"],
        )  # fmt: skip
        words = _fitting(length, f"{stage['label']} {cell['text']}", cell["text"])
        put_text(axes, left + length / 2, middle + 4.3, words, "card", SMALL, "center")
        left += length
    rest = _WIDTH - left
    if rest > _PART_ROUNDING:
        axes.barh(
            [middle], [rest - 2], left=left + 1, height=_BAR - 2, linewidth=1,
            color="none", edgecolor=TOKENS["quiet"],
        )  # fmt: skip
        words = _fitting(rest, section["rest"])
        put_text(axes, left + rest / 2, middle + 4.3, words, "muted", SMALL, "center")


def _fitting(length: float, *texts: str) -> str:
    """Return the first text that has room in a part of a bar; empty if none has."""
    room = (length - _MARGIN) / _LETTER
    return next((text for text in texts if len(text) <= room), "")

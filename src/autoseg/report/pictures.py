"""The pictures of the report, drawn from the summary's numbers and texts."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from autoseg.report.palette import TOKENS, segment_colour, segment_marker
from autoseg.report.svg import blank_figure, drawing, to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "SMALL",
    "VECTOR_DOTS",
    "Picture",
    "draw_curve",
    "draw_map",
    "draw_rules",
    "draw_sizes",
    "put_text",
]

_TEXT = 13.0
SMALL = 12.0
"""Size of what stands beside the picture's main words, in CSS pixels."""

VECTOR_DOTS = 500
"""Dots up to here are drawn as shapes, more of them as an image."""

# bold letters that surely fit beside each other in the bars' picture, and what a
# further line of them takes
_LINE = 42
_LEADING = 15


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing that can be set into a page.

    Parameters
    ----------
    name : str
        Distinct on the page.
    width, height : int
        Natural size in CSS pixels.
    markup : str
        Inside of the ``<svg>`` element, safe as it stands.

    Examples
    --------
    >>> Picture("dot", 10, 10, "<circle r='5'/>").width
    10
    """

    name: str
    width: int
    height: int
    markup: str


def draw_sizes(section: Mapping[str, Any]) -> Picture:
    """Draw each segment's share of customers above its share of revenue.

    Parameters
    ----------
    section : mapping
        The summary's ``sizes``.

    Returns
    -------
    Picture
    """
    rows = [row for row in section["rows"] if row["share"] is not None]
    titles = [wrap(f"{row['number']}  {row['name']}", _LINE) for row in rows]
    width, step, top = 340, 60 - _LEADING, 8
    tops = [top]
    for title in titles:
        tops.append(tops[-1] + step + _LEADING * len(title))
    height = tops[-1]
    longest = max(max(row["share"], row["revenue_share"] or 0) for row in rows)
    scale = (width - 56) / (longest or 1)
    with drawing("sizes"):
        figure, axes = blank_figure(width, height)
        axes.plot([0.5, 0.5], [0, height], color=TOKENS["line"], linewidth=1)
        for row, title, start in zip(rows, titles, tops, strict=False):
            for line, words in enumerate(title):
                put_text(axes, 8, start + 10 + _LEADING * line, words, weight="bold")
            y = start + _LEADING * (len(title) - 1)
            _bar(axes, y + 24, scale * row["share"], row["share_text"], "quiet")
            if row["revenue_share"] is not None:
                length = scale * row["revenue_share"]
                _bar(axes, y + 38, length, row["revenue_share_text"], "accent")
        markup = to_svg(figure)
    return Picture("sizes", width, height, markup)


def _bar(axes: Any, y: float, length: float, text: str, token: str) -> None:
    length = max(length, 0.0)
    axes.barh([y], [length], left=1, height=11, color=TOKENS[token], linewidth=0)
    put_text(axes, length + 7, y + 4.3, text, size=SMALL)


def draw_rules(section: Mapping[str, Any]) -> Picture:
    """Draw one line for each rule with a dot at the number that it asks for.

    Parameters
    ----------
    section : mapping
        The summary's ``why.rules``.

    Returns
    -------
    Picture
    """
    rules = [(row["k"], rule) for row in section["rows"] for rule in row["rules"]]
    ks = range(section["low"], section["high"] + 1)
    width, left, step, top = 340, 132, 28, 10
    base = top + step * len(rules)
    across = (width - left) / len(ks)
    at = {k: left + across * (position + 0.5) for position, k in enumerate(ks)}
    with drawing("rules"):
        figure, axes = blank_figure(width, base + 48)
        _band(axes, [at[k] for k in section["target"] if k in at], across, base)
        for position, (k, rule) in enumerate(rules):
            y = top + step * (position + 0.5)
            token = "accent" if k == section["k"] else "quiet"
            axes.plot([left, width], [y, y], color=TOKENS["line"], linewidth=1)
            axes.plot([at[k]], [y], "o", markersize=13, color=TOKENS[token])
            put_text(axes, 0, y + 4.5, rule)
        for k, x in at.items():
            weight = "bold" if k == section["k"] else "normal"
            put_text(axes, x, base + 19, str(k), anchor="center", weight=weight)
        middle = (left + width) / 2
        put_text(axes, middle, base + 40, section["axis"], "muted", SMALL, "center")
        markup = to_svg(figure)
    return Picture("rules", width, base + 48, markup)


def _band(axes: Any, centres: Sequence[float], step: float, base: float) -> None:
    if centres:
        left, right = min(centres) - step / 2, max(centres) + step / 2
        axes.bar(
            [(left + right) / 2], [base - 2], bottom=2, width=right - left,
            color=TOKENS["band"], linewidth=0,
        )  # fmt: skip


def draw_curve(curve: Mapping[str, Any]) -> Picture:
    """Draw one criterion over the number of segments, the delivered one marked.

    Parameters
    ----------
    curve : mapping
        One of the summary's ``why.curves``.

    Returns
    -------
    Picture
    """
    width, height, left, right, top, base = 300, 188, 46, 14, 14, 140
    points = curve["points"]
    ks = [point["k"] for point in points]
    ticks = curve["ticks"]
    lowest, highest = ticks[0]["value"], ticks[-1]["value"]
    across = (width - left - right) / max(max(ks) - min(ks), 1)
    up = (base - top) / ((highest - lowest) or 1)
    xs = {k: left + across * (k - min(ks)) for k in ks}
    with drawing(f"curve-{curve['criterion']}"):
        figure, axes = blank_figure(width, height)
        for tick in ticks:
            y = base - up * (tick["value"] - lowest)
            axes.plot([left, width - right], [y, y], color=TOKENS["line"], linewidth=1)
            put_text(axes, left - 8, y + 4, tick["text"], "muted", SMALL, "right")
        ys = [base - up * (point["value"] - lowest) for point in points]
        axes.plot(
            [xs[k] for k in ks], ys, "-o", color=TOKENS["quiet"], linewidth=2,
            markersize=5, markeredgewidth=0,
        )  # fmt: skip
        middle = (left + width - right) / 2
        put_text(axes, middle, base + 42, curve["axis"], "muted", SMALL, "center")
        for point, y in zip(points, ys, strict=True):
            chosen = point["k"] == curve["k"]
            weight = "bold" if chosen else "normal"
            token = "ink" if chosen else "muted"
            x = xs[point["k"]]
            put_text(
                axes, x, base + 22, str(point["k"]), token, SMALL, "center", weight
            )
            if chosen:
                axes.plot(
                    [x], [y], "o", markersize=11, markerfacecolor=TOKENS["accent"],
                    markeredgecolor=TOKENS["card"], markeredgewidth=2,
                )  # fmt: skip
        markup = to_svg(figure)
    return Picture(f"curve-{curve['criterion']}", width, height, markup)


def draw_map(section: Mapping[str, Any]) -> Picture:
    """Draw the customers as dots in two directions, segments by colour and shape.

    Parameters
    ----------
    section : mapping
        The summary's ``map``, with its ``points`` between 0 and 1.

    Returns
    -------
    Picture
    """
    width, height, edge = 460, 360, 16
    points = section["points"]
    raster = len(points) > VECTOR_DOTS
    with drawing("map"):
        figure, axes = blank_figure(width, height)
        for row in section["rows"]:
            number = row["number"]
            dots = [
                (edge + x * (width - 2 * edge), edge + (1 - y) * (height - 2 * edge))
                for x, y, segment in points
                if segment == number
            ]
            axes.scatter(
                [x for x, _ in dots], [y for _, y in dots], s=13, alpha=0.6,
                marker=segment_marker(number), linewidths=0,
                color=segment_colour(number), rasterized=raster,
            )  # fmt: skip
        for number, x, y in _labels(section["rows"], width, height, edge):
            axes.plot(
                [x], [y], "o", markersize=22, markerfacecolor=TOKENS["card"],
                markeredgecolor=segment_colour(number), markeredgewidth=2.5,
            )  # fmt: skip
            put_text(axes, x, y + 4.6, str(number), anchor="center", weight="bold")
        markup = to_svg(figure)
    return Picture("map", width, height, markup)


def _labels(
    rows: Sequence[Mapping[str, Any]], width: int, height: int, edge: int
) -> list[tuple[int, float, float]]:
    """Return where the numbers stand: at the middles, moved down where two meet."""
    placed: list[tuple[int, float, float]] = []
    for row in sorted(rows, key=lambda row: (-row["y"], row["number"])):
        x = edge + row["x"] * (width - 2 * edge)
        y = edge + (1 - row["y"]) * (height - 2 * edge)
        for _, other_x, other_y in placed:
            if abs(x - other_x) < 28 and abs(y - other_y) < 28:  # noqa: PLR2004
                y = other_y + 28
        placed.append((row["number"], x, y))
    return placed


def put_text(
    axes: Any,
    x: float,
    y: float,
    text: str,
    colour: str = "ink",
    size: float = _TEXT,
    anchor: str = "left",
    weight: str = "normal",
) -> None:
    """Put a text of one line on the axes.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        As `autoseg.report.svg.blank_figure` makes them.
    x, y : float
        Where it begins, ends or has its middle, and its baseline, in pixels.
    text : str
        The line.
    colour : str
        Key of `TOKENS`.
    size : float
        In pixels.
    anchor : {"left", "center", "right"}
        What lies at `x`.
    weight : {"normal", "bold"}
        Weight of the letters.
    """
    # the baseline is given, so no font of this machine has a say in the place
    axes.text(
        x, y, text, color=TOKENS[colour], fontsize=size, ha=anchor, va="baseline",
        weight=weight,
    )  # fmt: skip

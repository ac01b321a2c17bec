"""The picture of `autoseg.report.lineage`: a column a number, bands between them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from autoseg.report.palette import TOKENS, segment_colour
from autoseg.report.pictures import SMALL, Picture, put_text
from autoseg.report.svg import blank_figure, drawing, to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "BAR",
    "HEIGHT",
    "TOP",
    "WIDTH",
    "Box",
    "band_patch",
    "column_x",
    "draw_lineage",
    "place_bands",
    "place_boxes",
]

WIDTH, TOP, HEIGHT, BAR = 380, 10, 260, 18
"""Of the picture, in pixels: its width, where columns begin, and how large they are."""

_EDGE, _GAP = 26, 7


class Box(NamedTuple):
    """Where a segment stands, and whose colour it has."""

    x: float
    top: float
    height: float
    number: int


def draw_lineage(section: Mapping[str, Any]) -> Picture:
    """Draw each number's segments as a column, and what they share as bands.

    A segment has the colour of the delivered one that most of it becomes, or comes
    from.

    Parameters
    ----------
    section : mapping
        The summary's ``lineage``.

    Returns
    -------
    Picture
    """
    boxes = place_boxes(section)
    columns = section["columns"]
    base = TOP + HEIGHT
    with drawing("lineage"):
        figure, axes = blank_figure(WIDTH, base + 56)
        for flow, (left, right) in place_bands(section, boxes):
            axes.add_patch(band_patch(left, right, segment_colour(flow)))
        for (k, _), box in boxes.items():
            axes.bar(
                [box.x], [box.height], bottom=box.top, width=BAR, linewidth=0,
                color=segment_colour(box.number),
            )  # fmt: skip
            if k == section["k"]:
                _number(axes, box)
        for place, column in enumerate(columns):
            chosen = column["k"] == section["k"]
            weight, colour = ("bold", "ink") if chosen else ("normal", "muted")
            x = column_x(place, len(columns))
            put_text(
                axes, x, base + 22, str(column["k"]), colour, anchor="center",
                weight=weight,
            )  # fmt: skip
        middle = WIDTH / 2
        put_text(axes, middle, base + 46, section["axis"], "muted", SMALL, "center")
        markup = to_svg(figure)
    return Picture("lineage", WIDTH, base + 56, markup)


def _number(axes: Any, box: Box) -> None:
    y = box.top + box.height / 2
    axes.plot([box.x], [y], "o", markersize=15, color=TOKENS["card"], markeredgewidth=0)
    put_text(axes, box.x, y + 4.5, str(box.number), anchor="center", weight="bold")


def column_x(place: int, n_columns: int) -> float:
    """Return where the middle of a column is, by its place from 0."""
    return _EDGE + place * (WIDTH - 2 * _EDGE) / (n_columns - 1)


def place_boxes(section: Mapping[str, Any]) -> dict[tuple[int, int], Box]:
    """Place the delivered segments first, then their kin outwards, beside them.

    Parameters
    ----------
    section : mapping
        The summary's ``lineage``.

    Returns
    -------
    dict of (int, int) to Box
        By number of segments and label.
    """
    columns = section["columns"]
    start = next(i for i, one in enumerate(columns) if one["k"] == section["k"])
    boxes: dict[tuple[int, int], Box] = {}
    outwards = [*range(start, len(columns)), *range(start - 1, -1, -1)]
    for place in outwards:
        near = None if place == start else place + (1 if place < start else -1)
        column = columns[place]
        kin = [
            _kin(section, column["k"], node, near, boxes) for node in column["nodes"]
        ]
        order = sorted(range(len(kin)), key=lambda i: (kin[i][0], i))
        used = _GAP * (len(kin) - 1)
        top = float(TOP)
        for i in order:
            node = column["nodes"][i]
            height = node["share"] * (HEIGHT - used)
            x = column_x(place, len(columns))
            key = column["k"], node["segment"]
            boxes[key] = Box(x, top, height, kin[i][1])
            top += height + _GAP
    return boxes


def _kin(
    section: Mapping[str, Any],
    k: int,
    node: Mapping[str, Any],
    near: int | None,
    boxes: Mapping[tuple[int, int], Box],
) -> tuple[float, int]:
    """Return at which height a segment belongs, and whose colour it takes."""
    if near is None:
        return float(node["number"] or 0), node["number"] or 1
    near_k = section["columns"][near]["k"]
    shared = [
        (share, boxes[near_k, other])
        for share, other in _shared(section["flows"], k, node["segment"], near_k)
        if (near_k, other) in boxes
    ]
    if not shared:
        return float(HEIGHT), 1
    total = sum(share for share, _ in shared)
    middle = sum(share * (box.top + box.height / 2) for share, box in shared) / total
    return middle, max(shared, key=lambda one: (one[0], -one[1].number))[1].number


def _shared(
    flows: Sequence[Mapping[str, Any]], k: int, segment: int, near_k: int
) -> list[tuple[float, int]]:
    if near_k > k:
        return [
            (flow["share"], flow["next_segment"])
            for flow in flows
            if flow["k"] == k and flow["segment"] == segment
        ]
    return [
        (flow["share"], flow["segment"])
        for flow in flows
        if flow["k"] == near_k and flow["next_segment"] == segment
    ]


def place_bands(
    section: Mapping[str, Any], boxes: Mapping[tuple[int, int], Box]
) -> list[tuple[int, tuple[Box, Box]]]:
    """Return the bands with their colours: where each leaves and where it arrives.

    Parameters
    ----------
    section : mapping
        The summary's ``lineage``.
    boxes : mapping of (int, int) to Box
        As `place_boxes` returns them.

    Returns
    -------
    list of (int, (Box, Box))
        The number of the segment that gives the colour, and the ends.
    """
    columns = [column["k"] for column in section["columns"]]
    delivered = column_x(columns.index(section["k"]), len(columns))
    after = dict(pairwise(columns))
    known = [
        (
            boxes[flow["k"], flow["segment"]],
            boxes[after[flow["k"]], flow["next_segment"]],
            flow["share"],
        )
        for flow in section["flows"]
        if (flow["k"], flow["segment"]) in boxes
        and (after[flow["k"]], flow["next_segment"]) in boxes
    ]
    known.sort(key=lambda one: (one[0].x, one[0].top, one[1].top))
    leaving: dict[Box, float] = {}
    arriving: dict[Box, float] = {}
    bands = []
    for left, right, share in known:
        # a band is as high as its share of the column it leaves, or arrives in
        out = share * _scale(left, section)
        into = share * _scale(right, section)
        start, end = leaving.get(left, left.top), arriving.get(right, right.top)
        leaving[left], arriving[right] = start + out, end + into
        ends = (
            left._replace(top=start, height=out),
            right._replace(top=end, height=into),
        )
        # of the two, the one that is farther from the delivered column is the part
        part = left if right.x <= delivered else right
        bands.append((part.number, ends))
    return bands


def _scale(box: Box, section: Mapping[str, Any]) -> float:
    n_columns = len(section["columns"])
    place = round((box.x - _EDGE) / ((WIDTH - 2 * _EDGE) / (n_columns - 1)))
    return float(HEIGHT - _GAP * (len(section["columns"][place]["nodes"]) - 1))


def band_patch(left: Box, right: Box, colour: str) -> Any:
    """Return the band between two columns as a matplotlib patch."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    start, end = left.x + BAR / 2, right.x - BAR / 2
    middle = (start + end) / 2
    corners = [
        (start, left.top), (middle, left.top), (middle, right.top), (end, right.top),
        (end, right.top + right.height), (middle, right.top + right.height),
        (middle, left.top + left.height), (start, left.top + left.height),
        (start, left.top),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    return PathPatch(Path(corners, codes), facecolor=colour, alpha=0.3, linewidth=0)

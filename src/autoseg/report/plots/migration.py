"""Who moved from segment to segment: two columns of segments, bands between them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import pandas as pd

from autoseg.locales import load_catalogue
from autoseg.profiles.text import segment_names
from autoseg.report.lineageplot import BAR, Box, band_patch
from autoseg.report.migration import migration
from autoseg.report.palette import LIGHT, segment_colour
from autoseg.report.plots.display import Display, caption, nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["MigrationFlowDisplay"]

_WIDTH, _HEIGHT, _GAP = 460.0, 400.0, 9.0
_LEFT, _RIGHT = BAR / 2, _WIDTH - BAR / 2
_LETTERS = 30
_LINE_IN = 0.17
_FEWEST_LINES = 18
# how much of a line letters alone take
_LEGIBLE = 0.75


class _Side(NamedTuple):
    """A column of the picture: what stands in it, from the top, and how large it is."""

    lines: list[dict[str, Any]]
    boxes: list[Box]


class MigrationFlowDisplay(Display):
    """The customers who went from each segment to each, and those who came and went.

    Both assignments have to be made by one rule, or the picture shows how the rule
    changed and not how the customers did. A band has the colour of the segment that is
    left. Fewer than 10 customers are not shown, nor what would tell how many they are.

    Parameters
    ----------
    section : mapping
        Counts and texts, as `from_assignments` makes them.

    Attributes
    ----------
    frame_ : pandas.DataFrame
        The customers by segment before (rows) and after (columns), with their sums;
        missing where a figure is not shown.
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.report.plots import MigrationFlowDisplay
    >>> before = pd.Series([1] * 40 + [2] * 30, index=[f"c{i}" for i in range(70)])
    >>> after = before.iloc[:60].replace({1: 2}).where(before.index[:60] < "c30", 1)
    >>> display = MigrationFlowDisplay.from_assignments(
    ...     before, after, names={1: "Champions", 2: "At risk"})
    >>> int(display.frame_.loc["Total", "Total"])
    70
    """

    _name = "migration"

    def __init__(self, section: Mapping[str, Any]) -> None:
        self.section = section
        self.frame_ = _frame(section)
        counts = [cell["count"] for line in section["cells"] for cell in line]
        if not any(counts):
            found = "so few customers are in every flow that none can be shown"
            nothing(type(self).__name__, found, "compare more customers")

    @classmethod
    def from_assignments(
        cls,
        before: pd.Series[Any],
        after: pd.Series[Any],
        *,
        names: Mapping[int, str] | Segmented | None = None,
        heads: tuple[str, str] | None = None,
        ax: Axes | None = None,
        language: str = "en",
    ) -> Self:
        """Draw the way between two assignments of one frozen rule.

        Parameters
        ----------
        before, after : pandas.Series
            The number of the segment of each customer, from 1, by ``customer_id``, as
            `autoseg.Segmentation.labels`. Who is in one of them only is new or gone.
        names : mapping of int to str or autoseg.Segmentation, optional
            The name of each segment, by its number, or the segmentation that has them.
        heads : (str, str), optional
            What stands over the two columns, such as two days; "Before" and "After"
            otherwise.
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a figure of its own.
        language : str, default "en"
            Language of names and texts.

        Returns
        -------
        MigrationFlowDisplay
            Drawn.

        Raises
        ------
        InputError
            If an assignment is no Series of segments' numbers with each customer once,
            or they have no customer in common (``ASG_E_LABELS``); if a segment has no
            name (``ASG_E_SETTING``); if no figure is large enough to be shown
            (``ASG_E_NO_PICTURE``).
        """
        words = load_catalogue(language)
        if names is not None and not isinstance(names, Mapping):
            names = dict(enumerate(segment_names(names.profiles, words.language), 1))
        return cls(migration(before, after, names, words, heads)).plot(ax)

    def _size(self) -> tuple[float, float]:
        return 9.5, 1.3 + _LINE_IN * _n_lines(_sides(self.section))

    def _draw(self, ax: Axes) -> None:
        sides = _sides(self.section)
        line = _HEIGHT / _n_lines(sides)
        unit = _unit(sides, line)
        rows, columns = (
            _Side(lines, _place(lines, x, unit, line))
            for lines, x in zip(sides, (_LEFT, _RIGHT), strict=True)
        )
        self._bands(ax, rows, columns, unit, legible=_LEGIBLE * line)
        for side, sign in ((rows, -1), (columns, 1)):
            _draw_boxes(ax, side, sign)
        ax.set_xlim(0, _WIDTH)
        ax.set_ylim(_HEIGHT, 0)
        ax.set_axis_off()
        for head, x, side in zip(
            self.section["heads"], (0, _WIDTH), ("left", "right"), strict=True
        ):
            ax.text(x, -8, head, ha=side, va="bottom", weight="bold", fontsize="small")
        # above what stands over the columns
        caption(ax, self.section["title"], pad=28)
        if self.section["note"]:
            note = "\n".join(wrap(self.section["note"], 80))
            ax.text(
                0, _HEIGHT + 10, note, va="top", fontsize="small", color=LIGHT["muted"]
            )

    def _bands(
        self, ax: Axes, rows: _Side, columns: _Side, unit: float, *, legible: float
    ) -> None:
        leaving = [box.top for box in rows.boxes]
        arriving = [box.top for box in columns.boxes]
        for i, row in enumerate(rows.lines):
            for j, column in enumerate(columns.lines):
                cell = self._cell(row, column)
                if not cell or not cell["count"]:
                    continue
                height = cell["count"] * unit
                left = rows.boxes[i]._replace(top=leaving[i], height=height)
                right = columns.boxes[j]._replace(top=arriving[j], height=height)
                leaving[i] += height
                arriving[j] += height
                ax.add_patch(band_patch(left, right, _colour(left.number)))
                if height >= legible:
                    ax.text(
                        left.x + BAR / 2 + 4, left.top + height / 2, cell["text"],
                        va="center", fontsize="small", color=LIGHT["ink"],
                    )  # fmt: skip

    def _cell(
        self, row: Mapping[str, Any], column: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        if row["place"] is None or column["place"] is None:
            return None
        cell: Mapping[str, Any] = self.section["cells"][row["place"]][column["place"]]
        return cell


def _frame(section: Mapping[str, Any]) -> pd.DataFrame:
    total = section["total"]
    rows = [
        [*(cell["count"] for cell in cells), row["count"]]
        for cells, row in zip(section["cells"], section["rows"], strict=True)
    ]
    sums = [*(column["count"] for column in section["columns"]), total["count"]]
    names = [
        [f"{one['number'] or ''} {one['name']}".strip() for one in section[side]]
        for side in ("rows", "columns")
    ]
    before, after = section["heads"]
    return pd.DataFrame(
        [*rows, sums],
        index=pd.Index([*names[0], total["name"]], name=before),
        columns=pd.Index([*names[1], total["name"]], name=after),
        dtype="Int64",
    )


def _sides(section: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Return what stands in each column: lines with customers, and their places."""
    sides = []
    for side in ("rows", "columns"):
        lines = [
            {**line, "place": place}
            for place, line in enumerate(section[side])
            if line["count"]
        ]
        rest = section["total"]["count"] - sum(line["count"] for line in lines)
        if rest:
            # those whose number is not shown stand together, as what is left
            name = section["not_shown"]
            blank = dict.fromkeys(("number", "place", "text"))
            lines.append({**blank, "name": name, "count": rest})
        sides.append(lines)
    return sides


def _n_lines(sides: Sequence[Sequence[Mapping[str, Any]]]) -> float:
    """Return how many lines of letters high the picture is."""
    lines = [sum(_lines_of(one) + 1 for one in side) for side in sides]
    return float(max(_FEWEST_LINES, *lines))


def _unit(sides: Sequence[Sequence[Mapping[str, Any]]], line: float) -> float:
    """Return how high a customer is, the same on both sides, so bands keep width.

    A box has at least the room that its name takes, so it is found by halving.
    """
    low, high = 0.0, _HEIGHT
    for _ in range(60):
        middle = (low + high) / 2
        fits = all(sum(_rooms(one, middle, line)) <= _HEIGHT for one in sides)
        low, high = (middle, high) if fits else (low, middle)
    return low


def _rooms(lines: Sequence[Mapping[str, Any]], unit: float, line: float) -> list[float]:
    return [max(one["count"] * unit, _lines_of(one) * line) + _GAP for one in lines]


def _place(
    lines: Sequence[Mapping[str, Any]], x: float, unit: float, line: float
) -> list[Box]:
    """Return each box in the middle of its room, and all in that of the picture."""
    rooms = _rooms(lines, unit, line)
    top = (_HEIGHT - sum(rooms)) / 2
    boxes = []
    for one, room in zip(lines, rooms, strict=True):
        height = one["count"] * unit
        boxes.append(Box(x, top + (room - height) / 2, height, one["number"] or 0))
        top += room
    return boxes


def _draw_boxes(ax: Axes, side: _Side, sign: int) -> None:
    """Draw the boxes of a column with their names outside, by the sign of the side."""
    for box, line in zip(side.boxes, side.lines, strict=True):
        hidden = line["place"] is None
        ax.bar(
            [box.x], [box.height], bottom=box.top, width=BAR, linewidth=0,
            color=LIGHT["line"] if hidden else _colour(box.number),
            hatch="///" if hidden else None, edgecolor=LIGHT["quiet"],
        )  # fmt: skip
        ax.text(
            box.x + sign * (BAR / 2 + 6), box.top + box.height / 2, _label(line),
            ha="right" if sign < 0 else "left", va="center", fontsize="small",
        )  # fmt: skip


def _colour(number: int) -> str:
    return segment_colour(number) if number else LIGHT["quiet"]


def _label(line: Mapping[str, Any]) -> str:
    # the dot stays with the count that it parts from the name
    count = f" ·\u00a0{line['text']}" if line["text"] else ""
    head = f"{line['number']}  " if line["number"] else ""
    return "\n".join(wrap(f"{head}{line['name']}{count}", _LETTERS))


def _lines_of(line: Mapping[str, Any]) -> int:
    return _label(line).count("\n") + 1

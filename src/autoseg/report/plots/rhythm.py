"""When customers buy: weekdays by parts of the day, a table a segment."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Self

from autoseg.errors import Finding, InputError
from autoseg.report.palette import LIGHT
from autoseg.report.plots.display import Display, as_written, nothing, titled
from autoseg.report.rhythm import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["RhythmDisplay"]

# how much of the strongest shade is in each, as in the style sheet
_MIX = (0.0, 0.22, 0.48, 0.74, 1.0)
_ABREAST = 3
_WIDTH = 4.0  # of a table, in cells that are as wide as a part of the day
_BESIDE, _ABOVE, _BELOW = 0.6, 2.8, 0.5  # between tables, in cells
_CELL_IN, _ROW_IN = 0.72, 0.24
_LETTERS, _LETTERS_OF_PARTS, _LETTERS_OF_NOTE = 36, 56, 38


class RhythmDisplay(Display):
    """The share of the orders on each weekday and at each time of day.

    A table for all customers and one for each segment, with every share printed. One
    scale of shades serves all of them. A dash is a share that is not shown.

    Parameters
    ----------
    section : mapping
        The summary's ``rhythm``.
    segment : int, optional
        The number of the one segment to draw; by default all customers and every
        segment.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import RhythmDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = RhythmDisplay.from_segmentation(segmentation, segment=1)
    >>> display.ax_.get_title(loc="left")
    'When they buy'
    """

    _name = "rhythm"

    def __init__(
        self, section: Mapping[str, Any] | None, segment: int | None = None
    ) -> None:
        if section is None:
            found = "of no segment it is known when it buys, or too few customers did"
            nothing(type(self).__name__, found, "segment transactions with their times")
        self.section = section
        self.segment = segment
        panels = section["panels"]
        self._panels = [
            one for one in panels if segment is None or one["number"] == segment
        ]
        if not self._panels:
            known = ", ".join(str(one["number"]) for one in panels if one["number"])
            found = f"there is no table of segment {segment!r}"
            fix = f"give one of {known}"
            raise InputError(Finding("ASG_E_SETTING", "segment", found, fix))

    @classmethod
    def from_segmentation(
        cls,
        segmentation: Segmented,
        *,
        segment: int | None = None,
        ax: Axes | None = None,
        language: str = "en",
    ) -> Self:
        """Draw the segments of a segmentation.

        Parameters
        ----------
        segmentation : autoseg.Segmentation
            The segments.
        segment : int, optional
            The number of the one segment to draw; by default all customers and every
            segment.
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a figure of its own.
        language : str, default "en"
            Language of names and texts.

        Returns
        -------
        RhythmDisplay
            Drawn.

        Raises
        ------
        InputError
            If customers came summed up, or too few of them bought for anything to be
            shown (``ASG_E_NO_PICTURE``); if there is no such segment
            (``ASG_E_SETTING``).
        """
        return cls(segmentation.report(language).data["rhythm"], segment).plot(ax)

    def _size(self) -> tuple[float, float]:
        abreast, n_lines = self._lines()
        n_rows = len(self._panels[0]["rows"])
        width = 1.3 + _CELL_IN * (abreast * (_WIDTH + _BESIDE))
        return width, 1.1 + _ROW_IN * n_lines * (n_rows + _ABOVE + _BELOW)

    def _lines(self) -> tuple[int, int]:
        abreast = min(_ABREAST, len(self._panels))
        return abreast, -(-len(self._panels) // abreast)

    def _draw(self, ax: Axes) -> None:
        abreast, n_lines = self._lines()
        n_rows = len(self._panels[0]["rows"])
        high = n_rows + _ABOVE + _BELOW
        for place, panel in enumerate(self._panels):
            line, column = divmod(place, abreast)
            left, top = column * (_WIDTH + _BESIDE), line * high + _ABOVE
            self._panel(ax, panel, left, top)
            if column == 0:
                for y, row in enumerate(panel["rows"]):
                    _write(ax, left - 0.15, top + y + 0.5, row["label"], ha="right")
        ax.set_xlim(0, abreast * (_WIDTH + _BESIDE) - _BESIDE)
        ax.set_ylim(n_lines * high, 0)
        ax.set_axis_off()
        if self.section["note"]:
            note = "\n".join(wrap(self.section["note"], abreast * _LETTERS_OF_NOTE))
            y = n_lines * high
            _write(ax, 0, y, note, ha="left", va="top", color=LIGHT["muted"])
        title = "\n".join(wrap(self.section["heading"], 60))
        as_written([ax.set_title(title, loc="left", fontsize="medium")])

    def _panel(
        self, ax: Axes, panel: Mapping[str, Any], left: float, top: float
    ) -> None:
        columns = self.section["columns"]
        wide = _WIDTH / len(columns)
        name = panel["name"]
        if panel["number"] is not None:
            name = titled(panel["number"], name, _LETTERS)
        _write(ax, left, top - 1.45, name, weight="bold", ha="left", va="bottom")
        for place, column in enumerate(columns):
            lines = wrap(column["label"], _LETTERS_OF_PARTS // len(columns))
            text = "\n".join([*lines, *filter(None, [column["hours"]])])
            x = left + (place + 0.5) * wide
            _write(ax, x, top - 0.15, text, va="bottom", color=LIGHT["muted"], size=7)
        for y, row in enumerate(panel["rows"]):
            for place, cell in enumerate(row["cells"]):
                x = left + place * wide
                ax.add_patch(_box(x, top + y, wide, cell["step"]))
                _write(ax, x + wide / 2, top + y + 0.5, cell["text"])


def _box(x: float, y: float, width: float, step: int) -> Any:
    from matplotlib.patches import Rectangle

    colour = _shade(step)
    return Rectangle((x, y), width, 1, facecolor=colour, edgecolor=LIGHT["line"])


def _shade(step: int) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    part = _MIX[min(step, STEPS)]
    ends = zip(to_rgb(LIGHT["card"]), to_rgb(LIGHT["up2"]), strict=True)
    return tuple(low + (high - low) * part for low, high in ends)


def _write(ax: Axes, x: float, y: float, text: str, **settings: Any) -> None:
    usual = {
        "ha": "center", "va": "center", "fontsize": "small", "color": LIGHT["ink"],
    }  # fmt: skip
    if "size" in settings:
        del usual["fontsize"]
    ax.text(x, y, text, **usual | settings)

"""The snake plot: a line a segment, through the measures."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Self

from autoseg.report.palette import LIGHT, segment_colour, segment_marker
from autoseg.report.plots.display import (
    SegmentsDisplay,
    as_written,
    caption,
    nothing,
    ticks_as_written,
    titled,
)
from autoseg.report.snake import FAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["SnakeDisplay"]


class SnakeDisplay(SegmentsDisplay):
    """A line for each of up to eight segments, through what they differ most in.

    Parameters
    ----------
    section : mapping
        The summary's ``snake``. What lies farther out than the picture ends is drawn
        at its end.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import SnakeDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = SnakeDisplay.from_segmentation(segmentation)
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['far below', 'all customers', 'far above']
    """

    _name = "snake"

    def __init__(self, section: Mapping[str, Any] | None) -> None:
        if section is None:
            found = "it takes two to eight segments and three measures known for all"
            nothing(type(self).__name__, found, "draw HeatmapDisplay instead")
        self.section = section

    @classmethod
    def _of(cls, segmentation: Segmented, language: str) -> Self:
        return cls(segmentation.report(language).data["snake"])

    def _size(self) -> tuple[float, float]:
        return 8.5, 1.6 + 0.45 * len(self.section["rows"])

    def _draw(self, ax: Axes) -> None:
        rows = self.section["rows"]
        ax.axvline(0, color=LIGHT["quiet"], linewidth=1)
        for place, column in enumerate(self.section["columns"]):
            number = column["number"]
            xs = [min(max(row["scores"][place], -FAR), FAR) for row in rows]
            ax.plot(
                xs, range(len(rows)), color=segment_colour(number), linewidth=1.8,
                marker=segment_marker(number), label=titled(number, column["name"]),
            )  # fmt: skip
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_xlim(-FAR * 1.08, FAR * 1.08)
        words = [self.section[key] for key in ("low", "middle", "high")]
        ax.set_xticks([-FAR, 0, FAR], words)
        labels = ["\n".join(wrap(row["label"], 28)) for row in rows]
        ax.set_yticks(range(len(rows)), labels, fontsize="small")
        ax.grid(axis="y", color=LIGHT["line"])
        ax.set_axisbelow(True)
        ax.tick_params(length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)
        caption(ax, self.section["caption"])
        legend = ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
        as_written(legend.get_texts())
        ticks_as_written(ax)

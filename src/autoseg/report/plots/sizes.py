"""How large each segment is beside what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autoseg.report.palette import LIGHT
from autoseg.report.plots.display import (
    SegmentsDisplay,
    as_written,
    caption,
    nothing,
    ticks_as_written,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["SizesDisplay"]

_HALF = 0.36


class SizesDisplay(SegmentsDisplay):
    """Each segment's share of the customers above its share of the revenue.

    Parameters
    ----------
    section : mapping
        The summary's ``sizes``. Segments and revenues that are too small to be
        shown are left out.
    labels : mapping of str to str
        The summary's ``labels``.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import SizesDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = SizesDisplay.from_segmentation(segmentation)
    >>> len(display.ax_.patches) == 2 * len(segmentation.profiles.segments)
    True
    """

    _name = "sizes"

    def __init__(self, section: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        self.section = section
        self.labels = labels
        self._rows = [row for row in section["rows"] if row["share"] is not None]
        if not self._rows:
            found = "every segment is too small to be shown"
            nothing(type(self).__name__, found, "ask for fewer segments")

    @classmethod
    def _of(cls, segmentation: Segmented, language: str) -> Self:
        data = segmentation.report(language).data
        return cls(data["sizes"], data["labels"])

    def _size(self) -> tuple[float, float]:
        return 7.5, 1.4 + 0.62 * len(self._rows)

    def _draw(self, ax: Axes) -> None:
        for key, token, shift in (
            ("share", "quiet", -_HALF / 2),
            ("revenue_share", "accent", _HALF / 2),
        ):
            shown = [(y, row) for y, row in enumerate(self._rows) if _known(row, key)]
            bars = ax.barh(
                [y + shift for y, _ in shown], [row[key] for _, row in shown],
                height=_HALF, color=LIGHT[token], label=self.labels[key],
            )  # fmt: skip
            texts = [row[f"{key}_text"] for _, row in shown]
            as_written(ax.bar_label(bars, texts, padding=4, fontsize="small"))
        names = [titled(row["number"], row["name"]) for row in self._rows]
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        # every bar carries its number, so an axis would say it twice
        ax.set_xticks([])
        ax.margins(x=0.12)
        ax.tick_params(axis="y", length=0)
        ax.spines[["top", "right", "bottom"]].set_visible(False)
        caption(ax, self.section["title"])
        legend = ax.legend(
            loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False
        )
        as_written(legend.get_texts())
        ticks_as_written(ax)


def _known(row: Mapping[str, Any], key: str) -> bool:
    return row[key] is not None

"""The heat map: medians by segment, shaded by how far they are off."""

from __future__ import annotations

from textwrap import wrap
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

__all__ = ["HeatmapDisplay"]

_SHADES = {2: "up2", 1: "up1", 0: "card", -1: "down1", -2: "down2"}
_ARROWS = {2: "▲▲", 1: "▲", 0: "", -1: "▼", -2: "▼▼"}
_LETTERS = 13


class HeatmapDisplay(SegmentsDisplay):
    """Medians of each segment beside all customers, with the numbers printed.

    Shade and arrows say how far a median is from that of all customers.

    Parameters
    ----------
    section : mapping
        The summary's ``heatmap``; its first table is drawn.
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
    >>> from autoseg.report.plots import HeatmapDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = HeatmapDisplay.from_segmentation(segmentation)
    >>> display.ax_.get_xticklabels()[0].get_text()
    'All customers'
    """

    _name = "heatmap"

    def __init__(
        self, section: Mapping[str, Any] | None, labels: Mapping[str, str]
    ) -> None:
        if section is None:
            found = "every segment is too small to be shown"
            nothing(type(self).__name__, found, "ask for fewer segments")
        self.section = section
        self.labels = labels
        self._rows = [row for group in section["groups"] for row in group["rows"]]

    @classmethod
    def _of(cls, segmentation: Segmented, language: str) -> Self:
        data = segmentation.report(language).data
        return cls(data["heatmap"], data["labels"])

    def _size(self) -> tuple[float, float]:
        n_columns = 1 + len(self.section["columns"])
        return 3.0 + 1.15 * n_columns, 2.1 + 0.42 * len(self._rows)

    def _draw(self, ax: Axes) -> None:
        from matplotlib.colors import BoundaryNorm, ListedColormap
        from matplotlib.patches import Patch

        shades = sorted(_SHADES)
        # the first column, all customers, is what the others are measured by
        steps = [[0, *(cell["step"] for cell in row["cells"])] for row in self._rows]
        ax.pcolormesh(
            steps, cmap=ListedColormap([LIGHT[_SHADES[step]] for step in shades]),
            norm=BoundaryNorm([step - 0.5 for step in (*shades, 3)], len(shades)),
            edgecolors=LIGHT["line"], linewidth=1,
        )  # fmt: skip
        for y, row in enumerate(self._rows):
            texts = [row["all_text"], *map(_printed, row["cells"])]
            for x, text in enumerate(texts):
                ax.text(
                    x + 0.5, y + 0.5, text, ha="center", va="center", fontsize="small",
                    color=LIGHT["muted" if x == 0 else "ink"],
                )  # fmt: skip
        self._name_axes(ax)
        caption(ax, self.section["caption"])
        legend = ax.legend(
            handles=[
                Patch(
                    facecolor=LIGHT[_SHADES[one["step"]]], edgecolor=LIGHT["line"],
                    label=f"{_ARROWS[one['step']]} {one['text']}".strip(),
                )
                for one in self.section["legend"]
            ],
            loc="upper left", bbox_to_anchor=(0, 0), ncols=3, frameon=False,
            fontsize="small",
        )  # fmt: skip
        as_written(legend.get_texts())

    def _name_axes(self, ax: Axes) -> None:
        names = [
            titled(column["number"], column["name"], _LETTERS)
            for column in self.section["columns"]
        ]
        heads = ["\n".join(wrap(self.labels["all"], _LETTERS)), *names]
        ax.set_xticks([x + 0.5 for x in range(len(heads))], heads, fontsize="small")
        labels = ["\n".join(wrap(row["label"], 36)) for row in self._rows]
        ax.set_yticks([y + 0.5 for y in range(len(labels))], labels, fontsize="small")
        ax.set_ylim(len(labels), 0)
        ax.tick_params(length=0, labeltop=True, labelbottom=False)
        ax.spines[:].set_visible(False)
        ticks_as_written(ax)


def _printed(cell: Mapping[str, Any]) -> str:
    return f"{cell['text']} {_ARROWS[cell['step']]}".strip()

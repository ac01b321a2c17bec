"""Which segments stay when another number of them is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autoseg.report.lineageplot import (
    BAR,
    HEIGHT,
    TOP,
    WIDTH,
    band_patch,
    column_x,
    place_bands,
    place_boxes,
)
from autoseg.report.palette import LIGHT, segment_colour
from autoseg.report.plots.display import (
    SegmentsDisplay,
    as_written,
    caption,
    nothing,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["PersistenceDisplay"]


class PersistenceDisplay(SegmentsDisplay):
    """A column for each number of segments, with bands for what two segments share.

    A band that runs straight through is a segment that is there whatever the number.
    A segment has the colour of the delivered one that most of it becomes, or comes
    from.

    Parameters
    ----------
    section : mapping
        The summary's ``why.lineage``.
    names : mapping of int to str
        The name of each delivered segment, by its number.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import PersistenceDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = PersistenceDisplay.from_segmentation(segmentation)
    >>> display.ax_.get_xlabel()
    'Number of segments'
    """

    _name = "persistence"

    def __init__(
        self, section: Mapping[str, Any] | None, names: Mapping[int, str]
    ) -> None:
        if section is None:
            found = "fewer than three numbers of segments were compared"
            fix = "let segment try more of them with k_range"
            nothing(type(self).__name__, found, fix)
        self.section = section
        self.names = names

    @classmethod
    def _of(cls, segmentation: Segmented, language: str) -> Self:
        data = segmentation.report(language).data
        names = {card["number"]: card["name"] for card in data["segments"]["cards"]}
        return cls(data["why"]["lineage"], names)

    def _size(self) -> tuple[float, float]:
        return 8.5, 4.6

    def _draw(self, ax: Axes) -> None:
        from matplotlib.patches import Patch

        section = self.section
        boxes = place_boxes(section)
        for number, (left, right) in place_bands(section, boxes):
            ax.add_patch(band_patch(left, right, segment_colour(number)))
        delivered = {k_and_label: box for k_and_label, box in boxes.items()
                     if k_and_label[0] == section["k"]}  # fmt: skip
        for box in boxes.values():
            ax.bar(
                [box.x], [box.height], bottom=box.top, width=BAR, linewidth=0,
                color=segment_colour(box.number),
            )  # fmt: skip
        for box in delivered.values():
            ax.text(
                box.x, box.top + box.height / 2, str(box.number), ha="center",
                va="center", weight="bold", fontsize="small",
                bbox={"boxstyle": "circle,pad=0.2", "fc": LIGHT["card"], "lw": 0},
            )  # fmt: skip
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(TOP + HEIGHT, TOP)
        ks = [column["k"] for column in section["columns"]]
        places = [column_x(place, len(ks)) for place in range(len(ks))]
        ax.set_xticks(places, [str(k) for k in ks])
        ax.get_xticklabels()[ks.index(section["k"])].set_fontweight("bold")
        ax.set_yticks([])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(section["axis"])
        caption(ax, section["title"])
        shown = sorted({box.number for box in delivered.values()})
        legend = ax.legend(
            handles=[
                Patch(color=segment_colour(one), label=titled(one, self.names[one]))
                for one in shown
            ],
            loc="upper left", bbox_to_anchor=(1, 1), frameon=False,
        )  # fmt: skip
        as_written(legend.get_texts())

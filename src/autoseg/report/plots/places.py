"""The customers as dots in a plane, by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autoseg.report.palette import LIGHT, segment_colour, segment_marker
from autoseg.report.pictures import VECTOR_DOTS
from autoseg.report.plots.display import (
    Display,
    as_written,
    caption,
    nothing,
    titled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["SegmentMapDisplay"]


class SegmentMapDisplay(Display):
    """A sample of the customers as dots: those who behave alike lie close together.

    Distances are approximate, and the picture says so. The few dots farthest out and
    segments with fewer than 10 customers are left off.

    Parameters
    ----------
    section : mapping
        The summary's ``map``.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import SegmentMapDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = SegmentMapDisplay.from_segmentation(segmentation)
    >>> display.ax_.get_xlabel()
    'Distances are approximate.'
    """

    _name = "map"

    def __init__(self, section: Mapping[str, Any] | None) -> None:
        if section is None:
            found = "there are no dots of segments large enough to be shown"
            nothing(type(self).__name__, found, "ask for fewer segments")
        self.section = section

    @classmethod
    def from_segmentation(
        cls,
        segmentation: Segmented,
        *,
        method: str = "pca",
        ax: Axes | None = None,
        language: str = "en",
    ) -> Self:
        """Draw the customers of a segmentation.

        Parameters
        ----------
        segmentation : autoseg.Segmentation
            The segments.
        method : {"pca", "umap"}, default "pca"
            ``"pca"`` for the two principal components. ``"umap"`` for a map of
            neighbours of at most 5,000 customers, by the seed of the segmentation;
            it takes some seconds.
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a figure of its own.
        language : str, default "en"
            Language of names and texts.

        Returns
        -------
        SegmentMapDisplay
            Drawn.

        Raises
        ------
        InputError
            If there is no such method (``ASG_E_SETTING``) or no dot
            (``ASG_E_NO_PICTURE``).
        """
        report = segmentation.report(language, map_method=method)
        return cls(report.data["map"]).plot(ax)

    def _size(self) -> tuple[float, float]:
        return 8.5, 5.0

    def _draw(self, ax: Axes) -> None:
        section = self.section
        for row in section["rows"]:
            number = row["number"]
            dots = [(x, y) for x, y, one in section["points"] if one == number]
            ax.scatter(
                [x for x, _ in dots], [y for _, y in dots], s=14, alpha=0.6,
                linewidths=0, color=segment_colour(number),
                marker=segment_marker(number),
                rasterized=len(section["points"]) > VECTOR_DOTS,
                label=titled(number, row["name"]),
            )  # fmt: skip
        for row in section["rows"]:
            ax.text(
                row["x"], row["y"], str(row["number"]), ha="center", va="center",
                weight="bold", fontsize="small",
                bbox={"boxstyle": "circle,pad=0.25", "fc": LIGHT["card"], "lw": 2,
                      "ec": segment_colour(row["number"])},
            )  # fmt: skip
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_color(LIGHT["line"])
        ax.set_xlabel(section["note"], color=LIGHT["muted"], fontsize="small")
        caption(ax, section["title"])
        legend = ax.legend(
            loc="upper left", bbox_to_anchor=(1, 1), frameon=False, markerscale=1.8
        )
        as_written(legend.get_texts())

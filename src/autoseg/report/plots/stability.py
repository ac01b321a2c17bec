"""How well each segment comes back when the customers are drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autoseg.locales import load_catalogue
from autoseg.profiles import describe
from autoseg.report.material import Material
from autoseg.report.palette import LIGHT
from autoseg.report.plots.display import (
    SegmentsDisplay,
    as_written,
    caption,
    nothing,
    ticks_as_written,
    titled,
)
from autoseg.report.steadiness import steadiness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["StabilityDisplay"]

_BANDS = ("card", "band")


class StabilityDisplay(SegmentsDisplay):
    """Each segment's mean Jaccard similarity, with standard errors and its reading.

    The bands are those of ``clusterboot`` in Hennig's fpc: 0.85 and more is solid,
    0.75 reliable, 0.60 tentative, less is unstable.

    Parameters
    ----------
    section : mapping
        What `autoseg.report.steadiness.steadiness` returns.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import StabilityDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=5)
    >>> display = StabilityDisplay.from_segmentation(segmentation)
    >>> display.ax_.get_title(loc="left")
    'Stability of each segment'
    """

    _name = "stability"

    def __init__(self, section: Mapping[str, Any] | None) -> None:
        if section is None:
            found = "the stability of the segments is not known"
            fix = "let segment count it with n_resamples=50"
            nothing(type(self).__name__, found, fix)
        self.section = section

    @classmethod
    def _of(cls, segmentation: Segmented, language: str) -> Self:
        words, profiles = load_catalogue(language), segmentation.profiles
        texts = tuple(describe(profiles, words.language))
        material = Material(words, profiles.currency, profiles, texts)
        return cls(steadiness(material, segmentation.stability))

    def _size(self) -> tuple[float, float]:
        return 8.0, 2.0 + 0.5 * len(self.section["rows"])

    def _draw(self, ax: Axes) -> None:
        rows, bands = self.section["rows"], self.section["bands"]
        for place, band in enumerate(bands):
            ax.axvspan(
                band["low"], band["high"], color=LIGHT[_BANDS[place % 2]], zorder=0,
                linewidth=0,
            )  # fmt: skip
        ys = range(len(rows))
        self._draw_errors(ax)
        ax.plot(
            [row["value"] for row in rows], ys, "o", color=LIGHT["accent"],
            markersize=8, label=self.section["mean"],
        )  # fmt: skip
        for y, row in zip(ys, rows, strict=True):
            ax.annotate(
                row["text"], (row["value"], y), (0, 8), ha="center",
                textcoords="offset points", fontsize="small",
            )  # fmt: skip
        ax.set_xlim(0, 1)
        ax.set_ylim(len(rows) - 0.5, -0.7)
        names = [titled(row["number"], row["name"]) for row in rows]
        ax.set_yticks(ys, names)
        self._name_bands(ax)
        ax.tick_params(axis="y", length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.set_xlabel(self.section["axis"])
        caption(ax, self.section["title"])
        handles, labels = ax.get_legend_handles_labels()
        legend = ax.legend(
            handles, labels, loc="upper left", bbox_to_anchor=(0, -0.9 / len(rows)),
            ncols=2, frameon=False, fontsize="small",
        )  # fmt: skip
        as_written(legend.get_texts())
        ticks_as_written(ax)

    def _draw_errors(self, ax: Axes) -> None:
        known = [
            (y, row["value"], row["error"])
            for y, row in enumerate(self.section["rows"])
            if row["error"] is not None
        ]
        if not known:
            return
        ys, means, errors = zip(*known, strict=True)
        ax.errorbar(
            means, ys, xerr=errors, fmt="none", capsize=5, color=LIGHT["ink"],
            label=self.section["error"],
        )  # fmt: skip

    def _name_bands(self, ax: Axes) -> None:
        bands = self.section["bands"]
        ax.set_xticks(
            [*(band["low"] for band in bands), 1],
            [*(band["low_text"] for band in bands), self.section["whole"]],
        )
        for band in bands:
            # above the axes, which leaves the middle to the segments
            ax.annotate(
                band["text"], ((band["low"] + band["high"]) / 2, 1), (0, 2),
                xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", fontsize="x-small", color=LIGHT["muted"],
            )  # fmt: skip

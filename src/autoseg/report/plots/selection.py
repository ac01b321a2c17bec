"""The curves behind the choice of the number of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from autoseg.errors import Finding, InputError
from autoseg.report.palette import LIGHT
from autoseg.report.plots.display import Display, caption, nothing, ticks_as_written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from autoseg.report.plots.display import Segmented

__all__ = ["SelectionDisplay"]


class SelectionDisplay(Display):
    """One criterion over the number of segments, the delivered number marked.

    Parameters
    ----------
    curves : sequence of mapping
        The summary's ``why.curves``.
    criterion : str, optional
        Which of them: ``"agreement"``, ``"silhouette"``, ``"davies_bouldin"`` or
        ``"bic_each"``; by default the first.

    Attributes
    ----------
    criteria : tuple of str
        Those that can be drawn.
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.

    Examples
    --------
    >>> import autoseg
    >>> from autoseg.report.plots import SelectionDisplay
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> display = SelectionDisplay.from_segmentation(
    ...     segmentation, criterion="silhouette")
    >>> display.ax_.get_ylabel()
    'Silhouette (higher is better)'
    """

    _name = "selection"

    def __init__(
        self, curves: Sequence[Mapping[str, Any]], criterion: str | None = None
    ) -> None:
        if not curves:
            found = "fewer than three numbers of segments were compared"
            fix = "let segment try more of them with k_range"
            nothing(type(self).__name__, found, fix)
        self.criteria = tuple(curve["criterion"] for curve in curves)
        wanted = self.criteria[0] if criterion is None else criterion
        if wanted not in self.criteria:
            known = ", ".join(map(repr, self.criteria))
            found = f"there is no curve {wanted!r} here"
            fix = f"give one of {known}"
            raise InputError(Finding("ASG_E_SETTING", "criterion", found, fix))
        self.section = curves[self.criteria.index(wanted)]

    @classmethod
    def from_segmentation(
        cls,
        segmentation: Segmented,
        *,
        criterion: str | None = None,
        ax: Axes | None = None,
        language: str = "en",
    ) -> Self:
        """Draw one of the curves of a segmentation.

        Parameters
        ----------
        segmentation : autoseg.Segmentation
            The segments.
        criterion : str, optional
            Which curve; by default the first of `criteria`.
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a figure of its own.
        language : str, default "en"
            Language of the texts.

        Returns
        -------
        SelectionDisplay
            Drawn.

        Raises
        ------
        InputError
            If there is no such curve (``ASG_E_SETTING``) or none at all
            (``ASG_E_NO_PICTURE``).
        """
        why = segmentation.report(language).data["why"]
        return cls(why["curves"], criterion).plot(ax)

    def _size(self) -> tuple[float, float]:
        return 5.5, 3.6

    def _draw(self, ax: Axes) -> None:
        section = self.section
        points = section["points"]
        ax.plot(
            [point["k"] for point in points], [point["value"] for point in points],
            "-o", color=LIGHT["quiet"], linewidth=2, markersize=5,
        )  # fmt: skip
        chosen = next(point for point in points if point["k"] == section["k"])
        ax.plot(
            [chosen["k"]], [chosen["value"]], "o", markersize=11,
            color=LIGHT["accent"], markeredgecolor=LIGHT["card"], markeredgewidth=2,
        )  # fmt: skip
        ax.annotate(
            chosen["text"], (chosen["k"], chosen["value"]), (0, 10), ha="center",
            textcoords="offset points", weight="bold",
        )  # fmt: skip
        ticks = section["ticks"]
        ax.set_yticks([one["value"] for one in ticks], [one["text"] for one in ticks])
        ax.set_ylim(ticks[0]["value"], ticks[-1]["value"])
        ax.margins(x=0.06)
        ks = [point["k"] for point in points]
        ax.set_xticks(ks, [str(k) for k in ks])
        ax.get_xticklabels()[ks.index(section["k"])].set_fontweight("bold")
        ax.grid(axis="y", color=LIGHT["line"])
        ax.set_axisbelow(True)
        ax.set_xlabel(section["axis"])
        ax.set_ylabel(f"{section['name']} ({section['hint']})")
        ax.spines[["top", "right"]].set_visible(False)
        caption(ax, section["title"])
        ticks_as_written(ax)

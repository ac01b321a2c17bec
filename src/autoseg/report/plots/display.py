"""What every picture that stands alone has in common: axes, letters, files."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from io import BytesIO, StringIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol, Self

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from autoseg.clustering import SegmentStability
    from autoseg.profiles import SegmentProfiles
    from autoseg.report.report import Report

__all__ = [
    "Display",
    "Segmented",
    "SegmentsDisplay",
    "as_written",
    "caption",
    "nothing",
    "ticks_as_written",
    "titled",
]

_LABEL = 30
_DPI = 144


class Segmented(Protocol):
    """What pictures are drawn of: an `autoseg.Segmentation`."""

    @property
    def profiles(self) -> SegmentProfiles:
        """What each segment looks like."""

    @property
    def stability(self) -> SegmentStability | None:
        """How well each segment survives resampling."""

    def report(self, language: str = ..., *, map_method: str = ...) -> Report:
        """Return the report."""


class Display:
    """A picture of one section of the summary.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        What it was drawn on.
    figure_ : matplotlib.figure.Figure
        The figure of the axes, to be saved.
    """

    ax_: Axes
    figure_: Figure
    _name: ClassVar[str]
    _own: bool = False

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to; by default a new figure, which pyplot does not keep.

        Returns
        -------
        Display
            Itself.
        """
        # a name may hold dollar signs, which are no formula
        with _settings({"text.parse_math": False, "text.usetex": False}):
            self._own = ax is None
            self.ax_ = self._new_axes() if ax is None else ax
            figure: Any = self.ax_.get_figure(root=True)
            self.figure_ = figure
            self._draw(self.ax_)
            if self._own:
                # laid out once, or each format that it is saved in would move it
                self.figure_.draw_without_rendering()
                self.figure_.set_layout_engine("none")
        return self

    def to_svg(self) -> str:
        """Return the figure as an SVG document; the same figure, the same text.

        Returns
        -------
        str
            Letters stay letters, so whatever shows it picks the font.
        """
        blank = dict.fromkeys(("Date", "Creator"))
        page = StringIO()
        with _settings({"svg.hashsalt": self._name, "svg.fonttype": "none"}):
            self.figure_.savefig(page, format="svg", metadata=blank)
        return page.getvalue()

    def _repr_png_(self) -> bytes | None:
        # axes that were given are shown by whoever made them
        if not self._own:
            return None
        image = BytesIO()
        with _settings({}):
            self.figure_.savefig(image, format="png", dpi=_DPI)
        return image.getvalue()

    def _new_axes(self) -> Axes:
        # a figure without pyplot is gone as soon as nobody holds it
        from matplotlib.figure import Figure

        figure = Figure(figsize=self._size(), layout="constrained")
        return figure.subplots()

    def _size(self) -> tuple[float, float]:
        """Return width and height in inches."""
        raise NotImplementedError

    def _draw(self, ax: Axes) -> None:
        raise NotImplementedError


class SegmentsDisplay(Display):
    """A picture that nothing but the segmentation decides."""

    @classmethod
    def from_segmentation(
        cls, segmentation: Segmented, *, ax: Axes | None = None, language: str = "en"
    ) -> Self:
        """Draw the segments of a segmentation.

        Parameters
        ----------
        segmentation : autoseg.Segmentation
            The segments.
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default a figure of its own.
        language : str, default "en"
            Language of names and texts.

        Returns
        -------
        Display
            Drawn.

        Raises
        ------
        InputError
            If there is nothing to draw (``ASG_E_NO_PICTURE``), with what would help.
        """
        return cls._of(segmentation, language).plot(ax)

    @classmethod
    def _of(cls, segmentation: Segmented, language: str) -> Self:
        raise NotImplementedError


def titled(number: int, name: str, width: int = _LABEL) -> str:
    r"""Return a segment's number and name on as many lines as it takes.

    Examples
    --------
    >>> titled(2, "Loyal regulars who buy for much", 20)
    '2  Loyal regulars\nwho buy for much'
    """
    # two spaces part the number from a name that may begin with one
    return "\n".join(wrap(f"{number}  {name}", width))


def caption(ax: Axes, title: str, pad: float = 12) -> None:
    """Put a title over the axes, from their left edge."""
    ax.set_title("\n".join(wrap(title, 60)), loc="left", fontsize="medium", pad=pad)


def as_written(texts: Iterable[Any]) -> None:
    """Let texts that matplotlib made before, or by itself, be no formulas."""
    for text in texts:
        text.set_parse_math(False)


def ticks_as_written(ax: Axes) -> None:
    """Let the labels of all ticks be no formulas, on whichever side they are."""
    for axis in (ax.xaxis, ax.yaxis):
        for tick in axis.get_major_ticks():
            as_written([tick.label1, tick.label2])


def nothing(display: str, found: str, fix: str) -> NoReturn:
    """Raise that there is nothing to draw."""
    raise InputError(Finding("ASG_E_NO_PICTURE", display, found, fix))


@contextmanager
def _settings(wanted: dict[str, Any]) -> Iterator[None]:
    """Set how matplotlib draws and put it back; be silent on letters a font lacks."""
    import matplotlib as mpl

    with mpl.rc_context(wanted), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not")
        yield

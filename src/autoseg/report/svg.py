"""From a matplotlib figure to a picture that can stand inside a page."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

from autoseg.report.palette import themed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["PIXELS", "blank_figure", "drawing", "to_svg"]

PIXELS = 72
"""Units an inch: one unit of a picture is one CSS pixel at its natural size."""

_OPENING = re.compile(r"^.*?<svg\b[^>]*>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style\b.*?</style>\s*</defs>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GROUP_ID = re.compile(r'(<g) id="[^"]*"')
_FONT = re.compile(r"font: (?:(bold|[1-9]00) )?([\d.]+)px [^;\"]*")
_FAMILY = re.compile(r" ?font-family: [^;\"]*;?")
_NO_TURN = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_SPACE = re.compile(r">\s+<")


@contextmanager
def drawing(name: str) -> Iterator[None]:
    """Set how matplotlib writes, for one picture, and put it back afterwards.

    Parameters
    ----------
    name : str
        Name of the picture: the salt of its ids, so that two pictures on one page
        share none and each run writes the same ones.
    """
    import matplotlib as mpl

    settings = {
        "svg.hashsalt": name,
        "svg.fonttype": "none",  # letters stay letters: read aloud, searched, small
        "svg.image_inline": True,
        "text.parse_math": False,  # a name may hold dollar signs
        "text.usetex": False,
        "font.family": ["DejaVu Sans"],
        "axes.unicode_minus": True,
        "path.simplify": True,
    }
    # a name may hold letters that the measuring font lacks; the browser has them
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not")
        yield


def blank_figure(width: float, height: float) -> tuple[Figure, Any]:
    """Return a figure of a size in pixels and axes that fill it, in pixels too.

    Parameters
    ----------
    width, height : float
        Pixels; the vertical axis points down, as on a page.

    Returns
    -------
    matplotlib.figure.Figure, matplotlib.axes.Axes
    """
    from matplotlib.figure import Figure

    # what is drawn as dots gets two an own pixel, for dense screens and paper
    figure = Figure(figsize=(width / PIXELS, height / PIXELS), dpi=2 * PIXELS)
    figure.patch.set_visible(False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return figure, axes


def to_svg(figure: Figure) -> str:
    """Return what a figure draws: the inside of an ``<svg>`` element.

    Nothing that tells a time, a version or a place is left in, and fonts and theme
    colours are left to the page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn inside `drawing`.

    Returns
    -------
    str
        Markup without the ``<svg>`` tags.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = StringIO()
    blank = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    FigureCanvasSVG(figure).print_svg(buffer, metadata=blank)
    markup = _OPENING.sub("", buffer.getvalue(), count=1)
    markup = markup[: markup.rindex("</svg>")]
    for pattern in (_METADATA, _STYLE, _COMMENT):
        markup = pattern.sub("", markup)
    markup = _GROUP_ID.sub(r"\1", markup)
    markup = _FONT.sub(_font, markup)
    for pattern in (_FAMILY, _NO_TURN):
        markup = pattern.sub("", markup)
    return themed(_SPACE.sub("><", markup).strip())


def _font(match: re.Match[str]) -> str:
    weight = f"font-weight: {match[1]}; " if match[1] else ""
    return f"{weight}font-size: {match[2]}px"

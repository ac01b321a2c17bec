"""Colours of the pictures: names that the style sheet gives two values each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "LIGHT",
    "MARKERS",
    "SEGMENT_COLOURS",
    "TOKENS",
    "segment_colour",
    "segment_marker",
    "themed",
]

SEGMENT_COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#bf6596",
    "#a67a00",
    "#7a62c9",
    "#1a8fa8",
    "#9c5a3c",
    "#6a8424",
    "#7a7f87",
)
"""Okabe and Ito's colours, the light ones darkened until each stands out by 3 to 1
from white and from the dark card, because a rasterised dot cannot change colour."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "h", "*")
"""A shape beside each colour, for those who do not see the colour."""

TOKENS: Mapping[str, str] = {
    "ink": "#010101",
    "muted": "#010102",
    "line": "#010103",
    "card": "#010104",
    "accent": "#010105",
    "quiet": "#010106",
    "band": "#010107",
    "new": "#010108",
    "active": "#010109",
    "slipping": "#01010a",
    "inactive": "#01010b",
    "lost": "#01010c",
}
"""Stand-ins that matplotlib draws with; `themed` makes them the page's own colours."""

LIGHT: Mapping[str, str] = {
    "ink": "#1b2430",
    "muted": "#56606d",
    "line": "#dfe1e3",
    "card": "#ffffff",
    "accent": "#0b5a94",
    "quiet": "#8a93a0",
    "band": "#e9f0f5",
    "up1": "#d9e8f4",
    "up2": "#a9cde8",
    "down1": "#fae6d2",
    "down2": "#f3c391",
}
"""The style sheet's colours by day, for pictures that stand alone."""

_NAMES = {colour: name for name, colour in TOKENS.items()}
_TOKEN = re.compile("|".join(_NAMES))


def segment_colour(number: int) -> str:
    """Return the colour of a segment, by its number from 1.

    Examples
    --------
    >>> segment_colour(1), segment_colour(11)
    ('#0072b2', '#0072b2')
    """
    return SEGMENT_COLOURS[(number - 1) % len(SEGMENT_COLOURS)]


def segment_marker(number: int) -> str:
    """Return the shape of a segment, by its number from 1.

    Where the colours begin anew, the shapes are shifted: no two of a hundred segments
    share both.

    Examples
    --------
    >>> segment_marker(1), segment_marker(11)
    ('o', 's')
    """
    turn, place = divmod(number - 1, len(SEGMENT_COLOURS))
    return MARKERS[(place + turn) % len(MARKERS)]


def themed(svg: str) -> str:
    """Replace the stand-ins by variables of the style sheet.

    Examples
    --------
    >>> themed('<path style="fill: #010101"/>')
    '<path style="fill: var(--ink)"/>'
    """
    return _TOKEN.sub(lambda match: f"var(--{_NAMES[match.group()]})", svg)

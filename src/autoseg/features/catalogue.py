"""The catalogue: every feature that autoseg knows, one entry each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from autoseg.features.basket import BASKET
from autoseg.features.channel import CHANNEL
from autoseg.features.engagement import ENGAGEMENT
from autoseg.features.price import PRICE
from autoseg.features.returns import RETURNS
from autoseg.features.tempo import TEMPO
from autoseg.features.timing import TIMING
from autoseg.features.value import VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.features.feature import Feature

__all__ = ["CATALOGUE"]

# how lately, how often, for how long: these come first in every table
_FIRST = {name: VALUE[name] for name in ("recency_days", "frequency")}

CATALOGUE: Mapping[str, Feature] = MappingProxyType(
    _FIRST | TEMPO | VALUE | TIMING | BASKET | PRICE | RETURNS | CHANNEL | ENGAGEMENT
)
"""Every feature by name; the order of the entries is the order of the columns."""

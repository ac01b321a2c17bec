"""Levels: what can be said of a customer, such as "bought within 45 days".

Every level is a readable threshold near a quantile of all customers, or one that
needs no quantile: exactly one order, none at all, more than before.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from autoseg.features import CODE_UNITS, pattern_of
from autoseg.profiles.guards import OVERDUE, OVERDUE_FROM
from autoseg.profiles.rounding import readable, readable_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autoseg.features import Feature

__all__ = [
    "MIN_DISTANCE",
    "PATTERNS",
    "VOCABULARY",
    "WEAKER",
    "Level",
    "feature_levels",
    "vocabulary",
]

VOCABULARY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "recency_days": ("low", "mid", "high"),
        "frequency": ("one", "low", "mid", "high", "lower", "upper"),
        "tenure_days": ("low", "high", "lower", "upper"),
        "mean_gap_days": ("low", "high"),
        "gap_cv": ("low", "high"),
        OVERDUE: ("high", "late", "on_time"),
        "trend_90d": ("falling", "rising"),
        "monetary": ("low", "mid", "high", "lower", "upper"),
        "average_order_value": ("low", "mid", "high", "lower", "upper"),
        "weekend_share": ("none", "low", "high"),
        "night_share": ("most",),
        "morning_share": ("most",),
        "afternoon_share": ("most",),
        "evening_share": ("most",),
        "season_share": ("most",),
        "units_per_order": ("low", "high"),
        "lines_per_order": ("low", "high"),
        "distinct_products": ("one", "low", "high"),
        "distinct_categories": ("one", "low", "high"),
        "top_category_share": ("low", "high"),
        "repeat_product_share": ("high",),
        "discount_share": ("none", "some", "low", "high"),
        "discounted_order_share": ("most",),
        "price_level": ("low", "high"),
        "margin_share": ("low", "high"),
        "return_share": ("none", "some", "high"),
        "distinct_channels": ("one", "high"),
        "event_count": ("none", "low", "high"),
        "days_since_last_event": ("low", "high"),
        "visit_count": ("none", "high"),
        "open_rate": ("none", "high"),
        "click_rate": ("none", "high"),
        "campaign_response_share": ("none", "some", "high"),
    }
)
"""Levels that the catalogues of texts have words for, by feature.

A feature that is not here says what another says already, and keeps quiet.
"""

PATTERNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "channel_share": ("most",),
        "device_share": ("most",),
        "attribute": ("low", "high"),
        "attribute_level": ("is",),
        "own": ("low", "high"),
    }
)
"""The same for features that take their names from the data, by pattern."""

_SILENT_UNITS = CODE_UNITS | {"nats"}
_LATE_FROM, _ON_TIME_TO = 1.5, 1.0
_MOST = 0.5

_HIGH_QUANTILES = (2 / 3, 0.75, 0.8, 0.9)
_LOW_QUANTILES = (1 / 3, 0.25, 0.2, 0.1)
_MAX_SHARE_OF_ALL = 0.5
# a little beyond the median, so that "more than most" is true of all who are there
_LOWER_HALF, _UPPER_HALF = 0.45, 0.55

MIN_DISTANCE = 1.25
"""Where all customers are much alike, a tercile is no level worth a word."""

WEAKER = frozenset({"lower", "upper", "late", "on_time"})
"""Levels that speak only of segments of which little else can be said: the lower and
the upper half of all customers, and whether a silence is longer than usual."""


@dataclass(frozen=True, slots=True)
class Level:
    """One thing that holds for some customers and not for others.

    Parameters
    ----------
    feature, level : str
        As in `autoseg.profiles.Claim`.
    threshold : float
        Readable threshold, in the feature's unit.
    holds : ndarray of bool, shape (n_customers,)
        For whom it holds; False where the feature is not defined.
    upper : float, optional
        Upper end of a ``"mid"`` level.
    is_tercile : bool
        Whether the threshold is the tercile, the widest of its level.
    """

    feature: str
    level: str
    threshold: float
    holds: np.ndarray
    upper: float | None = None
    is_tercile: bool = True

    @property
    def key(self) -> str:
        """Feature and level, joined by a dot."""
        return f"{self.feature}.{self.level}"


def vocabulary(feature: Feature) -> tuple[str, ...]:
    """Return the levels of a feature that there are words for.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, one named after the data, or a user's own.

    Returns
    -------
    tuple of str
        Empty for a feature that nothing is said of, as of all that is sensitive.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> vocabulary(CATALOGUE["distinct_channels"])
    ('one', 'high')
    """
    if feature.sensitive:
        # claims, names, rules and contrasts all ask here what may be said
        return ()
    pattern = pattern_of(feature)
    if pattern is None:
        return VOCABULARY.get(feature.name, ())
    return () if feature.unit in _SILENT_UNITS else PATTERNS[pattern]


def feature_levels(feature: Feature, column: np.ndarray) -> Iterator[Level]:
    """Yield the levels of a feature, the tercile before the sharper quantiles.

    Parameters
    ----------
    feature : Feature
        Its name and unit decide the levels and the rounding.
    column : ndarray of float, shape (n_customers,)
        Values; NaN where not defined.

    Yields
    ------
    Level

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> orders = np.array([1.0, 1, 1, 2, 3, 8])
    >>> [(one.level, one.threshold) for one in
    ...  feature_levels(CATALOGUE["frequency"], orders) if one.is_tercile]
    [('one', 1.0), ('high', 2.0)]
    """
    known = column[~np.isnan(column)]
    if known.size == 0 or known.min() == known.max():
        return
    if feature.name == OVERDUE:
        yield from _silence_levels(column)
        return
    allowed = vocabulary(feature)
    yield from _exact_levels(feature.name, column, allowed)
    cuts = _Cuts(feature, column, known)
    low = cuts.thresholds(_LOW_QUANTILES, low=True) if "low" in allowed else []
    high = cuts.thresholds(_HIGH_QUANTILES, low=False) if "high" in allowed else []
    for position, threshold in enumerate(low):
        yield Level(
            feature.name,
            "low",
            threshold,
            column <= threshold,
            is_tercile=position == 0,
        )
    for position, threshold in enumerate(high):
        yield Level(
            feature.name,
            "high",
            threshold,
            column >= threshold,
            is_tercile=position == 0,
        )
    if "mid" in allowed and high:
        # where the low tercile is all one-time buyers, the middle starts at two
        lower = low[0] if low else known.min()
        step = 1 if cuts.whole else 0
        start, end = lower + step, high[0] - step
        if start <= end and (cuts.whole or start < end):
            within = (column >= start) & (column <= end)
            yield Level(feature.name, "mid", start, within, upper=end)
    if "lower" in allowed:
        yield from _halves(feature, cuts)


def _silence_levels(column: np.ndarray) -> Iterator[Level]:
    """Yield levels in the customers' own mean gaps, which need no quantile."""
    yield Level(OVERDUE, "high", OVERDUE_FROM, column >= OVERDUE_FROM)
    late, on_time = column >= _LATE_FROM, column <= _ON_TIME_TO
    yield Level(OVERDUE, "late", _LATE_FROM, late, is_tercile=False)
    yield Level(OVERDUE, "on_time", _ON_TIME_TO, on_time, is_tercile=False)


def _halves(feature: Feature, cuts: _Cuts) -> Iterator[Level]:
    column = cuts.column
    for threshold in cuts.thresholds((_LOWER_HALF,), low=True, far=False):
        holds = column <= threshold
        yield Level(feature.name, "lower", threshold, holds, is_tercile=False)
    for threshold in cuts.thresholds((_UPPER_HALF,), low=False, far=False):
        holds = column >= threshold
        yield Level(feature.name, "upper", threshold, holds, is_tercile=False)


def _exact_levels(
    name: str, column: np.ndarray, allowed: tuple[str, ...]
) -> Iterator[Level]:
    tests = {
        "one": (1.0, column == 1),
        "none": (0.0, column == 0),
        "some": (0.0, column > 0),
        "most": (_MOST, column > _MOST),
        "is": (1.0, column == 1),
        "rising": (0.0, column > 0),
        "falling": (0.0, column < 0),
    }
    for level in allowed:
        if level in tests:
            threshold, holds = tests[level]
            yield Level(name, level, threshold, holds)


class _Cuts:
    """Readable thresholds of one feature that leave room on both sides."""

    def __init__(self, feature: Feature, column: np.ndarray, known: np.ndarray) -> None:
        self.unit = feature.unit
        self.column = column
        self.whole = bool((known == np.floor(known)).all())
        self.known = known
        self.median = float(np.median(known))
        self.n_customers = column.size
        exact = vocabulary(feature)
        # "at most one order" and "at most none" have words of their own
        self.floor = 1.0 if "one" in exact else 0.0 if "none" in exact else -np.inf

    def thresholds(
        self, quantiles: tuple[float, ...], *, low: bool, far: bool = True
    ) -> list[float]:
        """Return distinct thresholds, the widest first."""
        cuts: list[float] = []
        for value in np.quantile(self.known, quantiles):
            cut = readable(float(value), self.unit, whole=self.whole)
            if self._share(cut, low=low) > _MAX_SHARE_OF_ALL and self.whole:
                cut += (-1 if low else 1) * readable_step(cut, self.unit)
            share = self._share(cut, low=low)
            fair = 0 < share <= _MAX_SHARE_OF_ALL and cut > self.floor
            if fair and cut not in cuts and (self._far(cut, low=low) or not far):
                cuts.append(cut)
        return cuts

    def _far(self, cut: float, *, low: bool) -> bool:
        if self.median <= 0:
            return True
        near, far = (cut, self.median) if low else (self.median, cut)
        return far >= MIN_DISTANCE * near

    def _share(self, cut: float, *, low: bool) -> float:
        holds = self.known <= cut if low else self.known >= cut
        return float(holds.sum()) / self.n_customers

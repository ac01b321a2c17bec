"""Names that differ: the claim, the difference, or a numeral that tells two apart."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.claims import LARGE_EFFECT
from autoseg.profiles.comparison import cliffs_deltas, displayed_apart
from autoseg.profiles.naming import (
    QUALIFIERS,
    base_name,
    claims_behind,
    in_order,
    sayable_qualifiers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from autoseg.profiles.claims import Evidence
    from autoseg.profiles.segments import SegmentName

__all__ = ["COMPARISONS", "distinct_names"]

# What the one with less and the one with more are called beside each other
COMPARISONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "recency_days": ("more_recent", "less_recent"),
        "frequency": ("less_frequent", "more_frequent"),
        "monetary": ("lower_spend", "higher_spend"),
        "average_order_value": ("smaller_orders", "larger_orders"),
    }
)

_FEATURE_OF = {
    qualifier: claim.split(".")[0] for claim, qualifier in QUALIFIERS.items()
}
_UNITS = {
    "recency_days": "days",
    "frequency": "orders",
    "monetary": "currency",
    "average_order_value": "currency",
}


def distinct_names(
    evidence: Evidence, frame: pd.DataFrame, segments: np.ndarray
) -> tuple[SegmentName, ...]:
    """Return a name for each segment, no two alike.

    Segments that come out with one name are told apart by a claim that only one of
    them has, the one in which they differ most; then, if there are two, by a large
    difference between them; then by roman numerals in canonical order.

    Parameters
    ----------
    evidence : Evidence
        Claims and shares of all segments.
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.

    Returns
    -------
    tuple of SegmentName
    """
    names = [base_name(evidence, place) for place in range(len(evidence.claims))]
    deltas = _PairDeltas(frame, segments)
    for step in (_by_claim, _by_claim, _by_difference, _by_numeral):
        for places in _collisions(names):
            step(names, places, evidence, deltas)
    return tuple(names)


class _PairDeltas:
    """Cliff's deltas between two segments, on the features that names speak of."""

    def __init__(self, frame: pd.DataFrame, segments: np.ndarray) -> None:
        self.frame = frame
        self.segments = segments

    def between(self, one: int, other: int) -> Mapping[str, float]:
        both = (self.segments == one) | (self.segments == other)
        sides = (self.segments[both] == other).astype(int)
        row = cliffs_deltas(self.frame.loc[both], sides, 2).to_numpy()[0]
        return dict(zip(self.frame.columns, row.tolist(), strict=True))

    def medians(self, place: int) -> Mapping[str, float]:
        row = self.frame.loc[self.segments == place].median()
        return dict(zip(self.frame.columns, row.tolist(), strict=True))


def _collisions(names: Sequence[SegmentName]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        groups.setdefault(name.key, []).append(place)
    return [places for places in groups.values() if len(places) > 1]


def _by_claim(
    names: list[SegmentName],
    places: list[int],
    evidence: Evidence,
    deltas: _PairDeltas,
) -> None:
    said = {place: sayable_qualifiers(evidence, place) for place in places}
    chosen: dict[int, str] = {}
    for place in places:
        others = [one for one in places if one != place]
        behind = claims_behind(names[place], evidence.claims[place])
        silent = {QUALIFIERS[claim.key] for claim in behind if claim.key in QUALIFIERS}
        own = [
            one
            for one in said[place]
            if one not in silent and all(one not in said[other] for other in others)
        ]
        if own:
            gaps = [deltas.between(place, other) for other in others]
            chosen[place] = max(
                own, key=lambda one: _smallest_gap(_FEATURE_OF[one], gaps)
            )
    for place, qualifier in chosen.items():
        qualifiers = in_order((*names[place].qualifiers, qualifier))
        names[place] = replace(names[place], qualifiers=qualifiers)


def _smallest_gap(feature: str, gaps: Sequence[Mapping[str, float]]) -> float:
    sizes = [abs(one.get(feature, 0.0)) for one in gaps]
    return float(np.nan_to_num(sizes).min())


def _by_difference(
    names: list[SegmentName],
    places: list[int],
    evidence: Evidence,  # noqa: ARG001
    deltas: _PairDeltas,
) -> None:
    if len(places) != 2:  # noqa: PLR2004
        return
    one, other = places
    gaps = deltas.between(one, other)
    own, theirs = deltas.medians(one), deltas.medians(other)
    large = [
        feature
        for feature in COMPARISONS
        if abs(gaps.get(feature, 0.0)) >= LARGE_EFFECT
        and (own[feature] - theirs[feature]) * gaps[feature] > 0
        and displayed_apart(own[feature], theirs[feature], _UNITS[feature])
    ]
    if not large:
        return
    feature = max(large, key=lambda name: abs(gaps[name]))
    less, more = COMPARISONS[feature]
    words = (more, less) if gaps[feature] > 0 else (less, more)
    for place, word in zip(places, words, strict=True):
        qualifiers = (*names[place].qualifiers, word)
        names[place] = replace(names[place], qualifiers=qualifiers)


def _by_numeral(
    names: list[SegmentName],
    places: list[int],
    evidence: Evidence,  # noqa: ARG001
    deltas: _PairDeltas,  # noqa: ARG001
) -> None:
    for numeral, place in enumerate(places, start=1):
        names[place] = replace(names[place], numeral=numeral)

"""Names that differ: the claim, the difference, or a numeral that tells two apart."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.bearers import MIN_BEARERS
from autoseg.profiles.claims import LARGE_EFFECT
from autoseg.profiles.comparison import cliffs_deltas, displayed_apart
from autoseg.profiles.namewords import is_short
from autoseg.profiles.naming import (
    QUALIFIERS,
    base_name,
    claims_behind,
    in_order,
    is_aside,
    name_mask,
    sayable_qualifiers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from autoseg.profiles.bearers import Bearers
    from autoseg.profiles.segments import SegmentName

__all__ = ["COMPARISONS", "bearing_masks", "bearing_shares", "distinct_names"]

# What the one with less and the one with more are called beside each other
COMPARISONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "recency_days": ("more_recent", "less_recent"),
        "frequency": ("less_frequent", "more_frequent"),
        "monetary": ("lower_spend", "higher_spend"),
        "average_order_value": ("smaller_orders", "larger_orders"),
        "tenure_days": ("shorter_tenure", "longer_tenure"),
    }
)

_MAX_QUALIFIERS = 3
_COMPARED = {
    word: (feature, bool(more))
    for feature, words in COMPARISONS.items()
    for more, word in enumerate(words)
}
_OPPOSITES = {
    one: other
    for less, more in COMPARISONS.values()
    for one, other in ((less, more), (more, less))
}
_FEATURE_OF = {
    qualifier: claim.split(".")[0] for claim, qualifier in QUALIFIERS.items()
}
_UNITS = {
    "recency_days": "days",
    "frequency": "orders",
    "monetary": "currency",
    "average_order_value": "currency",
    "tenure_days": "days",
}


def distinct_names(bearers: Bearers) -> tuple[SegmentName, ...]:
    """Return a name for each segment, no two alike.

    Segments that come out with one name are told apart by a claim that one has and
    another has not: first by one that is a segment's alone, and among equals the one
    in which they differ most. Two that still are alike are told apart by a large
    difference between them, and the rest by roman numerals in canonical order. What
    is added has to leave a name that holds for half of the members, and is short.

    Parameters
    ----------
    bearers : Bearers
        The customers, with the claims and shares of all segments.

    Returns
    -------
    tuple of SegmentName
    """
    names = [base_name(bearers, place) for place in range(len(bearers.evidence.claims))]
    named = {*_FEATURE_OF.values(), *COMPARISONS}
    frame = bearers.frame
    deltas = _PairDeltas(
        frame[[one for one in frame if one in named]], bearers.segments
    )
    for step in (_by_claim, _by_claim, _by_claim, _by_difference, _by_numeral):
        for places in _collisions(names):
            step(names, places, bearers, deltas)
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
    bearers: Bearers,
    deltas: _PairDeltas,
) -> None:
    evidence = bearers.evidence
    said = {place: sayable_qualifiers(evidence, place) for place in places}
    chosen: dict[int, str] = {}
    for place in places:
        if len(names[place].qualifiers) >= _MAX_QUALIFIERS:
            continue
        behind = claims_behind(names[place], evidence.claims[place])
        known = {QUALIFIERS[claim.key] for claim in behind if claim.key in QUALIFIERS}
        ranked = [
            _separation(one, place, said, deltas)
            for one in said[place]
            if one not in known and _may_add(one, names[place], bearers, place)
        ]
        n_apart, _, _, qualifier = max(ranked, default=(0, False, 0.0, ""))
        if n_apart:
            chosen[place] = qualifier
    for place, qualifier in chosen.items():
        names[place] = _with(names[place], qualifier)


def _with(name: SegmentName, qualifier: str) -> SegmentName:
    return replace(name, qualifiers=in_order((*name.qualifiers, qualifier)))


def _may_add(qualifier: str, name: SegmentName, bearers: Bearers, place: int) -> bool:
    longer = _with(name, qualifier)
    mask = name_mask(longer, bearers, place)
    borne = mask is not None and bearers.shares(mask)[place] >= MIN_BEARERS
    return bool(borne) and is_short(longer)


def _separation(
    qualifier: str,
    place: int,
    said: Mapping[int, Sequence[str]],
    deltas: _PairDeltas,
) -> tuple[int, bool, float, str]:
    """Return how well a qualifier sets a segment apart, to be compared.

    From how many others, whether by what names tell first, and how far at least.
    """
    others = [
        one for one, words in said.items() if one != place and qualifier not in words
    ]
    feature = _FEATURE_OF[qualifier]
    gaps = [abs(deltas.between(place, one).get(feature, 0.0)) for one in others]
    gap = float(np.nan_to_num(gaps).min()) if gaps else 0.0
    return len(others), not is_aside(qualifier), gap, qualifier


def _by_difference(
    names: list[SegmentName],
    places: list[int],
    bearers: Bearers,
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
    for feature in sorted(large, key=lambda name: -abs(gaps[name])):
        less, more = COMPARISONS[feature]
        words = (more, less) if gaps[feature] > 0 else (less, more)
        told = [
            replace(names[place], qualifiers=(*names[place].qualifiers, word))
            for place, word in zip(places, words, strict=True)
        ]
        masks = [
            _mask(told[0], bearers, one, other), _mask(told[1], bearers, other, one),
        ]  # fmt: skip
        shares = [
            bearers.shares(mask)[place]
            for mask, place in zip(masks, places, strict=True)
            if mask is not None
        ]
        if min(shares) >= MIN_BEARERS and all(is_short(name) for name in told):
            names[one], names[other] = told
            return


def bearing_masks(
    names: Sequence[SegmentName], bearers: Bearers
) -> tuple[np.ndarray | None, ...]:
    """Return for each segment of which customers all of its name is true.

    Parameters
    ----------
    names : sequence of SegmentName
        As returned by `distinct_names`.
    bearers : Bearers
        The customers.

    Returns
    -------
    tuple of ndarray of bool, shape (n_customers,), or None
        None for a name that says nothing, as of average customers. What a name says
        beside that of another segment is true of a customer who lies on that side of
        the other's median.
    """
    return tuple(
        _mask(name, bearers, place, _counterpart(name, names))
        for place, name in enumerate(names)
    )


def bearing_shares(names: Sequence[SegmentName], bearers: Bearers) -> tuple[float, ...]:
    """Return for each segment the share of members of whom all of its name is true.

    Parameters
    ----------
    names : sequence of SegmentName
        As returned by `distinct_names`.
    bearers : Bearers
        The customers.

    Returns
    -------
    tuple of float
        NaN for a name that says nothing.
    """
    return tuple(
        math.nan if mask is None else float(bearers.shares(mask)[place])
        for place, mask in enumerate(bearing_masks(names, bearers))
    )


def _counterpart(name: SegmentName, names: Sequence[SegmentName]) -> int | None:
    """Return the position of the segment that a name compares with, if it does."""
    if not name.qualifiers or name.qualifiers[-1] not in _OPPOSITES:
        return None
    there = _OPPOSITES[name.qualifiers[-1]]
    return names.index(replace(name, qualifiers=(*name.qualifiers[:-1], there)))


def _mask(
    name: SegmentName, bearers: Bearers, place: int, other: int | None
) -> np.ndarray | None:
    mask = name_mask(name, bearers, place)
    if other is None:
        return mask
    feature, more = _COMPARED[name.qualifiers[-1]]
    column = bearers.frame[feature].to_numpy()
    bound = float(np.nanmedian(column[bearers.segments == other]))
    beyond = bearers.beyond(feature, bound, more=more)
    return beyond if mask is None else mask & beyond


def _by_numeral(
    names: list[SegmentName],
    places: list[int],
    bearers: Bearers,  # noqa: ARG001
    deltas: _PairDeltas,  # noqa: ARG001
) -> None:
    for numeral, place in enumerate(places, start=1):
        names[place] = replace(names[place], numeral=numeral)

"""How segments differ from all customers and from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from autoseg.profiles.rounding import displayed
from autoseg.profiles.segments import Contrast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autoseg.features import Feature

__all__ = [
    "NEGLIGIBLE_EFFECT",
    "cliffs_deltas",
    "find_contrast",
    "find_noise",
    "find_twins",
    "nearest_segments",
    "robust_scales",
]

NEGLIGIBLE_EFFECT = 0.147
"""A Cliff's delta below it is negligible (Romano and others 2006)."""

# a medium Cliff's delta (Romano and others 2006): less is no difference to speak of
_MEDIUM_EFFECT = 0.33
_NORMAL_IQR = 1.3489795003921634


def robust_scales(frame: pd.DataFrame) -> pd.Series[float]:
    """Return a robust standard deviation of each feature.

    The interquartile range by that of the standard normal; where it is zero, the
    standard deviation; NaN where a feature does not vary.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features; NaN is left out.

    Returns
    -------
    pandas.Series of shape (n_features,)

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0.0, 1, 2, 3, 4], "b": [1.0, 1, 1, 1, 1]})
    >>> robust_scales(frame).round(3).tolist()
    [1.483, nan]
    """
    lower, upper = frame.quantile(0.25), frame.quantile(0.75)
    spread = (upper - lower) / _NORMAL_IQR
    spread = spread.where(spread > 0, frame.std())
    return spread.where(frame.max() > frame.min())


def cliffs_deltas(
    frame: pd.DataFrame, segments: np.ndarray, n_segments: int
) -> pd.DataFrame:
    """Return Cliff's delta of each segment against all other customers.

    The probability that a member has more than another customer, less that it has
    fewer (Cliff 1993), by mid-ranks so that ties count half.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features; a customer without a value is left out of that feature.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    n_segments : int
        Number of segments.

    Returns
    -------
    pandas.DataFrame of shape (n_segments, n_features)
        −1 to 1; NaN where there is nobody to compare.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 2, 3]})
    >>> cliffs_deltas(frame, np.array([0, 0, 1, 1]), 2)["a"].tolist()
    [-0.75, 0.75]
    """
    ranks = frame.rank()
    grouped = ranks.groupby(segments)
    members = grouped.count().reindex(range(n_segments), fill_value=0).to_numpy(float)
    sums = grouped.sum().reindex(range(n_segments), fill_value=0.0).to_numpy(float)
    others = members.sum(axis=0) - members
    pairs = members * others
    wins = sums - members * (members + 1) / 2
    safe = np.where(pairs > 0, pairs, 1.0)
    deltas = np.where(pairs > 0, 2 * wins / safe - 1, np.nan)
    return pd.DataFrame(deltas, columns=frame.columns)


def nearest_segments(
    frame: pd.DataFrame, segments: np.ndarray, n_segments: int
) -> list[int | None]:
    """Return for each segment the one whose customers rank most like its own.

    Distance is Euclidean between the mean percentile ranks, so one rich customer
    moves nothing.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features that count; a customer without a value is left out of that feature.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    n_segments : int
        Number of segments.

    Returns
    -------
    list of int or None
        Positions; None if there is one segment only.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 9]})
    >>> nearest_segments(frame, np.array([0, 1, 2]), 3)
    [1, 0, 1]
    """
    if n_segments == 1:
        return [None]
    percentiles = frame.rank(pct=True).groupby(segments).mean().fillna(0.5)
    centres = percentiles.to_numpy(float)
    gaps = ((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(gaps, np.inf)
    return [int(other) for other in gaps.argmin(axis=1)]


def find_contrast(
    frame: pd.DataFrame,
    is_member: np.ndarray,
    is_other: np.ndarray,
    features: Sequence[Feature],
    medians: tuple[Mapping[str, float], Mapping[str, float]],
    other_number: int,
) -> Contrast | None:
    """Return the feature that tells a segment from the one nearest to it.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features.
    is_member, is_other : ndarray of bool, shape (n_customers,)
        Members of the segment and of the nearest one.
    features : sequence of Feature
        Features that may be named.
    medians : pair of mapping of str to float
        Medians of the segment and of the nearest one.
    other_number : int
        Number of the nearest segment.

    Returns
    -------
    Contrast or None
        None where the two differ clearly in no feature, or would print alike.
    """
    own, theirs = medians
    names = [
        one.name
        for one in features
        if displayed_apart(own[one.name], theirs[one.name], one.unit)
    ]
    if not names:
        return None
    both = is_member | is_other
    sides = np.where(is_member[both], 0, 1)
    row = cliffs_deltas(frame.loc[both, names], sides, 2).to_numpy()[0]
    deltas = dict(zip(names, row.tolist(), strict=True))
    # a median can differ while the ranks lean the other way; that would mislead
    agrees = [
        name
        for name in names
        if (own[name] - theirs[name]) * deltas[name] > 0
        and abs(deltas[name]) >= _MEDIUM_EFFECT
    ]
    if not agrees:
        return None
    best = max(agrees, key=lambda name: abs(deltas[name]))
    return Contrast(other_number, best, own[best], theirs[best], deltas[best])


def find_twins(
    frame: pd.DataFrame, segments: np.ndarray, pairs: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the pairs of segments that differ clearly in no feature.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features that segments were found on; NaN where not defined.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    pairs : iterable of pair of int
        Positions of the segments to look at.

    Returns
    -------
    list of pair of int
        Each pair once, the lower position first.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 1, 2, 8, 9]})
    >>> find_twins(frame, np.array([0, 0, 1, 1, 2, 2]), [(1, 0), (0, 1), (2, 1)])
    [(0, 1)]
    """
    twins = []
    for one, other in sorted({(min(pair), max(pair)) for pair in pairs}):
        both = (segments == one) | (segments == other)
        sides = np.where(segments[both] == one, 0, 1)
        if _largest_deltas(frame[both], sides, 2).max() < _MEDIUM_EFFECT:
            twins.append((one, other))
    return twins


def find_noise(
    frame: pd.DataFrame, segments: np.ndarray, n_segments: int
) -> tuple[str, ...]:
    """Return the features that tell no segment from all other customers.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features that segments were found on; NaN where not defined.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    n_segments : int
        Number of segments; where there is one, there is nothing to tell apart.

    Returns
    -------
    tuple of str
        Names, in the order of the columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 8, 9], "b": [1.0, 2, 1, 2]})
    >>> find_noise(frame, np.array([0, 0, 1, 1]), 2)
    ('b',)
    """
    if n_segments == 1:
        return ()
    largest = _largest_deltas(frame, segments, n_segments)
    return tuple(str(name) for name in largest.index[largest < NEGLIGIBLE_EFFECT])


def _largest_deltas(
    frame: pd.DataFrame, segments: np.ndarray, n_segments: int
) -> pd.Series[float]:
    """Return by how much any segment differs in each feature, or in lacking it."""
    # one-time buyers have no time between orders, and that tells them apart
    lacking = frame.isna().astype(float)
    values = cliffs_deltas(frame, segments, n_segments).abs().max()
    return pd.Series(
        np.fmax(values, cliffs_deltas(lacking, segments, n_segments).abs().max()),
        index=frame.columns,
    )


def displayed_apart(one: float, other: float, unit: str) -> bool:
    """Return whether two values are defined and print differently."""
    if np.isnan(one) or np.isnan(other):
        return False
    return displayed(one, unit) != displayed(other, unit)

"""Draws customers so that neither their order nor the type of their columns matters.

A random permutation draws other rows as soon as the rows are shuffled, unless all of
them are sorted first, and millions of rows by twenty columns take long to sort. Here
each row has a number of its own, a hash of its values and the seed, and the rows with
the smallest numbers are drawn. A larger sample holds every smaller one.
"""

from __future__ import annotations

import numpy as np

__all__ = ["draw_evenly", "draw_rows"]

_BLOCK = 8192
_SEED = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xFF51AFD7ED558CCD)
_FINAL = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


def draw_rows(X: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Return at most `size` rows, sorted: the same ones whatever the order of rows.

    Each subset of rows that differ is as likely as any other of its size. Rows that
    are equal are drawn one by one, so that each keeps its chance.

    Parameters
    ----------
    X : array-like of shape (n_rows, d)
        Finite numbers.
    size : int
        Most rows that are drawn; all of them where there are no more.
    seed : int
        Another one draws other rows.

    Returns
    -------
    ndarray of float64, shape (min(n_rows, size), d)
        Sorted by the first column, ties by the second, and so on. Minus zero comes
        out as zero.

    Notes
    -----
    The hash mixes one column after the other by a multiplication and a shift, and
    ends with the finaliser of SplitMix64 (Steele, Lea and Flood 2014). Two different
    rows share their 64 bits once in about a million draws from five million rows;
    only then does their order decide.

    Examples
    --------
    >>> X = np.arange(10.0)[:, None]
    >>> draw_rows(X, 3, seed=0).ravel().tolist()
    [0.0, 5.0, 8.0]
    >>> draw_rows(X[::-1], 3, seed=0).ravel().tolist()
    [0.0, 5.0, 8.0]
    """
    X = np.asarray(X)
    if len(X) > size:
        X = X[_drawn(_hashes(X, seed), size)]
    rows = X.astype(np.float64) + 0.0
    return np.ascontiguousarray(rows[np.lexsort(rows.T[::-1])])


def draw_evenly(
    X: np.ndarray, labels: np.ndarray, size: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of which each segment has as many, and how many each stands for.

    A segment of one per cent has 40 rows among 4,000 that are drawn alike: too few to
    be told from its neighbours. Here a segment with fewer rows than its part of `size`
    gives all that it has, and the others share what is left.

    Parameters
    ----------
    X : array-like of shape (n_rows, d)
        Finite numbers.
    labels : ndarray of int64, shape (n_rows,)
        Segment of each row, from 0.
    size : int
        Most rows that are drawn.
    seed : int
        Another one draws other rows.

    Returns
    -------
    rows : ndarray of float64, shape (n_drawn, d)
        Sorted as `draw_rows` sorts them.
    weights : ndarray of shape (n_drawn,)
        Rows of the segment for each row drawn from it; they sum to n_rows.

    Examples
    --------
    >>> X = np.arange(10.0)[:, None]
    >>> rows, weights = draw_evenly(X, (X.ravel() > 7).astype(int), 4, seed=0)
    >>> rows.ravel().tolist(), weights.tolist()
    ([0.0, 5.0, 8.0, 9.0], [4.0, 4.0, 1.0, 1.0])
    """
    X = np.asarray(X)
    counts = np.bincount(labels)
    parts, weights = [], []
    for j, quota in enumerate(_quotas(counts, size)):
        if quota:
            parts.append(draw_rows(X[labels == j], quota, seed))
            weights.append(np.full(quota, counts[j] / quota))
    rows, each = np.vstack(parts), np.concatenate(weights)
    # equal rows of two segments may differ in weight, which then decides
    order = np.lexsort((each, *rows.T[::-1]))
    return np.ascontiguousarray(rows[order]), each[order]


def _quotas(counts: np.ndarray, size: int) -> list[int]:
    """Return how many rows each segment gives, the smallest segments first served."""
    quotas = [0] * len(counts)
    left = size
    for place, j in enumerate(np.argsort(counts, kind="stable")):
        quotas[int(j)] = min(int(counts[j]), left // (len(counts) - place))
        left -= quotas[int(j)]
    return quotas


def _hashes(X: np.ndarray, seed: int) -> np.ndarray:
    """Return one 64-bit number a row, equal for equal rows."""
    out = np.empty(len(X), dtype=np.uint64)
    start = _mixed(np.array([seed % 2**64], dtype=np.uint64) + _SEED)[0]
    for first in range(0, len(X), _BLOCK):
        # a copy in float64, without minus zero, whose bits differ from zero's
        columns = np.ascontiguousarray(X[first : first + _BLOCK].T, dtype=np.float64)
        bits = (columns + 0.0).view(np.uint64)
        hashes = np.full(bits.shape[1], start)
        for column in bits:
            hashes ^= column
            hashes *= _FACTOR
            # counts have zeros for their last bits; the product has them too, so the
            # upper half has to come down before the next column
            hashes ^= hashes >> np.uint64(32)
        out[first : first + _BLOCK] = _mixed(hashes)
    return out


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Return numbers of 64 bits in which each bit depends on all that came in."""
    for shift, factor in _FINAL:
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * factor
    return np.asarray(numbers ^ (numbers >> np.uint64(31)))


def _drawn(hashes: np.ndarray, size: int) -> np.ndarray:
    """Return the places of the `size` rows with the smallest numbers.

    Equal rows would all be drawn or none, so the second of them gets a number of its
    own, and the third. Which of them is the second does not matter.
    """
    order = np.argsort(hashes)
    ordered = hashes[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[first, len(ordered)])
    turns = np.arange(len(ordered)) - np.repeat(first, counts)
    numbers = _mixed(ordered + turns.astype(np.uint64) * _SEED)
    return np.asarray(order[np.argpartition(numbers, size - 1)[:size]])

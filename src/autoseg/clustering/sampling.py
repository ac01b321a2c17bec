"""Draws customers so that neither their order nor the type of their columns matters.

A random permutation draws other rows as soon as the rows are shuffled, unless all of
them are sorted first, and millions of rows by twenty columns take long to sort. Here
each row has a number of its own, a hash of its values and the seed, and the rows with
the smallest numbers are drawn. A larger sample holds every smaller one.
"""

from __future__ import annotations

import numpy as np

__all__ = ["draw_rows"]

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

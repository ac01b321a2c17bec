"""Spreads out values that repeat, so that no model takes them for segments.

The number of orders is 1 for half of all customers, 2 for a fifth; six in ten spent
nothing on wine; who bought once has the gap that gaps are filled with. To a mixture
each of these is a segment without width, and it finds as many as it is allowed. A count
stands for an interval, nothing spent for all that is too little to be spent, and a
filled gap for any value. So before fitting, repeated values are spread over what they
stand for. The fitted rule still reads the values themselves.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

__all__ = ["spread_ties"]

_ROWS_A_VALUE = 10
_REPEATS = 2.0
_FEWEST_VALUES = 5
_ATOM = 0.05
_FEWEST_ROWS = 10
_MANY = 0.5
_FARTHEST = 2.0


def spread_ties(X: np.ndarray, *, seed: int) -> np.ndarray:
    """Return the rows with repeated values spread over what they stand for.

    A column is discrete with fewer values than a tenth of the rows, or if most of its
    values repeat. Each value of it is spread evenly, half the way to each neighbour. In
    other columns a value that 5 % of the rows share, and ten, is an atom: zeros, or
    filled gaps. It is spread normally with the standard deviation of the other values,
    and so is the first or last value of a discrete column where over half of the rows
    share it. A column with fewer than five values is left as it is: a flag keeps its
    two.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    seed : int
        Where each value comes to lie.

    Returns
    -------
    ndarray of shape (n_rows, d)
        A new array, or `X` itself where no value repeats that much.

    Examples
    --------
    >>> counts = np.repeat(np.arange(6.0), 20)[:, None]
    >>> spread = spread_ties(counts, seed=0)
    >>> bool(np.all(np.abs(spread - counts) <= 0.5)), len(np.unique(spread))
    (True, 120)
    """
    out = X
    rng = np.random.default_rng(seed)
    for j in range(X.shape[1]):
        column = _spread(X[:, j], rng)
        if column is not None:
            out = X.copy() if out is X else out
            out[:, j] = column
    return out


def _spread(x: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Return the column with its repeated values spread, or None if none is."""
    values, position, counts = np.unique(x, return_inverse=True, return_counts=True)
    if len(values) < _FEWEST_VALUES:
        return None
    rare = counts < max(_ATOM * len(x), _FEWEST_ROWS)
    repeats = counts[rare].sum() / max(rare.sum(), 1)
    if len(values) < len(x) / _ROWS_A_VALUE or repeats > _REPEATS:
        spread = _spread_evenly(x, values, position, rng)
        atoms = [i for i in (0, len(values) - 1) if counts[i] > _MANY * len(x)]
    elif not rare.all() and counts[rare].sum() >= _FEWEST_ROWS:
        spread, atoms = x.copy(), np.flatnonzero(~rare).tolist()
    else:
        return None
    for atom in atoms:
        here = position == atom
        width = float(x[~here].std())
        # without the tails, so that no customer is thrown far from all others
        chances = rng.uniform(ndtr(-_FARTHEST), ndtr(_FARTHEST), here.sum())
        spread[here] = values[atom] + width * ndtri(chances)
    return spread


def _spread_evenly(
    x: np.ndarray, values: np.ndarray, position: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    half = np.diff(values) / 2
    below, above = np.r_[half[0], half], np.r_[half, half[-1]]
    shift = -below[position] + rng.random(len(x)) * (below + above)[position]
    return np.asarray(x + shift)

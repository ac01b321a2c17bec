"""Spreads out values that repeat, so that no model takes them for segments.

The number of orders is 1 for half of all customers, 2 for a fifth. To a mixture these
are segments without width, and it finds as many as it is allowed. A count stands for an
interval, so before fitting each repeated value is spread evenly over its own. An amount
that most customers do not have is 0 for them and anything for the others: one value
without width in a column that has width. It is spread as far as the others are. The
fitted rule still reads the values themselves.
"""

from __future__ import annotations

import numpy as np

__all__ = ["spread_ties"]

_ROWS_A_VALUE = 10
_FEWEST_VALUES = 5
_ATOM = 0.05
_FEWEST_ROWS = 10


def spread_ties(X: np.ndarray, *, seed: int) -> np.ndarray:
    """Return the rows with values that repeat spread out.

    A column is discrete with fewer values than a tenth of the rows, and at least five:
    a flag keeps its two values. Each of its values is spread evenly over an interval
    that reaches half the way to each neighbour. In a column with more values those
    that a twentieth of the rows or more have, and at least ten, are spread normally,
    with the standard deviation of the column's other rows, if these are ten as well.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    seed : int
        Where in its interval each value comes to lie.

    Returns
    -------
    ndarray of shape (n_rows, d)
        A new array, or `X` itself where no value is spread.

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
        values, position, counts = np.unique(
            X[:, j], return_inverse=True, return_counts=True
        )
        if len(values) < _FEWEST_VALUES:
            continue
        if len(values) < len(X) / _ROWS_A_VALUE:
            shift = _over_intervals(values, position, rng)
        else:
            atom = counts[position] >= max(_ATOM * len(X), _FEWEST_ROWS)
            if not atom.any() or np.sum(~atom) < _FEWEST_ROWS:
                continue
            shift = _as_far_as_others(X[:, j], atom, rng)
        out = X.copy() if out is X else out
        out[:, j] += shift
    return out


def _over_intervals(
    values: np.ndarray, position: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    half = np.diff(values) / 2
    below, above = np.r_[half[0], half], np.r_[half, half[-1]]
    width = (below + above)[position]
    return np.asarray(-below[position] + rng.random(len(position)) * width)


def _as_far_as_others(
    column: np.ndarray, atom: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    return np.where(atom, rng.normal(scale=column[~atom].std(), size=len(column)), 0.0)

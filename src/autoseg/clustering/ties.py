"""Spreads out values that repeat, so that no model takes them for segments.

The number of orders is 1 for half of all customers, 2 for a fifth. To a mixture these
are segments without width, and it finds as many as it is allowed. A count stands for an
interval, so before fitting each repeated value is spread evenly over its own. The
fitted rule still reads the counts themselves.
"""

from __future__ import annotations

import numpy as np

__all__ = ["spread_ties"]

_ROWS_A_VALUE = 10
_FEWEST_VALUES = 5


def spread_ties(X: np.ndarray, *, seed: int) -> np.ndarray:
    """Return the rows with the values of discrete columns spread over their intervals.

    A column is discrete with fewer values than a tenth of the rows, and at least five:
    a flag keeps its two values. An interval reaches half the way to each neighbour.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    seed : int
        Where in its interval each value comes to lie.

    Returns
    -------
    ndarray of shape (n_rows, d)
        A new array, or `X` itself where no column is discrete.

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
        values, position = np.unique(X[:, j], return_inverse=True)
        if not _FEWEST_VALUES <= len(values) < len(X) / _ROWS_A_VALUE:
            continue
        half = np.diff(values) / 2
        below, above = np.r_[half[0], half], np.r_[half, half[-1]]
        shift = -below[position] + rng.random(len(X)) * (below + above)[position]
        out = X.copy() if out is X else out
        out[:, j] += shift
    return out

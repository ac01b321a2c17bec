"""How good a partition is: agreement, distances, value explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score
from sklearn.metrics.pairwise import euclidean_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "adjusted_rand",
    "calinski_harabasz",
    "davies_bouldin",
    "silhouettes",
    "variance_explained",
]

_SILHOUETTE_ROWS = 2500


def adjusted_rand(first: np.ndarray, second: np.ndarray) -> float:
    """Return the adjusted Rand index of two partitions (Hubert and Arabie 1985).

    The same number as scikit-learn's, without its checks of the input: a selection
    asks for over a thousand of them.

    Parameters
    ----------
    first, second : ndarray of int64, shape (n_rows,)
        Numbers from 0.

    Returns
    -------
    float
        1 for the same partition, about 0 for unrelated ones.

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    n_columns = int(second.max()) + 1
    n_rows = int(first.max()) + 1
    table = np.bincount(first * n_columns + second, minlength=n_rows * n_columns)
    table = table.reshape(n_rows, n_columns)
    cells = _pairs(table)
    rows, columns = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    expected = rows * columns / _pairs(np.array([len(first)]))
    highest = (rows + columns) / 2
    if highest == expected:
        return 1.0
    return float((cells - expected) / (highest - expected))


def silhouettes(X: np.ndarray, partitions: Sequence[np.ndarray]) -> list[float | None]:
    """Return the mean silhouette width of each partition (Rousseeuw 1987).

    One matrix of distances, of at most 2,500 rows evenly spread over the rows, serves
    all partitions.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
    partitions : sequence of ndarray of int64, shape (n_rows,)

    Returns
    -------
    list of float or None
        None where the rows used lie in one segment.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> widths = silhouettes(X, [np.array([0, 0, 1, 1]), np.zeros(4, dtype=int)])
    >>> round(widths[0], 4), widths[1]
    (0.8997, None)
    """
    step = -(-len(X) // _SILHOUETTE_ROWS)
    distances = euclidean_distances(X[::step])
    return [_silhouette(distances, labels[::step]) for labels in partitions]


def davies_bouldin(X: np.ndarray, labels: np.ndarray) -> float | None:
    """Return the Davies-Bouldin index, lower is better; None for one segment."""
    if not _can_be_judged(labels):
        return None
    return float(davies_bouldin_score(X, labels))


def calinski_harabasz(X: np.ndarray, labels: np.ndarray) -> float | None:
    """Return the Calinski-Harabasz index, higher is better; None for one segment."""
    if not _can_be_judged(labels):
        return None
    return float(calinski_harabasz_score(X, labels))


def variance_explained(values: np.ndarray, labels: np.ndarray) -> float:
    """Return η², the share of the variance that lies between the segments.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        The columns to explain; the mean over them is returned.
    labels : ndarray of int64, shape (n_rows,)

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> variance_explained(np.array([[1.0], [1.0], [3.0]]), np.array([0, 0, 1]))
    1.0
    """
    centred = values - values.mean(axis=0)
    total = np.sum(centred**2, axis=0)
    k = int(labels.max()) + 1
    sizes = np.maximum(np.bincount(labels, minlength=k), 1)
    between = np.zeros(values.shape[1])
    for j in range(values.shape[1]):
        sums = np.bincount(labels, weights=centred[:, j], minlength=k)
        between[j] = np.sum(sums**2 / sizes)
    varies = total > 0
    if not varies.any():
        return 0.0
    return float(np.mean(between[varies] / total[varies]))


def _pairs(counts: np.ndarray) -> float:
    return float(np.sum(counts.astype(np.float64) * (counts - 1.0)) / 2)


def _silhouette(distances: np.ndarray, labels: np.ndarray) -> float | None:
    if not _can_be_judged(labels):
        return None
    _, inside = np.unique(labels, return_inverse=True)
    member = np.eye(int(inside.max()) + 1)[inside]
    sizes = member.sum(axis=0)
    sums = distances @ member
    rows = np.arange(len(inside))
    own = sums[rows, inside] / np.maximum(sizes[inside] - 1, 1)
    others = sums / sizes
    others[rows, inside] = np.inf
    nearest = others.min(axis=1)
    widest = np.maximum(own, nearest)
    width = np.divide(nearest - own, widest, out=np.zeros(len(rows)), where=widest > 0)
    width[sizes[inside] == 1] = 0.0
    return float(width.mean())


def _can_be_judged(labels: np.ndarray) -> bool:
    return 1 < len(np.unique(labels)) < len(labels)

"""Whether a model that starts from given segments stays with them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from autoseg.clustering.mixture import MixtureData, fit_mixture
from autoseg.clustering.resampling import jaccard_of_best
from autoseg.clustering.ties import spread_ties

__all__ = ["Recovery", "recover"]

_ROWS = 2000
_FEWEST = 20
_MODELS = ("kmeans", "full")


@dataclass(frozen=True, slots=True)
class Recovery:
    """How much of each segment is left when a model has moved on from it.

    Parameters
    ----------
    jaccard : tuple of float
        Mean similarity of each segment to the most similar one of the model.
    family : {"kmeans", "full"}
        The model that stays with them better.
    """

    jaccard: tuple[float, ...]
    family: str


def recover(
    X: np.ndarray,
    labels: np.ndarray,
    *,
    n_resamples: int,
    random_state: int,
    n_jobs: int | None,
) -> Recovery:
    """Let models start from given segments on resamples, and see what they keep.

    At most about 2,000 rows are used, evenly spread over each segment, and at least 20
    of each. They are drawn with replacement; k-means starts from the centres of the
    given segments, a Gaussian mixture from the segments themselves, and both run to
    their end. Each given segment is compared with the most similar one of the model,
    on the rows that were drawn (Jaccard). Of the two models the one with the higher
    mean over all segments counts.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    labels : ndarray of int64, shape (n_rows,)
        Segments from 0, without gaps.
    n_resamples : int
        Number of resamples.
    random_state : int
        Seed of the draws.
    n_jobs : int or None
        Resamples at a time, as joblib reads it. The answer is the same for any number.

    Returns
    -------
    Recovery

    Examples
    --------
    >>> X = np.repeat([[0.0, 1.0], [9.0, 3.0]], 20, axis=0)
    >>> recover(X, np.repeat([0, 1], 20), n_resamples=3, random_state=0, n_jobs=1)
    Recovery(jaccard=(1.0, 1.0), family='kmeans')
    """
    used = _spread(labels)
    rows, given = X[used], labels[used]
    seeds = np.random.SeedSequence(random_state).spawn(n_resamples)
    run = Parallel(n_jobs=n_jobs, prefer="threads")
    with threadpool_limits(1), warnings.catch_warnings():
        # two segments with one centre: k-means says so, and the similarity does too
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = run(delayed(_resample)(rows, given, seed) for seed in seeds)
    means = _means(np.array(found))
    # rounded, and the first among equals, so that the last bit never decides
    best = max(range(len(_MODELS)), key=lambda i: (round(means[i].mean(), 9), -i))
    return Recovery(tuple(means[best].tolist()), _MODELS[best])


def _spread(labels: np.ndarray) -> np.ndarray:
    """Return the positions of rows evenly spread over each segment, sorted."""
    step = -(-len(labels) // _ROWS)
    chosen = []
    for label in range(int(labels.max()) + 1):
        inside = np.flatnonzero(labels == label)
        wanted = min(len(inside), max(-(-len(inside) // step), _FEWEST))
        chosen.append(inside[np.arange(wanted) * len(inside) // wanted])
    return np.sort(np.concatenate(chosen))


def _resample(
    rows: np.ndarray, labels: np.ndarray, seed: np.random.SeedSequence
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.integers(len(rows), size=len(rows)))
    _, start = np.unique(labels[drawn], return_inverse=True)
    spread = spread_ties(rows[drawn], seed=int(rng.integers(2**31 - 1)))
    once = np.unique(drawn)
    with threadpool_limits(1):
        mixture = fit_mixture(MixtureData(spread), "full", start).rule
        after = [_kmeans(spread, start, rows[once]), mixture.predict(rows[once])]
    k = int(labels.max()) + 1
    return np.array([jaccard_of_best(labels[once], one, k) for one in after])


def _kmeans(rows: np.ndarray, start: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    sizes = np.bincount(start)
    sums = np.array([np.bincount(start, weights=column) for column in rows.T])
    centres = np.ascontiguousarray((sums / sizes).T)
    model = KMeans(len(sizes), init=centres, n_init=1, random_state=0).fit(rows)
    return np.asarray(model.predict(wanted), dtype=np.int64)


def _means(similarities: np.ndarray) -> np.ndarray:
    """Return means over the resamples in which a segment was drawn; 0 without any."""
    drawn = ~np.isnan(similarities)
    sums = np.where(drawn, similarities, 0.0).sum(axis=0)
    return np.asarray(sums / np.maximum(drawn.sum(axis=0), 1))

"""Every way to divide the customers that is tried: k-means and mixtures, each k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from scipy.cluster.hierarchy import cut_tree, linkage
from sklearn.cluster import KMeans
from sklearn.preprocessing import PowerTransformer
from threadpoolctl import threadpool_limits

from autoseg.clustering.mixture import FAMILIES, MixtureData, MixtureFit, fit_mixture
from autoseg.clustering.rule import ClusterRule
from autoseg.clustering.transform import skewness

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Fitted", "fit_all", "fit_one"]

SECOND = "full_unskewed"
"""The full mixture on unskewed columns: a reference only, for no rule is kept of it."""

_N_INIT = 10
_N_INIT_AGAIN = 3
_WARD_ROWS = 1500
_STILL_SKEWED = 0.5


@dataclass(frozen=True, slots=True)
class Fitted:
    """One fitted candidate.

    Parameters
    ----------
    family : str
        As in `Candidate`, or ``"full_unskewed"`` for a partition that only serves as
        a reference.
    k : int
        Number of segments that was asked for; some may be empty.
    rule : ClusterRule
        The fitted rule.
    labels : ndarray of int64, shape (n_rows,)
        Segments of the rows that it was fitted on.
    bic, icl : float or None
        Information criteria; None for k-means.
    """

    family: str
    k: int
    rule: ClusterRule
    labels: np.ndarray
    bic: float | None = None
    icl: float | None = None


def fit_all(
    X: np.ndarray, ks: Sequence[int], *, seed: int, n_jobs: int | None
) -> list[Fitted]:
    """Fit k-means and every family of mixtures for every k.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Rows in canonical order.
    ks : sequence of int
        Numbers of segments.
    seed : int
        Of the starts of k-means.
    n_jobs : int or None
        As joblib reads it. The answer is the same for any number.

    Returns
    -------
    list of Fitted
        In the same order every time: k-means first, then family by family.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> len(fit_all(X, [1, 2], seed=0, n_jobs=None))
    12
    """
    # threads: the work is in numpy, and starting processes costs more than small fits
    run = Parallel(n_jobs=n_jobs, prefer="threads")
    data = MixtureData(X)
    unskewed = _unskewed(X)
    with threadpool_limits(1):
        ward, *centres = run(
            [delayed(_limited)(_ward_partitions, X, ks)]
            + [delayed(_limited)(_kmeans, X, k, seed, _N_INIT) for k in ks]
        )
        by_k = run(
            delayed(_limited)(_mixtures, X, data, unskewed, fitted, start)
            for fitted, start in zip(centres, ward, strict=True)
        )
    every = list(centres) + [fitted for group in by_k for fitted in group]
    order = {family: i for i, family in enumerate(("kmeans", *FAMILIES, SECOND))}
    return sorted(every, key=lambda fitted: (order[fitted.family], fitted.k))


def fit_one(X: np.ndarray, family: str, k: int, *, seed: int) -> ClusterRule:
    """Fit one family with one k, for a resample.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    family : str
        As in `Candidate`.
    k : int
        Number of segments.
    seed : int
        Of the starts of k-means.

    Returns
    -------
    ClusterRule

    Examples
    --------
    >>> X = np.array([[0.0], [0.1], [7.0], [7.1]])
    >>> fit_one(X, "kmeans", 2, seed=0).k
    2
    """
    with threadpool_limits(1):
        centres = _kmeans(X, k, seed, _N_INIT_AGAIN)
        if family == "kmeans":
            return centres.rule
        data = MixtureData(X)
        starts = [centres.labels]
        if family == "full":
            starts += _ward_partitions(X, [k])
        return _best(data, family, starts).rule


def _limited(task, *arguments):  # type: ignore[no-untyped-def]
    # once more inside the task: OpenMP keeps its limit per thread, and a process of
    # its own knows nothing of the limit outside
    with threadpool_limits(1):
        return task(*arguments)


def _kmeans(X: np.ndarray, k: int, seed: int, n_init: int) -> Fitted:
    model = KMeans(k, n_init=n_init, random_state=seed).fit(X)
    centres = model.cluster_centers_
    variance = max(float(model.inertia_) / X.size, 1e-12)
    rule = ClusterRule(
        family="kmeans",
        weights=np.full(k, 1.0 / k),
        means=centres,
        whiteners=np.repeat(np.eye(X.shape[1])[None] / np.sqrt(variance), k, axis=0),
    )
    return Fitted("kmeans", k, rule, rule.predict(X))


def _ward_partitions(X: np.ndarray, ks: Sequence[int]) -> list[np.ndarray]:
    """Return a partition for each k by Ward's method on at most 1,500 rows."""
    step = -(-len(X) // _WARD_ROWS)
    sample = X[::step]
    cut = cut_tree(linkage(sample, "ward"), n_clusters=list(ks))
    partitions = []
    for j in range(cut.shape[1]):
        labels = _without_gaps(cut[:, j])
        if step > 1:
            k = int(labels.max()) + 1
            centres = np.stack([sample[labels == i].mean(axis=0) for i in range(k)])
            flat = np.broadcast_to(np.eye(X.shape[1]), (k, X.shape[1], X.shape[1]))
            rule = ClusterRule("kmeans", np.full(k, 1.0 / k), centres, flat)
            labels = _without_gaps(rule.predict(X))
        partitions.append(labels)
    return partitions


def _mixtures(
    X: np.ndarray,
    data: MixtureData,
    unskewed: MixtureData | None,
    centres: Fitted,
    ward: np.ndarray,
) -> list[Fitted]:
    start = _without_gaps(centres.labels)
    fits = []
    for family in FAMILIES:
        starts = [start, ward] if family == "full" else [start]
        fits.append((family, _best(data, family, starts)))
    fitted = [
        Fitted(family, centres.k, fit.rule, fit.rule.predict(X), fit.bic, fit.icl)
        for family, fit in fits
    ]
    if unskewed is not None:
        fit = fit_mixture(unskewed, "full", start)
        labels = fit.rule.predict(unskewed.rows)
        fitted.append(Fitted(SECOND, centres.k, fit.rule, labels, fit.bic, fit.icl))
    return fitted


def _best(data: MixtureData, family: str, starts: list[np.ndarray]) -> MixtureFit:
    fits = [fit_mixture(data, family, start) for start in starts]
    return max(fits, key=lambda fit: fit.objective)


def _unskewed(X: np.ndarray) -> MixtureData | None:
    skewed = [j for j in range(X.shape[1]) if abs(skewness(X[:, j])) > _STILL_SKEWED]
    if not skewed:
        return None
    other = X.copy()
    other[:, skewed] = PowerTransformer().fit_transform(X[:, skewed])
    return MixtureData(other)


def _without_gaps(labels: np.ndarray) -> np.ndarray:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)

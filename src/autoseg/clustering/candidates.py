"""Every way to divide the customers that is tried: k-means and mixtures, each k."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from scipy.cluster.hierarchy import cut_tree, linkage
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from autoseg.clustering.mixture import FAMILIES, MixtureData, MixtureFit, fit_mixture
from autoseg.clustering.rule import ClusterRule
from autoseg.clustering.ties import spread_ties

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Fitted", "fit_all", "fit_one"]

_N_INIT = 10
_N_INIT_AGAIN = 3
_WARD_ROWS = 1500


@dataclass(frozen=True, slots=True)
class Fitted:
    """One fitted candidate.

    Parameters
    ----------
    family : str
        As in `Candidate`.
    k : int
        Number of segments that was asked for; some may be empty.
    rule : ClusterRule
        The fitted rule.
    labels : ndarray of int64, shape (n_rows,)
        Segments of the rows that it was fitted on.
    bic, icl : float or None
        Information criteria; None for k-means.
    n_parameters : int or None
        Number of free parameters; None for k-means.
    n_degenerate : int
        Components that only the prior keeps from collapsing.
    """

    family: str
    k: int
    rule: ClusterRule
    labels: np.ndarray
    bic: float | None = None
    icl: float | None = None
    n_parameters: int | None = None
    n_degenerate: int = 0


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
        Of the starts of k-means and the spread of ties.
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
    spread = spread_ties(X, seed=seed)
    data = MixtureData(spread)
    with threadpool_limits(1):
        ward, *centres = run(
            [delayed(_limited)(_ward_partitions, spread, ks)]
            + [delayed(_limited)(_kmeans, spread, k, seed, _N_INIT) for k in ks]
        )
        by_k = run(
            delayed(_limited)(_mixtures, X, data, fitted, start)
            for fitted, start in zip(centres, ward, strict=True)
        )
    every = [replace(fitted, labels=fitted.rule.predict(X)) for fitted in centres]
    every += [fitted for group in by_k for fitted in group]
    order = {family: i for i, family in enumerate(("kmeans", *FAMILIES))}
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
        spread = spread_ties(X, seed=seed)
        centres = _kmeans(spread, k, seed, _N_INIT_AGAIN)
        if family == "kmeans":
            return centres.rule
        data = MixtureData(spread)
        starts = [_without_gaps(centres.labels)]
        if family == "full":
            starts += _ward_partitions(spread, [k])
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
    centres: Fitted,
    ward: np.ndarray,
) -> list[Fitted]:
    start = _without_gaps(centres.labels)
    fits = []
    for family in FAMILIES:
        starts = [start, ward] if family == "full" else [start]
        fits.append((family, _best(data, family, starts)))
    return [
        Fitted(
            family,
            centres.k,
            fit.rule,
            fit.rule.predict(X),
            fit.bic,
            fit.icl,
            fit.n_parameters,
            len(fit.degenerate),
        )
        for family, fit in fits
    ]


def _best(data: MixtureData, family: str, starts: list[np.ndarray]) -> MixtureFit:
    fits = [fit_mixture(data, family, start) for start in starts]
    return max(fits, key=lambda fit: fit.objective)


def _without_gaps(labels: np.ndarray) -> np.ndarray:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)

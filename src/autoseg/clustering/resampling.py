"""Drawing the customers again: which segments of a rule come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from autoseg.clustering.candidates import fit_one
from autoseg.clustering.tiers import TIERS, fit_tiers, tier_columns

if TYPE_CHECKING:
    from autoseg.clustering.rule import ClusterRule

__all__ = ["Scheme", "jaccard_of_best", "mean_jaccards", "resampled_jaccards"]

Scheme = Literal["bootstrap", "subsample"]


def mean_jaccards(
    sample: np.ndarray,
    rule: ClusterRule,
    *,
    n_resamples: int,
    random_state: int,
    n_jobs: int | None,
) -> np.ndarray:
    """Return how similar each segment's best counterpart in a refit is, on average.

    Parameters
    ----------
    sample : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    rule : ClusterRule
        The rule whose segments are looked for.
    n_resamples : int
        Number of bootstrap resamples; its family is fitted to each from scratch.
    random_state : int
        Seed of the draws.
    n_jobs : int or None
        Refits at a time, as joblib reads it. The answer is the same for any number.

    Returns
    -------
    ndarray of shape (k,)
        Mean Jaccard similarities (Hennig 2007).

    Examples
    --------
    >>> from autoseg.clustering.candidates import fit_one
    >>> X = np.repeat([[0.0], [9.0]], 20, axis=0)
    >>> rule = fit_one(X, "kmeans", 2, seed=0)
    >>> mean_jaccards(X, rule, n_resamples=3, random_state=0, n_jobs=1).tolist()
    [1.0, 1.0]
    """
    found = resampled_jaccards(
        sample,
        rule,
        n_resamples=n_resamples,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    means: np.ndarray = np.nanmean(found, axis=0)
    return means


def resampled_jaccards(
    sample: np.ndarray,
    rule: ClusterRule,
    *,
    n_resamples: int,
    random_state: int,
    n_jobs: int | None,
    scheme: Scheme = "bootstrap",
) -> np.ndarray:
    """Return how similar each segment's best counterpart in each refit is.

    Parameters
    ----------
    sample : ndarray of shape (n_rows, d)
        Rows in a reproducible order.
    rule : ClusterRule
        The rule whose segments are looked for.
    n_resamples : int
        Number of resamples; its family is fitted to each from scratch.
    random_state : int
        Seed of the draws.
    n_jobs : int or None
        Refits at a time, as joblib reads it. The answer is the same for any number.
    scheme : {"bootstrap", "subsample"}, default="bootstrap"
        Whether as many rows are drawn with replacement, or half of them without.

    Returns
    -------
    ndarray of shape (n_resamples, k)
        Jaccard similarities (Hennig 2007); NaN where no row of a segment was drawn.

    Examples
    --------
    >>> from autoseg.clustering.candidates import fit_one
    >>> X = np.repeat([[0.0], [9.0]], 20, axis=0)
    >>> rule = fit_one(X, "kmeans", 2, seed=0)
    >>> resampled_jaccards(
    ...     X, rule, n_resamples=2, random_state=0, n_jobs=1, scheme="subsample"
    ... ).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    labels = rule.predict(sample)
    seeds = np.random.SeedSequence(random_state).spawn(n_resamples)
    run = Parallel(n_jobs=n_jobs, prefer="threads")
    with threadpool_limits(1):
        found = run(
            delayed(_resample)(sample, labels, rule, seed, scheme) for seed in seeds
        )
    return np.array(found)


def _resample(
    sample: np.ndarray,
    labels: np.ndarray,
    rule: ClusterRule,
    seed: np.random.SeedSequence,
    scheme: Scheme,
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = len(sample)
    if scheme == "bootstrap":
        drawn = np.sort(rng.integers(n, size=n))
    else:
        drawn = np.sort(rng.permutation(n)[: n // 2])
    rows = sample[drawn]
    refit = _refit(rows, rule, seed=int(rng.integers(2**31 - 1)))
    once = np.unique(drawn)
    return jaccard_of_best(labels[once], refit.predict(sample[once]), rule.k)


def _refit(rows: np.ndarray, rule: ClusterRule, seed: int) -> ClusterRule:
    if rule.family == TIERS:
        return fit_tiers(rows, tier_columns(rule), rule.k) or rule
    return fit_one(rows, rule.family, rule.k, seed=seed)


def jaccard_of_best(before: np.ndarray, after: np.ndarray, k: int) -> np.ndarray:
    """Return for each segment its Jaccard similarity to the most similar new one.

    Parameters
    ----------
    before, after : ndarray of int64, shape (n_rows,)
        Segments of the same rows in two partitions.
    k : int
        Number of segments in the first.

    Returns
    -------
    ndarray of shape (k,)
        NaN for a segment without rows.

    Examples
    --------
    >>> jaccard_of_best(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 1]), 2).tolist()
    [0.6666666666666666, 0.5]
    """
    width = int(after.max()) + 1
    both = np.bincount(before * width + after, minlength=k * width).reshape(k, width)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
    jaccard = np.divide(both, either, out=np.zeros(both.shape), where=either > 0)
    best = np.asarray(jaccard.max(axis=1))
    best[both.sum(axis=1) == 0] = np.nan
    return best

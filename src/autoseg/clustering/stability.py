"""How far each segment survives when the customers are drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from autoseg.clustering.candidates import fit_one
from autoseg.clustering.clusterer import canonical_sample

if TYPE_CHECKING:
    from autoseg.clustering.clusterer import AutoClusterer
    from autoseg.clustering.rule import ClusterRule

__all__ = ["SegmentStability", "bootstrap_stability"]

_READING = ((0.85, "solid"), (0.75, "real"), (0.60, "pattern"))


@dataclass(frozen=True, slots=True)
class SegmentStability:
    """Mean Jaccard similarity of each segment over bootstrap resamples.

    Parameters
    ----------
    jaccard : tuple of float
        One mean similarity a segment, by label.
    n_resamples : int
        Number of resamples that the means are over.
    n_rows : int
        Rows drawn in each resample.

    Examples
    --------
    >>> SegmentStability((0.9, 0.62), n_resamples=50, n_rows=800).verdicts
    ('solid', 'pattern')
    """

    jaccard: tuple[float, ...]
    n_resamples: int
    n_rows: int

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The reading of Hennig's fpc: solid, real, pattern or unstable."""
        return tuple(
            next((word for least, word in _READING if value >= least), "unstable")
            for value in self.jaccard
        )


def bootstrap_stability(
    clusterer: AutoClusterer,
    X: Any,
    *,
    n_resamples: int = 50,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> SegmentStability:
    """Refit the chosen model on resamples and see which segments come back.

    Customers are drawn with replacement; the chosen family is fitted from scratch
    with the chosen number of segments; each segment is compared with the most similar
    one of the refit, on the customers that were drawn (Hennig 2007). The number of
    segments is not chosen again.

    Parameters
    ----------
    clusterer : AutoClusterer
        Fitted.
    X : array-like of shape (n_customers, n_columns)
        What it was fitted on.
    n_resamples : int, default=50
        Number of resamples.
    random_state : int, default=0
        Seed of the draws.
    n_jobs : int or None, default=None
        Refits at a time, as joblib reads it. The answer is the same for any number.

    Returns
    -------
    SegmentStability

    Examples
    --------
    >>> from autoseg.clustering import AutoClusterer
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(m, 0.3, size=(60, 2)) for m in (-3, 0, 3)])
    >>> bootstrap_stability(AutoClusterer().fit(X), X, n_resamples=5).verdicts
    ('solid', 'solid', 'solid')
    """
    check_is_fitted(clusterer)
    rows = np.asarray(X, dtype=np.float64) + 0.0
    sample = canonical_sample(
        rows, clusterer.sample_size, np.random.RandomState(random_state)
    )
    rule = clusterer.rule_
    labels = rule.predict(sample)
    seeds = np.random.SeedSequence(random_state).spawn(n_resamples)
    run = Parallel(n_jobs=n_jobs, prefer="threads")
    with threadpool_limits(1):
        found = run(delayed(_resample)(sample, labels, rule, seed) for seed in seeds)
    jaccard = np.nanmean(np.array(found), axis=0)
    return SegmentStability(
        jaccard=tuple(float(value) for value in jaccard),
        n_resamples=n_resamples,
        n_rows=len(sample),
    )


def _resample(
    sample: np.ndarray,
    labels: np.ndarray,
    rule: ClusterRule,
    seed: np.random.SeedSequence,
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.integers(len(sample), size=len(sample)))
    rows = sample[drawn]
    refit = fit_one(rows, rule.family, rule.k, seed=int(rng.integers(2**31 - 1)))
    once = np.unique(drawn)
    return jaccard_of_best(labels[once], refit.predict(sample[once]), rule.k)


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

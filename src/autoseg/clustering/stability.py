"""How far each segment survives when the customers are drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from autoseg.clustering.resampling import mean_jaccards
from autoseg.clustering.sampling import draw_rows

if TYPE_CHECKING:
    from autoseg.clustering.clusterer import AutoClusterer

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
    sample = draw_rows(rows, clusterer.sample_size, random_state)
    jaccard = mean_jaccards(
        sample,
        clusterer.rule_,
        n_resamples=n_resamples,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    return SegmentStability(
        jaccard=tuple(float(value) for value in jaccard),
        n_resamples=n_resamples,
        n_rows=len(sample),
    )

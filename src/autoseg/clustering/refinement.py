"""Fits a rule once more, from where it stands, to more rows than it was found on.

Finding the number of segments takes dozens of fits, so it is done on a few thousand
rows. One more fit of the rule that was chosen costs little, and on tens of thousands
of rows the centres and shapes come as near to those of all rows as anybody can tell.
"""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from autoseg.clustering.mixture import MixtureData, fit_mixture
from autoseg.clustering.rule import ClusterRule
from autoseg.clustering.sampling import draw_rows
from autoseg.clustering.ties import spread_ties

__all__ = ["REFINED_ON", "refine"]

REFINED_ON = 50_000
"""Most rows that a rule is fitted to once more."""

# on rows that are no mixture of the family, and real ones are not, EM wanders from the
# segments that were chosen for as long as it is let; the first steps bring the gain
_MAX_STEPS = 6


def refine(
    rule: ClusterRule,
    X: np.ndarray,
    *,
    seed: int,
    size: int = REFINED_ON,
    max_steps: int = _MAX_STEPS,
    min_share: float = 0.0,
) -> ClusterRule:
    """Return the rule fitted to at most `size` rows, started from where it stands.

    A mixture goes on by EM from the segments that the rule gives to the rows,
    k-means from its centres. The family and the number of segments stay.

    Parameters
    ----------
    rule : ClusterRule
        What was found on fewer rows.
    X : ndarray of shape (n_rows, d)
        All rows, in any order.
    seed : int
        Of the draw and of the spread of ties. With the seed of the sample that the
        rule was found on, the rows hold that sample.
    size : int, default=50_000
        Most rows; more of them bring nothing, and this bounds time and memory.
    max_steps : int, default=6
        Most steps of EM. Likelihood is gained in the first ones; later ones move the
        segments away from those that were chosen. k-means goes to its end.
    min_share : float, default=0.0
        Share of the rows that each segment must keep.

    Returns
    -------
    ClusterRule
        The given one where a segment has no rows to start from, or where one would
        fall below `min_share`.

    Notes
    -----
    Sums over all rows would depend on their order, in the last bits. The rows are
    drawn and sorted instead, so any order and any number of threads gives the same
    bytes.

    Examples
    --------
    >>> X = np.r_[np.linspace(0, 1, 50), np.linspace(4, 5, 50)][:, None]
    >>> rough = ClusterRule.of_centres(np.array([[0.0], [4.0]]), variance=1.0)
    >>> refine(rough, X, seed=0).means.round(6).ravel().tolist()
    [0.5, 4.5]
    """
    rows = draw_rows(X, size, seed)
    labels = rule.predict(rows)
    if _smallest(labels, rule.k) == 0.0:
        return rule
    spread = spread_ties(rows, seed=seed)
    with threadpool_limits(1):
        if rule.family == "kmeans":
            refined = _centres(spread, rule)
        else:
            refined = fit_mixture(
                MixtureData(spread), rule.family, labels, max_steps=max_steps
            ).rule
    share = _smallest(refined.predict(rows), rule.k)
    return refined if share > 0.0 and share >= min_share else rule


def _centres(rows: np.ndarray, rule: ClusterRule) -> ClusterRule:
    model = KMeans(rule.k, init=rule.means, n_init=1).fit(rows)
    return ClusterRule.of_centres(
        model.cluster_centers_, variance=float(model.inertia_) / rows.size
    )


def _smallest(labels: np.ndarray, k: int) -> float:
    return float(np.bincount(labels, minlength=k).min()) / len(labels)

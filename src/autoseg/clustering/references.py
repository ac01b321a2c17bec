"""The partitions that single rules of single models would choose: the references.

Every rule for the number of segments is often wrong, and each in its own way. So each
is asked of each family, and what they choose is what the candidates are compared with.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autoseg.clustering.criteria import silhouettes

if TYPE_CHECKING:
    from autoseg.clustering.candidates import Fitted

__all__ = ["families_that_vote", "references", "slope_criterion"]

_ROWS_A_PARAMETER = 3
_FEWEST_FOR_SLOPE = 3
_CHEAPEST = "diagonal"
# of the log-likelihood, in square roots of the number of rows; from 1 to 2 is alike
_NEAR = 1.5
_NEGLIGIBLE = 1e-3


def families_that_vote(fits: list[Fitted]) -> frozenset[str]:
    """Return the families of mixtures that the customers are enough for.

    A family votes if there are three customers for each of its parameters with two
    segments. With fewer, its criteria say "one segment" whatever the customers are
    like. Mixtures without correlations, the cheapest, always vote.

    Parameters
    ----------
    fits : list of Fitted
        Every candidate.

    Returns
    -------
    frozenset of str
    """
    found = {_CHEAPEST}
    for family in _families(fits):
        group = [f for f in fits if f.family == family]
        two = min(group, key=lambda f: (abs(f.k - 2), f.k))
        if len(two.labels) >= _ROWS_A_PARAMETER * (two.n_parameters or 0):
            found.add(family)
    return frozenset(found)


def references(X: np.ndarray, fits: list[Fitted], voting: frozenset[str]) -> np.ndarray:
    """Return how much each candidate counts as a reference.

    Each family of mixtures that votes is asked by BIC, by ICL, halfway between the two,
    and by the slope heuristic; k-means by the silhouette. What a criterion says of
    two models differs from sample to sample by about the square root of the number
    of rows (Vuong 1989), so a criterion does not speak for its best model alone, but
    for all that are nearly as good: other customers of the same kind give the same
    references.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        The rows that the candidates were fitted on.
    fits : list of Fitted
        Every candidate.
    voting : frozenset of str
        Families of mixtures that are asked.

    Returns
    -------
    ndarray of float, shape (n_fits,)
        Sums to one; exactly zero for what no criterion comes near to.

    References
    ----------
    Q. H. Vuong (1989), "Likelihood ratio tests for model selection and non-nested
    hypotheses", Econometrica 57.
    """
    votes = np.zeros(len(fits))
    for family in _families(fits):
        if family not in voting:
            continue
        group = [i for i, f in enumerate(fits) if f.family == family]
        bic = np.array([fits[i].bic for i in group], dtype=np.float64)
        icl = np.array([fits[i].icl for i in group], dtype=np.float64)
        slope = slope_criterion(
            bic,
            np.array([fits[i].n_parameters for i in group]),
            np.array([fits[i].k for i in group]),
            len(X),
        )
        for criterion in (bic, icl, (bic + icl) / 2, slope):
            votes[group] += _nearly_best(criterion, len(X))
    means = [i for i, f in enumerate(fits) if f.family == "kmeans"]
    widths = silhouettes(X, [fits[i].labels for i in means])
    known = [place for place, width in enumerate(widths) if width is not None]
    if known:
        votes[means[max(known, key=lambda place: widths[place] or 0.0)]] += 1
    return np.asarray(votes / votes.sum())


def _nearly_best(criterion: np.ndarray, n_rows: int) -> np.ndarray:
    """Return shares of one vote: the lower the criterion, the larger."""
    behind = np.round(criterion - criterion.min(), 6)
    shares = np.exp(-behind / (2 * _NEAR * math.sqrt(n_rows)))
    shares[shares < _NEGLIGIBLE] = 0.0
    return np.asarray(shares / shares.sum())


def slope_criterion(
    bic: np.ndarray, n_parameters: np.ndarray, ks: np.ndarray, n_rows: int
) -> np.ndarray:
    """Return the criterion of the slope heuristic, better when lower.

    Where segments are not normal, the likelihood goes on growing with more components
    than there are segments, and BIC with it. The slope heuristic learns from the rich
    models how much likelihood a parameter brings that finds nothing new, and asks for
    twice as much (Baudry, Maugis and Michel 2012). The slope is the median over all
    pairs of models in the upper half of `ks` (Theil and Sen), and at least half of
    what BIC asks.

    Parameters
    ----------
    bic : ndarray of shape (n_models,)
        Of one family.
    n_parameters : ndarray of shape (n_models,)
        Their numbers of free parameters.
    ks : ndarray of shape (n_models,)
        Their numbers of segments.
    n_rows : int
        Number of rows that they were fitted on.

    Returns
    -------
    ndarray of shape (n_models,)
        BIC itself with fewer than three models in the upper half.

    Examples
    --------
    >>> ks = np.arange(1, 7)
    >>> likelihood = np.array([0.0, 900.0, 1800.0, 1900.0, 2000.0, 2100.0])
    >>> bic = -2 * likelihood + 2 * ks * np.log(1000)
    >>> slope = slope_criterion(bic, 2 * ks, ks, 1000)
    >>> int(ks[np.argmin(bic)]), int(ks[np.argmin(slope)])
    (6, 3)

    References
    ----------
    J.-P. Baudry, C. Maugis and B. Michel (2012), "Slope heuristics: overview and
    implementation", Statistics and Computing 22.
    """
    likelihood = (n_parameters * math.log(n_rows) - bic) / 2
    rich = np.flatnonzero(ks >= (ks.min() + ks.max()) // 2)
    if len(rich) < _FEWEST_FOR_SLOPE:
        return bic
    first, second = np.triu_indices(len(rich), 1)
    rise = likelihood[rich[second]] - likelihood[rich[first]]
    run = n_parameters[rich[second]] - n_parameters[rich[first]]
    slope = max(float(np.median(rise / run)), math.log(n_rows) / 4)
    return np.asarray(-2 * (likelihood - 2 * slope * n_parameters))


def _families(fits: list[Fitted]) -> list[str]:
    return list(dict.fromkeys(f.family for f in fits if f.bic is not None))

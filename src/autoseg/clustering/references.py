"""The partitions that single rules of single models would choose: the electors.

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


def references(
    X: np.ndarray, fits: list[Fitted], voting: frozenset[str]
) -> list[np.ndarray]:
    """Return what each rule of each family that votes would choose.

    For mixtures these are the best partition by BIC, by ICL, halfway between the two,
    and by the slope heuristic; for k-means the best by the silhouette.

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
    list of ndarray of int64, shape (n_rows,)
    """
    found = []
    for family in _families(fits):
        if family not in voting:
            continue
        group = [f for f in fits if f.family == family]
        bic = np.array([f.bic for f in group], dtype=np.float64)
        icl = np.array([f.icl for f in group], dtype=np.float64)
        slope = slope_criterion(
            bic,
            np.array([f.n_parameters for f in group]),
            np.array([f.k for f in group]),
            len(X),
        )
        found += [
            group[int(np.argmin(np.round(criterion, 6)))].labels
            for criterion in (bic, icl, bic + icl, slope)
        ]
    means = [f for f in fits if f.family == "kmeans"]
    widths = silhouettes(X, [f.labels for f in means])
    known = [i for i, width in enumerate(widths) if width is not None]
    if known:
        found.append(means[max(known, key=lambda i: widths[i] or 0.0)].labels)
    return found


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

"""What to deliver where the customers lie along a scale and any line is a convention.

There the models disagree, and what most of them agree on is neither stable nor of
use. If the value of the customers is known, the division is taken that comes back
when they are drawn again and that tells them apart by value.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from autoseg.clustering.resampling import mean_jaccards

if TYPE_CHECKING:
    from autoseg.clustering.candidates import Fitted
    from autoseg.clustering.consensus import Choice

__all__ = ["settle"]

_N_RESAMPLES = 20
_ROWS = 1500


def settle(
    sample: np.ndarray,
    fits: list[Fitted],
    choice: Choice,
    *,
    families: frozenset[str],
    min_share: float,
    seed: int,
    n_jobs: int | None,
) -> Choice:
    """Return the division within the target that is stablest and richest in value.

    k-means for every number within the target stands for election, and what the
    consensus chose if it lies within. Each is judged by the sum of the mean Jaccard
    similarity of its segments over resamples and the share of the variance of the
    value columns that lies between its segments, both from 0 to 1.

    Parameters
    ----------
    sample : ndarray of shape (n_rows, d)
        The rows that the candidates were fitted on, sorted.
    fits : list of Fitted
        Every candidate, in the order of ``choice.selection.candidates``.
    choice : Choice
        What the consensus chose, with value columns.
    families : frozenset of str
        Families that may be chosen.
    min_share : float
        Smallest share of the rows that a segment may have.
    seed : int
        Of the resamples.
    n_jobs : int or None
        Refits at a time, as joblib reads it.

    Returns
    -------
    Choice
        The same one where nothing stands for election.
    """
    selection = choice.selection
    standing = [
        (fitted, judged)
        for fitted, judged in zip(fits, selection.candidates, strict=True)
        if (fitted.family == "kmeans" or fitted is choice.fitted)
        and fitted.family in families
        and selection.target[0] <= fitted.k <= selection.target[1]
        and judged.smallest_share >= min_share
    ]
    if not standing:
        return choice
    rows = sample[:: -(-len(sample) // _ROWS)]
    merits = [
        float(np.mean(_jaccards(rows, fitted, seed, n_jobs)))
        + (judged.value_explained or 0.0)
        for fitted, judged in standing
    ]
    # rounded, and the first among equals, so that the last bit never decides
    best = max(range(len(standing)), key=lambda i: (round(merits[i], 9), -i))
    fitted, judged = standing[best]
    settled = replace(
        selection,
        k=fitted.k,
        family=fitted.family,
        agreement=judged.agreement,
        by_stability=True,
    )
    return replace(choice, fitted=fitted, selection=settled)


def _jaccards(
    rows: np.ndarray, fitted: Fitted, seed: int, n_jobs: int | None
) -> np.ndarray:
    return mean_jaccards(
        rows, fitted.rule, n_resamples=_N_RESAMPLES, random_state=seed, n_jobs=n_jobs
    )

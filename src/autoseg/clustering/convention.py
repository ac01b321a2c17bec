"""What to deliver where the customers lie along a scale and any line is a convention.

Where the models disagree, what most of them agree on may not be stable. If the value of
the customers is known, the division is taken that comes back when they are drawn again.
Where there are no segments at all, customers are told apart by their value alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from autoseg.clustering.candidates import Fitted
from autoseg.clustering.resampling import mean_jaccards
from autoseg.clustering.tiers import TIERS, fit_tiers

if TYPE_CHECKING:
    from autoseg.clustering.consensus import Choice

__all__ = ["by_value", "settle"]

_N_RESAMPLES = 20
_ROWS = 1500
# quintiles are what the trade is used to
_TIERS_WANTED = 5


def settle(
    sample: np.ndarray,
    fits: list[Fitted],
    choice: Choice,
    *,
    families: frozenset[str],
    min_share: float,
    worth: float,
    seed: int,
    n_jobs: int | None,
) -> Choice:
    """Return the division within the target that comes back best.

    k-means for every number within the target stands for election, and what the
    consensus chose if it lies within. Each is judged by the mean Jaccard similarity of
    its segments over resamples, plus a little for the share of the variance of the
    value columns that lies between its segments.

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
    worth : float
        What the share of value explained counts beside the similarity.
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
        + worth * (judged.value_explained or 0.0)
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
        chosen_by="stability",
    )
    return replace(choice, fitted=fitted, selection=settled)


def by_value(sample: np.ndarray, choice: Choice, columns: list[int]) -> Choice:
    """Return tiers by value in place of segments that are not there.

    Parameters
    ----------
    sample : ndarray of shape (n_rows, d)
        The rows that the candidates were fitted on, sorted.
    choice : Choice
        What the consensus chose, with the verdict ``"none"``.
    columns : list of int
        The columns that tell what a customer is worth.

    Returns
    -------
    Choice
        Five tiers, or the number within the target that is nearest to five; the same
        choice where the customers do not differ in value.
    """
    selection = choice.selection
    low, high = selection.target
    rule = fit_tiers(sample, columns, min(max(_TIERS_WANTED, low), high))
    if rule is None:
        return choice
    told = replace(
        selection,
        k=rule.k,
        family=TIERS,
        agreement=selection.agreement_preferred,
        chosen_by="value",
    )
    fitted = Fitted(TIERS, rule.k, rule, rule.predict(sample))
    return replace(choice, fitted=fitted, selection=told)


def _jaccards(
    rows: np.ndarray, fitted: Fitted, seed: int, n_jobs: int | None
) -> np.ndarray:
    return mean_jaccards(
        rows, fitted.rule, n_resamples=_N_RESAMPLES, random_state=seed, n_jobs=n_jobs
    )

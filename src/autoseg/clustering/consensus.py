"""The choice among the candidates: what most rules of most models agree on.

Each rule alone (silhouette, BIC, ICL) is often far off, and differently on different
data. The best partition of each model by each rule is a reference; the candidate that
agrees most with all references, on average, is chosen. Its agreement also tells
whether there are segments at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.clustering.criteria import (
    adjusted_rand,
    calinski_harabasz,
    davies_bouldin,
    silhouettes,
    variance_explained,
)
from autoseg.clustering.references import families_that_vote, references
from autoseg.clustering.selection import Candidate, SelectionResult, verdict_on

if TYPE_CHECKING:
    from autoseg.clustering.candidates import Fitted

__all__ = ["WORTH", "Choice", "choose"]

# a larger one costs agreement with planted segments, benchmarks/quality.py tells
_BAND_BONUS = 0.03
WORTH = 0.1
"""What a share of value explained counts beside agreement; more costs structure."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidate, and the account of how it was chosen.

    Parameters
    ----------
    fitted : Fitted
        What was chosen.
    selection : SelectionResult
        Why.
    relaxed : bool
        Whether no candidate kept both the smallest share and the target, so that the
        smallest share was given up.
    """

    fitted: Fitted
    selection: SelectionResult
    relaxed: bool


def choose(
    X: np.ndarray,
    fits: list[Fitted],
    *,
    target: tuple[int, int],
    strict: bool,
    min_share: float,
    families: frozenset[str],
    value: np.ndarray | None,
    worth: float,
    weights: np.ndarray | None = None,
) -> Choice:
    """Choose the candidate that agrees most with what many rules choose.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        The rows that the candidates were fitted on.
    fits : list of Fitted
        Every candidate, fitted.
    target : tuple of int
        Lowest and highest wanted number of segments.
    strict : bool
        Whether no other number will do.
    min_share : float
        Share of the rows that every segment must reach.
    families : frozenset of str
        Families that may be chosen.
    value : ndarray of shape (n_rows, n_values) or None
        Columns whose variance the segments should explain.
    worth : float
        What the share that they explain counts beside the agreement.
    weights : ndarray of shape (n_rows,) or None
        Customers that each row stands for, where they are not the same for all.

    Returns
    -------
    Choice
    """
    voting = families_that_vote(fits)
    candidates = _judge(X, fits, references(X, fits, voting), value, weights)
    trusted = (families & (voting | {"kmeans"})) or families
    allowed = [
        i
        for i, fitted in enumerate(fits)
        if fitted.family in trusted and candidates[i].smallest_share > 0
    ]
    large = [i for i in allowed if candidates[i].smallest_share >= min_share]
    inside = [i for i in range(len(fits)) if target[0] <= fits[i].k <= target[1]]
    agreement = np.array([c.agreement for c in candidates])
    explained = np.array([c.value_explained or 0.0 for c in candidates])
    # what the data prefer, and the verdict, are about structure: wanting more value
    # explained changes what is delivered, not what is there
    structure = agreement + min(worth, WORTH) * explained
    scores = agreement + worth * explained
    preferred = _highest(structure, large or allowed)
    pool = [i for i in large if i in inside] if strict else large
    relaxed = not pool
    if relaxed:
        pool = [i for i in allowed if i in inside or not strict] or allowed
    scores[inside] += _BAND_BONUS
    chosen = _highest(scores, pool)
    best, delivered = candidates[preferred], candidates[chosen]
    selection = SelectionResult(
        candidates=tuple(candidates),
        preferred_by=_preferred_by(candidates, best.k),
        k_preferred=best.k,
        k=delivered.k,
        family=delivered.family,
        agreement=delivered.agreement,
        agreement_preferred=best.agreement,
        target=target,
        strict=strict,
        verdict=verdict_on(best.agreement, best.k),
        n_rows=len(X),
    )
    return Choice(fits[chosen], selection, relaxed)


def _judge(
    X: np.ndarray,
    fits: list[Fitted],
    votes: np.ndarray,
    value: np.ndarray | None,
    weights: np.ndarray | None,
) -> list[Candidate]:
    widths = silhouettes(X, [fitted.labels for fitted in fits])
    agreements = _agreements(fits, votes)
    return [
        Candidate(
            family=fitted.family,
            k=fitted.k,
            agreement=agreement,
            smallest_share=_smallest_share(fitted, weights),
            value_explained=(
                None if value is None else variance_explained(value, fitted.labels)
            ),
            silhouette=width,
            davies_bouldin=davies_bouldin(X, fitted.labels),
            calinski_harabasz=calinski_harabasz(X, fitted.labels),
            bic=fitted.bic,
            icl=fitted.icl,
            n_degenerate=fitted.n_degenerate,
        )
        for fitted, width, agreement in zip(fits, widths, agreements, strict=True)
    ]


def _agreements(fits: list[Fitted], votes: np.ndarray) -> list[float]:
    """Return the mean adjusted Rand index of each candidate to the references."""
    asked = np.flatnonzero(votes)
    return [
        sum(
            float(votes[i]) * adjusted_rand(fitted.labels, fits[i].labels)
            for i in asked
        )
        for fitted in fits
    ]


def _smallest_share(fitted: Fitted, weights: np.ndarray | None) -> float:
    sizes = np.bincount(fitted.labels, weights, minlength=fitted.k)
    return float(sizes.min() / sizes.sum())


def _highest(scores: np.ndarray, pool: list[int]) -> int:
    # rounded, and fewer segments first, so that the last bit never decides
    return max(pool, key=lambda i: (round(float(scores[i]), 9), -i))


def _preferred_by(candidates: list[Candidate], k_consensus: int) -> dict[str, int]:
    """Return what each rule alone would choose, among the models it is used with."""
    rules = (
        ("silhouette", "kmeans", 1),
        ("davies_bouldin", "kmeans", -1),
        ("calinski_harabasz", "kmeans", 1),
        ("bic", None, -1),
        ("icl", None, -1),
    )
    preferred = {"consensus": k_consensus}
    for name, family, sign in rules:
        known = [
            (sign * value, -c.k)
            for c in candidates
            if (family is None or c.family == family)
            and (value := getattr(c, name)) is not None
        ]
        if known:
            preferred[name] = -max(known)[1]
    return preferred

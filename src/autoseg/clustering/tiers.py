"""Tiers of value: what is offered where there are no segments to find.

Customers who lie along one scale can still be told apart by what they are worth. Equal
tiers along the first principal component of the value columns are a convention that
everybody understands, that comes back with every refit, and that claims nothing.
"""

from __future__ import annotations

import numpy as np

from autoseg.clustering.rule import ClusterRule

__all__ = ["TIERS", "fit_tiers", "tier_columns"]

TIERS = "tiers"
"""The family of a rule that cuts customers into tiers."""


def fit_tiers(X: np.ndarray, columns: list[int], k: int) -> ClusterRule | None:
    """Cut the rows into `k` equal tiers along what the columns have in common.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Comparable columns, rows in canonical order.
    columns : list of int
        The columns that tell what a customer is worth.
    k : int
        Number of tiers; fewer come out where too many customers are alike.

    Returns
    -------
    ClusterRule or None
        With linear borders, so that it is read like any other rule; None where all
        rows are alike in these columns.

    Notes
    -----
    Each tier gets a round density at its mean score, and the weights that put the
    border between two neighbours where the quantile lies.

    Examples
    --------
    >>> rule = fit_tiers(np.arange(10.0)[:, None], [0], 5)
    >>> rule.predict(np.arange(10.0)[:, None]).tolist()
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    """
    direction = _direction(X, sorted(set(columns)))
    centre = X.mean(axis=0)
    scores = (X - centre) @ direction
    borders = _borders(scores, k)
    if not len(borders):
        return None
    tier = np.searchsorted(borders, scores)
    middles = np.array([scores[tier == j].mean() for j in range(len(borders) + 1)])
    spread = max(float(np.sqrt(np.mean((scores - middles[tier]) ** 2))), 1e-9)
    # log w_j - log w_(j+1) that makes both densities equal at the border between them
    steps = ((borders - middles[:-1]) ** 2 - (borders - middles[1:]) ** 2) / (
        2 * spread**2
    )
    logs = -np.r_[0.0, np.cumsum(steps)]
    weights = np.exp(logs - logs.max())
    whitener = np.eye(X.shape[1]) / spread
    return ClusterRule(
        family=TIERS,
        weights=weights / weights.sum(),
        means=centre + middles[:, None] * direction,
        whiteners=np.repeat(whitener[None], len(middles), axis=0),
    )


def tier_columns(rule: ClusterRule) -> list[int]:
    """Return the columns that the tiers of a rule differ in."""
    return np.flatnonzero(np.ptp(rule.means, axis=0) > 0).tolist()


def _direction(X: np.ndarray, columns: list[int]) -> np.ndarray:
    """Return the first principal component, its largest part positive."""
    inside = X[:, columns] - X[:, columns].mean(axis=0)
    # rounded, so that the last bit of a sum never turns it round
    covariance = np.round(inside.T @ inside / len(X), 12)
    first = np.linalg.eigh(covariance)[1][:, -1]
    first = first * np.sign(first[np.argmax(np.round(np.abs(first), 9))])
    direction = np.zeros(X.shape[1])
    direction[columns] = first
    return direction


def _borders(scores: np.ndarray, k: int) -> np.ndarray:
    """Return where tiers of equal size end, between two scores that differ."""
    ordered = np.sort(scores)
    found = []
    for j in range(1, k):
        last = ordered[-(-j * len(ordered) // k) - 1]
        above = ordered[ordered > last + 1e-9]
        if len(above):
            found.append((last + float(above[0])) / 2)
    return np.unique(found)

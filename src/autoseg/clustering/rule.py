"""The rule that puts a customer into a segment, as plain arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, logsumexp

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ClusterRule"]

_CHUNK = 65_536
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ClusterRule:
    """A fitted mixture, or a set of centres, that gives every row a segment.

    A row belongs to the segment with the largest weighted density; with the family
    ``"kmeans"`` to the nearest centre, and the densities, round and equally wide, only
    serve for probabilities. Ties go to the lowest segment.

    Parameters
    ----------
    family : str
        ``"kmeans"`` or the family of the mixture, as in `Candidate`.
    weights : ndarray of shape (k,)
        Shares of the segments; they sum to 1.
    means : ndarray of shape (k, d)
        Centres.
    whiteners : ndarray of shape (k, d, d)
        Upper triangular; ``(x - mean) @ whitener`` has the identity as covariance,
        so that ``whitener @ whitener.T`` is the precision matrix.
    degrees_of_freedom : float or None
        Of the t distributions; None for normal distributions.

    Examples
    --------
    >>> rule = ClusterRule("kmeans", np.array([0.5, 0.5]), np.array([[0.0], [4.0]]),
    ...                    np.ones((2, 1, 1)), None)
    >>> rule.predict(np.array([[1.0], [3.0]])).tolist()
    [0, 1]
    """

    family: str
    weights: np.ndarray
    means: np.ndarray
    whiteners: np.ndarray
    degrees_of_freedom: float | None = None

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.weights)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the segment of each row.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)

        Returns
        -------
        ndarray of int64, shape (n_rows,)
            Numbers from 0.
        """
        labels = np.empty(len(X), dtype=np.int64)
        for rows in _chunks(len(X)):
            labels[rows] = np.argmax(self._scores(X[rows]), axis=1)
        return labels

    def log_joint(self, X: np.ndarray) -> np.ndarray:
        """Return log(weight × density) of each row in each segment.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)

        Returns
        -------
        ndarray of shape (n_rows, k)
        """
        squared = np.empty((len(X), self.k))
        for j in range(self.k):
            white = (X - self.means[j]) @ self.whiteners[j]
            squared[:, j] = np.einsum("ij,ij->i", white, white)
        log_determinants = np.log(
            np.abs(np.diagonal(self.whiteners, axis1=1, axis2=2))
        ).sum(axis=1)
        kernel = log_kernel(squared, self.means.shape[1], self.degrees_of_freedom)
        return np.asarray(np.log(self.weights) + log_determinants + kernel)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the probability of each segment for each row, shape (n_rows, k)."""
        out = np.empty((len(X), self.k))
        for rows in _chunks(len(X)):
            joint = self.log_joint(X[rows])
            out[rows] = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        return out

    def score_samples(self, X: np.ndarray) -> np.ndarray:
        """Return the log-density of each row, shape (n_rows,)."""
        out = np.empty(len(X))
        for rows in _chunks(len(X)):
            out[rows] = logsumexp(self.log_joint(X[rows]), axis=1)
        return out

    def canonical(self) -> ClusterRule:
        """Return the same rule with its segments sorted by their centres.

        The centres are compared column by column at six digits, so that the last
        bits of a sum do not decide.
        """
        keys = np.round(self.means, _DIGITS) + 0.0
        order = np.lexsort(keys.T[::-1])
        return ClusterRule(
            family=self.family,
            weights=self.weights[order],
            means=self.means[order],
            whiteners=self.whiteners[order],
            degrees_of_freedom=self.degrees_of_freedom,
        )

    def _scores(self, X: np.ndarray) -> np.ndarray:
        if self.family != "kmeans":
            return self.log_joint(X)
        out = np.empty((len(X), self.k))
        for j in range(self.k):
            apart = X - self.means[j]
            out[:, j] = -np.einsum("ij,ij->i", apart, apart)
        return out


def log_kernel(
    squared: np.ndarray, d: int, degrees_of_freedom: float | None
) -> np.ndarray:
    """Return the log-density of whitened rows, without the whitener's determinant.

    Parameters
    ----------
    squared : ndarray
        Squared lengths of the whitened rows.
    d : int
        Number of columns.
    degrees_of_freedom : float or None
        None for the normal distribution.

    Returns
    -------
    ndarray of the shape of `squared`
    """
    if degrees_of_freedom is None:
        return -0.5 * (squared + d * math.log(2 * math.pi))
    nu = degrees_of_freedom
    constant = float(gammaln((nu + d) / 2) - gammaln(nu / 2))
    return (
        constant
        - 0.5 * d * math.log(nu * math.pi)
        - 0.5 * (nu + d) * np.log1p(squared / nu)
    )


def _chunks(n_rows: int) -> Iterator[slice]:
    for start in range(0, n_rows, _CHUNK):
        yield slice(start, min(start + _CHUNK, n_rows))

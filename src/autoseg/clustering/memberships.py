"""How sure each customer's segment is, and which one comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from autoseg.clustering.rule import ClusterRule

__all__ = ["UNSURE", "Memberships", "SegmentConfidence", "memberships"]

UNSURE = 0.6
"""A customer with less confidence counts as unsure."""


@dataclass(frozen=True, slots=True)
class SegmentConfidence:
    """How sure the customers of one segment are to be in it.

    Parameters
    ----------
    segment : int
        Label.
    n_customers : int
        Customers in it.
    mean_confidence : float or None
        Mean of their confidence; None without customers.
    n_unsure : int
        Customers whose confidence is below the threshold.
    share_unsure : float or None
        Their share of the segment; None without customers.
    """

    segment: int
    n_customers: int
    mean_confidence: float | None
    n_unsure: int
    share_unsure: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Memberships:
    """The segment of each customer, how sure it is, and the runner-up.

    Parameters
    ----------
    segment : ndarray of int64, shape (n_customers,)
        Labels from 0, equal to `ClusterRule.predict`.
    confidence : ndarray of float64, shape (n_customers,)
        Probability of that segment, 0 to 1.
    runner_up : ndarray of int64, shape (n_customers,)
        The most probable other segment; -1 where there is one segment only.
    margin : ndarray of float64, shape (n_customers,)
        Confidence less the probability of the runner-up, 0 to 1; 1 where there is
        one segment only.
    n_segments : int
        Number of segments of the rule.

    Notes
    -----
    The probabilities are posteriors under the fitted model. A mixture has fitted the
    shares and the widths of its segments, so they are its own estimate. k-means has
    fitted centres only: there they come from round densities, all equally wide and
    equally frequent, with the spread within the segments as their variance. They
    order the customers by how near they lie to the line between two centres, and
    should not be read as frequencies.

    Examples
    --------
    >>> from autoseg.clustering import ClusterRule
    >>> rule = ClusterRule("kmeans", np.array([0.5, 0.5]), np.array([[0.0], [4.0]]),
    ...                    np.ones((2, 1, 1)), None)
    >>> found = memberships(rule, np.array([[0.0], [2.0]]))
    >>> found.segment.tolist(), found.margin.round(3).tolist()
    ([0, 0], [0.999, 0.0])
    """

    segment: np.ndarray
    confidence: np.ndarray
    runner_up: np.ndarray
    margin: np.ndarray
    n_segments: int

    def __repr__(self) -> str:
        unsure = sum(one.n_unsure for one in self.summary())
        return (
            f"Memberships: {len(self.segment)} customers in {self.n_segments} segments,"
            f" {unsure} with confidence below {UNSURE}"
        )

    def to_frame(self, index: pd.Index | None = None) -> pd.DataFrame:
        """Return one row a customer.

        Parameters
        ----------
        index : pandas.Index, optional
            Of the customers; numbers from 0 by default.

        Returns
        -------
        pandas.DataFrame of shape (n_customers, 4)
            ``segment`` (int64), ``confidence``, ``runner_up`` (Int64, missing where
            there is one segment only) and ``margin``.
        """
        import pandas as pd

        runner_up = pd.arrays.IntegerArray(self.runner_up.copy(), self.runner_up < 0)
        return pd.DataFrame(
            {
                "segment": self.segment,
                "confidence": self.confidence,
                "runner_up": runner_up,
                "margin": self.margin,
            },
            index=index,
        )

    def summary(self, unsure_below: float = UNSURE) -> tuple[SegmentConfidence, ...]:
        """Return how sure each segment's customers are.

        Parameters
        ----------
        unsure_below : float, default=0.6
            A customer with less confidence counts as unsure.

        Returns
        -------
        tuple of SegmentConfidence
            One a segment, by label.
        """
        sizes = np.bincount(self.segment, minlength=self.n_segments)
        low = self.segment[self.confidence < unsure_below]
        unsure = np.bincount(low, minlength=self.n_segments)
        sums = np.bincount(
            self.segment, weights=self.confidence, minlength=self.n_segments
        )
        return tuple(
            SegmentConfidence(
                segment=j,
                n_customers=int(n),
                mean_confidence=float(sums[j] / n) if n else None,
                n_unsure=int(unsure[j]),
                share_unsure=float(unsure[j] / n) if n else None,
            )
            for j, n in enumerate(sizes)
        )


def memberships(rule: ClusterRule, X: np.ndarray) -> Memberships:
    """Return each customer's segment, how sure it is, and the runner-up.

    Ties go to the lowest segment, among the runners-up as well. Memory grows by 40
    bytes a customer, whatever the number of segments.

    Parameters
    ----------
    rule : ClusterRule
        Of a fitted `AutoClusterer`.
    X : ndarray of shape (n_customers, d)
        Finite rows in the space of the rule.

    Returns
    -------
    Memberships

    Examples
    --------
    >>> from autoseg.clustering import AutoClusterer
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(m, 0.3, size=(60, 2)) for m in (-3, 0, 3)])
    >>> memberships(AutoClusterer().fit(X).rule_, X)
    Memberships: 180 customers in 3 segments, 0 with confidence below 0.6
    """
    placed = rule.place(np.asarray(X, dtype=np.float64))
    return Memberships(
        segment=placed.segment,
        confidence=placed.confidence,
        runner_up=placed.runner_up,
        margin=placed.margin,
        n_segments=rule.k,
    )

"""The rule that puts a customer into a segment, as plain arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from scipy.special import gammaln
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TIE", "ClusterRule", "Placements"]

TIE = 1e-9
"""Two scores are equal that differ by no more than this share of the better one.

Logarithms and sums differ in the last bits from one library to the next, and a customer
between two segments must be in the same one wherever the rule is read.
"""

# rows: a block of 20 columns and what is computed from it fit into the cache
_BLOCK = 4096
_BLOCKS_A_TASK = 16
_DIGITS = 6
_LEAST_VARIANCE = 1e-12


class Placements(NamedTuple):
    """Where rows are placed.

    Parameters
    ----------
    segment, runner_up : ndarray of int64, shape (n_rows,)
        Numbers from 0; the runner-up is -1 where there is one segment only.
    confidence : ndarray of shape (n_rows,)
        Probability of the segment.
    margin : ndarray of shape (n_rows,)
        That less the probability of the runner-up; 1 where there is none.
    squared_distance : ndarray of shape (n_rows,)
        From the segment's centre, in its own widths: Mahalanobis' distance, squared.
    """

    segment: np.ndarray
    runner_up: np.ndarray
    confidence: np.ndarray
    margin: np.ndarray
    squared_distance: np.ndarray


@dataclass(frozen=True, slots=True)
class ClusterRule:
    """A fitted mixture, or a set of centres, that gives every row a segment.

    A row belongs to the segment with the largest weighted density; with the family
    ``"kmeans"`` to the nearest centre, and the densities, round and equally wide, only
    serve for probabilities. Ties go to the lowest segment; what differs by no more
    than `TIE` is one.

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

    @classmethod
    def of_centres(cls, centres: np.ndarray, variance: float) -> ClusterRule:
        """Return the rule that gives each row to the nearest centre.

        Parameters
        ----------
        centres : ndarray of shape (k, d)
        variance : float
            Of a column around the centres: how wide the densities are.

        Returns
        -------
        ClusterRule
            Of the family ``"kmeans"``, with equal weights.

        Examples
        --------
        >>> ClusterRule.of_centres(np.array([[0.0], [4.0]]), variance=0.25).k
        2
        """
        k, d = centres.shape
        width = math.sqrt(max(variance, _LEAST_VARIANCE))
        return cls(
            family="kmeans",
            weights=np.full(k, 1.0 / k),
            means=centres,
            whiteners=np.repeat(np.eye(d)[None] / width, k, axis=0),
        )

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.weights)

    @property
    def offsets(self) -> np.ndarray:
        """The log of weight × determinant of the whitener, shape (k,)."""
        diagonals = np.abs(np.diagonal(self.whiteners, axis1=1, axis2=2))
        return np.asarray(np.log(self.weights) + np.log(diagonals).sum(axis=1))

    def predict(self, X: np.ndarray, *, n_jobs: int | None = None) -> np.ndarray:
        """Return the segment of each row.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)
        n_jobs : int or None, default=None
            Threads, as joblib reads it. The answer is the same for any number.

        Returns
        -------
        ndarray of int64, shape (n_rows,)
            Numbers from 0.
        """
        out = np.empty(len(X), dtype=np.int64)
        fast = _FastScores(self)

        def fill(rows: slice) -> None:
            out[rows] = self._labels(X[rows], fast)

        _in_blocks(fill, len(X), n_jobs)
        return out

    def place(self, X: np.ndarray, *, n_jobs: int | None = None) -> Placements:
        """Return the segment of each row, how sure it is, and what comes next.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)
        n_jobs : int or None, default=None
            Threads, as joblib reads it. The answer is the same for any number.

        Returns
        -------
        Placements
            The segments are those of `predict`.

        Examples
        --------
        >>> rule = ClusterRule.of_centres(np.array([[0.0], [4.0]]), variance=1.0)
        >>> placed = rule.place(np.array([[1.0], [2.0]]))
        >>> placed.segment.tolist(), placed.squared_distance.tolist()
        ([0, 0], [1.0, 4.0])
        """
        n = len(X)
        whole = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
        parts = np.empty(n), np.empty(n), np.empty(n)
        out = Placements(*whole, *parts)

        def fill(rows: slice) -> None:
            for column, values in zip(out, self._place(X[rows]), strict=True):
                column[rows] = values

        _in_blocks(fill, n, n_jobs)
        return out

    def log_joint(self, X: np.ndarray, *, n_jobs: int | None = None) -> np.ndarray:
        """Return log(weight × density) of each row in each segment.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)
        n_jobs : int or None, default=None
            Threads, as joblib reads it. The answer is the same for any number.

        Returns
        -------
        ndarray of shape (n_rows, k)
        """
        out = np.empty((len(X), self.k))

        def fill(rows: slice) -> None:
            out[rows] = self._joint(X[rows]).T

        _in_blocks(fill, len(X), n_jobs)
        return out

    def predict_proba(self, X: np.ndarray, *, n_jobs: int | None = None) -> np.ndarray:
        """Return the probability of each segment for each row.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)
        n_jobs : int or None, default=None
            Threads, as joblib reads it. The answer is the same for any number.

        Returns
        -------
        ndarray of shape (n_rows, k)
        """
        out = np.empty((len(X), self.k))

        def fill(rows: slice) -> None:
            out[rows] = _shares(self._joint(X[rows])).T

        _in_blocks(fill, len(X), n_jobs)
        return out

    def score_samples(self, X: np.ndarray, *, n_jobs: int | None = None) -> np.ndarray:
        """Return the log-density of each row.

        Parameters
        ----------
        X : ndarray of shape (n_rows, d)
        n_jobs : int or None, default=None
            Threads, as joblib reads it. The answer is the same for any number.

        Returns
        -------
        ndarray of shape (n_rows,)
        """
        out = np.empty(len(X))

        def fill(rows: slice) -> None:
            out[rows] = _log_sum(self._joint(X[rows]))

        _in_blocks(fill, len(X), n_jobs)
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

    def _labels(self, X: np.ndarray, fast: _FastScores) -> np.ndarray:
        labels, near = fast.labels(X)
        if near.any():
            distances = self._distances(X[near])
            labels[near] = self._lowest_best(self._scores(distances))
        return labels

    def _place(self, X: np.ndarray) -> Placements:
        distances = self._distances(X)
        scores = self._scores(distances)
        shares = _shares(self._joint_of(distances))
        rows = np.arange(len(X))
        segment = self._lowest_best(scores)
        confidence = shares[segment, rows]
        squared = (distances * self.unit)[segment, rows]
        if self.k == 1:
            nobody, wide = np.full(len(X), -1), np.ones(len(X))
            return Placements(segment, nobody, confidence, wide, squared)
        scores[segment, rows] = -np.inf
        runner_up = self._lowest_best(scores, beside=segment)
        # the nearest centre and the largest probability may differ by rounding
        margin = np.maximum(confidence - shares[runner_up, rows], 0.0)
        return Placements(segment, runner_up, confidence, margin, squared)

    def _distances(self, X: np.ndarray) -> np.ndarray:
        """Return squared distances, shape (k, n_rows); with k-means not in widths."""
        if self.family == "kmeans":
            return np.stack(
                [_squared_lengths(X.T - mean[:, None]) for mean in self.means]
            )
        return np.stack(
            [
                _squared_lengths(_whiten(X, mean, whitener))
                for mean, whitener in zip(self.means, self.whiteners, strict=True)
            ]
        )

    @property
    def unit(self) -> float:
        """What a squared distance is multiplied by to be one in the segment's widths.

        A mixture's distances come whitened, so it is 1 there.
        """
        width = float(self.whiteners[0, 0, 0])
        return width * width if self.family == "kmeans" else 1.0

    def _scores(self, distances: np.ndarray) -> np.ndarray:
        """Return what is largest for a row's own segment, shape (k, n_rows)."""
        return -distances if self.family == "kmeans" else self._joint_of(distances)

    def _tolerance(self, best: np.ndarray) -> np.ndarray:
        """Return how far below the best score another one is as good."""
        # distances have a unit, log-densities have none and may be 0 anywhere
        least = 0.0 if self.family == "kmeans" else 1.0
        return np.asarray(TIE * (least + np.abs(best)))

    def _lowest_best(
        self, scores: np.ndarray, beside: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the lowest segment of those with the best score, shape (n_rows,).

        Parameters
        ----------
        scores : ndarray of shape (k, n_rows)
        beside : ndarray of int64, shape (n_rows,), optional
            A segment for each row that is not in question.
        """
        best = scores.max(axis=0)
        # a row beyond all floats is as far from each of them
        with np.errstate(invalid="ignore"):
            tied = scores >= best - self._tolerance(best)
        tied |= scores == best
        if beside is not None:
            tied[beside, np.arange(len(beside))] = False
        return np.asarray(tied.argmax(axis=0))

    def _joint_of(self, distances: np.ndarray) -> np.ndarray:
        d = self.means.shape[1]
        kernel = log_kernel(distances * self.unit, d, self.degrees_of_freedom)
        return np.asarray(self.offsets[:, None] + kernel)

    def _joint(self, X: np.ndarray) -> np.ndarray:
        """Return log(weight × density), shape (k, n_rows)."""
        return self._joint_of(self._distances(X))


class _FastScores:
    """Scores by matrix products, and which rows they leave undecided.

    The last bits of a matrix product depend on how many rows it has, so two segments
    whose scores differ by no more than the error of the product are told apart by
    sums in a fixed order instead. Those are three times slower for a mixture.

    Parameters
    ----------
    rule : ClusterRule
    """

    __slots__ = ("centre", "error", "flat", "reach", "rule")

    def __init__(self, rule: ClusterRule) -> None:
        d = rule.means.shape[1]
        self.rule = rule
        self.centre = rule.means.mean(axis=0)
        self.flat = rule.means - self.centre
        self.reach = float(np.sqrt(np.max(np.sum(self.flat**2, axis=1))))
        # a squared length is off by less than 4 (d + 4) roundings of the squared
        # lengths of its factors, in the product and in the sums; twice that for two
        # scores, twice again to be safe
        self.error = 16 * (d + 4) * float(np.finfo(np.float64).eps)
        if rule.family == "kmeans":
            self.error *= d
            return
        nu = rule.degrees_of_freedom
        steepest = 0.5 if nu is None else 0.5 * max(1.0, (nu + d) / nu)
        widest = float(np.max(np.sum(rule.whiteners**2, axis=(1, 2))))
        self.error *= steepest * widest + float(np.max(np.abs(rule.offsets))) + d

    def labels(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the segments, and whether a row is too near to two of them."""
        Z = X - self.centre
        scores = self._scores(X, Z)
        labels = np.argmax(scores, axis=0)
        rows = np.arange(len(X))
        margin = scores[labels, rows]
        scores[labels, rows] = -np.inf
        # a row that lies beyond all floats has no margin, so it is near as well
        with np.errstate(invalid="ignore", over="ignore"):
            best = margin.copy()
            margin -= scores.max(axis=0)
            squared = (np.sqrt(np.einsum("ij,ij->i", Z, Z)) + self.reach) ** 2
            if self.rule.family == "kmeans":
                # the best score is known up to a constant only, and not above this
                best = squared
            allowed = self.rule._tolerance(2.0 * best)  # noqa: SLF001 - one file
            near = ~(margin > self.error * (1.0 + squared) + allowed)
        return labels, near

    def _scores(self, X: np.ndarray, Z: np.ndarray) -> np.ndarray:
        rule = self.rule
        if rule.family == "kmeans":
            halves = 0.5 * np.sum(self.flat**2, axis=1)
            return np.asarray(2.0 * (self.flat @ Z.T - halves[:, None]))
        squared = np.empty((rule.k, len(X)))
        for j in range(rule.k):
            white = (X - rule.means[j]) @ rule.whiteners[j]
            squared[j] = np.einsum("ij,ij->i", white, white)
        kernel = log_kernel(squared, X.shape[1], rule.degrees_of_freedom)
        return np.asarray(rule.offsets[:, None] + kernel)


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
    constant, factor = kernel_constants(d, degrees_of_freedom)
    if degrees_of_freedom is None:
        return factor * (squared + constant)
    return constant + factor * np.log1p(squared / degrees_of_freedom)


def kernel_constants(d: int, degrees_of_freedom: float | None) -> tuple[float, float]:
    """Return the two numbers of `log_kernel`, for whoever writes it elsewhere.

    Parameters
    ----------
    d : int
        Number of columns.
    degrees_of_freedom : float or None
        None for the normal distribution.

    Returns
    -------
    constant, factor : float
        The log-density is ``factor * (squared + constant)`` of a normal distribution,
        and ``constant + factor * log1p(squared / degrees_of_freedom)`` of a t
        distribution.
    """
    if degrees_of_freedom is None:
        return d * math.log(2 * math.pi), -0.5
    nu = degrees_of_freedom
    constant = float(gammaln((nu + d) / 2) - gammaln(nu / 2))
    return constant - 0.5 * d * math.log(nu * math.pi), -0.5 * (nu + d)


def _whiten(X: np.ndarray, mean: np.ndarray, whitener: np.ndarray) -> np.ndarray:
    """Return the whitened rows as columns, shape (d, n_rows).

    Column by column and not by a matrix product, whose last bits depend on how many
    rows it has: here the answer for a row is the same whatever rows come with it.
    """
    columns = np.ascontiguousarray(X.T)
    white = np.zeros(columns.shape)
    for i, column in enumerate(columns):
        white[i:] += whitener[i, i:, None] * (column - mean[i])
    return white


def _squared_lengths(columns: np.ndarray) -> np.ndarray:
    """Return the sum of squares over the first axis, in a fixed order."""
    # what lies beyond all floats is infinitely far, which is right
    with np.errstate(over="ignore"):
        total = columns[0] * columns[0]
        for column in columns[1:]:
            total += column * column
    return np.asarray(total)


def _shares(joint: np.ndarray) -> np.ndarray:
    """Return exponentials as shares of their sum over the first axis.

    Divided by the sum, for its logarithm beside a large number would lose its digits.
    """
    shares = np.exp(joint - joint.max(axis=0))
    total = np.zeros(shares.shape[1:])
    for row in shares:
        total += row
    return np.asarray(shares / total)


def _log_sum(joint: np.ndarray) -> np.ndarray:
    """Return the logarithm of the sum of exponentials over the first axis."""
    highest = joint.max(axis=0)
    total = np.zeros(highest.shape)
    for row in joint:
        total += np.exp(row - highest)
    return np.asarray(highest + np.log(total))


def _in_blocks(fill: Callable[[slice], None], n_rows: int, n_jobs: int | None) -> None:
    """Call `fill` with slices that fit into the cache and cover all rows."""
    size = _BLOCKS_A_TASK * _BLOCK

    def several(start: int) -> None:
        stop = min(start + size, n_rows)
        for first in range(start, stop, _BLOCK):
            fill(slice(first, min(first + _BLOCK, stop)))

    if n_rows <= size:
        several(0)
        return
    tasks = range(0, n_rows, size)
    # blocks are too small to be shared out once more by the library behind numpy
    with threadpool_limits(1):
        Parallel(n_jobs=n_jobs, prefer="threads")(
            delayed(several)(start) for start in tasks
        )

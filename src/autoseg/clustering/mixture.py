"""Mixtures of normal and t distributions, fitted to a partition by EM.

scikit-learn's GaussianMixture has neither t errors, nor one shape with a volume for
each component (VEE), nor a prior on the covariances; without the prior components
collapse on values that repeat. All families here share one EM. It works on products of
columns: the quadratic form of every component and the scatter of every component are
each one matrix product with ``[1, x, x_i x_j]``, which is several times faster than
going through the components one by one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from autoseg.clustering.rule import ClusterRule, log_kernel

__all__ = ["FAMILIES", "MixtureData", "MixtureFit", "fit_mixture"]

FAMILIES: dict[str, float | None] = {
    "full": None,
    "tied": None,
    "diagonal": None,
    "t_full": 5.0,
    "t_vee": 5.0,
}
"""Families of mixtures, with the degrees of freedom of their errors."""

_TOLERANCE = 1e-4
_MAX_STEPS = 150
_SHAPE_STEPS = 3


class MixtureData:
    """Rows prepared for any number of fits.

    Columns are centred and scaled, which changes no family's answer, so that the
    products of columns keep their digits.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Finite values; no column may be constant.

    Examples
    --------
    >>> MixtureData(np.array([[0.0, 1.0], [2.0, 1.5], [4.0, 0.0]])).products.shape
    (6, 3)
    """

    __slots__ = ("d", "mean", "n", "pairs", "products", "scale", "scatter")

    def __init__(self, X: np.ndarray) -> None:
        self.mean = X.mean(axis=0)
        scale = X.std(axis=0)
        self.scale = np.where(scale > 0, scale, 1.0)
        Z = (X - self.mean) / self.scale
        self.n, self.d = Z.shape
        self.pairs = np.triu_indices(self.d)
        squares = Z.T[self.pairs[0]] * Z.T[self.pairs[1]]
        # rows run along the last axis, where numpy sums and takes maxima fastest
        self.products = np.vstack([np.ones((1, self.n)), Z.T, squares])
        # a direction without variance would make the prior singular
        self.scatter = Z.T @ Z / self.n + 1e-6 * np.eye(self.d)


@dataclass(frozen=True, slots=True)
class MixtureFit:
    """A fitted mixture with its criteria.

    Parameters
    ----------
    rule : ClusterRule
        The fitted rule, in the units of the rows.
    bic, icl : float
        Information criteria, better when lower.
    objective : float
        Log-likelihood, larger is better: chooses between starts.
    """

    rule: ClusterRule
    bic: float
    icl: float
    objective: float


@dataclass(slots=True)
class _State:
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


def fit_mixture(data: MixtureData, family: str, start: np.ndarray) -> MixtureFit:
    """Fit a mixture by EM from a partition.

    The covariances have the conjugate prior of Fraley and Raftery (2007), with d + 2
    degrees of freedom and the sample's covariance over k^(2/d) as its scale.

    Parameters
    ----------
    data : MixtureData
        The rows.
    family : {"full", "tied", "diagonal", "t_full", "t_vee"}
        Kind of component.
    start : ndarray of shape (n_rows,)
        The partition to start from, numbers from 0 without gaps.

    Returns
    -------
    MixtureFit

    Examples
    --------
    >>> X = np.array([[0.0], [0.2], [0.1], [5.0], [5.3], [5.1]])
    >>> fit = fit_mixture(MixtureData(X), "full", np.array([0, 0, 0, 1, 1, 1]))
    >>> fit.rule.predict(X).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    nu = FAMILIES[family]
    k = int(start.max()) + 1
    shares = np.zeros((k, data.n))
    shares[start, np.arange(data.n)] = 1.0
    state = _maximise(data, family, shares, shares)
    previous = -math.inf
    for _ in range(_MAX_STEPS):
        joint, squared = _expect(data, state, nu)
        shares, tops = _normalised(joint)
        likelihood = float(tops.sum())
        if likelihood - previous < _TOLERANCE * data.n:
            break
        previous = likelihood
        scaled = shares
        if nu is not None:
            scaled = shares * ((nu + data.d) / (nu + squared))
        state = _maximise(data, family, shares, scaled)
    bic = -2 * likelihood + _n_parameters(family, k, data.d) * math.log(data.n)
    entropy = -float(np.sum(shares * (joint - tops)))
    return MixtureFit(
        rule=_rule(data, family, state, nu),
        bic=bic,
        icl=bic + 2 * max(entropy, 0.0),
        objective=likelihood,
    )


def _expect(
    data: MixtureData, state: _State, nu: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return log(weight × density) and squared Mahalanobis distances, (k, n) both."""
    precisions = np.linalg.inv(state.covariances)
    rows, columns = data.pairs
    twice = np.where(rows == columns, 1.0, 2.0)
    linear = np.einsum("kij,kj->ki", precisions, state.means)
    coefficients = np.hstack(
        [
            np.einsum("ki,ki->k", linear, state.means)[:, None],
            -2 * linear,
            precisions[:, rows, columns] * twice,
        ]
    )
    squared = np.maximum(coefficients @ data.products, 0.0)
    _, log_determinants = np.linalg.slogdet(state.covariances)
    joint = log_kernel(squared, data.d, nu)
    joint += (np.log(state.weights) - 0.5 * log_determinants)[:, None]
    return joint, squared


def _normalised(joint: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's shares of the components, and its log-density.

    scipy's logsumexp does the second alone, at three times the cost of both.
    """
    highest = joint.max(axis=0)
    shares = np.exp(joint - highest)
    totals = shares.sum(axis=0)
    shares /= totals
    return shares, highest + np.log(totals)


def _maximise(
    data: MixtureData, family: str, shares: np.ndarray, scaled: np.ndarray
) -> _State:
    d = data.d
    sizes = shares.sum(axis=1)
    sums = scaled @ data.products.T
    mass = np.maximum(sums[:, 0], 1e-10)
    means = sums[:, 1 : d + 1] / mass[:, None]
    scatters = np.empty((len(sizes), d, d))
    rows, columns = data.pairs
    scatters[:, rows, columns] = sums[:, d + 1 :]
    scatters[:, columns, rows] = sums[:, d + 1 :]
    scatters -= mass[:, None, None] * means[:, :, None] * means[:, None, :]
    weights = np.maximum(sizes, 1e-10)
    return _State(
        weights=weights / weights.sum(),
        means=means,
        covariances=_covariances(family, scatters, sizes, data.scatter),
    )


def _covariances(
    family: str, scatters: np.ndarray, sizes: np.ndarray, scatter: np.ndarray
) -> np.ndarray:
    k, d = len(sizes), len(scatter)
    prior = scatter / k ** (2 / d)
    # degrees of freedom d + 2 of the prior, and d + 1 for its mode
    extra = 2 * d + 3
    if family == "tied":
        one = (prior + scatters.sum(axis=0)) / (sizes.sum() + extra)
        return np.repeat(one[None], k, axis=0)
    whole = scatters + prior
    counts = sizes + extra
    if family == "diagonal":
        diagonal = np.einsum("kii->ki", whole) / counts[:, None]
        return np.asarray(diagonal[:, :, None] * np.eye(d))
    if family == "t_vee":
        return _one_shape(whole, counts)
    return np.asarray(whole / counts[:, None, None])


def _one_shape(scatters: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return covariances that differ in volume only (Celeux and Govaert 1995)."""
    d = scatters.shape[1]
    volumes = np.ones(len(counts))
    for _ in range(_SHAPE_STEPS):
        shape = (scatters / volumes[:, None, None]).sum(axis=0)
        shape /= math.exp(np.linalg.slogdet(shape)[1] / d)
        volumes = np.einsum("ij,kji->k", np.linalg.inv(shape), scatters) / (d * counts)
    return np.asarray(volumes[:, None, None] * shape)


def _n_parameters(family: str, k: int, d: int) -> int:
    full = d * (d + 1) // 2
    covariances = {
        "full": k * full,
        "t_full": k * full,
        "tied": full,
        "diagonal": k * d,
        "t_vee": full - 1 + k,
    }
    return k - 1 + k * d + covariances[family]


def _rule(
    data: MixtureData, family: str, state: _State, nu: float | None
) -> ClusterRule:
    lower = np.linalg.cholesky(state.covariances)
    whiteners = np.swapaxes(np.linalg.inv(lower), 1, 2) / data.scale[:, None]
    return ClusterRule(
        family=family,
        weights=state.weights,
        means=state.means * data.scale + data.mean,
        whiteners=whiteners,
        degrees_of_freedom=nu,
    )

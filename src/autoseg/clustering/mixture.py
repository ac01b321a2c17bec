"""Mixtures of normal and t distributions, fitted to a partition by EM.

scikit-learn's GaussianMixture has neither t errors, nor one shape with a volume for
each component (VEE), nor a prior on the covariances; without the prior components
collapse on values that repeat. All families here share one EM, which climbs the
log-likelihood plus the logarithm of the prior and never falls. It works on products of
columns: the quadratic form of every component and the scatter of every component are
each one matrix product with ``[1, z, z_i z_j]``, which is several times faster than
going through the components one by one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.clustering.covariances import (
    Prior,
    conjugate_prior,
    maximise,
    prior_shares,
)
from autoseg.clustering.rule import ClusterRule, log_kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_RIDGE = 1e-6
_PRIOR_RULES = 0.9
_FEWEST = 1e-10
_LEAST_WIDTH = 1e-290


class MixtureData:
    """Rows prepared for any number of fits.

    Columns are centred and scaled, and for all structures but the diagonal one turned
    so that their covariance is the identity. No fit changes by this; the products of
    columns keep their digits, and the scale of the prior is one number.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Finite values.

    Examples
    --------
    >>> MixtureData(np.array([[0.0, 1.0], [2.0, 1.5], [4.0, 0.0]])).white.products.shape
    (6, 3)
    """

    __slots__ = ("d", "mean", "n", "plain", "scale", "white")

    def __init__(self, X: np.ndarray) -> None:
        self.n, self.d = X.shape
        self.mean, self.scale = _centres_and_scales(X)
        Z = (X - self.mean) / self.scale
        log_scale = float(np.log(self.scale).sum())
        # a direction without variance would make the scatter singular
        scatter = Z.T @ Z / self.n + _RIDGE * np.eye(self.d)
        lower = np.linalg.cholesky(scatter)
        white = np.linalg.solve(lower, Z.T)
        self.white = _Coordinates(
            white, np.triu_indices(self.d), lower, log_scale, white @ white.T / self.n
        )
        each = np.arange(self.d)
        moments = np.diag((Z * Z).mean(axis=0))
        self.plain = _Coordinates(Z.T, (each, each), np.eye(self.d), log_scale, moments)


def _centres_and_scales(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means and standard deviations; of a constant column its value and 1.

    The mean of equal values may differ from them in the last bit, and the square of
    1e160 is infinite, hence the detours. A width whose inverse would be infinite is
    none.
    """
    lowest, highest = X.min(axis=0), X.max(axis=0)
    constant = highest / 2 - lowest / 2 < _LEAST_WIDTH
    mean = np.where(constant, X[0], X.mean(axis=0))
    centred = X - mean
    reach = np.abs(centred).max(axis=0)
    reach[constant] = 1.0
    scale = reach * np.sqrt(np.mean((centred / reach) ** 2, axis=0))
    return mean, np.where(constant, 1.0, scale)


class _Coordinates:
    """Rows in the coordinates that a structure is fitted in, and the way back.

    The scaled rows are ``lower @ rows``. Rows run along the last axis of every array,
    where numpy sums and takes maxima fastest.
    """

    __slots__ = ("d", "log_volume", "lower", "n", "pairs", "present", "products")

    def __init__(
        self,
        rows: np.ndarray,
        pairs: tuple[np.ndarray, ...],
        lower: np.ndarray,
        log_scale: float,
        scatter: np.ndarray,
    ) -> None:
        self.d, self.n = rows.shape
        self.pairs = pairs
        self.lower = lower
        self.log_volume = log_scale + float(np.log(np.diagonal(lower)).sum())
        squares = rows[pairs[0]] * rows[pairs[1]]
        self.products = np.vstack([np.ones((1, self.n)), rows, squares])
        # variances are 1 here, or 0 where the sample has none
        variances, directions = np.linalg.eigh(scatter)
        self.present = directions[:, variances > 0.5]  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class MixtureFit:
    """A fitted mixture with its criteria.

    Parameters
    ----------
    rule : ClusterRule
        The fitted rule, in the units of the rows.
    bic, icl : float
        Information criteria, better when lower. They hold the plain log-likelihood,
        as mclust's do, but the estimates that maximise `objective`.
    objective : float
        Log-likelihood plus the logarithm of the prior up to a constant, larger is
        better: what EM climbs. Chooses between starts of one family with one k.
    log_likelihood : float
        Of the rows in their own units.
    n_parameters : int
        Number of free parameters.
    degenerate : tuple of int
        Components that only the prior keeps from collapsing: with fewer rows than a
        covariance of their own needs, or with nine tenths of their width in some
        direction from the prior. Directions in which no row of the sample differs
        from another do not count.
    converged : bool
        Whether EM ended because it gained next to nothing, rather than by its limit.
    """

    rule: ClusterRule
    bic: float
    icl: float
    objective: float
    log_likelihood: float
    n_parameters: int
    degenerate: tuple[int, ...]
    converged: bool


@dataclass(frozen=True, slots=True)
class _Model:
    """What is fitted: the structure of covariances, the errors and the prior."""

    structure: str
    nu: float | None
    prior: Prior


@dataclass(frozen=True, slots=True)
class _State:
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


@dataclass(frozen=True, slots=True)
class _Step:
    """A state and what its E-step says of it.

    `joint`, `shares` and `scaled` (the shares times the weights of the rows in a
    t distribution) have shape (k, n), `tops` (log-densities) shape (n,).
    """

    state: _State
    joint: np.ndarray
    tops: np.ndarray
    shares: np.ndarray
    scaled: np.ndarray
    likelihood: float
    objective: float


def fit_mixture(
    data: MixtureData, family: str, start: np.ndarray, *, max_steps: int = _MAX_STEPS
) -> MixtureFit:
    """Fit a mixture by EM from a partition.

    The covariances have the conjugate prior of Fraley and Raftery (2007), with d + 2
    degrees of freedom and the sample's covariance over k^(2/d) as its scale. EM ends
    when a step gains less than 1e-4 a row, or after `max_steps`.

    Parameters
    ----------
    data : MixtureData
        The rows.
    family : {"full", "tied", "diagonal", "t_full", "t_vee"}
        Kind of component.
    start : ndarray of shape (n_rows,)
        The partition to start from, numbers from 0 without gaps.
    max_steps : int, default=150
        Most steps.

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
    structure = family.removeprefix("t_")
    prior = conjugate_prior(structure, int(start.max()) + 1, data.d)
    model = _Model(structure, FAMILIES[family], prior)
    return _fit(data, family, model, start, max_steps=max_steps)


def _fit(
    data: MixtureData,
    family: str,
    model: _Model,
    start: np.ndarray,
    tolerance: float = _TOLERANCE,
    max_steps: int = _MAX_STEPS,
) -> MixtureFit:
    coordinates = data.plain if model.structure == "diagonal" else data.white
    previous = -math.inf
    for n_steps, step in enumerate(_steps(coordinates, model, start), start=1):
        # a gain for each row, for a share of the objective would depend on units
        converged = step.objective - previous < tolerance * data.n
        if converged or n_steps == max_steps:
            break
        previous = step.objective
    likelihood = step.likelihood - data.n * coordinates.log_volume
    k = len(step.state.weights)
    n_parameters = _n_parameters(model.structure, k, data.d)
    bic = -2 * likelihood + n_parameters * math.log(data.n)
    entropy = -float(np.sum(step.shares * (step.joint - step.tops)))
    return MixtureFit(
        rule=_rule(data, family, step.state, coordinates.lower, model.nu),
        bic=bic,
        icl=bic + 2 * max(entropy, 0.0),
        objective=step.objective,
        log_likelihood=likelihood,
        n_parameters=n_parameters,
        degenerate=_degenerate(coordinates, model, step),
        converged=converged,
    )


def _steps(
    coordinates: _Coordinates, model: _Model, start: np.ndarray
) -> Iterator[_Step]:
    """Go up from a partition, without end; the objective never falls.

    For t errors this is EM with the weights of the rows as further missing data
    (McLachlan and Peel 2000, section 7.5), whose M-step is exact for fixed nu.
    """
    k = int(start.max()) + 1
    shares = np.zeros((k, coordinates.n))
    shares[start, np.arange(coordinates.n)] = 1.0
    scaled, covariances = shares, None
    while True:
        state = _maximise(coordinates, model, shares, scaled, covariances)
        step = _expect(coordinates, model, state)
        yield step
        shares, scaled, covariances = step.shares, step.scaled, state.covariances


def _expect(coordinates: _Coordinates, model: _Model, state: _State) -> _Step:
    precisions = np.linalg.inv(state.covariances)
    rows, columns = coordinates.pairs
    twice = np.where(rows == columns, 1.0, 2.0)
    linear = np.einsum("kij,kj->ki", precisions, state.means)
    coefficients = np.hstack(
        [
            np.einsum("ki,ki->k", linear, state.means)[:, None],
            -2 * linear,
            precisions[:, rows, columns] * twice,
        ]
    )
    squared = np.maximum(coefficients @ coordinates.products, 0.0)
    _, log_determinants = np.linalg.slogdet(state.covariances)
    joint = log_kernel(squared, coordinates.d, model.nu)
    joint += (np.log(state.weights) - 0.5 * log_determinants)[:, None]
    shares, tops = _normalised(joint)
    scaled = shares
    if model.nu is not None:
        scaled = shares * ((model.nu + coordinates.d) / (model.nu + squared))
    likelihood = float(tops.sum())
    traces = np.einsum("kii->k", precisions)
    prior = model.prior.log_density(model.structure, log_determinants, traces)
    return _Step(state, joint, tops, shares, scaled, likelihood, likelihood + prior)


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
    coordinates: _Coordinates,
    model: _Model,
    shares: np.ndarray,
    scaled: np.ndarray,
    previous: np.ndarray | None,
) -> _State:
    sizes = shares.sum(axis=1)
    means, scatters = _moments(coordinates, scaled)
    weights = np.maximum(sizes, _FEWEST)
    return _State(
        weights=weights / weights.sum(),
        means=means,
        covariances=maximise(model.structure, scatters, sizes, model.prior, previous),
    )


def _moments(
    coordinates: _Coordinates, scaled: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted means and scatters; off the diagonal only where pairs are."""
    d = coordinates.d
    sums = scaled @ coordinates.products.T
    mass = np.maximum(sums[:, 0], _FEWEST)
    means = sums[:, 1 : d + 1] / mass[:, None]
    scatters = np.zeros((len(sums), d, d))
    rows, columns = coordinates.pairs
    centred = sums[:, d + 1 :] - mass[:, None] * means[:, rows] * means[:, columns]
    scatters[:, rows, columns] = centred
    scatters[:, columns, rows] = centred
    return means, scatters


def _degenerate(
    coordinates: _Coordinates, model: _Model, step: _Step
) -> tuple[int, ...]:
    own = {"full": coordinates.d + 1, "tied": 1, "diagonal": 2, "vee": 2}
    # rounded, so that the last bit of a sum never decides
    few = np.round(step.shares.sum(axis=1), 6) < own[model.structure]
    present = coordinates.present
    _, scatters = _moments(coordinates, step.scaled)
    shares = prior_shares(
        model.structure,
        present.T @ step.state.covariances @ present,
        present.T @ scatters @ present,
        model.prior,
    )
    return tuple(np.flatnonzero(few | (shares >= _PRIOR_RULES)).tolist())


def _n_parameters(structure: str, k: int, d: int) -> int:
    full = d * (d + 1) // 2
    covariances = {
        "full": k * full,
        "tied": full,
        "diagonal": k * d,
        "vee": full - 1 + k,
    }
    return k - 1 + k * d + covariances[structure]


def _rule(
    data: MixtureData,
    family: str,
    state: _State,
    lower: np.ndarray,
    nu: float | None,
) -> ClusterRule:
    roots = lower @ np.linalg.cholesky(state.covariances)
    # the inverse of a triangle is one, but for what rounding leaves beside it
    inverses = np.tril(np.linalg.inv(roots))
    whiteners = np.swapaxes(inverses, 1, 2) / data.scale[:, None]
    return ClusterRule(
        family=family,
        weights=state.weights,
        means=state.means @ lower.T * data.scale + data.mean,
        whiteners=whiteners,
        degrees_of_freedom=nu,
    )

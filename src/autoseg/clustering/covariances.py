"""The covariances of a mixture: their prior, their M-step and which of them collapse.

Everything here is in coordinates where the sample's covariance is the identity (for
the diagonal structure: where every column has variance 1), so the prior's scale is one
number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["STRUCTURES", "Prior", "conjugate_prior", "maximise", "prior_shares"]

STRUCTURES = ("full", "tied", "diagonal", "vee")
"""A covariance for each component; one for all; no correlations; one shape and
direction for all with a volume for each (mclust's VVV, EEE, VVI and VEE)."""

_SHAPE_STEPS = 3


@dataclass(frozen=True, slots=True)
class Prior:
    """The conjugate prior of each covariance, up to its constant.

    Its logarithm is ``-(rows * log det C + scale * trace(inv C)) / 2``: it weighs as
    much as `rows` more rows whose scatter is `scale` times the identity.

    Parameters
    ----------
    scale : float
        Scatter that the prior adds to every direction; 0 for no prior.
    rows : float
        What the prior adds to the divisor of the scatter.
    """

    scale: float
    rows: float

    def log_density(
        self, structure: str, log_determinants: np.ndarray, traces: np.ndarray
    ) -> float:
        """Return the logarithm of the prior, up to its constant.

        Parameters
        ----------
        structure : {"full", "tied", "diagonal", "vee"}
            With ``"tied"`` there is one covariance, which counts once.
        log_determinants, traces : ndarray of shape (k,)
            Of each covariance, and of each inverse.

        Returns
        -------
        float
        """
        terms = -0.5 * (self.rows * log_determinants + self.scale * traces)
        return float(terms[0] if structure == "tied" else terms.sum())


def conjugate_prior(structure: str, k: int, d: int) -> Prior:
    """Return the prior of Fraley and Raftery (2007) without shrinkage of the means.

    That is mclust's ``priorControl(shrinkage = 0)``, on columns that have variance 1
    where the structure is diagonal: d + 2 degrees of freedom, and the sample's
    covariance over k^(2/d) as the scale.

    Parameters
    ----------
    structure : {"full", "tied", "diagonal", "vee"}
        Shape of the covariances.
    k, d : int
        Numbers of components and of columns.

    Returns
    -------
    Prior

    Examples
    --------
    >>> conjugate_prior("full", 4, 2)
    Prior(scale=0.25, rows=7)

    References
    ----------
    C. Fraley and A. E. Raftery (2007), "Bayesian regularization for normal mixture
    estimation and model-based clustering", Journal of Classification 24.
    """
    freedom = d + 2
    # Inverse Wishart: the determinant has the power -(freedom + d + 1)/2. The d + 2 in
    # the paper counts one row more for the prior of the mean, which is flat here.
    # Diagonal: an inverse gamma for each variance, whose power is -(freedom + 2)/2.
    rows = freedom + 2 if structure == "diagonal" else freedom + d + 1
    return Prior(scale=k ** (-2 / d), rows=rows)


def maximise(
    structure: str,
    scatters: np.ndarray,
    sizes: np.ndarray,
    prior: Prior,
    previous: np.ndarray | None,
) -> np.ndarray:
    """Return the covariances that maximise the expected objective, or raise it.

    Parameters
    ----------
    structure : {"full", "tied", "diagonal", "vee"}
        Shape of the covariances.
    scatters : ndarray of shape (k, d, d)
        Weighted sums of squares and products about each mean; with ``"diagonal"``
        the products are 0.
    sizes : ndarray of shape (k,)
        Sum of the shares of each component.
    prior : Prior
        Of each covariance.
    previous : ndarray of shape (k, d, d) or None
        The covariances of the step before. ``"vee"`` has no closed form and climbs
        from there, so that the objective never falls.

    Returns
    -------
    ndarray of shape (k, d, d)

    Examples
    --------
    >>> scatter = np.array([[[6.0, 1.0], [1.0, 2.0]]])
    >>> maximise("full", scatter, np.array([4.0]), Prior(0.0, 0.0), None).tolist()
    [[[1.5, 0.25], [0.25, 0.5]]]
    """
    identity = np.eye(scatters.shape[1])
    counts = sizes + prior.rows
    if structure == "tied":
        pooled = scatters.sum(axis=0) + prior.scale * identity
        return np.repeat((pooled / (sizes.sum() + prior.rows))[None], len(sizes), 0)
    whole = scatters + prior.scale * identity
    if structure == "vee":
        return _one_shape(whole, counts, previous)
    return np.asarray(whole / counts[:, None, None])


def _one_shape(
    scatters: np.ndarray, counts: np.ndarray, previous: np.ndarray | None
) -> np.ndarray:
    """Return covariances that differ in volume only (Celeux and Govaert 1995).

    Shape and volumes are each maximised in turn with the other held, which never
    lowers the objective as long as the first shape belongs to the last volumes.
    """
    d = scatters.shape[1]
    volumes = np.ones(len(counts))
    if previous is not None:
        volumes = np.exp(np.linalg.slogdet(previous)[1] / d)
    for _ in range(_SHAPE_STEPS):
        shape = (scatters / volumes[:, None, None]).sum(axis=0)
        shape /= math.exp(np.linalg.slogdet(shape)[1] / d)
        traces = np.einsum("ij,kji->k", np.linalg.inv(shape), scatters)
        volumes = traces / (d * counts)
    return np.asarray(volumes[:, None, None] * shape)


def prior_shares(
    structure: str, covariances: np.ndarray, scatters: np.ndarray, prior: Prior
) -> np.ndarray:
    """Return how much of each component's narrowest width comes from the prior.

    A covariance is made of the scatter of rows plus the prior's. The share is taken
    along the direction in which the component is narrowest, and with ``"tied"`` over
    the rows of all components.

    Parameters
    ----------
    structure : {"full", "tied", "diagonal", "vee"}
        Shape of the covariances.
    covariances : ndarray of shape (k, r, r)
        Along directions in which the sample has any variance.
    scatters : ndarray of shape (k, r, r)
        Weighted sums of squares and products about each mean, along the same.
    prior : Prior
        Of each covariance.

    Returns
    -------
    ndarray of shape (k,)
        From 0 (rows alone) to 1 (prior alone).

    Examples
    --------
    >>> widths = np.array([[[0.1, 0.0], [0.0, 2.0]]])
    >>> scatters = np.array([[[1.5, 0.0], [0.0, 40.0]]])
    >>> prior_shares("full", widths, scatters, Prior(scale=0.5, rows=7)).tolist()
    [0.25]
    """
    k, r = covariances.shape[:2]
    if r == 0 or prior.scale == 0:
        return np.zeros(k)
    if structure == "tied":
        scatters = np.repeat(scatters.sum(axis=0)[None], k, axis=0)
    narrowest = np.linalg.eigh(covariances)[1][:, :, 0]
    along = np.einsum("ki,kij,kj->k", narrowest, scatters, narrowest)
    return np.asarray(prior.scale / (prior.scale + np.maximum(along, 0.0)))

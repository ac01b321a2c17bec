"""The prior and the M-step of covariances, by hand and beside a plain search."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from autoseg.clustering.covariances import (
    STRUCTURES,
    Prior,
    conjugate_prior,
    maximise,
    prior_shares,
)

SCATTERS = np.array([[[9.0, 2.0], [2.0, 4.0]], [[3.0, -1.0], [-1.0, 6.0]]])
SIZES = np.array([10.0, 5.0])


def _expected_objective(covariances, structure, prior, scatters):
    inverses = np.linalg.inv(covariances)
    log_determinants = np.linalg.slogdet(covariances)[1]
    rows = -0.5 * (
        (SIZES * log_determinants).sum() + np.einsum("kij,kji->", inverses, scatters)
    )
    traces = np.einsum("kii->k", inverses)
    return rows + prior.log_density(structure, log_determinants, traces)


def test_the_divisors_are_mclusts():
    # mclust 6.0.0, mstep(iris[,1:4], m, unmap(as.integer(iris$Species)),
    # prior = priorControl(shrinkage = 0)): (scatter + scale) / sigma is 61 with VVV and
    # 58 with VVI (50 rows a component), 161 with EEE (150 rows)
    assert conjugate_prior("full", 3, 4).rows == 11
    assert conjugate_prior("diagonal", 3, 4).rows == 8
    assert conjugate_prior("tied", 3, 4).rows == 11
    assert conjugate_prior("full", 3, 4).scale == pytest.approx(3**-0.5)


def test_the_prior_is_an_inverse_wishart_up_to_its_constant():
    prior = conjugate_prior("full", 2, 2)
    matrices = np.array([[[1.0, 0.2], [0.2, 0.5]], [[2.0, -0.3], [-0.3, 1.5]]])
    known = stats.invwishart(df=4, scale=prior.scale * np.eye(2))
    ours = [
        prior.log_density(
            "full",
            np.linalg.slogdet(matrix[None])[1],
            np.array([np.trace(np.linalg.inv(matrix))]),
        )
        for matrix in matrices
    ]
    expected = [known.logpdf(matrix) for matrix in matrices]
    assert ours[0] - ours[1] == pytest.approx(expected[0] - expected[1])


def test_the_prior_of_a_diagonal_is_an_inverse_gamma_for_each_variance():
    prior = conjugate_prior("diagonal", 2, 2)
    # d + 2 = 4 degrees of freedom: shape 2, half of the scale
    known = stats.invgamma(a=2, scale=prior.scale / 2)

    def ours(variances):
        return prior.log_density(
            "diagonal",
            np.array([np.log(variances).sum()]),
            np.array([(1 / variances).sum()]),
        )

    one, other = np.array([0.3, 1.2]), np.array([2.0, 0.9])
    expected = known.logpdf(one).sum() - known.logpdf(other).sum()
    assert ours(one) - ours(other) == pytest.approx(expected)


def test_one_covariance_for_all_has_its_prior_once():
    prior = Prior(scale=1.0, rows=2.0)
    same = np.array([0.5, 0.5]), np.array([3.0, 3.0])
    assert prior.log_density("tied", *same) == -2.0
    assert prior.log_density("full", *same) == -4.0


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("prior", [Prior(0.0, 0.0), Prior(0.7, 7.0)])
def test_no_covariance_near_by_does_better(structure, prior):
    scatters = SCATTERS * np.eye(2) if structure == "diagonal" else SCATTERS
    found = None
    for _ in range(30):
        found = maximise(structure, scatters, SIZES, prior, found)

    def covariances(p):
        root = np.array([[np.exp(p[0]), 0], [p[1], np.exp(p[2])]])
        if structure == "full":
            other = np.array([[np.exp(p[3]), 0], [p[4], np.exp(p[5])]])
            return np.stack([root @ root.T, other @ other.T])
        if structure == "diagonal":
            return np.stack([np.diag(np.exp(p[:2])), np.diag(np.exp(p[2:4]))])
        ratio = np.exp(p[3]) if structure == "vee" else 1.0
        return np.stack([root @ root.T, ratio * root @ root.T])

    def negative(p):
        return -_expected_objective(covariances(p), structure, prior, scatters)

    best = optimize.minimize(negative, np.zeros(6), method="BFGS")
    assert _expected_objective(found, structure, prior, scatters) == pytest.approx(
        -best.fun, abs=1e-8
    )
    assert found == pytest.approx(covariances(best.x), rel=1e-3, abs=1e-5)


def test_one_shape_starts_where_it_was():
    prior = Prior(0.0, 0.0)
    previous = maximise("vee", SCATTERS, SIZES, prior, None)
    values = []
    for _ in range(5):
        values.append(_expected_objective(previous, "vee", prior, SCATTERS))
        previous = maximise("vee", SCATTERS, SIZES, prior, previous)
    assert np.all(np.diff(values) >= -1e-12)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_without_rows_all_of_a_width_is_the_priors(structure):
    prior = Prior(scale=1.0, rows=7.0)
    nothing = np.zeros((2, 2, 2))
    found = maximise(structure, nothing, np.zeros(2), prior, None)
    assert prior_shares(structure, found, nothing, prior).tolist() == [1.0, 1.0]


def test_shares_are_taken_where_a_component_is_narrowest():
    prior = Prior(scale=1.0, rows=7.0)
    scatters = np.array([np.diag([3.0, 99.0]), np.diag([49.0, 9.0])])
    found = maximise("full", scatters, SIZES, prior, None)
    assert prior_shares("full", found, scatters, prior) == pytest.approx(
        [1 / 4, 1 / 10]
    )
    found = maximise("tied", scatters, SIZES, prior, None)
    assert prior_shares("tied", found, scatters, prior) == pytest.approx([1 / 53] * 2)


def test_without_prior_or_directions_there_is_no_share():
    widths = np.ones((2, 1, 1))
    assert prior_shares("full", widths, widths, Prior(0.0, 0.0)).tolist() == [0, 0]
    none = np.ones((2, 0, 0))
    assert prior_shares("full", none, none, Prior(1.0, 7.0)).tolist() == [0, 0]

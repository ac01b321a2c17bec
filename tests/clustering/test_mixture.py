"""EM and the rule it leaves, beside scipy's densities and scikit-learn's mixtures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from autoseg.clustering.mixture import FAMILIES, MixtureData, fit_mixture
from autoseg.clustering.rule import ClusterRule


@pytest.fixture(scope="module")
def clouds():
    rng = np.random.default_rng(2)
    centres = np.array([[0.0, 0, 0], [5, 0, 1], [0, 6, -2]])
    truth = np.repeat([0, 1, 2], [300, 200, 100])
    return centres[truth] + rng.normal(size=(600, 3)), truth


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_finds_clouds_that_lie_apart(clouds, family):
    X, truth = clouds
    rough = (truth + (np.arange(600) % 7 == 0)) % 3
    fit = fit_mixture(MixtureData(X), family, rough)
    assert adjusted_rand_score(fit.rule.predict(X), truth) > 0.9


def _scipy_density(rule, j, X):
    whitener = rule.whiteners[j]
    covariance = np.linalg.inv(whitener @ whitener.T)
    if rule.degrees_of_freedom is None:
        return stats.multivariate_normal(rule.means[j], covariance).logpdf(X)
    return stats.multivariate_t(
        rule.means[j], covariance, df=rule.degrees_of_freedom
    ).logpdf(X)


@pytest.mark.parametrize("family", FAMILIES)
def test_log_densities_equal_scipys(clouds, family):
    X, truth = clouds
    rule = fit_mixture(MixtureData(X), family, truth).rule
    assert not np.tril(rule.whiteners, -1).any()
    joint = np.column_stack(
        [np.log(rule.weights[j]) + _scipy_density(rule, j, X) for j in range(3)]
    )
    assert rule.log_joint(X) == pytest.approx(joint)
    assert rule.score_samples(X) == pytest.approx(logsumexp(joint, axis=1))
    assert rule.predict_proba(X).sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(("family", "kind"), [("full", "full"), ("tied", "tied")])
def test_with_many_rows_the_answer_is_scikit_learns(family, kind):
    rng = np.random.default_rng(4)
    truth = np.repeat([0, 1], 4000)
    X = np.array([[0.0, 0], [4, 1]])[truth] + rng.normal(size=(8000, 2))
    ours = fit_mixture(MixtureData(X), family, truth)
    theirs = GaussianMixture(
        2, covariance_type=kind, means_init=[[0, 0], [4, 1]], tol=1e-6
    ).fit(X)
    assert ours.rule.means == pytest.approx(theirs.means_, abs=0.02)
    assert ours.rule.weights == pytest.approx(theirs.weights_, abs=0.01)
    assert ours.bic == pytest.approx(theirs.bic(X), rel=1e-3)


def test_one_component_has_the_closed_form_of_the_prior():
    X = np.array([[-1.0], [1.0], [-1.0], [1.0]])
    rule = fit_mixture(MixtureData(X), "full", np.zeros(4, dtype=int)).rule
    # scale 1, scatter 4, counts 4 + 2·1 + 3 = 9: variance 5/9
    assert rule.whiteners[0, 0, 0] ** -2 == pytest.approx(5 / 9, rel=1e-5)


def test_vee_components_differ_in_volume_only(clouds):
    X, truth = clouds
    rule = fit_mixture(MixtureData(X), "t_vee", truth).rule
    shapes = [w / np.cbrt(np.prod(np.diag(w))) for w in rule.whiteners]
    assert shapes[1] == pytest.approx(shapes[0], abs=1e-9)
    assert shapes[2] == pytest.approx(shapes[0], abs=1e-9)


def test_the_prior_keeps_repeated_values_from_collapsing():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0], [5.0, 2.0]], 40, axis=0)
    rule = fit_mixture(MixtureData(X), "full", np.repeat([0, 1, 2], 40)).rule
    assert np.all(np.isfinite(rule.whiteners))
    assert rule.predict(X).tolist() == np.repeat([0, 1, 2], 40).tolist()


def test_units_of_columns_change_no_segment(clouds):
    X, truth = clouds
    rough = (truth + (np.arange(600) % 7 == 0)) % 3
    wide = X * [1e4, 1e-3, 1] + [1e5, 0, -7]
    first = fit_mixture(MixtureData(X), "full", rough).rule.predict(X)
    second = fit_mixture(MixtureData(wide), "full", rough).rule.predict(wide)
    assert np.array_equal(first, second)


def test_nearest_centre_decides_for_kmeans_and_ties_go_to_the_first():
    rule = ClusterRule(
        "kmeans", np.array([0.1, 0.9]), np.array([[0.0], [4.0]]), np.ones((2, 1, 1))
    )
    assert rule.predict(np.array([[1.9], [2.0], [2.1]])).tolist() == [0, 0, 1]


def test_segments_are_sorted_by_their_centres_column_by_column():
    rule = ClusterRule(
        "kmeans",
        np.array([0.2, 0.3, 0.5]),
        np.array([[1.0, 5.0], [1.0 + 1e-12, 2.0], [-3.0, 0.0]]),
        np.repeat(np.eye(2)[None], 3, axis=0),
    ).canonical()
    assert rule.weights.tolist() == [0.5, 0.3, 0.2]

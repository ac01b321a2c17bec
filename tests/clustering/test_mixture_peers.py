"""EM beside scikit-learn's and mclust's, run to the end, without and with the prior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, stats
from sklearn.datasets import load_iris
from sklearn.mixture import GaussianMixture

from autoseg.clustering.covariances import Prior, conjugate_prior
from autoseg.clustering.mixture import MixtureData, _fit, _Model

NONE = Prior(scale=0.0, rows=0.0)


def _to_the_end(X, structure, start, *, nu=None, prior=NONE):
    model = _Model(structure, nu, prior)
    # a tolerance below zero would never be met; 1e-13 a row is met by the last digits
    return _fit(
        MixtureData(X), structure, model, start, tolerance=1e-13, max_steps=10_000
    )


def _covariances(rule):
    return np.linalg.inv(rule.whiteners @ np.swapaxes(rule.whiteners, 1, 2))


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.mark.parametrize(
    ("structure", "kind"), [("full", "full"), ("tied", "tied"), ("diagonal", "diag")]
)
def test_without_the_prior_the_answer_is_scikit_learns(iris, structure, kind):
    X, start = iris
    ours = _to_the_end(X, structure, start)
    theirs = GaussianMixture(
        3,
        covariance_type=kind,
        means_init=[X[start == j].mean(axis=0) for j in range(3)],
        reg_covar=0,
        tol=1e-13,
        max_iter=10_000,
        random_state=0,
    ).fit(X)
    assert ours.log_likelihood == pytest.approx(theirs.score(X) * len(X), rel=1e-8)
    assert ours.bic == pytest.approx(theirs.bic(X), rel=1e-8)
    assert ours.rule.weights == pytest.approx(theirs.weights_, rel=1e-5)
    assert ours.rule.means == pytest.approx(theirs.means_, rel=1e-5)
    expected = theirs.covariances_
    if kind == "tied":
        expected = np.repeat(expected[None], 3, axis=0)
    if kind == "diag":
        expected = expected[:, :, None] * np.eye(4)
    assert _covariances(ours.rule) == pytest.approx(expected, rel=1e-4, abs=1e-9)
    assert ours.rule.predict_proba(X) == pytest.approx(
        theirs.predict_proba(X), abs=1e-5
    )


@pytest.mark.parametrize(
    ("structure", "log_likelihood", "bic", "weight"),
    [
        ("full", -180.185477131, -580.838907203, 0.299193323134),
        ("tied", -256.354043126, -632.96333331, 0.329607349406),
        ("diagonal", -306.860460508, -743.997438662, 0.305150447475),
        ("vee", -237.560162796, -605.396843239, 0.312158018401),
    ],
)
def test_iris_from_its_species_is_mclusts(iris, structure, log_likelihood, bic, weight):
    # mclust 6.0.0: f <- me(iris[,1:4], m, unmap(as.integer(iris$Species)),
    #   control = emControl(tol = c(1e-12, 1e-12))) for m = VVV, EEE, VVI, VEE;
    # f$loglik; 2 * f$loglik - nMclustParams(m, 4, 3) * log(150); f$parameters$pro[2]
    X, species = iris
    fit = _to_the_end(X, structure, species)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-5)
    assert fit.bic == pytest.approx(-bic, abs=2e-5)
    assert fit.rule.weights[1] == pytest.approx(weight, abs=1e-5)


@pytest.mark.parametrize(
    ("structure", "k", "bic"),
    [
        # mclustBIC(iris[,1:4])[k, m] as published (its own starts, stopped earlier)
        ("full", 1, -829.978154362),
        ("tied", 1, -829.978154362),
        ("diagonal", 1, -1522.120152723),
        ("vee", 1, -829.978154362),
        ("full", 2, -574.017832270),
        ("tied", 2, -688.097220134),
        ("vee", 2, -656.327006119),
        ("full", 3, -580.839630428),
        ("tied", 3, -632.964732323),
        ("vee", 3, -605.398248487),
    ],
)
def test_bic_of_iris_is_the_published_one(iris, structure, k, bic):
    X, species = iris
    fit = _to_the_end(X, structure, np.minimum(species, k - 1))
    assert fit.bic == pytest.approx(-bic, abs=2e-3)


def test_vee_covariances_are_mclusts(iris):
    # me(iris[,1:4], "VEE", unmap(as.integer(iris$Species)), control as above)
    X, species = iris
    covariances = _covariances(_to_the_end(X, "vee", species).rule)
    volumes = np.linalg.det(covariances) ** (1 / 4)
    # $variance$scale and $variance$sigma[, , 1]
    assert volumes == pytest.approx(
        [0.0491211346160, 0.0681078343404, 0.1286382532720], abs=1e-6
    )
    assert covariances[0][np.triu_indices(4)] == pytest.approx(
        [
            *(0.1551083915697, 0.0640334310844, 0.0888994200506, 0.0239012374015),
            *(0.0818677130507, 0.0305584668717, 0.0175068352517),
            *(0.1001094508194, 0.0249125193569, 0.0217043856159),
        ],
        abs=1e-6,
    )


@pytest.mark.parametrize(
    ("structure", "log_likelihood", "weight", "variances"),
    [
        (
            "full",
            -300.374633265,
            0.31443083606,
            [0.330706030748, 0.419455174969, 0.0652869954829, 0.0574329232749],
        ),
        (
            "tied",
            -365.767220389,
            0.347683043867,
            [0.362393697975, 0.543593429290, 0.0649433630857, 0.0609341704871],
        ),
        (
            "diagonal",
            -422.057190791,
            0.291937405339,
            [0.274863156736, 0.380304795915, 0.0716555656755, 0.0611413536998],
        ),
    ],
)
def test_the_prior_is_mclusts(iris, structure, log_likelihood, weight, variances):
    # S <- scale(iris[,1:4]); me(S, m, unmap(as.integer(iris$Species)),
    #   prior = priorControl(shrinkage = 0), control as above) for EEE, VVI; loglik,
    # pro[2] and diag(variance$sigma[, , 2]). With VVV its me() divides by one more than
    # its own mstep(), and than the density has as its mode; the figures for VVV are of
    # 3000 rounds of mstep(S, "VVV", z, prior = ...) and estep(S, "VVV", parameters).
    X, species = iris
    S = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    prior = conjugate_prior(structure, 3, 4)
    # their sample covariance divides by n - 1, ours by n
    prior = replace(prior, scale=prior.scale * 150 / 149)
    fit = _to_the_end(S, structure, species, prior=prior)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-4)
    assert fit.rule.weights[1] == pytest.approx(weight, abs=1e-6)
    assert np.diagonal(_covariances(fit.rule)[1]) == pytest.approx(variances, rel=1e-4)


def test_t_errors_reach_what_brute_force_reaches():
    rng = np.random.default_rng(8)
    x = np.r_[rng.standard_t(5, 20), 7 + 2 * rng.standard_t(5, 15)]

    def negative(p):
        weight = 1 / (1 + np.exp(-p[0]))
        first = weight * stats.t.pdf(x, 5, p[1], np.exp(p[2]))
        second = (1 - weight) * stats.t.pdf(x, 5, p[3], np.exp(p[4]))
        return -np.log(first + second).sum()

    best = optimize.minimize(
        negative, [0, 0, 0, 7, 0], method="Nelder-Mead", options={"maxiter": 20_000}
    )
    fit = _to_the_end(x[:, None], "full", (x > 3.5).astype(int), nu=5.0)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert fit.rule.means.ravel() == pytest.approx(best.x[[1, 3]], abs=1e-3)


def test_the_objective_is_what_brute_force_reaches_under_the_prior():
    x = np.array([0.0, 0.4, 1.1, 1.3, 5.0, 5.2, 6.9])
    z = (x - x.mean()) / x.std()
    prior = conjugate_prior("full", 2, 1)
    assert prior == Prior(scale=0.25, rows=5)

    def negative(p):
        weight = 1 / (1 + np.exp(-p[0]))
        variances = np.exp(p[[2, 4]])
        density = weight * stats.norm.pdf(z, p[1], variances[0] ** 0.5)
        density += (1 - weight) * stats.norm.pdf(z, p[3], variances[1] ** 0.5)
        # inverse gamma: variance^(-(3 + 2)/2) exp(-scale / (2 variance))
        priors = -2.5 * np.log(variances) - 0.125 / variances
        return -np.log(density).sum() - priors.sum()

    best = optimize.minimize(
        negative, [0, -1, -2, 1, -2], method="Nelder-Mead", options={"maxiter": 20_000}
    )
    fit = _to_the_end(x[:, None], "full", (x > 3).astype(int), prior=prior)
    # 1e-6 of the variance is added before the columns are scaled
    assert fit.objective == pytest.approx(-best.fun, abs=1e-4)

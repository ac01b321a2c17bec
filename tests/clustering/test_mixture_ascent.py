"""EM never falls, whatever the rows are; and it says which components collapse."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autoseg.clustering.covariances import STRUCTURES, Prior, conjugate_prior
from autoseg.clustering.mixture import (
    FAMILIES,
    MixtureData,
    _Model,
    _steps,
    fit_mixture,
)

# whole numbers repeat and may be constant in a column, floats seldom are
VALUES = st.one_of(
    st.integers(-2, 2).map(float), st.floats(-10, 10), st.sampled_from([0.0, 1e150])
)
ROWS = hnp.arrays(
    float,
    st.tuples(st.integers(2, 25), st.integers(1, 4)),
    elements=VALUES,
    fill=st.just(0.0),
)


def _partition(draws, n):
    labels = np.resize(np.asarray(draws), n)
    return np.unique(labels, return_inverse=True)[1]


@pytest.mark.parametrize("nu", [None, 5.0])
@pytest.mark.parametrize("structure", STRUCTURES)
@settings(max_examples=40, deadline=None)
@given(X=ROWS, draws=st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_the_objective_never_falls(structure, nu, X, draws):
    start = _partition(draws, len(X))
    data = MixtureData(X)
    coordinates = data.plain if structure == "diagonal" else data.white
    prior = conjugate_prior(structure, int(start.max()) + 1, data.d)
    steps = islice(_steps(coordinates, _Model(structure, nu, prior), start), 30)
    objective = np.array([step.objective for step in steps])
    assert np.all(np.isfinite(objective))
    assert np.all(np.diff(objective) >= -1e-9 * (1 + np.abs(objective[1:])))


@pytest.mark.parametrize("structure", STRUCTURES)
def test_without_the_prior_the_likelihood_never_falls(structure):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(200, 3)) * np.where(rng.random((200, 1)) < 0.5, 1, 4)
    start = rng.integers(3, size=200)
    data = MixtureData(X)
    coordinates = data.plain if structure == "diagonal" else data.white
    model = _Model(structure, None, Prior(0.0, 0.0))
    steps = list(islice(_steps(coordinates, model, start), 60))
    likelihood = np.array([step.likelihood for step in steps])
    assert likelihood.tolist() == [step.objective for step in steps]
    assert np.all(np.diff(likelihood) >= -1e-9)
    assert likelihood[-1] > likelihood[0]


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=40, deadline=None)
@given(X=ROWS, draws=st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_every_input_gives_a_rule(family, X, draws):
    start = _partition(draws, len(X))
    fit = fit_mixture(MixtureData(X), family, start)
    assert np.all(np.isfinite(fit.rule.means))
    assert np.all(np.isfinite(fit.rule.whiteners))
    assert np.isfinite(fit.bic)
    assert fit.icl >= fit.bic
    assert fit.rule.predict_proba(X).sum(axis=1) == pytest.approx(1)
    assert set(fit.degenerate) <= set(range(fit.rule.k))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("n", "d", "k"), [(3, 6, 2), (12, 2, 12), (12, 2, 11), (5, 1, 1), (1, 1, 1)]
)
def test_few_rows_are_survived(family, n, d, k):
    X = np.random.default_rng(n).normal(size=(n, d))
    fit = fit_mixture(MixtureData(X), family, np.arange(n) % k)
    assert fit.rule.k == k
    assert np.all(np.isfinite(fit.rule.whiteners))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("factor", [1e-150, 1e150])
def test_units_move_the_criteria_by_a_known_amount_only(family, factor):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 2)) + 6 * (np.arange(60) % 2)[:, None]
    one = fit_mixture(MixtureData(X), family, np.arange(60) % 2)
    other = fit_mixture(MixtureData(X * factor), family, np.arange(60) % 2)
    # a density in other units: times factor for each row and column
    moved = 60 * 2 * np.log(factor)
    assert other.log_likelihood == pytest.approx(one.log_likelihood - moved)
    assert other.objective == pytest.approx(one.objective)
    assert np.array_equal(other.rule.predict(X * factor), one.rule.predict(X))


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_twice_have_the_same_means(family):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(300, 2)) + 7 * (np.arange(300) % 3 == 0)[:, None]
    start = (np.arange(300) % 3 == 0).astype(int)
    once = fit_mixture(MixtureData(X), family, start)
    twice = fit_mixture(
        MixtureData(np.vstack([X, X])), family, np.concatenate([start, start])
    )
    assert twice.rule.means == pytest.approx(once.rule.means, abs=0.05)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_order_of_rows_changes_rounding_only(family):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(300, 2)) + 7 * (np.arange(300) % 3 == 0)[:, None]
    start = (np.arange(300) % 3 == 0).astype(int)
    order = rng.permutation(300)
    one = fit_mixture(MixtureData(X), family, start)
    other = fit_mixture(MixtureData(X[order]), family, start[order])
    assert other.rule.means == pytest.approx(one.rule.means)
    assert other.bic == pytest.approx(one.bic)


@pytest.mark.parametrize("family", FAMILIES)
def test_clouds_that_lie_apart_are_sound(family):
    rng = np.random.default_rng(6)
    start = np.repeat([0, 1], 100)
    X = rng.normal(size=(200, 3)) + 8 * start[:, None]
    fit = fit_mixture(MixtureData(X), family, start)
    assert fit.degenerate == ()
    assert fit.converged


@pytest.mark.parametrize("family", ["full", "diagonal", "t_full", "t_vee"])
def test_equal_rows_make_a_degenerate_component(family):
    rng = np.random.default_rng(6)
    start = np.repeat([0, 1], 100)
    X = rng.normal(size=(200, 3))
    X[start == 1] = [9.0, 9.0, 9.0]
    assert fit_mixture(MixtureData(X), family, start).degenerate == (1,)


@pytest.mark.parametrize("family", ["full", "diagonal", "t_full"])
def test_one_value_in_one_column_makes_a_degenerate_component(family):
    rng = np.random.default_rng(7)
    start = np.repeat([0, 1], 100)
    X = rng.normal(size=(200, 3)) + 8 * start[:, None]
    X[start == 0, 1] = 0.0
    assert fit_mixture(MixtureData(X), family, start).degenerate == (0,)


def test_a_component_with_too_few_rows_is_degenerate():
    rng = np.random.default_rng(6)
    start = np.repeat([0, 1], [97, 3])
    X = rng.normal(size=(100, 3)) + 6 * start[:, None]
    data = MixtureData(X)
    assert fit_mixture(data, "full", start).degenerate == (1,)
    # three rows are enough for a volume, and more than enough for no covariance at all
    assert fit_mixture(data, "t_vee", start).degenerate == ()
    assert fit_mixture(data, "tied", start).degenerate == ()


def test_when_all_widths_collapse_all_of_them_are_degenerate():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0], [5.0, 2.0]], 40, axis=0)
    data = MixtureData(X)
    for family in FAMILIES:
        fit = fit_mixture(data, family, np.repeat([0, 1, 2], 40))
        assert fit.degenerate == (0, 1, 2)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_constant_column_is_nobodys_fault(family):
    rng = np.random.default_rng(6)
    start = np.repeat([0, 1], 100)
    X = np.column_stack([rng.normal(size=(200, 2)) + 8 * start[:, None], [0.1] * 200])
    assert fit_mixture(MixtureData(X), family, start).degenerate == ()

"""Who votes on the number of segments, and what each rule would choose."""

from __future__ import annotations

import numpy as np
import pytest

from autoseg.clustering.candidates import fit_all
from autoseg.clustering.references import (
    families_that_vote,
    references,
    slope_criterion,
)


@pytest.fixture(scope="module")
def groups():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(m, 0.5, size=(60, 3)) for m in (-4, 0, 4)])
    return X[np.lexsort(X.T[::-1])]


@pytest.fixture(scope="module")
def fits(groups):
    return fit_all(groups, range(1, 7), seed=0, n_jobs=1)


def test_every_family_votes_where_customers_are_enough(fits):
    assert families_that_vote(fits) == {"full", "tied", "diagonal", "t_full", "t_vee"}


def test_families_with_too_many_parameters_do_not_vote():
    rng = np.random.default_rng(1)
    fits = fit_all(rng.normal(size=(90, 8)), [1, 2, 3], seed=0, n_jobs=1)
    # two full covariances of 8 columns have 72 parameters of 89 in all, and 90 rows
    # are three times 30
    assert families_that_vote(fits) == {"diagonal"}


def test_each_family_is_asked_by_four_rules_and_k_means_by_one(groups, fits):
    found = references(groups, fits, families_that_vote(fits))
    assert len(found) == 5 * 4 + 1
    assert {len(np.unique(labels)) for labels in found} == {3}
    assert len(references(groups, fits, frozenset({"tied"}))) == 5


def test_the_slope_is_that_of_the_rich_models():
    ks = np.arange(1, 11)
    parameters = 7 * ks
    # from k = 4 on a parameter brings 6 in likelihood that finds nothing new
    likelihood = np.where(ks < 4, 400.0 * ks, 1600 + 6 * 7 * (ks - 4))
    bic = -2 * likelihood + parameters * np.log(1000)
    slope = slope_criterion(bic, parameters, ks, 1000)
    assert ks[np.argmin(bic)] == 10
    assert ks[np.argmin(slope)] == 4
    assert slope == pytest.approx(-2 * (likelihood - 2 * 6 * parameters))


def test_the_slope_asks_at_least_half_of_what_bic_asks():
    ks = np.arange(1, 7)
    bic = 4 * ks * np.log(500)
    # the likelihood does not grow at all
    assert slope_criterion(bic, 4 * ks, ks, 500) == pytest.approx(bic)


def test_with_few_models_the_slope_is_not_known():
    ks = np.array([1, 2])
    bic = np.array([9.0, 7.0])
    assert slope_criterion(bic, 3 * ks, ks, 100) is bic

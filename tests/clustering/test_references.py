"""Who votes on the number of segments, and what each rule would choose."""

from __future__ import annotations

from dataclasses import replace

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


def test_each_family_has_four_votes_and_k_means_one(groups, fits):
    votes = references(groups, fits, families_that_vote(fits))
    by_family = {
        family: sum(votes[i] for i, f in enumerate(fits) if f.family == family)
        for family in ("kmeans", "full", "tied", "diagonal", "t_full", "t_vee")
    }
    assert by_family.pop("kmeans") == pytest.approx(1 / 21)
    assert list(by_family.values()) == pytest.approx([4 / 21] * 5)
    by_k = [sum(votes[i] for i, f in enumerate(fits) if f.k == k) for k in range(1, 7)]
    assert np.argmax(by_k) == 2


def test_who_does_not_vote_counts_nothing(groups, fits):
    votes = references(groups, fits, frozenset({"tied"}))
    silent = [i for i, f in enumerate(fits) if f.family not in {"tied", "kmeans"}]
    assert votes.sum() == pytest.approx(1)
    assert not votes[silent].any()


def test_models_that_are_nearly_as_good_share_a_vote(groups, fits):
    few = [f for f in fits if f.k in {2, 3}]
    # with two models there is no slope, so all four rules say the same
    behind = 3 * np.sqrt(len(groups))
    told = [replace(f, bic=behind * (f.k == 2), icl=behind * (f.k == 2)) for f in few]
    votes = references(groups, told, frozenset({"tied"}))
    two, three = (votes[i] for i, f in enumerate(told) if f.family == "tied")
    assert two / three == pytest.approx(np.exp(-1))


def test_models_that_are_far_behind_count_nothing(groups, fits):
    few = [f for f in fits if f.k in {2, 3}]
    behind = 21 * np.sqrt(len(groups))
    told = [replace(f, bic=behind * (f.k == 2), icl=behind * (f.k == 2)) for f in few]
    votes = references(groups, told, frozenset({"tied"}))
    two, three = (votes[i] for i, f in enumerate(told) if f.family == "tied")
    assert two == 0
    assert three == pytest.approx(4 / 5)


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

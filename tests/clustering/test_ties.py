"""Values that repeat are spread, each kind in its way, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from autoseg.clustering.ties import spread_ties


@pytest.fixture
def amounts():
    """Return a column that is 0 for three rows in five and a gamma for the others."""
    rng = np.random.default_rng(3)
    return np.where(np.arange(500) % 5 < 3, 0.0, 2 + rng.gamma(4, 1, 500))[:, None]


def test_counts_are_spread_evenly_over_their_intervals():
    counts = np.repeat([0.0, 1, 2, 4, 8], 100)[:, None]
    spread = spread_ties(counts, seed=1)[:, 0]
    # half the way to each neighbour, outside as far as inside
    intervals = [(-0.5, 0.5), (0.5, 1.5), (1.5, 3), (3, 6), (6, 10)]
    for j, (low, high) in enumerate(intervals):
        part = spread[100 * j : 100 * (j + 1)]
        assert stats.kstest(part, "uniform", (low, high - low)).pvalue > 0.01


def test_a_value_of_many_is_spread_as_far_as_the_others_are(amounts):
    spread = spread_ties(amounts, seed=1)
    zero = amounts[:, 0] == 0
    assert np.array_equal(spread[~zero], amounts[~zero])
    width = amounts[~zero].std()
    assert stats.kstest(spread[zero, 0], "norm", (0, width)).pvalue > 0.01


def test_two_values_of_many_are_both_spread():
    rng = np.random.default_rng(0)
    column = np.r_[np.zeros(100), np.full(50, 9.0), rng.normal(4, 1, 100)][:, None]
    spread = spread_ties(column, seed=0)
    assert len(np.unique(spread)) == 250
    assert np.array_equal(spread[150:], column[150:])


def test_a_flag_keeps_its_values():
    flag = np.repeat([0.0, 1.0], 100)[:, None]
    assert spread_ties(flag, seed=0) is flag


def test_values_that_few_share_stay():
    rng = np.random.default_rng(0)
    # 9 of 100 rows are more than a twentieth, but too few to be more than chance
    few = np.r_[np.zeros(9), rng.normal(size=91)][:, None]
    assert spread_ties(few, seed=0) is few
    # 24 of 500 are less than a twentieth
    less = np.r_[np.zeros(24), rng.normal(size=476)][:, None]
    assert spread_ties(less, seed=0) is less


def test_without_others_to_learn_from_values_stay():
    column = np.r_[np.zeros(40), np.arange(1.0, 10.0)][:, None]
    assert spread_ties(column, seed=0) is column


def test_columns_without_repeats_stay_beside_those_with(amounts):
    both = np.hstack([np.random.default_rng(1).normal(size=(500, 1)), amounts])
    spread = spread_ties(both, seed=5)
    assert np.array_equal(spread[:, 0], both[:, 0])
    assert not np.array_equal(spread[:, 1], both[:, 1])


def test_the_seed_settles_where_values_come_to_lie(amounts):
    before = amounts.copy()
    assert np.array_equal(spread_ties(amounts, seed=5), spread_ties(amounts, seed=5))
    assert not np.array_equal(
        spread_ties(amounts, seed=5), spread_ties(amounts, seed=6)
    )
    assert np.array_equal(amounts, before)


@settings(deadline=None)
@given(
    X=hnp.arrays(
        float,
        st.tuples(st.integers(1, 60), st.integers(1, 3)),
        elements=st.integers(-8, 8).map(float),
    ),
    factor=st.sampled_from([0.001, 1.0, 1000.0]),
)
def test_every_column_is_survived_in_any_unit(X, factor):
    spread = spread_ties(X, seed=0)
    assert spread.shape == X.shape
    assert np.all(np.isfinite(spread))
    assert spread_ties(X * factor, seed=0) == pytest.approx(spread * factor)

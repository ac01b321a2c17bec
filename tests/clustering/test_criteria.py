"""Criteria, by hand and beside scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics

from autoseg.clustering import criteria
from autoseg.clustering.ties import spread_ties

LABELS = hnp.arrays(np.int64, 30, elements=st.integers(0, 4))


def test_adjusted_rand_by_hand():
    # cells (2, 1, 1): 1 pair; rows 3, 1: 3 pairs; columns 2, 2: 2 pairs; of 6 pairs
    # expected 1; (1 − 1) / (2.5 − 1) = 0
    assert criteria.adjusted_rand(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])) == 0


@given(LABELS, LABELS)
def test_adjusted_rand_equals_scikit_learns(first, second):
    ours = criteria.adjusted_rand(first, second)
    assert ours == pytest.approx(metrics.adjusted_rand_score(first, second), abs=1e-12)


@given(LABELS)
def test_silhouettes_equal_scikit_learns(labels):
    X = np.random.default_rng(0).normal(size=(30, 3))
    ours = criteria.silhouettes(X, [labels])[0]
    if len(np.unique(labels)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(metrics.silhouette_score(X, labels), abs=1e-7)


def test_one_segment_has_no_distance_criteria():
    X, labels = np.arange(4.0)[:, None], np.zeros(4, dtype=int)
    assert criteria.davies_bouldin(X, labels) is None
    assert criteria.calinski_harabasz(X, labels) is None


def test_variance_explained_by_hand():
    # total 4 + 1 + 1 + 4 = 10, between 2 · 1.5² + 2 · 1.5² = 9
    values = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    explained = criteria.variance_explained(values, np.array([0, 0, 1, 1]))
    assert explained == pytest.approx(0.9)


def test_a_constant_column_explains_nothing():
    assert criteria.variance_explained(np.ones((4, 1)), np.array([0, 0, 1, 1])) == 0


def test_counts_are_spread_over_their_own_interval_and_no_farther():
    counts = np.repeat([1.0, 2, 3, 4, 8], 30)
    spread = spread_ties(counts[:, None], seed=0)[:, 0]
    nearest = np.array([1.0, 2, 3, 4, 8])
    assert np.all(nearest[np.abs(spread[:, None] - nearest).argmin(axis=1)] == counts)
    assert len(np.unique(spread)) == 150


@pytest.mark.parametrize("values", [np.linspace(0, 1, 90), np.repeat([0.0, 1.0], 45)])
def test_continuous_columns_and_flags_stay_as_they_are(values):
    X = values[:, None]
    assert spread_ties(X, seed=0) is X

"""Bootstrap: clear segments come back, slices of one cloud do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.exceptions import NotFittedError

from autoseg.clustering import AutoClusterer, SegmentStability, bootstrap_stability
from autoseg.clustering.resampling import jaccard_of_best


@pytest.fixture(scope="module")
def clear():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(m, 0.4, size=(80, 2)) for m in (-4, 0, 4)])
    return X, AutoClusterer().fit(X)


def test_clear_segments_are_solid(clear):
    X, model = clear
    stability = bootstrap_stability(model, X, n_resamples=8)
    assert stability.verdicts == ("solid",) * 3
    assert (stability.n_resamples, stability.n_rows) == (8, 240)


def test_slices_of_one_cloud_are_not():
    X = np.random.default_rng(1).normal(size=(300, 3))
    model = AutoClusterer(target=(6, 6), strict=True).fit(X)
    assert min(bootstrap_stability(model, X, n_resamples=8).jaccard) < 0.75


def test_neither_jobs_nor_order_of_rows_change_a_bit(clear):
    X, model = clear
    once = bootstrap_stability(model, X, n_resamples=6)
    assert bootstrap_stability(model, X, n_resamples=6, n_jobs=2) == once
    assert bootstrap_stability(model, X[::-1], n_resamples=6) == once


def test_an_unfitted_clusterer_is_refused():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        bootstrap_stability(AutoClusterer(), np.eye(12))


def test_the_reading_is_fpcs():
    stability = SegmentStability((0.85, 0.75, 0.6, 0.59), n_resamples=50, n_rows=9)
    assert stability.verdicts == ("solid", "real", "pattern", "unstable")


def test_jaccard_by_hand():
    # segment 0: {0, 1} in {0, 1, 3}: 2/3; segment 1: {2, 3} and {2}: 1/2
    before, after = np.array([0, 0, 1, 1]), np.array([1, 1, 0, 1])
    assert jaccard_of_best(before, after, 2) == pytest.approx([2 / 3, 1 / 2])


def test_a_segment_that_was_not_drawn_has_no_similarity():
    assert np.isnan(jaccard_of_best(np.array([0, 0]), np.array([0, 0]), 2)[1])


@given(hnp.arrays(np.int64, 20, elements=st.integers(0, 3)))
def test_a_partition_is_like_itself_under_other_numbers(labels):
    other = np.array([2, 0, 3, 1])[labels]
    similar = jaccard_of_best(labels, other, 4)
    assert np.all(similar[np.unique(labels)] == 1)

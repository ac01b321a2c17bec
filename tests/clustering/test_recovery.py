"""What a model keeps of segments that it starts from, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest

from autoseg.clustering.explanation import tree_accuracy
from autoseg.clustering.recovery import recover


def kept(X, labels, **settings):
    order = np.lexsort((labels, *X.T[::-1]))
    settings = {"n_resamples": 6, "random_state": 0, "n_jobs": 1} | settings
    return recover(X[order], labels[order], **settings)


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1, 2], 100)
    return np.array([-5, 0, 5])[truth][:, None] + rng.normal(size=(300, 3)), truth


def test_planted_segments_are_kept(planted):
    assert min(kept(*planted).jaccard) > 0.95


def test_two_segments_taken_together_are_kept_by_the_mixture(planted):
    X, truth = planted
    assert min(kept(X, np.minimum(truth, 1)).jaccard) > 0.9


def test_random_labels_are_lost(planted):
    X, _ = planted
    assert max(kept(X, np.random.default_rng(0).integers(0, 3, 300)).jaccard) < 0.4


def test_only_the_segment_that_was_cut_at_random_is_lost(planted):
    X, truth = planted
    cut = np.where((truth == 0) & (np.arange(300) % 2 == 0), 3, truth)
    found = kept(X, cut).jaccard
    assert min(found[1], found[2]) > 0.9
    assert max(found[0], found[3]) < 0.75


def test_halves_of_a_cloud_along_an_axis_are_half_kept():
    X = np.random.default_rng(0).normal(size=(600, 4))
    found = kept(X, (X[:, 0] > 0) * 2 + (X[:, 1] > 0))
    assert 0.3 < np.mean(found.jaccard) < 0.75


def test_jobs_do_not_change_a_bit(planted):
    assert kept(*planted, n_jobs=2) == kept(*planted)


def test_small_segments_have_rows_in_a_large_population():
    rng = np.random.default_rng(2)
    X = np.vstack([rng.normal(size=(9000, 2)), rng.normal(9, 0.3, size=(12, 2))])
    labels = np.r_[np.arange(9000) % 2, np.full(12, 2)]
    assert kept(X, labels, n_resamples=3).jaccard[2] > 0.9


def test_two_segments_with_one_centre_do_no_harm():
    X = np.repeat([[0.0, 1.0], [3.0, 2.0]], 20, axis=0)
    labels = np.r_[np.arange(20) % 2, np.full(20, 2)]
    found = kept(X, labels)
    assert found.jaccard[2] == 1
    assert max(found.jaccard[:2]) < 0.8


def test_a_tree_tells_segments_made_by_cuts_and_no_random_ones():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 3))
    by_cuts = (X[:, 0] > 0).astype(int) + 2 * (X[:, 1] > 0.5)
    assert tree_accuracy(X, by_cuts, random_state=0) > 0.97
    at_random = rng.permutation(np.repeat([0, 1, 2], [300, 100, 100]))
    # guessing the largest gives .60
    assert tree_accuracy(X, at_random, random_state=0) < 0.62


def test_a_tree_copes_with_segments_of_two():
    X = np.arange(20.0)[:, None]
    labels = np.r_[np.zeros(18, dtype=int), 1, 1]
    assert tree_accuracy(X, labels, random_state=0) == pytest.approx(0.9)


def test_one_segment_is_told_of_everybody():
    assert tree_accuracy(np.eye(10), np.zeros(10, dtype=int), random_state=0) == 1

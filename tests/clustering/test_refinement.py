"""A rule fitted once more comes as near to a fit on all rows as it has to."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from autoseg.clustering.candidates import fit_one
from autoseg.clustering.mixture import FAMILIES
from autoseg.clustering.refinement import refine
from autoseg.clustering.rule import ClusterRule
from autoseg.clustering.sampling import draw_rows

ARRAYS = ("weights", "means", "whiteners")


@pytest.fixture(scope="module")
def clouds():
    rng = np.random.default_rng(5)
    centres = np.array([[0.0, 0, 0, 0], [4, 0, 1, 0], [0, 4, -2, 1], [3, 3, 3, 3]])
    truth = rng.choice(4, size=30_000, p=[0.5, 0.3, 0.15, 0.05])
    roots = rng.normal(size=(4, 4, 4)) * 0.4 + np.eye(4)
    noise = rng.normal(size=(30_000, 4))
    return centres[truth] + np.einsum("nij,nj->ni", roots[truth], noise)


def inertia(rule, X):
    labels = rule.predict(X)
    return float(np.sum((X - rule.means[labels]) ** 2)) / len(X)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_likelihood_is_within_half_a_percent_of_a_fit_on_all_rows(clouds, family):
    rough = fit_one(draw_rows(clouds, 400, 0), family, 4, seed=0)
    before = rough.score_samples(clouds).mean()
    refined = refine(rough, clouds, seed=0, size=6000).score_samples(clouds).mean()
    full = refine(rough, clouds, seed=0, size=30_000).score_samples(clouds).mean()
    assert before < refined <= full + 1e-3
    assert refined == pytest.approx(full, rel=0.005)


def test_a_refined_mixture_is_as_likely_as_scikit_learns_on_all_rows(clouds):
    rough = fit_one(draw_rows(clouds, 400, 0), "full", 4, seed=0)
    refined = refine(rough, clouds, seed=0, size=6000)
    theirs = GaussianMixture(
        4,
        means_init=rough.means,
        precisions_init=rough.whiteners @ np.swapaxes(rough.whiteners, 1, 2),
        weights_init=rough.weights,
        tol=1e-5,
        max_iter=300,
    ).fit(clouds)
    ours = refined.score_samples(clouds).mean()
    assert ours == pytest.approx(theirs.score(clouds), rel=0.005)


def test_the_inertia_is_within_half_a_percent_of_the_best_on_all_rows(clouds):
    rough = fit_one(draw_rows(clouds, 2000, 0), "kmeans", 4, seed=0)
    refined = refine(rough, clouds, seed=0, size=15_000)
    with threadpool_limits(1):
        best = KMeans(4, n_init=10, random_state=0).fit(clouds).inertia_ / len(clouds)
    assert inertia(refined, clouds) < inertia(rough, clouds)
    assert inertia(refined, clouds) == pytest.approx(best, rel=0.005)
    # the densities are as wide as the rows lie around their centres
    variance = 1 / refined.whiteners[0, 0, 0] ** 2
    assert variance == pytest.approx(best / 4, rel=0.03)


def test_centres_by_hand():
    X = np.array([[0.0], [0.0], [2.0], [10.0], [12.0]])
    rough = ClusterRule.of_centres(np.array([[1.0], [9.0]]), variance=1.0)
    refined = refine(rough, X, seed=0)
    assert refined.means.ravel() == pytest.approx([2 / 3, 11.0])
    # squared distances 4/9, 4/9, 16/9, 1 and 1 over five rows
    assert refined.whiteners[0, 0, 0] == pytest.approx((42 / 9 / 5) ** -0.5)
    assert refined.weights.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("family", ["kmeans", *FAMILIES])
def test_the_order_of_rows_changes_no_bit(clouds, family):
    X = clouds[:5000]
    rough = fit_one(draw_rows(X, 400, 0), family, 3, seed=0)
    order = np.random.default_rng(0).permutation(len(X))
    one = refine(rough, X, seed=0, size=2000)
    other = refine(rough, X[order], seed=0, size=2000)
    assert (one.family, one.k) == (family, 3)
    assert not np.array_equal(one.means, rough.means)
    for name in ARRAYS:
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_a_segment_without_rows_keeps_the_rule_as_it_was(clouds):
    far = np.vstack([np.zeros(4), np.full(4, 1e3)])
    rule = ClusterRule.of_centres(far, variance=1.0)
    assert refine(rule, clouds, seed=0, size=500) is rule


def test_a_segment_that_would_become_too_small_keeps_the_rule_as_it_was(clouds):
    rule = fit_one(draw_rows(clouds, 400, 0), "full", 4, seed=0)
    assert refine(rule, clouds, seed=0, size=2000, min_share=0.01) is not rule
    assert refine(rule, clouds, seed=0, size=2000, min_share=0.3) is rule


def test_rows_that_are_all_alike_do_no_harm():
    X = np.ones((300, 2))
    rule = fit_one(X, "kmeans", 1, seed=0)
    assert refine(rule, X, seed=0, size=100).means.tolist() == [[1.0, 1.0]]
    mixture = fit_one(X, "full", 1, seed=0)
    assert refine(mixture, X, seed=0, size=100).predict(X).tolist() == [0] * 300

"""The rule: its densities, and one answer for a row whatever rows come with it."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logsumexp, softmax

from autoseg.clustering.rule import ClusterRule

METHODS = ("predict", "log_joint", "predict_proba", "score_samples")
FAMILIES = [("kmeans", None), ("full", None), ("t_full", 5.0)]


def drawn_rule(family, nu, k=5, d=6, seed=0):
    rng = np.random.default_rng(seed)
    whiteners = np.triu(0.3 * rng.normal(size=(k, d, d))) + np.eye(d)
    if family == "kmeans":
        whiteners = np.repeat(np.eye(d)[None], k, axis=0)
    weights = rng.dirichlet(np.full(k, 5.0))
    return ClusterRule(family, weights, rng.normal(size=(k, d)), whiteners, nu)


def by_scipy(rule, X):
    columns = []
    for j in range(rule.k):
        covariance = np.linalg.inv(rule.whiteners[j] @ rule.whiteners[j].T)
        nu = rule.degrees_of_freedom
        density = (
            stats.multivariate_normal(rule.means[j], covariance)
            if nu is None
            else stats.multivariate_t(rule.means[j], covariance, df=nu)
        )
        columns.append(np.log(rule.weights[j]) + density.logpdf(X))
    return np.column_stack(columns)


@pytest.mark.parametrize(("family", "nu"), FAMILIES)
def test_every_reading_of_the_rule_is_scipys(family, nu):
    rule = drawn_rule(family, nu)
    X = np.random.default_rng(1).normal(size=(400, 6))
    joint = by_scipy(rule, X)
    assert rule.log_joint(X) == pytest.approx(joint)
    assert rule.score_samples(X) == pytest.approx(logsumexp(joint, axis=1))
    assert rule.predict_proba(X) == pytest.approx(softmax(joint, axis=1))
    if family == "kmeans":
        joint = -((X[:, None] - rule.means) ** 2).sum(axis=2)
    assert rule.predict(X).tolist() == joint.argmax(axis=1).tolist()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("family", "nu"), FAMILIES)
def test_a_row_has_one_answer_whatever_rows_come_with_it(method, family, nu):
    rule = drawn_rule(family, nu)
    rng = np.random.default_rng(2)
    # more than two blocks, the last one short
    X = rng.normal(size=(9001, 6))
    read = getattr(rule, method)
    whole = read(X)
    order = rng.permutation(len(X))
    assert read(X[order]).tobytes() == whole[order].tobytes()
    assert read(np.asfortranarray(X)).tobytes() == whole.tobytes()
    for few in (1, 3, 17):
        assert read(X[40 : 40 + few]).tobytes() == whole[40 : 40 + few].tobytes()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_jobs", [2, 8])
def test_the_number_of_threads_changes_no_bit(method, n_jobs):
    rule = drawn_rule("t_full", 5.0, k=3, d=2)
    X = np.random.default_rng(3).normal(size=(140_000, 2))
    read = getattr(rule, method)
    assert read(X, n_jobs=n_jobs).tobytes() == read(X).tobytes()


@pytest.mark.parametrize(("family", "nu"), FAMILIES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), offset=st.sampled_from([0.0, 1.0, 1e6]))
def test_rows_between_two_segments_do_not_flicker(family, nu, seed, offset):
    rng = np.random.default_rng(seed)
    # two segments that mirror each other, and rows on the mirror but for a rounding
    mean = rng.normal(size=5)
    whitener = np.triu(rng.normal(size=(5, 5))) + 3 * np.eye(5)
    if family == "kmeans":
        whitener = np.eye(5)
    rule = ClusterRule(
        family,
        np.array([0.5, 0.5]),
        np.stack([offset + mean, offset - mean]),
        np.stack([whitener, whitener]),
        nu,
    )
    # whitened, the mirror is the plane at right angles to the mean
    normal = (mean @ whitener) @ whitener.T
    X = rng.normal(size=(32, 5))
    X -= np.outer(X @ normal / (normal @ normal), normal)
    X += offset
    labels = rule.predict(X)
    alone = [int(rule.predict(row[None])[0]) for row in X]
    assert labels.tolist() == alone
    order = rng.permutation(len(X))
    assert rule.predict(X[order]).tolist() == labels[order].tolist()


def test_a_tie_goes_to_the_lowest_segment():
    means = np.array([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]])
    for family, nu in FAMILIES:
        flat = np.repeat(np.eye(2)[None], 3, axis=0)
        rule = ClusterRule(family, np.full(3, 1 / 3), means, flat, nu)
        X = np.array([[0.0, 3.0], [1.0, 1.0], [-1.0, 1.0]])
        assert rule.predict(X).tolist() == [0, 0, 1]


def test_a_row_beyond_all_floats_gets_a_segment_without_a_warning():
    X = np.array([[1e300, 1e300]])
    for family, nu in FAMILIES:
        assert drawn_rule(family, nu, d=2).predict(X).shape == (1,)


def test_one_segment_takes_every_row():
    rule = drawn_rule("full", None, k=1, d=2)
    assert rule.predict(np.zeros((3, 2))).tolist() == [0, 0, 0]
    assert rule.predict_proba(np.zeros((3, 2))).tolist() == [[1.0], [1.0], [1.0]]


def test_no_rows_give_no_labels():
    rule = drawn_rule("full", None, d=2)
    assert rule.predict(np.empty((0, 2))).shape == (0,)
    assert rule.predict_proba(np.empty((0, 2))).shape == (0, 5)


def test_memory_is_bounded_by_the_block():
    rule = drawn_rule("full", None, k=7, d=20)
    X = np.random.default_rng(0).normal(size=(150_000, 20))
    tracemalloc.start()
    rule.predict(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # the labels are 1.2 MB and the rows 24 MB; a block of 4,096 needs under 4 MB
    assert peak < 1.2e6 + 6e6


def test_segments_in_canonical_order_keep_their_arrays_together():
    rule = drawn_rule("t_full", 5.0)
    sorted_ = rule.canonical()
    order = np.lexsort(rule.means.T[::-1])
    for name in ("weights", "means", "whiteners"):
        assert np.array_equal(getattr(sorted_, name), getattr(rule, name)[order])
    assert sorted_.degrees_of_freedom == 5.0

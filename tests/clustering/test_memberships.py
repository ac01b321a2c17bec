"""How sure each customer's segment is: by hand, beside predict, and in bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autoseg.clustering import ClusterRule, memberships
from autoseg.clustering.candidates import fit_one
from autoseg.clustering.mixture import FAMILIES


def two_centres() -> ClusterRule:
    return ClusterRule(
        "kmeans", np.array([0.5, 0.5]), np.array([[0.0], [4.0]]), np.ones((2, 1, 1))
    )


def test_by_hand():
    # densities at 1 of N(0, 1) and N(4, 1): exp(-0.5) against exp(-4.5), so 1/(1+e^-4)
    found = memberships(two_centres(), np.array([[1.0], [3.0]]))
    sure = 1 / (1 + np.exp(-4))
    assert found.segment.tolist() == [0, 1]
    assert found.runner_up.tolist() == [1, 0]
    assert found.confidence == pytest.approx([sure, sure])
    assert found.margin == pytest.approx([2 * sure - 1, 2 * sure - 1])


def test_ties_go_to_the_lowest_segment():
    found = memberships(two_centres(), np.array([[2.0]]))
    assert (found.segment[0], found.runner_up[0], found.margin[0]) == (0, 1, 0.0)


def test_one_segment_has_no_runner_up():
    rule = ClusterRule("full", np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))
    found = memberships(rule, np.array([[0.3], [9.0]]))
    assert found.runner_up.tolist() == [-1, -1]
    assert found.margin.tolist() == found.confidence.tolist() == [1.0, 1.0]
    assert found.to_frame()["runner_up"].isna().all()


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    return np.vstack([rng.normal(m, 1.0, size=(70, 3)) for m in (-2, 0, 2)])


@pytest.mark.parametrize("family", ["kmeans", *FAMILIES])
def test_segments_are_those_of_predict_and_the_margin_that_of_the_posteriors(
    rows, family
):
    rule = fit_one(rows, family, 4, seed=0)
    found = memberships(rule, rows)
    assert np.array_equal(found.segment, rule.predict(rows))
    highest = np.sort(rule.predict_proba(rows), axis=1)[:, ::-1]
    assert found.confidence == pytest.approx(highest[:, 0], abs=1e-12)
    assert found.margin == pytest.approx(highest[:, 0] - highest[:, 1], abs=1e-12)
    assert np.all(found.runner_up != found.segment)


def test_more_customers_than_a_chunk_come_out_the_same(rows):
    rule = fit_one(rows, "full", 3, seed=0)
    many = np.tile(rows, (330, 1))
    found, once = memberships(rule, many), memberships(rule, rows)
    assert np.array_equal(found.segment, rule.predict(many))
    assert np.array_equal(found.segment, np.tile(once.segment, 330))
    assert found.confidence == pytest.approx(np.tile(once.confidence, 330), abs=1e-12)


def test_the_summary_counts_the_unsure_by_segment():
    found = memberships(two_centres(), np.array([[0.0], [1.99], [2.01], [2.02]]))
    first, second = found.summary()
    assert (first.n_customers, first.n_unsure, first.share_unsure) == (2, 1, 0.5)
    assert (second.n_customers, second.n_unsure, second.share_unsure) == (2, 2, 1.0)
    assert repr(found) == (
        "Memberships: 4 customers in 2 segments, 3 with confidence below 0.6"
    )


def test_a_segment_without_customers_has_no_share():
    empty = memberships(two_centres(), np.array([[0.0]])).summary()[1]
    assert (empty.n_customers, empty.share_unsure) == (0, None)
    assert empty.mean_confidence is None


def test_the_frame_keeps_the_index():
    found = memberships(two_centres(), np.array([[0.0], [4.0]]))
    frame = found.to_frame(["ann", "bo"])
    assert frame.index.tolist() == ["ann", "bo"]
    assert frame["segment"].tolist() == [0, 1]
    assert frame["runner_up"].tolist() == [1, 0]


@settings(max_examples=50)
@given(hnp.arrays(float, (9, 1), elements=st.floats(-1e3, 1e3)))
def test_everything_stays_in_bounds(X):
    found = memberships(two_centres(), X)
    assert np.all((found.confidence >= 0) & (found.confidence <= 1))
    assert np.all((found.margin >= 0) & (found.margin <= found.confidence))

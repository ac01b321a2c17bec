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
from autoseg.errors import InputError


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


def test_counts_and_errors_by_hand():
    # of 0.9, 0.7, 0.5: mean 0.7, variance 0.04, so 0.2 / √3; fpc's clusterboot takes
    # above .75 for recovered and up to .5 for dissolved
    similarities = np.array([[0.9, 1.0], [0.7, np.nan], [0.5, 0.8]])
    found = SegmentStability.from_similarities(similarities, n_rows=40)
    assert found.jaccard == pytest.approx((0.7, 0.9))
    assert found.standard_error == pytest.approx((0.2 / 3**0.5, 0.02**0.5 / 2**0.5))
    assert found.n_drawn == (3, 2)
    assert found.recovered == (1, 2)
    assert found.dissolved == (1, 0)
    # t of 2 degrees of freedom at .975 is 4.302653: 0.7 ± 0.4968, cut at 1
    assert found.intervals[0] == pytest.approx((0.7 - 4.302653 * 0.2 / 3**0.5, 1.0))


def test_what_fpc_would_count():
    # clusterboot: bootbrd = sum(x <= 0.5), bootrecover = sum(x > 0.75)
    x = np.array([0.5, 0.51, 0.75, 0.76])[:, None]
    found = SegmentStability.from_similarities(x, n_rows=9)
    assert (found.dissolved, found.recovered) == ((1,), (1,))


def test_a_segment_that_is_never_drawn_was_never_found():
    found = SegmentStability.from_similarities(np.full((3, 1), np.nan), n_rows=5)
    assert (found.jaccard, found.n_drawn, found.dissolved) == ((0.0,), (0,), (0,))
    assert found.intervals == ((0.0, 1.0),)


def test_the_repr_tells_how_many_resamples():
    found = SegmentStability.from_similarities(np.array([[1.0], [0.8]]), n_rows=40)
    assert repr(found) == (
        "SegmentStability of 2 bootstrap resamples of 40 rows: 0.90 ± 0.10"
    )


def test_everything_is_reordered_together():
    similarities = np.array([[0.9, 0.3, 0.7], [0.8, 0.4, 0.9]])
    found = SegmentStability.from_similarities(similarities, n_rows=40)
    order = [2, 0, 1]
    turned = SegmentStability.from_similarities(similarities[:, order], n_rows=40)
    assert found.reordered(order) == turned


def test_means_alone_are_enough():
    bare = SegmentStability((0.9, 0.7), n_resamples=50, n_rows=9)
    assert bare.intervals == ()
    assert bare.reordered([1, 0]).jaccard == (0.7, 0.9)
    assert bare.to_frame().columns.tolist() == ["jaccard", "verdict"]


def test_the_frame_has_a_row_a_segment(clear):
    X, model = clear
    frame = bootstrap_stability(model, X, n_resamples=4).to_frame()
    assert frame["n_drawn"].tolist() == [4, 4, 4]
    assert (frame["lower"] <= frame["jaccard"]).all()
    assert (frame["dissolved"] == 0).all()


def test_half_of_the_customers_are_drawn_without_replacement(clear):
    X, model = clear
    found = bootstrap_stability(model, X, n_resamples=4, scheme="subsample")
    assert (found.n_rows, found.scheme) == (120, "subsample")
    assert found.verdicts == ("solid",) * 3
    again = bootstrap_stability(
        model, X[::-1], n_resamples=4, scheme="subsample", n_jobs=2
    )
    assert again == found


def test_an_unknown_scheme_is_refused(clear):
    X, model = clear
    with pytest.raises(InputError, match=r"ASG_E_SETTING.*scheme is 'jitter'"):
        bootstrap_stability(model, X, scheme="jitter")


def test_no_resamples_are_refused(clear):
    X, model = clear
    with pytest.raises(InputError, match=r"ASG_E_SETTING.*n_resamples is 0"):
        bootstrap_stability(model, X, n_resamples=0)

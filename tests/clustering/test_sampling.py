"""Drawing rows: the same ones in any order, each with its chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from autoseg.clustering.sampling import draw_evenly, draw_rows

FEW_VALUES = st.sampled_from([-1.0, -0.0, 0.0, 1.0, 1.5, 1e300, 5e-324])
TABLES = arrays(
    np.float64,
    st.tuples(st.integers(1, 40), st.integers(1, 3)),
    elements=FEW_VALUES | st.floats(allow_nan=False, allow_infinity=False),
)


@settings(max_examples=60)
@given(TABLES, st.integers(1, 45), st.randoms(use_true_random=False))
def test_shuffled_rows_give_the_same_bytes(X, size, random):
    order = list(range(len(X)))
    random.shuffle(order)
    drawn = draw_rows(X, size, seed=3)
    assert drawn.shape == (min(size, len(X)), X.shape[1])
    assert draw_rows(X[order], size, seed=3).tobytes() == drawn.tobytes()


@settings(max_examples=60)
@given(TABLES, st.integers(1, 45))
def test_no_row_is_drawn_more_often_than_it_is_there(X, size):
    there, counts = np.unique(X + 0.0, axis=0, return_counts=True)
    known = {row.tobytes(): n for row, n in zip(there, counts, strict=True)}
    drawn, counts = np.unique(draw_rows(X, size, seed=0), axis=0, return_counts=True)
    for row, n in zip(drawn, counts, strict=True):
        assert n <= known[row.tobytes()]


@settings(max_examples=60)
@given(TABLES, st.integers(2, 45))
def test_a_larger_sample_holds_the_smaller_one(X, size):
    larger = [row.tobytes() for row in draw_rows(X, size, seed=1)]
    for row in draw_rows(X, size // 2, seed=1):
        larger.remove(row.tobytes())


def test_rows_come_sorted_and_all_of_them_where_there_are_few():
    X = np.array([[2.0, 1.0], [1.0, 5.0], [2.0, 0.0]])
    assert draw_rows(X, 9, seed=0).tolist() == [[1, 5], [2, 0], [2, 1]]


def test_the_type_of_numbers_and_their_layout_in_memory_do_not_matter():
    X = np.random.default_rng(0).integers(-3, 4, size=(500, 3))
    drawn = draw_rows(X.astype(np.float64), 100, seed=0)
    for other in (X, X.astype(np.float32), X.astype(np.int8), np.asfortranarray(X)):
        assert draw_rows(other, 100, seed=0).tobytes() == drawn.tobytes()


def test_minus_zero_is_zero():
    X = np.zeros((50, 2))
    X[::2] = -0.0
    assert draw_rows(X, 9, seed=0).tobytes() == np.zeros((9, 2)).tobytes()
    assert draw_rows(X, 99, seed=0).tobytes() == np.zeros((50, 2)).tobytes()


def test_another_seed_draws_other_rows():
    X = np.arange(1000.0)[:, None]
    samples = [draw_rows(X, 100, seed=seed).ravel() for seed in range(20)]
    common = [len(np.intersect1d(samples[0], other)) for other in samples[1:]]
    # 10 are expected, with a standard deviation of 2.9
    assert 7 < np.mean(common) < 13


@pytest.mark.parametrize("seed", [-1, 0, 2**63, 2**70])
def test_any_whole_number_is_a_seed(seed):
    assert len(draw_rows(np.arange(9.0)[:, None], 3, seed=seed)) == 3


def test_every_row_has_the_same_chance():
    # counts in the last column leave most bits zero, the worst case for a hash
    X = np.column_stack([np.repeat([0.0, 1.0], 50), np.tile(np.arange(50.0), 2)])
    hits = np.zeros(100)
    for seed in range(400):
        drawn = draw_rows(X, 20, seed=seed)
        hits[(50 * drawn[:, 0] + drawn[:, 1]).astype(int)] += 1
    # 400 draws of 20 in 100 without replacement: each row 80 times, variance 64
    statistic = float(np.sum((hits - 80) ** 2) / 64 * 99 / 100)
    assert stats.chi2(99).sf(statistic) > 0.001


def test_rows_that_repeat_are_drawn_in_proportion():
    counts = np.array([5000, 3000, 1500, 500])
    X = np.repeat(np.arange(4.0), counts)[:, None]
    found = np.mean(
        [
            np.bincount(draw_rows(X, 1000, seed=seed).ravel().astype(int), minlength=4)
            for seed in range(30)
        ],
        axis=0,
    )
    # the hypergeometric standard deviation of a mean of 30 draws is below 3
    assert found == pytest.approx(counts / 10, abs=10)


def test_rows_of_small_whole_numbers_share_no_hash():
    grid = np.stack(np.meshgrid(*[np.arange(-20.0, 21.0)] * 3), axis=-1).reshape(-1, 3)
    drawn = draw_rows(np.repeat(grid, 2, axis=0), 2 * len(grid) - 1, seed=0)
    assert len(np.unique(drawn, axis=0)) == len(grid)


def test_a_small_segment_comes_in_its_share():
    X = np.random.default_rng(1).normal(size=(100_000, 4))
    X[:1000, 0] += 50
    drawn = [draw_rows(X, 4000, seed=seed)[:, 0] for seed in range(10)]
    shares = [float(np.mean(column > 25)) for column in drawn]
    # 40 of 4,000 with a standard deviation of 6.2
    assert np.mean(shares) == pytest.approx(0.01, abs=0.0015)


def test_each_segment_gives_as_many_rows_or_all_that_it_has():
    labels = np.repeat([0, 1, 2, 4], [900, 80, 10, 10])
    X = np.arange(1000.0)[:, None]
    rows, weights = draw_evenly(X, labels, 120, seed=0)
    drawn = labels[rows.ravel().astype(int)]
    # 10 and 10 leave 100 for two segments
    assert np.bincount(drawn).tolist() == [50, 50, 10, 0, 10]
    by_hand = {0: 900 / 50, 1: 80 / 50, 2: 1.0, 4: 1.0}
    assert weights == pytest.approx([by_hand[j] for j in drawn])
    assert weights.sum() == pytest.approx(1000)


def test_fewer_rows_than_may_be_drawn_are_all_drawn():
    X = np.array([[3.0], [1.0], [2.0]])
    rows, weights = draw_evenly(X, np.array([0, 1, 0]), 9, seed=0)
    assert rows.ravel().tolist() == [1.0, 2.0, 3.0]
    assert weights.tolist() == [1.0, 1.0, 1.0]


@settings(max_examples=60)
@given(TABLES, st.integers(2, 45), st.randoms(use_true_random=False))
def test_shuffled_rows_give_the_same_even_draw(X, size, random):
    labels = (X[:, 0] > 0).astype(np.int64)
    order = list(range(len(X)))
    random.shuffle(order)
    once = draw_evenly(X, labels, size, seed=3)
    again = draw_evenly(X[order], labels[order], size, seed=3)
    for one, other in zip(once, again, strict=True):
        assert one.tobytes() == other.tobytes()
    assert once[1].sum() == pytest.approx(len(X))

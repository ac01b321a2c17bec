"""The map's dots: two principal directions, an even sample, always the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.report import MapPoints, map_points


def test_two_directions_hold_what_the_variance_says():
    # variances 8, 2 and 0 along the axes: the first two hold all of it
    X = np.array([[4, 0, 0], [-4, 0, 0], [0, 2, 0], [0, -2, 0]], dtype=float)
    dots = map_points(X, [1, 1, 2, 2])
    assert dots.explained == pytest.approx(1)
    assert np.allclose(np.abs(dots.xy), [[4, 0], [4, 0], [0, 2], [0, 2]])


def test_the_sign_is_settled_by_the_largest_loading():
    X = np.random.default_rng(0).normal(size=(50, 3)) @ np.diag([5, 2, 1])
    assert np.allclose(
        map_points(X, [1] * 50).xy[:, 0], X[:, 0] - X[:, 0].mean(), atol=2
    )


def test_one_column_lies_on_a_line():
    dots = map_points([[1.0], [2.0], [4.0]], [1, 1, 1])
    assert dots.xy.shape == (3, 2)
    assert (dots.xy[:, 1] == 0).all()


def test_constant_columns_explain_nothing_that_could_be_said():
    assert map_points(np.ones((4, 2)), [1, 1, 2, 2]).explained is None


@given(
    sizes=st.lists(st.integers(1, 400), min_size=1, max_size=8),
    limit=st.integers(20, 300),
)
def test_the_sample_is_even_and_keeps_every_segment(sizes, limit):
    numbers = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    X = np.column_stack([np.arange(len(numbers)), numbers]).astype(float)
    dots = map_points(X, numbers, limit=limit)
    assert len(dots.xy) == len(dots.segments) <= max(limit, len(sizes)) + len(sizes)
    assert set(dots.segments) == set(numbers)
    if len(numbers) > limit:
        shares = np.bincount(dots.segments)[1:] / limit
        assert np.all(shares <= np.array(sizes) / len(numbers) + 1 / limit)


def test_far_off_customers_are_left_off(sample):
    far = sample.points(600)
    xy = far.xy.copy()
    xy[0] = (1e6, -1e6)
    data = sample.summary(map_points=MapPoints(xy, far.segments))
    values = [value for point in data["map"]["points"] for value in point[:2]]
    assert 0 <= min(values) < max(values) <= 1
    assert 580 <= len(data["map"]["points"]) < 600
    assert np.std([point[0] for point in data["map"]["points"]]) > 0.1

"""The map by UMAP: seeded, on a sample, silent, and without anything but the dots."""

from __future__ import annotations

import numpy as np
import pytest

from autoseg.report import map_points, neighbour_points
from autoseg.report.html import render_page


@pytest.fixture(scope="module")
def three_groups():
    draws = np.random.default_rng(3)
    centres = np.repeat(np.eye(4)[:3] * 12, 40, axis=0)
    return centres + draws.normal(size=(120, 4)), np.repeat([1, 2, 3], 40)


@pytest.fixture(scope="module")
def dots(three_groups):
    return neighbour_points(*three_groups, limit=90, random_state=7)


def test_neighbours_stay_neighbours(dots):
    apart = np.linalg.norm(dots.xy[:, None] - dots.xy[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    nearest = dots.segments[apart.argmin(axis=1)]
    assert (nearest == dots.segments).all()


def test_the_sample_is_that_of_the_other_map(dots, three_groups):
    plain = map_points(*three_groups, limit=90)
    assert len(dots.xy) == 90
    assert dots.segments.tolist() == plain.segments.tolist()
    assert (dots.method, dots.explained) == ("umap", None)
    assert (plain.method, dots.xy.dtype) == ("pca", np.float64)


def test_the_same_seed_gives_the_same_dots(dots, three_groups):
    again = neighbour_points(*three_groups, limit=90, random_state=7)
    assert again.xy.tobytes() == dots.xy.tobytes()


@pytest.mark.parametrize("n_features", [2, 3])
def test_few_dots_have_a_layout_too(n_features):
    X = np.random.default_rng(0).normal(size=(6, n_features))
    found = neighbour_points(X, [1, 1, 1, 2, 2, 2])
    assert found.method == "umap"
    assert found.xy.shape == (6, 2)
    assert np.isfinite(found.xy).all()


@pytest.mark.parametrize(
    "X", [[[0.0, 1.0], [1.0, 3.0]], np.ones((20, 2)), np.arange(20.0)[:, None]]
)
def test_where_nobody_has_neighbours_the_principal_components_are_shown(X):
    found = neighbour_points(X, [1] * len(X))
    assert found.method == "pca"
    assert np.isfinite(found.xy).all()


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "approximate"), ("nb", "omtrentlige"), ("da", "omtrentlige"),
        ("sv", "ungefärliga"),
    ],
)  # fmt: skip
def test_the_page_says_that_distances_are_approximate(sample, dots, language, word):
    data = sample.summary(language, map_points=dots)
    assert data["map"]["method"] == "umap"
    assert "UMAP" in data["map"]["lead"]
    assert word in data["map"]["lead"]
    assert word in data["map"]["note"]
    assert data["map"]["lead"] in render_page(data)

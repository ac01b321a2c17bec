"""Tiers of the same size by value, and borders that lie where they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.clustering.tiers import fit_tiers, tier_columns


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(2)
    value = rng.normal(size=(1000, 1))
    X = np.hstack(
        [value + 0.3 * rng.normal(size=(1000, 2)), rng.normal(size=(1000, 2))]
    )
    return X[np.lexsort(X.T[::-1])]


@given(k=st.integers(2, 10))
@settings(deadline=None, max_examples=10)
def test_tiers_have_the_same_size(customers, k):
    sizes = np.bincount(fit_tiers(customers, [0, 1], k).predict(customers))
    assert len(sizes) == k
    assert sizes.max() - sizes.min() <= 1


def test_a_tier_is_a_quantile_of_the_first_principal_component(customers):
    tier = fit_tiers(customers, [0, 1], 4).predict(customers)
    inside = customers[:, :2] - customers[:, :2].mean(axis=0)
    _, _, directions = np.linalg.svd(inside, full_matrices=False)
    scores = inside @ directions[0] * np.sign(directions[0, 0])
    assert np.array_equal(
        tier, np.searchsorted(np.quantile(scores, [0.25, 0.5, 0.75]), scores)
    )


def test_other_columns_have_no_say(customers):
    rule = fit_tiers(customers, [0, 1], 5)
    assert tier_columns(rule) == [0, 1]
    moved = customers + np.array([0, 0, 50, -50])
    assert np.array_equal(rule.predict(moved), rule.predict(customers))


def test_customers_who_are_alike_share_a_tier():
    X = np.repeat([0.0, 1.0, 5.0], [80, 10, 10])[:, None]
    rule = fit_tiers(X, [0], 5)
    assert np.bincount(rule.predict(X)).tolist() == [80, 20]
    assert fit_tiers(np.ones((50, 2)), [0], 5) is None


def test_the_probability_is_even_at_a_border(customers):
    rule = fit_tiers(customers, [0], 2)
    border = (rule.means[0] + rule.means[1]) / 2
    step = np.log(rule.weights[0] / rule.weights[1])
    gap = (rule.means[1, 0] - rule.means[0, 0]) * rule.whiteners[0, 0, 0] ** 2
    border[0] += step / gap
    assert rule.predict_proba(border[None])[0] == pytest.approx([0.5, 0.5])

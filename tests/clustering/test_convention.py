"""Where any line is a convention: what comes back, and tiers by value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import (
    AutoClusterer,
    CustomerScaler,
    bootstrap_stability,
    why_k,
)
from autoseg.clustering.resampling import mean_jaccards

NAMES = ["recency_days", "frequency", "monetary"]


@pytest.fixture(scope="module")
def scale() -> pd.DataFrame:
    """Return 600 customers along one scale, with no gaps anywhere."""
    rng = np.random.default_rng(4)
    level = rng.uniform(-2, 2, size=(600, 1))
    X = level * [-1, 1, 1] + 0.5 * rng.normal(size=(600, 3))
    return pd.DataFrame(X, columns=NAMES).assign(
        discount_share=rng.normal(size=600), weekend_share=rng.normal(size=600)
    )


@pytest.fixture(scope="module")
def tiers(scale):
    return AutoClusterer().fit(scale)


@pytest.fixture(scope="module")
def lumps() -> pd.DataFrame:
    """Return 700 customers in two halves that are bent into each other."""
    rng = np.random.default_rng(4)
    turn = rng.uniform(0, np.pi, 700)
    half = np.arange(700) % 2
    X = np.column_stack([np.cos(turn), np.sin(turn), 0.4 * turn])
    X[half == 1] = [1, 0.4, 1] - X[half == 1]
    return pd.DataFrame(2 * X + 0.45 * rng.normal(size=X.shape), columns=NAMES)


@pytest.fixture(scope="module")
def settled(lumps):
    return AutoClusterer().fit(lumps)


def test_tiers_by_value_are_given_where_there_are_no_segments(tiers, scale):
    selection = tiers.selection_
    assert selection.verdict == "none"
    assert (selection.chosen_by, selection.family) == ("value", "tiers")
    assert tiers.n_clusters_ == selection.k == 5
    assert np.bincount(tiers.labels_).tolist() == [120] * 5


def test_tiers_rise_with_what_customers_are_worth(tiers, scale):
    means = scale.groupby(tiers.labels_).mean().sort_values("monetary")
    assert means["frequency"].is_monotonic_increasing
    assert means["recency_days"].is_monotonic_decreasing


def test_what_is_no_value_does_not_move_a_customer_between_tiers(tiers, scale):
    other = scale.assign(discount_share=9.0, weekend_share=-9.0)
    assert np.array_equal(tiers.predict(other), tiers.labels_)


def test_tiers_come_back_when_customers_are_drawn_again(tiers, scale):
    stability = bootstrap_stability(tiers, scale, n_resamples=20)
    assert min(stability.jaccard) > 0.8


@pytest.mark.parametrize(("target", "k"), [((2, 3), 3), ((5, 7), 5), ((6, 7), 6)])
def test_there_are_five_tiers_or_what_the_target_has_nearest_to_it(scale, target, k):
    assert AutoClusterer(target=target).fit(scale).n_clusters_ == k


def test_customers_who_are_worth_the_same_share_a_tier(scale):
    half = scale.assign(**dict.fromkeys(NAMES, (np.arange(600) > 400) * 1.0))
    model = AutoClusterer(value_columns=NAMES).fit(half)
    if model.selection_.chosen_by == "value":
        assert model.n_clusters_ == 2


def test_without_known_value_there_may_be_one_segment(scale):
    bare = AutoClusterer().fit(scale.to_numpy())
    unwanted = AutoClusterer(value_columns=None).fit(scale)
    for model in (bare, unwanted):
        assert model.selection_.verdict == "none"
        assert model.selection_.chosen_by == "consensus"
        assert model.n_clusters_ == 1


def test_the_target_is_kept_where_no_line_is_firm(settled):
    selection = settled.selection_
    assert selection.verdict == "weak"
    assert selection.chosen_by == "stability"
    assert 5 <= settled.n_clusters_ <= 7
    assert selection.k == settled.n_clusters_ == len(np.unique(settled.labels_))


def test_the_account_is_that_of_the_division_delivered(settled):
    selection = settled.selection_
    (judged,) = [
        candidate
        for candidate in selection.candidates
        if (candidate.family, candidate.k) == (selection.family, selection.k)
    ]
    assert judged.agreement == selection.agreement
    assert settled.rule_.family == selection.family


def test_no_other_k_means_within_the_target_comes_back_better(lumps, settled):
    rows = lumps.to_numpy()[np.lexsort(lumps.to_numpy().T[::-1])]
    merits = {}
    for k in (5, 6, 7):
        other = AutoClusterer(method="kmeans", target=(k, k), strict=True).fit(lumps)
        jaccards = mean_jaccards(
            rows, other.rule_, n_resamples=60, random_state=9, n_jobs=None
        )
        merits[k] = float(np.mean(jaccards))
    again = mean_jaccards(
        rows, settled.rule_, n_resamples=60, random_state=9, n_jobs=None
    )
    # the choice saw 20 resamples of its own, so it may lose by their noise
    assert float(np.mean(again)) > max(merits.values()) - 0.05


def test_clear_segments_are_left_to_the_consensus():
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0, 0], [8, 0, 0], [0, 8, 0]])
    X = pd.DataFrame(
        np.repeat(centres, 80, axis=0) + rng.normal(size=(240, 3)), columns=NAMES
    )
    model = AutoClusterer().fit(X)
    assert model.n_clusters_ == 3
    assert model.selection_.chosen_by == "consensus"


def test_nothing_is_settled_where_nothing_stands_for_election(lumps):
    model = AutoClusterer(method="gmm", target=(9, 9)).fit(lumps)
    assert model.selection_.verdict == "weak"
    assert model.selection_.chosen_by == "consensus"


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_the_words_tell_that_it_is_a_convention(settled, tiers, language):
    comes_back = {"en": "come back", "nb": "igjen", "da": "igen", "sv": "tillbaka"}
    same_size = {"en": "same size", "nb": "samme størrelse", "da": "samme størrelse"}
    assert comes_back[language] in why_k(settled.selection_, language)
    assert same_size.get(language, "samma storlek") in why_k(tiers.selection_, language)


def test_scaled_columns_keep_the_value_inside_of_merged_ones(scale):
    twice = scale.assign(spend=scale["monetary"] * 2 + 1e-3 * scale["frequency"])
    scaled = CustomerScaler().set_output(transform="pandas").fit_transform(twice)
    model = AutoClusterer().fit(scaled)
    assert model.selection_.chosen_by == "value"

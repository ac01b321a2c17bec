"""Where any line is a convention: what comes back and tells value apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import AutoClusterer, CustomerScaler, why_k
from autoseg.clustering.resampling import mean_jaccards

NAMES = ["recency_days", "frequency", "monetary"]


@pytest.fixture(scope="module")
def scale() -> pd.DataFrame:
    """Return 600 customers along one scale, with no gaps anywhere."""
    rng = np.random.default_rng(4)
    level = rng.uniform(-2, 2, size=(600, 1))
    return pd.DataFrame(level + 0.5 * rng.normal(size=(600, 3)), columns=NAMES)


@pytest.fixture(scope="module")
def named(scale):
    return AutoClusterer().fit(CustomerScaler().fit_transform(scale))


def test_the_target_is_kept_where_no_line_is_firm(named):
    assert named.selection_.verdict in {"weak", "none"}
    assert named.selection_.by_stability
    assert 5 <= named.n_clusters_ <= 7
    assert named.selection_.k == named.n_clusters_ == len(np.unique(named.labels_))


def test_the_account_is_that_of_the_division_delivered(named):
    selection = named.selection_
    (judged,) = [
        candidate
        for candidate in selection.candidates
        if (candidate.family, candidate.k) == (selection.family, selection.k)
    ]
    assert judged.agreement == selection.agreement
    assert named.rule_.family == selection.family


def test_no_other_k_means_within_the_target_has_more_merit(scale, named):
    scaled = CustomerScaler().fit_transform(scale)
    rows = scaled.to_numpy()[np.lexsort(scaled.to_numpy().T[::-1])]
    merit = {}
    for k in (5, 6, 7):
        other = AutoClusterer(method="kmeans", target=(k, k), strict=True).fit(scaled)
        jaccards = mean_jaccards(
            rows, other.rule_, n_resamples=60, random_state=9, n_jobs=None
        )
        value = next(
            candidate.value_explained
            for candidate in other.selection_.candidates
            if (candidate.family, candidate.k) == ("kmeans", k)
        )
        merit[k] = float(np.mean(jaccards)) + value
    # the choice saw 20 resamples of its own, so it may lose by their noise
    assert merit[named.n_clusters_] > max(merit.values()) - 0.05


def test_without_known_value_the_consensus_stands(scale):
    bare = CustomerScaler().fit_transform(scale.to_numpy())
    assert not AutoClusterer().fit(bare).selection_.by_stability


def test_clear_segments_are_left_to_the_consensus():
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0, 0], [8, 0, 0], [0, 8, 0]])
    X = pd.DataFrame(
        np.repeat(centres, 80, axis=0) + rng.normal(size=(240, 3)), columns=NAMES
    )
    model = AutoClusterer().fit(X)
    assert model.n_clusters_ == 3
    assert not model.selection_.by_stability


def test_nothing_is_settled_where_no_division_keeps_the_smallest_share(scale):
    scaled = CustomerScaler().fit_transform(scale)
    model = AutoClusterer(min_share=0.45).fit(scaled)
    assert not model.selection_.by_stability


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_the_words_tell_that_it_is_a_convention(named, language):
    text = why_k(named.selection_, language)
    assert {"en": "come back", "nb": "igjen", "da": "igen", "sv": "tillbaka"}[
        language
    ] in text

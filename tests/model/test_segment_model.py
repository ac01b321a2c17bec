"""The model says what the estimators said, from plain data alone."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.errors import InputError
from autoseg.model import SegmentModel


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    groups = [
        np.exp(rng.normal(middle, 0.3, size=(120, 3)))
        for middle in ([0, 0, 4], [3, 3, 1], [5, 0, 0])
    ]
    index = pd.Index([f"c{i:03d}" for i in range(360)], name="customer_id")
    return pd.DataFrame(np.vstack(groups), index=index, columns=["a", "b", "c"])


@pytest.fixture(scope="module")
def fitted(features):
    scaler = CustomerScaler().fit(features)
    clusterer = AutoClusterer(target=(3, 3)).fit(scaler.transform(features))
    k = clusterer.n_clusters_
    profiles = SimpleNamespace(
        order=tuple(reversed(range(k))),
        segments=[SimpleNamespace(key=f"key{j}") for j in range(k)],
    )
    return clusterer, SegmentModel.from_fitted(scaler, clusterer, profiles)


def test_the_model_predicts_what_the_clusterer_labelled(features, fitted):
    clusterer, model = fitted
    expected = clusterer.n_clusters_ - clusterer.labels_
    np.testing.assert_array_equal(model.predict(features), expected)


def test_probabilities_stand_in_the_order_of_the_numbers(features, fitted):
    clusterer, model = fitted
    probabilities = model.predict_proba(features)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    scaled = CustomerScaler().fit_transform(features)
    np.testing.assert_allclose(
        probabilities, clusterer.predict_proba(scaled)[:, ::-1], atol=1e-12
    )


def test_it_looks_at_the_features_as_the_scaler_does(features, fitted):
    scaled = CustomerScaler().fit_transform(features)
    np.testing.assert_allclose(fitted[1].transform(features), scaled, atol=1e-12)


def test_the_runner_up_is_never_the_segment(features, fitted):
    assigned = fitted[1].assign(features)
    assert assigned.index.equals(features.index)
    assert (assigned["segment"] != assigned["runner_up"]).all()
    assert assigned["confidence"].between(0, 1).all()


def test_columns_are_found_by_name_and_others_ignored(features, fitted):
    mixed = features[["c", "a", "b"]].assign(extra=1.0)
    np.testing.assert_array_equal(fitted[1].predict(mixed), fitted[1].predict(features))


def test_a_missing_feature_is_named(features, fitted):
    with pytest.raises(InputError, match=r"ASG_E_FEATURE_MISSING.*needs b, c as well"):
        fitted[1].predict(features[["a"]])


def test_gaps_are_counted(features, fitted):
    holes = features.copy()
    holes.iloc[[0, 5], 1] = [np.nan, np.inf]
    with pytest.raises(InputError, match=r"ASG_E_NOT_FINITE.*2 of 360 customers"):
        fitted[1].predict(holes)


def test_the_model_is_plain_data_and_holds_no_customer(fitted):
    text = json.dumps(fitted[1].to_dict(), allow_nan=False)
    assert "c000" not in text
    assert len(text) < 10_000

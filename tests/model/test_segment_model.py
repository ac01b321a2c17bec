"""The model says what the estimators said, from plain data alone."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.errors import InputError, LanguageWarning
from autoseg.features import MissingRule
from autoseg.model import ModelFeature, ModelSegment, matrix_model


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
    model = matrix_model(scaler, clusterer)
    # the segments are counted the other way round, as by what they are worth
    numbers = tuple(reversed(model.numbers))
    return clusterer, replace(model, numbers=numbers)


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
    assigned = fitted[1].assign_features(features)
    assert assigned.index.equals(features.index)
    assert (assigned["segment"] != assigned["runner_up"]).all()
    assert assigned["confidence"].between(0, 1).all()
    assert (assigned["segment"] == fitted[1].predict(features)).all()
    names = "Segment " + assigned["segment"].astype("str")
    assert (assigned["segment_name"] == names).all()


def test_who_cannot_be_placed_is_in_a_group_apart(features, fitted):
    odd = features.copy()
    odd.iloc[0, 0], odd.iloc[1, 1], odd.iloc[2, 2] = np.nan, np.inf, -1e308
    assigned = fitted[1].assign_features(odd, "sv")
    apart = assigned.head(3)
    assert apart["segment"].isna().all()
    assert apart["runner_up"].isna().all()
    assert apart["unlike_any"].isna().all()
    assert apart["confidence"].isna().all()
    assert apart["segment_key"].tolist() == ["unscorable"] * 3
    assert apart["segment_name"].tolist() == ["Ej klassificerade"] * 3
    rest = fitted[1].assign_features(features).iloc[3:]
    pd.testing.assert_frame_equal(
        assigned.iloc[3:].drop(columns="segment_name"),
        rest.drop(columns="segment_name"),
    )


def test_gaps_are_filled_as_they_were_at_the_fit(features, fitted):
    model = fitted[1]
    rules = [MissingRule.MEDIAN, MissingRule.ZERO, MissingRule.TENURE]
    filled = replace(
        model,
        features=tuple(
            ModelFeature(one.name, missing=rule, filling=filling)
            for one, rule, filling in zip(
                model.features, rules, [7.0, 0.0, 0.0], strict=True
            )
        ),
    )
    holes = features.assign(tenure_days=3.0)
    holes.iloc[0, :3] = np.nan
    by_hand = features.copy()
    by_hand.iloc[0] = [7.0, 0.0, 3.0]
    pd.testing.assert_frame_equal(
        filled.assign_features(holes), model.assign_features(by_hand)
    )
    with pytest.raises(InputError, match=r"ASG_E_FEATURE_MISSING.*needs tenure_days"):
        filled.assign_features(holes[["a", "b", "c"]])


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


def test_names_come_in_the_language_of_a_locale():
    segment = ModelSegment(1, "champions", {"en": "Champions", "nb": "Toppkunder"})
    assert segment.name("no_NO") == "Toppkunder"
    assert segment.name("sv") == "Champions"
    with pytest.warns(LanguageWarning, match="no texts in 'fi'"):
        assert segment.name("fi") == "Champions"

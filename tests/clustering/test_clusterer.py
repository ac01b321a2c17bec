"""Segments found, k chosen, and the same answer every time."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline

from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.errors import InputError, StructureError, StructureWarning

CENTRES = np.array([[0, 0, 0], [6, 0, 0], [0, 6, 0], [0, 0, 6], [6, 6, 6], [-6, 3, 1]])


def planted(k=6, n=90, seed=0):
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(k), n)
    return CENTRES[truth] + rng.normal(size=(k * n, 3)), truth


def fingerprint(model):
    rule = model.rule_
    arrays = (rule.weights, rule.means, rule.whiteners, model.labels_)
    return joblib.hash([array.tobytes() for array in arrays])


@pytest.fixture(scope="module")
def fitted():
    X, truth = planted()
    return X, truth, AutoClusterer().fit(X)


def test_planted_segments_are_found(fitted):
    _, truth, model = fitted
    assert model.n_clusters_ == 6
    assert adjusted_rand_score(model.labels_, truth) > 0.95
    assert model.selection_.verdict == "clear"


def test_predict_on_the_same_customers_gives_the_labels(fitted):
    X, _, model = fitted
    assert np.array_equal(model.predict(X), model.labels_)
    assert np.array_equal(model.predict_proba(X).argmax(axis=1), model.labels_)


def test_the_public_use_is_a_pipeline():
    X, truth = planted()
    X = np.exp(0.5 * X)
    pipeline = make_pipeline(CustomerScaler(), AutoClusterer(target=(5, 7)))
    assert adjusted_rand_score(pipeline.fit_predict(X), truth) > 0.9
    frame = pd.DataFrame(X, columns=["recency_days", "frequency", "monetary"])
    pipeline.fit(frame)
    assert pipeline[-1].selection_.candidates[0].value_explained is not None


def test_the_order_of_rows_changes_no_bit(fitted):
    X, _, model = fitted
    order = np.random.default_rng(1).permutation(len(X))
    again = AutoClusterer().fit(X[order])
    assert again.rule_.means.tobytes() == model.rule_.means.tobytes()
    assert np.array_equal(again.labels_, model.labels_[order])


def test_the_number_of_jobs_changes_no_bit(fitted):
    X, _, model = fitted
    assert fingerprint(AutoClusterer(n_jobs=2).fit(X)) == fingerprint(model)


def test_another_seed_gives_the_same_segments(fitted):
    X, _, model = fitted
    other = AutoClusterer(random_state=11).fit(X)
    assert np.array_equal(other.labels_, model.labels_)


def test_a_sample_is_the_same_whatever_the_order_and_the_rest_is_assigned():
    X, truth = planted(n=300)
    model = AutoClusterer(sample_size=500).fit(X)
    again = AutoClusterer(sample_size=500).fit(X[::-1])
    assert model.selection_.n_rows == 500
    assert np.array_equal(again.labels_[::-1], model.labels_)
    assert adjusted_rand_score(model.labels_, truth) > 0.95


def test_a_number_outside_the_target_survives_when_the_data_insist():
    X, truth = planted(k=3)
    model = AutoClusterer().fit(X)
    assert (model.n_clusters_, model.selection_.k_preferred) == (3, 3)
    assert adjusted_rand_score(model.labels_, truth) > 0.95


def test_strict_keeps_within_the_target_and_names_the_cost():
    X, _ = planted(k=3)
    selection = AutoClusterer(strict=True).fit(X).selection_
    assert 5 <= selection.k <= 7
    assert selection.k_preferred == 3
    assert selection.cost > 0.05


def test_a_target_beyond_the_range_extends_it():
    X, _ = planted(k=3)
    model = AutoClusterer(target=(4, 4), k_range=(1, 3), strict=True).fit(X)
    assert model.n_clusters_ == 4


def test_one_cloud_gets_the_verdict_none():
    X = np.random.default_rng(8).normal(size=(600, 4))
    assert AutoClusterer().fit(X).selection_.verdict == "none"


def test_only_the_asked_models_are_chosen_but_all_vote():
    X, _ = planted()
    selection = AutoClusterer(method="kmeans").fit(X).selection_
    assert selection.family == "kmeans"
    assert {c.family for c in selection.candidates} > {"kmeans", "t_vee"}


def test_every_segment_reaches_the_smallest_share(fitted):
    X, _, model = fitted
    assert np.bincount(model.labels_).min() >= 0.01 * len(X)


def test_customers_who_are_all_alike_are_one_segment():
    with pytest.warns(StructureWarning, match="all 30 customers are alike"):
        model = AutoClusterer().fit(np.ones((30, 2)))
    assert model.n_clusters_ == 1
    assert not model.labels_.any()


@pytest.mark.parametrize("distinct", [2, 3, 6])
def test_repeated_customers_do_no_harm(distinct):
    X = np.random.default_rng(0).normal(size=(distinct, 2))[np.arange(60) % distinct]
    model = AutoClusterer().fit(X)
    assert 1 <= model.n_clusters_ <= distinct


def test_counts_alone_do_no_harm():
    X = np.random.default_rng(0).poisson(2, size=(200, 3)).astype(float)
    assert np.array_equal(AutoClusterer().fit(X).predict(X).shape, (200,))


def test_one_column_is_enough():
    X = np.r_[np.linspace(0, 1, 50), np.linspace(9, 10, 50)][:, None]
    labels = AutoClusterer().fit(X).labels_
    assert len({*labels[:50]} & {*labels[50:]}) == 0


def test_columns_that_copy_each_other_do_no_harm():
    X, truth = planted()
    model = AutoClusterer().fit(np.hstack([X, X[:, :1] * 2]))
    assert adjusted_rand_score(model.labels_, truth) > 0.9


def test_value_columns_are_found_inside_merged_ones():
    X, _ = planted()
    frame = pd.DataFrame(X, columns=["frequency - mean_gap_days", "a", "b"])
    explained = AutoClusterer().fit(frame).selection_.candidates[-1].value_explained
    assert 0 < explained < 1
    none = AutoClusterer(value_columns=None).fit(frame).selection_.candidates[-1]
    assert none.value_explained is None
    named = AutoClusterer(value_columns=["a"]).fit(frame).selection_.candidates[-1]
    assert named.value_explained is not None


def test_a_value_column_that_is_not_there_is_refused():
    frame = pd.DataFrame(planted()[0], columns=["a", "b", "c"])
    with pytest.raises(InputError, match="value_columns is 'spend'"):
        AutoClusterer(value_columns=["spend"]).fit(frame)


def test_too_few_customers_are_refused_with_need_and_have():
    with pytest.raises(StructureError, match="need at least 10 customers; have") as e:
        AutoClusterer().fit(np.arange(8.0)[:, None])
    assert e.value.codes == ("ASG_E_TOO_FEW_CUSTOMERS",)


def test_strict_with_too_few_different_customers_is_refused():
    X = np.arange(60.0)[:, None] % 3
    with pytest.raises(StructureError, match="the different customers allow 3"):
        AutoClusterer(strict=True).fit(X)


def test_a_smallest_share_that_nothing_keeps_is_given_up_with_a_warning():
    X, _ = planted(k=3)
    with pytest.warns(StructureWarning, match="smaller ones are allowed"):
        model = AutoClusterer(strict=True, min_share=0.3).fit(X)
    assert 5 <= model.n_clusters_ <= 7


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"target": (7, 5)}, r"target is \(7, 5\)"),
        ({"k_range": (0, 5)}, r"k_range is \(0, 5\)"),
        ({"method": "magic"}, "one of auto, kmeans, gmm"),
        ({"value_columns": "spend"}, "value_columns is 'spend'"),
        ({"min_share": 1.5}, "min_share is 1.5"),
        ({"sample_size": 3}, "give 10 or more"),
    ],
)
def test_settings_without_meaning_are_refused(settings, words):
    with pytest.raises(InputError, match=words):
        AutoClusterer(**settings).fit(np.eye(12))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(bad):
    X = np.eye(12)
    X[0, 0] = bad
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        AutoClusterer().fit(X)


def test_small_segments_are_looked_at_where_they_have_enough_rows(monkeypatch):
    rng = np.random.default_rng(2)
    # 10 rows of a sample of 500 are in the smallest segment
    truth = rng.choice(4, 8000, p=[0.4, 0.3, 0.28, 0.02])
    centres = np.array([[0, 0, 0], [7, 0, 0], [0, 7, 0], [2.6, 2.6, 2.6]])
    X = np.c_[centres, np.zeros(4)][truth] + rng.normal(size=(8000, 4))

    def overlap(model):
        parts = [model.labels_ == j for j in range(model.n_clusters_)]
        small = truth == 3
        return max((small & part).sum() / (small | part).sum() for part in parts)

    closer = AutoClusterer(sample_size=500).fit(X)
    monkeypatch.setattr(AutoClusterer, "_look_closer", lambda *given: given[2])
    once = AutoClusterer(sample_size=500).fit(X)
    assert overlap(once) < 0.1
    assert overlap(closer) > 0.7
    assert closer.n_clusters_ > once.n_clusters_


def test_a_heavier_value_changes_what_is_delivered_and_not_what_is_there():
    rng = np.random.default_rng(5)
    kind = np.repeat([-3.0, 3.0], 300)
    spend = rng.normal(size=600)
    X = pd.DataFrame(
        {
            "recency_days": rng.normal(size=600),
            "monetary": spend,
            "weekend_share": kind + rng.normal(size=600),
        }
    )
    light, heavy = (
        AutoClusterer(value_weight=weight, target=(2, 6)).fit(X) for weight in (0, 4)
    )
    assert light.selection_.k_preferred == heavy.selection_.k_preferred == 2
    assert light.selection_.verdict == heavy.selection_.verdict
    explained = [
        model.selection_.to_frame().query("delivered")["value_explained"].item()
        for model in (light, heavy)
    ]
    assert explained[1] > explained[0] + 0.2


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_a_weight_of_value_that_means_nothing_is_refused(weight):
    with pytest.raises(InputError, match=r"value_weight is .*give a number, 0 or more"):
        AutoClusterer(value_weight=weight).fit(np.eye(12))


@pytest.mark.parametrize("n_rows", [900, 5000])
def test_the_map_of_persistence_shows_the_segments_that_are_delivered(n_rows):
    rng = np.random.default_rng(4)
    truth = rng.choice(3, n_rows, p=[0.5, 0.3, 0.2])
    X = np.array([[0, 0], [5, 0], [0, 6]])[truth] + rng.normal(size=(n_rows, 2))
    model = AutoClusterer(sample_size=1000).fit(X)
    found = [
        one.share
        for one in model.selection_.persistence.segments
        if one.k == model.n_clusters_
    ]
    shares = np.bincount(model.labels_) / n_rows
    assert found == pytest.approx(shares, abs=1e-9 if n_rows <= 1000 else 0.05)

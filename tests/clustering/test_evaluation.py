"""A user's own segmentation beside ours: planted cases, and whatever it is called."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

import autoseg
from autoseg.clustering import CustomerScaler, evaluate_segmentation
from autoseg.errors import InputError, InputWarning, StructureError

NAMES = ["recency_days", "frequency", "other"]


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], [100, 80, 60])
    centres = np.array([[0, 0, 0], [8, 0, 4], [0, 8, 8]])
    X = centres[truth] + rng.normal(size=(240, 3))
    index = pd.Index([f"c{i:03}" for i in range(240)], name="customer_id")
    frame = pd.DataFrame(X, columns=NAMES, index=index)
    return frame, pd.Series(np.array(["big", "mid", "small"])[truth], index=index)


@pytest.fixture(scope="module")
def judged(planted):
    return evaluate_segmentation(*planted, n_resamples=5)


def test_the_truth_and_ours_are_the_same(judged):
    assert judged.agreement == 1
    assert judged.verdict == "clear"
    assert [s.name for s in judged.yours.segments] == ["big", "mid", "small"]
    assert [s.n_customers for s in judged.yours.segments] == [100, 80, 60]
    assert judged.yours.recovered > 0.95
    assert judged.yours.tree_accuracy > 0.95
    assert judged.stability.n_resamples == 5
    assert sorted(sum(judged.overlap, ())) == [0] * 6 + [60, 80, 100]


def test_both_are_judged_alike(judged):
    # the same partition by other numbers, so every criterion is the same
    frame = judged.to_frame()
    assert list(frame.columns) == ["yours", "autoseg"]
    assert frame["yours"].to_numpy() == pytest.approx(frame["autoseg"].to_numpy())


def test_criteria_equal_scikit_learns_on_the_scaled_columns(planted, judged):
    frame, labels = planted
    scaled = CustomerScaler().fit_transform(frame)
    yours = judged.yours
    assert yours.silhouette == pytest.approx(metrics.silhouette_score(scaled, labels))
    davies_bouldin = metrics.davies_bouldin_score(scaled, labels)
    assert yours.davies_bouldin == pytest.approx(davies_bouldin)
    calinski_harabasz = metrics.calinski_harabasz_score(scaled, labels)
    assert yours.calinski_harabasz == pytest.approx(calinski_harabasz)


def test_value_explained_by_hand():
    # no scaling but the standard one: total 10, between 9, as in test_criteria
    frame = pd.DataFrame({"monetary": [-2.0, -1, 1, 2] * 5, "x": np.arange(20.0)})
    labels = ["a", "a", "b", "b"] * 5
    found = evaluate_segmentation(frame, labels, compare_with=None, n_resamples=0)
    assert found.yours.value_explained == pytest.approx({"monetary": 0.9})


def test_worse_segments_look_worse(planted):
    frame, _ = planted
    at_random = np.random.default_rng(0).integers(0, 3, 240)
    found = evaluate_segmentation(frame, at_random, n_resamples=5)
    assert found.agreement == pytest.approx(0, abs=0.05)
    both = found.to_frame()
    better = ["silhouette", "calinski_harabasz", "recovered_lowest", "tree_accuracy"]
    better += ["value_explained: recency_days", "value_explained: frequency"]
    assert (both.loc[better, "autoseg"] > both.loc[better, "yours"]).all()
    assert both.loc["davies_bouldin", "autoseg"] < both.loc["davies_bouldin", "yours"]


def figures(found):
    rows = found.segments_frame().drop(columns="name")
    return found.to_frame(), rows, found.overlap, found.agreement, found.stability


def test_neither_order_nor_names_nor_jobs_change_a_bit(planted, judged):
    frame, labels = planted
    order = np.random.default_rng(1).permutation(240)
    renamed = labels.map({"big": 7, "mid": 3, "small": 5})
    again = evaluate_segmentation(frame.iloc[order], renamed, n_resamples=5, n_jobs=2)
    for one, other in zip(figures(judged), figures(again), strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, check_exact=True)
        else:
            assert one == other


def test_without_comparison_there_is_one_column(planted):
    found = evaluate_segmentation(*planted, compare_with=None, n_resamples=0)
    assert found.to_frame().columns.tolist() == ["yours"]
    assert (found.ours, found.agreement, found.stability) == (None, None, None)
    assert found.overlap_frame().shape == (3, 0)
    assert found.yours.recovered is None
    assert "autoseg" not in found.summary()


def test_frames_of_segments_and_overlap(judged):
    segments = judged.segments_frame()
    assert segments["segmentation"].tolist() == ["yours"] * 3 + ["autoseg"] * 3
    assert segments["n_customers"].sum() == 480
    overlap = judged.overlap_frame()
    assert overlap.index.tolist() == ["big", "mid", "small"]
    assert overlap.sum(axis=1).tolist() == [100, 80, 60]


def test_customers_without_a_label_are_counted(planted):
    frame, labels = planted
    with pytest.warns(InputWarning, match="ASG_W_UNLABELLED.*2 of 240"):
        found = evaluate_segmentation(
            frame, labels.iloc[2:], compare_with=None, n_resamples=0
        )
    assert (found.n_customers, found.n_unlabelled) == (238, 2)
    assert "2 customers without a label are left out." in found.summary()


def test_no_structure_is_said():
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(200, 3)), columns=NAMES)
    found = evaluate_segmentation(
        frame, np.arange(200) % 2, value_columns=None, n_resamples=2
    )
    assert found.verdict == "none"
    text = found.summary()
    assert "leaves the same customers in one segment" in text or "slices" in text
    assert "The measures hardly tell the segments apart" in text


def test_columns_that_are_merged_or_constant_are_still_judged(planted):
    frame, labels = planted
    frame = frame.assign(monetary=2 * frame["frequency"] + 1, flat=4.0)
    with (
        pytest.warns(InputWarning, match="ASG_W_CONSTANT_COLUMN"),
        pytest.warns(InputWarning, match="ASG_W_REPEATED_COLUMN"),
    ):
        found = evaluate_segmentation(
            frame, labels, value_columns=["monetary", "flat"], n_resamples=0
        )
    assert list(found.yours.value_explained) == ["monetary", "flat"]
    assert found.yours.value_explained["flat"] == 0
    assert found.yours.value_explained["monetary"] > 0.8


def test_it_is_public(planted):
    assert autoseg.evaluate_segmentation is evaluate_segmentation


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"compare_with": "mclust"}, r"ASG_E_SETTING.*compare_with is 'mclust'"),
        ({"value_columns": "monetary"}, r"value_columns is 'monetary'.*give 'auto'"),
        ({"value_columns": ["spend"]}, r"value_columns is 'spend'.*names of columns"),
        ({"n_resamples": -1}, r"n_resamples is -1"),
    ],
)
def test_settings_without_meaning_are_refused(planted, settings, match):
    with pytest.raises(InputError, match=match):
        evaluate_segmentation(*planted, **settings)


def test_columns_without_names_cannot_be_named(planted):
    frame, labels = planted
    with pytest.raises(InputError, match="value_columns is 'x0'"):
        evaluate_segmentation(frame.to_numpy(), labels.to_numpy(), value_columns=["x0"])


def test_a_handful_of_customers_is_refused():
    with pytest.raises(StructureError, match="need at least 10 customers"):
        evaluate_segmentation(np.arange(6.0)[:, None], [0, 0, 0, 1, 1, 1])


def test_labels_of_another_length_are_refused(planted):
    with pytest.raises(InputError, match=r"ASG_E_LABELS.*shape \(3,\) for 240"):
        evaluate_segmentation(planted[0], [1, 2, 3])

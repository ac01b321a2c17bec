"""A user's labels beside the features: each kind that fits, each that does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.clustering.ownlabels import read_labelled
from autoseg.errors import InputError, InputWarning

IDS = pd.Index(["ann", "bo", "cy", "di", "eva"], name="customer_id")
FRAME = pd.DataFrame({"spend": [5.0, 1, 4, 2, 3], "visits": [1, 1, 2, 2, 3]}, index=IDS)


def test_rows_are_sorted_and_the_largest_segment_comes_first():
    found = read_labelled(FRAME, ["low", "high", "low", "high", "low"])
    assert found.names == ("low", "high")
    assert found.features["spend"].tolist() == [1, 2, 3, 4, 5]
    assert found.labels.tolist() == [1, 1, 0, 0, 0]
    assert (found.named_columns, found.n_unlabelled) == (True, 0)


def test_segments_of_one_size_are_sorted_by_centre_whatever_their_names():
    X = np.array([[0.0], [1.0], [8.0], [9.0]])
    assert read_labelled(X, ["z", "z", "a", "a"]).names == ("z", "a")
    assert read_labelled(X, [1, 1, 2, 2]).labels.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "labels",
    [
        [1, 2, 1, 2, 1],
        np.array([1.0, 2.0, 1.0, 2.0, 1.0]),
        ["1", " 2", "1 ", "2", "1"],
        pd.Categorical(["1", "2", "1", "2", "1"], categories=["3", "2", "1"]),
        pd.array([1, 2, 1, 2, 1], dtype="Int64"),
        pd.Series([2, 1, 1, 2, 1], index=["bo", "ann", "cy", "di", "eva"]),
    ],
)
def test_labels_of_any_type_are_read(labels):
    found = read_labelled(FRAME, labels)
    assert found.names == ("1", "2")
    assert found.labels.tolist() == [1, 1, 0, 0, 0]


def test_features_come_from_a_feature_table():
    from datetime import date

    from autoseg.features import CATALOGUE, FeatureTable

    names = ["recency_days", "frequency", "monetary", "tenure_days", "mean_gap_days"]
    index = pd.Index(list("abcd"), name="customer_id")
    values = np.arange(20.0).reshape(4, 5)
    values[0, 4] = np.nan
    table = FeatureTable(
        frame=pd.DataFrame(values, index=index, columns=names),
        revenue=pd.Series([1, 2, 3, 4], index=index),
        features=tuple(CATALOGUE[name] for name in names),
        as_of=date(2012, 1, 1),
        first_day=None,
        last_day=None,
        currency=None,
    )
    labels = pd.Series(["x", "x", "y", "y"], index=list("dcba"))
    found = read_labelled(table, labels)
    assert list(found.features.columns) == list(table.matrix().columns)
    assert [found.names[i] for i in found.labels] == ["y", "y", "x", "x"]


def test_polars_frames_keep_their_names():
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(FRAME.reset_index(drop=True))
    labels = polars.Series(["a", "a", "b", "b", "b"])
    assert list(read_labelled(frame, labels).features.columns) == ["spend", "visits"]


def test_customers_without_a_label_are_counted_and_left_out():
    labels = ["a", None, "a", " ", "a", "b", "b", np.nan, pd.NA]
    X = np.arange(9.0)[:, None]
    with pytest.warns(InputWarning, match=r"ASG_W_UNLABELLED.*4 of 9 customers"):
        found = read_labelled(X, labels)
    assert (found.n_unlabelled, len(found.labels)) == (4, 5)


def test_customers_that_a_series_lacks_are_left_out():
    labels = pd.Series(["a", "a", "b", "b"], index=["eva", "ann", "bo", "cy"])
    with pytest.warns(InputWarning, match="1 of 5 customers have no label"):
        found = read_labelled(FRAME, labels)
    assert found.features["spend"].tolist() == [1, 3, 4, 5]


def test_gaps_of_customers_without_a_label_do_not_matter():
    X = np.array([[np.nan], [1.0], [2.0], [3.0], [4.0]])
    with pytest.warns(InputWarning, match="1 of 5"):
        assert len(read_labelled(X, [None, 1, 1, 2, 2]).labels) == 4


def test_the_features_of_the_caller_stay_as_they_are():
    before = FRAME.copy()
    read_labelled(FRAME, [1, 1, 2, 2, 2])
    pd.testing.assert_frame_equal(FRAME, before)


TWICE = pd.Index(["ann", "ann", "bo", "cy", "di"])


@pytest.mark.parametrize(
    ("features", "labels", "match"),
    [
        (FRAME, [1, 2, 1], r"ASG_E_LABELS.*labels of shape \(3,\) for 5 customers"),
        (FRAME, [[1, 2]] * 5, r"labels of shape \(5, 2\) for 5 customers"),
        (FRAME, "aabbb", r"labels of shape \(\) for 5 customers"),
        (
            FRAME,
            pd.Series([1, 1, 2, 2, 2, 2, 2]),
            r"7 of 7 labels belong to customers that the features do not have: "
            r"'0', '1', '2', '3', '4' \(\+2 more\)",
        ),
        (
            FRAME,
            pd.Series(1, index=[*IDS, "flo"]),
            r"1 of 6 labels belong to .*: 'flo'",
        ),
        (
            FRAME,
            pd.Series([1, 1, 2, 2, 2], index=TWICE),
            r"1 customers more than once in the index of the labels: 'ann'",
        ),
        (
            FRAME.set_axis(TWICE),
            pd.Series([1, 1, 2, 2, 2], index=IDS),
            r"1 customers more than once in the index of the features: 'ann'",
        ),
        (FRAME, ["a"] * 5, r"ASG_E_LABELS.*one label only, 'a'"),
        (FRAME, [None] * 5, r"ASG_E_LABELS.*no label at all"),
        (FRAME, list("aabbc"), r"1 of 3 labels with one customer: 'c'"),
        (
            FRAME.assign(spend=[1, np.nan, np.inf, 2, 3]),
            list("aabbb"),
            r"ASG_E_NOT_FINITE.*2 of 5 customers have gaps or infinite values",
        ),
        (
            FRAME.assign(spend=pd.array([1, None, 3, 2, 3], dtype="Int64")),
            list("aabbb"),
            r"ASG_E_NOT_FINITE.*1 of 5 customers",
        ),
        (
            FRAME.assign(town="Oslo"),
            list("aabbb"),
            r"ASG_E_INPUT_TYPE.*no numbers in the column 'town'",
        ),
        (FRAME[[]], list("aabbb"), r"ASG_E_INPUT_TYPE.*without a column or a row"),
    ],
)
def test_what_does_not_fit_is_refused(features, labels, match):
    with pytest.raises(InputError, match=match):
        read_labelled(features, labels)


@given(st.permutations(range(12)), st.permutations(["a", "b", "c"]))
def test_neither_order_nor_names_change_what_comes_out(order, names):
    X = np.array([0, 0, 0, 1, 1, 2, 2, 3, 5, 5, 8, 8.0])[:, None] / 3
    codes = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
    once = read_labelled(X, np.array(["x", "y", "z"])[codes])
    again = read_labelled(X[order], np.array(names)[codes][order])
    assert once.features.equals(again.features)
    assert np.array_equal(once.labels, again.labels)

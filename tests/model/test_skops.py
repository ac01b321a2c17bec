"""A pipeline in a file of skops: it predicts the same, and only ours is in it."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from autoseg.errors import InputError, MissingDependencyError, OutputError
from autoseg.model import SKOPS_TYPES, ModelCard


@pytest.fixture(scope="module")
def model(segmentation):
    return segmentation.model


@pytest.fixture(scope="module")
def file(skops_io, model, tmp_path_factory):
    return model.to_skops(tmp_path_factory.mktemp("skops") / "segments.skops")


def test_what_is_read_predicts_the_same(skops_io, file, segmentation):
    read = skops_io.load(file, trusted=SKOPS_TYPES)
    frame = segmentation.features.frame
    X = frame[list(read.feature_names_in_)]
    # the fixture asks for features that some customers lack
    assert X.isna().to_numpy().any()
    np.testing.assert_array_equal(read.predict(X), segmentation.labels)
    np.testing.assert_array_equal(
        read.predict_proba(X), segmentation.model.to_sklearn().predict_proba(X)
    )


def test_only_our_own_types_have_to_be_trusted(skops_io, file):
    assert sorted(skops_io.get_untrusted_types(file=file)) == sorted(SKOPS_TYPES)
    assert all(name.startswith("autoseg.") for name in SKOPS_TYPES)


def test_nothing_is_read_that_is_not_trusted(skops_io, file):
    with pytest.raises(TypeError, match="SegmentPredictor"):
        skops_io.load(file, trusted=[])


def test_a_segment_of_few_is_not_written(skops_io, model, tmp_path):
    few = replace(model.segments[0], n_customers=None)
    small = replace(
        model,
        card=ModelCard(n_customers=300),
        segments=(few, *model.segments[1:]),
    )
    with pytest.raises(InputError, match="ASG_E_MODEL_SMALL_SEGMENT"):
        small.to_skops(tmp_path / "segments.skops")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(skops_io, model, tmp_path):
    with pytest.raises(OutputError, match="ASG_E_OUTPUT"):
        model.to_skops(tmp_path / "nowhere" / "segments.skops")


def test_without_the_package_the_extra_is_named(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(
        MissingDependencyError, match=r"to_skops needs the package skops.*\[skops\]"
    ):
        model.to_skops(tmp_path / "segments.skops")

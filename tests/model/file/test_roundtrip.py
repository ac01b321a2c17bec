"""What is read is what was written, to the last bit, and so are the bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import autoseg
from autoseg.clustering import FAMILIES, TIERS, ClusterRule
from autoseg.errors import InputError, OutputError
from autoseg.model import (
    MODEL_FILE,
    ModelFeature,
    SegmentModel,
    load_model,
    model_bytes,
)

EVERY = ("kmeans", *FAMILIES, TIERS)


def assert_same(read, model):
    for name in ("weights", "means", "whiteners"):
        ours, theirs = getattr(read.rule, name), getattr(model.rule, name)
        assert ours.dtype == np.float64
        assert ours.flags.writeable
        assert ours.tobytes() == np.ascontiguousarray(theirs).tobytes()
    assert json.dumps(read.to_dict()) == json.dumps(model.to_dict())
    for part in ("features", "columns", "outputs", "numbers", "segments", "window",
                 "card", "far"):  # fmt: skip
        assert getattr(read, part) == getattr(model, part)
    assert read.settings == dict(model.settings)


@pytest.mark.parametrize("family", EVERY)
@pytest.mark.parametrize("tables", [True, False], ids=["tables", "matrix"])
def test_a_model_is_read_as_it_was(make_model, family, tables):
    model = make_model(family, tables=tables)
    content = model_bytes(model)
    read = load_model(content)
    assert_same(read, model)
    assert model_bytes(read) == content


FLOATS = st.floats(-1e100, 1e100)
WIDTHS = st.floats(1e-50, 1e50)


@st.composite
def rules(draw) -> ClusterRule:
    family = draw(st.sampled_from(EVERY))
    k = draw(st.integers(1, 4))
    means = draw(arrays(np.float64, (k, 5), elements=FLOATS))
    if family == "kmeans":
        return ClusterRule.of_centres(means, draw(st.floats(1e-9, 1e9)))
    whiteners = np.triu(draw(arrays(np.float64, (k, 5, 5), elements=FLOATS)))
    diagonals = draw(arrays(np.float64, (k, 5), elements=WIDTHS))
    whiteners[:, range(5), range(5)] = diagonals
    shares = draw(arrays(np.float64, (k,), elements=st.floats(1e-3, 1e3)))
    weights = shares / shares.sum()
    return ClusterRule(family, weights, means, whiteners, FAMILIES.get(family))


@settings(max_examples=30)
@given(rule=rules(), filling=FLOATS, purpose=st.text(max_size=40), data=st.data())
def test_any_model_is_read_as_it_was(make_model, rule, filling, purpose, data):
    tables = data.draw(st.booleans())
    model = make_model(rule.family, tables=tables, k=rule.k)
    first = replace(model.features[0], filling=filling)
    columns = tuple(
        replace(one, mean=data.draw(FLOATS), scale=data.draw(WIDTHS))
        for one in model.columns
    )
    model = replace(
        model,
        rule=rule,
        features=(first, *model.features[1:]),
        columns=columns,
        card=replace(model.card, purpose=purpose),
    )
    assert_same(load_model(model_bytes(model)), model)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), family=st.sampled_from(EVERY))
def test_a_model_that_was_read_predicts_the_same(make_model, seed, family):
    model = make_model(family, seed=seed)
    read = load_model(model_bytes(model))
    rng = np.random.default_rng(seed)
    frame = rng.lognormal(1.0, 2.0, size=(50, 6))
    features = pd.DataFrame(frame, columns=list(model.feature_names))
    np.testing.assert_array_equal(read.predict(features), model.predict(features))
    assert (
        read.predict_proba(features).tobytes()
        == model.predict_proba(features).tobytes()
    )
    pd.testing.assert_frame_equal(
        read.assign_features(features, "nb"), model.assign_features(features, "nb")
    )


def test_every_kind_of_feature_is_read_as_it_was(make_model, every_definition):
    model = make_model()
    for one in every_definition:
        feature = ModelFeature(one.name, definition=one, missing=one.missing)
        columns = (replace(model.columns[0], name=one.name), *model.columns[1:])
        features = (feature, *model.features[1:])
        names = [each.name for each in features]
        if len(set(names)) < len(names):
            continue
        changed = replace(model, features=features, columns=columns)
        read = load_model(model_bytes(changed)).features[0].definition
        assert read == one
        assert read.sql == one.sql


def test_a_file_is_a_zip_that_other_programs_read(make_model, tmp_path):
    path = make_model("full").save(tmp_path / MODEL_FILE)
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert package.namelist() == [
            "manifest.json", "weights.npy", "means.npy", "whiteners.npy", "SHA256SUMS",
        ]  # fmt: skip
        contents = {name: package.read(name) for name in package.namelist()}
    sums = contents.pop("SHA256SUMS").decode()
    assert sums == "".join(
        f"{hashlib.sha256(one).hexdigest()}  {name}\n" for name, one in contents.items()
    )
    for name in ("weights", "means", "whiteners"):
        array = np.load(io.BytesIO(contents[f"{name}.npy"]), allow_pickle=False)
        np.testing.assert_array_equal(array, getattr(make_model("full").rule, name))
        again = io.BytesIO()
        np.save(again, array, allow_pickle=False)
        assert again.getvalue() == contents[f"{name}.npy"]
    assert b"NaN" not in contents["manifest.json"]


def test_another_process_writes_the_same_bytes(make_model, tmp_path):
    path = make_model("t_full").save(tmp_path / MODEL_FILE)
    again = tmp_path / "again.autoseg"
    script = "import autoseg, sys; autoseg.load(sys.argv[1]).save(sys.argv[2])"
    subprocess.run(
        [sys.executable, "-c", script, str(path), str(again)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert again.read_bytes() == path.read_bytes()


def test_a_file_is_read_from_a_path_bytes_or_an_open_file(make_model, tmp_path):
    model = make_model()
    path = model.save(tmp_path / MODEL_FILE)
    assert path == tmp_path / MODEL_FILE
    with path.open("rb") as opened:
        for file in (path, str(path), path.read_bytes(), opened):
            assert_same(autoseg.load(file), model)
    assert_same(SegmentModel.load(path), model)


def test_what_is_no_file_is_refused():
    for wrong in (4, io.StringIO("text"), None):
        with pytest.raises(InputError, match=r"ASG_E_INPUT_TYPE: the model: a \w+ giv"):
            load_model(wrong)


def test_a_model_that_could_not_be_read_is_not_written(make_model, tmp_path):
    model = make_model()
    nameless = replace(model.segments[0], names={"en": "<b>"})
    broken = replace(model, segments=(nameless, *model.segments[1:]))
    with pytest.raises(InputError, match=r"names\.en is '<' or '>'"):
        broken.save(tmp_path / MODEL_FILE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("far", [np.nan, np.inf])
def test_a_number_that_is_none_is_not_written(make_model, far):
    with pytest.raises(InputError, match="the model: it holds a number that is not fi"):
        model_bytes(replace(make_model(), far=far))


def test_half_a_letter_is_not_written(make_model):
    model = make_model()
    odd = replace(model, card=replace(model.card, purpose="\ud800"))
    with pytest.raises(InputError, match="its manifest is no text in UTF-8"):
        model_bytes(odd)


def test_a_feature_that_a_file_cannot_tell_is_named(make_model):
    model = make_model()
    changed = replace(model.features[0].definition, sql="MAX(age) + 1")
    feature = replace(model.features[0], definition=changed)
    odd = replace(model, features=(feature, *model.features[1:]))
    found = r"ASG_E_MODEL_FEATURE: the feature 'recency_days': it is none of the cat"
    with pytest.raises(InputError, match=found):
        model_bytes(odd)


def test_a_file_that_cannot_be_written_leaves_the_old_one(make_model, tmp_path):
    with pytest.raises(OutputError, match="ASG_E_OUTPUT"):
        make_model().save(tmp_path / "nowhere" / MODEL_FILE)


def test_a_segment_of_a_few_customers_is_not_kept(make_model, tmp_path):
    model = make_model()
    for n in (None, 9):
        few = replace(model.segments[1], n_customers=n)
        small = replace(model, segments=(model.segments[0], few, model.segments[2]))
        with pytest.raises(InputError, match=r"ASG_E_MODEL_SMALL_SEGMENT.*segment 2 of"
                           r" 400 customers has fewer.*min_share=0\.025"):  # fmt: skip
            small.save(tmp_path / MODEL_FILE)
    assert list(tmp_path.iterdir()) == []
    enough = replace(model.segments[1], n_customers=10)
    replace(model, segments=(model.segments[0], enough, model.segments[2])).save(
        tmp_path / MODEL_FILE
    )

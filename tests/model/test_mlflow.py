"""A model in MLflow: our file, read by our module, with a signature that holds."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import autoseg
from autoseg.errors import InputError, MissingDependencyError
from autoseg.features import MissingRule
from autoseg.model import SKOPS_TYPES, pyfunc

# MLflow's own: of how it asks pandas
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def model(segmentation):
    return segmentation.model


@pytest.fixture(scope="module")
def folder(mlflow, model, tmp_path_factory):
    path = tmp_path_factory.mktemp("mlflow") / "segments"
    pyfunc.save_model(model, path)
    return path


@pytest.fixture(scope="module")
def frame(segmentation, model) -> pd.DataFrame:
    return segmentation.features.frame[[*model.feature_names, "tenure_days"]]


def test_it_predicts_the_frame_of_the_model(mlflow, folder, frame, model):
    loaded = mlflow.pyfunc.load_model(str(folder))
    assert frame.isna().to_numpy().any()
    pd.testing.assert_frame_equal(loaded.predict(frame), model.assign_features(frame))


def test_the_language_is_a_parameter(mlflow, folder, frame, model):
    loaded = mlflow.pyfunc.load_model(str(folder))
    pd.testing.assert_frame_equal(
        loaded.predict(frame, params={"language": "da"}),
        model.assign_features(frame, "da"),
    )


def test_the_artefact_is_our_file_and_no_pickle(folder, model):
    files = {path.name: path for path in folder.rglob("*") if path.is_file()}
    assert autoseg.load(files["model.autoseg"]).to_dict() == model.to_dict()
    assert not [name for name in files if name.endswith((".pkl", ".pickle"))]
    told = files["MLmodel"].read_text()
    assert "loader_module: autoseg.model.pyfunc" in told
    assert "cloudpickle" not in told


def test_requirements_name_the_version_that_wrote_it(folder):
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert f"autoseg-customers=={version('autoseg-customers')}" in lines
    assert {line.split("==")[0] for line in lines} == {"mlflow", "autoseg-customers"}


def test_the_example_passes_the_signature_and_is_no_customer(
    mlflow, folder, frame, model
):
    loaded = mlflow.pyfunc.load_model(str(folder))
    assert loaded.metadata.get_input_schema().input_names() == frame.columns.tolist()
    example = json.loads((folder / "input_example.json").read_text())
    rows = pd.DataFrame(example["data"], columns=example["columns"])
    assert loaded.predict(rows)["segment"].between(1, model.rule.k).all()
    for row in rows.to_numpy():
        assert not np.isclose(frame.to_numpy(), row).all(axis=1).any()


def test_a_missing_feature_is_refused(mlflow, folder, frame):
    loaded = mlflow.pyfunc.load_model(str(folder))
    with pytest.raises(mlflow.exceptions.MlflowException, match="missing inputs"):
        loaded.predict(frame.drop(columns="monetary"))


def test_whole_numbers_have_to_be_made_doubles(mlflow, folder, frame):
    loaded = mlflow.pyfunc.load_model(str(folder))
    whole = frame.fillna(5.0).astype("int64")
    with pytest.raises(mlflow.exceptions.MlflowException, match="int64 to float64"):
        loaded.predict(whole)
    assert loaded.predict(whole.astype(float))["segment"].notna().all()


def test_tenure_is_asked_for_only_where_it_fills(model):
    plain = replace(
        model,
        features=tuple(
            replace(one, missing=MissingRule.NEVER, median=None)
            for one in model.features
        ),
    )
    example = pyfunc._example(plain)
    assert example.columns.tolist() == list(model.feature_names)
    assert example.to_numpy().tolist() == [[1.0] * 7, [2.0] * 7]


def test_a_run_keeps_it(mlflow, frame, model, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "runs").as_uri())
    with mlflow.start_run():
        logged = pyfunc.log_model(model, "segments")
    loaded = mlflow.pyfunc.load_model(logged.model_uri)
    pd.testing.assert_frame_equal(loaded.predict(frame), model.assign_features(frame))


def test_a_segment_of_few_is_not_written(mlflow, model, tmp_path):
    few = replace(model.segments[0], n_customers=None)
    small = replace(model, segments=(few, *model.segments[1:]))
    with pytest.raises(InputError, match="ASG_E_MODEL_SMALL_SEGMENT"):
        pyfunc.save_model(small, tmp_path / "segments")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("caller", ["save_model", "log_model"])
def test_without_the_package_the_extra_is_named(model, caller, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow.pyfunc", None)
    with pytest.raises(
        MissingDependencyError, match=rf"{caller} needs the package mlflow.*\[mlflow\]"
    ):
        getattr(pyfunc, caller)(model, "segments")


def test_the_section_of_the_guide_runs(
    skops_io, mlflow, segmentation, model, tmp_path, monkeypatch
):
    page = (Path(__file__).parents[2] / "docs/guide/model.md").read_text("utf-8")
    section = page.split("## scikit-learn, skops, MLflow")[1]
    blocks = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "runs").as_uri())
    found = {"autoseg": autoseg, "segmentation": segmentation, "model": model}
    exec("\n".join(blocks), found)  # noqa: S102
    numbers = found["pipeline"].predict(found["features"])
    np.testing.assert_array_equal(numbers, segmentation.labels)
    assert found["logged"].registered_model_version == 1
    for name in SKOPS_TYPES:
        assert f"`{name.rpartition('.')[2]}`" in section

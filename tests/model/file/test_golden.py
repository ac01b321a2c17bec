"""Files that earlier versions wrote are read, and are what is written today."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autoseg.errors import InputWarning
from autoseg.model import load_model, model_bytes

GOLDEN = Path(__file__).parents[1] / "golden"
MODELS = {
    "format-1-kmeans": ("kmeans", False),
    "format-1-full": ("full", True),
    "format-1-t": ("t_full", True),
}
WRITTEN_BY = "0.1.0"
PLACED = ["segment", "segment_key", "runner_up", "unlike_any"]


def read(name):
    with warnings.catch_warnings():
        # a feature may be computed otherwise by now; the file is read all the same
        warnings.simplefilter("ignore", InputWarning)
        return load_model(GOLDEN / f"{name}.autoseg")


def some_features(model):
    rng = np.random.default_rng(11)
    values = np.round(rng.lognormal(0.5, 1.5, size=(40, len(model.feature_names))), 3)
    index = pd.Index([f"row {j}" for j in range(40)], name="row")
    return pd.DataFrame(values, index=index, columns=list(model.feature_names))


@pytest.mark.parametrize("name", MODELS)
def test_a_golden_file_is_what_is_written_today(name, make_model):
    family, tables = MODELS[name]
    content = model_bytes(make_model(family, tables=tables), written_by=WRITTEN_BY)
    golden = GOLDEN / f"{name}.autoseg"
    if os.environ.get("AUTOSEG_WRITE_GOLDEN"):
        golden.write_bytes(content)
        model = load_model(content)
        features = some_features(model)
        placed = model.assign_features(features)
        table = features.join(placed[[*PLACED, "confidence"]])
        table.to_csv(golden.with_suffix(".csv"), lineterminator="\n")
    assert content == golden.read_bytes()


@pytest.mark.parametrize("name", MODELS)
def test_a_golden_file_places_customers_as_it_did(name):
    model = read(name)
    table = pd.read_csv(GOLDEN / f"{name}.csv", index_col="row")
    placed = model.assign_features(table[list(model.feature_names)])
    assert placed["segment"].nunique() == 3
    for column in PLACED:
        assert placed[column].tolist() == table[column].tolist(), column
    np.testing.assert_allclose(placed["confidence"], table["confidence"], rtol=1e-9)


def test_k_means_places_as_its_numbers_say_when_they_are_read_by_hand():
    model = read("format-1-kmeans")
    table = pd.read_csv(GOLDEN / "format-1-kmeans.csv", index_col="row")
    x = table[list(model.feature_names)].to_numpy()
    columns = []
    for j, one in enumerate(model.columns):
        f = {"log": lambda x, c: np.log(x + c), "log1p": lambda x, c: np.log1p(x / c),
             "identity": lambda x, _: x}[one.operation]  # fmt: skip
        cut = np.clip(f(x[:, j], one.offset), one.low, one.high)
        columns.append((cut - one.mean) / one.scale)
    merged = ((columns[0] - columns[1]) / 2 - 0.125) / 0.75
    out = np.column_stack([merged, *(2.0 * columns[j] for j in range(2, 6))])
    squared = ((out[:, None] - model.rule.means) ** 2).sum(axis=2)
    nearest = squared.argmin(axis=1)
    assert np.array(model.numbers)[nearest].tolist() == table["segment"].tolist()

"""The published schema is what is written, and refuses what the reader refuses."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import fields
from importlib.resources import files

import jsonschema
import pytest

from autoseg.clustering import OPERATIONS
from autoseg.features import MissingRule
from autoseg.features.own import _UNITS
from autoseg.locales import LANGUAGES
from autoseg.model import ModelFeature, model_bytes
from autoseg.model.readback import _FAMILIES, _VERDICTS

SCHEMA = json.loads(
    (files("autoseg.model") / "manifest-1.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def manifest(model):
    with zipfile.ZipFile(io.BytesIO(model_bytes(model))) as package:
        return json.loads(package.read("manifest.json"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("family", _FAMILIES)
@pytest.mark.parametrize("tables", [True, False], ids=["tables", "matrix"])
def test_what_is_written_fits_the_schema(make_model, family, tables):
    VALIDATOR.validate(manifest(make_model(family, tables=tables)))


def test_each_kind_of_definition_fits_the_schema(make_model, every_definition):
    from autoseg.model.definitions import definition_dict

    told = manifest(make_model())
    for one in every_definition:
        told["features"][0]["definition"] = definition_dict(one)
        VALIDATOR.validate(told)
    kinds = {definition_dict(one)["kind"] for one in every_definition}
    assert kinds == {"catalogue", "data", "own"}


def test_closed_lists_are_those_of_the_package():
    parts = SCHEMA["properties"]
    column = parts["columns"]["items"]["properties"]
    feature = parts["features"]["items"]["properties"]
    segment = parts["segments"]["items"]["properties"]
    own = feature["definition"]["oneOf"][3]["properties"]
    assert set(parts["rule"]["properties"]["family"]["enum"]) == set(_FAMILIES)
    assert column["operation"]["enum"] == list(OPERATIONS)
    assert feature["missing"]["enum"] == [one.value for one in MissingRule]
    assert own["unit"]["enum"] == list(_UNITS)
    assert set(segment["names"]["properties"]) == set(LANGUAGES)
    assert parts["card"]["properties"]["verdict"]["enum"] == list(_VERDICTS)
    assert list(feature) == [one.name for one in fields(ModelFeature) if one.name !=
                             "definition"] + ["definition"]  # fmt: skip


def test_keys_stand_in_the_order_of_the_schema(make_model):
    told = manifest(make_model())
    assert list(told) == list(SCHEMA["properties"])
    for part in ("window", "card", "rule"):
        assert list(told[part]) == list(SCHEMA["properties"][part]["properties"])
    for part in ("features", "columns", "outputs", "segments"):
        keys = list(SCHEMA["properties"][part]["items"]["properties"])
        assert all(list(one) == keys for one in told[part])


def set_at(told, *path, value):
    for key in path[:-1]:
        told = told[key]
    told[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("more",), 1),
        (("format_version",), 2),
        (("rule", "family"), "svm"),
        (("columns", 0, "scale"), 0),
        (("outputs", 0, "signs"), [0]),
        (("segments", 0, "names"), {"nb": "Bo"}),
        (("segments", 0, "names", "en"), "<b>"),
        (("segments", 0, "key"), "a b"),
        (("window", "currency"), "kr"),
        (("window", "as_of"), "2024-02-31"),
        (("features", 0, "missing"), "drop"),
        (("features", 0, "definition"), {"kind": "sql", "sql": "SELECT 1"}),
        (("settings", "numpy"), 2),
    ],
)
def test_what_is_wrong_does_not_fit(make_model, path, value):
    told = manifest(make_model())
    VALIDATOR.validate(told)
    set_at(told, *path, value=value)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(told)

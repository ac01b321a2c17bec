"""Models in MLflow: its flavour for Python functions over our own file of plain data.

MLflow copies the file and names this module as the one that reads it, so that nothing
is pickled and loading runs no code but ours.
"""

from __future__ import annotations

from importlib.metadata import version
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autoseg.errors import MissingDependencyError
from autoseg.features import MissingRule
from autoseg.model.file import MODEL_FILE, load_model
from autoseg.model.file import save_model as save_file
from autoseg.model.gaps import TENURE_COLUMN

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from autoseg.model.segment_model import SegmentModel

__all__ = ["log_model", "save_model"]

_MODULE = "autoseg.model.pyfunc"
_PACKAGE = "autoseg-customers"
_TYPES = {
    "segment": "long",
    "segment_key": "string",
    "segment_name": "string",
    "confidence": "double",
    "runner_up": "long",
    "unlike_any": "boolean",
}


def save_model(model: SegmentModel, path: str | os.PathLike[str]) -> None:
    """Write a model to a folder that ``mlflow.pyfunc.load_model`` reads.

    Parameters
    ----------
    model : SegmentModel
        The model.
    path : path
        A folder that is not there yet, or is empty.

    Raises
    ------
    InputError
        If the model cannot be kept in a file; see `autoseg.model.file.save_model`.
    MissingDependencyError
        If MLflow is not installed.

    Notes
    -----
    ``predict`` takes a frame of features and gives what `SegmentModel.assign_features`
    gives; ``params={"language": "nb"}`` chooses the language of the names. The example
    in the folder is made of medians or of made-up numbers, never of a customer.
    """
    mlflow = _mlflow("save_model")
    with TemporaryDirectory() as folder:
        mlflow.pyfunc.save_model(path=str(path), **_settings(model, folder))


def log_model(model: SegmentModel, name: str = "segments", **settings: Any) -> Any:
    """Log a model to the run of MLflow that is open, or to a new one.

    Parameters
    ----------
    model : SegmentModel
        The model.
    name : str
        What the model is called in the run.
    **settings
        What else ``mlflow.pyfunc.log_model`` takes, such as ``registered_model_name``.

    Returns
    -------
    mlflow.models.model.ModelInfo
        Its ``model_uri`` is what ``mlflow.pyfunc.load_model`` takes.

    Raises
    ------
    InputError
        As `save_model`.
    MissingDependencyError
        If MLflow is not installed.
    """
    mlflow = _mlflow("log_model")
    with TemporaryDirectory() as folder:
        return mlflow.pyfunc.log_model(
            name=name, **_settings(model, folder), **settings
        )


class _Scorer:
    """What MLflow calls: features in, segments out."""

    def __init__(self, model: SegmentModel) -> None:
        self._model = model

    def predict(
        self, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        language = (params or {}).get("language", "en")
        return self._model.assign_features(model_input, language)


def _load_pyfunc(path: str) -> _Scorer:
    """Return the scorer of a model; MLflow calls it by this name."""
    return _Scorer(load_model(path))


def _settings(model: SegmentModel, folder: str) -> dict[str, Any]:
    """Return what MLflow has to know; the model's file goes into the folder."""
    file: Path = save_file(model, f"{folder}/{MODEL_FILE}")
    return {
        "loader_module": _MODULE,
        "data_path": str(file),
        "signature": _signature(model),
        "input_example": _example(model),
        "pip_requirements": [f"{_PACKAGE}=={version(_PACKAGE)}"],
    }


def _signature(model: SegmentModel) -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

    return ModelSignature(
        inputs=Schema([ColSpec("double", name) for name in _columns(model)]),
        outputs=Schema(
            [ColSpec(kind, name, required=False) for name, kind in _TYPES.items()]
        ),
        params=ParamSchema([ParamSpec("language", "string", "en")]),
    )


def _columns(model: SegmentModel) -> list[str]:
    names = list(model.feature_names)
    needs_tenure = any(one.missing is MissingRule.TENURE for one in model.features)
    if needs_tenure and TENURE_COLUMN not in names:
        names.append(TENURE_COLUMN)
    return names


def _example(model: SegmentModel) -> pd.DataFrame:
    """Return two made-up customers."""
    middle = {one.name: one.median for one in model.features}
    row = np.array([middle.get(name) or 1.0 for name in _columns(model)])
    return pd.DataFrame(np.vstack([row, 2.0 * row]), columns=_columns(model))


def _mlflow(caller: str) -> Any:
    try:
        import mlflow.pyfunc
    except ImportError as error:
        package = "mlflow"
        raise MissingDependencyError(package, extra="mlflow", caller=caller) from error
    return mlflow

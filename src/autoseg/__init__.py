"""Finds customer segments that are really there and says what they are.

Names are loaded when they are first used, so ``import autoseg`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoseg import clustering, datasets
    from autoseg.api import (
        DataCheck,
        Segmentation,
        check,
        compute_features,
        feature_history,
        refresh_features,
        segment,
    )
    from autoseg.clustering import (
        AutoClusterer,
        CustomerScaler,
        evaluate_segmentation,
    )
    from autoseg.engines import Query
    from autoseg.errors import (
        AutosegError,
        AutosegWarning,
        InputError,
        InputWarning,
        OutputError,
        StructureError,
        StructureWarning,
    )
    from autoseg.features import features_sql
    from autoseg.model import load_model as load
    from autoseg.tables import stage

__all__ = [
    "AutoClusterer",
    "AutosegError",
    "AutosegWarning",
    "CustomerScaler",
    "DataCheck",
    "InputError",
    "InputWarning",
    "OutputError",
    "Query",
    "Segmentation",
    "StructureError",
    "StructureWarning",
    "check",
    "clustering",
    "compute_features",
    "datasets",
    "evaluate_segmentation",
    "feature_history",
    "features_sql",
    "load",
    "refresh_features",
    "segment",
    "stage",
]

_HOMES = {
    "AutoClusterer": "clustering",
    "AutosegError": "errors",
    "AutosegWarning": "errors",
    "CustomerScaler": "clustering",
    "DataCheck": "api",
    "InputError": "errors",
    "InputWarning": "errors",
    "OutputError": "errors",
    "Query": "engines",
    "Segmentation": "api",
    "StructureError": "errors",
    "StructureWarning": "errors",
    "check": "api",
    "compute_features": "api",
    "evaluate_segmentation": "clustering",
    "feature_history": "api",
    "refresh_features": "api",
    "features_sql": "features",
    "load": "model",
    "segment": "api",
    "stage": "tables",
}
# what a room calls otherwise
_NAMES = {"load": "load_model"}
_ROOMS = {"clustering", "datasets"}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"autoseg.{name}")
    if name in _HOMES:
        home = import_module(f"autoseg.{_HOMES[name]}")
        value = getattr(home, _NAMES.get(name, name))
        globals()[name] = value
        return value
    message = f"module 'autoseg' has no attribute '{name}'"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)

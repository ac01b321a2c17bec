"""What a user types: check tables, compute features, find segments."""

from autoseg.api.checking import DataCheck, check
from autoseg.api.discovery import segment
from autoseg.api.featurefile import FEATURE_FILES, write_features
from autoseg.api.features import compute_features, feature_history, refresh_features
from autoseg.api.running import RunResult, check_run, example_config, run
from autoseg.api.runstatus import NOTHING_NEW, RunStatus, internal_error, kept_status
from autoseg.api.segmentation import Segmentation

__all__ = [
    "FEATURE_FILES",
    "NOTHING_NEW",
    "DataCheck",
    "RunResult",
    "RunStatus",
    "Segmentation",
    "check",
    "check_run",
    "compute_features",
    "example_config",
    "feature_history",
    "internal_error",
    "kept_status",
    "refresh_features",
    "run",
    "segment",
    "write_features",
]

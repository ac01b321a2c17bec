"""What a user types: check tables, compute features, find segments."""

from autoseg.api.checking import DataCheck, check
from autoseg.api.discovery import segment
from autoseg.api.featurefile import FEATURE_FILES, write_features
from autoseg.api.features import compute_features, feature_history, refresh_features
from autoseg.api.segmentation import Segmentation

__all__ = [
    "FEATURE_FILES",
    "DataCheck",
    "Segmentation",
    "check",
    "compute_features",
    "feature_history",
    "refresh_features",
    "segment",
    "write_features",
]

"""Features: transactions become customers, one row each.

The catalogue holds one entry a feature; `compute_features` writes one SQL statement
from the entries that were asked for and runs it where the rows are. `read_features`
takes the same entries from customers that came summed up.
"""

from __future__ import annotations

from autoseg.features.catalogue import CATALOGUE
from autoseg.features.compute import compute_features
from autoseg.features.feature import BLOCKS, Feature, MissingRule, Origin
from autoseg.features.history import FeatureHistory, feature_history
from autoseg.features.rfm import rfm_scores
from autoseg.features.state import (
    FeatureState,
    build_state,
    open_state,
    settings_kept,
)
from autoseg.features.statement import features_sql
from autoseg.features.summaries import read_features
from autoseg.features.table import FeatureTable
from autoseg.features.wording import (
    CODE_UNITS,
    block_name,
    code_word,
    feature_meaning,
    feature_name,
    label_name,
    level_name,
    pattern_of,
)

__all__ = [
    "BLOCKS",
    "CATALOGUE",
    "CODE_UNITS",
    "Feature",
    "FeatureHistory",
    "FeatureState",
    "FeatureTable",
    "MissingRule",
    "Origin",
    "block_name",
    "build_state",
    "code_word",
    "compute_features",
    "feature_history",
    "feature_meaning",
    "feature_name",
    "features_sql",
    "label_name",
    "level_name",
    "open_state",
    "pattern_of",
    "read_features",
    "rfm_scores",
    "settings_kept",
]

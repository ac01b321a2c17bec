"""Finds the segments: transform, candidates, consensus, stability."""

from autoseg.clustering.clusterer import AutoClusterer, require_customers
from autoseg.clustering.rule import ClusterRule
from autoseg.clustering.scaler import CustomerScaler
from autoseg.clustering.selection import Candidate, SelectionResult
from autoseg.clustering.stability import SegmentStability, bootstrap_stability
from autoseg.clustering.transform import ColumnAccount, OutputColumn, scale_columns
from autoseg.clustering.wording import why_k

__all__ = [
    "AutoClusterer",
    "Candidate",
    "ClusterRule",
    "ColumnAccount",
    "CustomerScaler",
    "OutputColumn",
    "SegmentStability",
    "SelectionResult",
    "bootstrap_stability",
    "require_customers",
    "scale_columns",
    "why_k",
]

"""Finds the segments: transform, candidates, consensus, stability."""

from autoseg.clustering.clusterer import AutoClusterer, require_customers
from autoseg.clustering.evaluation import evaluate_segmentation
from autoseg.clustering.judged import (
    JudgedSegment,
    JudgedSegmentation,
    SegmentationEvaluation,
)
from autoseg.clustering.memberships import (
    UNSURE,
    Memberships,
    SegmentConfidence,
    memberships,
)
from autoseg.clustering.mixture import FAMILIES
from autoseg.clustering.persistence import (
    Flow,
    PersistenceMap,
    PersistingSegment,
    SegmentPersistence,
    persistence,
    segments_that_persist,
)
from autoseg.clustering.readback import read_selection, read_stability
from autoseg.clustering.rule import ClusterRule
from autoseg.clustering.scaler import CustomerScaler
from autoseg.clustering.selection import Candidate, SelectionResult
from autoseg.clustering.stability import (
    STABILITY_BOUNDS,
    SegmentStability,
    bootstrap_stability,
)
from autoseg.clustering.tiers import TIERS
from autoseg.clustering.transform import (
    OPERATIONS,
    ColumnAccount,
    Operation,
    OutputColumn,
    scale_columns,
)
from autoseg.clustering.wording import why_k

__all__ = [
    "FAMILIES",
    "OPERATIONS",
    "STABILITY_BOUNDS",
    "TIERS",
    "UNSURE",
    "AutoClusterer",
    "Candidate",
    "ClusterRule",
    "ColumnAccount",
    "CustomerScaler",
    "Flow",
    "JudgedSegment",
    "JudgedSegmentation",
    "Memberships",
    "Operation",
    "OutputColumn",
    "PersistenceMap",
    "PersistingSegment",
    "SegmentConfidence",
    "SegmentPersistence",
    "SegmentStability",
    "SegmentationEvaluation",
    "SelectionResult",
    "bootstrap_stability",
    "evaluate_segmentation",
    "memberships",
    "persistence",
    "read_selection",
    "read_stability",
    "require_customers",
    "scale_columns",
    "segments_that_persist",
    "why_k",
]

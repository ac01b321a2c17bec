"""Finds the segments: transform, candidates, consensus, stability."""

from autoseg.clustering.selection import Candidate, SelectionResult, verdict_on
from autoseg.clustering.stability import SegmentStability

__all__ = ["Candidate", "SegmentStability", "SelectionResult", "verdict_on"]

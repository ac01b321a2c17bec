"""What each segment looks like beside all customers, and how to say it."""

from autoseg.profiles.habits import is_yes_or_no
from autoseg.profiles.journey import JourneyLimits, JourneyTable, journey_table
from autoseg.profiles.levels import vocabulary
from autoseg.profiles.lint import (
    LintFinding,
    SegmentationLint,
    lint_segmentation,
)
from autoseg.profiles.profile import profile_segments
from autoseg.profiles.segments import (
    MIN_CELL,
    Claim,
    Condition,
    Contrast,
    Habit,
    MembershipRule,
    SegmentName,
    SegmentProfile,
    SegmentProfiles,
)
from autoseg.profiles.text import SegmentText, describe, segment_names
from autoseg.profiles.topcustomers import TopCustomers, find_top_customers

__all__ = [
    "MIN_CELL",
    "Claim",
    "Condition",
    "Contrast",
    "Habit",
    "JourneyLimits",
    "JourneyTable",
    "LintFinding",
    "MembershipRule",
    "SegmentName",
    "SegmentProfile",
    "SegmentProfiles",
    "SegmentText",
    "SegmentationLint",
    "TopCustomers",
    "describe",
    "find_top_customers",
    "is_yes_or_no",
    "journey_table",
    "lint_segmentation",
    "profile_segments",
    "segment_names",
    "vocabulary",
]

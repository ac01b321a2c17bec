"""What each segment looks like beside all customers, and how to say it."""

from autoseg.profiles.segments import (
    MIN_CELL,
    Claim,
    Condition,
    Contrast,
    MembershipRule,
    SegmentName,
    SegmentProfile,
    SegmentProfiles,
)
from autoseg.profiles.text import SegmentText

__all__ = [
    "MIN_CELL",
    "Claim",
    "Condition",
    "Contrast",
    "MembershipRule",
    "SegmentName",
    "SegmentProfile",
    "SegmentProfiles",
    "SegmentText",
]

"""What each segment looks like beside all customers, and how to say it."""

from autoseg.profiles.cards import SegmentCard, make_cards, stability_text
from autoseg.profiles.habits import is_yes_or_no
from autoseg.profiles.levels import vocabulary
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

__all__ = [
    "MIN_CELL",
    "Claim",
    "Condition",
    "Contrast",
    "Habit",
    "MembershipRule",
    "SegmentCard",
    "SegmentName",
    "SegmentProfile",
    "SegmentProfiles",
    "SegmentText",
    "describe",
    "is_yes_or_no",
    "make_cards",
    "profile_segments",
    "segment_names",
    "stability_text",
    "vocabulary",
]

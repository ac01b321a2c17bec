"""What each segment looks like beside all customers, and how to say it."""

from autoseg.profiles.cards import SegmentCard, make_cards, stability_text
from autoseg.profiles.habits import is_yes_or_no
from autoseg.profiles.journey import JourneyLimits, JourneyTable, journey_table
from autoseg.profiles.levels import vocabulary
from autoseg.profiles.lint import (
    LintFinding,
    SegmentationLint,
    lint_segmentation,
)
from autoseg.profiles.playbook import Play, Playbook, make_playbook, same_treatment
from autoseg.profiles.profile import profile_segments
from autoseg.profiles.readback import read_profiles
from autoseg.profiles.readtables import (
    read_journey,
    read_lint,
    read_rhythm,
    read_top_customers,
)
from autoseg.profiles.renaming import rename_segments
from autoseg.profiles.rhythm import RhythmTable
from autoseg.profiles.rulewords import SegmentRules, rules_in_words
from autoseg.profiles.segments import (
    MIN_CELL,
    Claim,
    Condition,
    Contrast,
    Habit,
    MembershipRule,
    RuleBook,
    SegmentName,
    SegmentProfile,
    SegmentProfiles,
)
from autoseg.profiles.text import SegmentText, describe, segment_names
from autoseg.profiles.told import tell_persistence
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
    "Play",
    "Playbook",
    "RhythmTable",
    "RuleBook",
    "SegmentCard",
    "SegmentName",
    "SegmentProfile",
    "SegmentProfiles",
    "SegmentRules",
    "SegmentText",
    "SegmentationLint",
    "TopCustomers",
    "describe",
    "find_top_customers",
    "is_yes_or_no",
    "journey_table",
    "lint_segmentation",
    "make_cards",
    "make_playbook",
    "profile_segments",
    "read_journey",
    "read_lint",
    "read_profiles",
    "read_rhythm",
    "read_top_customers",
    "rename_segments",
    "rules_in_words",
    "same_treatment",
    "segment_names",
    "stability_text",
    "tell_persistence",
    "vocabulary",
]

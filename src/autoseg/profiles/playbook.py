"""What to do with each segment, and which segments get the same treatment."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from autoseg.profiles.plays import standard_plays
from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.profiles.segments import SegmentProfile, SegmentProfiles

__all__ = ["same_treatment"]


def same_treatment(
    profiles: SegmentProfiles, treatments: Mapping[str, str] | None = None
) -> list[tuple[int, int]]:
    """Return the pairs of segments that get the same treatment.

    The same play or one that asks for the same work, in the same channel and at the
    same time, as far as habits lead. Such segments are candidates for a merge.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    treatments : mapping of str to str, optional
        Treatment of each play; those of the standard playbook by default.

    Returns
    -------
    list of tuple of int
        Numbers of the segments, the smaller first, in order.
    """
    if treatments is None:
        treatments = {key: plan.treatment for key, plan in standard_plays().items()}
    what = {
        one.number: (treatments[one.action], _reach(one)) for one in profiles.segments
    }
    return [(a, b) for a, b in combinations(sorted(what), 2) if what[a] == what[b]]


def _reach(segment: SegmentProfile) -> frozenset[tuple[str, float | None]]:
    """Return in which channel and at which time a segment is reached best."""
    if segment.size < MIN_CELL:
        return frozenset()
    return frozenset((one.feature, one.code) for one in segment.habits if one.leads)

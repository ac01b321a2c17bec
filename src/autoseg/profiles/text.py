"""Segments in words a marketer can send on, in four languages."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SegmentText"]


@dataclass(frozen=True, slots=True)
class SegmentText:
    """One segment in one language.

    Parameters
    ----------
    number : int
        Number of the segment.
    key : str
        Key of its name.
    name : str
        Its name, distinct among the segments in every language.
    sentences : tuple of str
        Two or three whole sentences: who they are, what they are worth, what sets
        them apart from the nearest segment.
    claims : tuple of str
        Short phrases with numbers against all customers, the strongest first.
    rule : str or None
        The membership rule in words, with how much of the segment it finds.
    goal, action, avoid : str
        What to aim for, one concrete thing to do, and what not to do.
    """

    number: int
    key: str
    name: str
    sentences: tuple[str, ...]
    claims: tuple[str, ...]
    rule: str | None
    goal: str
    action: str
    avoid: str

"""Segments in words a marketer can send on, in four languages.

Texts are whole sentences or clauses that stand alone; numbers are formatted by the
catalogue before they are put in. A number that is printed is a number of the
profiles: nothing is worked out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.locales import load_catalogue
from autoseg.profiles.figures import Figures
from autoseg.profiles.namewords import display_name, former_name
from autoseg.profiles.reach import habit_sentence
from autoseg.profiles.rulewords import rule_sentence
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.sentences import Narrator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import SegmentProfile, SegmentProfiles

__all__ = ["SegmentText", "describe", "segment_names"]


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
        Whole sentences in this order: who they are, what they are worth, how often
        and how lately they buy, what sets them apart from the segment most like them.
        One of the last two is left out where nothing is known of it.
    claims : tuple of str
        Short phrases with numbers against all customers, the strongest first.
    rule : str or None
        The membership rule in words, with how much of the segment it finds.
    goal, action, avoid : str
        What to aim for, one concrete thing to do, and what not to do.
    reach : tuple of str
        When and through which channel to reach them, a sentence each, where the data
        tell clearly.
    formerly : str or None
        What it was called before a user renamed it, as a sentence.
    short : str
        One line for a slide: share of customers and revenue, and the strongest one or
        two traits that fit.
    rhythm : str
        The sentence on rhythm alone; empty where nothing is known of it.
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
    reach: tuple[str, ...] = ()
    formerly: str | None = None
    short: str = ""
    rhythm: str = ""


def describe(
    profiles: SegmentProfiles, language: str = "en"
) -> tuple[SegmentText, ...]:
    """Say in words what each segment is.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    language : str
        ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``; another one comes out in English,
        with a `autoseg.errors.LanguageWarning`.

    Returns
    -------
    tuple of SegmentText
        One for each segment, in the same order. A segment with fewer than 10
        customers comes without figures.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 20 + [6.0] * 20}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [990000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> once = describe(profile_segments(table, [0] * 20 + [1] * 20))[1]
    >>> once.name, once.claims
    ('One-time buyers', ('100% have bought only once (all customers: 50%)',))
    """
    writer = _Writer(profiles, load_catalogue(language))
    return tuple(writer.text_of(segment) for segment in profiles.segments)


def segment_names(profiles: SegmentProfiles, language: str = "en") -> tuple[str, ...]:
    """Return the segments' names alone.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    language : str
        As in `describe`.

    Returns
    -------
    tuple of str
        One for each segment, in the same order.
    """
    catalogue = load_catalogue(language)
    return tuple(display_name(one, catalogue) for one in profiles.segments)


class _Writer:
    """Puts the numbers of one set of profiles into one language."""

    def __init__(self, profiles: SegmentProfiles, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.figures = Figures.of(profiles, catalogue)
        names = [display_name(one, catalogue) for one in profiles.segments]
        self.narrator = Narrator(profiles, catalogue, names)

    def text_of(self, segment: SegmentProfile) -> SegmentText:
        small = segment.size < MIN_CELL
        narrator = self.narrator
        goal, action, avoid = (
            self.catalogue.text(f"playbook.plays.{segment.action}.{part}")
            for part in ("goal", "offer", "avoid")
        )
        return SegmentText(
            number=segment.number,
            key=segment.key,
            name=narrator.names[segment.number - 1],
            sentences=narrator.sentences(segment),
            claims=() if small else tuple(map(narrator.compared, segment.claims)),
            rule=None if small else self._rule(segment),
            goal=goal,
            action=action,
            avoid=avoid,
            reach=() if small else tuple(self._reach(segment)),
            formerly=self._formerly(segment),
            short=narrator.short(segment),
            rhythm=narrator.rhythm(segment),
        )

    def _rule(self, segment: SegmentProfile) -> str | None:
        if segment.rule is None:
            return None
        return rule_sentence(segment.rule, self.figures)

    def _reach(self, segment: SegmentProfile) -> Iterator[str]:
        for habit in segment.habits:
            if habit.leads:
                yield habit_sentence(habit, self.figures)

    def _formerly(self, segment: SegmentProfile) -> str | None:
        former = former_name(segment, self.catalogue)
        if former is None:
            return None
        return self.catalogue.text("profiles.name.formerly", name=former)

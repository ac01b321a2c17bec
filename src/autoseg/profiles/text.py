"""Segments in words a marketer can send on, in four languages.

Texts are whole sentences or clauses that stand alone; numbers are formatted by the
catalogue before they are put in. A number that is printed is a number of the
profiles: nothing is worked out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.features import code_word, level_name
from autoseg.locales import load_catalogue
from autoseg.profiles.figures import Figures
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.sentences import Narrator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import (
        Condition,
        Habit,
        SegmentName,
        SegmentProfile,
        SegmentProfiles,
    )

__all__ = ["SegmentText", "describe", "segment_names"]

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


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
    return tuple(_name(one.name, catalogue) for one in profiles.segments)


class _Writer:
    """Puts the numbers of one set of profiles into one language."""

    def __init__(self, profiles: SegmentProfiles, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.figures = Figures.of(profiles, catalogue)
        names = [_name(one.name, catalogue) for one in profiles.segments]
        self.narrator = Narrator(profiles, catalogue, names)

    def text_of(self, segment: SegmentProfile) -> SegmentText:
        small = segment.size < MIN_CELL
        narrator = self.narrator
        goal, action, avoid = (
            self.say(f"actions.{segment.action}.{part}")
            for part in ("goal", "do", "avoid")
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
            short=narrator.short(segment),
            rhythm=narrator.rhythm(segment),
        )

    def say(self, key: str, **fields: object) -> str:
        return self.catalogue.text(f"profiles.{key}", **fields)

    def _rule(self, segment: SegmentProfile) -> str | None:
        if segment.rule is None:
            return None
        conditions = [self._condition(one) for one in segment.rule.conditions]
        return self.say(
            "rule.sentence",
            conditions="; ".join(conditions),
            recall=self.figures.percent(segment.rule.recall),
            precision=self.figures.percent(segment.rule.precision),
        )

    def _condition(self, one: Condition) -> str:
        feature = self.figures.name(one.feature)
        lower = (
            None if one.lower is None else self.figures.value(one.lower, one.feature)
        )
        upper = (
            None if one.upper is None else self.figures.value(one.upper, one.feature)
        )
        if upper is None:
            return self.say("rule.at_least", feature=feature, value=lower)
        if lower is None:
            return self.say("rule.at_most", feature=feature, value=upper)
        if lower == upper:
            return self.say("rule.exactly", feature=feature, value=lower)
        return self.say("rule.between", feature=feature, lower=lower, upper=upper)

    def _reach(self, segment: SegmentProfile) -> Iterator[str]:
        for habit in segment.habits:
            if habit.leads:
                sentence = self._habit(habit)
                yield sentence[0].upper() + sentence[1:]

    def _habit(self, habit: Habit) -> str:
        entry = self.figures.features[habit.feature]
        word = level_name(entry, self.catalogue)
        if habit.code is not None:
            word = code_word(entry, habit.code, self.catalogue)
        return self.say(
            f"reach.{entry.unit if habit.code is not None else 'channel'}",
            word=word,
            share=self.figures.percent(habit.share),
            share_of_all=self.figures.percent(habit.share_of_all),
        )


def _name(name: SegmentName, catalogue: Catalogue) -> str:
    said = [catalogue.text(f"profiles.qualifiers.{one}") for one in name.qualifiers]
    text = " · ".join(said)
    if name.archetype:
        text = catalogue.text(f"profiles.names.{name.archetype}")
        if said:
            text = catalogue.text(
                "profiles.name.qualified", name=text, qualifiers=" · ".join(said)
            )
    if name.numeral:
        text = catalogue.text(
            "profiles.name.numbered", name=text, numeral=_roman(name.numeral)
        )
    return text[0].upper() + text[1:]


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text

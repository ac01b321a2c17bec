"""Segments in words a marketer can send on, in four languages.

Texts are whole sentences or clauses that stand alone; numbers are formatted by the
catalogue before they are put in. A number that is printed is a number of the
profiles: nothing is worked out here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.features import (
    feature_name,
    label_name,
    level_name,
    pattern_of,
)
from autoseg.locales import load_catalogue
from autoseg.profiles.claims import MIN_SHARE
from autoseg.profiles.figures import Figures
from autoseg.profiles.namewords import display_name, former_name
from autoseg.profiles.naming import claims_behind
from autoseg.profiles.reach import habit_sentence
from autoseg.profiles.rounding import display_digits, share_digits
from autoseg.profiles.rulewords import rule_sentence
from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autoseg.features import Feature
    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import (
        Claim,
        SegmentProfile,
        SegmentProfiles,
    )

__all__ = ["SegmentText", "describe", "segment_names"]

_IN_TEXT = 2


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
    reach : tuple of str
        When and through which channel to reach them, a sentence each, where the data
        tell clearly.
    formerly : str or None
        What it was called before a user renamed it, as a sentence.
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
        self.profiles = profiles
        self.catalogue = catalogue
        self.features: Mapping[str, Feature] = {
            one.name: one for one in profiles.features
        }

    def text_of(self, segment: SegmentProfile) -> SegmentText:
        small = segment.size < MIN_CELL
        goal, action, avoid = (
            self.catalogue.text(f"playbook.plays.{segment.action}.{part}")
            for part in ("goal", "offer", "avoid")
        )
        return SegmentText(
            number=segment.number,
            key=segment.key,
            name=display_name(segment, self.catalogue),
            sentences=self._sentences(segment),
            claims=() if small else tuple(self._phrase(one) for one in segment.claims),
            rule=None if small else self._rule(segment),
            goal=goal,
            action=action,
            avoid=avoid,
            reach=() if small else tuple(self._reach(segment)),
            formerly=self._formerly(segment),
        )

    def _formerly(self, segment: SegmentProfile) -> str | None:
        former = former_name(segment, self.catalogue)
        return None if former is None else self.say("name.formerly", name=former)

    def say(self, key: str, **fields: object) -> str:
        return self.catalogue.text(f"profiles.{key}", **fields)

    def percent(self, share: float) -> str:
        return self.catalogue.percent(share, share_digits(share))

    def value(self, amount: float, feature: str) -> str:
        """Return a value of a feature without its unit's word, which its name has."""
        unit = self.features[feature].unit
        digits = display_digits(amount, unit)
        if unit == "share":
            return self.percent(amount)
        if unit == "currency":
            return self.catalogue.money(amount, self.profiles.currency, digits)
        return self.catalogue.number(amount, digits)

    def quantity(self, amount: float, feature: str) -> str:
        """Return a value with the word of its unit, if it has one."""
        unit = self.features[feature].unit
        if unit not in {"days", "orders"}:
            return self.value(amount, feature)
        digits = display_digits(amount, unit)
        return self.catalogue.plural(f"features.units.{unit}", amount, digits=digits)

    def _sentences(self, segment: SegmentProfile) -> tuple[str, ...]:
        if segment.size < MIN_CELL:
            return (self.say("hidden.small", minimum=self.catalogue.number(MIN_CELL)),)
        parts = (self._who(segment), self._worth(segment), self._apart(segment))
        return tuple(part for part in parts if part)

    def _who(self, segment: SegmentProfile) -> str:
        behind = claims_behind(segment.name, segment.claims)
        if not segment.name.archetype:
            # a name made of qualifiers may leave out the strongest claim
            behind = segment.claims[:1] + behind
        said = list(dict.fromkeys((*behind, *segment.claims)))[:_IN_TEXT]
        clauses = [self._clause(claim) for claim in said]
        if not clauses:
            return self.say("who.none", share=self.percent(MIN_SHARE))
        if len(clauses) == 1:
            return self.say("who.one", first=clauses[0])
        return self.say("who.two", first=clauses[0], second=clauses[1])

    def _worth(self, segment: SegmentProfile) -> str:
        if segment.number in self.profiles.hidden:
            return self.say("hidden.beside", minimum=self.catalogue.number(MIN_CELL))
        currency = self.profiles.currency
        fields: dict[str, object] = {
            "size": self.catalogue.number(segment.size),
            "share": self.percent(segment.share),
        }
        if segment.number in self.profiles.without_revenue:
            return self.say("hidden.revenue", **fields)
        fields["revenue"] = self.catalogue.money(segment.revenue, currency)
        if math.isnan(segment.revenue_share):
            return self.say("worth.without_share", **fields)
        fields["revenue_share"] = self.percent(segment.revenue_share)
        worth = segment.average_order_value
        if math.isnan(worth):
            return self.say("worth.without_orders", **fields)
        digits = display_digits(worth, "currency")
        fields["order_value"] = self.catalogue.money(worth, currency, digits)
        return self.say("worth.full", **fields)

    def _apart(self, segment: SegmentProfile) -> str:
        contrast = segment.contrast
        if contrast is None or self._is_small(contrast.other):
            gap = segment.medians.get("mean_gap_days", math.nan)
            if math.isnan(gap):
                return ""
            return self.say(
                "contrast.rhythm", value=self.quantity(gap, "mean_gap_days")
            )
        other = self.profiles.segments[contrast.other - 1]
        entry = self.features[contrast.feature]
        feature = self._feature(contrast.feature)
        if pattern_of(entry) not in {"attribute", "own"}:
            # a name of ours stands within the sentence, a user's stays as it is
            feature = feature[0].lower() + feature[1:]
        return self.say(
            "contrast.sentence",
            other=display_name(other, self.catalogue),
            feature=feature,
            value=self.value(contrast.median, contrast.feature),
            other_value=self.value(contrast.median_of_other, contrast.feature),
        )

    def _is_small(self, number: int) -> bool:
        return self.profiles.segments[number - 1].size < MIN_CELL

    def _clause(self, claim: Claim) -> str:
        upper = claim.threshold if claim.upper is None else claim.upper
        entry = self.features[claim.feature]
        return self.say(
            f"claims.{pattern_of(entry) or entry.name}.{claim.level}",
            label=label_name(entry),
            level=level_name(entry, self.catalogue),
            share=self.percent(claim.share),
            value=self.quantity(claim.threshold, claim.feature),
            number=self.value(claim.threshold, claim.feature),
            upper=self.quantity(upper, claim.feature),
        )

    def _phrase(self, claim: Claim) -> str:
        return self.say(
            "claims.compared",
            claim=self._clause(claim),
            share=self.percent(claim.share_of_all),
        )

    def _rule(self, segment: SegmentProfile) -> str | None:
        if segment.rule is None:
            return None
        return rule_sentence(segment.rule, Figures.of(self.profiles, self.catalogue))

    def _feature(self, name: str) -> str:
        return feature_name(self.features[name], self.catalogue)

    def _reach(self, segment: SegmentProfile) -> Iterator[str]:
        figures = Figures.of(self.profiles, self.catalogue)
        for habit in segment.habits:
            if habit.leads:
                yield habit_sentence(habit, figures)

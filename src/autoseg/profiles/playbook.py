"""What to do with each segment, and which segments get the same treatment.

The texts of a play are the standard ones or a company's own. When, where and how often
comes from the data: a habit that leads, and the median wait between orders. No number
is made up: without data the text says so, or does without.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, overload

from autoseg.locales import load_catalogue
from autoseg.profiles.figures import Figures
from autoseg.profiles.playfile import CompanyPlays, read_plays
from autoseg.profiles.plays import standard_plays
from autoseg.profiles.reach import habit_sentence
from autoseg.profiles.rounding import displayed
from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from autoseg.profiles.plays import PlayPlan
    from autoseg.profiles.segments import Habit, SegmentProfile, SegmentProfiles

__all__ = ["Play", "Playbook", "make_playbook", "same_treatment"]

# how the parts of a play are laid out, and what their labels are called
_PARTS = (
    "goal",
    "offer",
    "message",
    "channel",
    "timing",
    "frequency",
    "measure",
    "avoid",
)
_FULL_PRICE = "discount_share"


@dataclass(frozen=True, slots=True)
class Play:
    """What to do with one segment, in one language.

    Parameters
    ----------
    number : int
        Number of the segment.
    key : str
        Key of the play, such as ``"one_time"``.
    treatment : str
        Plays with the same one ask for the same work.
    name : str
        Name of the segment.
    goal, offer, message : str
        What to aim for, what to offer, and what to say.
    channel, timing : str
        Where and when to reach them: a habit of theirs where one leads.
    frequency : str
        How often, by the usual wait between orders.
    measure : str
        What to measure, against a random part that is left alone.
    avoid : str
        What not to do.
    """

    number: int
    key: str
    treatment: str
    name: str
    goal: str
    offer: str
    message: str
    channel: str
    timing: str
    frequency: str
    measure: str
    avoid: str


@dataclass(frozen=True, slots=True, repr=False)
class Playbook(Sequence[Play]):
    """The plays of all segments, in one language; a sequence of `Play`.

    Parameters
    ----------
    plays : tuple of Play
        One for each segment, segment 1 first.
    merge_candidates : tuple of tuple of int
        Pairs of segments that get the same treatment, by number.
    merge_sentences : tuple of str
        The same in words.
    labels : mapping of str to str
        What the parts of a play are called.
    """

    plays: tuple[Play, ...]
    merge_candidates: tuple[tuple[int, int], ...]
    merge_sentences: tuple[str, ...]
    labels: Mapping[str, str]

    @overload
    def __getitem__(self, index: int) -> Play: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Play, ...]: ...
    def __getitem__(self, index: int | slice) -> Play | tuple[Play, ...]:
        return self.plays[index]

    def __len__(self) -> int:
        return len(self.plays)

    def __str__(self) -> str:
        """Return the playbook as text, a paragraph a segment."""
        paragraphs = [
            "\n".join(
                [f"{play.number}. {play.name}"]
                + [f"{self.labels[part]}: {getattr(play, part)}" for part in _PARTS]
            )
            for play in self.plays
        ]
        return "\n\n".join([*paragraphs, *self.merge_sentences])

    def __repr__(self) -> str:
        return str(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the playbook as plain data, ready for JSON."""
        return {
            "plays": [asdict(play) for play in self.plays],
            "merge_candidates": [
                {"segments": list(pair), "sentence": sentence}
                for pair, sentence in zip(
                    self.merge_candidates, self.merge_sentences, strict=True
                )
            ],
        }


def make_playbook(
    profiles: SegmentProfiles,
    language: str = "en",
    *,
    file: str | os.PathLike[str] | None = None,
) -> Playbook:
    """Say what to do with each segment.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    language : str
        As in `describe`.
    file : path, optional
        A company's own plays, a TOML file; a play or a language that it does not have
        comes from the standard playbook.

    Returns
    -------
    Playbook

    Raises
    ------
    autoseg.errors.InputError
        If the file cannot be used; with everything that is wrong in it.

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
    >>> book = make_playbook(profile_segments(table, [0] * 20 + [1] * 20))
    >>> book[1].key, book[1].goal, book.merge_candidates
    ('one_time', 'Win the second purchase.', ())
    """
    from autoseg.profiles.text import segment_names

    company = CompanyPlays() if file is None else read_plays(file)
    catalogue = load_catalogue(language)
    names = segment_names(profiles, language)
    writer = _PlayWriter(profiles, Figures.of(profiles, catalogue), company)
    pairs = same_treatment(profiles, writer.treatments)
    return Playbook(
        plays=tuple(
            writer.play(segment, name)
            for segment, name in zip(profiles.segments, names, strict=True)
        ),
        merge_candidates=tuple(pairs),
        merge_sentences=tuple(
            catalogue.text(
                "playbook.merge.sentence", first=names[a - 1], second=names[b - 1]
            )
            for a, b in pairs
        ),
        labels={part: catalogue.text(f"playbook.labels.{part}") for part in _PARTS},
    )


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
        treatments = _standard_treatments()
    what = {
        one.number: (
            treatments[one.action],
            frozenset((habit.feature, habit.code) for habit in _leading(one)),
        )
        for one in profiles.segments
    }
    return [(a, b) for a, b in combinations(sorted(what), 2) if what[a] == what[b]]


def _standard_treatments() -> dict[str, str]:
    return {key: plan.treatment for key, plan in standard_plays().items()}


def _leading(segment: SegmentProfile) -> list[Habit]:
    """Return the habits to act on; so few that they are not shown have none."""
    if segment.size < MIN_CELL:
        return []
    return [one for one in segment.habits if one.leads]


class _PlayWriter:
    """Puts the plays of one set of profiles into one language."""

    def __init__(
        self, profiles: SegmentProfiles, figures: Figures, company: CompanyPlays
    ) -> None:
        self.profiles = profiles
        self.figures = figures
        self.company = company
        self.treatments = _standard_treatments() | dict(company.treatments)

    def play(self, segment: SegmentProfile, name: str) -> Play:
        plan = standard_plays()[segment.action]
        gap, whose = self._gap(segment)
        texts = {
            "goal": self.say(f"plays.{plan.key}.goal"),
            "offer": self.say(f"plays.{plan.key}.offer"),
            "message": self.say(f"plays.{plan.key}.message"),
            "channel": self._channel(segment),
            "timing": self._timing(segment),
            "frequency": self._frequency(plan, segment, gap, whose),
            "measure": self._measure(plan, gap),
            "avoid": self._avoid(plan, segment),
        }
        language = self.figures.catalogue.language
        texts |= self.company.texts.get((plan.key, language), {})
        return Play(
            number=segment.number,
            key=plan.key,
            treatment=self.treatments[plan.key],
            name=name,
            **texts,
        )

    def say(self, key: str, **fields: object) -> str:
        return self.figures.catalogue.text(f"playbook.{key}", **fields)

    def days(self, number: float) -> str:
        return self.figures.catalogue.plural("features.units.days", number)

    def _gap(self, segment: SegmentProfile) -> tuple[float, str]:
        """Return the usual wait between orders, and whose it is."""
        if segment.size < MIN_CELL:
            return math.nan, "none"
        for gap, whose in (
            (segment.usual_gap_days, "own"),
            (self.profiles.usual_gap_days, "all"),
        ):
            # NaN is no number of days to wait, and neither is none
            if displayed(gap, "days") >= 1:
                return gap, whose
        return math.nan, "none"

    def _channel(self, segment: SegmentProfile) -> str:
        for habit in _leading(segment):
            if habit.code is None:
                return habit_sentence(habit, self.figures)
        return self.say("channel.none")

    def _timing(self, segment: SegmentProfile) -> str:
        said = [
            habit_sentence(habit, self.figures)
            for habit in _leading(segment)
            if habit.code is not None
        ]
        return " ".join(said) if said else self.say("timing.none")

    def _frequency(
        self, plan: PlayPlan, segment: SegmentProfile, gap: float, whose: str
    ) -> str:
        key = f"frequency.{plan.frequency}"
        if f"playbook.{key}" in self.figures.catalogue.texts:
            return self.say(key)
        if whose == "none":
            return self.say(f"{key}.none")
        recency = segment.medians.get("recency_days", math.nan)
        late = f"{key}.{whose}_late"
        # a reminder for a day that has passed helps nobody
        is_late = displayed(recency, "days") > displayed(gap, "days")
        if is_late and f"playbook.{late}" in self.figures.catalogue.texts:
            return self.say(late, gap=self.days(gap), recency=self.days(recency))
        return self.say(f"{key}.{whose}", gap=self.days(gap))

    def _measure(self, plan: PlayPlan, gap: float) -> str:
        key = f"measure.{plan.measure}"
        if f"playbook.{key}" in self.figures.catalogue.texts:
            return self.say(key)
        if math.isnan(gap):
            return self.say(f"{key}.plain")
        return self.say(f"{key}.within", gap=self.days(gap))

    def _avoid(self, plan: PlayPlan, segment: SegmentProfile) -> str:
        avoid = self.say(f"plays.{plan.key}.avoid")
        full_price = self._full_price(segment)
        if not full_price or not plan.speaks_of_discounts:
            return f"{avoid} {full_price}".rstrip()
        return full_price

    def _full_price(self, segment: SegmentProfile) -> str:
        """Return that members need no discount, where a claim says so."""
        if segment.size < MIN_CELL:
            return ""
        for claim in segment.claims:
            if claim.feature == _FULL_PRICE and claim.level in {"none", "low"}:
                return self.say(
                    f"avoid.full_price.{claim.level}",
                    share=self.figures.percent(claim.share),
                    value=self.figures.value(claim.threshold, claim.feature),
                )
        return ""

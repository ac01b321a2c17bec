"""What the segments are, as plain frozen data without a word of any language."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from autoseg.features import Feature

__all__ = [
    "MIN_CELL",
    "Claim",
    "Condition",
    "Contrast",
    "Habit",
    "MembershipRule",
    "RuleBook",
    "SegmentName",
    "SegmentProfile",
    "SegmentProfiles",
]

MIN_CELL = 10
"""Figures of a segment with fewer customers than this are never shown."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that holds for most of a segment and sets it apart.

    Only claims may be said about a segment: each holds for at least 60 % of its
    members and for clearly fewer of all customers.

    Parameters
    ----------
    feature : str
        Name of the feature, such as ``"recency_days"``.
    level : str
        Which side of the threshold: ``"high"`` (at least), ``"low"`` (at most),
        ``"mid"`` (from the threshold to `upper`), ``"one"`` and ``"is"`` (exactly 1),
        ``"some"`` and ``"most"`` (above 0 and above one half), ``"none"`` (exactly 0),
        ``"rising"`` or ``"falling"``; ``"lower"`` (at most) and ``"upper"`` (at least),
        of halves in place of thirds; ``"late"`` and ``"on_time"``, of a silence.
    threshold : float
        A readable number near a tercile of all customers, in the feature's unit.
    share : float
        Share of the segment's members for whom it holds, 0.6 to 1.
    share_of_all : float
        Share of all customers for whom it holds.
    median, median_of_all : float
        Median of the feature in the segment and among all customers; NaN where the
        feature is defined for nobody.
    effect : float
        Cliff's delta of the members against all others, −1 to 1.
    upper : float, optional
        Upper end of a ``"mid"`` claim.

    Examples
    --------
    >>> Claim("recency_days", "low", 45, 0.78, 0.34, 20, 80, -0.6).key
    'recency_days.low'
    """

    feature: str
    level: str
    threshold: float
    share: float
    share_of_all: float
    median: float
    median_of_all: float
    effect: float
    upper: float | None = None

    @property
    def key(self) -> str:
        """Feature and level, joined by a dot."""
        return f"{self.feature}.{self.level}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One part of a membership rule: a feature between two readable bounds.

    Parameters
    ----------
    feature : str
        Name of the feature.
    lower, upper : float or None
        Bounds in the feature's unit, both inclusive; None where there is none.
    """

    feature: str
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class MembershipRule:
    """A rule of at most three conditions that finds most of a segment.

    It describes; membership itself is decided by the fitted model.

    Parameters
    ----------
    conditions : tuple of Condition
        All of them have to hold.
    precision : float
        Share of the customers that the rule picks who belong to the segment.
    recall : float
        Share of the segment that the rule picks.
    """

    conditions: tuple[Condition, ...]
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of all segments as one way to place customers.

    A customer is placed by the rule that fits; where several do, by the one with the
    highest precision, and among equals by that of the lower number.

    Parameters
    ----------
    rules : mapping of int to MembershipRule
        By number of the segment. Segments that no short rule finds, and those with
        fewer than 10 customers, have none.
    fidelity : float
        Share of customers whom the rules place where the model does.
    no_rule : float
        Share of customers whom no rule fits.
    recalls : mapping of int to float
        Share of each segment's members whom the rules place in it, for segments with
        a rule.
    """

    rules: Mapping[int, MembershipRule] = field(default_factory=dict)
    fidelity: float = 0.0
    no_rule: float = 1.0
    recalls: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contrast:
    """The one difference that sets a segment apart from the one nearest to it.

    Parameters
    ----------
    other : int
        Number of the nearest segment.
    feature : str
        Feature that tells the two apart best.
    median, median_of_other : float
        Its medians in the segment and in the nearest one.
    effect : float
        Cliff's delta of the segment against the nearest one, −1 to 1.
    """

    other: int
    feature: str
    median: float
    median_of_other: float
    effect: float


@dataclass(frozen=True, slots=True)
class Habit:
    """When members mostly buy, how far they have come, or where they buy.

    Parameters
    ----------
    feature : str
        A feature of codes, such as ``"preferred_weekday"``, or the share of the
        channel with the largest, such as ``"channel_share_web"``.
    code : float or None
        The most common code; None for a channel.
    share : float
        Share of the members who have the code; the members' mean share of the
        channel.
    share_of_all : float
        The same of all customers.
    leads : bool
        Whether it clearly comes before the next, so that it is worth acting on.
    """

    feature: str
    code: float | None
    share: float
    share_of_all: float
    leads: bool


@dataclass(frozen=True, slots=True)
class SegmentName:
    """A segment's name in no language yet.

    Parameters
    ----------
    archetype : str or None
        Key of an archetype such as ``"champions"``; None for a name made of
        qualifiers alone.
    qualifiers : tuple of str
        Keys of qualifiers such as ``"high_spend"``, the strongest first.
    numeral : int
        0, or 1, 2, … where nothing else tells segments apart.

    Examples
    --------
    >>> SegmentName("champions", ("high_spend",)).key
    'champions.high_spend'
    """

    archetype: str | None
    qualifiers: tuple[str, ...] = ()
    numeral: int = 0

    @property
    def key(self) -> str:
        """Stable key of the name, the same in every language."""
        parts = [self.archetype] if self.archetype else []
        parts += self.qualifiers
        return ".".join(parts + ([str(self.numeral)] if self.numeral else []))


@dataclass(frozen=True, slots=True)
class SegmentProfile:
    """What one segment looks like beside all customers.

    Parameters
    ----------
    number : int
        1 for the segment with the most revenue a customer, and so on.
    key : str
        Key of the name, distinct among the segments.
    name : SegmentName
        The name in no language yet.
    size : int
        Number of customers.
    share : float
        Share of all customers.
    revenue : Decimal
        Net revenue in whole cents; the segments' add up to the total.
    revenue_share : float
        Share of the total; NaN where the total is not above zero.
    average_order_value : float
        Value of the purchases by their number; NaN where unknown.
    medians : mapping of str to float
        Median of each feature in its own unit; NaN where it is defined for nobody.
        Codes, such as weekdays, have none.
    lifts : mapping of str to float
        Median by the median of all customers; NaN where that is zero or less.
    scores : mapping of str to float
        Difference of the medians in robust standard deviations of all customers;
        NaN where a feature does not vary.
    claims : tuple of Claim
        All that may be said about the segment, the strongest first.
    rule : MembershipRule or None
        None where no short rule finds the segment.
    nearest : int or None
        Number of the segment most like it.
    contrast : Contrast or None
        What sets it apart from that one.
    stability : float or None
        Mean Jaccard agreement over resamples, as handed in.
    action : str
        Key of what to do.
    habits : tuple of Habit
        The most common weekday, time of day and stages, and the main channel, where
        the data tell.
    shares : mapping of str to float
        For each feature that is a yes or no, the share of members with a yes, of those
        whose answer is known; NaN where these are fewer than 10, or those with a yes.
    usual_gap_days : float
        Median of the members' average days between orders; NaN where fewer than half
        of them, or fewer than 10, have one.
    name_share : float
        Share of the members who satisfy all that the name says themselves; NaN where it
        says nothing, as of average customers.
    given_name : str or None
        A user's name for the segment; see `rename_segments`.
    former_names : tuple of str
        Names that users gave it before, the first one first.
    dominated : bool
        Whether one customer makes up more than half of the revenue, or two more than
        85 %, so that it would tell what they spend.
    """

    number: int
    key: str
    name: SegmentName
    size: int
    share: float
    revenue: Decimal
    revenue_share: float
    average_order_value: float
    medians: Mapping[str, float]
    lifts: Mapping[str, float]
    scores: Mapping[str, float]
    claims: tuple[Claim, ...]
    rule: MembershipRule | None
    nearest: int | None
    contrast: Contrast | None
    stability: float | None
    action: str
    habits: tuple[Habit, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    usual_gap_days: float = math.nan
    name_share: float = math.nan
    given_name: str | None = None
    former_names: tuple[str, ...] = ()
    dominated: bool = False


@dataclass(frozen=True, slots=True)
class SegmentProfiles:
    """All segments of one segmentation.

    Parameters
    ----------
    segments : tuple of SegmentProfile
        In canonical order: revenue a customer, then median frequency, recency, size.
    n_customers : int
        Customers in all.
    revenue : Decimal
        Net revenue of all customers, in whole cents.
    medians_of_all : mapping of str to float
        Median of each feature among all customers.
    order : tuple of int
        For each segment the label it came from.
    features : tuple of Feature
        The features, in catalogue order.
    currency : str or None
        ISO code, if known.
    as_of, first_day, last_day : date or None
        Day the features look back from (exclusive), and the days of the used rows, as
        far as they are known.
    habits_of_all : tuple of Habit
        The most common codes and the main channel of all customers.
    shares_of_all : mapping of str to float
        For each feature that is a yes or no, the share of customers with a yes.
    rulebook : RuleBook
        The rules of the segments together, and how far the model agrees with them.
    usual_gap_days : float
        Median of the average days between orders of the customers who have one; NaN
        where fewer than 10 do.
    masked : frozenset of int
        Numbers of the segments whose revenue is not shown because it, or the total
        less that of the others, would tell what one or two customers spend.
    twins : tuple of pair of int
        Numbers of segments that differ clearly in nothing that they were found on.
    noise : tuple of str
        Features that segments were found on and that tell no segment from the rest.
    """

    segments: tuple[SegmentProfile, ...]
    n_customers: int
    revenue: Decimal
    medians_of_all: Mapping[str, float]
    order: tuple[int, ...]
    features: tuple[Feature, ...]
    currency: str | None
    as_of: date | None
    first_day: date | None
    last_day: date | None
    habits_of_all: tuple[Habit, ...] = ()
    shares_of_all: Mapping[str, float] = field(default_factory=dict)
    rulebook: RuleBook = field(default_factory=RuleBook)
    usual_gap_days: float = math.nan
    masked: frozenset[int] = frozenset()
    twins: tuple[tuple[int, int], ...] = ()
    noise: tuple[str, ...] = ()

    @property
    def hidden(self) -> frozenset[int]:
        """Numbers of the segments whose size and revenue are not shown.

        Those with fewer than `MIN_CELL` customers, and, where these together still
        are fewer, the next smallest: the total less the rest would give them away.
        """
        ranked = sorted(self.segments, key=lambda one: (one.size, one.number))
        small = [one for one in ranked if one.size < MIN_CELL]
        n_hidden = sum(one.size for one in small)
        if small and n_hidden < MIN_CELL:
            small = ranked[: len(small) + 1]
        return frozenset(one.number for one in small)

    @property
    def without_revenue(self) -> frozenset[int]:
        """Numbers of the segments whose revenue is not shown, for any reason."""
        return self.hidden | self.masked

    def to_dict(self) -> dict[str, Any]:
        """Return the profiles as plain data, ready for JSON.

        Money is a string with two decimals, a day is an ISO date, and what is not
        defined is None. A segment with fewer than 10 customers shows ``"<10"`` as its
        size and no figures; see `hidden` for the one hidden beside it, and
        `without_revenue` for those whose revenue alone is not told.
        """
        return {
            "n_customers": self.n_customers,
            "revenue": str(self.revenue),
            "currency": self.currency,
            "as_of": _day(self.as_of),
            "first_day": _day(self.first_day),
            "last_day": _day(self.last_day),
            "features": [
                {
                    "name": one.name,
                    "block": one.block,
                    "unit": one.unit,
                    "clustering": one.clustering,
                    "label": one.label,
                    "level": one.level,
                    "sensitive": one.sensitive,
                }
                for one in self.features
            ],
            "order": list(self.order),
            "medians_of_all": _numbers(self.medians_of_all),
            "habits_of_all": [_habit_dict(one) for one in self.habits_of_all],
            "shares_of_all": _numbers(self.shares_of_all),
            "segments": [
                _segment_dict(
                    one,
                    hidden=one.number in self.hidden,
                    masked=one.number in self.without_revenue,
                )
                for one in self.segments
            ],
            "rulebook": _rulebook_dict(self.rulebook),
            "usual_gap_days": _number(self.usual_gap_days),
            "twins": [list(pair) for pair in self.twins],
            "noise": list(self.noise),
        }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _segment_dict(
    segment: SegmentProfile, *, hidden: bool, masked: bool
) -> dict[str, Any]:
    small = segment.size < MIN_CELL
    figures = {
        "size": segment.size,
        "share": _number(segment.share),
        "revenue": str(segment.revenue),
        "revenue_share": _number(segment.revenue_share),
        "average_order_value": _number(segment.average_order_value),
    }
    if masked:
        for name in ("revenue", "revenue_share", "average_order_value"):
            figures[name] = None
    if hidden:
        figures = dict.fromkeys(figures)
        figures["size"] = f"<{MIN_CELL}" if small else None
    return {
        "number": segment.number,
        "key": segment.key,
        "archetype": segment.name.archetype,
        "qualifiers": list(segment.name.qualifiers),
        "numeral": segment.name.numeral,
        **figures,
        "hidden": hidden,
        "dominated": None if small else segment.dominated,
        "medians": {} if small else _numbers(segment.medians),
        "lifts": {} if small else _numbers(segment.lifts),
        "scores": {} if small else _numbers(segment.scores),
        "claims": [] if small else [_claim_dict(one) for one in segment.claims],
        "rule": None if small or segment.rule is None else _rule_dict(segment.rule),
        "nearest": segment.nearest,
        "contrast": None if small else _contrast_dict(segment.contrast),
        "stability": _number(segment.stability),
        "action": segment.action,
        "habits": [] if small else [_habit_dict(one) for one in segment.habits],
        "shares": {} if small else _numbers(segment.shares),
        "usual_gap_days": None if small else _number(segment.usual_gap_days),
        "name_share": None if small else _number(segment.name_share),
        "given_name": segment.given_name,
        "former_names": list(segment.former_names),
    }


def _habit_dict(habit: Habit) -> dict[str, Any]:
    return {
        "feature": habit.feature,
        "code": _number(habit.code),
        "share": _number(habit.share),
        "share_of_all": _number(habit.share_of_all),
        "leads": habit.leads,
    }


def _claim_dict(claim: Claim) -> dict[str, Any]:
    return {
        "feature": claim.feature,
        "level": claim.level,
        "threshold": _number(claim.threshold),
        "upper": _number(claim.upper),
        "share": _number(claim.share),
        "share_of_all": _number(claim.share_of_all),
        "median": _number(claim.median),
        "median_of_all": _number(claim.median_of_all),
        "effect": _number(claim.effect),
    }


def _rule_dict(rule: MembershipRule) -> dict[str, Any]:
    return {
        "conditions": [
            {"feature": one.feature, "lower": one.lower, "upper": one.upper}
            for one in rule.conditions
        ],
        "precision": _number(rule.precision),
        "recall": _number(rule.recall),
    }


def _rulebook_dict(book: RuleBook) -> dict[str, Any]:
    return {
        "fidelity": _number(book.fidelity),
        "no_rule": _number(book.no_rule),
        "recalls": [
            {"segment": number, "recall": _number(recall)}
            for number, recall in book.recalls.items()
        ],
    }


def _contrast_dict(contrast: Contrast | None) -> dict[str, Any] | None:
    if contrast is None:
        return None
    return {
        "other": contrast.other,
        "feature": contrast.feature,
        "median": _number(contrast.median),
        "median_of_other": _number(contrast.median_of_other),
        "effect": _number(contrast.effect),
    }


def _numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)

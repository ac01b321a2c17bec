"""Names that hold: an archetype whose every predicate is true, or plain qualifiers.

An archetype asks for claims (which may be said) and for predicates that hold for at
least 60 % of the members (which only guard against an untrue name), and all of it
together has to hold for half of them. A segment that fits none is named by the two
claims that tell it best from the other segments, and one without claims is average.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.bearers import MIN_BEARERS
from autoseg.profiles.claims import MIN_SHARE
from autoseg.profiles.guards import OVERDUE
from autoseg.profiles.levels import WEAKER
from autoseg.profiles.namewords import is_short
from autoseg.profiles.segments import SegmentName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autoseg.profiles.bearers import Bearers
    from autoseg.profiles.claims import Evidence
    from autoseg.profiles.segments import Claim

__all__ = [
    "ARCHETYPES",
    "QUALIFIERS",
    "Archetype",
    "base_name",
    "claims_behind",
    "find_action",
    "in_order",
    "is_aside",
    "name_mask",
    "sayable_qualifiers",
]

_MAX_QUALIFIERS = 2
_ABOUT = 0.15
_ENGAGEMENT = frozenset(
    {"event_count", "days_since_last_event", "campaign_response_share"}
)
# of two qualifiers one at least is about these
_WORTH = frozenset(
    {
        "recency_days",
        "frequency",
        "monetary",
        "average_order_value",
        "tenure_days",
        OVERDUE,
    }
)
# a name tells what customers are worth; these name one only where nothing else does
_ASIDE = frozenset(
    {
        "night_share",
        "morning_share",
        "afternoon_share",
        "evening_share",
        "repeat_product_share",
        "discounted_order_share",
        "price_level",
        "visit_count",
        "open_rate",
        "click_rate",
    }
)


@dataclass(frozen=True, slots=True)
class Archetype:
    """One well-known kind of customers.

    Parameters
    ----------
    key : str
        Key of the name and of the action.
    claims : tuple of tuple of str
        From each group at least one has to be a claim of the segment.
    holds : tuple of str
        Each has to hold for at least 60 % of the members; with a leading ``!`` its
        opposite has to.
    leads : str, optional
        Feature that has to set the members apart about as far as any other does.
    """

    key: str
    claims: tuple[tuple[str, ...], ...] = ()
    holds: tuple[str, ...] = ()
    leads: str | None = None


_FEW = ("frequency.one", "frequency.low")
_OFTEN = ("frequency.high",)
_RICH = ("monetary.high",)
_LATE = ("recency_days.high",)
_RECENT = ("recency_days.low",)
_BETWEEN = ("recency_days.mid",)
_OVERDUE = (f"{OVERDUE}.high",)
_YOUNG = ("tenure_days.low",)

# The first that fits is taken. What sets customers apart more than their worth does
# comes first, then the narrower before the wider: every champion is loyal.
ARCHETYPES = (
    Archetype(
        "frequent_returns",
        (("return_share.high", "return_share.some"),),
        ("tenth_returned",),
        leads="return_share",
    ),
    Archetype(
        "deal_seekers",
        (("discount_share.high",),),
        ("tenth_off",),
        leads="discount_share",
    ),
    Archetype(
        "weekend_shoppers",
        (("weekend_share.high",),),
        ("half_weekend", "several_orders"),
        leads="weekend_share",
    ),
    Archetype(
        "seasonal",
        (("season_share.most",),),
        ("one_season", "several_orders"),
        leads="season_share",
    ),
    Archetype("cant_lose", (_OFTEN, _RICH, _LATE), ("lapsed", "several_orders")),
    Archetype("champions", (_OFTEN, _RICH), ("active", "several_orders")),
    Archetype("loyal", (_OFTEN,), ("!lapsed", "several_orders")),
    Archetype("big_spenders", (_RICH, ("average_order_value.high",)), ("!lapsed",)),
    Archetype("lost", (_LATE, _FEW), ("lapsed", "half_year_silent", "repeat")),
    Archetype("at_risk", (_OVERDUE,), ("quiet", "repeat")),
    Archetype("new", (_YOUNG, _FEW), ("half_year", "!lapsed")),
    Archetype("one_time", (("frequency.one",),)),
    Archetype("hibernating", (_LATE,), ("lapsed",)),
    Archetype("potential_loyalist", (_RECENT,), ("active", "first_orders", "repeat")),
    Archetype("promising", (_RECENT,), ("active", "first_orders")),
    Archetype("about_to_sleep", (_BETWEEN, _FEW)),
    Archetype("need_attention", (_BETWEEN,), ("repeat",)),
)

# What a claim is called within a name, in the order in which names are put together
QUALIFIERS: Mapping[str, str] = MappingProxyType(
    {
        "recency_days.low": "recent",
        "recency_days.mid": "a_while_ago",
        "recency_days.high": "long_ago",
        "frequency.high": "frequent",
        "frequency.mid": "medium_frequency",
        "frequency.low": "rare",
        "frequency.one": "one_order",
        "frequency.upper": "more_orders",
        "frequency.lower": "fewer_orders",
        "monetary.high": "high_spend",
        "monetary.mid": "medium_spend",
        "monetary.low": "low_spend",
        "monetary.upper": "more_spend",
        "monetary.lower": "less_spend",
        "average_order_value.high": "large_orders",
        "average_order_value.mid": "medium_orders",
        "average_order_value.low": "small_orders",
        "average_order_value.upper": "upper_orders",
        "average_order_value.lower": "lower_orders",
        "tenure_days.low": "started_recently",
        "tenure_days.high": "long_standing",
        "tenure_days.upper": "older_than_most",
        "tenure_days.lower": "newer_than_most",
        "mean_gap_days.low": "short_gaps",
        "mean_gap_days.high": "long_gaps",
        f"{OVERDUE}.high": "overdue",
        f"{OVERDUE}.late": "late",
        f"{OVERDUE}.on_time": "on_time",
        "trend_90d.rising": "buying_more",
        "trend_90d.falling": "buying_less",
        "gap_cv.low": "steady",
        "gap_cv.high": "irregular",
        "discount_share.high": "much_discount",
        "discount_share.some": "some_discount",
        "discount_share.low": "little_discount",
        "discount_share.none": "no_discount",
        "discounted_order_share.most": "discount_mostly",
        "price_level.high": "dearer_items",
        "price_level.low": "cheaper_items",
        "return_share.high": "many_returns",
        "return_share.some": "some_returns",
        "return_share.none": "no_returns",
        "weekend_share.high": "weekend",
        "weekend_share.low": "weekday",
        "weekend_share.none": "never_weekend",
        "night_share.most": "night",
        "morning_share.most": "morning",
        "afternoon_share.most": "afternoon",
        "evening_share.most": "evening",
        "season_share.most": "one_season",
        "distinct_categories.one": "one_category",
        "distinct_categories.high": "many_categories",
        "distinct_categories.low": "few_categories",
        "top_category_share.high": "one_main_category",
        "top_category_share.low": "spread_categories",
        "distinct_products.one": "one_product",
        "distinct_products.high": "many_products",
        "distinct_products.low": "few_products",
        "repeat_product_share.high": "same_again",
        "lines_per_order.high": "many_lines",
        "lines_per_order.low": "few_lines",
        "units_per_order.high": "many_units",
        "units_per_order.low": "few_units",
        "margin_share.high": "high_margin",
        "margin_share.low": "low_margin",
        "distinct_channels.high": "several_channels",
        "distinct_channels.one": "one_channel",
        "event_count.high": "much_contact",
        "event_count.low": "little_contact",
        "event_count.none": "no_contact",
        "visit_count.high": "many_visits",
        "visit_count.none": "no_visits",
        "open_rate.high": "often_opens",
        "open_rate.none": "never_opens",
        "click_rate.high": "often_clicks",
        "click_rate.none": "never_clicks",
        "days_since_last_event.low": "recent_contact",
        "days_since_last_event.high": "old_contact",
        "campaign_response_share.high": "often_responds",
        "campaign_response_share.some": "responds",
        "campaign_response_share.none": "never_responds",
    }
)

_CLAIM_OF = {qualifier: claim for claim, qualifier in QUALIFIERS.items()}
_PLACE = {qualifier: place for place, qualifier in enumerate(QUALIFIERS.values())}

# What to do with a segment that has no archetype: the first claim that it has
_ACTIONS = MappingProxyType(
    {
        "recency_days.high": "need_attention",
        f"{OVERDUE}.high": "need_attention",
        f"{OVERDUE}.late": "need_attention",
        "trend_90d.falling": "need_attention",
        "frequency.high": "loyal",
        "monetary.high": "big_spenders",
        "average_order_value.high": "big_spenders",
        "return_share.high": "frequent_returns",
        "discount_share.high": "deal_seekers",
        "discounted_order_share.most": "deal_seekers",
        "season_share.most": "seasonal",
        "recency_days.mid": "grow",
        "recency_days.low": "grow",
        "frequency.mid": "grow",
        "frequency.low": "grow",
        "frequency.one": "one_time",
        "monetary.mid": "grow",
        "monetary.low": "grow",
        "average_order_value.mid": "grow",
        "average_order_value.low": "grow",
        "mean_gap_days.low": "grow",
        "mean_gap_days.high": "grow",
        "trend_90d.rising": "grow",
        "frequency.upper": "grow",
        "monetary.upper": "grow",
        "average_order_value.upper": "grow",
        "frequency.lower": "grow",
        "monetary.lower": "grow",
        "average_order_value.lower": "grow",
        "tenure_days.lower": "grow",
        f"{OVERDUE}.on_time": "grow",
    }
)


def base_name(bearers: Bearers, position: int) -> SegmentName:
    """Return the name of a segment, before names are made distinct.

    Parameters
    ----------
    bearers : Bearers
        The customers, with the claims and shares of all segments.
    position : int
        Position of the segment, from 0.

    Returns
    -------
    SegmentName

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.profiles.bearers import Bearers
    >>> from autoseg.profiles.claims import Evidence
    >>> nobody = Bearers(Evidence(((),), {}), pd.DataFrame(), np.array([], int))
    >>> base_name(nobody, 0).key
    'average'
    """
    if not bearers.evidence.claims[position]:
        return SegmentName("average")
    for archetype in ARCHETYPES:
        name = SegmentName(archetype.key)
        if _fits(archetype, bearers, position) and (
            _share(name, bearers, position) >= MIN_BEARERS
        ):
            return name
    sayable = sayable_qualifiers(bearers.evidence, position)
    speaking = [one for one in sayable if not is_aside(one)] or sayable
    if not speaking:
        return SegmentName("average")
    return _most_telling(speaking, bearers, position)


def name_mask(name: SegmentName, bearers: Bearers, position: int) -> np.ndarray | None:
    """Return for whom all holds that a name says by claims and guards.

    Parameters
    ----------
    name : SegmentName
        The name; what it says beside another segment is left out.
    bearers : Bearers
        The customers.
    position : int
        Position of the segment that has the name, from 0.

    Returns
    -------
    ndarray of bool, shape (n_customers,), or None
        None if it says nothing, as of average customers.
    """
    claims = bearers.claims_of(position)
    parts = [
        bearers.of_claims([claims[_CLAIM_OF[one]]])
        for one in name.qualifiers
        if _CLAIM_OF.get(one) in claims
    ]
    for archetype in ARCHETYPES:
        if archetype.key == name.archetype:
            for group in archetype.claims:
                said = [
                    bearers.of_claims([claims[key]]) for key in group if key in claims
                ]
                parts.append(np.logical_or.reduce(said))
            parts += [bearers.of_guard(one) for one in archetype.holds]
    return np.logical_and.reduce(parts) if parts else None


def is_aside(qualifier: str) -> bool:
    """Return whether a qualifier names a segment only where no other does.

    Parameters
    ----------
    qualifier : str
        Key of a qualifier.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_aside("evening"), is_aside("high_spend")
    (True, False)
    """
    return _feature_of(qualifier) in _ASIDE


def sayable_qualifiers(evidence: Evidence, position: int) -> list[str]:
    """Return the qualifiers that a segment's claims allow, the strongest first.

    Words say more than numbers, so some need more than their claim: "not bought for
    long" a silence that is long for the customers themselves, "first bought
    recently" half a year at most. What was bought comes before contacts, and middling
    levels last; the gaps between orders keep quiet where the number of orders speaks.

    Parameters
    ----------
    evidence : Evidence
        Claims and shares of all segments.
    position : int
        Position of the segment, from 0.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from autoseg.profiles.claims import Evidence
    >>> from autoseg.profiles.segments import Claim
    >>> claims = (Claim("monetary", "mid", 200, 0.7, 0.3, 300, 300, 0.5, 400),
    ...           Claim("frequency", "low", 3, 0.7, 0.3, 2, 5, -0.5))
    >>> sayable_qualifiers(Evidence(claims=(claims,), holds={}), 0)
    ['rare', 'medium_spend']
    """
    claims = evidence.claims[position]
    counted = any(claim.feature == "frequency" for claim in claims)
    sayable = [
        claim
        for claim in claims
        if claim.key in QUALIFIERS
        and not (claim.key in _LATE and not _holds("lapsed", evidence, position))
        and not (claim.key in _YOUNG and not _holds("half_year", evidence, position))
        and not (claim.feature == "mean_gap_days" and counted)
    ]
    sayable.sort(
        key=lambda one: (
            one.feature in _ASIDE, one.feature in _ENGAGEMENT, one.level in WEAKER,
            one.level == "mid",
        )
    )  # fmt: skip
    return [QUALIFIERS[claim.key] for claim in sayable]


def in_order(qualifiers: Sequence[str]) -> tuple[str, ...]:
    """Return qualifiers in the order of `QUALIFIERS`, so equal sets read alike.

    Parameters
    ----------
    qualifiers : sequence of str
        Keys of qualifiers.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> in_order(["low_spend", "recent"])
    ('recent', 'low_spend')
    """
    return tuple(sorted(qualifiers, key=lambda one: _PLACE[one]))


def claims_behind(name: SegmentName, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the claims that a name rests on, in the order of its parts.

    Parameters
    ----------
    name : SegmentName
        The name.
    claims : sequence of Claim
        Claims of the segment.

    Returns
    -------
    tuple of Claim
    """
    wanted: list[str] = []
    for archetype in ARCHETYPES:
        if archetype.key == name.archetype:
            wanted += [key for group in archetype.claims for key in group]
    wanted += [_CLAIM_OF[one] for one in name.qualifiers if one in _CLAIM_OF]
    by_key = {claim.key: claim for claim in claims}
    return tuple(by_key[key] for key in dict.fromkeys(wanted) if key in by_key)


def find_action(name: SegmentName, claims: Sequence[Claim]) -> str:
    """Return the key of what to do with a segment.

    Parameters
    ----------
    name : SegmentName
        Its name; an archetype brings its own action.
    claims : sequence of Claim
        Its claims.

    Returns
    -------
    str
        Key of an action in the catalogues.

    Examples
    --------
    >>> find_action(SegmentName("champions"), ())
    'champions'
    """
    if name.archetype:
        return name.archetype
    keys = {claim.key for claim in claims}
    return next((what for key, what in _ACTIONS.items() if key in keys), "average")


def _fits(archetype: Archetype, bearers: Bearers, position: int) -> bool:
    claims = bearers.claims_of(position)
    if archetype.leads and not _leads(archetype.leads, claims.values()):
        return False
    return all(
        any(key in claims for key in group) for group in archetype.claims
    ) and all(_holds(one, bearers.evidence, position) for one in archetype.holds)


def _leads(feature: str, claims: Iterable[Claim]) -> bool:
    """Return whether a feature sets members apart about as far as any other does."""
    ahead = {one.feature: one.share - one.share_of_all for one in claims}
    return ahead.get(feature, 0.0) >= max(ahead.values()) - _ABOUT


def _share(name: SegmentName, bearers: Bearers, position: int) -> float:
    mask = name_mask(name, bearers, position)
    return 1.0 if mask is None else float(bearers.shares(mask)[position])


def _most_telling(
    qualifiers: Sequence[str], bearers: Bearers, position: int
) -> SegmentName:
    """Return the name by the two qualifiers that tell a segment best from the others.

    Both have to hold together for half of the members; where no two do, one speaks
    alone. Those are taken that the fewest other segments could say of themselves, and
    of these the ones that hold for most more members than in any other segment.
    """
    bought = [one for one in qualifiers if _feature_of(one) not in _ENGAGEMENT]
    spoken = bought or qualifiers
    others = [
        set(sayable_qualifiers(bearers.evidence, place))
        for place in range(len(bearers.evidence.claims))
        if place != position
    ]
    for n_words in (_MAX_QUALIFIERS, 1):
        best, best_rank = None, (-np.inf, -np.inf)
        for words in combinations(spoken, n_words):
            name = SegmentName(None, in_order(words))
            shares = bearers.shares(np.asarray(name_mask(name, bearers, position)))
            lead = shares[position] - np.delete(shares, position).max(initial=0.0)
            rank = (-sum(other.issuperset(words) for other in others), lead)
            worth = n_words == 1 or any(_feature_of(one) in _WORTH for one in words)
            borne = shares[position] >= MIN_BEARERS
            if worth and borne and rank > best_rank and is_short(name):
                best, best_rank = name, rank
        if best:
            return best
    return SegmentName(None, (qualifiers[0],))


def _feature_of(qualifier: str) -> str:
    return _CLAIM_OF[qualifier].split(".")[0]


def _holds(predicate: str, evidence: Evidence, position: int) -> bool:
    shares = evidence.holds.get(predicate.removeprefix("!"))
    if shares is None:
        return False
    share = float(shares[position])
    return (1 - share if predicate.startswith("!") else share) >= MIN_SHARE

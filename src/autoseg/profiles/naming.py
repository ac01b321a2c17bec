"""Names that hold: an archetype whose every predicate is true, or plain qualifiers.

An archetype asks for claims (which may be said) and for predicates that hold for at
least 60 % of the members (which only guard against an untrue name). A segment that
fits none is named by its two strongest claims, and one without claims is average.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from autoseg.profiles.claims import MIN_SHARE, Evidence
from autoseg.profiles.guards import OVERDUE
from autoseg.profiles.segments import SegmentName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    "sayable_qualifiers",
]

_MAX_QUALIFIERS = 2
_ENGAGEMENT = frozenset(
    {"event_count", "days_since_last_event", "campaign_response_share"}
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
        Claim that has to be the strongest of all.
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

# the first that fits is taken
ARCHETYPES = (
    Archetype("cant_lose", (_OFTEN, _RICH, _LATE), ("lapsed", "several_orders")),
    Archetype("champions", (_OFTEN, _RICH), ("active", "several_orders")),
    Archetype("loyal", (_OFTEN,), ("!lapsed", "several_orders")),
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
        "monetary.high": "high_spend",
        "monetary.mid": "medium_spend",
        "monetary.low": "low_spend",
        "average_order_value.high": "large_orders",
        "average_order_value.mid": "medium_orders",
        "average_order_value.low": "small_orders",
        "tenure_days.low": "started_recently",
        "tenure_days.high": "long_standing",
        "mean_gap_days.low": "short_gaps",
        "mean_gap_days.high": "long_gaps",
        f"{OVERDUE}.high": "overdue",
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
        "trend_90d.falling": "need_attention",
        "frequency.high": "loyal",
        "monetary.high": "big_spenders",
        "average_order_value.high": "big_spenders",
        "return_share.high": "frequent_returns",
        "discount_share.high": "deal_seekers",
        "discounted_order_share.most": "deal_seekers",
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
    }
)


def base_name(evidence: Evidence, position: int) -> SegmentName:
    """Return the name of a segment, before names are made distinct.

    Parameters
    ----------
    evidence : Evidence
        Claims and shares of all segments.
    position : int
        Position of the segment, from 0.

    Returns
    -------
    SegmentName

    Examples
    --------
    >>> base_name(Evidence(claims=((),), holds={}), 0).key
    'average'
    """
    claims = {claim.key: claim for claim in evidence.claims[position]}
    if not claims:
        return SegmentName("average")
    for archetype in ARCHETYPES:
        if _fits(archetype, claims, evidence, position):
            return SegmentName(archetype.key)
    sayable = sayable_qualifiers(evidence, position)
    speaking = [one for one in sayable if not is_aside(one)] or sayable
    if not speaking:
        return SegmentName("average")
    return SegmentName(None, in_order(speaking[:_MAX_QUALIFIERS]))


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
    return _CLAIM_OF[qualifier].split(".")[0] in _ASIDE


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
            one.feature in _ASIDE, one.feature in _ENGAGEMENT, one.level == "mid",
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


def _fits(
    archetype: Archetype,
    claims: Mapping[str, Claim],
    evidence: Evidence,
    position: int,
) -> bool:
    leading = (one.feature for one in claims.values() if one.feature not in _ASIDE)
    if archetype.leads and next(leading, None) != archetype.leads:
        return False
    return all(
        any(key in claims for key in group) for group in archetype.claims
    ) and all(_holds(one, evidence, position) for one in archetype.holds)


def _holds(predicate: str, evidence: Evidence, position: int) -> bool:
    shares = evidence.holds.get(predicate.removeprefix("!"))
    if shares is None:
        return False
    share = float(shares[position])
    return (1 - share if predicate.startswith("!") else share) >= MIN_SHARE

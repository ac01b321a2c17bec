"""The sentences about one segment: who, worth, rhythm, contrast, and the short line.

Each says a claim of the segment or a figure of its profile, and nothing else. A figure
that is not known leaves its sentence out, or the part of the sentence that needs it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autoseg.features import label_name, level_name, pattern_of
from autoseg.profiles.claims import MIN_SHARE
from autoseg.profiles.figures import Figures
from autoseg.profiles.naming import claims_behind
from autoseg.profiles.rounding import display_digits
from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import Claim, SegmentProfile, SegmentProfiles

__all__ = ["Narrator"]

_IN_TEXT = 2
_SLIDE = 120
_TREND = "trend_90d"
# whoever first bought within the two windows that a trend compares buys more often by
# that alone, and one order has no direction
_BOTH_WINDOWS = 180
_TWO = 2
_NAMED_BY_USER = frozenset({"attribute", "own"})


class Narrator:
    """Tells of the segments of one set of profiles, in one language.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments in numbers.
    catalogue : Catalogue
        Texts and formats of the language.
    names : sequence of str
        What the segments are called, in their order.
    """

    def __init__(
        self, profiles: SegmentProfiles, catalogue: Catalogue, names: Sequence[str]
    ) -> None:
        self.profiles = profiles
        self.catalogue = catalogue
        self.names = names
        self.figures = Figures.of(profiles, catalogue)

    def sentences(self, segment: SegmentProfile) -> tuple[str, ...]:
        """Return who they are, what they are worth, their rhythm and their contrast."""
        if segment.size < MIN_CELL:
            return (self._withheld("small"),)
        parts = (
            self._who(segment),
            self._worth(segment),
            self.rhythm(segment),
            self._contrast(segment),
        )
        return tuple(part for part in parts if part)

    def rhythm(self, segment: SegmentProfile) -> str:
        """Return how often they buy, how long ago they did, and where it is going.

        Empty where nothing of it is known, and for a segment without figures.
        """
        if segment.size < MIN_CELL:
            return ""
        return " ".join(filter(None, (self._pace(segment), self._trend(segment))))

    def short(self, segment: SegmentProfile) -> str:
        """Return one line for a slide: size and revenue, and the strongest traits.

        The two that the sentences tell, or the first that fits into 120 characters.
        """
        if segment.size < MIN_CELL:
            return self._withheld("small")
        if segment.number in self.profiles.hidden or self._is_everyone():
            return self._who(segment)
        fields = {"share": self.figures.percent(segment.share)}
        key = "short.customers"
        told = segment.number not in self.profiles.without_revenue
        if told and not math.isnan(segment.revenue_share):
            key = "short.figures"
            fields["revenue_share"] = self.figures.percent(segment.revenue_share)
        figures = self._say(key, **fields)
        first = [self.clause(one) for one in self._said(segment)]
        others = [self.clause(one) for one in segment.claims]
        for clauses in (first, *([one] for one in first + others)):
            line = self._joined("short", clauses, figures=figures) if clauses else ""
            if 0 < len(line) <= _SLIDE:
                return line
        return self._say("short.none", figures=figures)

    def clause(self, claim: Claim) -> str:
        """Return a claim as a clause that stands alone, such as "79% have …"."""
        figures = self.figures
        upper = claim.threshold if claim.upper is None else claim.upper
        entry = figures.features[claim.feature]
        key = f"claims.{pattern_of(entry) or entry.name}.{claim.level}"
        number = figures.value(claim.threshold, claim.feature)
        if f"profiles.{key}" not in self.catalogue.texts:
            key += ".one" if number == "1" else ".other"
        return self._say(
            key,
            label=label_name(entry),
            level=level_name(entry, self.catalogue),
            share=figures.percent(claim.share),
            value=figures.quantity(claim.threshold, claim.feature),
            number=number,
            upper=figures.quantity(upper, claim.feature),
        )

    def compared(self, claim: Claim) -> str:
        """Return a claim with the share of all customers for whom it holds."""
        return self._say(
            "claims.compared",
            claim=self.clause(claim),
            share=self.figures.percent(claim.share_of_all),
        )

    def _say(self, key: str, **fields: object) -> str:
        return self.catalogue.text(f"profiles.{key}", **fields)

    def _withheld(self, reason: str) -> str:
        minimum = self.catalogue.number(MIN_CELL)
        return self._say(f"hidden.{reason}", minimum=minimum)

    def _joined(self, key: str, clauses: Sequence[str], **fields: object) -> str:
        if len(clauses) == 1:
            return self._say(f"{key}.one", first=clauses[0], **fields)
        return self._say(f"{key}.two", first=clauses[0], second=clauses[1], **fields)

    def _said(self, segment: SegmentProfile) -> list[Claim]:
        """Return the two claims that the sentences tell: those behind the name."""
        behind = claims_behind(segment.name, segment.claims)
        if not segment.name.archetype:
            # a name made of qualifiers may leave out the strongest claim
            behind = segment.claims[:1] + behind
        return list(dict.fromkeys((*behind, *segment.claims)))[:_IN_TEXT]

    def _who(self, segment: SegmentProfile) -> str:
        if self._is_everyone():
            return self._say("who.everyone")
        clauses = [self.clause(claim) for claim in self._said(segment)]
        if not clauses:
            return self._say("who.none", share=self.figures.percent(MIN_SHARE))
        return self._joined("who", clauses)

    def _is_everyone(self) -> bool:
        return len(self.profiles.segments) == 1

    def _worth(self, segment: SegmentProfile) -> str:
        if segment.number in self.profiles.hidden:
            return self._withheld("beside")
        currency = self.profiles.currency
        fields: dict[str, object] = {
            "size": self.catalogue.number(segment.size),
            "share": self.figures.percent(segment.share),
        }
        if segment.number in self.profiles.without_revenue:
            return self._say("hidden.revenue", **fields)
        fields["revenue"] = self.catalogue.money(segment.revenue, currency)
        alone = self._is_everyone()
        if math.isnan(segment.revenue_share) and not alone:
            return self._say("worth.without_share", **fields)
        fields["revenue_share"] = self.figures.percent(segment.revenue_share)
        worth = segment.average_order_value
        if math.isnan(worth):
            key = "everyone_without_orders" if alone else "without_orders"
            return self._say(f"worth.{key}", **fields)
        digits = display_digits(worth, "currency")
        fields["order_value"] = self.catalogue.money(worth, currency, digits)
        return self._say("worth.everyone" if alone else "worth.full", **fields)

    def _pace(self, segment: SegmentProfile) -> str:
        known = {
            feature: value
            for feature, value in segment.medians.items()
            if not math.isnan(value)
        }
        fields = {}
        if "recency_days" in known:
            fields["recency"] = self.figures.quantity(
                known["recency_days"], "recency_days"
            )
        how_often = ""
        orders = known.get("frequency")
        if orders is not None and orders <= 1:
            how_often = "once"
        elif orders is not None and not math.isnan(segment.usual_gap_days):
            how_often = "gap"
            gap = segment.usual_gap_days
            fields["gap"] = self.figures.quantity(gap, "mean_gap_days")
        elif orders is not None:
            how_often = "orders"
            fields["orders"] = self.figures.quantity(orders, "frequency")
        how_long = "recency" if "recency" in fields else ""
        key = "_".join(filter(None, (how_often, how_long)))
        return self._say(f"rhythm.{key}", **fields) if key else ""

    def _trend(self, segment: SegmentProfile) -> str:
        medians = segment.medians
        if medians.get("frequency", _TWO) < _TWO:
            return ""
        if medians.get("tenure_days", _BOTH_WINDOWS) < _BOTH_WINDOWS:
            return ""
        said = self._said(segment)
        for claim in segment.claims:
            if claim.feature == _TREND and claim not in said:
                return self._say(f"rhythm.{claim.level}", claim=self.clause(claim))
        return ""

    def _contrast(self, segment: SegmentProfile) -> str:
        if segment.nearest is None:
            return ""
        other = self.profiles.segments[segment.nearest - 1]
        if other.size < MIN_CELL:
            return ""
        name = self.names[other.number - 1]
        contrast = segment.contrast
        if contrast is None:
            return self._say("contrast.none", other=name)
        own, theirs = (
            self.figures.value(median, contrast.feature)
            for median in (contrast.median, contrast.median_of_other)
        )
        return self._say(
            "contrast.sentence",
            other=name,
            feature=self._within(contrast.feature),
            value=own,
            other_value=theirs,
        )

    def _within(self, feature: str) -> str:
        """Return a feature's name as it stands inside a sentence."""
        name = self.figures.name(feature)
        if pattern_of(self.figures.features[feature]) in _NAMED_BY_USER:
            return name
        return name[0].lower() + name[1:]

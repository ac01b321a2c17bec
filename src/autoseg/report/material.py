"""What every part of the summary is written from: words, profiles, formats."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.features import feature_name
from autoseg.profiles import MIN_CELL
from autoseg.report.wording import ABSENT, ROUND_FROM, Wording

if TYPE_CHECKING:
    from autoseg.features import Feature
    from autoseg.profiles import SegmentProfile, SegmentProfiles, SegmentText

__all__ = ["Material"]


@dataclass(frozen=True, slots=True)
class Material(Wording):
    """The segments, their texts and the formats of one language and currency.

    Parameters
    ----------
    words : Catalogue
        Texts and formats of the report's language.
    currency : str or None
        ISO code of the amounts.
    profiles : SegmentProfiles
        The segments in numbers.
    texts : tuple of SegmentText
        The segments in words, in the same order.
    """

    profiles: SegmentProfiles
    texts: tuple[SegmentText, ...]

    def period(self) -> dict[str, str] | None:
        """Return the first and the last day, written out; None where unknown."""
        first, last = self.profiles.first_day, self.profiles.last_day
        if first is None or last is None:
            return None
        return {"first": self.date(first), "last": self.date(last)}

    def measured(self, feature: Feature, value: float | None) -> str:
        """Return a feature's value in its unit, without the currency's name."""
        if value is None or not math.isfinite(value):
            return ABSENT
        if feature.unit == "share":
            return self.percent(value)
        if feature.unit in {"ratio", "score", "nats"}:
            return self.words.number(value, 2)
        digits = 2 if feature.unit == "currency" else 1
        whole = abs(value) >= ROUND_FROM or round(value, digits).is_integer()
        return self.words.number(value, 0 if whole else digits)

    def feature_label(self, feature: Feature) -> str:
        """Return what a feature is called, with the currency where it is money."""
        name = feature_name(feature, self.words)
        if feature.unit == "currency" and self.currency:
            return f"{name} ({self.currency})"
        return name

    def is_hidden(self, segment: SegmentProfile) -> bool:
        """Return whether size and revenue of a segment are not to be shown."""
        return segment.number in self.profiles.hidden

    def hides_revenue(self, segment: SegmentProfile) -> bool:
        """Return whether the revenue of a segment is not to be shown."""
        return segment.number in self.profiles.without_revenue

    def size_text(self, segment: SegmentProfile) -> str:
        """Return the number of customers, or what stands for a small one."""
        if segment.size < MIN_CELL:
            return f"<{MIN_CELL}"
        if self.is_hidden(segment):
            return self.say("cards.withheld")
        return self.words.number(segment.size)

"""What every part of the summary is written from: words, profiles, formats."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.profiles import MIN_CELL

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from autoseg.features import Feature
    from autoseg.locales import Catalogue
    from autoseg.profiles import SegmentProfile, SegmentProfiles, SegmentText

__all__ = ["Material"]

_ABSENT = "–"
_ROUND_FROM = 100


@dataclass(frozen=True, slots=True)
class Material:
    """The segments, their texts and the formats of one language and currency.

    Parameters
    ----------
    words : Catalogue
        Texts and formats of the report's language.
    profiles : SegmentProfiles
        The segments in numbers.
    texts : tuple of SegmentText
        The segments in words, in the same order.
    currency : str or None
        ISO code of the amounts.
    """

    words: Catalogue
    profiles: SegmentProfiles
    texts: tuple[SegmentText, ...]
    currency: str | None

    def say(self, key: str, **fields: object) -> str:
        """Return one of the report's texts."""
        return self.words.text(f"report.{key}", **fields)

    def say_count(self, key: str, count: int, **fields: object) -> str:
        """Return the form of one of the report's texts that fits a count."""
        return self.words.plural(f"report.{key}", count, digits=0, **fields)

    def known(self, key: str, otherwise: str) -> str:
        """Return the text of a full key, or a plain name where there is none."""
        return self.words.texts.get(key, otherwise)

    def date(self, day: date) -> str:
        """Return a day written out, its number kept on the line of its month."""
        return self.words.date(day).replace(" ", "\u00a0", 1)

    def period(self) -> dict[str, str] | None:
        """Return the first and the last day, written out; None where unknown."""
        first, last = self.profiles.first_day, self.profiles.last_day
        if first is None or last is None:
            return None
        return {"first": self.date(first), "last": self.date(last)}

    def percent(self, share: float | None) -> str:
        """Return a share of 1 as a percentage; one decimal below 1 %."""
        if share is None or not math.isfinite(share):
            return _ABSENT
        digits = 1 if 0 < abs(share) < 0.01 else 0  # noqa: PLR2004
        return self.words.percent(share, digits)

    def money(self, amount: float | Decimal | None) -> str:
        """Return an amount with its currency; cents where it is below 100."""
        if amount is None or not math.isfinite(amount):
            return _ABSENT
        digits = 2 if 0 < abs(float(amount)) < _ROUND_FROM else 0
        return self.words.money(amount, self.currency, digits)

    def measured(self, feature: Feature, value: float | None) -> str:
        """Return a feature's value in its unit, without the currency's name."""
        if value is None or not math.isfinite(value):
            return _ABSENT
        if feature.unit == "share":
            return self.percent(value)
        if feature.unit in {"ratio", "score"}:
            return self.words.number(value, 2)
        digits = 2 if feature.unit == "currency" else 1
        whole = abs(value) >= _ROUND_FROM or round(value, digits).is_integer()
        return self.words.number(value, 0 if whole else digits)

    def feature_label(self, feature: Feature) -> str:
        """Return what a feature is called, with the currency where it is money."""
        name = self.known(
            f"features.{feature.name}.name", feature.name.replace("_", " ")
        )
        if feature.unit == "currency" and self.currency:
            return f"{name} ({self.currency})"
        return name

    def is_hidden(self, segment: SegmentProfile) -> bool:
        """Return whether size and revenue of a segment are not to be shown."""
        return segment.number in self.profiles.hidden

    def size_text(self, segment: SegmentProfile) -> str:
        """Return the number of customers, or what stands for a small one."""
        if segment.size < MIN_CELL:
            return f"<{MIN_CELL}"
        if self.is_hidden(segment):
            return self.say("cards.withheld")
        return self.words.number(segment.size)

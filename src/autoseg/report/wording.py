"""Texts, days and amounts in one language and currency."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from autoseg.locales import Catalogue

__all__ = ["ABSENT", "ROUND_FROM", "Wording"]

ABSENT = "–"
"""What stands where there is no number."""

ROUND_FROM = 100
"""Amounts from here on are shown without cents."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The report's texts and formats in one language and currency.

    Parameters
    ----------
    words : Catalogue
        Texts and formats of the report's language.
    currency : str or None
        ISO code of the amounts.
    """

    words: Catalogue
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

    def percent(self, share: float | None) -> str:
        """Return a share of 1 as a percentage; one decimal below 1 %."""
        if share is None or not math.isfinite(share):
            return ABSENT
        digits = 1 if 0 < abs(share) < 0.01 else 0  # noqa: PLR2004
        return self.words.percent(share, digits)

    def money(self, amount: float | Decimal | None) -> str:
        """Return an amount with its currency; cents where it is below 100."""
        if amount is None or not math.isfinite(amount):
            return ABSENT
        digits = 2 if 0 < abs(float(amount)) < ROUND_FROM else 0
        return self.words.money(amount, self.currency, digits)

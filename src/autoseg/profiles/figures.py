"""Numbers of features as they stand in a text: with a currency, a unit, or plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.features import feature_name
from autoseg.profiles.rounding import display_digits, share_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.features import Feature
    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import SegmentProfiles

__all__ = ["Figures"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Prints the figures of one set of profiles in one language.

    Parameters
    ----------
    catalogue : Catalogue
        Texts and formats of the language.
    features : mapping of str to Feature
        The features, by name.
    currency : str or None
        ISO code of the business's currency, if known.
    """

    catalogue: Catalogue
    features: Mapping[str, Feature]
    currency: str | None

    @classmethod
    def of(cls, profiles: SegmentProfiles, catalogue: Catalogue) -> Figures:
        """Return what prints the figures of profiles."""
        features = {one.name: one for one in profiles.features}
        return cls(catalogue, features, profiles.currency)

    def percent(self, share: float) -> str:
        """Return a share of 1 as a percentage."""
        return self.catalogue.percent(share, share_digits(share))

    def value(self, amount: float, feature: str) -> str:
        """Return a value of a feature without its unit's word."""
        unit = self.features[feature].unit
        digits = display_digits(amount, unit)
        if unit == "share":
            return self.percent(amount)
        if unit == "currency":
            return self.catalogue.money(amount, self.currency, digits)
        return self.catalogue.number(amount, digits)

    def quantity(self, amount: float, feature: str) -> str:
        """Return a value with the word of its unit, if it has one."""
        unit = self.features[feature].unit
        if unit not in {"days", "orders"}:
            return self.value(amount, feature)
        digits = display_digits(amount, unit)
        return self.catalogue.plural(f"features.units.{unit}", amount, digits=digits)

    def name(self, feature: str) -> str:
        """Return what a feature is called."""
        return feature_name(self.features[feature], self.catalogue)

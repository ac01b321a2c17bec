"""What a model knows beside its rule: features, segments, window and its card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.features import MissingRule
from autoseg.locales import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from autoseg.features import Feature

__all__ = ["ModelCard", "ModelFeature", "ModelSegment", "ModelWindow"]


@dataclass(frozen=True, slots=True)
class ModelFeature:
    """One column that the rule looks at, and how it was spread at the fit.

    Parameters
    ----------
    name : str
        Name of the column.
    definition : Feature or None
        How it is computed from tables; None where a matrix was fitted.
    missing : MissingRule
        What a gap means; ``NEVER`` where there can be none.
    filling : float
        What stands for a gap with the rules ``ZERO`` and ``MEDIAN``: with the latter
        the median of the customers of the fit who had a value.
    median : float or None
        Of the customers of the fit, at three digits; None where it was not taken, or
        of fewer than 10 customers.
    cuts : tuple of float
        The nine deciles at three digits, without repetitions; for monitoring.
    missing_share : float
        Share of the customers of the fit who lacked it, at three decimals.

    Examples
    --------
    >>> ModelFeature("recency_days", median=41.0).missing
    <MissingRule.NEVER: 'never'>
    """

    name: str
    definition: Feature | None = None
    missing: MissingRule = MissingRule.NEVER
    filling: float = 0.0
    median: float | None = None
    cuts: tuple[float, ...] = ()
    missing_share: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelSegment:
    """One segment as a model knows it.

    Parameters
    ----------
    number : int
        From 1.
    key : str
        Key of its name, the same in every language.
    names : mapping of str to str
        Its name by language.
    n_customers : int or None
        Customers of the fit; None where there were fewer than 10, or where the number
        would tell how many another such segment had.
    stability : float or None
        Mean Jaccard similarity with its resampled selves; None where it was not taken.

    Examples
    --------
    >>> ModelSegment(1, "champions", {"en": "Champions"}).names["en"]
    'Champions'
    """

    number: int
    key: str
    names: Mapping[str, str]
    n_customers: int | None = None
    stability: float | None = None

    def name(self, language: str = "en") -> str:
        """Return its name in a language or locale; in English where there is none."""
        code = load_catalogue(language).language
        return self.names.get(code) or self.names["en"]


@dataclass(frozen=True, slots=True)
class ModelWindow:
    """The days and the money that the customers of the fit were looked at in.

    Parameters
    ----------
    as_of : datetime.date or None
        The day of analysis, exclusive; None where a matrix was fitted.
    first_day, last_day : datetime.date or None
        Days of the first and the last row that was used.
    currency : str or None
        ISO 4217 code, where known.
    timezone : str or None
        IANA name of the business's time zone, where one was given.

    Examples
    --------
    >>> from datetime import date
    >>> ModelWindow(date(2012, 1, 1), first_day=date(2011, 1, 1)).days
    365
    """

    as_of: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    currency: str | None = None
    timezone: str | None = None

    @property
    def days(self) -> int | None:
        """How many days the features looked back over; None where nobody knows."""
        if self.as_of is None or self.first_day is None:
            return None
        return (self.as_of - self.first_day).days


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What someone has to know who is handed a model.

    Parameters
    ----------
    purpose : str
        What it is for, in the words of who made it; empty where nobody said.
    verdict : str
        How clear the segments are: "clear", "moderate", "weak" or "none"; empty where
        it was not judged.
    n_customers : int or None
        Customers of the fit.
    rows_used, rows_dropped : int or None
        Rows of the transactions that were used, and that were left out.
    allowed : tuple of str
        Columns of a special category, such as health, that someone allowed to be used.

    Examples
    --------
    >>> ModelCard(verdict="clear").purpose
    ''
    """

    purpose: str = ""
    verdict: str = ""
    n_customers: int | None = None
    rows_used: int | None = None
    rows_dropped: int | None = None
    allowed: tuple[str, ...] = ()

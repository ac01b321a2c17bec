"""The customers who spend most, shown apart: what they are worth and where they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autoseg.errors import Finding, InputError
from autoseg.locales import load_catalogue
from autoseg.profiles.dominance import is_dominated
from autoseg.profiles.rounding import display_digits, share_digits
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.suppression import suppress
from autoseg.profiles.text import segment_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from autoseg.features import FeatureTable
    from autoseg.profiles.segments import SegmentProfiles

__all__ = ["TopCustomers", "find_top_customers"]

_MEDIANS = ("recency_days", "frequency", "monetary")
# a share such as 0.07 of 100 is 7.000000000000001 in floats, and 0.29 is 28.99…
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, repr=False)
class TopCustomers:
    """The share of customers with the most revenue, as a group.

    Parameters
    ----------
    share : float
        Which share of the customers they are, as asked for.
    n_customers : int or None
        How many; None where they are fewer than 10, and then nothing else is told.
    revenue_share : float or None
        Their share of all revenue; None where there is no revenue above zero, or where
        one or two of them make up so much of it that it would tell theirs.
    segments : mapping of int to int or None
        How many of them each segment holds; None where that is not shown.
    mainly : int or None
        Number of the segment that holds more than half of them, if one does.
    medians : mapping of str to float
        Medians of recency, frequency and spend, as far as they are known.
    names : tuple of str
        Names of the segments, in their order.
    currency : str or None
        ISO code of the spend.
    language : str
        Language of the names, and of the text.
    """

    share: float
    n_customers: int | None
    revenue_share: float | None
    segments: Mapping[int, int | None]
    mainly: int | None
    medians: Mapping[str, float]
    names: tuple[str, ...]
    currency: str | None = None
    language: str = "en"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, fit for JSON, in no language."""
        return {
            "share": self.share,
            "n_customers": self.n_customers,
            "revenue_share": self.revenue_share,
            "mainly": self.mainly,
            "segments": {str(number): n for number, n in self.segments.items()},
            "medians": dict(self.medians),
        }

    def __str__(self) -> str:
        words = load_catalogue(self.language)
        share = words.percent(self.share, share_digits(self.share))
        if self.n_customers is None:
            minimum = words.number(MIN_CELL)
            return words.text("journey.top.too_few", share=share, minimum=minimum)
        fields = {"share": share, "count": words.number(self.n_customers)}
        if self.revenue_share is None:
            told = [words.text("journey.top.without_share", **fields)]
        else:
            revenue = words.percent(
                self.revenue_share, share_digits(self.revenue_share)
            )
            told = [words.text("journey.top.worth", revenue_share=revenue, **fields)]
        if set(_MEDIANS) <= set(self.medians):
            told.append(self._typical())
        if self.mainly is not None and self.segments[self.mainly] is None:
            name = self.names[self.mainly - 1]
            told.append(words.text("journey.top.mainly", name=name))
        places = [
            words.text(
                "journey.top.place", name=self.names[number - 1], count=words.number(n)
            )
            for number, n in self.segments.items()
            if n
        ]
        if places:
            told.append(words.text("journey.top.places", places="; ".join(places)))
        if None in self.segments.values():
            told.append(words.text("journey.top.not_shown"))
        return "\n".join(told)

    def _typical(self) -> str:
        words = load_catalogue(self.language)
        days, orders, spend = (self.medians[name] for name in _MEDIANS)
        spend_digits = display_digits(spend, "currency")
        return words.text(
            "journey.top.typical",
            recency=words.plural("features.units.days", days, digits=_digits(days)),
            orders=words.plural(
                "features.units.orders", orders, digits=_digits(orders)
            ),
            spend=words.money(spend, self.currency, spend_digits),
        )

    def __repr__(self) -> str:
        return str(self)


def find_top_customers(
    profiles: SegmentProfiles,
    features: FeatureTable,
    numbers: ArrayLike,
    *,
    share: float = 0.01,
    language: str = "en",
) -> TopCustomers:
    """Look at the customers with the most revenue as a group of their own.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments.
    features : FeatureTable
        The customers' features and revenue, sorted by id.
    numbers : array-like of int, shape (n_customers,)
        The number of each customer's segment, from 1.
    share : float
        Share of the customers, above 0 and below 1; whole customers, rounded down. Of
        customers with the same revenue those with the first ids.
    language : str
        Language of the names.

    Returns
    -------
    TopCustomers

    Raises
    ------
    autoseg.errors.InputError
        If the share is none (``ASG_E_TOP_SHARE``).

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [6.0] * 20 + [1.0] * 20}, index=index),
    ...     revenue=pd.Series([90000] * 20 + [10000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> profiles = profile_segments(table, [0] * 20 + [1] * 20)
    >>> top = find_top_customers(profiles, table, [1] * 20 + [2] * 20, share=0.25)
    >>> top.n_customers, top.revenue_share, dict(top.segments)
    (10, 0.45, {1: 10, 2: 0})
    """
    _check(share)
    amounts = features.revenue.to_numpy()
    n_top = math.floor(len(amounts) * share + _ROUNDING)
    names = segment_names(profiles, language)
    spoken = load_catalogue(language).language
    if n_top < MIN_CELL:
        return TopCustomers(share, None, None, {}, None, {}, names, language=spoken)
    top = np.zeros(len(amounts), dtype=bool)
    top[np.argsort(-amounts, kind="stable")[:n_top]] = True
    total, worth = int(amounts.sum()), int(amounts[top].sum())
    told = total > 0 and not is_dominated(amounts[top])
    return TopCustomers(
        share=share,
        n_customers=n_top,
        revenue_share=worth / total if told else None,
        segments=_by_segment(profiles, np.asarray(numbers) - 1, top),
        mainly=_majority(profiles, np.asarray(numbers)[top]),
        medians={
            name: float(features.frame.loc[top, name].median())
            for name in _MEDIANS
            if name in features.frame and features.frame.loc[top, name].notna().any()
        },
        names=names,
        currency=features.currency,
        language=spoken,
    )


def _by_segment(
    profiles: SegmentProfiles, places: np.ndarray, top: np.ndarray
) -> dict[int, int | None]:
    """Return how many there are in each segment, and not where it would tell a few."""
    counts = np.zeros((len(profiles.segments), 2), dtype=np.int64)
    # the others are counted too: a segment less its top may be a few
    np.add.at(counts, (places, np.where(top, 0, 1)), 1)
    hidden = [number - 1 for number in profiles.hidden]
    out = suppress(counts, hidden_rows=hidden).cells[:, 0]
    return {
        place + 1: None if hidden else int(count)
        for place, (count, hidden) in enumerate(zip(counts[:, 0], out, strict=True))
    }


def _majority(profiles: SegmentProfiles, numbers: np.ndarray) -> int | None:
    counts = np.bincount(numbers)
    most = int(counts.argmax())
    if most in profiles.hidden or 2 * counts[most] <= len(numbers):
        return None
    return most


def _check(share: float) -> None:
    try:
        fits = 0 < share < 1
    except TypeError:
        fits = False
    if not fits:
        raise InputError(
            Finding(
                "ASG_E_TOP_SHARE",
                "the top customers",
                f"{share!r} is no share of the customers",
                "give a number above 0 and below 1, such as 0.01",
            )
        )


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1

"""Timing: on which days, at which hours and in which months a customer buys.

An order happens when its first line does. Weekdays, months and quarters are those of
the calendar, whatever the year; parts of the day are six hours each, from midnight.
Counts of purchases are whole numbers, so nothing here depends on the order of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.features.feature import Feature, MissingRule, feature_block
from autoseg.features.trillionths import PER_ONE, entropy_term

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DAYPARTS", "TIMING"]

_ALL = "NULLIF(CAST(COUNT(age) AS DOUBLE), 0)"


def _count(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _share(condition: str) -> str:
    return f"CAST({_count(condition)} AS DOUBLE) / {_ALL}"


def _entropy(conditions: Iterable[str]) -> str:
    """Return −Σ p ln p over the shares of purchases."""
    terms = " + ".join(entropy_term(_share(one)) for one in conditions)
    return f"CAST({terms} AS DOUBLE) / {PER_ONE}"


def _most(conditions: list[str]) -> str:
    """Return the number, from 1, of the commonest; the lowest of several."""
    base = len(conditions) + 1
    # the last digit of each count, to this base, is how far it is from the end
    ranked = (
        f"{_count(one)} * {base} + {base - number}"
        for number, one in enumerate(conditions, start=1)
    )
    return f"CAST({base} - GREATEST({', '.join(ranked)}) % {base} AS DOUBLE)"


_WEEKDAYS = [f"weekday = {day}" for day in range(7)]
_MONTHS = [f"month % 12 = {month}" for month in range(12)]
_QUARTERS = [
    f"month % 12 >= {first} AND month % 12 < {first + 3}" for first in (0, 3, 6, 9)
]
# any three months in a row, so that Christmas shopping is not cut at New Year
_SEASONS = [f"(month + {shift}) % 12 < 3" for shift in range(12)]
DAYPARTS = {
    name: f"hour >= {first} AND hour < {first + 6}"
    for name, first in (
        ("night", 0),
        ("morning", 6),
        ("afternoon", 12),
        ("evening", 18),
    )
}
"""SQL that holds for the purchases of each part of the day."""

TIMING = feature_block(
    Feature(
        name="weekend_share",
        block="timing",
        unit="share",
        meaning="Share of the purchases made on a Saturday or a Sunday.",
        sql=_share("weekday >= 5"),
    ),
    *(
        Feature(
            name=f"{name}_share",
            block="timing",
            unit="share",
            meaning=f"Share of the purchases made {when}.",
            sql=_share(DAYPARTS[name]),
            needs=frozenset({"time_of_day"}),
        )
        for name, when in (
            ("night", "from midnight to before 6"),
            ("morning", "from 6 to before 12"),
            ("afternoon", "from 12 to before 18"),
            ("evening", "from 18 to before midnight"),
        )
    ),
    Feature(
        name="weekday_entropy",
        block="timing",
        unit="nats",
        meaning=(
            "Entropy −Σ p ln p of the purchases over the seven weekdays: exactly 0 with"
            " one weekday, at most ln 7."
        ),
        sql=_entropy(_WEEKDAYS),
    ),
    Feature(
        name="month_entropy",
        block="timing",
        unit="nats",
        meaning=(
            "Entropy −Σ p ln p of the purchases over the twelve months of the calendar:"
            " exactly 0 with one month, at most ln 12."
        ),
        sql=_entropy(_MONTHS),
    ),
    Feature(
        name="peak_quarter_share",
        block="timing",
        unit="share",
        meaning="Share of the purchases in the busiest of the four calendar quarters.",
        sql=(f"CAST(GREATEST({', '.join(map(_count, _QUARTERS))}) AS DOUBLE) / {_ALL}"),
    ),
    Feature(
        name="season_share",
        block="timing",
        unit="share",
        meaning=(
            "Share of the purchases in the busiest three months in a row of the"
            " calendar, whatever the year, where the first and the last purchase lie"
            " at least ten calendar months apart: before that nothing tells a season"
            " that comes again from a customer of a few months."
        ),
        sql=(
            "CASE WHEN MAX(month) - MIN(month) >= 10 THEN"
            f" CAST(GREATEST({', '.join(map(_count, _SEASONS))}) AS DOUBLE) / {_ALL}"
            " END"
        ),
        missing=MissingRule.MEDIAN,
    ),
    Feature(
        name="preferred_weekday",
        block="timing",
        unit="weekday",
        meaning=(
            "The weekday with most purchases, from 1 for Monday to 7 for Sunday; the"
            " lowest of several."
        ),
        sql=_most(_WEEKDAYS),
    ),
    Feature(
        name="preferred_daypart",
        block="timing",
        unit="daypart",
        meaning=(
            "The part of the day with most purchases: 1 night, 2 morning, 3 afternoon,"
            " 4 evening; the lowest of several."
        ),
        sql=_most(list(DAYPARTS.values())),
        needs=frozenset({"time_of_day"}),
    ),
)

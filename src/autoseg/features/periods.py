"""Several days of analysis at once: which rows each of them may see."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from autoseg.errors import Finding, InputError

__all__ = ["Periods", "Step", "read_step"]

_STEP = re.compile(r"\s*(\d+)\s*(day|week|month|quarter|year)s?\s*", re.IGNORECASE)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A length of time on the calendar.

    Parameters
    ----------
    days, months : int
        Days, or months; one of them is 0.

    Examples
    --------
    >>> Step(months=3).before(date(2024, 5, 31))
    datetime.date(2024, 2, 29)
    """

    days: int = 0
    months: int = 0

    def before(self, day: date, times: int = 1) -> date:
        """Return the day that lies this long before another, some times over.

        Where the month has no such day it is the month's last.

        Parameters
        ----------
        day : datetime.date
            From where to go back.
        times : int
            How many steps.
        """
        if self.days:
            return day - timedelta(days=self.days * times)
        month = day.year * _MONTHS_A_YEAR + day.month - 1 - self.months * times
        year, month = divmod(month, _MONTHS_A_YEAR)
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))


def read_step(text: str, setting: str) -> Step:
    """Return a length of time from words such as ``"1 quarter"``.

    Parameters
    ----------
    text : str
        A whole number and days, weeks, months, quarters or years.
    setting : str
        What the error calls it.

    Raises
    ------
    autoseg.errors.InputError
        If the text is none of these (``ASG_E_STEP``).

    Examples
    --------
    >>> read_step("2 weeks", "every")
    Step(days=14, months=0)
    """
    match = _STEP.fullmatch(text) if isinstance(text, str) else None
    if match is None or not int(match[1]):
        raise InputError(
            Finding(
                "ASG_E_STEP",
                setting,
                f"{text!r} is no length of time",
                "write a whole number of days, weeks, months, quarters or years, such"
                " as '1 quarter'",
            )
        )
    number, unit = int(match[1]), match[2].lower()
    if unit in _MONTHS:
        return Step(months=number * _MONTHS[unit])
    return Step(days=number * (7 if unit == "week" else 1))


@dataclass(frozen=True, slots=True)
class Periods:
    """Days of analysis, and how rows are put into parts so that each day is a few.

    Rows between two neighbouring bounds make one part, so every day of analysis sees
    whole parts: the rows of a part are rolled up once, for all days.

    Parameters
    ----------
    windows : tuple of tuple of datetime.date
        First day and day of analysis of each period; the first day may be None.

    Examples
    --------
    >>> periods = Periods(((None, date(2024, 4, 1)), (None, date(2024, 7, 1))))
    >>> print(periods.part("timestamp"))
    CASE WHEN timestamp < CAST('2024-04-01' AS DATE) THEN 0 \
WHEN timestamp < CAST('2024-07-01' AS DATE) THEN 1 ELSE 2 END
    """

    windows: tuple[tuple[date | None, date], ...]

    @property
    def bounds(self) -> tuple[date, ...]:
        """The days at which one part ends and the next begins, ascending."""
        days = {day for window in self.windows for day in window if day is not None}
        return tuple(sorted(days))

    def part(self, moment: str) -> str:
        """Return SQL of the number of the part that a row belongs to.

        Parameters
        ----------
        moment : str
            The column that tells when the row happened.
        """
        cases = " ".join(
            f"WHEN {moment} < CAST('{day.isoformat()}' AS DATE) THEN {number}"
            for number, day in enumerate(self.bounds)
        )
        return f"CASE {cases} ELSE {len(self.bounds)} END"

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """The first part of each period and the part after its last."""
        return tuple(
            (self._parts_before(start), self._parts_before(end))
            for start, end in self.windows
        )

    @property
    def sql(self) -> str:
        """The periods as a query: day of analysis, first part, part after the last."""
        rows = [
            f"SELECT CAST('{end.isoformat()}' AS DATE) AS as_of,"
            f" {first_part} AS first_part, {end_part} AS end_part"
            for (_, end), (first_part, end_part) in zip(
                self.windows, self.parts, strict=True
            )
        ]
        return " UNION ALL ".join(rows)

    def _parts_before(self, day: date | None) -> int:
        return 0 if day is None else bisect_right(self.bounds, day)

"""The settings of a run that bound it in time and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from autoseg.tables.findings import Findings

__all__ = ["Window", "read_window"]

_CODE_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows are looked at, in which zone, in which currency.

    Parameters
    ----------
    as_of : datetime.date or None
        Exclusive upper bound; the day after the last row where None.
    since : datetime.date or None
        Inclusive lower bound; none where None.
    timezone : str or None
        IANA name of the business time zone.
    currency : str or None
        ISO 4217 code.
    """

    as_of: date | None
    since: date | None
    timezone: str | None
    currency: str | None


def read_window(
    as_of: date | str | None,
    since: date | str | None,
    timezone: str | None,
    currency: str | None,
    findings: Findings,
) -> Window:
    """Return the settings as the user gave them, checked.

    Parameters
    ----------
    as_of, since : datetime.date or str or None
        Days; texts as YYYY-MM-DD.
    timezone : str or None
        IANA name of a time zone.
    currency : str or None
        ISO 4217 code, in any case.
    findings : Findings
        Takes errors.

    Examples
    --------
    >>> from autoseg.tables.findings import Findings
    >>> read_window("2024-04-01", None, "Europe/Oslo", "nok", Findings()).currency
    'NOK'
    """
    last, first = _day(as_of, "as_of", findings), _day(since, "since", findings)
    if last is not None and first is not None and first >= last:
        findings.error(
            "ASG_E_WINDOW",
            "since",
            f"{first} is not before as_of, {last}",
            "give an earlier since or a later as_of",
        )
    if timezone is not None and not _is_zone(timezone):
        findings.error(
            "ASG_E_TIMEZONE",
            "timezone",
            f"'{timezone}' is no time zone",
            "use an IANA name such as 'Europe/Oslo'",
        )
        timezone = None
    if currency is not None and not _is_code(currency):
        findings.error(
            "ASG_E_CURRENCY",
            "currency",
            f"'{currency}' is no currency code",
            "use three letters such as 'NOK'",
        )
    return Window(last, first, timezone, currency.upper() if currency else None)


def _day(value: date | str | None, name: str, findings: Findings) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        findings.error(
            "ASG_E_DAY", name, f"'{value}' is no day", "write it as YYYY-MM-DD"
        )
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def _is_code(currency: str) -> bool:
    return len(currency) == _CODE_LENGTH and currency.isalpha() and currency.isascii()

"""The reasons why a row is not used, in the order in which they are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from autoseg.engines import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from autoseg.tables.settings import Settings

__all__ = ["LAST_PLAUSIBLE", "Reason", "listed_ids", "reasons_for"]

FIRST_PLAUSIBLE = 1990
LAST_PLAUSIBLE = 2100
"""Last year that a row can be of."""

# what programs write for "no date": the first and the last day that SQL, .NET, SQL
# Server and Excel can hold, and the day that Unix counts from. No shop sold on them
_PLACEHOLDERS = (
    date.min,
    date(1753, 1, 1),
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1970, 1, 1),
    date.max,
)
_REQUIRED = (
    ("timestamp", "date"),
    ("amount", "amount"),
    ("event_type", "event type"),
    ("campaign_id", "campaign"),
    ("converted", "answer"),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not used.

    Parameters
    ----------
    name : str
        Key in the cleaning log.
    condition : str
        SQL that holds for such a row.
    words : str
        What such rows do, after their number.
    bad : bool
        Whether more than one row in a hundred is an error.
    fix : str
        The next step where there are too many; may be empty.
    """

    name: str
    condition: str
    words: str
    bad: bool = False
    fix: str = ""


def reasons_for(
    columns: Collection[str], settings: Settings, flags: Collection[str] = ()
) -> tuple[Reason, ...]:
    """Return the reasons that can hold for a row of a table with these columns.

    Parameters
    ----------
    columns : collection of str
        The table's canonical columns.
    settings : Settings
        The settings of the run.
    flags : collection of str
        Which of ``left_out`` and ``beyond`` are known of a row: that its currency is
        left out, and that its amount can be read and is too large.
    """
    found = [Reason("blank_row", "blank", "are blank")]
    if "left_out" in flags:
        words = "are in a currency that is left out"
        found.append(Reason("currency_left_out", "left_out", words))
    for name, thing in _REQUIRED:
        if name not in columns:
            continue
        if name == "amount" and "beyond" in flags:
            found.append(_beyond(settings))
        words = f"have no {thing} that can be read"
        found.append(Reason(f"unreadable_{name}", f"{name} IS NULL", words, True))
        if name == "timestamp":
            found += _implausible("timestamp")
    if "exposed_at" in columns:
        found += _implausible("exposed_at")
    if "customer_id" in columns:
        found += _customer(settings)
    time = "timestamp" if "timestamp" in columns else "exposed_at"
    if time in columns:
        found += _window(time, settings)
    if "amount" in columns and "timestamp" in columns and settings.returns == "exclude":
        found.append(Reason("return", "amount < 0", "are returns or credit notes"))
    return tuple(found)


def listed_ids(settings: Settings) -> str:
    """Return SQL of the ids that are left out, for ``IN``; empty where there are none.

    Parameters
    ----------
    settings : Settings
        The settings of the run.
    """
    ids = ", ".join(f"NFC_NORMALIZE({literal(one)})" for one in settings.exclude_ids)
    return f"({ids})" if ids else ""


def _beyond(settings: Settings) -> Reason:
    return Reason(
        "amount_beyond_limit",
        "beyond",
        f"have an amount beyond {settings.max_amount:,f}".replace(",", "\u202f"),
        bad=True,
        fix="correct them, or give a higher max_amount (--max-amount)",
    )


def _implausible(time: str) -> Iterator[Reason]:
    # most times are plausible, so what is dear comes after the comparison
    outside = (
        f"({time} < DATE '{FIRST_PLAUSIBLE}-01-01'"
        f" OR {time} >= DATE '{LAST_PLAUSIBLE + 1}-01-01')"
    )
    days = ", ".join(f"DATE '{day.isoformat()}'" for day in _PLACEHOLDERS)
    yield Reason(
        "sentinel_timestamp",
        f"{outside} AND CAST({time} AS DATE) IN ({days})",
        "have a placeholder such as 1900-01-01 or 9999-12-31 for their date",
        bad=True,
    )
    yield Reason(
        "implausible_timestamp",
        outside,
        f"are dated before {FIRST_PLAUSIBLE} or after {LAST_PLAUSIBLE}",
        bad=True,
    )


def _customer(settings: Settings) -> Iterator[Reason]:
    yield Reason("missing_customer", "customer_id IS NULL", "belong to no customer")
    ids = listed_ids(settings)
    if ids:
        words = "belong to customers that are left out"
        yield Reason("excluded_customer", f"customer_id IN {ids}", words)


def _window(time: str, settings: Settings) -> Iterator[Reason]:
    if settings.as_of is not None:
        late = f"{time} >= DATE '{settings.as_of}'"
        yield Reason("after_as_of", late, f"are of {settings.as_of} or later")
    if settings.since is not None:
        early = f"{time} < DATE '{settings.since}'"
        yield Reason("before_since", early, f"are before {settings.since}")

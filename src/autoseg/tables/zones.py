"""The time zone of the business: instants brought to it, and hours it never had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from autoseg.engines import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings

__all__ = ["check_clock", "clock_gaps", "to_local"]


def to_local(
    aware: str, column: RawColumn, settings: Settings, findings: Findings
) -> str:
    """Return SQL of the local time of instants in the business time zone.

    Parameters
    ----------
    aware : str
        SQL of timestamps with time zone.
    column : RawColumn
        Where they are from.
    settings : Settings
        The settings of the run. Without a time zone UTC is taken, with a warning.
    findings : Findings
        Takes the warning.
    """
    if settings.timezone is None:
        findings.warn(
            "ASG_W_TIMEZONE",
            column.table.label,
            "the times have an offset from UTC and no business time zone is given, so"
            " days begin at midnight UTC",
            "give timezone, for example 'Europe/Oslo'",
            column=column.name,
            n_rows=column.table.n_rows,
        )
    return f"(({aware}) AT TIME ZONE {literal(settings.timezone or 'UTC')})"


def check_clock(
    column: RawColumn, local: str, settings: Settings, findings: Findings
) -> None:
    """Warn of local times that a clock in the business time zone never showed.

    Such times are in the hour that is left out when clocks are put forward: they are
    from another zone, or made up. They stay on their day.

    Parameters
    ----------
    column : RawColumn
        Where they are from.
    local : str
        SQL of timestamps without time zone.
    settings : Settings
        The settings of the run; without a time zone nothing is looked at.
    findings : Findings
        Takes the warning.
    """
    if settings.timezone is None:
        return
    table = column.table
    ((first, last),) = table.engine.fetch_rows(
        f"SELECT MIN(moment), MAX(moment) FROM (SELECT {local} AS moment"
        f" FROM {table.relation}) AS moments"
        " WHERE YEAR(moment) BETWEEN 1970 AND 2100"
    )
    if first is None:
        return
    gaps = list(clock_gaps(ZoneInfo(settings.timezone), first, last))
    if not gaps:
        return
    missing = " OR ".join(
        f"{local} >= TIMESTAMP '{start}' AND {local} < TIMESTAMP '{end}'"
        for start, end in gaps
    )
    ((n_rows,),) = table.engine.fetch_rows(
        f"SELECT COUNT(*) FILTER ({missing.replace(local, 'moment')})"
        f" FROM (SELECT {local} AS moment FROM {table.relation}) AS moments"
    )
    if n_rows:
        label, rows = table.where(missing)
        findings.warn(
            "ASG_W_DST",
            label,
            f"{n_rows} times do not exist in {settings.timezone}, where clocks were"
            " put forward over them; they stay on their day",
            "check that the times are in this time zone",
            column=column.name,
            rows=rows,
            n_rows=n_rows,
        )


def clock_gaps(
    zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the local times, from and to, that clocks were put forward over.

    Parameters
    ----------
    zone : zoneinfo.ZoneInfo
        Whose clocks.
    first, last : datetime.datetime
        The time to look at.
    """
    day = timedelta(days=1)
    moment = first.replace(tzinfo=UTC) - day
    while moment <= last.replace(tzinfo=UTC) + day:
        before = _offset(moment, zone)
        if _offset(moment + day, zone) > before:
            early, late = moment, moment + day
            while late - early > timedelta(seconds=1):
                middle = early + (late - early) / 2
                if _offset(middle, zone) > before:
                    late = middle
                else:
                    early = middle
            change = late.replace(microsecond=0, tzinfo=None)
            yield change + before, change + _offset(late, zone)
        moment += day


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)

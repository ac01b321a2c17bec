"""Dates that are counted: seconds since 1970, days since 1900, and digits in a row.

Which of them a column holds is told by how large all its numbers are; their ranges
from 1990 to 2100 do not meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.tables.zones import to_local

if TYPE_CHECKING:
    from decimal import Decimal

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings

__all__ = ["read_counts"]

# exact for nanoseconds and for parts of a day
_EXACT = "DECIMAL(38, 9)"
_FLOATS = ("FLOAT", "DOUBLE")
_FIRST_SECOND, _LAST_SECOND = 631_152_000, 4_133_980_799
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class _Unit:
    """One way to count time.

    Parameters
    ----------
    words : str
        What such numbers are.
    low, high : int
        The numbers of 1990 and of 2100.
    sql : str
        The timestamp of a ``number``, in UTC where ``instant``.
    code : str
        Code of the warning.
    instant : bool
        Whether it is a moment everywhere in the world.
    """

    words: str
    low: int
    high: int
    sql: str
    code: str
    instant: bool = False

    def holds(self) -> str:
        return f"number BETWEEN {self.low} AND {self.high}"

    def reading(self, number: str) -> str:
        """Return SQL of the timestamp; NULL out of the range."""
        value = self.sql.replace("number", number)
        return f"CASE WHEN {self.holds().replace('number', number)} THEN {value} END"


def _epoch(words: str, per_second: int, microseconds: str) -> _Unit:
    return _Unit(
        f"{words} since 1970",
        _FIRST_SECOND * per_second,
        _LAST_SECOND * per_second,
        f"make_timestamp({microseconds})",
        "ASG_W_DATE_EPOCH",
        instant=True,
    )


def _digits(words: str, low: int, high: int, layout: str) -> _Unit:
    text = "CAST(CAST(number AS BIGINT) AS VARCHAR)"
    sql = f"TRY_STRPTIME({text}, '{layout}')"
    return _Unit(words, low, high, sql, "ASG_W_DATE_COMPACT")


_UNITS = (
    _digits("year, month and day", 1990_01_01, 2100_12_31, "%Y%m%d"),
    _digits(
        "year, month, day, hour and minute",
        1990_01_01_00_00,
        2100_12_31_23_59,
        "%Y%m%d%H%M",
    ),
    _digits(
        "year, month, day, hour, minute and second",
        1990_01_01_00_00_00,
        2100_12_31_23_59_59,
        "%Y%m%d%H%M%S",
    ),
    _epoch("seconds", 1, "CAST(ROUND(number * 1000000) AS BIGINT)"),
    _epoch("milliseconds", 10**3, "CAST(ROUND(number * 1000) AS BIGINT)"),
    _epoch("microseconds", 10**6, "CAST(ROUND(number) AS BIGINT)"),
    _epoch("nanoseconds", 10**9, "CAST(number AS BIGINT) // 1000"),
    _Unit(
        "days as Excel counts them",
        20_000,
        79_999,
        "TIMESTAMP '1899-12-30' + to_milliseconds(CAST(ROUND("
        f"CAST(number AS DOUBLE) * {_DAY_MS}) AS BIGINT))",
        "ASG_W_DATE_SERIAL",
    ),
)


def read_counts(
    column: RawColumn, number: str, note: str, settings: Settings, findings: Findings
) -> str | None:
    """Return SQL that reads a column of numbers as timestamps without time zone.

    Parameters
    ----------
    column : RawColumn
        The column.
    number : str
        SQL of its numbers, or of texts that are numbers.
    note : str
        What an error is to say besides.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the error, or a warning of how the numbers are read.

    Returns
    -------
    str or None
        None where an error was noted.
    """
    exact = f"TRY_CAST({number} AS {_EXACT})"
    if column.type in _FLOATS:
        exact = f"CASE WHEN ISFINITE({number}) THEN CAST({number} AS DOUBLE) END"
    counted = ", ".join(
        f"COUNT(*) FILTER ({unit.holds()}), MIN(number) FILTER ({unit.holds()})"
        for unit in _UNITS
    )
    ((total, *figures),) = column.table.engine.fetch_rows(
        f"SELECT COUNT(number), {counted}"
        f" FROM (SELECT {exact} AS number FROM {column.table.relation}) AS numbers"
    )
    counts = dict(zip(_UNITS, figures[::2], strict=True))
    unit, most = max(counts.items(), key=lambda item: item[1])
    if not most:
        findings.error(
            "ASG_E_DATE_UNREADABLE",
            column.table.label,
            f"none of the {total} numbers can be a date from 1990 to 2100{note}",
            "map the column that has the dates",
            column=column.name,
            n_rows=total,
        )
        return None
    if sum(counts.values()) - most > settings.max_bad_share * total:
        listed = ", ".join(f"{n} {one.words}" for one, n in counts.items() if n)
        findings.error(
            "ASG_E_DATE_MIXED",
            column.table.label,
            f"the numbers are dates of several kinds: {listed}{note}",
            "write all dates as YYYY-MM-DD, or give the column as dates",
            column=column.name,
            n_rows=total - most,
        )
        return None
    lowest = figures[2 * _UNITS.index(unit) + 1]
    _warn(column, unit, most, lowest, findings)
    sql = unit.reading(exact)
    if unit.instant:
        return to_local(f"{sql} AT TIME ZONE 'UTC'", column, settings, findings)
    return sql


def _warn(
    column: RawColumn,
    unit: _Unit,
    n_rows: int,
    lowest: Decimal | float,
    findings: Findings,
) -> None:
    shown = f"{lowest:f}".rstrip("0").rstrip(".")
    ((moment,),) = column.table.engine.fetch_rows(
        f"SELECT {unit.reading(f'CAST({shown} AS {_EXACT})')}"
    )
    zone = " UTC" if unit.instant else ""
    # the lowest of numbers such as 20240105 may be no day
    example = "" if moment is None else f" as {moment:%Y-%m-%d %H:%M}{zone}"
    findings.warn(
        unit.code,
        column.table.label,
        f"the numbers are read as {unit.words}, for example {shown}{example}",
        column=column.name,
        n_rows=n_rows,
    )

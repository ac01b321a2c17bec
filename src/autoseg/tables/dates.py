"""Reading timestamps: the format is decided by the whole column, never by a row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.engines import literal
from autoseg.tables.shapes import count_shapes, is_number, is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings
    from autoseg.tables.shapes import Shape

__all__ = ["read_timestamps"]

_TIME = r"([ T]9{1,2}:99(:99([.,]9+)?)?)"
_ISO = rf"9{{4}}-9{{1,2}}-9{{1,2}}{_TIME}?|9{{4}}/9{{1,2}}/9{{1,2}}{_TIME}?"
_OFFSET = rf"9{{4}}-9{{1,2}}-9{{1,2}}{_TIME} ?(Z|UTC|[+-]99(:?99)?)"
_DAY_TIME = r"( 9{1,2}:99(:99)?( [AaPp][Mm])?)?"
# ending of a shape to the time in strptime's words
_TIMES = {
    "": "",
    " 9:99": " %H:%M",
    " 9:99:99": " %H:%M:%S",
    " 9:99 am": " %I:%M %p",
    " 9:99:99 am": " %I:%M:%S %p",
}
_FIX = "write all dates as YYYY-MM-DD, or give the column as dates"


@dataclass(frozen=True, slots=True)
class _Family:
    """Texts that are read the same way."""

    words: str
    pattern: str
    separator: str = ""

    def fits(self, shape: str) -> bool:
        return re.fullmatch(self.pattern, shape) is not None


_ISO_FAMILY = _Family("YYYY-MM-DD", _ISO)
_OFFSET_FAMILY = _Family("YYYY-MM-DD with offset", _OFFSET)
_COMPACT_FAMILY = _Family("YYYYMMDD", r"9{8}")
_FAMILIES = (
    _ISO_FAMILY,
    _OFFSET_FAMILY,
    _COMPACT_FAMILY,
    *(
        _Family(
            f"DD{mark}MM{mark}YYYY" if mark == "." else f"NN{mark}NN{mark}YYYY",
            rf"9{{1,2}}[{mark}]9{{1,2}}[{mark}]9{{4}}{_DAY_TIME}",
            mark,
        )
        for mark in "./-"
    ),
)


def read_timestamps(
    column: RawColumn, settings: Settings, findings: Findings
) -> str | None:
    """Return SQL that reads a column as timestamps without time zone.

    Dates with an offset from UTC are brought to the business time zone; those
    without are taken as they are. NULL stands where a value cannot be read.

    Parameters
    ----------
    column : RawColumn
        Dates, timestamps, texts or whole numbers such as 20240105.
    settings : Settings
        The settings of the run. Without a time zone UTC is taken, with a warning,
        where one is needed.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    str or None
        None where an error was noted.
    """
    if column.type.startswith(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")):
        return _local(f"CAST({column.sql} AS TIMESTAMPTZ)", column, settings, findings)
    if column.type.startswith(("DATE", "TIMESTAMP")):
        return f"CAST({column.sql} AS TIMESTAMP)"
    whole = is_number(column, whole=True)
    if not is_text(column) and not whole:
        findings.error(
            "ASG_E_DATE_TYPE",
            column.table.label,
            f"values of type {column.type} are no dates",
            _FIX,
            column=column.name,
        )
        return None
    return _read_text(column, settings, findings)


def _read_text(column: RawColumn, settings: Settings, findings: Findings) -> str | None:
    text = plain_text(column)
    shapes = count_shapes(column.table, text)
    family = _choose(column, shapes, settings, findings)
    if family is None:
        return None
    if family is _ISO_FAMILY:
        sql: str | None = f"TRY_CAST({text} AS TIMESTAMP)"
    elif family is _OFFSET_FAMILY:
        aware = f"TRY_CAST({text} AS TIMESTAMPTZ)"
        sql = _local(aware, column, settings, findings)
    elif family is _COMPACT_FAMILY:
        sql = f"TRY_STRPTIME({text}, '%Y%m%d')"
        findings.warn(
            "ASG_W_DATE_COMPACT",
            column.table.label,
            "numbers of eight digits are read as year, month and day",
            column=column.name,
            n_rows=sum(shape.count for shape in shapes),
        )
    else:
        sql = _day_or_month_first(column, text, family, shapes, settings, findings)
    if sql is not None and not all(family.fits(shape.text) for shape in shapes):
        # a cast reads more than the family, and may drop an offset in silence
        pattern = literal(family.pattern.replace("9", r"\d"))
        sql = f"CASE WHEN REGEXP_FULL_MATCH({text}, {pattern}) THEN {sql} END"
    return sql


def _choose(
    column: RawColumn,
    shapes: Sequence[Shape],
    settings: Settings,
    findings: Findings,
) -> _Family | None:
    """Return the family most values belong to, unless two share the column."""
    counts: Counter[_Family] = Counter()
    for shape in shapes:
        for family in _FAMILIES:
            if family.fits(shape.text):
                counts[family] += shape.count
    total = sum(shape.count for shape in shapes)
    if not counts:
        findings.error(
            "ASG_E_DATE_UNREADABLE",
            column.table.label,
            f"none of the {total} values can be read as a date{_example(column)}"
            if total
            else "every value is blank",
            _FIX,
            column=column.name,
            n_rows=total,
        )
        return None
    (chosen, most), *others = counts.most_common()
    if sum(count for _, count in others) > settings.max_bad_share * total:
        listed = ", ".join(
            f"{counts[f]} as {f.words}" for f in _FAMILIES if f in counts
        )
        findings.error(
            "ASG_E_DATE_MIXED",
            column.table.label,
            f"the dates are written in several ways: {listed}",
            _FIX,
            column=column.name,
            n_rows=total - most,
        )
        return None
    return chosen


def _day_or_month_first(
    column: RawColumn,
    text: str,
    family: _Family,
    shapes: Sequence[Shape],
    settings: Settings,
    findings: Findings,
) -> str | None:
    """Return SQL for DD/MM/YYYY or MM/DD/YYYY, whichever the whole column can be."""
    mark = family.separator
    endings = {_ending(shape.text) for shape in shapes if family.fits(shape.text)}
    day_first = _strptime(text, f"%d{mark}%m{mark}%Y", endings)
    if mark == ".":
        return day_first
    month_first = _strptime(text, f"%m{mark}%d{mark}%Y", endings)
    differ = "day_first <> month_first"
    ((only_day, only_month, either),) = column.table.engine.fetch_rows(
        f"SELECT COUNT(*) FILTER (month_first IS NULL AND day_first IS NOT NULL),"
        f" COUNT(*) FILTER (day_first IS NULL AND month_first IS NOT NULL),"
        f" COUNT(*) FILTER ({differ}) FROM (SELECT {day_first} AS day_first,"
        f" {month_first} AS month_first FROM {column.table.relation}) AS readings"
    )
    few = settings.max_bad_share * sum(shape.count for shape in shapes)
    if min(only_day, only_month) > few:
        findings.error(
            "ASG_E_DATE_MIXED",
            column.table.label,
            f"{only_day} dates have the day first and {only_month} the month first",
            _FIX,
            column=column.name,
            n_rows=only_day + only_month,
        )
        return None
    if either and only_day == only_month:
        _note_ambiguous(column, text, f"{day_first} <> {month_first}", either, findings)
        return None
    return day_first if only_day >= only_month else month_first


def _note_ambiguous(
    column: RawColumn, text: str, condition: str, n_rows: int, findings: Findings
) -> None:
    label, rows = column.table.where(condition)
    ((value,),) = column.table.engine.fetch_rows(
        f"SELECT {text} FROM {column.table.relation} WHERE {condition}"
        f" ORDER BY file, row LIMIT 1"
    )
    findings.error(
        "ASG_E_DATE_AMBIGUOUS",
        label,
        f"'{value}' may have the day or the month first, and no other row decides it",
        _FIX,
        column=column.name,
        rows=rows,
        n_rows=n_rows,
    )


def _strptime(text: str, day: str, endings: set[str]) -> str:
    formats = ", ".join(literal(day + _TIMES[ending]) for ending in sorted(endings))
    return f"TRY_STRPTIME({text}, [{formats}])"


def _ending(shape: str) -> str:
    """Return the time of day in a shape, as `_TIMES` names it."""
    _, space, time = shape.partition(" ")
    time = re.sub(r"^9+:", "9:", time)
    return space + re.sub(r"[ap]m$", "am", time.casefold())


def _local(
    aware: str, column: RawColumn, settings: Settings, findings: Findings
) -> str:
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
    return f"({aware} AT TIME ZONE {literal(settings.timezone or 'UTC')})"


def _example(column: RawColumn) -> str:
    rows = column.table.engine.fetch_rows(
        f"SELECT {column.sql} FROM {column.table.relation}"
        f" WHERE {plain_text(column)} IS NOT NULL ORDER BY file, row LIMIT 1"
    )
    return f", for example '{str(rows[0][0])[:40]}'" if rows else ""

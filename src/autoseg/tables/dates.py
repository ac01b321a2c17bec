"""Reading timestamps: the format is decided by the whole column, never by a row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.engines import literal
from autoseg.errors import EngineError
from autoseg.tables.datecounts import read_counts
from autoseg.tables.dateforms import COMPACT, find_form
from autoseg.tables.dateorder import choose_order
from autoseg.tables.shapes import count_shapes, is_number, is_text, plain_text
from autoseg.tables.zones import check_clock, to_local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.tables.dateforms import Form
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings
    from autoseg.tables.shapes import Shape

__all__ = ["read_timestamps"]

_COUNTED = "numbers"
_NUMBER = re.compile(r"9+([.,]9+)?")
_FIX = "write all dates as YYYY-MM-DD, or give the column as dates"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of texts on its way to being understood.

    Parameters
    ----------
    raw : RawColumn
        The column.
    text : str
        SQL of its texts.
    shapes : sequence of Shape
        What they look like.
    note : str
        What an error is to say besides.
    """

    raw: RawColumn
    text: str
    shapes: Sequence[Shape]
    note: str

    @property
    def total(self) -> int:
        return sum(shape.count for shape in self.shapes)

    @property
    def forms(self) -> Mapping[Form, int]:
        """Forms of the texts that may be dates, with the number of texts."""
        counts: Counter[Form] = Counter()
        for shape in self.shapes:
            form = find_form(shape.text)
            if form is not None:
                counts[form] += shape.count
        return counts


def read_timestamps(
    column: RawColumn, settings: Settings, findings: Findings
) -> str | None:
    """Return SQL that reads a column as timestamps without time zone.

    Instants, which are dates with an offset from UTC and counted seconds, are brought
    to the business time zone; other dates are taken as they are. NULL stands where a
    value cannot be read.

    Parameters
    ----------
    column : RawColumn
        Dates, timestamps, texts or numbers such as 20240105 and 1704412800.
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
        aware = f"TRY_CAST({column.sql} AS TIMESTAMPTZ)"
        return to_local(aware, column, settings, findings)
    if column.type == "DATE" or column.type.startswith("TIMESTAMP"):
        moment = f"TRY_CAST({column.sql} AS TIMESTAMP)"
        # a frame can hold infinite dates
        sql = f"CASE WHEN ISFINITE({column.sql}) THEN {moment} END"
        if column.type != "DATE":
            check_clock(column, sql, settings, findings)
        return sql
    if is_text(column):
        return _read_text(column, settings, findings)
    if is_number(column):
        return _read_number(column, settings, findings)
    findings.error(
        "ASG_E_DATE_TYPE",
        column.table.label,
        f"values of type {column.type} are no dates",
        "map the column that has the dates",
        column=column.name,
    )
    return None


def _read_number(
    column: RawColumn, settings: Settings, findings: Findings
) -> str | None:
    text = f"CAST({column.sql} AS VARCHAR)"
    sql, note = None, ""
    if is_number(column, whole=True):
        sql, note = _as_given(column, text, settings, findings)
    return sql or read_counts(column, column.sql, note, settings, findings)


def _read_text(raw: RawColumn, settings: Settings, findings: Findings) -> str | None:
    text = plain_text(raw)
    sql, note = _as_given(raw, text, settings, findings)
    if sql is not None:
        return sql
    column = _Column(raw, text, count_shapes(raw.table, text), note)
    words = _choose(column, settings, findings)
    if words is None:
        return None
    if words == _COUNTED:
        number = f"REPLACE({text}, ',', '.')"
        return read_counts(raw, number, note, settings, findings)
    return _read_forms(column, words, settings, findings)


def _as_given(
    column: RawColumn, text: str, settings: Settings, findings: Findings
) -> tuple[str | None, str]:
    """Return SQL by the format that the user gave, where nearly all values have it.

    The second value is what an error has to say of it where they have not.
    """
    given = settings.date_format
    if given is None:
        return None, ""
    sql = f"TRY_STRPTIME({text}, {literal(given)})"
    try:
        ((total, n_read),) = column.table.engine.fetch_rows(
            f"SELECT COUNT({text}), COUNT({sql}) FROM {column.table.relation}"
        )
    except EngineError:
        findings.error(
            "ASG_E_SETTING",
            "date_format",
            f"{given!r} is no format of dates",
            "write it in strptime's words, such as '%d/%m/%Y'",
        )
        return "NULL", ""
    n_left = total - n_read
    if n_left > settings.max_bad_share * total or not n_read:
        return None, f"; date_format {given!r} does not read {n_left} of {total} values"
    if "%z" in given:
        return to_local(sql, column, settings, findings), ""
    check_clock(column, sql, settings, findings)
    return sql, ""


def _choose(column: _Column, settings: Settings, findings: Findings) -> str | None:
    """Return the words of the form that most values have, unless two share it."""
    counts: Counter[str] = Counter()
    for form, n in column.forms.items():
        counts[form.words] += n
    n_numbers = sum(
        shape.count
        for shape in column.shapes
        if _NUMBER.fullmatch(shape.text) and find_form(shape.text) is None
    )
    if n_numbers:
        counts[_COUNTED] = n_numbers
    total, raw = column.total, column.raw
    if not counts:
        findings.error(
            "ASG_E_DATE_UNREADABLE",
            raw.table.label,
            f"none of the {total} values can be read as a date{_example(raw)}"
            f"{column.note}"
            if total
            else "every value is blank",
            _FIX,
            column=raw.name,
            n_rows=total,
        )
        return None
    (chosen, most), *others = sorted(
        counts.items(), key=lambda item: (-item[1], *_rank(item[0]))
    )
    if sum(count for _, count in others) > settings.max_bad_share * total:
        listed = ", ".join(f"{n} as {words}" for words, n in [(chosen, most), *others])
        findings.error(
            "ASG_E_DATE_MIXED",
            raw.table.label,
            f"the dates are written in several ways: {listed}{column.note}",
            _FIX,
            column=raw.name,
            n_rows=total - most,
        )
        return None
    return chosen


def _rank(words: str) -> tuple[bool, bool, str]:
    """Return what orders forms that equally many texts have; ISO 8601 comes first."""
    return "offset" in words, not words.startswith("Y"), words


def _read_forms(
    column: _Column, words: str, settings: Settings, findings: Findings
) -> str | None:
    raw, text = column.raw, column.text
    counts = {form: n for form, n in column.forms.items() if form.words == words}
    sql = choose_order(
        raw, text, tuple(counts), column.note, column.total, settings, findings
    )
    if sql is None:
        return None
    _warn(raw, counts, findings)
    fitting = [
        shape.text
        for shape in column.shapes
        if (form := find_form(shape.text)) is not None and form.words == words
    ]
    if len(fitting) < len(column.shapes):
        # the engine reads more than these forms, and may drop an offset in silence
        shape = f"TRANSLATE({text}, '012345678', '999999999')"
        listed = ", ".join(literal(one) for one in fitting)
        sql = f"CASE WHEN {shape} IN ({listed}) THEN {sql} END"
    if any(form.offset for form in counts):
        return to_local(sql, raw, settings, findings)
    if any(form.rest for form in counts):
        check_clock(raw, sql, settings, findings)
    return sql


def _warn(column: RawColumn, counts: Mapping[Form, int], findings: Findings) -> None:
    first = next(iter(counts))
    n_rows = sum(counts.values())
    if first.words.startswith(COMPACT):
        findings.warn(
            "ASG_W_DATE_COMPACT",
            column.table.label,
            "numbers of eight digits are read as a year, month and day",
            column=column.name,
            n_rows=n_rows,
        )
    if first.short_year:
        findings.warn(
            "ASG_W_DATE_SHORT_YEAR",
            column.table.label,
            "years of two digits are read as 1969 to 2068",
            "write years with four digits",
            column=column.name,
            n_rows=n_rows,
        )


def _example(column: RawColumn) -> str:
    rows = column.table.engine.fetch_rows(
        f"SELECT {column.sql} FROM {column.table.relation}"
        f" WHERE {plain_text(column)} IS NOT NULL ORDER BY file, row LIMIT 1"
    )
    return f", for example '{str(rows[0][0])[:40]}'" if rows else ""

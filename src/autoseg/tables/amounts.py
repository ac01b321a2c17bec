"""Reading numbers exactly; what a comma means is decided by the whole column."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from autoseg.engines import literal
from autoseg.tables.moneytext import check_written_currency, tidy_money
from autoseg.tables.settings import give
from autoseg.tables.shapes import count_shapes, is_number, is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import DecimalMark, Settings
    from autoseg.tables.shapes import Shape

__all__ = ["DECIMAL", "beyond_limit", "exact", "multiply", "read_numbers"]

DECIMAL = "DECIMAL(18, 4)"
"""Type of every amount, quantity, discount and cost."""

# the largest number of the type, above every `max_amount` that can be set
_LARGEST = "99999999999999.9999"
_TOO_LARGE = 10**13

_Evidence = Literal[".", ",", ".?", ",?", "whole", "none"]

_PLAIN = re.compile(r"-?9+(\.9+)?")
# what stands between thousands is a space, an apostrophe or the other mark
_NUMBERS = {
    ".": r"[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}([ ']\d{3})+)?(\.\d*)?([eE][+-]?\d+)?",
    ",": r"[+-]?(\d+|\d{1,3}(\.\d{3})+|\d{1,3}([ ']\d{3})+)?(,\d*)?",
}


def read_numbers(
    column: RawColumn, settings: Settings, findings: Findings, *, large: bool = False
) -> str | None:
    """Return SQL that reads a column as exact decimals; NULL where it cannot.

    Texts may have thousands separators, a currency, a trailing or a typographic
    minus, or brackets for what is negative.

    Parameters
    ----------
    column : RawColumn
        Numbers or texts.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors.
    large : bool
        Whether numbers too large for the type are read too, as in `exact`.

    Returns
    -------
    str or None
        None where an error was noted.
    """
    if is_number(column):
        return exact(column.sql, large=large)
    if not is_text(column):
        kind = "true/false values" if column.type == "BOOLEAN" else column.type
        findings.error(
            "ASG_E_AMOUNT_TYPE",
            column.table.label,
            f"the column holds {kind}, not numbers",
            "map the column that has the numbers",
            column=column.name,
        )
        return None
    text = plain_text(column)
    shapes = count_shapes(column.table, text)
    if not all(_PLAIN.fullmatch(shape.text) for shape in shapes):
        check_written_currency(column, shapes, settings, findings)
        text = tidy_money(text)
        shapes = count_shapes(column.table, text)
    mark = _decide(column, shapes, settings, findings)
    return None if mark is None else exact(_number(text, mark, shapes), large=large)


def exact(number: str, *, large: bool = False) -> str:
    """Return SQL of a number as an exact decimal; NULL where there is none.

    Parameters
    ----------
    number : str
        SQL of a number, or of a text with a decimal point.
    large : bool
        Whether a number that the type cannot hold becomes the largest one that it
        can, which is `beyond_limit`, instead of NULL.
    """
    value = f"TRY_CAST({number} AS {DECIMAL})"
    if not large:
        return value
    double = f"TRY_CAST({number} AS DOUBLE)"
    return (
        f"COALESCE({value}, CASE WHEN NOT ISFINITE({double}) THEN NULL"
        f" WHEN {double} >= {_TOO_LARGE} THEN {_LARGEST}"
        f" WHEN {double} <= -{_TOO_LARGE} THEN -{_LARGEST} END)"
    )


def multiply(one: str, other: str) -> str:
    """Return SQL of the exact product of two amounts, which may be of any size.

    Parameters
    ----------
    one, other : str
        SQL of exact decimals.
    """
    # as wide as it gets: the engine stops where a product does not fit
    return f"CAST({one} AS DECIMAL(38, 4)) * CAST({other} AS DECIMAL(38, 4))"


def beyond_limit(amount: str, settings: Settings) -> str:
    """Return SQL that holds where an amount can be read and is too large to be true.

    Parameters
    ----------
    amount : str
        SQL of an amount that was read with ``large``.
    settings : Settings
        The settings of the run.
    """
    return f"ABS({amount}) > {settings.max_amount:f}"


def _evidence(shape: Shape) -> _Evidence:
    """Return what a shape tells about the decimal mark."""
    text = shape.text.lstrip("+-")
    if re.fullmatch(r"9+([eE][+-]?9+)?|9{1,3}([ ']999)+", text):
        return "whole"
    marks: tuple[tuple[DecimalMark, str], ...] = ((".", ","), (",", "."))
    for mark, other in marks:
        decimal, group = re.escape(mark), re.escape(other)
        if re.fullmatch(rf"9{{1,3}}{decimal}999", text) and not shape.zero_first:
            return ".?" if mark == "." else ",?"
        grouped = rf"9{{1,3}}({group}999)+{decimal}9*|9{{1,3}}({group}999){{2,}}"
        spaced = rf"9{{1,3}}([ ']999)+{decimal}9*"
        plain = rf"9*{decimal}9*([eE][+-]?9+)?"
        if re.fullmatch(rf"{plain}|{grouped}|{spaced}", text):
            return mark
    return "none"


def _decide(
    column: RawColumn,
    shapes: Sequence[Shape],
    settings: Settings,
    findings: Findings,
) -> DecimalMark | None:
    """Return the decimal mark of the whole column."""
    counts: Counter[_Evidence] = Counter()
    for shape in shapes:
        counts[_evidence(shape)] += shape.count
    total = sum(counts.values())
    point, comma = counts["."], counts[","]
    given = settings.decimal
    against = min(point, comma)
    if given is not None:
        against = comma if given == "." else point
    if against > settings.max_bad_share * total:
        findings.error(
            "ASG_E_AMOUNT_MIXED",
            column.table.label,
            f"{point} numbers have a decimal point and {comma} a decimal comma"
            + (f", and decimal={given!r} was given" if given else ""),
            "write all numbers in one way"
            + (", or leave out decimal" if given else ""),
            column=column.name,
            n_rows=against,
        )
        return None
    if given is not None:
        return given
    doubtful = counts[".?"] + counts[",?"]
    if doubtful and not point and not comma:
        _note_ambiguous(column, doubtful, findings)
        return None
    return "," if comma > point else "."


def _note_ambiguous(column: RawColumn, n_rows: int, findings: Findings) -> None:
    text = plain_text(column)
    condition = rf"REGEXP_MATCHES({text}, '\d[.,]\d{{3}}($|\D)')"
    label, rows = column.table.where(condition)
    ((value,),) = column.table.engine.fetch_rows(
        f"SELECT {text} FROM {column.table.relation} WHERE {condition}"
        f" ORDER BY file, row LIMIT 1"
    )
    findings.error(
        "ASG_E_AMOUNT_AMBIGUOUS",
        label,
        f"'{value}' may be thousands or three decimals, and no other row decides it",
        f"give the decimal mark, {give('decimal', ',')} or {give('decimal', '.')}, or"
        " write the numbers without thousands separators",
        column=column.name,
        rows=rows,
        n_rows=n_rows,
    )


def _number(text: str, mark: DecimalMark, shapes: Sequence[Shape]) -> str:
    """Return SQL of the numbers with a decimal point and nothing between digits."""
    if mark == "." and all(_PLAIN.fullmatch(shape.text) for shape in shapes):
        return text
    others = " '," if mark == "." else " '."
    number = f"TRANSLATE({text}, {literal(others)}, '')"
    if mark == ",":
        number = f"REPLACE({number}, ',', '.')"
    pattern = literal(_NUMBERS[mark])
    return f"CASE WHEN REGEXP_FULL_MATCH({text}, {pattern}) THEN {number} END"

"""Reading numbers exactly; what a comma means is decided by the whole column."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from autoseg.engines import literal
from autoseg.tables.shapes import count_shapes, is_number, is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings
    from autoseg.tables.shapes import Shape

__all__ = ["DECIMAL", "read_numbers"]

DECIMAL = "DECIMAL(18, 4)"
"""Type of every amount, quantity, discount and cost."""

_Evidence = Literal["point", "comma", "point?", "comma?", "whole", "none"]

_PLAIN = re.compile(r"-?9+(\.9+)?")
_SPACES = " \t\u00a0\u2007\u2009\u202f'’"
_MONEY = r"kr\.?|nok|sek|dkk|isk|eur|usd|gbp|chf|€|\$|£"
_POINT = r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][+-]?\d+)?"
_COMMA = r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?"


def read_numbers(
    column: RawColumn, settings: Settings, findings: Findings
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

    Returns
    -------
    str or None
        None where an error was noted.
    """
    if is_number(column):
        return f"TRY_CAST({column.sql} AS {DECIMAL})"
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
        text = _tidy(text)
        shapes = count_shapes(column.table, text)
    style = _decide(column, shapes, settings, findings)
    return None if style is None else _parse(text, style, shapes)


def _tidy(text: str) -> str:
    """Return SQL without spaces and currency, with the minus in front."""
    spaces = literal("\u2212" + _SPACES)
    plain = f"TRANSLATE({text}, {spaces}, '-')"
    for pattern, put in (
        (rf"^([-+(]?)({_MONEY})", r"\1"),
        (rf"({_MONEY}|,-|:-)([-)]?)$", r"\2"),
        (r"^\((.*)\)$", r"-\1"),
        (r"^([^-].*)-$", r"-\1"),
    ):
        plain = f"REGEXP_REPLACE({plain}, {literal(pattern)}, {literal(put)}, 'i')"
    return f"NULLIF({plain}, '')"


def _evidence(shape: Shape) -> _Evidence:
    """Return what a shape tells about the decimal separator."""
    text = shape.text.lstrip("+-")
    if re.fullmatch(r"9+([eE][+-]?9+)?", text):
        return "whole"
    for style, decimal, group in (("point", r"\.", ","), ("comma", ",", r"\.")):
        if re.fullmatch(rf"9{{1,3}}{decimal}999", text) and not shape.zero_first:
            return "point?" if style == "point" else "comma?"
        grouped = rf"9{{1,3}}({group}999)+{decimal}9*|9{{1,3}}({group}999){{2,}}"
        if re.fullmatch(rf"9*{decimal}9*([eE][+-]?9+)?|{grouped}", text):
            return "point" if style == "point" else "comma"
    return "none"


def _decide(
    column: RawColumn,
    shapes: Sequence[Shape],
    settings: Settings,
    findings: Findings,
) -> Literal["point", "comma"] | None:
    counts: Counter[_Evidence] = Counter()
    for shape in shapes:
        counts[_evidence(shape)] += shape.count
    total = sum(counts.values())
    point, comma = counts["point"], counts["comma"]
    if min(point, comma) > settings.max_bad_share * total:
        findings.error(
            "ASG_E_AMOUNT_MIXED",
            column.table.label,
            f"{point} numbers have a decimal point and {comma} a decimal comma",
            "write all numbers in one way",
            column=column.name,
            n_rows=min(point, comma),
        )
        return None
    doubtful = counts["point?"] + counts["comma?"]
    if doubtful and not point and not comma:
        _note_ambiguous(column, doubtful, findings)
        return None
    return "comma" if comma > point else "point"


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
        "write the numbers without thousands separators, or give them as numbers",
        column=column.name,
        rows=rows,
        n_rows=n_rows,
    )


def _parse(text: str, style: Literal["point", "comma"], shapes: Sequence[Shape]) -> str:
    if all(_PLAIN.fullmatch(shape.text) for shape in shapes):
        return f"TRY_CAST({text} AS {DECIMAL})"
    pattern, group = (_POINT, ",") if style == "point" else (_COMMA, ".")
    number = f"REPLACE({text}, '{group}', '')"
    if style == "comma":
        number = f"REPLACE({number}, ',', '.')"
    return (
        f"CASE WHEN REGEXP_FULL_MATCH({text}, {literal(pattern)})"
        f" THEN TRY_CAST({number} AS {DECIMAL}) END"
    )

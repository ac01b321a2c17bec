"""The shapes of a column's texts: what every value looks like, digits aside.

A column of a million dates has a handful of shapes, so the format of the whole
column is decided from them and never from a sample or value by value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.engines import literal

if TYPE_CHECKING:
    from autoseg.tables.raw import RawColumn, RawTable

__all__ = [
    "BLANKS",
    "Shape",
    "clean_text",
    "count_shapes",
    "is_number",
    "is_text",
    "plain_text",
]

BLANKS = " \t\r\n\u00a0\u2007\u2009\u202f\ufeff"
"""What is no part of a text at its beginning or its end, on any engine."""

# free text has as many shapes as rows; the most frequent ones decide
_MOST = 2000
_WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_FRACTION_TYPES = ("FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True, slots=True)
class Shape:
    """What some of a column's texts look like.

    Parameters
    ----------
    text : str
        The text with every digit made a 9.
    zero_first : bool
        Whether the first digit is a 0.
    count : int
        How many values look like this.
    """

    text: str
    zero_first: bool
    count: int


def is_text(column: RawColumn) -> bool:
    """Return whether a column holds texts (or categories, which are texts)."""
    return column.type == "VARCHAR" or column.type.startswith("ENUM")


def is_number(column: RawColumn, *, whole: bool = False) -> bool:
    """Return whether a column holds numbers; only whole ones where asked."""
    kind = column.type.removeprefix("U").partition("(")[0]
    return kind in (_WHOLE_TYPES if whole else _WHOLE_TYPES + _FRACTION_TYPES)


def plain_text(column: RawColumn) -> str:
    """Return SQL for a column's text without blanks around it; NULL where blank."""
    text = column.sql if column.type == "VARCHAR" else f"CAST({column.sql} AS VARCHAR)"
    # most texts begin and end with a visible ASCII letter; trimming is dear
    visible = " AND ".join(
        f"{end}({text}, 1) BETWEEN '!' AND '~'" for end in ("LEFT", "RIGHT")
    )
    trimmed = f"NULLIF(TRIM({text}, {literal(BLANKS)}), '')"
    return f"CASE WHEN {visible} THEN {text} ELSE {trimmed} END"


def clean_text(column: RawColumn) -> str:
    """Return SQL for a column's text, trimmed and with one spelling of accents.

    The same name can be written with an accented letter or with a letter and an
    accent; both become the former (Unicode NFC).
    """
    return f"NFC_NORMALIZE({plain_text(column)})"


def count_shapes(table: RawTable, text: str) -> list[Shape]:
    """Return the shapes of a text, the most frequent first.

    Parameters
    ----------
    table : RawTable
        Where the text is read from.
    text : str
        SQL of the text; NULL does not count.
    """
    rows = table.engine.fetch_rows(
        f"SELECT TRANSLATE(value, '0123456789', '9999999999') AS shape,"
        f" starts_with(LTRIM(value, '-+( '), '0') AS zero_first,"
        f" CAST(SUM(n_equal) AS BIGINT) AS n"
        # equal texts have one shape, which is dearer to find than they are to group
        f" FROM (SELECT {text} AS value, COUNT(*) AS n_equal FROM {table.relation}"
        f" GROUP BY value) AS texts WHERE value IS NOT NULL"
        f" GROUP BY ALL ORDER BY n DESC, shape, zero_first"
        f" LIMIT {_MOST}"
    )
    return [Shape(*row) for row in rows]

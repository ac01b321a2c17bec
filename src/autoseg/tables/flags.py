"""Reading flags: yes and no in four languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.engines import literal
from autoseg.tables.shapes import plain_text

if TYPE_CHECKING:
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn

__all__ = ["read_flags"]

_YES = (
    *("1", "1.0", "true", "t", "yes", "y", "on", "ja", "j"),
    *("sann", "sant", "sand", "sandt", "x"),
)
_NO = (
    *("0", "0.0", "false", "f", "no", "n", "off", "nej", "nei"),
    *("falsk", "falskt", "usann", "usant", "usand", "usandt", "osann", "osant"),
)
_CROSS = "x"
# words of a message, and letters of a word
_SHOWN, _LETTERS = 5, 20


def read_flags(column: RawColumn, findings: Findings) -> str:
    """Return SQL that reads a column as true or false; NULL where it is neither.

    Where every value is a cross, what is left blank means no.

    Parameters
    ----------
    column : RawColumn
        Flags, the numbers 0 and 1, or yes and no in four languages.
    findings : Findings
        Takes a warning of the words that are neither.
    """
    if column.type == "BOOLEAN":
        return column.sql
    text = f"LOWER({plain_text(column)})"
    table = column.table
    counts = dict(
        table.engine.fetch_rows(
            f"SELECT {text} AS word, COUNT(*) FROM {table.relation}"
            " GROUP BY word HAVING word IS NOT NULL ORDER BY 2 DESC, 1"
        )
    )
    if counts.keys() == {_CROSS}:
        return f"{text} IS NOT NULL"
    _warn_of_others(column, counts, findings)
    yes, no = (", ".join(literal(word) for word in words) for words in (_YES, _NO))
    return f"CASE WHEN {text} IN ({yes}) THEN TRUE WHEN {text} IN ({no}) THEN FALSE END"


def _warn_of_others(
    column: RawColumn, counts: dict[str, int], findings: Findings
) -> None:
    others = {word: n for word, n in counts.items() if word not in {*_YES, *_NO}}
    if not others:
        return
    shown = ", ".join(
        f"{n} × '{word[:_LETTERS]}'" for word, n in list(others.items())[:_SHOWN]
    )
    more = len(others) - _SHOWN
    findings.warn(
        "ASG_W_FLAG_WORDS",
        column.table.label,
        f"{sum(others.values())} values are neither yes nor no: {shown}"
        + (f" and {more} more" if more > 0 else ""),
        "write 1 and 0, or yes and no",
        column=column.name,
        n_rows=sum(others.values()),
    )

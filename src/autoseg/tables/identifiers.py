"""Reading ids. An id is always text: it is never counted with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.shapes import clean_text, is_number, is_text

if TYPE_CHECKING:
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn

__all__ = ["LAST_WHOLE_FLOAT", "LONGEST_ID", "read_ids"]

LAST_WHOLE_FLOAT = 2**53
"""Above it a float does not tell neighbouring whole numbers apart."""

LONGEST_ID = 256
"""What has more letters is no id but a text that has slipped into the column."""


def read_ids(column: RawColumn, findings: Findings) -> str | None:
    """Return SQL that reads a column as ids; NULL where it is blank.

    Leading zeros are kept. Whole numbers become their digits, also where they were
    stored as floats, as happens to a column with blanks.

    Parameters
    ----------
    column : RawColumn
        Texts or whole numbers.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    str or None
        None where an error was noted.
    """
    if is_text(column):
        _check_length(column, findings)
        return _read_text(column, findings)
    if is_number(column, whole=True):
        return f"CAST({column.sql} AS VARCHAR)"
    if is_number(column):
        return _read_fractions(column, findings)
    if column.type == "UUID":
        return f"CAST({column.sql} AS VARCHAR)"
    findings.error(
        "ASG_E_ID_TYPE",
        column.table.label,
        f"values of type {column.type} are no ids",
        "map the column that has the ids",
        column=column.name,
    )
    return None


def _read_text(column: RawColumn, findings: Findings) -> str:
    text = clean_text(column)
    engine, relation = column.table.engine, column.table.relation
    # stops at the first id that is of another kind, which is nearly always the first
    others = engine.fetch_rows(
        f"SELECT 1 FROM {relation} WHERE NOT ends_with({text}, '.0') LIMIT 1"
    )
    if others:
        return text
    ((every, n_rows),) = engine.fetch_rows(
        rf"SELECT BOOL_AND(REGEXP_FULL_MATCH({text}, '\d+\.0')), COUNT({text})"
        f" FROM {relation}"
    )
    if not every:
        return text
    findings.warn(
        "ASG_W_ID_DECIMALS",
        column.table.label,
        "every id ends in '.0', as after a trip through a spreadsheet; the ending was"
        " taken off",
        column=column.name,
        n_rows=n_rows,
    )
    return f"LEFT({text}, LENGTH({text}) - 2)"


def _check_length(column: RawColumn, findings: Findings) -> None:
    """Note texts too long for ids; they are read all the same, to find more."""
    text, table = clean_text(column), column.table
    too_long = f"LENGTH({text}) > {LONGEST_ID}"
    stored = column.sql if column.type == "VARCHAR" else text
    # bytes are counted at once, letters are not
    ((n_rows,),) = table.engine.fetch_rows(
        f"SELECT COUNT(*) FROM {table.relation}"
        f" WHERE STRLEN({stored}) > {LONGEST_ID} AND {too_long}"
    )
    if n_rows:
        label, rows = table.where(too_long)
        findings.error(
            "ASG_E_ID_LENGTH",
            label,
            f"{n_rows} ids are longer than {LONGEST_ID} characters",
            "map the column that has the ids, or mend these rows",
            column=column.name,
            rows=rows,
            n_rows=n_rows,
        )


def _read_fractions(column: RawColumn, findings: Findings) -> str | None:
    value = column.sql if column.type.startswith("DECIMAL") else _finite(column)
    broken = f"{value} <> TRUNC({value})"
    too_long = f"ABS({value}) > {LAST_WHOLE_FLOAT}"
    if column.type.startswith("DECIMAL"):
        too_long = "FALSE"
    ((n_broken, n_long),) = column.table.engine.fetch_rows(
        f"SELECT COUNT(*) FILTER ({broken}), COUNT(*) FILTER ({too_long})"
        f" FROM {column.table.relation}"
    )
    for condition, n_rows, found in (
        (broken, n_broken, "ids have decimals"),
        (too_long, n_long, "ids are too long for floats, so some may have merged"),
    ):
        if n_rows:
            label, rows = column.table.where(condition)
            findings.error(
                "ASG_E_ID_FLOAT",
                label,
                f"{n_rows} {found}",
                "read the column as text",
                column=column.name,
                rows=rows,
                n_rows=n_rows,
            )
    if n_broken or n_long:
        return None
    return f"CAST(CAST({value} AS HUGEINT) AS VARCHAR)"


def _finite(column: RawColumn) -> str:
    return f"CASE WHEN ISFINITE({column.sql}) THEN {column.sql} END"

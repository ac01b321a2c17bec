"""Reading the columns of a table: each canonical column becomes an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.amounts import read_numbers
from autoseg.tables.dates import read_timestamps
from autoseg.tables.flags import read_flags
from autoseg.tables.identifiers import read_ids
from autoseg.tables.roles import ROLES
from autoseg.tables.shapes import clean_text, is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.canonical import Kind
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn, RawTable
    from autoseg.tables.settings import Settings

__all__ = ["read_columns"]


def read_columns(
    role: str,
    table: RawTable,
    mapped: Mapping[str, int],
    settings: Settings,
    findings: Findings,
) -> dict[str, str]:
    """Return SQL of every canonical column of a table, over its raw relation.

    An optional column may have a few values that cannot be read; they become NULL,
    with a warning.

    Parameters
    ----------
    role : str
        Which table it is, a key of `ROLES`.
    table : RawTable
        Its rows.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    expressions: dict[str, str] = {}
    for canonical in ROLES[role]:
        if canonical.name not in mapped:
            continue
        column = table.column(mapped[canonical.name])
        if _is_nested(column, findings):
            continue
        large = canonical.name in _worth(role, mapped)
        sql = _read(canonical.kind, column, large, settings, findings)
        if sql is None:
            continue
        expressions[canonical.name] = sql
        if not canonical.required and canonical.kind not in {"id", "text"}:
            _check_optional(column, sql, settings, findings)
    return expressions


def _is_nested(column: RawColumn, findings: Findings) -> bool:
    """Return whether a cell holds several values; note an error if so."""
    kind = column.type
    held = (
        "lists"
        if kind.endswith("]")
        else {"STRUCT": "records", "MAP": "maps"}.get(kind.partition("(")[0])
    )
    if held is None:
        return False
    findings.error(
        "ASG_E_NESTED",
        column.table.label,
        f"the column holds {held}, not single values",
        "give the part that is meant a column of its own",
        column=column.name,
    )
    return True


def _worth(role: str, mapped: Mapping[str, int]) -> frozenset[str]:
    """Return the columns that say what a row is worth: too much is not unreadable."""
    if role == "summaries":
        return frozenset({"monetary"})
    if role != "transactions":
        return frozenset()
    return frozenset({"amount"} if "amount" in mapped else {"quantity", "unit_price"})


def _read(
    kind: Kind,
    column: RawColumn,
    large: bool,
    settings: Settings,
    findings: Findings,
) -> str | None:
    if kind == "id":
        return read_ids(column, findings)
    if kind == "timestamp":
        return read_timestamps(column, settings, findings)
    if kind == "flag":
        return read_flags(column, findings)
    if kind == "text":
        return clean_text(column)
    number = read_numbers(column, settings, findings, large=large)
    if kind == "count" and number is not None:
        return f"CAST({number} AS BIGINT)"
    return number


def _check_optional(
    column: RawColumn, sql: str, settings: Settings, findings: Findings
) -> None:
    if not is_text(column):
        return
    table = column.table
    condition = f"{plain_text(column)} IS NOT NULL AND ({sql}) IS NULL"
    ((n_rows,),) = table.engine.fetch_rows(
        f"SELECT COUNT(*) FILTER ({condition}) FROM {table.relation}"
    )
    if not n_rows:
        return
    label, rows = table.where(condition)
    if n_rows > settings.max_bad_share * table.n_rows:
        findings.error(
            "ASG_E_UNREADABLE_VALUES",
            label,
            f"{n_rows} of {table.n_rows} values cannot be read",
            "correct them, or leave the column out",
            column=column.name,
            rows=rows,
            n_rows=n_rows,
        )
        return
    findings.warn(
        "ASG_W_UNREADABLE_VALUES",
        label,
        f"{n_rows} of {table.n_rows} values cannot be read and count as missing",
        column=column.name,
        rows=rows,
        n_rows=n_rows,
    )

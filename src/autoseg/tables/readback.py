"""The account of the cleaning and the mapping of the columns, read back from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.errors import Finding
from autoseg.tables.staged import CleaningLog, ColumnMapping

if TYPE_CHECKING:
    from autoseg.plaindata import Record

__all__ = ["read_cleaning_log", "read_mapping"]


def read_cleaning_log(record: Record) -> CleaningLog:
    """Return the log that `CleaningLog.to_dict` was made from.

    Parameters
    ----------
    record : Record
        The log as plain data.

    Returns
    -------
    CleaningLog

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    log = CleaningLog(
        rows_in=record.whole("rows_in"),
        rows_used=record.whole("rows_used"),
        dropped_rows=record.whole_by_name("dropped_rows"),
        revenue_in=record.money("revenue_in"),
        revenue_used=record.money("revenue_used"),
        dropped_revenue=record.money_by_name("dropped_revenue"),
        n_customers=record.whole("n_customers"),
        n_orders=record.whole("n_orders"),
        n_returns=record.whole("n_returns"),
        n_zero_orders=record.whole("n_zero_orders"),
        returns_revenue=record.money("returns_revenue"),
        findings=tuple(_finding(one) for one in record.records("findings")),
        n_customers_without_value=record.whole("n_customers_without_value"),
        n_negative_rows=record.whole("n_negative_rows"),
        n_zero_rows=record.whole("n_zero_rows"),
        n_duplicate_rows=record.whole("n_duplicate_rows"),
    )
    if log.dropped_rows.keys() != log.dropped_revenue.keys():
        record.refuse("dropped_revenue", "has other reasons than dropped_rows")
    return log


def read_mapping(record: Record, key: str) -> tuple[ColumnMapping, ...]:
    """Return which column was read as what.

    Parameters
    ----------
    record : Record
        What holds the mapping.
    key : str
        The key that it stands under.

    Returns
    -------
    tuple of ColumnMapping

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    return tuple(
        ColumnMapping(one.text("role"), one.text("canonical"), one.text("source"))
        for one in record.records(key)
    )


def _finding(record: Record) -> Finding:
    return Finding(
        code=record.text("code"),
        source=record.text("source"),
        found=record.text("found"),
        fix=record.text("fix"),
        column=record.text_or_none("column"),
        rows=record.wholes("rows"),
        n_rows=record.whole("n_rows"),
    )

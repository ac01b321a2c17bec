"""Staging: from the user's tables to clean ones, with every row accounted for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from autoseg.tables.checks import (
    check_currency,
    check_duplicates,
    check_ids,
    check_orders,
)
from autoseg.tables.companions import read_companion, sift_companion, stage_companion
from autoseg.tables.findings import Findings, give_warnings
from autoseg.tables.mapping import read_mapping
from autoseg.tables.opening import load_table, open_tables, workspace
from autoseg.tables.settings import read_settings
from autoseg.tables.shapes import clean_text
from autoseg.tables.staged import StagedTables
from autoseg.tables.transactions import (
    STAGED,
    day_after,
    read_transactions,
    sift,
    stage_orders,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.opening import OpenTable
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import ReadingOptions, Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["stage", "stage_quietly"]


def stage(
    engine: DuckDBEngine,
    transactions: object,
    *,
    customers: object = None,
    events: object = None,
    responses: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    **options: Unpack[ReadingOptions],
) -> StagedTables:
    """Bring the user's tables into an engine, cleaned and under canonical names.

    A table is a data frame (pandas, Polars, Arrow, a DuckDB relation), the path or
    pattern of CSV (also packed with gzip) or Parquet files, or a list of paths. It
    is only read. Columns are found by their names in English, Norwegian, Danish and
    Swedish; formats of dates and numbers are decided by whole columns.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the staged tables go.
    transactions : data frame, path or list of paths
        Rows with customer, time and amount (or quantity and unit price).
    customers, events, responses : data frame, path or list of paths, optional
        The other tables.
    columns : mapping of str to str or path, optional
        Canonical name to the user's name, where the names alone do not tell; put
        the table in front for one table only, as in ``"events.timestamp"``. Or the
        path of a TOML file that holds the same, with a section a table.
    as_of : datetime.date or str, optional
        Day that customers are looked at from; rows at or after its midnight are not
        used. By default the day after the last row.
    since : datetime.date or str, optional
        First day that is used.
    timezone : str, optional
        IANA name of the business time zone, for times with an offset from UTC.
    currency : str, optional
        ISO 4217 code of the amounts.
    **options
        What else is out of the ordinary, as in `autoseg.tables.ReadingOptions`.

    Returns
    -------
    StagedTables
        The names of what is in the engine, and the log of the cleaning.

    Raises
    ------
    autoseg.errors.InputError
        If the input cannot be used; one error carries every problem of all tables.

    Warns
    -----
    autoseg.errors.InputWarning
        Once for each thing that was left out or read with care.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> orders = pd.DataFrame(
    ...     {
    ...         "Kundenr": ["007", "007", "12"],
    ...         "Ordredato": ["03.01.2024", "17.02.2024", "18.02.2024"],
    ...         "Beløp": ["1 250,50", "99,90", "-10,00"],
    ...     }
    ... )
    >>> import warnings
    >>> with DuckDBEngine() as engine, warnings.catch_warnings(action="ignore"):
    ...     staged = stage(engine, orders, currency="NOK")
    >>> staged.as_of, staged.log.revenue_used
    (datetime.date(2024, 2, 19), Decimal('1350.4000'))
    >>> dict(staged.log.dropped_rows)
    {'customer_without_purchase': 1}
    """
    given = {
        "transactions": transactions,
        "customers": customers,
        "events": events,
        "responses": responses,
    }
    bounds = {
        "as_of": as_of, "since": since, "timezone": timezone, "currency": currency,
    }  # fmt: skip
    staged = stage_quietly(engine, given, columns, **bounds, **options)
    give_warnings(staged.findings, stacklevel=2)
    return staged


def stage_quietly(
    engine: DuckDBEngine,
    given: Mapping[str, object],
    columns: Mapping[str, str] | str | Path | None,
    **settings: Any,
) -> StagedTables:
    """Stage as `stage` does, with the warnings in the result alone.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the staged tables go.
    given : mapping of str to object
        Role to table, the transactions first; None where there is none.
    columns : mapping of str to str or path, optional
        As in `stage`.
    **settings
        The bounds and options of `stage`.

    Returns
    -------
    StagedTables
        As `stage` returns them.

    Raises
    ------
    autoseg.errors.InputError
        If the input cannot be used.
    """
    findings = Findings()
    checked = read_settings(findings, **settings)
    tables = open_tables(given, read_mapping(columns, findings), checked, findings)
    with workspace(engine):
        return _stage(engine, tables, checked, findings)


def _stage(
    engine: DuckDBEngine,
    tables: list[OpenTable],
    settings: Settings,
    findings: Findings,
) -> StagedTables:
    """Load, read, sift and stage; raise all problems of a step together."""
    raws = {
        table.role: load_table(engine, table, settings, findings) for table in tables
    }
    findings.raise_errors()
    expressions = {
        table.role: _read(table, raws[table.role], settings, findings)
        for table in tables
    }
    main = tables[0]
    code = _currency(main, raws["transactions"], settings, findings)
    findings.raise_errors()
    sifted, as_of = _sift(tables, raws, expressions, settings, findings)
    findings.raise_errors()
    return _finish(tables, sifted, expressions, as_of, code, settings, findings)


def _read(
    table: OpenTable, raw: RawTable, settings: Settings, findings: Findings
) -> dict[str, str]:
    if table.role == "transactions":
        return read_transactions(raw, table.mapped, settings, findings)
    return read_companion(table.role, raw, table.mapped, settings, findings)


def _currency(
    table: OpenTable, raw: RawTable, settings: Settings, findings: Findings
) -> str | None:
    if "currency" not in table.mapped:
        return settings.currency
    column = raw.column(table.mapped["currency"])
    return check_currency(
        raw, clean_text(column), settings.currency, column.name, findings
    )


def _sift(
    tables: list[OpenTable],
    raws: Mapping[str, RawTable],
    expressions: Mapping[str, Mapping[str, str]],
    settings: Settings,
    findings: Findings,
) -> tuple[dict[str, Sifted], date]:
    """Read all rows; the day after the last one bounds all tables where none is set."""
    main, *companions = tables
    role = main.role
    rows = sift(raws[role], main.mapped, expressions[role], settings, findings)
    as_of = settings.as_of or day_after(rows)
    settings = replace(settings, as_of=as_of)
    sifted = {role: rows}
    for table in companions:
        role = table.role
        sifted[role] = sift_companion(
            role, raws[role], expressions[role], settings, findings
        )
    return sifted, as_of


def _finish(
    tables: list[OpenTable],
    sifted: Mapping[str, Sifted],
    expressions: Mapping[str, Mapping[str, str]],
    as_of: date,
    currency: str | None,
    settings: Settings,
    findings: Findings,
) -> StagedTables:
    """Create the staged tables and say what is in them."""
    rows, names = sifted["transactions"], expressions["transactions"]
    engine = rows.raw.engine
    check_duplicates(rows.raw, findings)
    check_ids(rows, settings, findings)
    check_orders(rows, names, findings)
    columns = tuple(name for name in STAGED if name in names)
    for role in sifted.keys() - {"transactions"}:
        stage_companion(role, sifted[role], expressions[role], settings)
    log = stage_orders(rows, columns, settings, findings)
    ((first, last),) = engine.fetch_rows(
        "SELECT CAST(MIN(timestamp) AS DATE), CAST(MAX(timestamp) AS DATE)"
        " FROM transactions"
    )
    return StagedTables(
        engine=engine,
        columns=frozenset(columns),
        tables=frozenset(sifted),
        mapping=tuple(one for table in tables for one in table.mappings),
        log=log,
        first_day=first,
        last_day=last,
        as_of=as_of,
        currency=currency,
        findings=tuple(findings.warnings),
    )

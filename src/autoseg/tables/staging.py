"""Staging: from the user's tables to clean ones, with every row accounted for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Unpack

from autoseg.engines import Course
from autoseg.tables.checks import (
    check_companions,
    check_excluded,
    check_ids,
    check_orders,
    check_returns,
    check_scale,
)
from autoseg.tables.companions import read_companion, sift_companion, stage_companion
from autoseg.tables.currencies import read_currency
from autoseg.tables.duplicates import count_duplicates
from autoseg.tables.findings import Findings, give_warnings
from autoseg.tables.mapping import read_mapping
from autoseg.tables.opening import load_table, open_tables, workspace
from autoseg.tables.orders import account_for, earlier_query, stage_orders
from autoseg.tables.raw import column_name
from autoseg.tables.reading import close_sources
from autoseg.tables.roles import ROLES
from autoseg.tables.settings import read_settings
from autoseg.tables.staged import StagedTables
from autoseg.tables.timespan import day_after
from autoseg.tables.transactions import (
    STAGED,
    blank_transaction,
    check_transactions,
    read_transactions,
    sift,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.opening import OpenTable
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import ReadingOptions, Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["stage", "stage_quietly"]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table that was loaded, and SQL of its columns over its raw relation."""

    table: OpenTable
    raw: RawTable
    columns: Mapping[str, str]
    whole: bool
    blank: str
    flags: Mapping[str, str]
    currency: str | None


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

    A table is a data frame (pandas, Polars, Arrow, Spark, a DuckDB relation), an
    `autoseg.Query` to a database, the path or pattern of CSV (also packed with
    gzip), Excel or Parquet files, or a list of paths. It is only read. Columns are
    found by their names in English, Norwegian, Danish and
    Swedish; formats of dates and numbers are decided by whole columns.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the staged tables go.
    transactions : data frame, Query, path or list of paths
        Rows with customer, time and amount (or quantity and unit price).
    customers, events, responses : data frame, Query, path or list of paths, optional
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
    bounds: dict[str, Any] = {
        "as_of": as_of, "since": since, "timezone": timezone, "currency": currency,
    }  # fmt: skip
    staged = stage_quietly(engine, given, columns, **bounds, **options)
    give_warnings(staged.findings, stacklevel=2)
    return staged


def stage_quietly(
    engine: DuckDBEngine,
    given: Mapping[str, object],
    columns: Mapping[str, str] | str | Path | None,
    *,
    course: Course | None = None,
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
    course : Course, optional
        Is moved on as the tables come in.
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
    try:
        with workspace(engine):
            return _stage(engine, tables, checked, findings, course or Course())
    finally:
        close_sources(table.source for table in tables)


def _stage(
    engine: DuckDBEngine,
    tables: list[OpenTable],
    settings: Settings,
    findings: Findings,
    course: Course,
) -> StagedTables:
    """Load, read, sift and stage; raise all problems of all tables together."""
    # the shares are those of ten million lines of Parquet
    course.step(0, 0.1)
    readings = {
        table.role: reading
        for table in tables
        if (reading := _read(engine, table, settings, findings)) is not None
    }
    course.step(0.1, 0.45)
    sifted, as_of = _sift(readings, settings, findings)
    findings.raise_errors()
    course.step(0.45, 0.7)
    try:
        return _finish(readings, sifted, as_of, settings, findings, course)
    except BaseException:
        # what is half staged is not left for anyone to read
        _clear(engine)
        raise


def _read(
    engine: DuckDBEngine, table: OpenTable, settings: Settings, findings: Findings
) -> _Reading | None:
    """Return how a table is read; None where it could not be loaded."""
    before = len(findings.errors)
    if not table.mapped:
        return None
    raw = load_table(engine, table, settings, findings)
    if len(findings.errors) > before:
        return None
    blank, code = "FALSE", None
    flags: Mapping[str, str] = {}
    if table.role == "transactions":
        blank = blank_transaction(raw, table.mapped)
        money = read_currency(raw, table.mapped, blank, settings, findings)
        columns, flags = read_transactions(raw, table.mapped, money, settings, findings)
        code = money.code
    else:
        columns = read_companion(table.role, raw, table.mapped, settings, findings)
    whole = table.whole and len(findings.errors) == before
    return _Reading(table, raw, columns, whole, blank, flags, code)


def _sift(
    readings: Mapping[str, _Reading], settings: Settings, findings: Findings
) -> tuple[dict[str, Sifted], date]:
    """Sift all rows; the day after the last one bounds all tables where none is set.

    Of a table that is not whole the columns that were read are looked at, for what
    else is wrong; nothing is concluded from its rows.
    """
    sifted: dict[str, Sifted] = {}
    for role, reading in readings.items():
        if not reading.columns:
            continue
        if role != "transactions":
            sifted[role] = sift_companion(
                role, reading.raw, reading.columns, settings, findings
            )
            continue
        rows = sift(
            reading.raw,
            reading.columns,
            reading.flags,
            reading.blank,
            settings,
            findings,
        )
        sifted[role] = rows
        if reading.whole:
            check_transactions(rows, reading.table.mapped, settings, findings)
            settings = replace(settings, as_of=settings.as_of or day_after(rows))
    return sifted, settings.as_of or date.max


def _finish(
    readings: Mapping[str, _Reading],
    sifted: Mapping[str, Sifted],
    as_of: date,
    settings: Settings,
    findings: Findings,
    course: Course,
) -> StagedTables:
    """Create the staged tables and say what is in them."""
    main, rows = readings["transactions"], sifted["transactions"]
    engine = rows.raw.engine
    # what is told of tables that were here before is no longer true
    staging = engine.count_staging()
    _clear(engine)
    columns = tuple(name for name in STAGED if name in main.columns)
    n_duplicates = count_duplicates(rows, settings, findings)
    check_excluded(sifted, settings, findings)
    check_ids(rows, settings, findings)
    check_orders(rows, main.columns, findings)
    check_companions(sifted, {r: one.columns for r, one in readings.items()}, findings)
    for role in sifted.keys() - {"transactions"}:
        stage_companion(role, sifted[role], readings[role].columns, settings)
    course.step(0.7, 0.95)
    without = stage_orders(rows, columns, settings, findings)
    if settings.keep_earlier:
        engine.execute(f"CREATE TEMP TABLE earlier AS {earlier_query(rows, settings)}")
    course.step(0.95, 1)
    check_scale(rows, findings)
    log = account_for(rows, without, n_duplicates, findings)
    check_returns(rows, log, findings)
    ((first, last),) = engine.fetch_rows(
        "SELECT CAST(MIN(timestamp) AS DATE), CAST(MAX(timestamp) AS DATE)"
        " FROM transactions"
    )
    return StagedTables(
        engine=engine,
        columns=frozenset(columns),
        tables=frozenset(sifted),
        mapping=tuple(m for one in readings.values() for m in one.table.mappings),
        log=replace(log, findings=findings.for_log()),
        first_day=first,
        last_day=last,
        as_of=as_of,
        currency=main.currency,
        findings=tuple(findings.warnings),
        has_time=_has_time(engine),
        companion_columns=_companion_columns(readings),
        staging=staging,
        sensitive=frozenset(settings.allow_sensitive),
    )


def _has_time(engine: DuckDBEngine) -> bool:
    """Return whether any used row has a time of day; stops at the first one."""
    return bool(
        engine.fetch_rows(
            "SELECT 1 FROM transactions"
            " WHERE timestamp <> DATE_TRUNC('day', timestamp) LIMIT 1"
        )
    )


def _companion_columns(
    readings: Mapping[str, _Reading],
) -> Mapping[str, frozenset[str]]:
    """Return the optional columns of the other tables, by table."""
    found: dict[str, frozenset[str]] = {}
    for role, reading in readings.items():
        if role == "transactions":
            continue
        names = {column_name(i): own for i, own in enumerate(reading.raw.names)}
        needed = {column.name for column in ROLES[role] if column.required}
        columns = {names.get(column, column) for column in reading.columns}
        found[role] = frozenset(columns - needed)
    return MappingProxyType(found)


def _clear(engine: DuckDBEngine) -> None:
    """Take out what an earlier staging left, and what this one could not end."""
    for table in ("orders", "without_purchase", "earlier", *ROLES):
        engine.execute(f"DROP TABLE IF EXISTS temp.{table}")

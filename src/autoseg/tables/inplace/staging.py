"""Staging where the rows are: the same rules, the same account, and nothing copied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from autoseg.tables.checks import (
    check_companions,
    check_excluded,
    check_ids,
    check_orders,
    check_returns,
    check_scale,
)
from autoseg.tables.companions import check_unique
from autoseg.tables.duplicates import note_duplicates
from autoseg.tables.findings import Findings
from autoseg.tables.inplace.opening import open_in_place
from autoseg.tables.inplace.orders import period_of, stage_orders_in_place
from autoseg.tables.inplace.place import Hindrance, NotInPlace
from autoseg.tables.inplace.reading import count_rows, read_in_place
from autoseg.tables.inplace.sifting import sift_in_place
from autoseg.tables.mapping import check_targets, read_mapping
from autoseg.tables.orders import account_for, earlier_query
from autoseg.tables.roles import ROLES
from autoseg.tables.settings import read_settings
from autoseg.tables.staged import StagedTables
from autoseg.tables.timespan import day_after
from autoseg.tables.transactions import STAGED, check_transactions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autoseg.engines import SourceEngine
    from autoseg.tables.inplace.opening import PlacedTable
    from autoseg.tables.inplace.reading import Readings
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["COPYING_OPTIONS", "stage_in_place"]

COPYING_OPTIONS = (
    "date_format",
    "decimal",
    "encoding",
    "sheet",
    "drop_duplicates",
    "pseudonym_key",
)
"""Settings that only tables have a use for which are copied."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A table, SQL of its columns, and its rows once they are sifted."""

    table: PlacedTable
    found: Readings
    rows: Sifted


def stage_in_place(
    engine: SourceEngine,
    given: Mapping[str, object],
    columns: Mapping[str, str] | str | Path | None = None,
    **settings: Any,
) -> StagedTables:
    """Stage tables where they are, with the warnings in the result alone.

    The rules are those of `autoseg.tables.stage`, for columns that have types.

    Parameters
    ----------
    engine : SourceEngine
        Where the tables are. What is staged is gone when it is closed.
    given : mapping of str to object
        Role to query or Spark data frame, the transactions first; None where there
        is none.
    columns : mapping of str to str or path, optional
        As in `stage`.
    **settings
        The bounds and options of `stage`.

    Returns
    -------
    StagedTables
        As `stage` returns them; ``relations`` says what they are called there.

    Raises
    ------
    autoseg.errors.InputError
        If the input cannot be used.
    autoseg.tables.inplace.NotInPlace
        If it has to be copied to be used.
    autoseg.errors.EngineError
        If a statement fails there.
    """
    findings = Findings()
    checked = read_settings(findings, **settings)
    mapping = read_mapping(columns, findings)
    check_targets(mapping, findings)
    hindrances = [
        Hindrance("settings", f"{name} has a meaning only for tables that are copied")
        for name in COPYING_OPTIONS
        if getattr(checked, name) not in {None, False}
    ]
    tables = []
    for role, value in given.items():
        if value is not None:
            table, found = open_in_place(engine, role, value, mapping, findings)
            hindrances += found
            tables.append(table)
    findings.raise_errors()
    if hindrances:
        raise NotInPlace(hindrances)
    spelled = tuple(normalize("NFC", one) for one in checked.exclude_ids)
    checked = replace(checked, exclude_ids=spelled)
    return _stage([one for one in tables if one is not None], checked, findings)


def _stage(
    tables: list[PlacedTable], settings: Settings, findings: Findings
) -> StagedTables:
    counted = [count_rows(table, findings) for table in tables]
    findings.raise_errors()
    readings: dict[str, _Reading] = {}
    bounds = settings
    for table in counted:
        found = read_in_place(table, settings, findings)
        findings.raise_errors()
        rows = sift_in_place(table, found, bounds, findings)
        readings[table.role] = _Reading(table, found, rows)
        if table.role == "transactions":
            check_transactions(rows, table.mapped, settings, findings)
            as_of = settings.as_of or day_after(rows)
            bounds = replace(settings, as_of=as_of)
        elif table.role == "customers":
            check_unique(rows, findings)
    findings.raise_errors()
    return _finish(readings, bounds, settings, findings)


def _finish(
    readings: Mapping[str, _Reading],
    bounds: Settings,
    settings: Settings,
    findings: Findings,
) -> StagedTables:
    """Name the staged tables and say what is in them."""
    main = readings["transactions"]
    beside = {role: one for role, one in readings.items() if role != "transactions"}
    translated = main.table.translated
    columns = tuple(name for name in STAGED if name in main.found)
    n_duplicates = _count_duplicates(main.table)
    note_duplicates(main.rows, n_duplicates, findings)
    _check(readings, settings, findings)
    relations = {role: _name_companion(one) for role, one in beside.items()}
    without = stage_orders_in_place(main.table, main.rows, columns, findings)
    check_scale(main.rows, findings)
    log = account_for(main.rows, without, n_duplicates, findings)
    check_returns(main.rows, log, findings)
    relations |= {
        name: translated.relation(name)
        for name in ("transactions", "orders", "every_transaction")
    }
    if settings.keep_earlier:
        earlier = earlier_query(main.rows, settings)
        relations["earlier"] = translated.engine.create_view("earlier", earlier)
    period = period_of(main.table, relations["transactions"])
    return StagedTables(
        engine=translated.engine,
        columns=frozenset(columns),
        tables=frozenset(readings),
        mapping=tuple(m for one in readings.values() for m in one.table.mappings),
        log=replace(log, findings=findings.for_log()),
        first_day=period.first_day,
        last_day=period.last_day,
        as_of=bounds.as_of or date.max,
        currency=main.found.currency,
        findings=tuple(findings.warnings),
        relations=relations,
        has_time=period.has_time,
        companion_columns={
            role: _companion_columns(one) for role, one in beside.items()
        },
        sensitive=frozenset(settings.allow_sensitive),
    )


def _check(
    readings: Mapping[str, _Reading], settings: Settings, findings: Findings
) -> None:
    """Note what is odd about the rows that are used."""
    main = readings["transactions"]
    sifted = {role: one.rows for role, one in readings.items()}
    check_excluded(sifted, settings, findings)
    check_ids(main.rows, settings, findings)
    check_orders(main.rows, main.found, findings)
    for one in readings.values():
        if one.table.role != "transactions":
            # of the customers whose transactions are used
            one.table.translated.share(main.table.translated)
    check_companions(sifted, {r: one.found for r, one in readings.items()}, findings)


def _count_duplicates(table: PlacedTable) -> int:
    """Return how many rows repeat another in every column."""
    hashed = table.dialect.fingerprint([column.sql for column in table.columns])
    ((n_rows,),) = table.translated.engine.fetch_rows(
        "SELECT COALESCE(SUM(n) - COUNT(*), 0) FROM (SELECT COUNT(*) AS n"
        f" FROM (SELECT {hashed} AS fingerprint FROM {table.source}) AS hashed"
        " GROUP BY fingerprint) AS alike"
    )
    return int(n_rows)


def _companion_columns(reading: _Reading) -> frozenset[str]:
    names = {one.sql: one.name for one in reading.table.columns}
    needed = {column.name for column in ROLES[reading.table.role] if column.required}
    return frozenset(names.get(column, column) for column in reading.found) - needed


def _name_companion(reading: _Reading) -> str:
    """Name the rows of a table that are used; attributes get their own names back."""
    table = reading.table
    own = {one.sql: table.quote(one.name) for one in table.columns}
    listed = ", ".join(
        f"{column} AS {own[column]}" if column in own else column
        for column in reading.found
    )
    return table.translated.engine.create_view(
        table.role, f"SELECT {listed} FROM {reading.rows.relation} WHERE reason IS NULL"
    )

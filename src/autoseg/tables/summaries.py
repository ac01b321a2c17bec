"""Staging a table that came summed up: one row a customer, without the purchases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Unpack

from autoseg.tables.checks import check_ids
from autoseg.tables.companions import (
    check_unique,
    read_companion,
    sift_companion,
    stage_companion,
)
from autoseg.tables.currencies import read_currency
from autoseg.tables.findings import Findings, give_warnings
from autoseg.tables.mapping import read_mapping
from autoseg.tables.measures import choose_measures, read_measures, sift_measures
from autoseg.tables.opening import load_table, open_tables, workspace
from autoseg.tables.pseudonyms import pseudonymise
from autoseg.tables.reading import close_sources
from autoseg.tables.settings import read_settings
from autoseg.tables.staged import CleaningLog, StagedSummaries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.opening import OpenTable
    from autoseg.tables.settings import ReadingOptions, Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["stage_summaries", "stage_summaries_quietly"]

_OPTIONAL = ("tenure_days", "average_order_value")


def stage_summaries(
    engine: DuckDBEngine,
    summaries: object,
    *,
    customers: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    **options: Unpack[ReadingOptions],
) -> StagedSummaries:
    """Bring a table with one row a customer into an engine, checked and named.

    For those who have no purchases, only what a CRM or an RFM tool made of them.
    What the sums were made from cannot be seen, so `monetary` has to be the total
    that a customer spent, and `frequency` the number of orders, the first one too.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the staged table goes.
    summaries : data frame, path or list of paths
        One row a customer: days since the last purchase (or its date, with `as_of`),
        number of orders and total spend (or the average of an order).
    customers : data frame, path or list of paths, optional
        Attributes of the customers.
    columns : mapping of str to str or path, optional
        Canonical name to the user's name, as in `stage`.
    as_of : datetime.date or str, optional
        Day that recency was counted from; needed where dates came in its place.
    since : datetime.date or str, optional
        Refused: what is summed up cannot be cut.
    timezone : str, optional
        IANA name of the business time zone, for dates with an offset from UTC.
    currency : str, optional
        ISO 4217 code of the amounts.
    **options
        As in `ReadingOptions`; those that need purchases are refused.

    Returns
    -------
    StagedSummaries
        The names of what is in the engine, and the log of the cleaning.

    Raises
    ------
    autoseg.errors.InputError
        If the input cannot be used; one error carries every problem.

    Warns
    -----
    autoseg.errors.InputWarning
        Once for each thing that was left out or read with care.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> table = pd.DataFrame(
    ...     {
    ...         "Kundenr": ["007", "12"],
    ...         "Dager siden siste kjøp": [3, 210],
    ...         "Antall ordrer": [14, 1],
    ...         "Omsetning": ["12 250,50", "99,90"],
    ...     }
    ... )
    >>> with DuckDBEngine() as engine:
    ...     staged = stage_summaries(engine, table, currency="NOK")
    >>> staged.log.n_orders, staged.log.revenue_used
    (15, Decimal('12350.4000'))
    """
    given = {"summaries": summaries, "customers": customers}
    bounds = {
        "as_of": as_of, "since": since, "timezone": timezone, "currency": currency,
    }  # fmt: skip
    staged = stage_summaries_quietly(engine, given, columns, **bounds, **options)
    give_warnings(staged.findings, stacklevel=2)
    return staged


def stage_summaries_quietly(
    engine: DuckDBEngine,
    given: Mapping[str, object],
    columns: Mapping[str, str] | str | Path | None,
    **settings: Any,
) -> StagedSummaries:
    """Stage as `stage_summaries` does, with the warnings in the result alone.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the staged table goes.
    given : mapping of str to object
        ``"summaries"`` to the table, first, and ``"customers"`` to theirs or None.
    columns : mapping of str to str or path, optional
        As in `stage_summaries`.
    **settings
        The bounds and options of `stage_summaries`.

    Returns
    -------
    StagedSummaries
        As `stage_summaries` returns them.

    Raises
    ------
    autoseg.errors.InputError
        If the input cannot be used.
    """
    findings = Findings()
    checked = read_settings(findings, **settings)
    _refuse_settings(checked, findings)
    tables = open_tables(given, read_mapping(columns, findings), checked, findings)
    if findings.errors:
        close_sources(table.source for table in tables)
        findings.raise_errors()
    main, *beside = tables
    main = choose_measures(main, checked, findings)
    findings.raise_errors()
    with workspace(engine):
        return _stage(engine, [main, *beside], checked, findings)


def _stage(
    engine: DuckDBEngine,
    tables: list[OpenTable],
    settings: Settings,
    findings: Findings,
) -> StagedSummaries:
    """Load, read, sift and stage; raise all problems of a step together."""
    raws = {
        table.role: load_table(engine, table, settings, findings) for table in tables
    }
    findings.raise_errors()
    main, *beside = tables
    raw = raws[main.role]
    money = read_currency(raw, main.mapped, "FALSE", settings, findings)
    measures, flags = read_measures(raw, main.mapped, money, settings, findings)
    attributes = {
        table.role: read_companion(
            table.role, raws[table.role], table.mapped, settings, findings
        )
        for table in beside
    }
    findings.raise_errors()
    rows = sift_measures(raw, main.mapped, measures, flags, settings, findings)
    check_unique(rows, findings)
    sifted = {
        role: sift_companion(role, raws[role], columns, settings, findings)
        for role, columns in attributes.items()
    }
    findings.raise_errors()
    check_ids(rows, settings, findings)
    for role, columns in attributes.items():
        stage_companion(role, sifted[role], columns, settings)
    kept = _create_summaries(rows, measures, settings, findings)
    first, last = _days(rows, kept, settings)
    return StagedSummaries(
        engine=engine,
        columns=frozenset(kept),
        tables=frozenset(raws),
        mapping=tuple(
            one
            for table in tables
            for one in table.mappings
            if one.canonical in kept or one.canonical not in _OPTIONAL
        ),
        log=_account(rows, findings),
        first_day=first,
        last_day=last,
        as_of=settings.as_of,
        currency=money.code,
        findings=tuple(findings.warnings),
    )


def _refuse_settings(settings: Settings, findings: Findings) -> None:
    """Note settings that only make sense where the purchases are there."""
    for name, given in (
        ("since", settings.since is not None),
        ("returns", settings.returns != "net"),
        ("drop_duplicates", settings.drop_duplicates),
    ):
        if given:
            findings.error(
                "ASG_E_SETTING",
                name,
                "it cannot be applied to customers that came summed up",
                "leave it out, or give the transactions",
            )


def _create_summaries(
    rows: Sifted,
    measures: Mapping[str, str],
    settings: Settings,
    findings: Findings,
) -> tuple[str, ...]:
    """Create the table; return its optional columns, none of which has a gap."""
    engine = rows.raw.engine
    kept = []
    for name in _OPTIONAL:
        if name not in measures:
            continue
        ((n_missing,),) = engine.fetch_rows(
            f"SELECT COUNT(*) FILTER ({name} IS NULL) FROM {rows.relation}"
            " WHERE reason IS NULL"
        )
        if not n_missing:
            kept.append(name)
            continue
        findings.warn(
            "ASG_W_INCOMPLETE_MEASURE",
            rows.raw.label,
            f"{n_missing} of {rows.used.n_rows} customers have no {name}, so it is not"
            " used",
            "fill it in, or leave the column out",
            n_rows=n_missing,
        )
    listed = "".join(f", CAST({name} AS DOUBLE) AS {name}" for name in kept)
    customer = pseudonymise("customer_id", settings)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE summaries AS SELECT {customer} AS customer_id,"
        " CAST(recency_days AS DOUBLE) AS recency_days, CAST(frequency AS BIGINT) AS"
        f" frequency, amount{listed} FROM {rows.relation} WHERE reason IS NULL"
    )
    return tuple(kept)


def _days(
    rows: Sifted, kept: tuple[str, ...], settings: Settings
) -> tuple[date | None, date | None]:
    """Return the days of the first and the last purchase, as far as they are known."""
    if settings.as_of is None:
        return None, None
    oldest = "MAX(tenure_days)" if "tenure_days" in kept else "NULL"
    ((tenure, recency),) = rows.raw.engine.fetch_rows(
        f"SELECT CAST(FLOOR({oldest}) AS BIGINT), CAST(FLOOR(MIN(recency_days)) AS"
        " BIGINT) FROM summaries"
    )
    return _day_before(settings.as_of, tenure), _day_before(settings.as_of, recency)


def _day_before(as_of: date, n_days: int | None) -> date | None:
    """Return the day that many days earlier; None where there is no such day."""
    if n_days is None or n_days >= as_of.toordinal():
        return None
    return date.fromordinal(as_of.toordinal() - n_days)


def _account(rows: Sifted, findings: Findings) -> CleaningLog:
    ((n_orders,),) = rows.raw.engine.fetch_rows("SELECT SUM(frequency) FROM summaries")
    none = rows.used.revenue * 0
    return CleaningLog(
        rows_in=rows.n_rows,
        rows_used=rows.used.n_rows,
        dropped_rows={name: account.n_rows for name, account in rows.dropped.items()},
        revenue_in=rows.revenue,
        revenue_used=rows.used.revenue,
        dropped_revenue={name: one.revenue for name, one in rows.dropped.items()},
        n_customers=rows.used.n_rows,
        n_orders=int(n_orders),
        n_returns=0,
        n_zero_orders=0,
        returns_revenue=none,
        findings=findings.for_log(),
    )

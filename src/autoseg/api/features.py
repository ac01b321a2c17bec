"""Features of every customer in one call: all rows, new rows, or as of many days."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, cast

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from autoseg.features import Feature, FeatureHistory, FeatureTable
    from autoseg.tables import ReadingOptions, StagedTables
    from autoseg.tables.placing import EngineChoice, Workplace

__all__ = ["compute_features", "feature_history", "refresh_features"]


def compute_features(
    transactions: object,
    features: Sequence[str | Feature] | None = None,
    *,
    customers: object = None,
    events: object = None,
    responses: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    state: str | os.PathLike[str] | None = None,
    engine: EngineChoice = "auto",
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
    n_jobs: int | None = None,
    progress: bool | Callable[[str, float], None] | None = None,
    **options: Unpack[ReadingOptions],
) -> FeatureTable:
    """Compute the features of every customer behind a table of transactions.

    Parameters
    ----------
    transactions : frame, path, pattern, sequence of paths or StagedTables
        One row a transaction or order line, as in `segment`; or what `stage` returns,
        and then none of the other tables and settings of reading.
    features : sequence of str or Feature, optional
        Which ones, by name, or measures of your own; by default every one that the
        tables carry.
    customers, events, responses : frame or path, optional
        The other tables: attributes, visits and clicks, campaign responses.
    columns : mapping of str to str or path, optional
        Our name of a column to yours, where the names do not tell; or a TOML file
        that holds the same.
    as_of : datetime.date or str, optional
        The day from whose start on is looked back; rows of that day or later are
        not used. By default the day after the last row.
    since : datetime.date or str, optional
        First day to use.
    timezone : str, optional
        The business's time zone, for timestamps that carry an offset.
    currency : str, optional
        ISO code of the amounts.
    state : path, optional
        A folder that keeps what the rows were summed up to, for `refresh_features`;
        made if missing, and what it kept is replaced. It holds the customers' ids.
    engine : {"auto", "duckdb", "source"}
        Where to work, as in `segment`; a state is kept by the embedded engine.
    memory_limit : str, optional
        Memory for the tables, such as ``"2GB"``; what is above goes to disk.
    temp_directory : path, optional
        Where on disk; by default the system's temporary folder.
    n_jobs : int, optional
        Threads to use; all cores by default. No result depends on it.
    progress : bool or callable, optional
        A bar is shown or not, as in `segment`. A callable is called
        with ``"tables"``, ``"features"`` or ``"state"`` and the share of it that is
        done.
    **options
        Input out of the ordinary, as in `autoseg.tables.ReadingOptions`.

    Returns
    -------
    FeatureTable
        One row a customer, sorted by ``customer_id``.

    Raises
    ------
    InputError
        If a table cannot be used, or a feature cannot be computed from it; the message
        holds everything that is wrong.
    OutputError
        If the state cannot be written; a `BusyError` if another run uses it.

    Warns
    -----
    InputWarning
        Once for each thing that was left out or read with care.

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> table = autoseg.compute_features(shop.transactions, ["monetary"])
    >>> table.frame.shape
    (600, 1)
    """
    from autoseg.api.progress import shown
    from autoseg.features import build_state, settings_kept
    from autoseg.features import compute_features as compute
    from autoseg.tables import StagedTables
    from autoseg.tables.together import course_of

    given = _tables(transactions, customers, events, responses)
    settings: dict[str, Any] = {
        "as_of": as_of, "since": since, "timezone": timezone, "currency": currency,
        **options,
    }  # fmt: skip
    if isinstance(transactions, StagedTables):
        _check_staged(given, {"columns": columns, **settings})
        table = compute(transactions, features)
        if state is not None:
            build_state(state, transactions, table)
        return table
    where = _where(engine, memory_limit, temp_directory, n_jobs)
    reading = {"columns": columns, **settings}
    if state is None:
        with (
            shown(progress) as tell,
            _staged_anywhere(given, reading, where, tell) as staged,
        ):
            _warn(staged)
            with course_of("features", staged.engine, tell):
                return compute(staged, features)
    with (
        shown(progress) as tell,
        _staged_here(given, reading, where, tell, state) as staged,
    ):
        _warn(staged)
        with course_of("features", staged.engine, tell):
            table = compute(staged, features)
        with course_of("state", staged.engine, tell):
            kept = settings_kept(settings)
            build_state(state, staged, table, since=_day(since), settings=kept)
    return table


def refresh_features(
    state: str | os.PathLike[str],
    transactions: object,
    features: Sequence[str | Feature] | None = None,
    *,
    as_of: date | str,
    late: Literal["refuse", "add"] = "refuse",
    customers: object = None,
    events: object = None,
    responses: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
    n_jobs: int | None = None,
    progress: bool | Callable[[str, float], None] | None = None,
    **options: Unpack[ReadingOptions],
) -> FeatureTable:
    """Add new rows to a state and compute the features of every customer.

    The numbers are those of `compute_features` over all rows, to the last bit, at the
    cost of the new rows and a look at the stored sums.

    Parameters
    ----------
    state : path
        The folder that `compute_features` was given; it holds the new rows afterwards,
        or is as it was if anything is wrong.
    transactions : frame, path, pattern or sequence of paths
        The new rows: those dated from the day that the state reaches up to `as_of`.
    features : sequence of str or Feature, optional
        As in `compute_features`.
    as_of : datetime.date or str
        The new day of analysis, not before that of the state.
    late : {"refuse", "add"}
        What becomes of rows dated before the day that the state reaches. They may be
        rows that it holds already, so they are refused unless they are known to be new.
    customers, events, responses : frame or path, optional
        The other tables. New customers' attributes replace the former ones; events
        and responses are added.
    columns : mapping of str to str or path, optional
        As in `compute_features`.
    since : datetime.date or str, optional
        The same first day as before; by default it stays.
    timezone : str, optional
        The business's time zone, the same as before.
    currency : str, optional
        ISO code of the amounts; by default that of the state.
    memory_limit : str, optional
        Memory for the tables, such as ``"2GB"``; what is above goes to disk.
    temp_directory : path, optional
        Where on disk; by default the system's temporary folder.
    n_jobs : int, optional
        Threads to use; all cores by default. No result depends on it.
    progress : bool or callable, optional
        A bar is shown or not, as in `segment`. A callable is called
        with ``"tables"`` or ``"features"`` and the share of it that is done.
    **options
        Input out of the ordinary, as in `autoseg.tables.ReadingOptions`.

    Returns
    -------
    FeatureTable
        One row for every customer of the state, sorted by ``customer_id``.

    Raises
    ------
    InputError
        If the state or the rows cannot be used, or not together; the message holds
        everything that is wrong.
    BusyError
        If another run uses the state.

    Warns
    -----
    InputWarning
        Once for each thing that was left out or read with care.

    Examples
    --------
    >>> import autoseg
    >>> from tempfile import TemporaryDirectory
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> rows = shop.transactions
    >>> before = rows["timestamp"] < "2024-12-01"
    >>> with TemporaryDirectory() as folder:
    ...     _ = autoseg.compute_features(rows[before], as_of="2024-12-01", state=folder)
    ...     table = autoseg.refresh_features(folder, rows[~before], as_of="2025-01-01")
    >>> table.as_of
    datetime.date(2025, 1, 1)
    """
    from autoseg.api.progress import shown
    from autoseg.features import open_state, settings_kept
    from autoseg.tables.together import course_of

    settings: dict[str, Any] = {"timezone": timezone, **options}
    with open_state(state) as kept:
        day = _day(as_of) or kept.as_of
        kept.check_run(
            as_of=day, since=_day(since), settings=settings_kept(settings), late=late
        )
        settings |= {
            "as_of": day,
            "since": kept.since,
            "currency": currency or kept.currency,
            "part": kept.part,
        }
        given = _tables(transactions, customers, events, responses)
        where = _where("duckdb", memory_limit, temp_directory, n_jobs)
        reading = {"columns": columns, **settings}
        with (
            shown(progress) as tell,
            _staged_here(given, reading, where, tell, state) as staged,
        ):
            _warn(staged)
            with course_of("features", staged.engine, tell):
                return kept.refresh(staged, features, late=late)


def feature_history(
    transactions: object,
    features: Sequence[str | Feature] | None = None,
    *,
    every: str = "1 quarter",
    window: str | None = None,
    customers: object = None,
    events: object = None,
    responses: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    engine: EngineChoice = "auto",
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
    n_jobs: int | None = None,
    progress: bool | Callable[[str, float], None] | None = None,
    **options: Unpack[ReadingOptions],
) -> FeatureHistory:
    """Compute the features of every customer as of many days, in one pass.

    Parameters
    ----------
    transactions : frame, path, pattern, sequence of paths or StagedTables
        As in `compute_features`.
    features : sequence of str or Feature, optional
        As in `compute_features`.
    every : str
        Step between the days of analysis, back from `as_of`: a whole number of days,
        weeks, months, quarters or years.
    window : str, optional
        How far each day looks back; by default to the first row.
    customers, events, responses : frame or path, optional
        The other tables.
    columns : mapping of str to str or path, optional
        As in `compute_features`.
    as_of : datetime.date or str, optional
        The last day of analysis; by default the day after the last row.
    since : datetime.date or str, optional
        First day to use.
    timezone : str, optional
        The business's time zone, for timestamps that carry an offset.
    currency : str, optional
        ISO code of the amounts.
    engine : {"auto", "duckdb", "source"}
        Where to work, as in `segment`.
    memory_limit : str, optional
        Memory for the tables, such as ``"2GB"``; what is above goes to disk.
    temp_directory : path, optional
        Where on disk; by default the system's temporary folder.
    n_jobs : int, optional
        Threads to use; all cores by default. No result depends on it.
    progress : bool or callable, optional
        A bar is shown or not, as in `segment`. A callable is called
        with ``"tables"`` or ``"features"`` and the share of it that is done.
    **options
        Input out of the ordinary, as in `autoseg.tables.ReadingOptions`.

    Returns
    -------
    FeatureHistory
        One row a customer and day of analysis.

    Raises
    ------
    InputError
        If a table cannot be used, or a feature or a step cannot be computed; the
        message holds everything that is wrong.

    Warns
    -----
    InputWarning
        Once for each thing that was left out or read with care.

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> history = autoseg.feature_history(
    ...     shop.transactions, ["monetary"], every="1 quarter", as_of="2025-01-01"
    ... )
    >>> history.days[-2:]
    (datetime.date(2024, 10, 1), datetime.date(2025, 1, 1))
    """
    from autoseg.api.progress import shown
    from autoseg.features import feature_history as compute
    from autoseg.tables import StagedTables
    from autoseg.tables.together import course_of

    given = _tables(transactions, customers, events, responses)
    settings: dict[str, Any] = {
        "as_of": as_of, "since": since, "timezone": timezone, "currency": currency,
        **options,
    }  # fmt: skip
    if isinstance(transactions, StagedTables):
        _check_staged(given, {"columns": columns, **settings})
        return compute(transactions, features, every=every, window=window)
    where = _where(engine, memory_limit, temp_directory, n_jobs)
    reading = {"columns": columns, **settings}
    with (
        shown(progress) as tell,
        _staged_anywhere(given, reading, where, tell) as staged,
    ):
        _warn(staged)
        with course_of("features", staged.engine, tell):
            return compute(staged, features, every=every, window=window)


def _tables(
    transactions: object, customers: object, events: object, responses: object
) -> dict[str, object]:
    return {
        "transactions": transactions, "customers": customers, "events": events,
        "responses": responses,
    }  # fmt: skip


def _where(
    engine: EngineChoice,
    memory_limit: str | None,
    temp_directory: str | Path | None,
    n_jobs: int | None,
) -> Workplace:
    from autoseg.tables.placing import Workplace

    threads = None if n_jobs in {None, -1} else n_jobs
    return Workplace(engine, memory_limit, threads, temp_directory)


@contextmanager
def _staged_anywhere(
    given: Mapping[str, object],
    reading: Mapping[str, Any],
    where: Workplace,
    progress: Callable[[str, float], None] | None,
) -> Iterator[StagedTables]:
    """Stage tables where they are, or in an embedded engine."""
    from autoseg.tables.placing import staged_tables

    tables = {**given, "summaries": None}
    with staged_tables(tables, reading, where, progress) as staged:
        # without summaries there are no other staged tables
        yield cast("StagedTables", staged)


@contextmanager
def _staged_here(
    given: Mapping[str, object],
    reading: Mapping[str, Any],
    where: Workplace,
    progress: Callable[[str, float], None] | None,
    state: str | os.PathLike[str],
) -> Iterator[StagedTables]:
    """Stage tables in an embedded engine that may still reach the state."""
    from autoseg.engines import DuckDBEngine
    from autoseg.tables import stage_quietly
    from autoseg.tables.together import course_of

    if where.engine not in {"auto", "duckdb"}:
        found = f"{where.engine!r} cannot be used where a state is kept"
        fix = "give 'duckdb', or leave state out"
        raise InputError(Finding("ASG_E_SETTING", "engine", found, fix))
    with DuckDBEngine(
        memory_limit=where.memory_limit,
        threads=where.threads,
        temp_directory=where.temp_directory,
    ) as engine:
        with course_of("tables", engine, progress) as course:
            staged = stage_quietly(engine, given, course=course, **reading)
        # the rows are in: no later statement has another file to read
        engine.seal(Path(state))
        yield staged


def _warn(staged: StagedTables) -> None:
    """Give the warnings of the tables; what a segmentation would want is no matter."""
    from autoseg.tables import FITNESS_CODES, give_warnings

    told = [one for one in staged.findings if one.code not in FITNESS_CODES]
    # 3: the caller of the public function
    give_warnings(told, stacklevel=3)


def _check_staged(given: Mapping[str, object], settings: Mapping[str, Any]) -> None:
    """Raise if what is staged already is to be staged otherwise."""
    beside = {name: table for name, table in given.items() if name != "transactions"}
    both = {**beside, **settings}
    named = [name for name, value in both.items() if value is not None]
    if named:
        raise InputError(
            Finding(
                "ASG_E_TABLES",
                "the input",
                f"{' and '.join(named)} cannot stand beside tables that are staged",
                "give them to autoseg.stage",
            )
        )


def _day(value: date | str | None) -> date | None:
    """Return a day as the tables read it; raise where it is none."""
    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import read_settings

    findings = Findings()
    day = read_settings(findings, as_of=value).as_of
    findings.raise_errors()
    return day

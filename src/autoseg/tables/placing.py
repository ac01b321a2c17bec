"""Where the work is done: where the rows are, or in the embedded engine."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from autoseg.errors import (
    EngineError,
    Finding,
    InputError,
    MissingDependencyError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from autoseg.engines import SourceEngine
    from autoseg.tables import StagedSummaries, StagedTables
    from autoseg.tables.inplace import Hindrance, Place

__all__ = ["EngineChoice", "Workplace", "staged_tables"]

EngineChoice = Literal["auto", "duckdb", "source"]
"""``"source"`` where the rows are, ``"duckdb"`` in the embedded engine."""

_CHOICES = ("auto", "duckdb", "source")


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where tables are to be worked with, and what the embedded engine may use.

    Parameters
    ----------
    engine : {"auto", "duckdb", "source"}
        ``"auto"`` is where the rows are, if they can be worked with there.
    memory_limit : str or None
        Memory of the embedded engine.
    threads : int or None
        Threads of the embedded engine.
    temp_directory : str or pathlib.Path or None
        Where the embedded engine may spill.
    """

    engine: EngineChoice = "auto"
    memory_limit: str | None = None
    threads: int | None = None
    temp_directory: str | Path | None = None


@contextmanager
def staged_tables(
    given: Mapping[str, object],
    settings: Mapping[str, Any],
    where: Workplace,
    progress: Callable[[str, float], None] | None = None,
) -> Iterator[StagedTables | StagedSummaries]:
    """Stage tables where they are or where they are copied to, and clear up after.

    Parameters
    ----------
    given : mapping of str to object
        ``"transactions"`` or ``"summaries"``, and the other tables; None where there
        is none.
    settings : mapping of str to object
        ``columns``, the bounds and the options of `autoseg.tables.stage`.
    where : Workplace
        Where to work.
    progress : callable, optional
        Called with ``"tables"`` and the share of the reading that is done.

    Yields
    ------
    StagedTables or StagedSummaries
        With all warnings, also of what the tables can carry.

    Raises
    ------
    InputError
        If the tables cannot be used, not together (``ASG_E_TABLES``), or not where
        they are, if that was asked for (``ASG_E_IN_PLACE``).
    """
    from autoseg.engines import DuckDBEngine
    from autoseg.tables.together import check_together, read_tables

    if where.engine not in _CHOICES:
        found = f"{where.engine!r} cannot be used"
        fix = "give 'auto', 'duckdb' or 'source'"
        raise InputError(Finding("ASG_E_SETTING", "engine", found, fix))
    check_together(given)
    with ExitStack() as stack:
        there: StagedTables | StagedSummaries | None = None
        hindrances: Sequence[Hindrance] = ()
        if where.engine != "duckdb":
            there, hindrances = _try_in_place(given, settings, where, stack, progress)
        if there is not None:
            yield there
            return
        if where.engine == "source":
            raise InputError([_refusal(one) for one in hindrances or _nowhere()])
        engine = stack.enter_context(
            DuckDBEngine(
                memory_limit=where.memory_limit,
                threads=where.threads,
                temp_directory=where.temp_directory,
            )
        )
        staged = read_tables(given, settings, engine, progress)
        # the rows are in: no later statement has a file to read
        engine.seal()
        yield _told(staged, hindrances)


def _try_in_place(
    given: Mapping[str, object],
    settings: Mapping[str, Any],
    where: Workplace,
    stack: ExitStack,
    progress: Callable[[str, float], None] | None,
) -> tuple[StagedTables | StagedSummaries | None, Sequence[Hindrance]]:
    """Return tables that are staged where they are, or what is in the way."""
    from autoseg.tables.inplace import NotInPlace, find_place

    tables = {name: table for name, table in given.items() if name != "summaries"}
    try:
        place = find_place(tables)
        if place is None:
            return None, []
        engine = stack.enter_context(_open(place))
        return _stage_there(engine, place, tables, settings, where, progress), []
    except NotInPlace as stop:
        return None, stop.hindrances


def _open(place: Place) -> SourceEngine:
    from autoseg.tables.inplace import Hindrance, NotInPlace

    try:
        return place.open()
    except EngineError as error:
        reason = error.reason
    except MissingDependencyError as error:
        reason = str(error).rstrip(".")
    raise NotInPlace([Hindrance("transactions", reason)])


def _stage_there(
    engine: SourceEngine,
    place: Place,
    tables: Mapping[str, object],
    settings: Mapping[str, Any],
    where: Workplace,
    progress: Callable[[str, float], None] | None,
) -> StagedTables | StagedSummaries:
    from autoseg.tables.inplace import Hindrance, NotInPlace, stage_in_place
    from autoseg.tables.together import course_of, judged

    try:
        with course_of("tables", engine, progress):
            return judged(stage_in_place(engine, tables, **settings))
    except NotInPlace:
        # before the rows are copied, their connection is as it was
        engine.close()
        raise
    except EngineError as error:
        # what speaks like PostgreSQL may still not be able to do all of it
        engine.close()
        if where.engine == "source":
            raise
        found = f"{place.name} stopped: {error.reason}"
    raise NotInPlace([Hindrance("the input", found)])


def _nowhere() -> list[Hindrance]:
    from autoseg.tables.inplace import Hindrance

    found = "it is neither Spark data frames nor queries on PostgreSQL"
    return [Hindrance("the input", found)]


def _refusal(hindrance: Hindrance) -> Finding:
    from autoseg.tables.settings import give

    if hindrance.query:
        return Finding(
            "ASG_E_QUERY",
            hindrance.source,
            f"the database cannot run the query: {hindrance.found}",
            "try the query in the database itself, and check the connection",
        )
    return Finding(
        "ASG_E_IN_PLACE",
        hindrance.source,
        f"{hindrance.found}, so it cannot be worked with where it is",
        f"copy it with {give('engine', 'duckdb')}",
        column=hindrance.column,
    )


def _told(
    staged: StagedTables | StagedSummaries, hindrances: Sequence[Hindrance]
) -> StagedTables | StagedSummaries:
    """Return staged tables with a warning of each thing that had them copied."""
    from autoseg.tables.settings import give

    n_rows = staged.log.rows_in
    found = tuple(
        Finding(
            "ASG_W_COPIED",
            one.source,
            f"{one.found}, so {n_rows} rows are copied to be worked with here",
            "mend that to work where the rows are, or copy them without a warning with"
            f" {give('engine', 'duckdb')}",
            column=one.column,
            n_rows=n_rows,
        )
        for one in hindrances
    )
    log = replace(staged.log, findings=(*staged.log.findings, *found))
    return replace(staged, log=log, findings=(*staged.findings, *found))

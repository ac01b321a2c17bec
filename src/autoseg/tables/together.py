"""Tables in, judged: the first step of everything that begins with tables."""

from __future__ import annotations

import functools
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from autoseg.engines import Course, DuckDBEngine, Engine
    from autoseg.tables import StagedSummaries, StagedTables

__all__ = ["check_together", "course_of", "judged", "read_tables"]

# what cannot stand beside customers that came summed up
_WITH_PURCHASES = ("events", "responses")


def read_tables(
    given: Mapping[str, object],
    settings: Mapping[str, Any],
    engine: DuckDBEngine,
    progress: Callable[[str, float], None] | None = None,
) -> StagedTables | StagedSummaries:
    """Stage tables and say what they can carry, with all warnings in the result.

    Parameters
    ----------
    given : mapping of str to object
        ``"transactions"`` or ``"summaries"``, and the other tables; None where there
        is none.
    settings : mapping of str to object
        ``columns``, the bounds and the options of `autoseg.tables.stage`.
    engine : DuckDBEngine
        Where the staged tables go.
    progress : callable, optional
        Called with ``"tables"`` and the share of the reading that is done.

    Raises
    ------
    InputError
        If the tables cannot be used, or not together (``ASG_E_TABLES``).
    """
    from autoseg.tables import stage_quietly, stage_summaries_quietly

    check_together(given)
    staged: StagedTables | StagedSummaries
    with course_of("tables", engine, progress) as course:
        if given["summaries"] is not None:
            tables = {name: given[name] for name in ("summaries", "customers")}
            staged = stage_summaries_quietly(engine, tables, **settings)
        else:
            tables = {name: one for name, one in given.items() if name != "summaries"}
            staged = stage_quietly(engine, tables, course=course, **settings)
        return judged(staged)


def judged(
    staged: StagedTables | StagedSummaries,
) -> StagedTables | StagedSummaries:
    """Return staged tables with what speaks against a segmentation of them.

    Parameters
    ----------
    staged : StagedTables or StagedSummaries
        Tables, wherever they are.
    """
    from autoseg.tables import check_fitness

    found = check_fitness(staged)
    log = replace(staged.log, findings=(*staged.log.findings, *found))
    return replace(staged, log=log, findings=(*staged.findings, *found))


@contextmanager
def course_of(
    stage: str,
    engine: Engine,
    progress: Callable[[str, float], None] | None,
) -> Iterator[Course]:
    """Tell of a stage as it begins, on its way, and when it is over.

    Parameters
    ----------
    stage : str
        Its name.
    engine : Engine
        Where its statements run; only the embedded one says how far a statement is.
    progress : callable, optional
        Called with the name and the share that is done.
    """
    from autoseg.engines import Course, DuckDBEngine

    tell = None if progress is None else functools.partial(progress, stage)
    course = Course(tell)
    course.step(0, 0)
    followed = (
        engine.followed(course) if isinstance(engine, DuckDBEngine) else nullcontext()
    )
    with followed:
        yield course
    course.end()


def check_together(given: Mapping[str, object]) -> None:
    """Raise unless there is one table to begin with, and what can stand beside it.

    Parameters
    ----------
    given : mapping of str to object
        As of `read_tables`.

    Raises
    ------
    InputError
        With ``ASG_E_TABLES``.
    """
    main = [name for name in ("transactions", "summaries") if given[name] is not None]
    beside = [name for name in _WITH_PURCHASES if given[name] is not None]
    if len(main) != 1:
        found = (
            "there are both transactions and summaries"
            if main
            else ("there are neither transactions nor summaries")
        )
        fix = "give transactions, or summaries with one row a customer, not both"
    elif main == ["summaries"] and beside:
        found = f"{' and '.join(beside)} cannot stand beside summaries"
        fix = "leave them out, or give the transactions in place of the summaries"
    else:
        return
    raise InputError(Finding("ASG_E_TABLES", "the input", found, fix))

"""Tables in, judged: the first step of everything that begins with tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.engines import DuckDBEngine
    from autoseg.tables import StagedSummaries, StagedTables

__all__ = ["read_tables"]

# what cannot stand beside customers that came summed up
_WITH_PURCHASES = ("events", "responses")


def read_tables(
    given: Mapping[str, object], settings: Mapping[str, Any], engine: DuckDBEngine
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

    Raises
    ------
    InputError
        If the tables cannot be used, or not together (``ASG_E_TABLES``).
    """
    from autoseg.tables import check_fitness, stage_quietly, stage_summaries_quietly

    _check_together(given)
    staged: StagedTables | StagedSummaries
    if given["summaries"] is not None:
        tables = {name: given[name] for name in ("summaries", "customers")}
        staged = stage_summaries_quietly(engine, tables, **settings)
    else:
        tables = {name: table for name, table in given.items() if name != "summaries"}
        staged = stage_quietly(engine, tables, **settings)
    found = check_fitness(staged)
    log = replace(staged.log, findings=(*staged.log.findings, *found))
    return replace(staged, log=log, findings=(*staged.findings, *found))


def _check_together(given: Mapping[str, object]) -> None:
    """Raise unless there is one table to begin with, and what can stand beside it."""
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

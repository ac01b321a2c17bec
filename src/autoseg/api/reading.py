"""Tables in, judged: the first step of everything that begins with tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autoseg.tables import check_fitness, stage_quietly

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autoseg.engines import DuckDBEngine
    from autoseg.tables import StagedTables

__all__ = ["read_tables"]


def read_tables(
    engine: DuckDBEngine,
    given: Mapping[str, object],
    columns: Mapping[str, str] | str | Path | None,
    **settings: Any,
) -> StagedTables:
    """Stage tables and say what they can carry, with all warnings in the result.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the staged tables go.
    given : mapping of str to object
        Role to table, the transactions first; None where there is none.
    columns : mapping of str to str or path, optional
        Our name of a column to the user's.
    **settings
        Bounds and options, as `autoseg.stage` takes them.

    Raises
    ------
    InputError
        If a table cannot be used.
    """
    staged = stage_quietly(engine, given, columns, **settings)
    found = check_fitness(staged)
    log = replace(staged.log, findings=(*staged.log.findings, *found))
    return replace(staged, log=log, findings=(*staged.findings, *found))

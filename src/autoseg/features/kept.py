"""Features that were defined before, computed anew and kept where the rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from autoseg.engines import render
from autoseg.errors import Finding, InputError
from autoseg.features.catalogue import CATALOGUE
from autoseg.features.compute import blaming, choose, relations_of, what_is_there
from autoseg.features.query import write_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.engines import SourceEngine
    from autoseg.features.feature import Feature
    from autoseg.tables import StagedTables

__all__ = ["choose_defined", "keep_features"]

_TABLE = "customer_features"


def choose_defined(
    staged: StagedTables, definitions: Sequence[Feature]
) -> tuple[Feature, ...]:
    """Return features as they were defined, once the data are known to carry them.

    What the data hold beside that changes nothing: a channel that was not known then
    gets no feature of its own.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    definitions : sequence of Feature
        As they were computed before.

    Returns
    -------
    tuple of Feature
        The same, with ``tenure_days`` where it fills one of them.

    Raises
    ------
    autoseg.errors.InputError
        If one needs a column or a table that is not there (``ASG_E_FEATURE_NEEDS``).
    """
    known = {"tenure_days": CATALOGUE["tenure_days"]}
    known |= {one.name: one for one in definitions}
    chosen = choose([one.name for one in definitions], known, what_is_there(staged))
    attributes = staged.companion_columns.get("customers", frozenset())
    absent = [
        one
        for one in chosen
        if one.source == "attributes" and one.label not in attributes
    ]
    if absent:
        raise InputError(
            Finding(
                "ASG_E_FEATURE_NEEDS",
                "the features",
                f"{one.name!r} needs the column {one.label!r} of the customers, which"
                " the data do not have",
                "give it, or find the segments without it",
            )
            for one in absent
        )
    return chosen


def keep_features(staged: StagedTables, features: Sequence[Feature]) -> str:
    """Compute features of every customer and keep them in the engine.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : sequence of Feature
        As `choose_defined` returns them.

    Returns
    -------
    str
        SQL of a table that may stand after FROM, with ``customer_id`` and a column a
        feature; a row for each customer with a purchase.

    Raises
    ------
    autoseg.errors.InputError
        If the engine cannot compute one of a user's own (``ASG_E_FEATURE_SQL``).
    """
    engine, relations = staged.engine, relations_of(staged)

    def run(some: Sequence[Feature]) -> str:
        query = render(write_query(some, staged.as_of, relations), engine.dialect)
        if engine.dialect == "duckdb":
            engine.execute(f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS {query}")
            return _TABLE
        there = cast("SourceEngine", engine).create_table(_TABLE, query)
        # some engines compute a table only when it is read
        engine.fetch_rows(f"SELECT COUNT(*) FROM {there}")
        return there

    return blaming(run, features)

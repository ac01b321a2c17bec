"""From whatever tables the user has to the features of each customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autoseg.engines import DuckDBEngine
    from autoseg.features import FeatureTable
    from autoseg.tables import StagedSummaries, StagedTables

__all__ = ["gather"]

# what cannot stand beside customers that came summed up
_WITH_PURCHASES = ("events", "responses")


def gather(
    given: Mapping[str, object],
    settings: Mapping[str, Any],
    engine: DuckDBEngine,
    begin: Callable[[str], None],
) -> tuple[StagedTables | StagedSummaries, FeatureTable]:
    """Stage the tables, warn of what was found, and compute the features.

    Parameters
    ----------
    given : mapping of str to object
        ``"transactions"`` or ``"summaries"``, and the other tables; None where there
        is none.
    settings : mapping of str to object
        ``columns``, the bounds and the options of `autoseg.tables.stage`.
    engine : DuckDBEngine
        Where the tables go.
    begin : callable
        Called with the name of each stage as it begins.

    Returns
    -------
    StagedTables or StagedSummaries
        What is in the engine, with the account of the cleaning.
    FeatureTable
        Every feature that the tables carry.

    Raises
    ------
    InputError
        If the tables cannot be used, or not together (``ASG_E_TABLES``).
    """
    from autoseg.features import compute_features, read_features
    from autoseg.tables import stage, stage_summaries

    _check_together(given)
    begin("tables")
    tables: dict[str, Any] = dict(given)
    summaries, transactions = tables.pop("summaries"), tables.pop("transactions")
    if summaries is not None:
        of_customers = stage_summaries(
            engine, summaries, customers=tables["customers"], **settings
        )
        begin("features")
        return of_customers, read_features(of_customers)
    staged = stage(engine, transactions, **tables, **settings)
    begin("features")
    return staged, compute_features(staged)


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

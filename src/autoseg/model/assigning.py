"""From the tables of a shop to the segment of each of its customers."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack, cast

import pandas as pd

from autoseg.engines import DuckDBEngine, quote, render
from autoseg.errors import Finding, InputError
from autoseg.features.kept import choose_defined, keep_features
from autoseg.model.counting import Tally
from autoseg.model.likeness import (
    check_currency,
    check_units,
    check_window,
    like_the_fit,
    retold,
)
from autoseg.model.placing import placed_there
from autoseg.model.rows import set_apart, to_frame
from autoseg.model.targets import check_target, opened_target
from autoseg.tables import FITNESS_CODES, give_warnings
from autoseg.tables.placing import Workplace, staged_tables
from autoseg.tables.together import course_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from autoseg.engines import DatabaseTable
    from autoseg.model.counting import AssignmentCounts
    from autoseg.model.segment_model import SegmentModel
    from autoseg.tables import CleaningLog, ReadingOptions, StagedTables
    from autoseg.tables.placing import EngineChoice

__all__ = [
    "BATCH_ROWS",
    "Asked",
    "Assigned",
    "assign",
    "assign_to",
    "findings_to_tell",
    "scored_batches",
    "sorted_out",
    "staged_like_the_fit",
]

BATCH_ROWS = 65_536
"""Customers that are scored at a time."""

# no feature's name begins so
_BOUGHT = "_bought"


class Assigned(NamedTuple):
    """What was written.

    Parameters
    ----------
    counts : AssignmentCounts
        How many customers are in which segment.
    log : CleaningLog
        What became of the rows.
    """

    counts: AssignmentCounts
    log: CleaningLog


class Asked(NamedTuple):
    """What a user gave, sorted into tables, settings of reading, and a workplace.

    Parameters
    ----------
    given : mapping of str to object
        ``"transactions"`` and the other tables; None where there is none.
    reading : mapping of str to object
        ``columns``, the bounds and the options of `autoseg.tables.stage`.
    where : Workplace
        Where to work.
    """

    given: Mapping[str, object]
    reading: Mapping[str, Any]
    where: Workplace


def sorted_out(
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
    engine: EngineChoice = "auto",
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
    n_jobs: int | None = None,
    **options: Unpack[ReadingOptions],
) -> Asked:
    """Return the keywords of `SegmentModel.assign`, sorted.

    Parameters
    ----------
    transactions, customers, events, responses
        The tables.
    columns, as_of, since, timezone, currency, **options
        How they are read.
    engine, memory_limit, temp_directory, n_jobs
        Where to work.
    """
    given = {
        "transactions": transactions, "customers": customers, "events": events,
        "responses": responses,
    }  # fmt: skip
    reading = {
        "columns": columns, "as_of": as_of, "since": since, "timezone": timezone,
        "currency": currency, **options,
    }  # fmt: skip
    threads = None if n_jobs in {None, -1} else n_jobs
    where = Workplace(engine, memory_limit, threads, temp_directory)
    return Asked(given, reading, where)


def assign(
    model: SegmentModel,
    given: Mapping[str, object],
    reading: Mapping[str, Any],
    where: Workplace,
    *,
    language: str = "en",
    unit_check: bool = True,
    progress: Callable[[str, float], None] | None = None,
) -> pd.DataFrame:
    """Return the segment of each customer behind tables, sorted by ``customer_id``.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    given : mapping of str to object
        ``"transactions"`` and the other tables; None where there is none.
    reading : mapping of str to object
        ``columns``, the bounds and the options of `autoseg.tables.stage`.
    where : Workplace
        Where to work.
    language : str
        Language of the names.
    unit_check : bool
        Whether amounts in another unit than at the fit are refused.
    progress : callable, optional
        Called with ``"tables"`` or ``"features"`` and the share of it that is done,
        then with ``"scoring"`` as that begins.

    Returns
    -------
    pandas.DataFrame
        As of `SegmentModel.assign`.
    """
    with staged_like_the_fit(model, given, reading, where, progress) as staged:
        # 3: the caller of the method
        give_warnings(findings_to_tell(model, staged), stacklevel=3)
        batches = scored_batches(
            model, staged, language=language, unit_check=unit_check, progress=progress
        )
        return pd.concat(list(batches))


def assign_to(
    target: str | os.PathLike[str] | DatabaseTable,
    model: SegmentModel,
    given: Mapping[str, object],
    reading: Mapping[str, Any],
    where: Workplace,
    *,
    language: str = "en",
    unit_check: bool = True,
    raw_csv: bool = False,
    size: int = BATCH_ROWS,
    progress: Callable[[str, float], None] | None = None,
) -> Assigned:
    """Write the segment of each customer behind tables, a batch at a time.

    Parameters
    ----------
    target : path or DatabaseTable
        Where to.
    model, given, reading, where, language, unit_check, progress
        As of `assign`.
    raw_csv : bool
        Whether texts are written to CSV exactly as they are.
    size : int
        Most customers of a batch.

    Returns
    -------
    Assigned
        What was written, in numbers, and the account of the cleaning.

    Raises
    ------
    OutputError
        If it cannot be written; what was there stays as it was.
    """
    check_target(target)
    tally = Tally(model, language)
    with staged_like_the_fit(model, given, reading, where, progress) as staged:
        # 3: the caller of the method
        give_warnings(findings_to_tell(model, staged), stacklevel=3)
        batches = scored_batches(
            model,
            staged,
            language=language,
            unit_check=unit_check,
            size=size,
            progress=progress,
        )
        with opened_target(target, raw_csv=raw_csv) as write:
            for batch in batches:
                write(batch)
                tally.add(batch)
        return Assigned(tally.result(), staged.log)


@contextmanager
def staged_like_the_fit(
    model: SegmentModel,
    given: Mapping[str, object],
    reading: Mapping[str, Any],
    where: Workplace,
    progress: Callable[[str, float], None] | None = None,
) -> Iterator[StagedTables]:
    """Stage tables over as many days and in the same money as at the fit.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    given, reading, where, progress
        As of `assign`.

    Yields
    ------
    StagedTables
        With the ids of customers from before the window.

    Raises
    ------
    InputError
        If the tables cannot be used, or are in another currency
        (``ASG_E_MODEL_CURRENCY``); or if the model knows nothing of tables
        (``ASG_E_MODEL_MATRIX``).
    """
    window, currency = model.window, reading["currency"]
    _require_definitions(model)
    check_currency(window, currency)
    settings = like_the_fit(window, reading)
    settings["keep_earlier"] = True
    tables = {"summaries": None, **given}
    with ExitStack() as stack:
        try:
            staged = stack.enter_context(
                staged_tables(tables, settings, where, progress)
            )
        except InputError as error:
            if currency is None and window.currency is not None:
                raise retold(error, window.currency) from None
            raise
        # without summaries there are no other staged tables
        yield cast("StagedTables", staged)


def findings_to_tell(model: SegmentModel, staged: StagedTables) -> list[Finding]:
    """Return what is to be warned of; what a new segmentation would want is no matter.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    staged : StagedTables
        As of `staged_like_the_fit`.
    """
    found = [one for one in staged.findings if one.code not in FITNESS_CODES]
    return [*found, *check_window(model.window, staged)]


def scored_batches(
    model: SegmentModel,
    staged: StagedTables,
    *,
    language: str = "en",
    unit_check: bool = True,
    size: int = BATCH_ROWS,
    progress: Callable[[str, float], None] | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield who is in which segment, sorted by ``customer_id``, a batch at a time.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    staged : StagedTables
        As of `staged_like_the_fit`.
    language : str
        Language of the names.
    unit_check : bool
        Whether amounts in another unit than at the fit are refused.
    size : int
        Most customers of a batch.
    progress : callable, optional
        Called with ``"features"`` and the share of it that is done, then with
        ``"scoring"`` as it begins.

    Yields
    ------
    pandas.DataFrame
        As of `SegmentModel.assign`.

    Raises
    ------
    InputError
        If the data cannot carry a feature (``ASG_E_FEATURE_NEEDS``), or are in another
        unit (``ASG_E_MODEL_UNIT``).
    """
    definitions = [one.definition for one in model.features if one.definition]
    with course_of("features", staged.engine, progress):
        features = choose_defined(staged, definitions)
        table = keep_features(staged, features)
        if unit_check:
            check_units(model.features, staged.engine, table)
    if progress is not None:
        progress("scoring", 0.0)
    others = _others(staged, table)
    if not isinstance(staged.engine, DuckDBEngine):
        yield from placed_there(model, staged.engine, table, others, language, size)
        return
    names = [one.name for one in features]
    ordered = f"{_everybody(table, names, others)} ORDER BY customer_id"
    for batch in staged.engine.fetch_batches(render(ordered), size):
        yield _score(model, batch, language)


def _require_definitions(model: SegmentModel) -> None:
    unknown = [one.name for one in model.features if one.definition is None]
    if unknown:
        raise InputError(
            Finding(
                "ASG_E_MODEL_MATRIX",
                "the model",
                f"it was fitted to a matrix and does not know how {unknown[0]!r} comes"
                " from transactions",
                "compute its columns, and give them to assign_features",
            )
        )


def _others(staged: StagedTables, table: str) -> str:
    """Return the query of the customers who are known and have no features."""
    known = staged.relations
    relations = [
        known.get("every_transaction", "without_purchase"),
        known.get("earlier", "earlier"),
    ]
    if "customers" in staged.tables:
        relations.append(known.get("customers", "customers"))
    ids = " UNION ".join(f"SELECT customer_id FROM {one}" for one in relations)
    return (
        f"SELECT customer_id FROM ({ids}) AS others WHERE NOT EXISTS"
        f" (SELECT 1 FROM {table} AS own WHERE own.customer_id = others.customer_id)"
    )


def _everybody(table: str, names: Sequence[str], others: str) -> str:
    """Return the query of all customers, those without a purchase among them."""
    columns = "".join(f", {quote(name)}" for name in names)
    gaps = "".join(f", CAST(NULL AS DOUBLE) AS {quote(name)}" for name in names)
    return (
        f"SELECT customer_id, TRUE AS {_BOUGHT}{columns} FROM {table}"
        f" UNION ALL SELECT customer_id, FALSE AS {_BOUGHT}{gaps}"
        f" FROM ({others}) AS waiting"
    )


def _score(model: SegmentModel, batch: pa.RecordBatch, language: str) -> pd.DataFrame:
    place = batch.schema.get_field_index(_BOUGHT)
    bought = batch.column(place).to_numpy(zero_copy_only=False).astype(bool)
    assigned = model.assign_features(to_frame(batch.drop_columns(_BOUGHT)), language)
    return assigned if bought.all() else set_apart(assigned, ~bought, language)

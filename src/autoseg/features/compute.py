"""From staged tables to the features of each customer."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pandas as pd

from autoseg.engines import render
from autoseg.errors import EngineError, EngineMemoryError, Finding, InputError
from autoseg.features.catalogue import CATALOGUE
from autoseg.features.feature import Feature, MissingRule
from autoseg.features.levels import data_features
from autoseg.features.own import OWN, check_own, stopped
from autoseg.features.query import REVENUE, Relations, write_query
from autoseg.features.table import FeatureTable
from autoseg.tables import give_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from autoseg.features.periods import Periods
    from autoseg.tables import StagedTables

__all__ = [
    "Selected",
    "blaming",
    "choose",
    "compute_features",
    "compute_selected",
    "every_row",
    "feature_table",
    "fetch",
    "relations_of",
    "select",
    "select_features",
    "what_is_there",
]

_T = TypeVar("_T")


class Selected(NamedTuple):
    """Features that were chosen, and warnings of what could not be one."""

    features: tuple[Feature, ...]
    findings: tuple[Finding, ...]


def compute_features(
    staged: StagedTables, features: Sequence[str | Feature] | None = None
) -> FeatureTable:
    """Compute features of every customer, where the rows are.

    Only what is asked for is computed, in one statement. The numbers depend on
    neither the order of the rows nor the number of threads: sums run over whole
    numbers and decimals only.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : sequence of str or Feature, optional
        Names of catalogue entries and of features that the data give names to, such as
        ``"channel_share_web"``; and measures of your own. By default every entry whose
        columns and tables are there, with those of the data. ``tenure_days`` comes
        along where it fills one that is asked for.

    Returns
    -------
    FeatureTable
        One row a customer, sorted by ``customer_id``; the columns in catalogue
        order, then those named from the data, then your own.

    Raises
    ------
    autoseg.errors.InputError
        If a name is not known (``ASG_E_FEATURE_UNKNOWN``), needs a column or a table
        that is not there (``ASG_E_FEATURE_NEEDS``), or a feature of your own cannot be
        used (``ASG_E_FEATURE_NAME``, ``ASG_E_FEATURE_SOURCE``, ``ASG_E_FEATURE_SQL``);
        one error with a finding for each problem.

    Warns
    -----
    autoseg.errors.InputWarning
        For each attribute of the customers that no feature is made of.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.features import Feature
    >>> from autoseg.tables import stage
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "ann", "bo"],
    ...         "timestamp": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-20"]),
    ...         "amount": [100.0, 50.0, 80.0],
    ...     }
    ... )
    >>> largest = Feature(
    ...     name="largest_order", block="own", unit="currency", sql="MAX(spent)"
    ... )
    >>> with DuckDBEngine() as engine:
    ...     staged = stage(engine, orders, as_of="2024-04-01")
    ...     table = compute_features(staged, ["recency_days", "monetary", largest])
    >>> table.frame.loc["ann"].to_dict()
    {'recency_days': 31.0, 'monetary': 150.0, 'largest_order': 100.0}
    """
    selected = select(staged, features)
    give_warnings(selected.findings, stacklevel=2)
    return compute_selected(staged, selected.features)


def compute_selected(
    staged: StagedTables, features: tuple[Feature, ...]
) -> FeatureTable:
    """Compute features that were selected.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : tuple of Feature
        As `select` returns them.

    Raises
    ------
    autoseg.errors.InputError
        If the engine cannot compute one of a user's own (``ASG_E_FEATURE_SQL``).
    """
    result = fetch(staged, features, staged.as_of, relations_of(staged))
    return feature_table(result, features, staged)


def feature_table(
    result: pa.Table, features: tuple[Feature, ...], staged: StagedTables
) -> FeatureTable:
    """Return what the statement of some features gave as a table of them.

    Parameters
    ----------
    result : pyarrow.Table
        Rows with customer, `REVENUE` and the features, in any order.
    features : tuple of Feature
        The features.
    staged : StagedTables
        What they were computed from.
    """
    # sorted here: the order of texts differs from one engine to the next
    columns = result.sort_by("customer_id").to_pandas()
    index = pd.Index(columns["customer_id"], name="customer_id")
    frame = columns[[feature.name for feature in features]].set_axis(index)
    return FeatureTable(
        frame=frame.astype("float64"),
        revenue=columns[REVENUE].set_axis(index).astype("int64"),
        features=features,
        as_of=staged.as_of,
        first_day=staged.first_day,
        last_day=staged.last_day,
        currency=staged.currency,
    )


def fetch(
    staged: StagedTables,
    features: Sequence[Feature],
    as_of: date | Periods,
    relations: Relations,
) -> pa.Table:
    """Run the statement that computes features; say which one it stops at.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : sequence of Feature
        As `select` returns them.
    as_of : datetime.date or Periods
        As of `write_query`.
    relations : Relations
        Where the rows are.

    Raises
    ------
    autoseg.errors.InputError
        If the engine cannot compute one of a user's own (``ASG_E_FEATURE_SQL``).
    """

    def run(some: Sequence[Feature]) -> pa.Table:
        query = write_query(some, as_of, relations)
        return staged.engine.fetch_arrow(render(query, staged.engine.dialect))

    return blaming(run, features)


def blaming(run: Callable[[Sequence[Feature]], _T], features: Sequence[Feature]) -> _T:
    """Return what comes of some features; say which one of a user's own stops that.

    Parameters
    ----------
    run : callable
        Computes features, and raises where the engine cannot.
    features : sequence of Feature
        As `select` returns them.

    Raises
    ------
    autoseg.errors.InputError
        If the engine cannot compute one of a user's own (``ASG_E_FEATURE_SQL``).
    """
    try:
        return run(features)
    except EngineMemoryError:
        raise
    except EngineError as error:
        findings = [
            stopped(feature, reason)
            for feature in features
            if feature.block == OWN and (reason := _failure(run, feature))
        ]
        if findings:
            raise InputError(findings) from error
        raise


def _failure(
    run: Callable[[Sequence[Feature]], object], feature: Feature
) -> EngineError | None:
    try:
        run([feature])
    except EngineError as error:
        return error
    return None


def relations_of(staged: StagedTables) -> Relations:
    """Return where the staged rows are.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.

    Raises
    ------
    autoseg.errors.InputError
        If the engine has staged other tables since (``ASG_E_STAGED_AGAIN``).
    """
    _require_there(staged)
    tables = dict(staged.relations)
    return Relations(
        tables=tables,
        rolled={"orders": tables.get("orders", "orders")},
        columns=_columns(staged),
    )


def every_row(staged: StagedTables) -> Relations:
    """Return where all staged rows are, with those of customers who never bought.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.

    Raises
    ------
    autoseg.errors.InputError
        If the engine has staged other tables since (``ASG_E_STAGED_AGAIN``).
    """
    _require_there(staged)
    tables = dict(staged.relations)
    tables["transactions"] = tables.get(
        "every_transaction",
        "(SELECT * FROM transactions UNION ALL SELECT * FROM without_purchase) AS t",
    )
    return Relations(tables=tables, rolled={}, columns=_columns(staged))


def _require_there(staged: StagedTables) -> None:
    """Raise if the engine holds other tables by now: their numbers would be wrong."""
    if getattr(staged.engine, "n_stagings", staged.staging) != staged.staging:
        raise InputError(
            Finding(
                "ASG_E_STAGED_AGAIN",
                "the staged tables",
                "their engine has staged other tables since, in their place",
                "stage them again, or the others in an engine of their own",
            )
        )


def _columns(staged: StagedTables) -> frozenset[str]:
    # attributes of customers may be called anything
    dated = (staged.companion_columns.get(table) for table in ("events", "responses"))
    return staged.columns.union(*(columns for columns in dated if columns))


def select_features(
    staged: StagedTables, features: Sequence[str | Feature] | None
) -> tuple[Feature, ...]:
    """Return the features that are asked for, in catalogue order.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : sequence of str or Feature, optional
        As in `compute_features`.

    Raises
    ------
    autoseg.errors.InputError
        As `compute_features`.
    """
    return select(staged, features).features


def select(
    staged: StagedTables,
    features: Sequence[str | Feature] | None,
    *,
    with_all: bool = False,
) -> Selected:
    """Return the features that are asked for, and warnings of what cannot be one.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : sequence of str or Feature, optional
        As in `compute_features`.
    with_all : bool
        Whether all that the data carry come along.

    Raises
    ------
    autoseg.errors.InputError
        As `compute_features`.
    """
    _require_there(staged)
    there = what_is_there(staged)
    from_data: tuple[Feature, ...] = ()
    left_out: tuple[Finding, ...] = ()
    everything = with_all or features is None
    asked = features or ()
    if everything or not all(isinstance(f, str) and f in CATALOGUE for f in asked):
        from_data, left_out = data_features(staged)
    known = dict(CATALOGUE) | {feature.name: feature for feature in from_data}
    # the columns that nobody asked for are not spoken of
    told = left_out if everything else ()
    return Selected(choose(features, known, there, with_all=with_all), told)


def choose(
    features: Sequence[str | Feature] | None,
    known: Mapping[str, Feature],
    there: frozenset[str],
    *,
    with_all: bool = False,
) -> tuple[Feature, ...]:
    """Return the features that are asked for, checked, in their order.

    Parameters
    ----------
    features : sequence of str or Feature, optional
        As in `compute_features`.
    known : mapping of str to Feature
        Features that have a name already.
    there : frozenset of str
        Columns and tables that the data have.
    with_all : bool
        Whether all that the data carry come along.

    Raises
    ------
    autoseg.errors.InputError
        As `compute_features`.
    """
    names: list[str] = []
    own: list[Feature] = []
    for one in dict.fromkeys(features or ()):
        # an entry of the catalogue may stand for its name
        if isinstance(one, Feature) and known.get(one.name) != one:
            own.append(one)
        else:
            names.append(one.name if isinstance(one, Feature) else one)
    objections = [_objection(name, there, known) for name in names]
    findings = [finding for finding in objections if finding is not None]
    checked = check_own(own, known, there, findings)
    if findings:
        raise InputError(findings)
    wanted = set(names)
    if with_all or features is None:
        wanted |= {one.name for one in known.values() if one.needs <= there}
    chosen = [*(known[name] for name in wanted), *checked]
    if any(one.missing is MissingRule.TENURE for one in chosen):
        wanted.add("tenure_days")
    return (*(known[name] for name in known if name in wanted), *checked)


def what_is_there(staged: StagedTables) -> frozenset[str]:
    """Return what features may need and the data have.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    """
    there = staged.columns | staged.tables
    there |= staged.companion_columns.get("events", frozenset()) & {"device"}
    return there | {"time_of_day"} if staged.has_time else there


def _objection(
    name: str, there: frozenset[str], known: Mapping[str, Feature]
) -> Finding | None:
    """Return why a feature cannot be computed, or None where it can."""
    if name not in known:
        near = get_close_matches(name, known, n=1)
        return Finding(
            "ASG_E_FEATURE_UNKNOWN",
            "the features",
            f"there is no feature {name!r}",
            f"use {near[0]!r}" if near else f"choose from {', '.join(known)}",
        )
    absent = sorted(known[name].needs - there)
    if absent:
        return Finding(
            "ASG_E_FEATURE_NEEDS",
            "the features",
            f"{name!r} needs {' and '.join(absent)}, which the data do not have",
            "give it, or leave the feature out",
        )
    return None

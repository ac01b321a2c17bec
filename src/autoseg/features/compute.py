"""From staged tables to the features of each customer."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from autoseg.engines import render
from autoseg.errors import Finding, InputError
from autoseg.features.catalogue import CATALOGUE
from autoseg.features.feature import MissingRule
from autoseg.features.query import REVENUE, Relations, write_query
from autoseg.features.table import FeatureTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from autoseg.features.feature import Feature
    from autoseg.tables import StagedTables

__all__ = [
    "compute_features",
    "every_row",
    "feature_table",
    "relations_of",
    "select_features",
]


def compute_features(
    staged: StagedTables, names: Sequence[str] | None = None
) -> FeatureTable:
    """Compute features of every customer, where the rows are.

    Only what is asked for is computed, in one statement. The numbers depend on
    neither the order of the rows nor the number of threads: sums run over whole
    numbers and decimals only.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    names : sequence of str, optional
        Names of catalogue entries; by default every entry whose columns and tables
        are there. ``tenure_days`` comes along where it fills one that is asked for.

    Returns
    -------
    FeatureTable
        One row a customer, sorted by ``customer_id``; the columns in catalogue
        order.

    Raises
    ------
    autoseg.errors.InputError
        If a name is not in the catalogue (``ASG_E_FEATURE_UNKNOWN``), or needs a
        column or a table that is not there (``ASG_E_FEATURE_NEEDS``); one finding
        for each such name.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.tables import stage
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "ann", "bo"],
    ...         "timestamp": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-20"]),
    ...         "amount": [100.0, 50.0, 80.0],
    ...     }
    ... )
    >>> with DuckDBEngine() as engine:
    ...     staged = stage(engine, orders, as_of="2024-04-01")
    ...     table = compute_features(staged, ["recency_days", "frequency", "monetary"])
    >>> table.frame.loc["ann"].to_dict()
    {'recency_days': 31.0, 'frequency': 2.0, 'monetary': 150.0}
    """
    features = select_features(staged, names)
    query = write_query(features, staged.as_of, relations_of(staged))
    result = staged.engine.fetch_arrow(render(query, staged.engine.dialect))
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


def relations_of(staged: StagedTables) -> Relations:
    """Return where the staged rows are.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    """
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
    """
    tables = dict(staged.relations)
    tables["transactions"] = tables.get(
        "every_transaction",
        "(SELECT * FROM transactions UNION ALL SELECT * FROM without_purchase) AS t",
    )
    return Relations(tables=tables, rolled={}, columns=_columns(staged))


def _columns(staged: StagedTables) -> frozenset[str]:
    # attributes of customers may be called anything
    dated = (staged.companion_columns.get(table) for table in ("events", "responses"))
    return staged.columns.union(*(columns for columns in dated if columns))


def select_features(
    staged: StagedTables, names: Sequence[str] | None
) -> tuple[Feature, ...]:
    """Return the entries that are asked for, in catalogue order.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    names : sequence of str, optional
        Names of catalogue entries; every entry that can be computed by default.

    Raises
    ------
    autoseg.errors.InputError
        As `compute_features`.
    """
    there = staged.columns | staged.tables
    there |= staged.companion_columns.get("events", frozenset()) & {"device"}
    if staged.has_time:
        there |= {"time_of_day"}
    if names is None:
        return tuple(f for f in CATALOGUE.values() if f.needs <= there)
    findings = [
        finding
        for name in dict.fromkeys(names)
        if (finding := _objection(name, there)) is not None
    ]
    if findings:
        raise InputError(findings)
    wanted = {CATALOGUE[name] for name in names}
    if any(feature.missing is MissingRule.TENURE for feature in wanted):
        wanted.add(CATALOGUE["tenure_days"])
    return tuple(feature for feature in CATALOGUE.values() if feature in wanted)


def _objection(name: str, there: frozenset[str]) -> Finding | None:
    """Return why a feature cannot be computed, or None where it can."""
    if name not in CATALOGUE:
        near = get_close_matches(name, CATALOGUE, n=1)
        return Finding(
            "ASG_E_FEATURE_UNKNOWN",
            "the features",
            f"there is no feature {name!r}",
            f"use {near[0]!r}" if near else f"choose from {', '.join(CATALOGUE)}",
        )
    absent = sorted(CATALOGUE[name].needs - there)
    if absent:
        return Finding(
            "ASG_E_FEATURE_NEEDS",
            "the features",
            f"{name!r} needs {' and '.join(absent)}, which the data do not have",
            "give it, or leave the feature out",
        )
    return None

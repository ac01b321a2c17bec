"""From customers that came summed up to their features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from autoseg.engines import quote, render
from autoseg.features.catalogue import CATALOGUE
from autoseg.features.query import REVENUE
from autoseg.features.table import FeatureTable

if TYPE_CHECKING:
    from autoseg.tables import StagedSummaries

__all__ = ["read_features"]

_COLUMNS = {
    "recency_days": "recency_days",
    "frequency": "frequency",
    "tenure_days": "tenure_days",
    "monetary": "amount",
    "average_order_value": "average_order_value",
}
_OPTIONAL = frozenset({"tenure_days", "average_order_value"})


def read_features(staged: StagedSummaries) -> FeatureTable:
    """Return what is known of each customer as features, under catalogue names.

    Parameters
    ----------
    staged : StagedSummaries
        What `autoseg.tables.stage_summaries` returns.

    Returns
    -------
    FeatureTable
        As of `compute_features`: one row a customer, sorted by ``customer_id``, with
        recency, frequency, total and what else came; the same entries, so that later
        stages see no difference.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.tables import stage_summaries
    >>> customers = pd.DataFrame(
    ...     {
    ...         "customer_id": ["bo", "ann"],
    ...         "recency": [12, 31],
    ...         "frequency": [1, 2],
    ...         "monetary": [80.0, 150.0],
    ...     }
    ... )
    >>> with DuckDBEngine() as engine:
    ...     table = read_features(stage_summaries(engine, customers))
    >>> table.frame.loc["ann"].to_dict()
    {'recency_days': 31.0, 'frequency': 2.0, 'monetary': 150.0}
    """
    absent = _OPTIONAL - staged.columns
    features = tuple(
        feature
        for name, feature in CATALOGUE.items()
        if name in _COLUMNS and name not in absent
    )
    listed = ", ".join(
        f"CAST({_COLUMNS[one.name]} AS DOUBLE) AS {quote(one.name)}" for one in features
    )
    revenue = "CAST(CAST(amount AS DECIMAL(23, 4)) * 10000 AS BIGINT)"
    result = staged.engine.fetch_arrow(
        render(
            f"SELECT customer_id, {revenue} AS {quote(REVENUE)}, {listed}"
            " FROM summaries ORDER BY customer_id"
        )
    )
    columns = result.sort_by("customer_id").to_pandas()
    index = pd.Index(columns["customer_id"], name="customer_id")
    return FeatureTable(
        frame=columns[[one.name for one in features]].set_axis(index).astype("float64"),
        revenue=columns[REVENUE].set_axis(index).astype("int64"),
        features=features,
        as_of=staged.as_of,
        first_day=staged.first_day,
        last_day=staged.last_day,
        currency=staged.currency,
    )

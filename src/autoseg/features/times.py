"""How many purchases each customer made on which weekday, at which time of the day.

These are counts and no features: nothing is found on them, and nobody sees a customer's
own. They come from the roll-ups that features come from, so an order is on the same day
and in the same part of it as in `weekend_share` or `morning_share`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.features.compute import fetch, relations_of
from autoseg.features.feature import Feature
from autoseg.features.timing import DAYPARTS

if TYPE_CHECKING:
    import pyarrow as pa

    from autoseg.tables import StagedTables

__all__ = ["WEEKDAYS", "PurchaseTimes", "purchase_times"]

WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class PurchaseTimes:
    """Purchases by customer, weekday and part of the day.

    Parameters
    ----------
    parts : tuple of str
        The parts of the day: ``"night"``, ``"morning"``, ``"afternoon"`` and
        ``"evening"``; ``"day"`` alone where the data hold no time of day.
    counts : ndarray of shape (n_customers, 7, n_parts)
        Customers in the order of their ids, weekdays from Monday; in the smallest
        unsigned integers that hold the largest count.
    """

    parts: tuple[str, ...]
    counts: np.ndarray


def purchase_times(staged: StagedTables) -> PurchaseTimes:
    """Count the purchases of every customer, where the rows are.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.

    Returns
    -------
    PurchaseTimes
        Customers stand as in the `FeatureTable` of the same tables.

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
    ...     times = purchase_times(stage(engine, orders, as_of="2024-04-01"))
    >>> times.parts, times.counts[:, :, 0].tolist()
    (('day',), [[1, 0, 0, 0, 1, 0, 0], [0, 0, 1, 0, 0, 0, 0]])
    """
    parts = dict(DAYPARTS) if staged.has_time else {"day": "TRUE"}
    columns = [
        _count(f"purchases_{day}_{part}", f"weekday = {day} AND {condition}")
        for day in range(WEEKDAYS)
        for part, condition in parts.items()
    ]
    result = fetch(staged, columns, staged.as_of, relations_of(staged))
    counts = _compact(result, [column.name for column in columns])
    return PurchaseTimes(tuple(parts), counts.reshape(-1, WEEKDAYS, len(parts)))


def _count(name: str, condition: str) -> Feature:
    # four bytes: a million customers have 28 of these each
    sql = f"CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS INTEGER)"
    return Feature(name=name, block="timing", unit="orders", sql=sql)


def _compact(result: pa.Table, names: list[str]) -> np.ndarray:
    """Return columns by customer id, in as few bytes as hold the largest number."""
    import pyarrow.compute as pc

    # sorted here: the order of texts differs from one engine to the next
    order = pc.sort_indices(result["customer_id"]).to_numpy()
    columns = [result[name].to_numpy() for name in names]
    largest = max((int(column.max(initial=0)) for column in columns), default=0)
    counts = np.empty((len(order), len(names)), dtype=np.min_scalar_type(largest))
    for place, column in enumerate(columns):
        counts[:, place] = column[order]
    return counts

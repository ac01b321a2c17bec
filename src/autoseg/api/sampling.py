"""The customers that segments are found on where there are very many."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autoseg.tables import StagedSummaries, StagedTables

__all__ = ["SAMPLE_SIZE", "draw_sample"]

SAMPLE_SIZE = 20_000
"""So many customers are enough to find segments on; all are assigned to them."""


def draw_sample(
    staged: StagedTables | StagedSummaries, size: int | None = None
) -> list[str] | None:
    """Draw a sample of the customers where they are.

    Those are in it whose ids have the lowest MD5, so neither the order of the rows nor
    the engine makes a difference, and a customer stays in it when others come.

    Parameters
    ----------
    staged : StagedTables or StagedSummaries
        What is in the engine.
    size : int, optional
        How many are wanted; `SAMPLE_SIZE` by default.

    Returns
    -------
    list of str or None
        Their ids, in no order; None where there are not more customers than wanted.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.tables import stage
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "bo", "cy"],
    ...         "timestamp": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-20"]),
    ...         "amount": [100.0, 50.0, 80.0],
    ...     }
    ... )
    >>> with DuckDBEngine() as engine:
    ...     sorted(draw_sample(stage(engine, orders), 2))
    ['ann', 'cy']
    """
    from autoseg.engines import render
    from autoseg.tables import StagedTables

    wanted = SAMPLE_SIZE if size is None else size
    relation = "summaries"
    if isinstance(staged, StagedTables):
        relation = staged.relations.get("orders", "orders")
    query = (
        f"SELECT customer_id FROM (SELECT customer_id FROM {relation}"
        " GROUP BY customer_id) AS customers"
        # one more tells whether there are more
        f" ORDER BY MD5(customer_id) LIMIT {wanted + 1}"
    )
    ids = [
        one for (one,) in staged.engine.fetch_rows(render(query, staged.engine.dialect))
    ]
    return ids[:wanted] if len(ids) > wanted else None

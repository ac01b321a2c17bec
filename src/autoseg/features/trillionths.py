"""Floats as whole numbers of trillionths, so that they can be summed.

A sum of floats depends on the order of its terms, and logarithms differ in their last
bit from one engine to the next. In whole trillionths a sum is exact, and that bit is
gone.
"""

from __future__ import annotations

__all__ = ["PER_ONE", "entropy_term", "in_trillionths"]

PER_ONE = "NULLIF(CAST(1000000000000 AS DOUBLE), 0)"
"""SQL of the number of trillionths in one, to divide by."""


def in_trillionths(sql: str) -> str:
    """Return SQL of a float as the nearest whole number of trillionths.

    Parameters
    ----------
    sql : str
        A float of less than a million.

    Examples
    --------
    >>> in_trillionths("x")
    "CAST(FLOOR((x) * 1000000000000 + CAST('0.5' AS DOUBLE)) AS BIGINT)"
    """
    # every engine rounds halves and casts in its own way, but all have one floor
    return f"CAST(FLOOR(({sql}) * 1000000000000 + CAST('0.5' AS DOUBLE)) AS BIGINT)"


def entropy_term(share: str) -> str:
    """Return SQL of −p ln p in trillionths: 0 where p is 0 or 1.

    Parameters
    ----------
    share : str
        The share p, a float.

    Examples
    --------
    >>> from autoseg.engines import DuckDBEngine
    >>> half = entropy_term("CAST(0.5 AS DOUBLE)")
    >>> with DuckDBEngine() as engine:
    ...     engine.fetch_rows(f"SELECT {half}")
    [(346573590280,)]
    """
    return in_trillionths(f"COALESCE(-({share}) * LN(NULLIF({share}, 0)), 0)")

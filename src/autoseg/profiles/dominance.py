"""Sums that tell what one or two customers spend, and which are hidden beside them.

A sum of which one customer makes up more than half is nearly that customer's figure to
anybody, and one of which two make up 85 % tells each of the two what the other spends
(the dominance rule of official statistics, with Eurostat's figure for two).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["hide_revenue", "is_dominated"]

_FEWEST = 2


def is_dominated(amounts: np.ndarray) -> bool:
    """Return whether one or two customers make up most of a sum.

    Parameters
    ----------
    amounts : ndarray of int, shape (n_customers,)
        What each is worth; returns may make it less than zero.

    Returns
    -------
    bool
        Whether one is more than half of the sum, or two are more than 85 %.

    Examples
    --------
    >>> is_dominated(np.array([50, 25, 25])), is_dominated(np.array([51, 25, 24]))
    (False, True)
    >>> is_dominated(np.array([43, 43, 14])), is_dominated(np.array([42, 43, 15]))
    (True, False)
    """
    # as Python's integers, which do not overflow
    largest = sorted(map(abs, np.sort(np.abs(amounts))[-2:].tolist()))
    total = abs(int(amounts.sum()))
    return bool(2 * largest[-1] > total or 100 * sum(largest) > 85 * total)


def hide_revenue(
    amounts: np.ndarray,
    segments: np.ndarray,
    dominated: Collection[int],
    hidden: Collection[int],
) -> frozenset[int]:
    """Return the places of the segments whose revenue is not shown.

    The total is shown, and less the rest it gives away what the hidden ones are worth
    together. So the next smallest in revenue are hidden beside them until these are
    two segments at least, with 10 customers at least, and nobody dominates their sum.

    Parameters
    ----------
    amounts : ndarray of int, shape (n_customers,)
        What each customer is worth.
    segments : ndarray of int, shape (n_customers,)
        Place of each customer's segment, from 0.
    dominated, hidden : collection of int
        Places of the segments that one or two customers dominate, and of those whose
        size is not shown.

    Returns
    -------
    frozenset of int

    Examples
    --------
    >>> amounts = np.array([90, 5, 5] + [8] * 10 + [9] * 10)
    >>> segments = np.repeat([0, 1, 2], [3, 10, 10])
    >>> sorted(hide_revenue(amounts, segments, {0}, ()))
    [0, 1]
    """
    out = {*dominated, *hidden}
    worth = [int(amounts[segments == one].sum()) for one in range(segments.max() + 1)]
    rest = sorted(set(range(len(worth))) - out, key=lambda one: (worth[one], one))
    while out and rest:
        together = np.isin(segments, sorted(out))
        enough = len(out) >= _FEWEST and together.sum() >= MIN_CELL
        if enough and not is_dominated(amounts[together]):
            break
        out.add(rest.pop(0))
    return frozenset(out)

"""What may be told of the segments of every number, and of how they hang together.

Of fewer than 10 customers nothing is told. Between segments of two numbers many flows
are that small, and leaving out all that would give them away leaves no picture; so the
larger ones are told in full tens, and what is left of a segment stays unknown.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from autoseg.clustering import PersistenceMap

__all__ = ["tell_persistence"]

_STEP = 10


def tell_persistence(found: PersistenceMap) -> PersistenceMap:
    """Return what may be shown of how segments persist, split and merge.

    Parameters
    ----------
    found : PersistenceMap
        Everything that is known.

    Returns
    -------
    PersistenceMap
        The share of a segment that may not be told is NaN: where it has fewer than 10
        customers, and where it is the smallest beside those, and these have fewer than
        10 together. Flows are in full tens of customers; those from and to segments
        that are not told are left out, and so is what the exact flows would give away.
        Of a map that was told already nothing more is left out.

    Examples
    --------
    >>> import numpy as np
    >>> from autoseg.clustering import persistence
    >>> labels = {2: np.repeat([0, 1], 50), 3: np.repeat([0, 1, 2], [46, 38, 16])}
    >>> told = tell_persistence(persistence(labels))
    >>> [(one.segment, one.next_segment, one.n_customers) for one in told.flows]
    [(0, 0, 40), (1, 1, 30), (1, 2, 10)]
    """
    untold = {(k, label) for k in found.ks for label in _untold(found, k)}
    return replace(
        found,
        segments=tuple(
            replace(
                one,
                share=math.nan if (one.k, one.segment) in untold else one.share,
                from_parent=None,
                to_child=None,
                stability=None,
            )
            for one in found.segments
        ),
        flows=tuple(
            replace(one, n_customers=one.n_customers // _STEP * _STEP)
            for one in found.flows
            if one.n_customers >= MIN_CELL
            and untold.isdisjoint(
                {(one.k, one.segment), (one.next_k, one.next_segment)}
            )
        ),
    )


def _untold(found: PersistenceMap, k: int) -> set[int]:
    """Return the labels of the segments among k whose share is not told."""
    shares = {one.segment: one.share for one in found.segments if one.k == k}
    if any(map(math.isnan, shares.values())):
        return {label for label, share in shares.items() if math.isnan(share)}
    # nobody is in an empty one
    ranked = sorted(
        (round(share * found.n_customers), label)
        for label, share in shares.items()
        if share > 0
    )
    small = [pair for pair in ranked if pair[0] < MIN_CELL]
    if small and sum(size for size, _ in small) < MIN_CELL:
        small = ranked[: len(small) + 1]
    return {label for _, label in small}

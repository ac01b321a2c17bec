"""The customers that segments are found on where there are very many."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SAMPLE_SIZE", "draw_sample"]

SAMPLE_SIZE = 20_000
"""So many customers are enough to find segments on; all are assigned to them."""


def draw_sample(customers: pd.Index, size: int = SAMPLE_SIZE) -> np.ndarray:
    """Return the positions of a sample of customers, the same wherever they are from.

    Those are in it whose ids have the lowest MD5, so neither the order of the rows nor
    the engine makes a difference, and a customer stays in it when others come.

    Parameters
    ----------
    customers : pandas.Index
        Their ids, as text.
    size : int
        How many are wanted; all where there are not more.

    Returns
    -------
    ndarray of int64
        In ascending order.

    Examples
    --------
    >>> import pandas as pd
    >>> draw_sample(pd.Index(["ann", "bo", "cy"]), 2).tolist()
    [0, 2]
    """
    if len(customers) <= size:
        return np.arange(len(customers))
    digests = np.array(
        [md5(one.encode(), usedforsecurity=False).digest() for one in customers]
    )
    return np.sort(np.argsort(digests, kind="stable")[:size])

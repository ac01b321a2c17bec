"""How long customers usually wait between orders."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["usual_gap_days"]

_GAP = "mean_gap_days"


def usual_gap_days(
    frame: pd.DataFrame, members: np.ndarray | None = None, min_share: float = 0.0
) -> float:
    """Return the median of the customers' average days between orders.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features.
    members : ndarray of bool, shape (n_customers,), optional
        Whose wait is asked for; everybody's by default.
    min_share : float
        Share of the customers who have to have such an average: where most have
        ordered once, the wait of the others is not theirs.

    Returns
    -------
    float
        NaN where fewer, or fewer than 10 customers, have one.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"mean_gap_days": [20.0, 30.0, float("nan")] * 10})
    >>> usual_gap_days(frame), usual_gap_days(frame, min_share=0.7)
    (25.0, nan)
    """
    if _GAP not in frame:
        return math.nan
    gaps = frame[_GAP] if members is None else frame.loc[members, _GAP]
    known = gaps.dropna()
    if len(known) < max(MIN_CELL, min_share * len(gaps)):
        return math.nan
    return float(known.median())

"""Guards: plain facts in absolute terms that keep a name from being untrue.

A tercile says how customers stand beside each other. A word such as "lost" or "new"
promises more: that it is long ago for anybody, or for this very customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OVERDUE", "OVERDUE_FROM", "guard_masks", "tells_seasons"]

OVERDUE = "overdue_ratio"
"""Feature that tells how long the silence is in the customer's own mean gaps."""

OVERDUE_FROM = 2.0
"""Silence is long from twice the customer's own mean gap."""

_MONTH, _HALF_YEAR = 30.0, 180.0
_FIRST_ORDERS, _SEVERAL_ORDERS = 6, 3
_TENTH = 0.1
# by chance alone two of seven purchases fall on a weekend, and a quarter within the
# same three months
_HALF, _THREE_QUARTERS = 0.5, 0.75
# two years, less the month that the first purchases are spread over
_TWO_YEARS = 700.0


def guard_masks(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return for whom each guard holds.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features; a guard whose feature is not there is left out, and so holds for
        nobody.

    Returns
    -------
    dict of str to ndarray of bool, shape (n_customers,)
        ``active``: bought within 30 days, or as recently as the first third;
        ``lapsed``: silent for 30 days, as long as the last third, and for twice the
        own gap where there is one; ``quiet``: the same beside the median;
        ``half_year_silent``; ``half_year``: first bought within one; ``repeat``: two
        orders or more; ``several_orders``: three; ``first_orders``: six at most;
        ``tenth_returned`` and ``tenth_off``: a tenth of the value sent back, or off
        the full price; ``half_weekend``: half of the purchases made at weekends;
        ``one_season``: three quarters of them in the same three months of the year,
        the first and the last at least ten months apart, so that the season came
        again.

    Examples
    --------
    >>> import pandas as pd
    >>> guard_masks(pd.DataFrame({"frequency": [1.0, 2.0]}))["repeat"].tolist()
    [False, True]
    """
    masks: dict[str, np.ndarray] = {}
    if "frequency" in frame:
        orders = frame["frequency"].to_numpy()
        masks["repeat"] = orders > 1
        masks["several_orders"] = orders >= _SEVERAL_ORDERS
        masks["first_orders"] = orders <= _FIRST_ORDERS
    if "recency_days" in frame:
        masks |= _recency_masks(frame)
    if "tenure_days" in frame:
        masks["half_year"] = frame["tenure_days"].to_numpy() <= _HALF_YEAR
    if "return_share" in frame:
        masks["tenth_returned"] = frame["return_share"].to_numpy() >= _TENTH
    if "discount_share" in frame:
        masks["tenth_off"] = frame["discount_share"].to_numpy() >= _TENTH
    if "weekend_share" in frame:
        masks["half_weekend"] = frame["weekend_share"].to_numpy() >= _HALF
    if "season_share" in frame:
        masks["one_season"] = frame["season_share"].to_numpy() >= _THREE_QUARTERS
    return masks


def tells_seasons(frame: pd.DataFrame) -> bool:
    """Return whether the customers have been seen for two years.

    In thirteen months everyone whose first and last purchase lie ten months apart has
    bought twice in the same season, whenever that was.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features; without ``tenure_days`` nothing is known.

    Returns
    -------
    bool

    Examples
    --------
    >>> import pandas as pd
    >>> tells_seasons(pd.DataFrame({"tenure_days": [374.0, 12.0]}))
    False
    """
    return "tenure_days" in frame and bool(frame["tenure_days"].max() >= _TWO_YEARS)


def _recency_masks(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    recency = frame["recency_days"].to_numpy()
    silence = np.full(len(frame), np.nan)
    if OVERDUE in frame:
        silence = frame[OVERDUE].to_numpy()
    first_third, median, last_third = np.quantile(recency, [1 / 3, 1 / 2, 2 / 3])
    long_for_them = np.isnan(silence) | (silence >= OVERDUE_FROM)
    return {
        "active": recency <= max(first_third, _MONTH),
        "quiet": (recency >= max(median, _MONTH)) & long_for_them,
        "lapsed": (recency >= max(last_third, _MONTH)) & long_for_them,
        "half_year_silent": recency >= _HALF_YEAR,
    }

"""Habits: when members mostly buy, and through which channel.

A weekday or a stage is a code, and the mean of codes is nothing. So the most common one
is told, with how many have it. A habit leads where it is clearly more common than the
next, and no rarer than among all customers: only then is it worth acting on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autoseg.features import CODE_UNITS, pattern_of
from autoseg.profiles.segments import MIN_CELL, Habit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from autoseg.features import Feature

__all__ = ["find_habits", "is_yes_or_no", "member_shares"]

_DAYPARTS = ("night_share", "morning_share", "afternoon_share", "evening_share")
_N_CODES = {"weekday": 7, "daypart": 4}
_TIMES_EVEN = 1.5
_BEYOND_CHANCE = 3.0
_MAIN_CHANNEL, _CHANNEL_LEAD = 0.4, 0.1
# means of equal shares differ in their last digits where more are averaged
_ROUNDING = 1e-9
# below this entropy one of the days has more than half of the orders
_ONE_DAY = float(np.log(2))


def find_habits(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    segments: np.ndarray,
    n_segments: int,
) -> list[tuple[Habit, ...]]:
    """Find the most common code of each coded feature, and the main channel.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features.
    features : sequence of Feature
        The entries of the columns.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    n_segments : int
        Number of segments.

    Returns
    -------
    list of tuple of Habit
        By segment, in the order of the features, the channel last.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.features import Feature
    >>> day = Feature(name="preferred_weekday", block="timing", unit="weekday",
    ...               meaning="", sql="")
    >>> frame = pd.DataFrame({"preferred_weekday": [4.0] * 30 + [5.0] * 30})
    >>> habits = find_habits(frame, [day], np.repeat([0, 1], [40, 20]), 2)
    >>> [(one.code, one.share, one.share_of_all) for one in habits[0]]
    [(4.0, 0.75, 0.5)]
    """
    coded = [one for one in features if one.unit in CODE_UNITS]
    channels = [
        one.name
        for one in features
        # what is left over is no channel that anybody can be met in
        if pattern_of(one) == "channel_share" and one.level.strip("_") != "other"
    ]
    found = []
    for place in range(n_segments):
        members = segments == place
        habits = [_commonest(frame, one, members) for one in coded]
        habits.append(_main_channel(frame, channels, members))
        found.append(tuple(one for one in habits if one is not None))
    return found


def member_shares(
    frame: pd.DataFrame, features: Sequence[Feature]
) -> Mapping[str, float]:
    """Return the share of customers with each yes of a yes or no.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features of the customers of one segment, or of all.
    features : sequence of Feature
        The entries of the columns.

    Returns
    -------
    mapping of str to float
        By feature, of the customers whose answer is known; NaN where these are fewer
        than 10, or those with a yes are, for so few are never shown.
    """
    shares = {}
    for one in features:
        if is_yes_or_no(one):
            known = frame[one.name].dropna()
            n_yes = int((known == 1).sum())
            hidden = len(known) < MIN_CELL or 0 < n_yes < MIN_CELL
            shares[one.name] = float("nan") if hidden else n_yes / len(known)
    return shares


def is_yes_or_no(feature: Feature) -> bool:
    """Return whether a feature says of each customer that something is so or not.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, one named after the data, or a user's own.

    Returns
    -------
    bool

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> is_yes_or_no(CATALOGUE["frequency"])
    False
    """
    return pattern_of(feature) == "attribute_level"


def _commonest(
    frame: pd.DataFrame, feature: Feature, members: np.ndarray
) -> Habit | None:
    column = frame[feature.name].to_numpy()
    known = ~np.isnan(column)
    codes, counts = np.unique(column[members & known], return_counts=True)
    # so few are never shown, and no habit of a segment
    if not codes.size or counts.max() < MIN_CELL:
        return None
    code = float(codes[counts.argmax()])
    share, share_of_all = counts.max() / members.sum(), (column == code).mean()
    certain = column[members & known & _certain(frame, feature)]
    return Habit(
        feature=feature.name,
        code=code,
        share=float(share),
        share_of_all=float(share_of_all),
        leads=bool(share >= share_of_all) and _leads(certain, code, feature),
    )


def _certain(frame: pd.DataFrame, feature: Feature) -> np.ndarray:
    """Return whose code is no tie, which goes to the lowest code whoever wins."""
    if feature.unit == "weekday":
        if "weekday_entropy" not in frame:
            return np.zeros(len(frame), dtype=bool)
        return np.asarray(frame["weekday_entropy"].to_numpy() < _ONE_DAY)
    parts = [name for name in _DAYPARTS if name in frame]
    if feature.unit != "daypart" or len(parts) < len(_DAYPARTS):
        return np.zeros(len(frame), dtype=bool)
    shares = np.sort(frame[parts].to_numpy(), axis=1)
    return np.asarray(shares[:, -1] > shares[:, -2])


def _leads(codes: np.ndarray, code: float, feature: Feature) -> bool:
    """Return whether a code is clearly more common than the next, and than even."""
    n_codes = _N_CODES.get(feature.unit)
    if n_codes is None or not codes.size:
        return False
    found, counts = np.unique(codes, return_counts=True)
    first = int(counts[found == code].sum())
    second = int(max(counts[found != code], default=0))
    beyond = first - second >= _BEYOND_CHANCE * np.sqrt(first + second)
    return bool(beyond and first / codes.size >= _TIMES_EVEN / n_codes)


def _main_channel(
    frame: pd.DataFrame, channels: Sequence[str], members: np.ndarray
) -> Habit | None:
    if len(channels) < 2:  # noqa: PLR2004
        return None
    shares = frame.loc[members, list(channels)].mean()
    if shares.isna().any():
        return None
    ranked = shares.sort_values(ascending=False, kind="stable")
    name, lead = str(ranked.index[0]), float(ranked.iloc[0] - ranked.iloc[1])
    share, share_of_all = float(frame.loc[members, name].mean()), frame[name].mean()
    return Habit(
        feature=name,
        code=None,
        share=share,
        share_of_all=float(share_of_all),
        # a truth of NumPy's is none that JSON knows
        leads=bool(
            share >= max(share_of_all - _ROUNDING, _MAIN_CHANNEL)
            and lead >= _CHANNEL_LEAD
        ),
    )

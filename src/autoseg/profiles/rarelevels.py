"""Values of the data that too few customers have for anybody to be told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from collections.abc import Collection

    from autoseg.features import FeatureTable

__all__ = ["without_rare_levels"]


def without_rare_levels(
    table: FeatureTable, kept: Collection[str] = ()
) -> FeatureTable:
    """Leave out features of a value that fewer than 10 customers have.

    Such a feature is called after the value, so its name alone would tell that somebody
    lives in a town, or buys in a way, that hardly anybody else does.

    Parameters
    ----------
    table : FeatureTable
        Features of all customers.
    kept : collection of str
        Names of features that stay, for segments were found on them.

    Returns
    -------
    FeatureTable

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.features import Feature, FeatureTable
    >>> town = Feature(
    ...     name="town_bo", block="attributes", unit="share", sql="", level="Bø"
    ... )
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"town_bo": [1.0] + [0.0] * 39}, index=index),
    ...     revenue=pd.Series([100] * 40, index=index), features=(town,), as_of=None,
    ...     first_day=None, last_day=None, currency=None)
    >>> without_rare_levels(table).features
    ()
    """
    rare = {
        feature.name
        for feature in table.features
        if feature.level
        and feature.name not in kept
        and int((table.frame[feature.name] > 0).sum()) < MIN_CELL
    }
    if not rare:
        return table
    return replace(
        table,
        frame=table.frame.drop(columns=sorted(rare)),
        features=tuple(one for one in table.features if one.name not in rare),
    )

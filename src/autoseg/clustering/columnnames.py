"""Names of columns: those of value, and those of several that were merged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VALUE_COLUMNS", "joined", "names_inside"]

VALUE_COLUMNS = ("recency_days", "frequency", "monetary")
"""Columns that tell what a customer is worth."""

_JOINED_BY = re.compile(r" [+-] ")


def joined(names: Sequence[str], signs: Sequence[int]) -> str:
    """Return the name of columns that were merged, with the signs they go in with.

    Parameters
    ----------
    names : sequence of str
        Names of the columns.
    signs : sequence of int
        1 or -1 for each; the first is 1.

    Returns
    -------
    str

    Examples
    --------
    >>> joined(["frequency", "recency_days"], [1, -1])
    'frequency - recency_days'
    """
    name = names[0]
    for other, sign in zip(names[1:], signs[1:], strict=True):
        name += f" {'+' if sign > 0 else '-'} {other}"
    return name


def names_inside(name: str) -> list[str]:
    """Return the names of the columns that were merged into one, or its own.

    Parameters
    ----------
    name : str
        Name of a column that comes out of `CustomerScaler`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> names_inside("frequency - recency_days"), names_inside("monetary")
    (['frequency', 'recency_days'], ['monetary'])
    """
    return _JOINED_BY.split(name)

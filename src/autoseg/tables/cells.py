"""Columns from Python values, as spreadsheets and databases hand them over."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["as_text", "column_of", "texts_of"]

_NUMBERS = frozenset({int, float, Decimal})


def column_of(values: Sequence[Any]) -> pa.Array:
    """Return values as an Arrow array; text where they are of several kinds.

    Numbers of several kinds stay numbers, and days beside times become times.

    Parameters
    ----------
    values : sequence
        Plain Python values; None is missing.

    Examples
    --------
    >>> column_of([7, "007", None]).to_pylist()
    ['7', '007', None]
    >>> column_of([1, 2.5]).to_pylist()
    [1.0, 2.5]
    """
    kinds = {type(value) for value in values} - {type(None)}
    try:
        return _of_one_kind(values, kinds)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return texts_of([as_text(value) for value in values])


def texts_of(texts: Sequence[str | None]) -> pa.Array:
    """Return texts as an Arrow array; halves of letters are spelled out.

    Parameters
    ----------
    texts : sequence of str or None
        Texts; Python lets a letter of two halves be cut in two, Arrow does not.

    Examples
    --------
    >>> len(texts_of(["a", None]))
    2
    """
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        whole = [
            None if text is None else text.encode(errors="backslashreplace").decode()
            for text in texts
        ]
        return pa.array(whole, pa.string())


def as_text(value: object) -> str | None:
    """Return a value as text: whole numbers without decimals, times as ISO 8601.

    Parameters
    ----------
    value : object
        A plain Python value; None stays None.

    Examples
    --------
    >>> as_text(7.0), as_text(True), as_text(None)
    ('7', 'true', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (float, Decimal)) and math.isfinite(value) and value % 1 == 0:
        return str(int(value))
    return str(value)


def _of_one_kind(values: Sequence[Any], kinds: set[type]) -> pa.Array:
    if not kinds:
        return pa.nulls(len(values))
    if kinds <= _NUMBERS:
        return _numbers(values, kinds)
    if kinds == {date, datetime}:
        midnight = time()
        values = [
            datetime.combine(value, midnight) if type(value) is date else value
            for value in values
        ]
        kinds = {datetime}
    if len(kinds) > 1:
        raise TypeError
    if datetime in kinds:
        zones = {value.tzinfo is None for value in values if value is not None}
        if len(zones) > 1:
            # a local time and an instant are not one kind
            raise TypeError
    array = pa.array(values, from_pandas=False)
    return array.cast(pa.timestamp("us", array.type.tz)) if datetime in kinds else array


def _numbers(values: Sequence[Any], kinds: set[type]) -> pa.Array:
    if float in kinds:
        floats = [None if value is None else float(value) for value in values]
        return pa.array(floats, pa.float64())
    if kinds == {int}:
        return pa.array(values, pa.int64())
    exact = [
        None if value is None or not math.isfinite(value) else Decimal(value)
        for value in values
    ]
    return pa.array(exact)

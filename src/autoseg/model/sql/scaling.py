"""The arithmetic of `scale_columns` in SQL: the same operations in the same order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autoseg.clustering import ColumnAccount, OutputColumn
    from autoseg.features.warehouses import Warehouse

__all__ = ["even_out", "merge"]

# e to this is the largest power of e that a float can hold, but for its last digits
_LARGEST_EXPONENT = 709.78
# added to 1 it leaves 1, and a quotient that is smaller may be too small for a float
_NOTHING = 1e-30
# a value is so near to the mean, measured in its scale, only where the mean is 0
_TINY = 1e-100
_TINY_MEAN = 1e-80


def even_out(column: ColumnAccount, value: str, warehouse: Warehouse) -> str:
    """Return the standardised value of a column.

    The cuts stand before the logarithm, so that it is never taken of what has none,
    and nothing leaves the floats on the way to a value that would be cut off anyway.

    Parameters
    ----------
    column : ColumnAccount
        What is done to it.
    value : str
        SQL of its value.
    warehouse : Warehouse
        The database.
    """
    number = warehouse.number
    if column.operation in {"log", "log1p"}:
        cut = _logarithm(column, value, warehouse)
    else:
        low, high = number(column.low), number(column.high)
        cut = (
            f"CASE WHEN {value} < {low} THEN {low}"
            f" WHEN {value} > {high} THEN {high} ELSE {value} END"
        )
    centred = cut if column.mean == 0.0 else f"({cut} - {number(column.mean)})"
    scaled = centred if column.scale == 1.0 else f"{centred} / {number(column.scale)}"
    if warehouse.strict and abs(column.mean) < _TINY_MEAN * column.scale:
        # a quotient that is too small for a float would be an error
        tiny, zero = number(_TINY * column.scale), number(0.0)
        return f"CASE WHEN ABS({centred}) < {tiny} THEN {zero} ELSE {scaled} END"
    return scaled


def _logarithm(column: ColumnAccount, value: str, warehouse: Warehouse) -> str:
    """Return the logarithm between the cuts, which stand on the values' own scale."""
    number, offset = warehouse.number, column.offset
    highest = math.exp(min(column.high, _LARGEST_EXPONENT))
    if column.operation == "log":
        lowest = math.exp(column.low) - offset
        highest -= offset
        inner = value if offset == 0.0 else f"{value} + {number(offset)}"
        of_zero = math.log(offset) if offset > 0.0 else -math.inf
    else:
        lowest = offset * max(math.expm1(column.low), _NOTHING)
        highest = offset * (highest - 1.0)
        inner = f"{number(1.0)} + {value} / {number(offset)}"
        of_zero = 0.0
    # what is below zero counts as zero
    low = min(max(of_zero, column.low), column.high)
    return (
        f"CASE WHEN {value} <= {number(max(lowest, 0.0))} THEN {number(low)}"
        f" WHEN {value} >= {number(highest)} THEN {number(column.high)}"
        f" ELSE LN({inner}) END"
    )


def merge(output: OutputColumn, members: list[str], warehouse: Warehouse) -> str:
    """Return one of the columns that segments are sought on.

    Steps that change nothing are left out.

    Parameters
    ----------
    output : OutputColumn
        The column.
    members : list of str
        SQL of its members' standardised values.
    warehouse : Warehouse
        The database.
    """
    number = warehouse.number
    sql = ""
    for member, sign in zip(members, output.signs, strict=True):
        plus, minus = (" + ", " - ") if sql else ("", "-")
        sql += f"{minus if sign < 0 else plus}{member}"
    if len(members) > 1:
        sql = f"({sql}) / {number(len(members))}"
    if output.mean != 0.0:
        sql = f"({sql} - {number(output.mean)})"
    if output.scale != 1.0:
        sql += f" / {number(output.scale)}"
    if output.weight != 1.0:
        sql += f" * {number(output.weight)}"
    return sql

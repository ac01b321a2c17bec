"""The arithmetic of `scale_columns` in SQL: the same operations in the same order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autoseg.clustering import ColumnAccount, OutputColumn
    from autoseg.features.warehouses import Warehouse

__all__ = ["even_out", "merge"]

# e to this is the largest power of e but for its last digits
_LARGEST_EXPONENT = 709.7
# added to 1 it leaves 1
_NOTHING = 1e-30
# so near to the mean a float can come only if the mean is 0
_TINY = 1e-100
_TINY_MEAN = 1e-80


def even_out(column: ColumnAccount, value: str, warehouse: Warehouse) -> str:
    """Return the standardised value of a column.

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
    inner = _operated(column, value, warehouse)
    cut = f"LEAST(GREATEST({inner}, {number(column.low)}), {number(column.high)})"
    centred = f"({cut} - {number(column.mean)})"
    scaled = f"{centred} / {number(column.scale)}"
    if warehouse.strict and abs(column.mean) < _TINY_MEAN * column.scale:
        # there a quotient that is too small for a float is an error
        tiny = number(_TINY * column.scale)
        return f"CASE WHEN ABS{centred} < {tiny} THEN 0e0 ELSE {scaled} END"
    return scaled


def _operated(column: ColumnAccount, value: str, warehouse: Warehouse) -> str:
    """Return the logarithm, or what comes instead; never one of zero."""
    number = warehouse.number
    zero, offset = number(0.0), number(column.offset)
    if column.operation == "log" and column.offset > 0.0:
        return f"LN(GREATEST({value}, {zero}) + {offset})"
    if column.operation == "log":
        positive = f"CASE WHEN {value} > {zero} THEN {value} END"
        return f"COALESCE(LN({positive}), {number(column.low)})"
    if column.operation == "log1p":
        least = number(column.offset * _NOTHING)
        capped = f"GREATEST({value}, {least})"
        if column.offset < 1.0:
            # what is divided by less than 1 may leave the floats
            most = min(column.high + 1.0, _LARGEST_EXPONENT)
            capped = f"LEAST({capped}, {number(column.offset * math.exp(most))})"
        return f"LN({number(1.0)} + {capped} / {offset})"
    return value


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
        plus = " + " if sql else ""
        sql += f"{' - ' if sql else '-'}{member}" if sign < 0 else f"{plus}{member}"
    if len(members) > 1:
        sql = f"({sql}) / {number(len(members))}"
    if output.mean != 0.0:
        sql = f"({sql} - {number(output.mean)})"
    if output.scale != 1.0:
        sql += f" / {number(output.scale)}"
    if output.weight != 1.0:
        sql += f" * {number(output.weight)}"
    return sql

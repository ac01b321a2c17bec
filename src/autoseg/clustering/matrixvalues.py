"""The values of one column of a matrix: as numbers, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from autoseg.errors import Finding

__all__ = ["about_values", "as_numbers"]

_NUMBERS = "biuf"
_EXAMPLES = 5
_LONGEST_VALUE = 40
# what a column of another kind holds, and what to give in its place
_CATEGORIES = ("categories", "make one column of 0 and 1 for each, or leave it out")
_DATES = ("dates or times", "give a number of days, or leave it out")
_FILL = "fill the gaps, or leave those customers out"
_LEAVE_OUT = "leave the column out"
_CORRECT = "correct them, or leave those customers out"
_DIVIDE = "divide the column by a large number"
_MULTIPLY = "multiply the column by a large number, or put a CustomerScaler before"
_COMPLEX = ("Complex data not supported", "give real numbers")


def as_numbers(values: Any, name: str, source: str) -> tuple[np.ndarray, list[Finding]]:
    """Return a column as numbers, and what keeps it from being so.

    Numbers, flags and decimals are taken, in columns of objects too. Texts are not,
    even where they could be read as numbers: most often they are codes.

    Parameters
    ----------
    values : pandas.Series or ndarray of shape (n_rows,)
        The column.
    name : str
        Its name.
    source : str
        Where it is, for the findings.

    Returns
    -------
    ndarray of shape (n_rows,)
        Numbers of any width, NaN for gaps; what is no number is 0.
    list of Finding
        One at most.

    Examples
    --------
    >>> as_numbers(pd.array([1, None], dtype="Int64"), "a", "X")
    (array([ 1., nan]), [])
    >>> _, findings = as_numbers(np.array([1, "b"], dtype=object), "a", "X")
    >>> findings[0].found
    "1 of 2 values is no number, such as 'b'"
    """
    other = _other_kind(values.dtype)
    if other is not None:
        found, fix = other
        if other is not _COMPLEX:
            found = f"the column holds {found}"
        finding = Finding(
            "ASG_E_NOT_NUMBERS", source, found, fix, column=name, n_rows=len(values)
        )
        return np.zeros(len(values)), [finding]
    if values.dtype.kind not in _NUMBERS:
        return _each_as_number(np.asarray(values, dtype=object), name, source)
    if isinstance(values.dtype, np.dtype):
        return np.asarray(values), []
    return values.to_numpy(dtype=np.float64, na_value=np.nan), []


def about_values(
    values: np.ndarray,
    name: str,
    source: str,
    largest: float,
    smallest_spread: float,
) -> list[Finding]:
    """Return what is wrong with the numbers of a column.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows,)
        The column.
    name : str
        Its name.
    source : str
        Where it is.
    largest : float
        Largest absolute value that may be.
    smallest_spread : float
        Smallest difference of the extremes that may be, beside 0.

    Returns
    -------
    list of Finding
        Gaps and infinite values (``ASG_E_NOT_FINITE``), values that are too large or
        too close to each other (``ASG_E_OUT_OF_RANGE``).

    Examples
    --------
    >>> found = about_values(np.array([1.0, np.nan]), "a", "X", 1e307, 0.0)
    >>> print(*found)  # doctest: +ELLIPSIS
    ASG_E_NOT_FINITE: X, column 'a', row 1: contains NaN: 1 of 2 values is missing. ...
    """
    gaps, infinite = np.isnan(values), np.isinf(values)
    large = ~gaps & ~infinite & (np.abs(values) > largest)
    kinds = (
        (gaps, "ASG_E_NOT_FINITE", "contains NaN: {} missing", _FILL),
        (infinite, "ASG_E_NOT_FINITE", "contains infinity: {} infinite", _CORRECT),
        (large, "ASG_E_OUT_OF_RANGE", f"{{}} beyond ±{largest:g}", _DIVIDE),
    )
    findings = []
    for wrong, code, found, fix in kinds:
        rows = np.flatnonzero(wrong)
        if len(rows):
            told = found.format(_of(len(rows), len(values)))
            nothing = fix is _FILL and len(rows) == len(values)
            what = _LEAVE_OUT if nothing else fix
            findings.append(_finding(code, source, told, what, name, rows))
    if findings:
        return findings
    spread = float(values.max() - values.min())
    if not 0.0 < spread < smallest_spread:
        return []
    told = f"values differ by {spread:.3g} at most, and the square of that is lost"
    none = np.array([], dtype=np.int64)
    return [_finding("ASG_E_OUT_OF_RANGE", source, told, _MULTIPLY, name, none)]


def _other_kind(dtype: Any) -> tuple[str, str] | None:
    if isinstance(dtype, pd.CategoricalDtype):
        return _CATEGORIES
    if dtype.kind in "mM" or isinstance(dtype, pd.PeriodDtype):
        return _DATES
    return _COMPLEX if dtype.kind == "c" else None


def _each_as_number(
    values: np.ndarray, name: str, source: str
) -> tuple[np.ndarray, list[Finding]]:
    out = np.full(len(values), np.nan)
    wrong: list[int] = []
    reason = ""
    gaps = pd.isna(values)
    for i, value in enumerate(values):
        if isinstance(value, (str, bytes)):
            wrong.append(i)
        elif not gaps[i]:
            try:
                out[i] = float(value)
            except OverflowError:
                out[i] = np.inf
            except (TypeError, ValueError) as error:
                wrong.append(i)
                reason = reason or f" ({error})"
    if not wrong:
        return out, []
    out[wrong] = 0.0
    example = repr(values[wrong[0]])
    if len(example) > _LONGEST_VALUE:
        example = f"{example[:_LONGEST_VALUE]}…"
    found = f"{_of(len(wrong), len(values))} no number, such as {example}{reason}"
    fix = "give numbers, or leave the column out"
    rows = np.array(wrong)
    return out, [_finding("ASG_E_NOT_NUMBERS", source, found, fix, name, rows)]


def _of(n: int, total: int) -> str:
    return f"{n} of {total} values {'is' if n == 1 else 'are'}"


def _finding(
    code: str, source: str, found: str, fix: str, name: str, rows: np.ndarray
) -> Finding:
    shown = tuple(int(row) for row in rows[:_EXAMPLES])
    return Finding(code, source, found, fix, column=name, rows=shown, n_rows=len(rows))

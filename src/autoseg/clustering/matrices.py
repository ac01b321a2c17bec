"""The matrix of customers as it comes: its columns as numbers, or all that is wrong.

scikit-learn says that a matrix "contains NaN"; users want to know which columns, how
many rows, and what to do. Its own checks look for some of its words, so those words
stand in our messages too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.utils.validation import validate_data

from autoseg.clustering.matrixvalues import about_values, as_numbers
from autoseg.errors import Finding, InputError, StructureError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WHERE", "Matrix", "read_matrix"]

WHERE = "the columns to segment on"
"""What a finding about a matrix names as its source."""

# the range and the cuts of a column of such values are still numbers that floats hold
_LARGEST = 1e307
_EXAMPLES = 5
_CHUNK = 16_384


class _NotNumbersError(InputError, TypeError):
    """Values that are no numbers: scikit-learn has a TypeError for some of them."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Columns of numbers, one row a customer, converted where they are looked at.

    A matrix of 32-bit numbers or a frame of many types is never held a second time
    as 64-bit numbers.

    Parameters
    ----------
    names : tuple of str
        Names of the columns.
    columns : tuple of ndarray of shape (n_customers,)
        Numbers of any width, finite.

    Examples
    --------
    >>> matrix = Matrix(("a", "b"), (np.array([1, 2]), np.array([0.5, 1.5])))
    >>> matrix.rows(slice(0, 1))
    array([[1. , 0.5]])
    """

    names: tuple[str, ...]
    columns: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.columns[0])

    def column(self, j: int) -> np.ndarray:
        """Return a column as float64, shape (n_customers,)."""
        return np.ascontiguousarray(self.columns[j], dtype=np.float64)

    def rows(self, rows: slice) -> np.ndarray:
        """Return some rows as float64, shape (n_rows, n_columns)."""
        start, stop, _ = rows.indices(len(self))
        out = np.empty((stop - start, len(self.columns)))
        for j, column in enumerate(self.columns):
            out[:, j] = column[rows]
        return out

    def chunks(self) -> Iterator[slice]:
        """Yield slices that cover the rows, each of a few megabytes."""
        for start in range(0, len(self), _CHUNK):
            yield slice(start, min(start + _CHUNK, len(self)))


def read_matrix(
    estimator: Any,
    X: Any,
    *,
    reset: bool,
    least: int = 1,
    largest: float = _LARGEST,
    smallest_spread: float = 0.0,
) -> Matrix:
    """Return the columns of a matrix as numbers, or say all that is wrong with it.

    Stands in for scikit-learn's ``validate_data``: it sets or checks
    ``n_features_in_`` and ``feature_names_in_`` too.

    Parameters
    ----------
    estimator : estimator
        For whom: takes the names when `reset`, and has them otherwise.
    X : array-like of shape (n_customers, n_columns)
        What the user gave.
    reset : bool
        Whether this is `fit`.
    least : int, default=1
        Fewest customers.
    largest : float, default=1e307
        Largest absolute value that the arithmetic stands.
    smallest_spread : float, default=0.0
        Smallest difference between the largest and the smallest value of a column
        that has more than one.

    Returns
    -------
    Matrix

    Raises
    ------
    InputError
        With one finding for each problem: ``ASG_E_INPUT_TYPE`` (no dense table of
        numbers), ``ASG_E_COLUMN_NAMES``, ``ASG_E_DUPLICATE_COLUMN``,
        ``ASG_E_OTHER_COLUMNS`` (others than in `fit`), ``ASG_E_NOT_NUMBERS``,
        ``ASG_E_NOT_FINITE``, ``ASG_E_OUT_OF_RANGE``. Is a TypeError too where values
        are no numbers.
    StructureError
        With fewer than `least` customers (``ASG_E_TOO_FEW_CUSTOMERS``).

    Examples
    --------
    >>> from autoseg.clustering import CustomerScaler
    >>> X = pd.DataFrame({"spend": [1.0, float("nan"), 3.0]})
    >>> read_matrix(CustomerScaler(), X, reset=True)
    Traceback (most recent call last):
        ...
    autoseg.errors.InputError: ASG_E_NOT_FINITE: the columns to segment on, ...
    """
    table = X if isinstance(X, pd.DataFrame) else _array(X)
    names = _names(X, table.shape[1])
    findings = _about_size(table.shape, least) + _about_names(X)
    told = "" if findings else _compare(estimator, X, names, findings, reset)
    columns = []
    for j, name in enumerate(names):
        values = table.iloc[:, j] if isinstance(table, pd.DataFrame) else table[:, j]
        column, wrong = as_numbers(values, name, WHERE)
        columns.append(column)
        findings += wrong
    matrix = Matrix(tuple(names), tuple(columns))
    if columns and len(matrix):
        suspects = _suspects(matrix, largest, smallest_spread)
        for j in suspects:
            findings += about_values(
                matrix.column(j), names[j], WHERE, largest, smallest_spread
            )
    if findings:
        raise _error(findings, told)
    return matrix


def _suspects(matrix: Matrix, largest: float, smallest_spread: float) -> list[int]:
    """Return the columns that may hold what they should not, in one quick pass."""
    low = np.full(len(matrix.columns), np.inf)
    high = -low
    for rows in matrix.chunks():
        block = matrix.rows(rows)
        # NaN goes through both
        low, high = np.minimum(low, block.min(0)), np.maximum(high, block.max(0))
    with np.errstate(invalid="ignore", over="ignore"):
        spread = high - low
    fine = (low >= -largest) & (high <= largest)
    fine &= (spread == 0.0) | (spread >= smallest_spread)
    return [int(j) for j in np.flatnonzero(~fine)]


def _error(findings: list[Finding], told: str) -> InputError:
    codes = {finding.code for finding in findings}
    kind: type[InputError] = InputError
    if "ASG_E_NOT_NUMBERS" in codes:
        kind = _NotNumbersError
    elif "ASG_E_TOO_FEW_CUSTOMERS" in codes:
        kind = StructureError
    error = kind(findings)
    if told:
        error.args = (f"{error}\n{told}",)
    return error


def _array(X: Any) -> np.ndarray:
    """Return what is no pandas frame as an array of two dimensions."""
    if isinstance(X, np.ma.MaskedArray):
        # as an array it would show what the mask hides
        X = np.ma.filled(X.astype(np.float64), np.nan)
    array, objection = _try_array(X)
    if objection is not None:
        raise InputError(Finding("ASG_E_INPUT_TYPE", WHERE, *objection))
    return array


def _try_array(X: Any) -> tuple[np.ndarray, tuple[str, str] | None]:
    """Return an array, and what keeps it from being a table with what to do."""
    none = np.empty((0, 0))
    if issparse(X):
        return none, ("a sparse matrix", "give a dense one, X.toarray()")
    if X is None or isinstance(X, (str, bytes)):
        return none, (f"no table but {type(X).__name__}", "give rows and columns")
    try:
        array = np.asarray(X)
    except (TypeError, ValueError) as error:
        found = f"no table can be made of it ({str(error).rstrip('.')})"
        return none, (found, "give rows of one length")
    if np.iscomplexobj(array):
        return array, ("Complex data not supported", "give real numbers")
    if array.ndim != 2:  # noqa: PLR2004
        found = f"expected two dimensions, rows and columns; got {array.ndim}"
        fix = "Reshape your data: X.reshape(-1, 1) is one column,"
        return array, (found, f"{fix} X.reshape(1, -1) one customer")
    return array, None


def _about_size(shape: tuple[int, ...], least: int) -> list[Finding]:
    findings = []
    if shape[0] < least:
        need = "1 customer" if least == 1 else f"{least} customers"
        findings.append(
            Finding(
                "ASG_E_TOO_FEW_CUSTOMERS",
                WHERE,
                f"need at least {need}; have n_samples={shape[0]}",
                "take a longer period or more customers",
            )
        )
    if shape[1] == 0:
        findings.append(
            Finding(
                "ASG_E_INPUT_TYPE",
                WHERE,
                f"0 feature(s) (shape=({shape[0]}, 0)) while a minimum of 1 is"
                " required",
                "give at least one column of numbers",
            )
        )
    return findings


def _names(X: Any, n_columns: int) -> list[str]:
    given = getattr(X, "columns", None)
    if given is None or len(given) != n_columns:
        return [f"x{j}" for j in range(n_columns)]
    return [str(name) for name in given]


def _about_names(X: Any) -> list[Finding]:
    given = getattr(X, "columns", None)
    if given is None:
        return []
    given = list(given)
    findings = [
        Finding(
            "ASG_E_DUPLICATE_COLUMN",
            WHERE,
            f"{count} columns have this name",
            "give each column a name of its own",
            column=str(name),
        )
        for name, count in Counter(given).items()
        if count > 1
    ]
    texts = sum(isinstance(name, str) for name in given)
    several = isinstance(X.columns, pd.MultiIndex)
    if several or 0 < texts < len(given):
        found = "column names have several levels"
        if not several:
            found = f"{len(given) - texts} of {len(given)} column names are no texts"
        fix = "X.columns = X.columns.map(str) makes texts of all"
        findings.append(Finding("ASG_E_COLUMN_NAMES", WHERE, found, fix))
    return findings


def _compare(
    estimator: Any, X: Any, names: list[str], findings: list[Finding], reset: bool
) -> str:
    """Set or compare names and number of columns; return scikit-learn's own lines."""
    try:
        validate_data(estimator, X, reset=reset, skip_check_array=True)
    except ValueError as error:
        told = str(error).rstrip()
    else:
        return ""
    code, fix = "ASG_E_OTHER_COLUMNS", "give the columns of fit, in the order of fit"
    known = getattr(estimator, "feature_names_in_", None)
    if known is None or getattr(X, "columns", None) is None:
        findings.append(Finding(code, WHERE, told.rstrip("."), fix))
        return ""
    missing = [str(name) for name in known if name not in set(names)]
    extra = [name for name in names if name not in set(known)]
    parts = [f"{len(missing)} missing ({_listed(missing)})"] * bool(missing)
    parts += [f"{len(extra)} unknown ({_listed(extra)})"] * bool(extra)
    found = " and ".join(parts) or "the columns of fit in another order"
    findings.append(Finding(code, WHERE, found, fix))
    return told


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_EXAMPLES])
    return shown + (", …" if len(names) > _EXAMPLES else "")

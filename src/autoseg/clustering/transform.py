"""What is done to one column before segments are sought, as plain numbers.

Each column goes through the same few steps, and each step is one that SQL has too:
a logarithm or none, a cut at both ends, a shift, a division and a weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal, get_args

import numpy as np

__all__ = [
    "OPERATIONS",
    "ColumnAccount",
    "Operation",
    "OutputColumn",
    "account_for",
    "scale_columns",
    "skewness",
]

Operation = Literal["identity", "log", "log1p", "constant"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
"""All that can be done to a column."""

_SKEWED = 0.8
_MANY_ZEROS = 0.3
# a purchase returned in full leaves a few customers below zero; that must not keep
# the whole column from its logarithm
_FEW_NEGATIVE = 0.05
_CUT = 3.5
_MAD_OF_NORMAL = 1.4826
_DECILES_OF_NORMAL = 2.563
_MOSTLY_ZERO = 0.5
_DIGITS_SHOWN = 3
# a column of two values is as skewed after a logarithm as before, but for the last
# digits, and those must not decide
_NOTICEABLE = 1e-6
_LARGEST = float(np.finfo(np.float64).max)
# the largest number whose exponential is one that a float can hold
_LOG_OF_LARGEST = math.log(_LARGEST)
# squares and cubes of values inside stay far from the ends of the floats
_COMFORT = (1e-90, 1e90)


@dataclass(frozen=True, slots=True)
class ColumnAccount:
    """What was done to one input column, and why.

    The value of a row is ``clip(f(x), low, high)``, minus ``mean``, over ``scale``,
    where ``f`` is the operation: ``x``, ``log(max(x, 0) + offset)`` or
    ``log1p(max(x, 0) / offset)``. A constant column has no value.

    Parameters
    ----------
    name : str
        Name of the input column.
    operation : {"identity", "log", "log1p", "constant"}
        The operation ``f``.
    offset : float
        The number that the operation adds or divides by; 0 where it has none.
    low, high : float
        Cuts, on the scale of ``f(x)``; where nothing is cut, a little beyond the
        smallest and the largest value, at three digits, so that no customer's own
        value stands here.
    mean, scale : float
        Mean and standard deviation of the cut values.
    skew_before, skew_after : float
        Skewness of the column as it came and after the operation.
    zeros : float
        Share of zeros in the column.
    negatives : float
        Share of values below zero.
    cut_low, cut_high : float
        Shares of the values that lay below `low` and above `high`.

    Examples
    --------
    >>> print(ColumnAccount("monetary", "log", 0.0, -1.0, 9.0, 4.0, 1.2, 6.1, 0.2, 0.0))
    monetary: logarithm, for the skewness fell from 6.1 to 0.2
    """

    name: str
    operation: Operation
    offset: float
    low: float
    high: float
    mean: float
    scale: float
    skew_before: float
    skew_after: float
    zeros: float
    negatives: float = 0.0
    cut_low: float = 0.0
    cut_high: float = 0.0

    @property
    def zero_inflated(self) -> bool:
        """Whether over half of the values are zero."""
        return self.zeros > _MOSTLY_ZERO

    @property
    def why(self) -> str:
        """What was done, and why, without the name of the column."""
        if self.operation == "constant":
            return "left out, for it has one value only"
        before, after = _told(self.skew_before), _told(self.skew_after)
        if self.operation != "identity":
            how = "logarithm"
            if self.operation == "log1p":
                how = f"log1p, with {100 * self.zeros:.0f} % zeros"
            return f"{how}, for the skewness fell from {before} to {after}"
        kept = f"as it is, with skewness {before}"
        if _is_even(self.skew_before):
            return kept
        if self.negatives > _FEW_NEGATIVE:
            share = 100 * self.negatives
            return f"{kept}, for {share:.0f} % of the values are below zero"
        return f"{kept}, for a logarithm would not lower it"

    def __str__(self) -> str:
        """Return what was done, and why, in one line."""
        return f"{self.name}: {self.why}"

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return the standardised values of a column, shape (n_rows,)."""
        cut = np.clip(
            _operate(values, self.operation, self.offset), self.low, self.high
        )
        return np.asarray((cut - self.mean) / self.scale)

    def invert(self, scores: np.ndarray) -> np.ndarray:
        """Return column values, shape (n_rows,), from standardised ones."""
        inner = scores * self.scale + self.mean
        if self.operation in {"identity", "constant"}:
            return inner
        inner = np.minimum(inner, _LOG_OF_LARGEST)
        if self.operation == "log":
            return np.exp(inner) - self.offset
        with np.errstate(over="ignore"):
            return np.minimum(np.expm1(inner) * self.offset, _LARGEST)


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column that the segments are sought on: one input column or several merged.

    Its value is the mean of the members' standardised values, each times its sign,
    minus ``mean``, over ``scale``, times ``weight``.

    Parameters
    ----------
    name : str
        Names of the members joined by `` + `` or `` - ``, by their signs.
    members : tuple of int
        Positions of the input columns.
    signs : tuple of int
        1 or -1 for each member; the first is 1.
    mean, scale : float
        Mean and standard deviation of the signed mean.
    weight : float
        How much the column counts beside others: its standard deviation.

    Examples
    --------
    >>> OutputColumn("frequency + monetary", (1, 2), (1, 1), 0.0, 0.98).members
    (1, 2)
    """

    name: str
    members: tuple[int, ...]
    signs: tuple[int, ...]
    mean: float = 0.0
    scale: float = 1.0
    weight: float = 1.0


def scale_columns(
    values: np.ndarray,
    columns: tuple[ColumnAccount, ...],
    outputs: tuple[OutputColumn, ...],
) -> np.ndarray:
    """Return the columns that segments are sought on, from those that came in.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Columns in the users' units.
    columns : tuple of ColumnAccount
        One for each column of `values`.
    outputs : tuple of OutputColumn
        The columns that come out.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)

    Examples
    --------
    >>> halved = ColumnAccount("a", "identity", 0.0, 0.0, 9.0, 1.0, 2.0, 0.0, 0.0, 0.0)
    >>> scale_columns(np.array([[5.0]]), (halved,), (OutputColumn("a", (0,), (1,)),))
    array([[2.]])
    """
    out = np.zeros((len(values), len(outputs)))
    for j, output in enumerate(outputs):
        for member, sign in zip(output.members, output.signs, strict=True):
            column = np.ascontiguousarray(values[:, member], dtype=np.float64)
            out[:, j] += sign * columns[member].apply(column)
        middle = out[:, j] / len(output.members)
        out[:, j] = (middle - output.mean) / output.scale * output.weight
    return out


def account_for(name: str, values: np.ndarray) -> ColumnAccount:
    """Decide what to do with a column.

    A logarithm is taken of values that are not negative (but for a few) with skewness
    over 0.8, and only if it makes the skewness smaller; then values farther than 3.5
    robust standard deviations from the median are cut. The robust standard deviation
    is the larger of those by the median absolute deviation and by the deciles, for
    the former is 0 as soon as half of the values are equal.

    Parameters
    ----------
    name : str
        Name of the column.
    values : ndarray of shape (n_rows,)
        Finite values in any order.

    Returns
    -------
    ColumnAccount

    Examples
    --------
    >>> account_for("spend", np.exp(np.linspace(0, 5, 50))).operation
    'log'
    >>> account_for("age", np.linspace(20, 80, 50)).operation
    'identity'
    """
    # in sorted order sums are the same to the last bit whatever the order of rows
    x = np.sort(np.asarray(values, dtype=np.float64))
    below, upto = np.searchsorted(x, 0.0), np.searchsorted(x, 0.0, side="right")
    zeros, negatives = float(upto - below) / len(x), float(below) / len(x)
    if x[0] == x[-1]:
        value = float(x[0])
        return ColumnAccount(
            name, "constant", 0.0, value, value, value, 1.0, 0.0, 0.0, zeros, negatives
        )
    before = skewness(x)
    operation, offset, y, after = _choose_operation(x, before, zeros, negatives)
    low, high = _cuts(y)
    mean, scale = _mean_and_deviation(np.clip(y, low, high))
    if scale == 0.0:
        # the cuts would leave one value, so nothing is cut
        low, high = _beyond(y)
        mean, scale = _mean_and_deviation(y)
    return ColumnAccount(
        name=name,
        operation=operation,
        offset=offset,
        low=low,
        high=high,
        mean=mean,
        scale=scale or 1.0,
        skew_before=before,
        skew_after=after,
        zeros=zeros,
        negatives=negatives,
        cut_low=float(np.searchsorted(y, low)) / len(y),
        cut_high=float(len(y) - np.searchsorted(y, high, side="right")) / len(y),
    )


def skewness(values: np.ndarray) -> float:
    """Return the skewness of the values, 0 where they are all equal.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)

    Returns
    -------
    float
        Third central moment over the standard deviation cubed.

    Examples
    --------
    >>> round(skewness(np.array([0.0, 0.0, 0.0, 1.0])), 4)
    1.1547
    """
    unit = _unit(values)
    values = values if unit == 1.0 else values / unit
    spread = float(np.max(values) - np.min(values))
    if spread == 0.0:
        return 0.0
    # divided by the range first, so that neither tiny nor huge values leave the floats
    z = (values - values.mean()) / spread
    squares = z * z
    deviation = math.sqrt(float(squares.mean()))
    # z**3 would take six times as long
    return float((squares * z).mean()) / deviation**3 if deviation > 0.0 else 0.0


def _choose_operation(
    x: np.ndarray, skew: float, zeros: float, negatives: float
) -> tuple[Operation, float, np.ndarray, float]:
    """Return the operation, its number, what comes out of it, and how skewed that is.

    Quantiles are values of the column and not something in between, so that each
    customer told twice changes no decision.
    """
    if _is_even(skew) or negatives > _FEW_NEGATIVE:
        return "identity", 0.0, x, skew
    positive = x[np.searchsorted(x, 0.0, side="right") :]
    operation: Operation = "log"
    offset = 0.0
    if zeros > _MANY_ZEROS:
        operation, offset = "log1p", float(np.median(positive))
    elif len(positive) < len(x):
        low = _low_quantile(x)
        offset = (low if low > 0 else _low_quantile(positive)) / 2
    y = _operate(x, operation, offset)
    if np.isfinite(y[[0, -1]]).all() and y[0] < y[-1]:
        after = skewness(y)
        if abs(after) < abs(skew) - _NOTICEABLE:
            return operation, offset, y, after
    return "identity", 0.0, x, skew


def _low_quantile(x: np.ndarray) -> float:
    return float(np.quantile(x, 0.05, method="inverted_cdf"))


def _operate(x: np.ndarray, operation: Operation, offset: float) -> np.ndarray:
    # a later value may lie beyond every one that was seen; the cuts catch it
    with np.errstate(divide="ignore", over="ignore"):
        if operation == "log":
            return np.asarray(np.log(np.maximum(x, 0.0) + offset))
        if operation == "log1p":
            return np.asarray(np.log1p(np.maximum(x, 0.0) / offset))
    return x


def _cuts(y: np.ndarray) -> tuple[float, float]:
    middle = float(np.median(y))
    mad = _MAD_OF_NORMAL * float(np.median(np.abs(y - middle)))
    low, high = np.quantile(y, [0.1, 0.9])
    scale = max(mad, float(high - low) / _DECILES_OF_NORMAL)
    if scale == 0.0:
        return _beyond(y)
    return middle - _CUT * scale, middle + _CUT * scale


def _beyond(y: np.ndarray) -> tuple[float, float]:
    """Return the ends of the values, away from them to three digits."""
    return -_rounded_up(-float(y[0])), _rounded_up(float(y[-1]))


def _rounded_up(value: float) -> float:
    """Return the least number of three digits that is not below the value."""
    if value == 0.0:
        return 0.0
    # decimals, for powers of ten are not exact as floats
    number = Decimal(value)
    step = Decimal(1).scaleb(number.adjusted() - _DIGITS_SHOWN + 1)
    steps = (number / step).to_integral_value(ROUND_CEILING)
    return float(steps * step)


def _mean_and_deviation(y: np.ndarray) -> tuple[float, float]:
    unit = _unit(y)
    z = y if unit == 1.0 else y / unit
    return float(z.mean()) * unit, float(z.std()) * unit


def _unit(values: np.ndarray) -> float:
    """Return a power of two near the values, 1 where they are of a usual size.

    To divide by it changes no digit, and then no square is infinite or lost.
    """
    size = max(abs(float(np.min(values))), abs(float(np.max(values))))
    if size == 0.0 or _COMFORT[0] < size < _COMFORT[1]:
        return 1.0
    return math.ldexp(1.0, max(math.frexp(size)[1] - 1, -1021))


def _is_even(skew: float) -> bool:
    return round(skew, 9) <= _SKEWED


def _told(skew: float) -> float:
    """Return a skewness with one decimal; + 0.0 turns minus zero into zero."""
    return round(skew, 1) + 0.0

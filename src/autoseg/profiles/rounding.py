"""Numbers that read well: thresholds to say aloud, and values as they are printed."""

from __future__ import annotations

import math

__all__ = [
    "display_digits",
    "displayed",
    "readable",
    "readable_step",
    "share_digits",
]

_WHOLE_UNITS = frozenset({"days", "orders", "count"})
_SMALL, _LARGE, _HUGE = 10, 100, 1000
_SINGLE_STEPS = 20
_PRECISE = 2
_SMALL_SHARE = 0.1
_ONE_PER_CENT = 0.01


def readable(value: float, unit: str, *, whole: bool = True) -> float:
    """Round a threshold to a number that people would say.

    Days, orders and counts become whole (in steps of 5 from 20 and of 10 from 100);
    larger numbers and money keep two significant digits; shares go in steps of five
    per cent (of one below ten per cent); ratios and scores keep one decimal.

    Parameters
    ----------
    value : float
        A quantile or the threshold of a split.
    unit : str
        Unit of the feature, as in the catalogue of features.
    whole : bool
        Whether the feature takes whole numbers only; a mean of counts does not, and
        below ten goes in halves.

    Returns
    -------
    float

    Examples
    --------
    >>> readable(43.0, "days"), readable(1287.4, "currency"), readable(0.37, "share")
    (45.0, 1300.0, 0.35)
    """
    if unit == "share":
        return _step(value, 0.01 if abs(value) < _SMALL_SHARE else 0.05)
    if unit in _WHOLE_UNITS:
        size = abs(value)
        if size < _SMALL and not whole and unit != "days":
            return _step(value, 0.5 if size >= _PRECISE else 0.1)
        if size < _HUGE:
            return _step(value, readable_step(value, unit))
    if unit in _WHOLE_UNITS or unit == "currency":
        return _significant(value)
    return _step(value, 0.1)


def readable_step(value: float, unit: str) -> float:
    """Return how far the next number lies that people would say.

    Parameters
    ----------
    value : float
        A whole number.
    unit : str
        Unit of the feature.

    Returns
    -------
    float

    Examples
    --------
    >>> readable_step(9, "orders"), readable_step(360, "days")
    (1.0, 10.0)
    >>> readable_step(1300, "currency")
    100.0
    """
    size = abs(value)
    if unit in _WHOLE_UNITS and size < _HUGE:
        return 1.0 if size < _SINGLE_STEPS else 5.0 if size < _LARGE else 10.0
    return max(1.0, 10.0 ** (math.floor(math.log10(max(size, 1))) - 1))


def share_digits(share: float) -> int:
    """Return with how many decimals a percentage is printed: one below 1 %.

    Parameters
    ----------
    share : float
        Share of 1.

    Returns
    -------
    int

    Examples
    --------
    >>> share_digits(0.004), share_digits(0.04), share_digits(0.0)
    (1, 0, 0)
    """
    return 1 if 0 < abs(share) < _ONE_PER_CENT else 0


def display_digits(value: float, unit: str) -> int:
    """Return with how many decimals a value of a unit is printed.

    Parameters
    ----------
    value : float
        The value.
    unit : str
        Unit of the feature.

    Returns
    -------
    int
        Decimals; for a share, of the percentage.

    Examples
    --------
    >>> display_digits(2.5, "orders"), display_digits(3.0, "orders")
    (1, 0)
    """
    if unit in {"share", "days"}:
        return 0
    if unit == "currency":
        return 0 if abs(value) >= _LARGE or value == int(value) else 2
    if unit in _WHOLE_UNITS:
        return 0 if abs(value) >= _LARGE or value == int(value) else 1
    return 0 if unit == "ratio" and value == int(value) else 1


def displayed(value: float, unit: str) -> float:
    """Return a value as it is printed, to see whether two print alike.

    Parameters
    ----------
    value : float
        The value.
    unit : str
        Unit of the feature.

    Returns
    -------
    float

    Examples
    --------
    >>> displayed(0.123, "share") == displayed(0.118, "share")
    True
    """
    digits = display_digits(value, unit)
    return round(value, digits + 2 if unit == "share" else digits)


def _step(value: float, step: float) -> float:
    return round(math.floor(value / step + 0.5) * step, 10) + 0.0


def _significant(value: float) -> float:
    if abs(value) < 1:
        return round(value, 2) + 0.0
    digits = 1 - math.floor(math.log10(abs(value)))
    return float(round(value, digits)) + 0.0

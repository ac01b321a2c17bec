"""When each segment buys: shares of its orders by weekday and part of the day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from autoseg.features.times import PurchaseTimes

__all__ = ["RhythmTable", "WeekCounts", "count_week", "rhythm_table"]

_Week = tuple[tuple[float | None, ...], ...]

_FEWEST_CELLS = 2
_HALF = 0.5
_ONE_PER_CENT, _SMALLEST = 0.01, 0.001
# how far a time has to stand out before anything is said of it
_TIMES_ALL = 1.5
_TIMES_NEXT = 1.25
_POINTS = 0.02
_STANDARD_ERRORS = 3


@dataclass(frozen=True, slots=True)
class RhythmTable:
    """When each segment buys, as shares of its orders in whole percent.

    A share below one percent is in tenths of it, and 0 is of no order at all. None
    stands for a share that is not shown: fewer than 10 customers bought then, one
    customer made more than half of those orders, or the share would tell another one.
    Segments with fewer than 10 customers are left out, and those of whose orders less
    than half can be shown.

    Parameters
    ----------
    parts : tuple of str
        The parts of the day, six hours each from midnight: ``"night"``,
        ``"morning"``, ``"afternoon"`` and ``"evening"``; ``"day"`` alone where the
        data hold no time of day.
    numbers : tuple of int
        The numbers of the segments.
    shares : tuple of tuple of tuple of float or None
        By segment, weekday from Monday, and part of the day.
    shares_of_all : tuple of tuple of float or None
        The same of all customers.
    busiest : tuple of tuple of int or None
        The weekday, from 0 for Monday, and the place of the part of the day that
        clearly lead in a segment; None where none does. It leads where no other has
        as many orders and it either has half as much again as among all customers, or
        a quarter more than the next; by two points of percent and three standard
        errors at least.

    Examples
    --------
    >>> from autoseg.features.times import PurchaseTimes
    >>> counts = np.zeros((80, 7, 1), dtype=np.uint8)
    >>> counts[:40, 0], counts[40:, 5], counts[:, 4] = 3, 2, 1
    >>> table = rhythm_table(PurchaseTimes(("day",), counts), [1] * 40 + [2] * 40)
    >>> table.shares[0][0], table.shares_of_all[0], table.busiest
    ((0.75,), (0.43,), ((0, 0), (5, 0)))
    """

    parts: tuple[str, ...]
    numbers: tuple[int, ...]
    shares: tuple[_Week, ...]
    shares_of_all: _Week
    busiest: tuple[tuple[int, int] | None, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, fit for JSON."""
        return {
            "parts": list(self.parts),
            "all": [list(day) for day in self.shares_of_all],
            "segments": [
                {
                    "number": number,
                    "shares": [list(day) for day in week],
                    "busiest": None if best is None else list(best),
                }
                for number, week, best in zip(
                    self.numbers, self.shares, self.busiest, strict=True
                )
            ],
        }


class WeekCounts(NamedTuple):
    """Purchases of some customers by weekday and part of the day.

    Parameters
    ----------
    orders : ndarray of int, shape (7, n_parts)
        Purchases.
    customers : ndarray of int, shape (7, n_parts)
        Customers with a purchase then.
    shown : ndarray of bool, shape (7, n_parts)
        Which may be shown.
    size : int
        How many customers they are.
    """

    orders: np.ndarray
    customers: np.ndarray
    shown: np.ndarray
    size: int

    @property
    def shares(self) -> np.ndarray:
        """Share of the purchases, exact, whether shown or not."""
        return self.orders / max(int(self.orders.sum()), 1)

    def week(self) -> _Week:
        """Return the shares, rounded, and None for those that are not shown."""
        return tuple(
            tuple(
                _rounded(float(share)) if shown else None
                for share, shown in zip(*day, strict=True)
            )
            for day in zip(self.shares, self.shown, strict=True)
        )


def _rounded(share: float) -> float:
    """Return a share in whole percent, and some orders never as none."""
    if 0 < share < _ONE_PER_CENT:
        return max(round(share, 3), _SMALLEST)
    return round(share, 2)


def rhythm_table(times: PurchaseTimes, numbers: ArrayLike) -> RhythmTable | None:
    """Sum purchases up by segment, and leave out what would tell of a few.

    Parameters
    ----------
    times : PurchaseTimes
        Purchases of every customer.
    numbers : array-like of int, shape (n_customers,)
        The number of each customer's segment, from 1.

    Returns
    -------
    RhythmTable or None
        None where no segment is left.
    """
    numbers = np.asarray(numbers)
    everybody = count_week(times.counts)
    found = {
        int(number): count_week(times.counts[numbers == number])
        for number in np.unique(numbers)
        if (numbers == number).sum() >= MIN_CELL
    }
    told = {
        number: week
        for number, week in found.items()
        if week.shares[week.shown].sum() >= _HALF
    }
    if not told:
        return None
    return RhythmTable(
        parts=times.parts,
        numbers=tuple(told),
        shares=tuple(week.week() for week in told.values()),
        shares_of_all=everybody.week(),
        busiest=tuple(_busiest(week, everybody) for week in told.values()),
    )


def count_week(counts: np.ndarray) -> WeekCounts:
    """Sum the purchases of some customers up.

    Parameters
    ----------
    counts : ndarray of int, shape (n_customers, 7, n_parts)
        As in `PurchaseTimes`.

    Returns
    -------
    WeekCounts
    """
    orders = counts.sum(axis=0, dtype=np.int64)
    customers = np.count_nonzero(counts, axis=0)
    largest = counts.max(axis=0, initial=0)
    # times at which nobody bought are about nobody
    hidden = (customers > 0) & (customers < MIN_CELL)
    hidden |= largest > _HALF * orders
    shown = ~_closed(counts, customers, hidden)
    return WeekCounts(orders, customers, shown, len(counts))


def _closed(
    counts: np.ndarray, customers: np.ndarray, hidden: np.ndarray
) -> np.ndarray:
    """Hide more until what is hidden is not what the rest leaves of all orders."""
    hidden = hidden.copy()
    while hidden.any() and not _tells_nothing(counts, hidden):
        spare = np.argwhere(~hidden & (customers > 0)).tolist()
        if not spare:
            break
        day, part = min(spare, key=lambda place: (customers[tuple(place)], place))
        hidden[day, part] = True
    return hidden


def _tells_nothing(counts: np.ndarray, hidden: np.ndarray) -> bool:
    n_customers = int(counts[:, hidden].any(axis=1).sum())
    return int(hidden.sum()) >= _FEWEST_CELLS and n_customers >= MIN_CELL


def _busiest(week: WeekCounts, everybody: WeekCounts) -> tuple[int, int] | None:
    """Return the time that clearly leads, if it may be shown for both."""
    shares = week.shares
    day, part = np.unravel_index(int(shares.argmax()), shares.shape)
    if not (week.shown[day, part] and everybody.shown[day, part]):
        return None
    share, of_all = shares[day, part], everybody.shares[day, part]
    second = np.partition(shares, -2, axis=None)[-2]
    leads = share > second and (
        share >= max(_TIMES_ALL * of_all, of_all + _margin(of_all, week.size))
        or share >= max(_TIMES_NEXT * second, second + _margin(second, week.size))
    )
    return (int(day), int(part)) if leads else None


def _margin(share: float, n_customers: int) -> float:
    """Return how far above a share another lies that chance does not explain."""
    # orders of one customer hang together, so customers are counted
    error = math.sqrt(share * (1 - share) / n_customers)
    return max(_POINTS, _STANDARD_ERRORS * error)

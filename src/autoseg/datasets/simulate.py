"""Orders and lines of planted customers, as arrays.

Nothing loops over customers. Each part draws from a generator of its own, so an
optional column does not change the rest of the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from autoseg.datasets.archetypes import PERIOD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from autoseg.datasets.archetypes import Archetype

__all__ = ["Orders", "draw_lines", "draw_orders", "draw_returns"]

_OPENING = 8 * 3600
_CLOSING = 22 * 3600
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Orders:
    """Rows in no order: of orders, or of their lines.

    Parameters
    ----------
    customer : ndarray of int64 of shape (n_rows,)
        Number of the customer.
    order : ndarray of int64 of shape (n_rows,)
        Number of the order.
    age : ndarray of int64 of shape (n_rows,)
        Whole days before the end, at least 1.
    second : ndarray of int64 of shape (n_rows,)
        Second of the day.
    cents : ndarray of int64 of shape (n_rows,)
        Amount in hundredths; negative for a return.
    """

    customer: NDArray[np.int64]
    order: NDArray[np.int64]
    age: NDArray[np.int64]
    second: NDArray[np.int64]
    cents: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> Orders:
        """Return some of the rows."""
        return Orders(
            self.customer[rows],
            self.order[rows],
            self.age[rows],
            self.second[rows],
            self.cents[rows],
        )

    def joined(self, other: Orders) -> Orders:
        """Return these rows, then those of the other."""
        return Orders(
            np.concatenate([self.customer, other.customer]),
            np.concatenate([self.order, other.order]),
            np.concatenate([self.age, other.age]),
            np.concatenate([self.second, other.second]),
            np.concatenate([self.cents, other.cents]),
        )


def draw_orders(
    rng: Generator,
    kinds: Sequence[Archetype],
    kind: NDArray[np.int64],
    *,
    end: date,
    days: int,
    typical_order: float,
    spread: float,
) -> Orders:
    """Return the orders of every customer.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    kinds : sequence of Archetype
        The kinds of customers.
    kind : ndarray of int64 of shape (n_customers,)
        Which of `kinds` each customer is.
    end : datetime.date
        The day after the last one.
    days : int
        Length of the period.
    typical_order : float
        Amount of a typical order.
    spread : float
        How far customers of one kind lie apart; 1 is the ranges as written.

    Returns
    -------
    Orders
        One row an order, grouped by customer.
    """
    habits, dates, money, clock = rng.spawn(4)
    scale = days / PERIOD
    n_orders = _between(habits, [k.orders for k in kinds], kind, spread)
    # a wide spread reaches below half an order, and a customer has at least one
    n_orders = np.maximum(np.rint(n_orders), 1).astype(np.int64)
    last = _between(habits, [k.recency for k in kinds], kind, spread) * scale
    first = _between(habits, [k.tenure for k in kinds], kind, spread) * scale
    value = _between(habits, [k.value for k in kinds], kind, spread)

    customer = np.repeat(np.arange(kind.size), n_orders)
    shape = np.array([k.regularity for k in kinds])[kind]
    age = _spaced_ages(dates, n_orders, shape, last, first)
    age = _around_peaks(dates, age, kinds, kind[customer], end, days)
    weekend = np.array([k.weekend for k in kinds])[kind[customer]]
    age = _on_weekdays(dates, age, weekend, end, days)

    amount = typical_order * value[customer]
    amount = amount * np.exp(0.35 * money.standard_normal(customer.size))
    second = clock.triangular(
        _OPENING, (_OPENING + _CLOSING) / 2, _CLOSING, customer.size
    )
    return Orders(
        customer=customer,
        order=np.arange(customer.size),
        age=age,
        second=second.astype(np.int64),
        cents=np.maximum(np.rint(100 * amount), 1).astype(np.int64),
    )


def draw_lines(rng: Generator, orders: Orders, lines_per_order: float) -> Orders:
    """Return the lines of orders; the amounts of an order's lines sum to its own.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    orders : Orders
        One row an order.
    lines_per_order : float
        Mean number of lines, at least 1.

    Returns
    -------
    Orders
        One row a line. An order has no more lines than hundredths.
    """
    n_lines = 1 + rng.poisson(lines_per_order - 1, orders.order.size)
    n_lines = np.minimum(n_lines, orders.cents)
    lines = orders.take(np.repeat(np.arange(orders.order.size), n_lines))
    starts = np.cumsum(n_lines) - n_lines
    weights = rng.gamma(2.0, size=lines.order.size) + 1e-9
    totals = np.add.reduceat(weights, starts)
    # one hundredth each, and the rest by weight: the last line takes what rounding left
    spare = np.repeat(orders.cents - n_lines, n_lines)
    part = np.floor(spare * weights / np.repeat(totals, n_lines)).astype(np.int64)
    left = orders.cents - n_lines - np.add.reduceat(part, starts)
    part[starts + n_lines - 1] += left
    return Orders(lines.customer, lines.order, lines.age, lines.second, part + 1)


def draw_returns(
    rng: Generator, lines: Orders, share: NDArray[np.float64]
) -> tuple[Orders, NDArray[np.int64]]:
    """Return lines that come back some days later, as orders of their own.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    lines : Orders
        One row a line, the lines of an order side by side.
    share : ndarray of float64 of shape (n_rows,)
        Share of the orders that one line comes back of.

    Returns
    -------
    Orders
        One row a returned line; numbers of orders go on from those of `lines`.
    ndarray of int64 of shape (n_returns,)
        Which row of `lines` each of them is.
    """
    first_of_order = np.flatnonzero(np.diff(lines.order, prepend=-1))
    chance = rng.random(first_of_order.size) < share[first_of_order]
    age = lines.age[first_of_order] - rng.integers(2, 21, first_of_order.size)
    came = chance & (age >= 1)
    rows = first_of_order[came]
    back = Orders(
        customer=lines.customer[rows],
        order=first_of_order.size + np.arange(rows.size),
        age=age[came],
        second=lines.second[rows],
        cents=-lines.cents[rows],
    )
    return back, rows


def _between(
    rng: Generator,
    ranges: Sequence[tuple[float, float]],
    kind: NDArray[np.int64],
    spread: float,
) -> NDArray[np.float64]:
    """Return one number a customer, log-normal inside the range of its kind."""
    low, high = np.log(np.array(ranges, dtype=float)).T[:, kind]
    deviation = np.clip(rng.standard_normal(kind.size), -2, 2) / 2
    drawn: NDArray[np.float64] = np.exp(
        (low + high) / 2 + spread * deviation * (high - low) / 2
    )
    return drawn


def _spaced_ages(
    rng: Generator,
    n_orders: NDArray[np.int64],
    shape: NDArray[np.float64],
    last: NDArray[np.float64],
    first: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the ages of orders: from the last one back to the first, by gaps."""
    starts = np.cumsum(n_orders) - n_orders
    gaps = rng.gamma(np.repeat(shape, n_orders)) + 1e-9
    gaps[starts] = 0
    passed = np.cumsum(gaps)
    passed -= np.repeat(passed[starts], n_orders)
    whole = np.maximum(passed[starts + n_orders - 1], 1e-9)
    # a history is at least as long as it has orders, whatever the ranges say
    length = np.maximum(first - last, n_orders)
    passed *= np.repeat(length / whole, n_orders)
    return passed + np.repeat(last, n_orders)


def _around_peaks(
    rng: Generator,
    age: NDArray[np.float64],
    kinds: Sequence[Archetype],
    kind: NDArray[np.int64],
    end: date,
    days: int,
) -> NDArray[np.float64]:
    """Move the orders of seasonal kinds to the days around their yearly peak."""
    age = age.copy()
    for number, archetype in enumerate(kinds):
        if archetype.peak is None:
            continue
        rows = np.flatnonzero(kind == number)
        peaks = _peak_ages(archetype.peak, end, days)
        age[rows] = rng.choice(peaks, rows.size) + rng.normal(0, 9, rows.size)
    return age


def _peak_ages(peak: tuple[int, int], end: date, days: int) -> NDArray[np.int64]:
    """Return how many days before the end each peak inside the period was."""
    start = end - timedelta(days=days)
    inside = [
        (end - day).days
        for year in range(start.year, end.year + 1)
        if start <= (day := date(year, *peak)) < end
    ]
    return np.array(inside)


def _on_weekdays(
    rng: Generator,
    age: NDArray[np.float64],
    weekend: NDArray[np.float64],
    end: date,
    days: int,
) -> NDArray[np.int64]:
    """Round ages to whole days of the wanted kind, inside the week they fall in."""
    whole = np.clip(np.floor(age), 1, days - days % 7).astype(np.int64)
    week = (whole - 1) // 7
    # the weekday of each age of a week that ends the day before `end`
    weekday = (end.weekday() - np.arange(1, 8)) % 7
    free = 1 + np.flatnonzero(weekday >= _SATURDAY)
    working = 1 + np.flatnonzero(weekday < _SATURDAY)
    chosen = np.where(
        rng.random(age.size) < weekend,
        rng.choice(free, age.size),
        rng.choice(working, age.size),
    )
    return 7 * week + chosen

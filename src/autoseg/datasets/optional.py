"""Optional columns of planted customers: products, categories, discounts, channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from autoseg.datasets.archetypes import Archetype
    from autoseg.datasets.simulate import Orders

__all__ = ["draw_optional"]

_CATEGORIES = np.array(
    ["beauty", "books", "food", "garden", "home", "kids", "sport", "tools"]
)
_PRODUCTS = 250
"""Products in a category."""


def draw_optional(
    rng: Generator,
    lines: Orders,
    returned: NDArray[np.int64],
    kinds: Sequence[Archetype],
    kind: NDArray[np.int64],
) -> dict[str, NDArray[Any]]:
    """Return every optional column, for the lines and then for the returned lines.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    lines : Orders
        One row a line.
    returned : ndarray of int64 of shape (n_returns,)
        The rows of `lines` that came back: same product and channel, quantity
        negative, no discount.
    kinds : sequence of Archetype
        The kinds of customers.
    kind : ndarray of int64 of shape (n_customers,)
        Which of `kinds` each customer is.

    Returns
    -------
    dict of str to ndarray of shape (n_lines + n_returns,)
        ``category``, ``channel``, ``discount``, ``product_id``, ``quantity``.
    """
    goods, units, prices, places = rng.spawn(4)
    category = _categories(goods, lines, kinds, kind)
    # popular products are bought far more often than the rest
    rank = np.floor(_PRODUCTS * goods.random(category.size) ** 3).astype(np.int64)
    product = category * _PRODUCTS + rank
    channel = _channels(places, lines, kinds, kind)
    quantity = 1 + units.poisson(0.6, category.size)
    discount = _discounts(prices, lines, kinds, kind)
    names = np.array(
        [f"p{number:04d}" for number in range(_CATEGORIES.size * _PRODUCTS)]
    )
    rows = np.concatenate([np.arange(category.size), returned])
    return {
        "category": _CATEGORIES[category[rows]],
        "channel": channel[rows],
        "discount": np.concatenate([discount, np.zeros(returned.size)]),
        "product_id": names[product[rows]],
        "quantity": np.concatenate([quantity, -quantity[returned]]),
    }


def _categories(
    rng: Generator, lines: Orders, kinds: Sequence[Archetype], kind: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return categories: the customer's favourite one for a share of the lines."""
    favourite = rng.integers(0, _CATEGORIES.size, kind.size)[lines.customer]
    focus = np.array([k.focus for k in kinds])[kind[lines.customer]]
    other = rng.integers(0, _CATEGORIES.size, favourite.size)
    return np.where(rng.random(favourite.size) < focus, favourite, other)


def _discounts(
    rng: Generator, lines: Orders, kinds: Sequence[Archetype], kind: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return discounts of 10 to 40 % of the list price, the same for a whole order."""
    deals = np.array([k.deals for k in kinds])[kind[lines.customer]]
    n_orders = int(lines.order.max()) + 1
    deal = rng.random(n_orders)[lines.order] < deals
    rate = rng.uniform(0.1, 0.4, n_orders)[lines.order] * deal
    return np.rint(lines.cents * rate / (1 - rate)) / 100


def _channels(
    rng: Generator, lines: Orders, kinds: Sequence[Archetype], kind: NDArray[np.int64]
) -> NDArray[np.str_]:
    """Return channels: the app for one customer in three of those who buy online."""
    online = np.array([k.online for k in kinds])[kind[lines.customer]]
    screen = np.where(rng.random(kind.size) < 1 / 3, "app", "web")[lines.customer]
    n_orders = int(lines.order.max()) + 1
    return np.where(rng.random(n_orders)[lines.order] < online, screen, "store")

"""Planted kinds of customers: what tells each apart."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ARCHETYPES", "PERIOD", "Archetype"]

PERIOD = 730
"""Days that the archetypes are written for; other periods stretch or squeeze them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """How one kind of customer buys.

    A pair is the range that the customers lie in: two standard deviations of a
    normal distribution either way, on a logarithmic scale.

    Parameters
    ----------
    weight : float
        Customers of this kind, relative to the other kinds.
    recency : tuple of float
        Days since the last order.
    tenure : tuple of float
        Days since the first order.
    orders : tuple of float
        Number of orders.
    value : tuple of float
        Value of a typical order, 1 being the typical order of all.
    regularity : float
        Shape of the gamma distribution of the gaps: 1 is chance, more is clockwork.
    weekend : float
        Share of the orders made on a Saturday or a Sunday.
    deals : float
        Share of the orders bought at a discount.
    returns : float
        Share of the orders that one line comes back of.
    online : float
        Share of the orders made on the web or in the app.
    focus : float
        Share of the lines bought in the customer's favourite category.
    peak : tuple of int, optional
        Month and day around which all orders fall, whatever `recency` and `tenure`.
    """

    weight: float
    recency: tuple[float, float]
    tenure: tuple[float, float]
    orders: tuple[float, float]
    value: tuple[float, float] = (0.7, 1.5)
    regularity: float = 2.0
    weekend: float = 2 / 7
    deals: float = 0.2
    returns: float = 0.03
    online: float = 0.5
    focus: float = 0.4
    peak: tuple[int, int] | None = None


ARCHETYPES: Mapping[str, Archetype] = MappingProxyType(
    {
        "champions": Archetype(
            weight=0.12,
            recency=(2, 18),
            tenure=(480, 725),
            orders=(26, 60),
            value=(1.2, 2.4),
            regularity=4.0,
            online=0.7,
        ),
        "loyal": Archetype(
            weight=0.24,
            recency=(12, 60),
            tenure=(360, 725),
            orders=(8, 18),
            regularity=3.0,
        ),
        "new": Archetype(
            weight=0.16,
            recency=(3, 30),
            tenure=(15, 80),
            orders=(1, 4),
            online=0.8,
        ),
        "at_risk": Archetype(
            weight=0.2,
            recency=(200, 400),
            tenure=(520, 725),
            orders=(6, 15),
        ),
        "one_time": Archetype(
            weight=0.28,
            recency=(130, 700),
            tenure=(130, 700),
            orders=(1, 1),
            value=(0.4, 1.0),
            returns=0.08,
        ),
        "big_spenders": Archetype(
            weight=0.08,
            recency=(15, 100),
            tenure=(300, 725),
            orders=(3, 8),
            value=(6.0, 14.0),
            deals=0.05,
            online=0.3,
        ),
        "deal_seekers": Archetype(
            weight=0.16,
            recency=(15, 90),
            tenure=(300, 725),
            orders=(5, 12),
            value=(0.35, 0.7),
            deals=0.9,
            online=0.85,
        ),
        "weekend_shoppers": Archetype(
            weight=0.14,
            recency=(2, 25),
            tenure=(400, 725),
            orders=(14, 30),
            value=(0.5, 1.0),
            weekend=0.93,
            online=0.1,
        ),
        "seasonal": Archetype(
            weight=0.12,
            recency=(2, 400),
            tenure=(30, 725),
            orders=(2, 6),
            value=(1.5, 3.0),
            focus=0.8,
            peak=(12, 10),
        ),
    }
)
"""Every archetype by name; `make_customers` takes the first ones."""

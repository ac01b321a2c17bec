"""Revenue by segment, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["apportion_cents"]

_PER_CENT = 100


def apportion_cents(parts: Sequence[int]) -> tuple[tuple[Decimal, ...], Decimal]:
    """Round parts to cents so that they add up to the rounded total.

    The method of largest remainders: each part is rounded down, and the cents still
    missing go to the parts that lost most, the earlier first among equals.

    Parameters
    ----------
    parts : sequence of int
        Amounts in 1/10,000 of the currency unit.

    Returns
    -------
    tuple of Decimal
        The parts, in whole cents.
    Decimal
        The total, rounded half to even, and the exact sum of the parts.

    Examples
    --------
    >>> apportion_cents([3333, 3333, 3334])
    ((Decimal('0.33'), Decimal('0.33'), Decimal('0.34')), Decimal('1.00'))
    """
    floors = [part // _PER_CENT for part in parts]
    remainders = [part % _PER_CENT for part in parts]
    total = _half_even(sum(parts))
    by_remainder = sorted(range(len(parts)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: total - sum(floors)]:
        floors[i] += 1
    return tuple(_money(cents) for cents in floors), _money(total)


def _half_even(amount: int) -> int:
    cents, rest = divmod(amount, _PER_CENT)
    half = _PER_CENT // 2
    return cents + (rest > half or (rest == half and cents % 2 == 1))


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)

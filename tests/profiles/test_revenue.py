"""Revenue by segment adds up to the total, to the cent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from autoseg.profiles.revenue import apportion_cents


def test_missing_cent_goes_to_the_part_that_lost_most() -> None:
    # 1.0049 + 1.0051 + 1.0000 = 3.0100: two floors are 1.00, one cent is missing
    parts, total = apportion_cents([10049, 10051, 10000])
    assert [str(part) for part in parts] == ["1.00", "1.01", "1.00"]
    assert total == Decimal("3.01")


def test_total_is_rounded_half_to_even() -> None:
    assert apportion_cents([50])[1] == Decimal("0.00")
    assert apportion_cents([150])[1] == Decimal("0.02")


def test_net_returns_stay_negative() -> None:
    parts, total = apportion_cents([-12345, 20000])
    assert parts == (Decimal("-1.23"), Decimal("2.00"))
    assert total == Decimal("0.77")


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=12))
def test_parts_add_up_and_none_is_a_cent_off(parts: list[int]) -> None:
    cents, total = apportion_cents(parts)
    assert sum(cents) == total
    exact = Decimal(sum(parts)).scaleb(-4)
    assert abs(total - exact) <= Decimal("0.005")
    for cent, part in zip(cents, parts, strict=True):
        assert abs(cent - Decimal(part).scaleb(-4)) < Decimal("0.01")

"""Thresholds are numbers people would say, and print exactly as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.profiles.rounding import display_digits, displayed, readable

UNITS = ("days", "orders", "currency", "share", "ratio", "count", "score")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (6.4, "days", 6),
        (43, "days", 45),
        (92.4, "days", 90),
        (1287, "currency", 1300),
        (47.3, "currency", 47),
        (4.56, "currency", 4.6),
        (0.346, "share", 0.35),
        (0.034, "share", 0.03),
        (0.83, "ratio", 0.8),
        (7, "orders", 7),
    ],
)
def test_thresholds_are_round(value: float, unit: str, expected: float) -> None:
    assert readable(value, unit) == expected


def test_a_mean_of_counts_goes_in_halves() -> None:
    assert readable(3.3, "count", whole=False) == 3.5
    assert readable(3.3, "count", whole=True) == 3


@given(st.floats(0, 1e7), st.sampled_from(UNITS), st.booleans())
def test_a_threshold_prints_as_the_number_that_was_tested(
    value: float, unit: str, whole: bool
) -> None:
    threshold = readable(value, unit, whole=whole)
    assert displayed(threshold, unit) == pytest.approx(threshold, rel=1e-12, abs=1e-9)
    assert readable(threshold, unit, whole=whole) == pytest.approx(threshold)


def test_halves_are_shown_and_whole_numbers_are_bare() -> None:
    assert display_digits(2.5, "orders") == 1
    assert display_digits(2.0, "ratio") == 0
    assert display_digits(12.5, "currency") == 2
    assert display_digits(125.5, "currency") == 0

"""Profiles against numbers worked by hand, and what must never change them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import numpy as np
import pytest

from autoseg.errors import InputError
from autoseg.features import FeatureTable
from autoseg.profiles import MIN_CELL, profile_segments

MakeTable = Callable[..., FeatureTable]


def hand_worked(make_table: MakeTable) -> FeatureTable:
    """Ten customers with 1 order of 100, ten with 4 of 50; revenue as 100 and 190."""
    return make_table(
        {
            "frequency": [1.0] * 10 + [4.0] * 10,
            "average_order_value": [100.0] * 10 + [50.0] * 10,
            "monetary": [100.0] * 10 + [190.0] * 10,
            "mean_gap_days": [float("nan")] * 10 + [20.0] * 10,
        }
    )


def test_figures_of_a_hand_worked_shop(make_table: MakeTable) -> None:
    profiles = profile_segments(
        hand_worked(make_table), [0] * 10 + [1] * 10, stability=[0.7, 0.9]
    )
    first, second = profiles.segments
    assert profiles.order == (1, 0)
    assert (first.number, first.size, first.share) == (1, 10, 0.5)
    assert (first.revenue, second.revenue) == (Decimal("1900.00"), Decimal("1000.00"))
    assert profiles.revenue == Decimal("2900.00")
    assert first.revenue_share == pytest.approx(19 / 29)
    # value by order, not the mean of the customers' means
    assert first.average_order_value == 50.0
    assert (first.stability, second.stability) == (0.9, 0.7)
    assert first.medians["frequency"] == 4.0
    # median of all is 2.5, and quartiles are 1 and 4
    assert first.lifts["frequency"] == pytest.approx(1.6)
    assert first.scores["frequency"] == pytest.approx(1.5 / (3 / 1.3489795), rel=1e-6)
    assert math.isnan(second.medians["mean_gap_days"])
    assert (first.nearest, second.nearest) == (2, 1)


def test_value_by_order_weighs_by_orders(make_table: MakeTable) -> None:
    table = make_table(
        {
            "frequency": [1.0] * 10 + [9.0] * 10,
            "average_order_value": [100.0] * 10 + [50.0] * 10,
        }
    )
    segment = profile_segments(table, [0] * 20).segments[0]
    assert segment.average_order_value == (100 + 9 * 50) / 10


def test_labels_may_be_numbered_anyhow(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    table, labels = planted
    swapped = np.array([2, 0, 3, 1])[labels]
    one, other = profile_segments(table, labels), profile_segments(table, swapped)
    assert repr(replace(one, order=())) == repr(replace(other, order=()))
    assert [np.array([2, 0, 3, 1])[label] for label in one.order] == list(other.order)


def test_lift_is_none_where_the_median_of_all_is_zero(make_table: MakeTable) -> None:
    table = make_table(
        {"frequency": [1.0] * 30, "return_share": [0.0] * 20 + [0.4] * 10}
    )
    profiles = profile_segments(table, [0] * 20 + [1] * 10)
    assert math.isnan(profiles.segments[0].lifts["return_share"])
    figures = profiles.to_dict()["segments"][0]
    assert figures["lifts"]["return_share"] is None
    assert figures["scores"]["frequency"] is None


def test_dict_is_json_and_the_same_every_time(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    text = json.dumps(profile_segments(*planted).to_dict(), allow_nan=False)
    assert text == json.dumps(profile_segments(*planted).to_dict(), allow_nan=False)
    assert "c000" not in text
    total = sum(Decimal(one["revenue"]) for one in json.loads(text)["segments"])
    assert str(total) == json.loads(text)["revenue"]


def test_few_customers_show_no_figures(make_table: MakeTable) -> None:
    sizes = [9, 30, 50]
    table = make_table(
        {
            "frequency": np.repeat([30.0, 1.0, 5.0], sizes),
            "monetary": np.repeat([77777.0, 100.0, 500.0], sizes),
        }
    )
    profiles = profile_segments(table, np.repeat([0, 1, 2], sizes))
    small, shown, beside = profiles.to_dict()["segments"]
    assert small["size"] == f"<{MIN_CELL}"
    assert small["revenue"] is small["share"] is small["rule"] is None
    assert small["medians"] == {}
    assert small["claims"] == []
    assert "77777" not in json.dumps(profiles.to_dict()).replace(
        str(profiles.revenue), ""
    )
    # the total less the rest would give the hidden figures away
    assert beside["hidden"]
    assert beside["size"] is None
    assert (shown["hidden"], shown["size"]) == (False, 50)
    assert profiles.hidden == {1, 3}


def test_revenue_share_is_undefined_without_revenue(make_table: MakeTable) -> None:
    table = make_table({"frequency": [1.0] * 20}, revenue=[-100] * 10 + [100] * 10)
    profiles = profile_segments(table, [0] * 10 + [1] * 10)
    assert profiles.revenue == 0
    assert math.isnan(profiles.segments[0].revenue_share)


def test_profiles_are_frozen(planted: tuple[FeatureTable, np.ndarray]) -> None:
    profiles = profile_segments(*planted)
    with pytest.raises(FrozenInstanceError, match="size"):
        profiles.segments[0].size = 0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0] * 3, r"ASG_E_LABELS.*labels of shape \(3,\) for 20 customers"),
        ([0.5] * 20, "ASG_E_LABELS.*not whole numbers"),
        ([-1] * 20, "ASG_E_LABELS.*not whole numbers"),
        ([0] * 10 + [2] * 10, "ASG_E_LABELS.*1 of 3 labels have no customer"),
    ],
)
def test_labels_that_do_not_fit_are_refused(
    labels: list[float], message: str, make_table: MakeTable
) -> None:
    with pytest.raises(InputError, match=message):
        profile_segments(hand_worked(make_table), labels)


def test_stability_that_does_not_fit_is_refused(make_table: MakeTable) -> None:
    with pytest.raises(InputError, match=r"ASG_E_STABILITY.*1 values.*for 2 segments"):
        profile_segments(hand_worked(make_table), [0] * 10 + [1] * 10, stability=[0.5])


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_another_currency_changes_no_name_and_no_share(
    factor: float, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    table, labels = planted
    money = ["monetary", "average_order_value"]
    frame = table.frame.assign(**{name: table.frame[name] * factor for name in money})
    changed = replace(table, frame=frame, revenue=table.revenue)
    one = profile_segments(table, labels)
    other = profile_segments(changed, labels)
    assert [s.key for s in one.segments] == [s.key for s in other.segments]
    for before, after in zip(one.segments, other.segments, strict=True):
        assert before.lifts == pytest.approx(after.lifts, nan_ok=True)

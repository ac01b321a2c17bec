"""Effects, scales and nearest segments against hand-worked and independent numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from autoseg.features import CATALOGUE
from autoseg.profiles.comparison import (
    cliffs_deltas,
    find_contrast,
    nearest_segments,
    robust_scales,
)


def test_cliffs_delta_counts_pairs() -> None:
    # members 1, 2 against 2, 3: pairs lose, lose, tie, lose → −3/4
    frame = pd.DataFrame({"a": [1.0, 2, 2, 3]})
    assert cliffs_deltas(frame, np.array([0, 0, 1, 1]), 2)["a"].tolist() == [
        -0.75,
        0.75,
    ]


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=20),
    st.lists(st.integers(0, 5), min_size=2, max_size=20),
)
def test_cliffs_delta_is_that_of_mann_whitney(one: list[int], two: list[int]) -> None:
    values = np.array(one + two, dtype=float)
    sides = np.repeat([0, 1], [len(one), len(two)])
    delta = cliffs_deltas(pd.DataFrame({"a": values}), sides, 2).loc[0, "a"]
    statistic = mannwhitneyu(one, two, method="asymptotic").statistic
    assert delta == pytest.approx(2 * statistic / (len(one) * len(two)) - 1)


def test_customers_without_a_value_are_left_out_of_the_effect() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 2.0, 3.0], "b": [np.nan] * 4})
    deltas = cliffs_deltas(frame, np.array([0, 0, 1, 1]), 2)
    assert deltas["a"].tolist() == [-1.0, 1.0]
    assert deltas["b"].isna().all()


def test_scale_falls_back_to_the_standard_deviation() -> None:
    # quartiles of 0, 0, 0, 0, 10 are both 0; sample standard deviation is √20
    frame = pd.DataFrame({"a": [0.0, 0, 0, 0, 10], "b": [2.0] * 5})
    scales = robust_scales(frame)
    assert scales["a"] == pytest.approx(np.sqrt(20))
    assert np.isnan(scales["b"])


def test_nearest_is_by_ranks_so_one_rich_customer_moves_nothing() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 1e9]})
    labels = np.array([0, 0, 1, 1, 2, 2])
    assert nearest_segments(frame, labels, 3) == [1, 0, 1]
    assert nearest_segments(frame, np.zeros(6, dtype=int), 1) == [None]


def test_contrast_is_silent_where_medians_print_alike() -> None:
    frame = pd.DataFrame({"weekend_share": [0.501, 0.502, 0.503, 0.504]})
    sides = np.array([True, True, False, False])
    medians = ({"weekend_share": 0.5015}, {"weekend_share": 0.5035})
    entries = [CATALOGUE["weekend_share"]]
    assert find_contrast(frame, sides, ~sides, entries, medians, 2) is None


def test_contrast_names_the_feature_that_tells_two_apart() -> None:
    frame = pd.DataFrame(
        {"frequency": [1.0, 1, 5, 5], "weekend_share": [0.2, 0.6, 0.3, 0.7]}
    )
    sides = np.array([True, True, False, False])
    medians = (
        {"frequency": 1.0, "weekend_share": 0.4},
        {"frequency": 5.0, "weekend_share": 0.5},
    )
    entries = [CATALOGUE["frequency"], CATALOGUE["weekend_share"]]
    contrast = find_contrast(frame, sides, ~sides, entries, medians, 2)
    assert contrast is not None
    assert (contrast.feature, contrast.effect, contrast.other) == ("frequency", -1.0, 2)

"""The matrix: what stands for a feature where a customer lacks it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from autoseg.errors import InputError
from autoseg.features import CATALOGUE, FeatureTable

NAN = float("nan")


def table(**columns: list[float]) -> FeatureTable:
    names = [name for name in CATALOGUE if name in columns]
    size = len(columns[names[0]])
    index = pd.Index([f"c{row}" for row in range(size)], name="customer_id")
    return FeatureTable(
        frame=pd.DataFrame(columns, index=index, dtype=float)[names],
        revenue=pd.Series(0, index=index),
        features=tuple(CATALOGUE[name] for name in names),
        as_of=date(2024, 4, 1),
        first_day=date(2023, 4, 1),
        last_day=date(2024, 3, 31),
        currency=None,
    )


def test_a_gap_that_has_not_ended_is_at_least_the_tenure():
    gaps = table(tenure_days=[40, 7], mean_gap_days=[20, NAN])
    filled = gaps.matrix(["mean_gap_days"])
    assert filled["mean_gap_days"].tolist() == [20, 7]


def test_an_unknown_value_is_the_median_of_the_known():
    gaps = table(gap_cv=[0.1, NAN, 0.5, 0.2])
    assert gaps.matrix(["gap_cv"])["gap_cv"].tolist() == [0.1, 0.2, 0.5, 0.2]


def test_a_value_that_nobody_has_is_zero():
    assert table(gap_cv=[NAN, NAN]).matrix(["gap_cv"])["gap_cv"].tolist() == [0, 0]


def test_a_trend_of_two_silent_periods_is_zero():
    trend = table(trend_90d=[-1, NAN]).matrix(["trend_90d"])["trend_90d"]
    assert trend.tolist() == [-1, 0]


def test_the_default_is_the_clustering_set_with_constants_left_in():
    filled = table(frequency=[1, 1], recency_days=[3, 4], return_share=[0, 1]).matrix()
    assert list(filled) == ["recency_days", "frequency"]


def test_names_come_out_in_catalogue_order():
    filled = table(frequency=[1], recency_days=[3]).matrix(
        ["frequency", "recency_days"]
    )
    assert list(filled) == ["recency_days", "frequency"]


def test_the_frame_keeps_its_gaps():
    features = table(gap_cv=[0.1, NAN])
    features.matrix(["gap_cv"])
    assert np.isnan(features.frame["gap_cv"].iloc[1])


def test_a_feature_that_was_not_computed_is_an_error():
    with pytest.raises(InputError, match="holds no feature 'monetary'") as error:
        table(frequency=[1]).matrix(["monetary", "frequency", "recency_days"])
    assert error.value.codes == ("ASG_E_FEATURE_NOT_COMPUTED",) * 2


def test_a_filling_that_was_not_computed_is_an_error():
    with pytest.raises(InputError, match="holds no feature 'tenure_days'"):
        table(mean_gap_days=[NAN]).matrix(["mean_gap_days"])

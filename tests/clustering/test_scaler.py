"""Columns made comparable: merging, constants, frames and names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import CustomerScaler
from autoseg.errors import InputError, InputWarning


@pytest.fixture
def customers() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    orders = rng.lognormal(1.5, 0.8, 400)
    return pd.DataFrame(
        {
            "frequency": orders,
            "mean_gap_days": 365 / orders * rng.lognormal(0, 0.05, 400),
            "weekend_share": rng.beta(2, 5, 400),
        },
        index=[f"c{i:03d}" for i in range(400)],
    )


def test_near_duplicates_become_their_signed_mean(customers):
    scaler = CustomerScaler().fit(customers)
    assert scaler.get_feature_names_out().tolist() == [
        "frequency - mean_gap_days",
        "weekend_share",
    ]
    assert scaler.outputs_[0].signs == (1, -1)


def test_nothing_is_merged_above_one(customers):
    assert CustomerScaler(merge_above=1.0).fit_transform(customers).shape == (400, 3)


def test_columns_come_out_with_mean_zero_and_deviation_one(customers):
    scaled = CustomerScaler().fit_transform(customers).to_numpy()
    assert scaled.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert scaled.std(axis=0) == pytest.approx(1)


def test_a_frame_comes_out_where_a_frame_goes_in(customers):
    scaled = CustomerScaler().fit_transform(customers)
    assert scaled.index.equals(customers.index)
    assert isinstance(CustomerScaler().fit_transform(customers.to_numpy()), np.ndarray)


def test_set_output_overrules_the_kind_of_container(customers):
    scaler = CustomerScaler().set_output(transform="pandas")
    named = scaler.fit_transform(customers.to_numpy())
    assert list(named.columns) == ["x0 - x1", "x2"]


def test_a_constant_column_is_left_out_with_a_warning(customers):
    customers["shop"] = 3.0
    with pytest.warns(InputWarning, match=r"column 'shop': one value only"):
        scaler = CustomerScaler().fit(customers)
    assert "shop" not in "".join(scaler.get_feature_names_out())
    assert scaler.columns_[-1].operation == "constant"


def test_constants_alone_leave_one_column_of_zeros():
    with pytest.warns(InputWarning, match="one value only"):
        scaled = CustomerScaler().fit_transform(np.full((12, 2), 4.0))
    assert scaled.shape == (12, 1)
    assert not scaled.any()


def test_inverting_returns_near_the_users_units(customers):
    scaler = CustomerScaler().fit(customers)
    back = scaler.inverse_transform(scaler.transform(customers))
    assert back[:, 2] == pytest.approx(customers["weekend_share"].to_numpy())
    assert np.median(back[:, 0]) == pytest.approx(
        customers["frequency"].median(), rel=0.05
    )


def test_inverting_gives_a_constant_its_value(customers):
    customers["shop"] = 3.0
    with pytest.warns(InputWarning, match="shop"):
        scaler = CustomerScaler().fit(customers)
    assert np.all(scaler.inverse_transform(np.zeros((2, 2)))[:, 3] == 3.0)


def test_the_order_of_rows_changes_no_bit(customers):
    shuffled = customers.sample(frac=1, random_state=1)
    first, second = CustomerScaler().fit(customers), CustomerScaler().fit(shuffled)
    assert (first.columns_, first.outputs_) == (second.columns_, second.outputs_)


def test_a_currency_changes_nothing_but_the_last_digits(customers):
    other = customers.assign(frequency=customers["frequency"] * 11.3)
    first = CustomerScaler().fit_transform(customers)
    assert CustomerScaler().fit_transform(other).to_numpy() == pytest.approx(
        first.to_numpy(), abs=1e-9
    )


def test_float32_columns_get_float64_statistics(customers):
    narrow = customers.to_numpy().astype(np.float32)
    wide = narrow.astype(np.float64)
    assert CustomerScaler().fit(narrow).columns_ == CustomerScaler().fit(wide).columns_


def test_names_that_are_not_those_of_fit_are_refused(customers):
    scaler = CustomerScaler().fit(customers)
    with pytest.raises(InputError, match="not equal to feature_names_in_"):
        scaler.get_feature_names_out(["a", "b", "c"])


def test_missing_values_are_refused(customers):
    customers.iloc[3, 0] = np.nan
    with pytest.raises(ValueError, match="contains NaN"):
        CustomerScaler().fit(customers)

"""Columns made comparable: merging, constants, frames and names."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

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


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan, "high"])
def test_a_merge_above_that_is_no_correlation_is_refused(bad):
    text = "ASG_E_SETTING: CustomerScaler: merge_above is .*give a correlation from 0"
    with pytest.raises(InputError, match=text):
        CustomerScaler(merge_above=bad).fit(np.eye(4))


def test_inverting_takes_what_transform_gives_and_nothing_else(customers):
    scaler = CustomerScaler().fit(customers)
    text = r"ASG_E_OTHER_COLUMNS: .*shape \(5, 3\); inverse_transform takes rows of 2"
    with pytest.raises(InputError, match=text):
        scaler.inverse_transform(np.zeros((5, 3)))


@pytest.fixture
def told(customers) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    customers["coupons"] = np.r_[np.zeros(260), rng.lognormal(2, 1, 140)]
    customers["rare"] = np.r_[np.zeros(390), np.ones(10)]
    customers["trend"] = rng.lognormal(0, 1, 400) - 1.0
    customers["shop"] = 3.0
    customers["age"] = rng.permutation(np.r_[np.linspace(20, 80, 399), -2_000.0])
    scaler = CustomerScaler(block_weights={"weekend_share": 0.5})
    with pytest.warns(InputWarning, match="shop"):
        return scaler.fit(customers).account()


def test_the_account_has_a_row_for_each_column_that_came_in(told, customers):
    assert told.index.tolist() == customers.columns.tolist()
    assert told.index.name == "column"
    assert set(told["done"]) == {"kept", "log", "log1p", "dropped"}


@pytest.mark.parametrize(
    ("column", "done", "why"),
    [
        (
            "frequency",
            "log",
            r"logarithm, for the skewness fell from \d\.\d to -?\d\.\d;"
            r"( \d\.?\d* % of the values lay far out and were cut;)? merged"
            r" with mean_gap_days, for a correlation above 0\.9 tells the same",
        ),
        ("weekend_share", "kept", r"as it is, with skewness 0\.\d; counts 0\.5 times"),
        ("coupons", "log1p", r"log1p, with 65 % zeros, for the skewness fell from .*"),
        (
            "rare",
            "kept",
            r"as it is, with skewness 6\.1, for a logarithm would not lower it;"
            r" 98 % of the values are zero",
        ),
        (
            "trend",
            "kept",
            r"as it is, with skewness \d\.\d, for \d+ % of the values are below zero.*",
        ),
        ("shop", "dropped", "left out, for it has one value only"),
        (
            "age",
            "kept",
            r"as it is, with skewness -\d+\.\d; 0\.25 % of the values lay far out and"
            r" were cut",
        ),
    ],
)
def test_the_account_tells_in_words_why(told, column, done, why):
    row = told.loc[column]
    assert row["done"] == done
    assert re.fullmatch(why, row["why"]), row["why"]


def test_the_account_has_the_figures(told):
    assert told.loc["frequency", "merged_with"] == "mean_gap_days"
    assert told.loc["mean_gap_days", "output"] == "frequency - mean_gap_days"
    assert told.loc["shop", ["merged_with", "output"]].tolist() == ["", ""]
    assert told["zero_inflated"].sum() == 2
    assert told.loc["coupons", "zeros"] == 260 / 400
    assert told.loc["age", ["cut_low", "cut_high"]].tolist() == [1 / 400, 0]
    assert np.isnan(told.loc["shop", "weight"])
    assert told.loc["coupons", "skew_before"] > told.loc["coupons", "skew_after"]


def test_the_account_says_that_constants_alone_come_out_as_zeros():
    with pytest.warns(InputWarning, match="one value only"):
        account = CustomerScaler().fit(np.full((12, 2), 4.0)).account()
    assert account["done"].tolist() == ["dropped", "dropped"]
    assert account.loc["x0", "why"].endswith("the first comes out as zeros")
    assert account["output"].tolist() == ["x0", ""]


def test_many_rows_are_worked_on_in_chunks_and_say_the_same(customers, monkeypatch):
    whole = CustomerScaler().fit(customers)
    scaled = whole.transform(customers)
    monkeypatch.setattr("autoseg.clustering.matrices._CHUNK", 7)
    parts = CustomerScaler().fit(customers)
    assert (parts.columns_, parts.outputs_) == (whole.columns_, whole.outputs_)
    assert np.array_equal(parts.transform(customers), scaled)


def test_polars_comes_out_where_it_is_asked_for(customers):
    scaler = CustomerScaler().set_output(transform="polars")
    assert scaler.fit_transform(customers).columns == [
        "frequency - mean_gap_days",
        "weekend_share",
    ]


COLUMNS = hnp.arrays(
    np.float64,
    st.tuples(st.integers(3, 40), st.integers(1, 4)),
    elements=st.integers(-50, 2_000).map(float),
)


@given(COLUMNS, st.randoms(use_true_random=False))
def test_any_order_of_rows_gives_the_same_bytes(X, random):
    order = list(range(len(X)))
    random.shuffle(order)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        first = CustomerScaler().fit(X)
        second = CustomerScaler().fit(X[order])
    assert (first.columns_, first.outputs_) == (second.columns_, second.outputs_)
    assert second.transform(X[order]).tobytes() == first.transform(X)[order].tobytes()

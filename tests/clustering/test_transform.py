"""What is done to one column, by numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from autoseg.clustering.transform import (
    ColumnAccount,
    OutputColumn,
    account_for,
    scale_columns,
    skewness,
)

COUNTS = hnp.arrays(
    np.float64,
    st.integers(3, 60),
    elements=st.one_of(
        st.just(0.0), st.integers(-20, 50).map(float), st.integers(0, 9_000).map(float)
    ),
)
FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)


def test_skewness_of_one_in_four_is_two_over_root_three():
    assert skewness(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(2 / 3**0.5)


def test_skewness_equals_scipy():
    values = np.random.default_rng(3).gamma(2, 5, 300)
    assert skewness(values) == pytest.approx(stats.skew(values))


def test_equal_values_have_no_skewness():
    assert skewness(np.full(5, 7.0)) == 0


def test_a_skewed_positive_column_gets_a_plain_logarithm():
    account = account_for("spend", np.exp(np.linspace(0, 6, 101)))
    assert (account.operation, account.offset) == ("log", 0.0)
    assert account.mean == pytest.approx(3.0)


def test_some_zeros_get_half_the_low_quantile_added():
    values = np.r_[np.zeros(2), np.exp(np.linspace(0, 6, 98))]
    account = account_for("spend", values)
    assert account.operation == "log"
    # the fifth of a hundred values, and not something between two of them
    assert account.offset == np.sort(values)[4] / 2


def test_many_zeros_get_log1p_over_the_median_of_the_rest():
    values = np.r_[np.zeros(50), np.arange(1.0, 40.0) ** 2]
    account = account_for("discount", values)
    assert (account.operation, account.offset) == ("log1p", 400.0)
    assert account.zeros == pytest.approx(50 / 89)


def test_a_few_values_below_zero_do_not_keep_a_column_from_its_logarithm():
    values = np.r_[-5.0, np.exp(np.linspace(0, 6, 99))]
    assert account_for("monetary", values).operation == "log"


def test_many_values_below_zero_do():
    values = np.r_[-np.ones(20), np.exp(np.linspace(0, 6, 80))]
    assert account_for("trend", values).operation == "identity"


def test_a_symmetric_column_stays_as_it_is():
    assert account_for("age", np.linspace(20, 80, 61)).operation == "identity"


def test_far_values_are_cut_at_three_and_a_half_robust_deviations():
    values = np.r_[np.linspace(-1, 1, 101), -40.0, 40.0]
    account = account_for("x", values)
    mad = 1.4826 * np.median(np.abs(values - np.median(values)))
    deciles = np.subtract(*np.quantile(values, [0.9, 0.1])) / 2.563
    assert account.high == pytest.approx(3.5 * max(mad, deciles))
    assert account.low == pytest.approx(-account.high)


def test_a_column_of_mostly_one_value_is_not_cut_to_that_value():
    values = np.r_[np.zeros(95), np.ones(5)]
    account = account_for("flag", values)
    assert np.unique(account.apply(values)).size == 2


def test_later_values_below_all_seen_are_cut_and_finite():
    account = account_for("spend", np.exp(np.linspace(0, 6, 101)))
    lowest = account.apply(np.array([-10.0, 0.0, 1e-9]))
    assert np.all(lowest == (account.low - account.mean) / account.scale)


@pytest.mark.parametrize(
    "values", [np.linspace(1, 9, 30), np.exp(np.linspace(0, 5, 30))]
)
def test_inverting_gives_the_values_back_where_nothing_was_cut(values):
    account = account_for("x", values)
    assert account.invert(account.apply(values)) == pytest.approx(values)


def test_inverting_log1p_gives_the_values_back():
    values = np.r_[np.zeros(50), np.arange(1.0, 40.0) ** 2]
    account = account_for("x", values)
    inside = values < 900
    assert account.invert(account.apply(values))[inside] == pytest.approx(
        values[inside]
    )


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (np.ones(9), "x: left out, for it has one value only"),
        (np.linspace(-1, 1, 9), "x: as it is, with skewness 0.0"),
        (np.exp(np.linspace(0, 6, 40)), "x: logarithm, for the skewness fell"),
        (np.r_[np.zeros(50), np.arange(1.0, 40.0) ** 2], "x: log1p, with 56 % zeros"),
    ],
)
def test_the_account_tells_what_was_done_and_why(values, text):
    assert str(account_for("x", values)).startswith(text)


@given(hnp.arrays(np.float64, st.integers(2, 60), elements=FINITE))
def test_any_column_comes_out_finite_and_in_its_order(values):
    account = account_for("x", values)
    if account.operation == "constant":
        return
    scores = account.apply(values)
    assert np.all(np.isfinite(scores))
    assert np.all(np.diff(scores[np.argsort(values, kind="stable")]) >= 0)


@given(hnp.arrays(np.float64, 40, elements=FINITE), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(values, random):
    shuffled = values.copy()
    random.shuffle(shuffled)
    assert account_for("x", values) == account_for("x", shuffled)


@given(COUNTS)
def test_inverting_gives_back_all_that_lies_inside_the_cuts(values):
    account = account_for("x", values)
    assume(account.operation != "constant")
    inner = values
    if account.operation == "log":
        inner = np.log(np.maximum(values, 0) + account.offset)
    elif account.operation == "log1p":
        inner = np.log1p(np.maximum(values, 0) / account.offset)
    inside = (inner >= account.low) & (inner <= account.high)
    inside &= (values >= 0) | (account.operation == "identity")
    back = account.invert(account.apply(values))
    assert back[inside] == pytest.approx(values[inside], rel=1e-9, abs=1e-6)


@given(COUNTS, st.sampled_from([0.01, 0.1, 7.46, 11.3, 1000.0]))
def test_a_currency_changes_nothing_in_a_column_with_a_logarithm(values, rate):
    values = np.abs(values)
    account, other = account_for("x", values), account_for("x", values * rate)
    assert other.operation == account.operation
    if account.operation in {"log", "log1p"}:
        scores = other.apply(values * rate)
        assert scores == pytest.approx(account.apply(values), abs=1e-9)


@given(COUNTS, st.integers(2, 5))
def test_customers_told_several_times_change_no_decision(values, times):
    once, often = account_for("x", values), account_for("x", np.repeat(values, times))
    assert (once.operation, once.offset) == (often.operation, often.offset)
    assert (once.zeros, once.negatives) == (often.zeros, often.negatives)
    assert once.zero_inflated == often.zero_inflated
    assert once.skew_after == pytest.approx(often.skew_after, abs=1e-6)


@pytest.mark.parametrize(("zeros", "flagged"), [(49, False), (50, False), (51, True)])
def test_over_half_zeros_is_zero_inflated(zeros, flagged):
    values = np.r_[np.zeros(zeros), np.arange(1.0, 101 - zeros)]
    assert account_for("x", values).zero_inflated is flagged


def test_shares_that_are_cut_are_counted_at_each_end():
    values = np.r_[np.linspace(-1, 1, 97), -40.0, 40.0, 50.0]
    account = account_for("x", values)
    assert (account.cut_low, account.cut_high) == (0.01, 0.02)


def test_a_column_of_two_values_is_kept_whatever_its_last_digits_say():
    # a logarithm of two values is two values, with the same skewness
    for ones in range(1, 35):
        values = np.r_[np.zeros(100 - ones), np.ones(ones)]
        assert account_for("flag", values).operation == "identity"


@pytest.mark.parametrize("unit", [2.0**-1000, 2.0**-400, 2.0**400, 2.0**1000])
def test_a_power_of_two_changes_no_digit_at_the_ends_of_the_floats(unit):
    values = np.random.default_rng(0).normal(size=50)
    account, other = account_for("x", values), account_for("x", values * unit)
    assert np.array_equal(other.apply(values * unit), account.apply(values))
    assert other.skew_before == account.skew_before


def test_inverting_never_leaves_the_floats():
    wide = ColumnAccount("a", "log", 0.0, -9.0, 9e9, 4.0, 1.0, 6.1, 0.2, 0.0)
    assert np.isfinite(wide.invert(np.array([1e6]))).all()
    wide = ColumnAccount("a", "log1p", 1e200, -9.0, 9e9, 4.0, 1.0, 6.1, 0.2, 0.0)
    assert np.isfinite(wide.invert(np.array([1e6]))).all()


def test_a_weight_multiplies_what_is_standardised():
    plain = ColumnAccount("a", "identity", 0.0, -9.0, 9.0, 1.0, 2.0, 0.0, 0.0, 0.0)
    heavy = OutputColumn("a", (0,), (1,), mean=0.5, scale=2.0, weight=3.0)
    # (5 − 1) / 2 = 2; (2 − 0.5) / 2 = 0.75; 0.75 × 3 = 2.25
    assert scale_columns(np.array([[5.0]]), (plain,), (heavy,)).tolist() == [[2.25]]


def test_merged_columns_are_the_mean_of_their_signed_scores():
    plain = ColumnAccount("a", "identity", 0.0, -9.0, 9.0, 1.0, 2.0, 0.0, 0.0, 0.0)
    merged = OutputColumn("a - b", (0, 1), (1, -1), mean=0.5, scale=2.0)
    # scores 2 and −1; (2 + 1) / 2 = 1.5; (1.5 − 0.5) / 2 = 0.5
    out = scale_columns(np.array([[5.0, -1.0]]), (plain, plain), (merged,))
    assert out.tolist() == [[0.5]]

"""What is wrong with a matrix is said in our words, by column and with a count.

The numbers in names are those of the cases of bad input, B77 to B88.
"""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.clustering.matrices import read_matrix
from autoseg.errors import InputError, InputWarning, StructureError, StructureWarning

N = 40
RNG = np.random.default_rng(4)
AGE = RNG.normal(40, 9, N)
SPEND = RNG.lognormal(3, 1, N)
GOOD = pd.DataFrame({"age": AGE, "spend": SPEND})

SCALER = CustomerScaler()
CLUSTERER = AutoClusterer(k_range=(1, 2), target=(1, 2))
BOTH = [
    pytest.param(SCALER, id="scaler"),
    pytest.param(CLUSTERER, id="clusterer"),
]


def place(estimator, X):
    """Return what a fitted estimator says of rows."""
    if isinstance(estimator, CustomerScaler):
        return estimator.transform(X)
    return estimator.predict(X)


def with_value(value, n=1):
    frame = GOOD.copy()
    frame.iloc[:n, 1] = value
    return frame


def with_column(values):
    return GOOD.assign(extra=values)


def both_fit_and_place_refuse(estimator, X, match):
    with pytest.raises(InputError, match=match):
        type(estimator)(**estimator.get_params()).fit(X)
    # fitted to the same names, so that only the values are wrong
    names = list(getattr(X, "columns", ["a", "b"]))
    if len(set(map(str, names))) == len(names) and all(
        isinstance(n, str) for n in names
    ):
        shape = (N, len(names))
        good = pd.DataFrame(RNG.normal(size=shape), columns=names)
        fitted = type(estimator)(**estimator.get_params()).fit(
            good if hasattr(X, "columns") else good.to_numpy()
        )
        with pytest.raises(InputError, match=match):
            place(fitted, X)


VALUES = {
    "a gap": (
        with_value(np.nan),
        r"^ASG_E_NOT_FINITE: the columns to segment on, column 'spend', row 0: contains"
        r" NaN: 1 of 40 values is missing\. Fix: fill the gaps, or leave those"
        r" customers out\.$",
    ),
    "infinity": (
        with_value(-np.inf, n=7),
        r"column 'spend', rows 0, 1, 2, 3, 4 \(\+2 more\): contains infinity: 7 of 40"
        r" values are infinite\. Fix: correct them",
    ),
    "b85 nothing in a column": (
        with_value(np.nan, n=N),
        r"contains NaN: 40 of 40 values are missing\. Fix: leave the column out\.$",
    ),
    "too large": (
        with_value(-1e308),
        r"^ASG_E_OUT_OF_RANGE: .*'spend', row 0: 1 of 40 values is beyond ±1e\+\d+\.",
    ),
    "a number of 401 digits": (
        with_column([10**400] + [1] * (N - 1)).astype({"extra": object}),
        r"column 'extra', row 0: contains infinity: 1 of 40 values is infinite",
    ),
    "NA of pandas": (
        with_column(pd.array([1, None] * (N // 2), dtype="Int64")),
        r"column 'extra', rows 1, 3, .*contains NaN: 20 of 40 values are missing",
    ),
    "NA among flags": (
        with_column(pd.array([True, None] * (N // 2), dtype="boolean")),
        r"column 'extra', rows 1, 3, .*contains NaN: 20 of 40 values are missing",
    ),
    "None among objects": (
        with_column(np.array([None, 1.5] * (N // 2), dtype=object)),
        r"column 'extra', rows 0, 2, .*contains NaN: 20 of 40 values are missing",
    ),
    "NA among objects": (
        with_column(np.array([pd.NA, 1.5] * (N // 2), dtype=object)),
        r"column 'extra', rows 0, 2, .*contains NaN: 20 of 40 values are missing",
    ),
    "texts": (
        with_column(["shop", "web"] * (N // 2)),
        r"^ASG_E_NOT_NUMBERS: .*column 'extra', rows 0, 1, 2, 3, 4 \(\+35 more\): 40 of"
        r" 40 values are no number, such as 'shop'\. Fix: give numbers, or leave the"
        r" column out\.$",
    ),
    "texts of digits": (
        with_column(["0150", "0550"] * (N // 2)),
        r"40 of 40 values are no number, such as '0150'\.",
    ),
    "one text among numbers": (
        with_column(["?"] + [1.5] * (N - 1)),
        r"column 'extra', row 0: 1 of 40 values is no number, such as '\?'\.",
    ),
    "a long text": (
        with_column(["x" * 99] + [1.5] * (N - 1)),
        r"such as 'x{39}…\. Fix",
    ),
    "lists": (
        with_column([[1, 2]] * N),
        r"40 of 40 values are no number, such as \[1, 2\] \(.* not 'list'\)\.",
    ),
    "categories": (
        with_column(pd.Categorical([1, 2] * (N // 2))),
        r"^ASG_E_NOT_NUMBERS: .*column 'extra': the column holds categories\. Fix: make"
        r" one column of 0 and 1 for each, or leave it out\.$",
    ),
    "times": (
        with_column(pd.date_range("2024-01-01", periods=N)),
        r"column 'extra': the column holds dates or times\. Fix: give a number of days",
    ),
    "lengths of time": (
        with_column(pd.to_timedelta(range(N), "D")),
        "the column holds dates or times",
    ),
    "months": (
        with_column(pd.period_range("2020-01", periods=N, freq="M")),
        "the column holds dates or times",
    ),
    "dates among objects": (
        with_column(np.array([date(2024, 1, 1)] * N, dtype=object)),
        r"40 of 40 values are no number, such as datetime\.date\(2024, 1, 1\) \(",
    ),
    "complex numbers": (
        with_column(np.arange(N) + 1j),
        r"column 'extra': Complex data not supported\. Fix: give real numbers",
    ),
    "nulls of polars": (
        pl.DataFrame({"age": AGE, "spend": [None, *SPEND[1:]]}),
        r"column 'spend', row 0: contains NaN: 1 of 40 values is missing",
    ),
    "texts of polars": (
        pl.DataFrame({"age": AGE, "shop": ["a", "b"] * (N // 2)}),
        r"column 'shop', .*40 of 40 values are no number, such as 'a'\.",
    ),
    "an array": (
        np.column_stack([AGE, np.r_[np.nan, SPEND[1:]]]),
        r"column 'x1', row 0: contains NaN: 1 of 40 values is missing",
    ),
    "an array of texts": (
        np.array([["1", "2"], ["3", "4"]] * (N // 2)),
        r"(?s)column 'x0', .*no number, such as '1'.*column 'x1', .*such as '2'",
    ),
    "what a mask hides": (
        np.ma.masked_less(np.column_stack([AGE, SPEND]), SPEND.min() + 1e-9),
        r"column 'x1', row \d+: contains NaN: 1 of 40 values is missing",
    ),
    "complex array": (
        np.column_stack([AGE, SPEND]) + 1j,
        r"^ASG_E_INPUT_TYPE: .*: Complex data not supported\. Fix: give real numbers",
    ),
    "a sparse matrix": (
        sparse.csr_array(GOOD.to_numpy()),
        r"^ASG_E_INPUT_TYPE: .*: a sparse matrix\. Fix: give a dense one, X\.toarray",
    ),
    "a column": (
        AGE,
        r"expected two dimensions, rows and columns; got 1\. Fix: Reshape your data",
    ),
    "a series": (GOOD["age"], r"rows and columns; got 1\. Fix: Reshape your data"),
    "a cube": (np.ones((2, 2, 2)), r"expected two dimensions, .*; got 3\."),
    "nothing": (None, r"no table but NoneType\. Fix: give rows and columns"),
    "a path": ("customers.csv", r"no table but str\. Fix: give rows and columns"),
    "rows of different lengths": (
        [[1.0, 2.0], [3.0]] * N,
        r"no table can be made of it \(.*\)\. Fix: give rows of one length",
    ),
}


@pytest.mark.parametrize("estimator", BOTH)
@pytest.mark.parametrize("name", VALUES)
def test_values_that_cannot_be_used_are_named_by_column_and_counted(estimator, name):
    X, text = VALUES[name]
    both_fit_and_place_refuse(estimator, X, text)


NAMES = {
    "texts and numbers": (
        GOOD.set_axis(["age", 1], axis=1),
        r"^ASG_E_COLUMN_NAMES: .*: 1 of 2 column names are no texts\. Fix: X\.columns",
    ),
    "several levels": (
        GOOD.set_axis(pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")]), axis=1),
        r"^ASG_E_COLUMN_NAMES: .*: column names have several levels\. Fix",
    ),
    "a name twice": (
        GOOD.set_axis(["age", "age"], axis=1),
        r"^ASG_E_DUPLICATE_COLUMN: .*column 'age': 2 columns have this name\. Fix: give"
        r" each column a name of its own",
    ),
    "no columns": (
        np.empty((N, 0)),
        r"^ASG_E_INPUT_TYPE: .*: 0 feature\(s\) \(shape=\(40, 0\)\) while a minimum of"
        r" 1 is required\. Fix: give at least one column of numbers",
    ),
}


@pytest.mark.parametrize("estimator", BOTH)
@pytest.mark.parametrize("name", NAMES)
def test_columns_that_cannot_be_told_apart_are_refused(estimator, name):
    X, text = NAMES[name]
    both_fit_and_place_refuse(estimator, X, text)


@pytest.mark.parametrize("estimator", BOTH)
def test_all_that_is_wrong_is_said_at_once(estimator):
    X = GOOD.assign(
        shop="a", gap=np.nan, large=[1e308, *AGE[1:]], age=[np.inf, *AGE[1:]]
    )
    with pytest.raises(InputError) as error:
        estimator.fit(X)
    told = [(finding.code, finding.column) for finding in error.value.findings]
    assert sorted(told) == [
        ("ASG_E_NOT_FINITE", "age"),
        ("ASG_E_NOT_FINITE", "gap"),
        ("ASG_E_NOT_NUMBERS", "shop"),
        ("ASG_E_OUT_OF_RANGE", "large"),
    ]
    assert len(str(error.value).splitlines()) == 4


@pytest.mark.parametrize("estimator", BOTH)
@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda X: X[["spend", "age"]], "the columns of fit in another order. Fix: "),
        (lambda X: X[["age"]], "1 missing (spend). Fix: give the columns of fit, in"),
        (lambda X: X.assign(zip=1.0), "1 unknown (zip). Fix: "),
        (
            lambda X: X.rename(columns={"age": "years"}),
            "1 missing (age) and 1 unknown (years). Fix: ",
        ),
        (
            lambda X: X.assign(**dict.fromkeys("abcdef", 1.0)),
            "6 unknown (a, b, c, d, e, …). Fix: ",
        ),
    ],
)
def test_b87_other_columns_than_in_fit_are_named(estimator, change, text):
    estimator.fit(GOOD)
    with pytest.raises(InputError) as error:
        place(estimator, change(GOOD))
    assert error.value.codes == ("ASG_E_OTHER_COLUMNS",)
    first, second, *_ = str(error.value).splitlines()
    assert first.startswith(f"ASG_E_OTHER_COLUMNS: the columns to segment on: {text}")
    # scikit-learn's own words follow, for those who look for them
    assert second.startswith("The feature names should match those that were passed")


@pytest.mark.parametrize("estimator", BOTH)
def test_b87_other_columns_and_gaps_are_told_together(estimator):
    estimator.fit(GOOD)
    with pytest.raises(InputError) as error:
        place(estimator, GOOD[["age"]].assign(zip=np.nan))
    assert error.value.codes == ("ASG_E_OTHER_COLUMNS", "ASG_E_NOT_FINITE")


@pytest.mark.parametrize("estimator", BOTH)
def test_another_number_of_columns_without_names_is_told(estimator):
    estimator.fit(GOOD.to_numpy())
    text = r"ASG_E_OTHER_COLUMNS: .*: X has 1 features, but \w+ is expecting 2 features"
    with pytest.raises(InputError, match=text):
        place(estimator, AGE[:, None])


@pytest.mark.parametrize("n", [0, 1])
def test_b77_one_customer_cannot_be_scaled(n):
    text = (
        rf"ASG_E_TOO_FEW_CUSTOMERS: .*: need at least 2 customers; have n_samples={n}"
    )
    with pytest.raises(StructureError, match=text):
        CustomerScaler().fit(GOOD[:n])


@pytest.mark.parametrize("estimator", BOTH)
def test_b77_no_customer_cannot_be_placed(estimator):
    estimator.fit(GOOD)
    text = r"need at least 1 customer; have n_samples=0\. Fix: take a longer period"
    with pytest.raises(StructureError, match=text):
        place(estimator, GOOD[:0])


@pytest.mark.parametrize("n", [1, 2, 9])
def test_b78_the_clusterer_needs_ten(n):
    text = rf"ASG_E_TOO_FEW_CUSTOMERS: .*need at least 10 customers; have n_samples={n}"
    with pytest.raises(StructureError, match=text):
        AutoClusterer().fit(GOOD[:n])


def test_an_empty_frame_is_told_to_lack_rows_and_columns():
    with pytest.raises(StructureError) as error:
        CustomerScaler().fit(pd.DataFrame())
    assert error.value.codes == ("ASG_E_TOO_FEW_CUSTOMERS", "ASG_E_INPUT_TYPE")


def test_two_customers_are_enough_to_scale():
    scaled = CustomerScaler().fit_transform(np.array([[1.0], [3.0]]))
    assert scaled.tolist() == [[-1.0], [1.0]]


def test_b79_customers_who_are_all_equal_are_one_segment():
    with pytest.warns(InputWarning, match="one value only") as told:
        scaled = CustomerScaler().fit_transform(np.full((N, 3), 7.0))
    assert len(told) == 3
    assert all(warning.message.finding.n_rows == N for warning in told)
    with pytest.warns(StructureWarning, match="all 40 customers are alike"):
        assert AutoClusterer().fit(scaled).n_clusters_ == 1


def test_b81_one_column_is_enough():
    scaled = CustomerScaler().fit_transform(GOOD[["spend"]])
    assert AutoClusterer().fit(scaled).labels_.shape == (N,)


def test_b86_a_column_that_repeats_another_is_told_and_counts_once():
    text = (
        r"ASG_W_REPEATED_COLUMN: .*column 'twice': it says what column 'spend' says, so"
        r" it is merged with it and counts once\. Fix: leave one of the two out"
    )
    with pytest.warns(InputWarning, match=text) as told:
        scaler = CustomerScaler().fit(GOOD.assign(twice=GOOD["spend"] * 2))
    assert scaler.get_feature_names_out().tolist() == ["age", "spend + twice"]
    assert [warning.message.finding.n_rows for warning in told] == [N]


def test_b86_where_nothing_is_merged_a_repeated_column_counts_twice():
    text = "counts twice, for merge_above is 1"
    with pytest.warns(InputWarning, match=text):
        scaler = CustomerScaler(merge_above=1.0).fit(GOOD.assign(twice=-GOOD["age"]))
    assert len(scaler.outputs_) == 3


def test_b86_columns_that_merely_go_together_are_merged_in_silence():
    near = GOOD.assign(near=GOOD["age"] + RNG.normal(0, 0.5, N))
    scaler = CustomerScaler().fit(near)
    assert scaler.account().loc["age", "merged_with"] == "near"


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_columns_of_nearly_zeros_alone_come_out_finite_and_flagged(share):
    values = np.zeros(1000)
    values[: round(1000 * (1 - share))] = RNG.lognormal(2, 1, round(1000 * (1 - share)))
    X = pd.DataFrame({"coupons": values, "age": RNG.normal(size=1000)})
    scaler = CustomerScaler().fit(X)
    assert np.isfinite(scaler.transform(X).to_numpy()).all()
    assert scaler.columns_[0].zero_inflated == (share > 0.5)
    assert AutoClusterer(k_range=(1, 3)).fit(scaler.transform(X)).n_clusters_ >= 1


@pytest.mark.parametrize(
    "values",
    [
        SPEND * 1e300,
        RNG.normal(size=N) * 1e300,
        SPEND * 1e-300,
        RNG.normal(size=N) * 1e-300,
        SPEND * 1e-310,
        np.r_[1e307, SPEND[1:]],
        np.r_[-1e307, 1e307, AGE[2:]],
        np.r_[np.full(20, 1e307), np.zeros(20)],
        np.r_[np.full(20, -1e307), np.full(20, 1e307)],
        np.r_[1e-300, SPEND[1:]],
        np.r_[1e300, np.zeros(N - 1)],
        np.linspace(-1e307, 1e307, N),
    ],
    ids=range(12),
)
def test_numbers_at_the_ends_of_the_floats_come_out_as_any_others(values):
    X = np.column_stack([values, AGE])
    scaler = CustomerScaler(merge_above=1.0)
    scaled = scaler.fit_transform(X)
    assert scaled.mean(axis=0) == pytest.approx(0, abs=1e-9)
    assert scaled.std(axis=0) == pytest.approx(1)
    back = scaler.inverse_transform(scaled)
    assert np.isfinite(back).all()
    inside = np.abs(scaled[:, 0]) < 1
    assert back[inside, 0] == pytest.approx(X[inside, 0], rel=1e-6, abs=1e-320)


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (1e300, r"beyond ±1e\+100\. Fix: divide the column by a large"),
        (1e-300, r"values differ by \S+e-299 at most, and the square of that is lost"),
    ],
)
def test_the_clusterer_refuses_numbers_whose_squares_are_none(factor, text):
    X = np.column_stack([AGE, SPEND]) * factor
    with pytest.raises(InputError, match=rf"(?s)ASG_E_OUT_OF_RANGE: .*{text}"):
        AutoClusterer(k_range=(1, 2), target=(1, 2)).fit(X)


@pytest.mark.parametrize("factor", [1e-60, 1e60])
def test_the_clusterer_finds_the_same_whatever_the_unit(factor):
    X = np.vstack([RNG.normal(size=(N, 2)), RNG.normal(9, 1, size=(N, 2))])
    usual = AutoClusterer(k_range=(1, 3), target=(2, 2)).fit(X)
    other = AutoClusterer(k_range=(1, 3), target=(2, 2)).fit(X * factor)
    assert np.array_equal(usual.labels_, other.labels_)


@pytest.mark.parametrize(
    "X",
    [
        RNG.integers(0, 9, (N, 2)),
        RNG.random((N, 2)) > 0.5,
        GOOD.to_numpy().astype(object),
        GOOD.to_numpy().astype(np.float16),
        GOOD.to_numpy().tolist(),
        GOOD.astype("Float64"),
        GOOD.astype("float64[pyarrow]"),
        GOOD.assign(flag=AGE > 40),
        GOOD.assign(flag=pd.array(AGE > 40, dtype="boolean")),
        GOOD.assign(price=[Decimal(i) for i in range(N)]),
        GOOD.set_axis([0, 1], axis=1),
        pl.DataFrame({"age": AGE, "orders": range(N)}),
    ],
    ids=range(12),
)
def test_numbers_of_any_kind_are_read_as_they_are(X):
    scaled = CustomerScaler().fit_transform(X)
    plain = np.asarray(X, dtype=np.float64)
    again = CustomerScaler().fit_transform(plain)
    assert np.array_equal(np.asarray(scaled), again)
    assert AutoClusterer(k_range=(1, 2), target=(1, 2)).fit(X).labels_.shape == (N,)


def test_sparse_columns_of_a_frame_are_read_as_dense_ones():
    coupons = [0.0, 1.0] * (N // 2)
    thin = CustomerScaler().fit(GOOD.assign(coupons=pd.arrays.SparseArray(coupons)))
    dense = CustomerScaler().fit(GOOD.assign(coupons=coupons))
    assert thin.columns_ == dense.columns_


def test_names_that_are_numbers_are_not_taken():
    scaler = CustomerScaler().fit(GOOD.set_axis([0, 1], axis=1))
    assert scaler.get_feature_names_out().tolist() == ["x0", "x1"]


def test_names_of_polars_are_taken():
    scaler = CustomerScaler().fit(pl.DataFrame({"age": AGE, "spend": SPEND}))
    assert scaler.feature_names_in_.tolist() == ["age", "spend"]


def test_neither_fit_nor_transform_touches_what_was_given():
    X = GOOD.copy()
    CustomerScaler().fit(X).transform(X)
    pd.testing.assert_frame_equal(X, GOOD)


def test_repeated_customers_change_nothing_in_the_decisions():
    once = CustomerScaler().fit(GOOD).account()
    twice = CustomerScaler().fit(pd.concat([GOOD] * 5)).account()
    decided = ["done", "merged_with", "zero_inflated", "weight", "output"]
    pd.testing.assert_frame_equal(once[decided], twice[decided])


def test_an_error_about_types_is_a_type_error_as_scikit_learn_has_it():
    with pytest.raises(TypeError, match="ASG_E_NOT_NUMBERS"):
        CustomerScaler().fit(with_column([{"a": 1}] * N))


def test_too_close_is_told_by_those_who_cannot_stand_it():
    X = np.column_stack([AGE, np.r_[1e-200, np.zeros(N - 1)]])
    with pytest.raises(InputError, match=r"'x1': values differ by 1e-200 at most") as e:
        read_matrix(CustomerScaler(), X, reset=True, smallest_spread=1e-100)
    assert e.value.codes == ("ASG_E_OUT_OF_RANGE",)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrix = read_matrix(CustomerScaler(), X, reset=True)
    assert np.array_equal(matrix.rows(slice(None)), X)

"""B77 to B87: tables that come in whole and carry no segments, or hardly any."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import autoseg
from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.errors import InputWarning, StructureError, StructureWarning
from autoseg.tables.fitness import check_fitness


@pytest.fixture(scope="module")
def orders():
    """Return a function that makes one order each of some customers."""

    def orders(n_customers=120, **columns):
        random = np.random.default_rng(5)
        days = pd.to_timedelta(random.integers(0, 700, n_customers), unit="D")
        return pd.DataFrame(
            {
                "customer_id": [f"K{i:04d}" for i in range(n_customers)],
                "order_date": pd.Timestamp("2023-01-02") + days,
                "amount": random.gamma(2, 100, n_customers).round(2),
            }
        ).assign(**columns)

    return orders


def segment(table, **settings):
    """Return the segments and the warnings; those of scikit-learn would raise."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = autoseg.segment(table, n_resamples=0, **settings)
    ours = (InputWarning, StructureWarning)
    assert [w for w in caught if not isinstance(w.message, ours)] == []
    return found, [str(w.message) for w in caught]


def fitness(outcome):
    """Return what is told of tables that were read well, by code."""
    return {finding.code: finding for finding in check_fitness(outcome.staged)}


def refused(table):
    """Return the one finding that a table is refused for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        with pytest.raises(StructureError) as error:
            autoseg.segment(table)
    (finding,) = error.value.findings
    return finding


def test_b77_one_customer_is_too_few(orders):
    found = refused(orders(30, customer_id="K1"))
    assert found.code == "ASG_E_TOO_FEW_CUSTOMERS"
    assert found.found == "need at least 10 customers; have n_samples=1"


def test_b78_fewer_customers_than_segments_need_is_told_with_what_helps(orders):
    found = refused(orders(9))
    assert found.code == "ASG_E_TOO_FEW_CUSTOMERS"
    assert found.found == "need at least 10 customers; have n_samples=9"
    assert "rules of recency, frequency and value" in found.fix
    segments, warned = segment(orders(10))
    assert len(segments.labels) == 10
    assert any("ASG_W_FEW_CUSTOMERS" in text for text in warned)


def test_b79_customers_who_are_all_alike_are_one_segment(orders):
    table = orders(amount=5.0, order_date=pd.Timestamp("2024-01-01"))
    found, warned = segment(table)
    assert set(found.labels) == {1}
    assert "all 120 customers are alike, so there is one segment" in warned[-1]


def test_b80_a_feature_with_one_value_is_left_out_and_told():
    X = pd.DataFrame({"a": np.arange(40.0), "b": 7.0})
    found = "ASG_W_CONSTANT_COLUMN: .*column 'b'"
    with pytest.warns(InputWarning, match=found):
        scaled = CustomerScaler().set_output(transform="pandas").fit_transform(X)
    assert list(scaled.columns) == ["a"]


def test_b81_one_feature_is_enough(orders):
    found, _ = segment(orders(), features=["monetary"])
    assert found.model.feature_names == ("monetary",)
    assert set(found.labels) == set(range(1, found.labels.max() + 1))


def test_b82_where_everyone_bought_once_recency_and_value_decide(orders):
    found, warned = segment(orders())
    told = [text for text in warned if "ASG_W_CONSTANT_COLUMN" in text]
    assert any("column 'frequency'" in text for text in told)
    assert len(set(found.labels)) > 1
    assert len(found.labels) == 120


@pytest.mark.parametrize("n_different", [1, 2, 10])
def test_b83_neither_one_segment_nor_as_many_as_customers_is_an_error(n_different):
    X = np.arange(10.0)[:, None] % n_different
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StructureWarning)
        model = AutoClusterer(k_range=(1, 10)).fit(X)
    assert 1 <= model.n_clusters_ <= n_different
    silhouettes = [one.silhouette for one in model.selection_.candidates]
    assert all(s is None or np.isnan(s) or -1 <= s <= 1 for s in silhouettes)


def test_b84_an_id_that_is_mapped_as_a_category_is_told(bring, frame):
    table = frame(category=[f"article {i}" for i in range(300)])
    found = fitness(bring(table))["ASG_W_COLUMN_LIKE_ID"]
    assert (found.source, found.column) == ("transactions", "category")
    few = frame(category=["food", "shoes", "books"] * 100)
    assert "ASG_W_COLUMN_LIKE_ID" not in fitness(bring(few))


def test_b85_an_attribute_without_values_is_told(bring, frame):
    ids = [f"K{i:04d}" for i in range(100)]
    customers = pd.DataFrame({"customer_id": ids, "city": None, "age": [30, 40] * 50})
    found = fitness(bring(frame(), customers=customers))["ASG_W_EMPTY_COLUMN"]
    assert (found.source, found.column) == ("customers", "city")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_b85_a_matrix_with_gaps_is_refused(bad):
    X = np.eye(12)
    X[0, 0] = bad
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        AutoClusterer().fit(X)


def test_b86_features_that_say_the_same_are_merged(orders):
    X = pd.DataFrame({"a": np.arange(40.0) ** 2, "b": np.arange(40.0)})
    X = X.assign(twice=X["a"] * 2)
    scaler = CustomerScaler().set_output(transform="pandas")
    with pytest.warns(InputWarning, match="it says what column 'a' says"):
        scaled = scaler.fit_transform(X)
    assert scaled.shape[1] < 3


def test_b86_an_attribute_that_repeats_another_is_told(bring, frame):
    ids = [f"K{i:04d}" for i in range(100)]
    customers = pd.DataFrame({"customer_id": ids, "age": range(100)})
    customers["years"] = customers["age"]
    found = fitness(bring(frame(), customers=customers))["ASG_W_REPEATED_COLUMN"]
    assert found.source == "customers"
    assert {found.column, *found.found.split("'")} >= {"age", "years"}


def test_b87_a_feature_that_the_model_needs_is_missed_by_name(orders):
    found, _ = segment(orders(), features=["monetary", "recency_days"])
    matrix = found.features.matrix(["monetary"])
    with pytest.raises(autoseg.errors.InputError, match="recency_days"):
        found.model.assign_features(matrix)

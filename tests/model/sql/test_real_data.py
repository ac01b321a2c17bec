"""Real customers: the same segments from SQL, from features and from raw orders."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import autoseg
from autoseg.errors import AutosegWarning

if TYPE_CHECKING:
    import pandas as pd

    from autoseg.api import Segmentation

ENGINES = ("duckdb", "postgres", "spark")


def quietly_segmented(orders: pd.DataFrame, **settings: object) -> Segmentation:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AutosegWarning)
        # how many segments there are is not the question here
        given = {"n_resamples": 0, "target": (5, 5), "k_range": (5, 5)} | settings
        return autoseg.segment(orders, **given)


def orders_of(raw: pd.DataFrame) -> pa.Table:
    """Return typed order lines as a warehouse has them: decimals and microseconds."""
    kinds = {
        "customer_id": pa.string(),
        "order_id": pa.string(),
        "timestamp": pa.timestamp("us"),
        "amount": pa.decimal128(18, 4),
    }
    columns = {}
    for name, kind in kinds.items():
        values = raw[name]
        if name.endswith("_id"):
            values = values.astype("str")
        if name == "amount":
            columns[name] = pa.array(values.astype(float)).cast(pa.string()).cast(kind)
        else:
            columns[name] = pa.array(values, type=kind)
    return pa.table(columns)


@pytest.fixture(scope="module")
def retail() -> Segmentation:
    orders = autoseg.datasets.load_online_retail()
    return quietly_segmented(orders, currency="GBP")


@pytest.fixture(scope="module")
def households() -> Segmentation:
    return quietly_segmented(autoseg.datasets.load_grocery().transactions)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dialect", ENGINES)
@pytest.mark.parametrize("shop", ["retail", "households"])
def test_every_customer_is_where_python_puts_them(engines, request, shop, dialect):
    segmentation = request.getfixturevalue(shop)
    features = segmentation.features.frame.reset_index(drop=True)
    # what is NaN for pandas is NULL in a table of features
    engines.check(dialect, segmentation.model, features, features.isna().to_numpy())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dialect", ENGINES)
def test_raw_orders_give_the_segments_of_the_fit(engines, dialect):
    shop = autoseg.datasets.make_customers(400, segments=4, random_state=3)
    segmentation = quietly_segmented(shop.transactions)
    check_pipeline(engines, dialect, segmentation, shop.transactions)


def test_every_retail_customer_is_found_from_the_raw_rows(engines, retail):
    orders = autoseg.datasets.load_online_retail()
    check_pipeline(engines, "duckdb", retail, orders)


def check_pipeline(engines, dialect, segmentation, raw):
    orders = raw.reset_index(drop=True)
    if "order_id" not in orders:
        orders["order_id"] = orders.index.astype(str)
    sql = segmentation.model.pipeline_sql(
        dialect,
        table="raw_orders",
        columns={"order_id": "order_id"},
        as_of=segmentation.features.as_of,
    )
    found = engines.run(dialect, sql, "raw_orders", orders_of(orders))
    assert found["segment"].to_dict() == segmentation.labels.to_dict()
    expected = segmentation.model.assign_features(segmentation.features.frame)
    assert found["runner_up"].to_dict() == expected["runner_up"].to_dict()
    assert (found["confidence"] - expected["confidence"]).abs().max() <= 1e-12

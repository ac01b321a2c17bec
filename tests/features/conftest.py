"""Hand-worked customers, and features through the staged tables and by pandas."""

from __future__ import annotations

import warnings
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputWarning
from autoseg.features import CATALOGUE, FeatureTable, compute_features
from autoseg.features.compute import select_features
from autoseg.tables import stage

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = date(2024, 4, 1)
LINES = [
    ("ann", "a1", "2024-01-06 23:59:59", 60, 2, "p1", "books", "web", 10, 30),
    ("ann", "a1", "2024-01-06 23:59:59", 40, 1, "p2", "food", "web", 0, 20),
    ("ann", "a2", "2024-01-20 12:00:00", 50, 1, "p1", "books", "store", None, 25),
    ("ann", "a3", "2024-03-02 12:00:00", 50, 4, "p3", "food", "web", 40, 10),
    ("ann", "a4", "2024-03-10 12:00:00", -40, -1, "p2", "food", "web", 0, -20),
    ("bo", "b1", "2024-03-31 00:00:00", 80, None, None, None, None, None, None),
    ("cy", "c1", "2023-12-01 09:00:00", 10, 1, "p1", "books", "web", 0, 4),
    ("cy", "c2", "2023-12-01 10:00:00", 30, 1, "p1", "books", "web", 0, 12),
    ("cy", "c3", "2023-12-01 11:00:00", 20, 1, "p4", "books", "app", 0, None),
    ("di", "d1", "2023-06-01 12:00:00", 5, 1, "p5", "toys", "web", 0, 5),
    ("di", "d2", "2023-06-11 12:00:00", 15, 1, "p6", "toys", "web", 5, 5),
    ("di", "d3", "2024-03-30 12:00:00", 5, 1, "p7", "toys", "app", 0, 5),
    ("di", "d3", "2024-03-30 12:00:00", -5, -1, "p6", "toys", "app", 0, -5),
    ("eve", "e1", "2023-10-03 00:00:00", 1000, 1, "p1", "books", "web", 0, 1),
    ("eve", "e2", "2023-10-04 00:00:00", 2000, 2, "p2", "food", "web", 0, 1),
    ("eve", "e3", "2024-01-01 23:59:59", 3000, 3, "p3", "food", "web", 0, 1),
    ("eve", "e4", "2024-01-02 00:00:00", 4000, 4, "p5", "toys", "web", 0, 1),
]
COLUMNS = [
    "customer_id",
    "order_id",
    "timestamp",
    "amount",
    "quantity",
    "product_id",
    "category",
    "channel",
    "discount",
    "cost",
]


@pytest.fixture
def lines() -> pd.DataFrame:
    """Return the lines of five customers."""
    frame = pd.DataFrame(LINES, columns=COLUMNS)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    return frame


@pytest.fixture
def events() -> pd.DataFrame:
    """Return events of three of the five customers, and messages sent to two."""
    days = ["2024-03-31T23:59:59", "2024-01-01", "2024-02-01", "2023-06-01"]
    sent = ["2024-03-30", "2024-03-30"]
    return pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bo", "di", "bo", "cy"],
            "timestamp": pd.to_datetime(days + sent, format="ISO8601"),
            "event_type": ["open", "click", "visit", "consent", "Sendt", "mail-sent"],
        }
    )


@pytest.fixture
def responses() -> pd.DataFrame:
    """Return campaigns of two of the five customers."""
    return pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "ann", "bo"],
            "campaign_id": ["x", "y", "z", "x"],
            "converted": [True, False, False, False],
        }
    )


@pytest.fixture(scope="session")
def features_of() -> Callable[..., FeatureTable]:
    """Return a function from transactions to features, through the staged tables."""

    def compute(
        transactions: pd.DataFrame,
        names: list[str] | None = None,
        *,
        as_of: date = AS_OF,
        threads: int = 2,
        **tables: Any,
    ) -> FeatureTable:
        with DuckDBEngine(threads=threads) as engine, warnings.catch_warnings():
            # what staging thinks of the rows is tested where the tables are
            warnings.simplefilter("ignore", InputWarning)
            staged = stage(engine, transactions, as_of=as_of, **tables)
            if names is None:
                # what the data give names to is tested where it is made
                every = select_features(staged, None)
                names = [one.name for one in every if one.name in CATALOGUE]
            return compute_features(staged, names)

    return compute


@pytest.fixture(scope="session")
def by_pandas() -> Callable[..., pd.DataFrame]:
    """Return the features by pandas, from the definitions and not from our SQL."""
    where = Path(__file__).with_name("pandas_reference.py")
    spec = spec_from_file_location("pandas_reference", where)
    reference = module_from_spec(spec)
    spec.loader.exec_module(reference)

    def compute(
        transactions: pd.DataFrame, as_of: date = AS_OF, **tables: Any
    ) -> pd.DataFrame:
        out = reference.every_feature(transactions, as_of, **tables)
        return out[[name for name in CATALOGUE if name in out]]

    return compute

"""Feature tables built by hand or planted with known kinds of customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest

from autoseg.features import CATALOGUE, FeatureTable

Columns = Mapping[str, list[float] | np.ndarray]
MakeTable = Callable[..., FeatureTable]


def build(
    columns: Columns,
    revenue: list[int] | np.ndarray | None = None,
    currency: str | None = "NOK",
) -> FeatureTable:
    columns = dict(columns)
    if {"recency_days", "mean_gap_days"} <= set(columns):
        gaps = np.asarray(columns["mean_gap_days"], float)
        usual = np.where(gaps > 0, gaps, np.nan)
        columns["overdue_ratio"] = np.asarray(columns["recency_days"]) / usual
    names = [name for name in CATALOGUE if name in columns]
    n_customers = len(columns[names[0]])
    index = pd.Index([f"c{number:06}" for number in range(n_customers)])
    if revenue is None:
        money = np.asarray(columns.get("monetary", np.ones(n_customers)))
        revenue = np.rint(money * 10_000)
    frame = pd.DataFrame({name: columns[name] for name in names}, index=index)
    return FeatureTable(
        frame=frame.astype(float),
        revenue=pd.Series(np.asarray(revenue, dtype=np.int64), index=index),
        features=tuple(CATALOGUE[name] for name in names),
        as_of=date(2024, 1, 1),
        first_day=date(2022, 1, 3),
        last_day=date(2023, 12, 31),
        currency=currency,
    )


# recency, orders, order value, tenure: the centre of each kind of customers
KINDS = {
    "champions": (8, 20, 900, 600),
    "one_time": (400, 1, 300, 400),
    "at_risk": (260, 5, 500, 600),
    "new": (30, 1, 400, 30),
}


def plant(n_each: int = 60, seed: int = 0) -> tuple[FeatureTable, np.ndarray]:
    """Return customers of four kinds, and their labels in the order of KINDS."""
    rng = np.random.default_rng(seed)
    parts = []
    for recency, orders, value, tenure in KINDS.values():
        jitter = rng.uniform(0.8, 1.25, size=(n_each, 3))
        days = np.rint(recency * jitter[:, 0])
        number = np.full(n_each, 1.0)
        if orders > 1:
            number = np.rint(orders * jitter[:, 1])
        first = np.where(number > 1, np.maximum(np.rint(tenure), days + number), days)
        worth = np.round(value * jitter[:, 2], 2)
        gap = np.where(number > 1, (first - days) / np.maximum(number - 1, 1), np.nan)
        parts.append(np.column_stack([days, number, first, gap, number * worth, worth]))
    stacked = np.vstack(parts)
    names = [
        "recency_days",
        "frequency",
        "tenure_days",
        "mean_gap_days",
        "monetary",
        "average_order_value",
    ]
    table = build(dict(zip(names, stacked.T, strict=True)))
    return table, np.repeat(np.arange(len(KINDS)), n_each)


@pytest.fixture(scope="session")
def make_table() -> MakeTable:
    return build


@pytest.fixture(scope="session")
def planted() -> tuple[FeatureTable, np.ndarray]:
    return plant()

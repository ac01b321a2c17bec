"""Segments that several files of tests assign customers to."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import autoseg
from autoseg.features import Feature

FEW_MODELS = {"k_range": (3, 4), "method": "kmeans", "n_resamples": 0}
"""What keeps a fit short."""


@pytest.fixture(scope="session")
def orders() -> pd.DataFrame:
    """Return orders of 300 customers, in a shop with channels."""
    shop = autoseg.datasets.make_customers(300, segments=3, random_state=5)
    rng = np.random.default_rng(0)
    channels = rng.choice(["web", "store", "phone"], len(shop.transactions))
    return shop.transactions.assign(channel=channels)


@pytest.fixture(scope="session")
def people(orders) -> pd.DataFrame:
    """Return the customers table of the shop, two of whom have not bought."""
    ids = sorted(orders["customer_id"].unique())
    cities = [("Oslo", "Bergen", "Tromsø")[i % 3] for i in range(len(ids))]
    waiting = pd.DataFrame({"customer_id": ["aaa", "zzz"], "city": ["Oslo", "Bergen"]})
    return pd.concat([pd.DataFrame({"customer_id": ids, "city": cities}), waiting])


@pytest.fixture(scope="session")
def segmentation(orders, people) -> autoseg.Segmentation:
    """Return segments that rest on channels, an attribute and one's own feature."""
    with warnings.catch_warnings(action="ignore"):
        return autoseg.segment(
            orders,
            customers=people,
            currency="NOK",
            features=[
                *("recency_days", "frequency", "monetary", "mean_gap_days"),
                *("channel_share_web", "attribute_city_oslo"),
                Feature(
                    name="usual_size",
                    block="own",
                    unit="currency",
                    sql="SUM(spent) / COUNT(spent)",
                ),
            ],
            **FEW_MODELS,
        )

"""Every feature is the same number, to the last bit, whatever engine computes it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.features import CATALOGUE, compute_features
from autoseg.tables.staging import stage_quietly

N = 2500


@pytest.fixture(scope="module")
def shop():
    """Return four tables with every optional column, blanks and same-day orders."""
    random = np.random.default_rng(11)
    customers = np.array([f"k{i:03}" for i in random.zipf(1.3, N) % 120], dtype=object)
    orders = np.sort(random.integers(0, N // 2, N))
    bought = pd.DataFrame(
        {
            "customer_id": customers[orders],
            "order_id": orders,
            "timestamp": moments(random, "2022-06-01", 900, N),
            "amount": np.round(
                random.lognormal(3, 1, N) * random.choice([1, 1, 1, 1, -1, 0], N), 2
            ),
            "quantity": random.integers(0, 9, N),
            "product_id": random.choice([f"p{i}" for i in range(40)], N),
            "category": random.choice(["Blåbær", "mel", "x;y,z", None], N),
            "channel": random.choice(["web", "butikk", "Øst"], N),
            "discount": random.choice([0, 0, 5.5, 1.25, np.nan], N),
            "cost": np.where(
                random.random(N) < 0.9, random.integers(0, 900, N) / 7, np.nan
            ),
        }
    )
    seen = pd.DataFrame(
        {
            "customer_id": random.choice(customers, N),
            "timestamp": moments(random, "2023-06-01", 500, N),
            "event_type": random.choice(
                ["email_sent", "Open", "click", "visit", "add_to_cart", "checkout"], N
            ),
            "device": random.choice(["mobile", "desktop", None], N),
        }
    )
    asked = pd.DataFrame(
        {
            "customer_id": random.choice(customers, 300),
            "campaign_id": random.choice(["a", "b"], 300),
            "converted": random.random(300) < 0.3,
            "exposed_at": moments(random, "2024-01-01", 50, 300),
        }
    )
    people = pd.DataFrame({"customer_id": np.unique(customers)[3:]})
    people["City"] = random.choice(["Oslo", "Bergen", "Århus", None], len(people))
    people["age"] = random.integers(18, 90, len(people))
    people["income"] = np.round(random.lognormal(10, 1, len(people)), 2)
    people["member"] = random.random(len(people)) < 0.5
    return {
        "transactions": bought,
        "customers": people,
        "events": seen,
        "responses": asked,
    }


def moments(random, first, days, n):
    seconds = random.integers(0, days * 86400, n)
    first = pd.Timestamp(first).as_unit("us")
    return first + pd.to_timedelta(seconds, unit="s").as_unit("us")


@pytest.fixture(scope="module")
def expected(shop):
    with DuckDBEngine(threads=2) as engine:
        return compute_features(stage_quietly(engine, shop, None))


def test_all_features_are_there(expected):
    computed = {feature.name for feature in expected.features}
    assert computed >= CATALOGUE.keys()


def test_all_features_are_the_same_bit_by_bit(place, shop, expected):
    with place.staged(shop) as staged:
        there = compute_features(staged)
    assert there.features == expected.features
    pd.testing.assert_series_equal(there.revenue, expected.revenue)
    pd.testing.assert_frame_equal(there.frame, expected.frame, check_exact=True)


def test_each_feature_can_be_computed_alone(in_postgres, shop, expected):
    with in_postgres.staged(shop) as staged:
        for name in CATALOGUE:
            alone = compute_features(staged, [name]).frame[name]
            pd.testing.assert_series_equal(
                alone, expected.frame[name], check_exact=True
            )

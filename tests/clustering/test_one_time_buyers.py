"""One-time buyers, whales and those who never used a coupon do not take over."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from autoseg.clustering import AutoClusterer, CustomerScaler


@pytest.fixture(scope="module")
def shop() -> pd.DataFrame:
    """Return 1,500 customers of whom half bought once, and most without a coupon."""
    rng = np.random.default_rng(8)
    n = 1500
    orders = np.where(rng.random(n) < 0.5, 1, 2 + rng.poisson(rng.gamma(1.5, 3, n)))
    basket = rng.lognormal(3.5, 0.5, n)
    gaps = rng.gamma(3, 20, n)
    return pd.DataFrame(
        {
            "recency_days": np.ceil(rng.exponential(90, n)),
            "frequency": orders,
            "monetary": orders * basket,
            # nobody who bought once has a gap; it is filled with that of all others
            "mean_gap_days": np.where(orders > 1, gaps, np.median(gaps)),
            "coupon_value": np.where(rng.random(n) < 0.7, 0.0, rng.lognormal(1, 1, n)),
        }
    )


def fitted(frame, **settings):
    scaler = CustomerScaler().set_output(transform="pandas")
    return make_pipeline(scaler, AutoClusterer(**settings)).fit(frame)


def test_no_model_ends_in_a_segment_without_width(shop):
    table = fitted(shop, value_columns=None)[-1].selection_.to_frame()
    within_reach = table.query("k <= 7 and smallest_share >= 0.01")
    assert len(within_reach) > 20
    assert (within_reach["n_degenerate"] == 0).all()


def test_customers_are_not_divided_by_what_most_never_did(shop):
    pipeline = fitted(shop)
    assert pipeline[-1].n_clusters_ == pipeline[-1].selection_.k_preferred == 2
    labels = pipeline.predict(shop)
    once = (shop["frequency"] == 1).groupby(labels).mean()
    assert once.max() - once.min() > 0.8
    unused = (shop["coupon_value"] == 0).groupby(labels).mean()
    assert unused.max() - unused.min() < 0.1


def test_one_time_buyers_are_found_where_they_are_a_kind_of_their_own(shop):
    rng = np.random.default_rng(9)
    once = (shop["frequency"] == 1).to_numpy()
    apart = shop.assign(
        recency_days=np.where(once, 300 + rng.gamma(9, 9, 1500), shop["recency_days"]),
        monetary=np.where(once, rng.lognormal(2, 0.3, 1500), 60 * shop["frequency"]),
    )
    labels = fitted(apart).predict(apart)
    counts = np.bincount(labels[once], minlength=labels.max() + 1)
    alone = [j for j in range(len(counts)) if counts[j] > 0.9 * (labels == j).sum()]
    assert counts[alone].sum() > 0.95 * once.sum()


def test_a_whale_has_no_segment_of_its_own(shop):
    whale = shop.copy()
    whale.loc[0, "monetary"] = 1e4 * shop["monetary"].max()
    before, after = fitted(shop), fitted(whale)
    assert before[-1].n_clusters_ == after[-1].n_clusters_
    assert np.bincount(after.predict(whale)).min() >= 15

"""Planted customers: deterministic, plausible, and what they claim to be."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from autoseg.datasets import ARCHETYPES, make_customers
from autoseg.errors import InputError

COLUMNS = ["product_id", "category", "quantity", "discount", "channel"]


@pytest.fixture(scope="module")
def shop():
    return make_customers(2000, 9, lines_per_order=2.5, columns=COLUMNS, currency="NOK")


@pytest.fixture(scope="module")
def purchases(shop) -> pd.DataFrame:
    """Return a row a purchase, with its age and the planted segment."""
    lines = shop.transactions
    orders = lines.groupby(["customer_id", "order_id"], as_index=False).agg(
        timestamp=("timestamp", "first"),
        amount=("amount", "sum"),
        discount=("discount", "sum"),
        channel=("channel", "first"),
    )
    orders = orders[orders["amount"] > 0]
    age = pd.Timestamp(shop.as_of) - orders["timestamp"].dt.normalize()
    return orders.assign(age=age.dt.days, segment=orders["customer_id"].map(shop.truth))


def test_equal_seeds_give_equal_data_and_others_do_not(shop):
    again = make_customers(
        2000, 9, lines_per_order=2.5, columns=COLUMNS, currency="NOK"
    )
    pd.testing.assert_frame_equal(again.transactions, shop.transactions)
    pd.testing.assert_series_equal(again.truth, shop.truth)
    other = make_customers(2000, 9, lines_per_order=2.5, random_state=1)
    assert not other.truth.equals(shop.truth)


def test_optional_columns_do_not_change_the_others(shop):
    plain = make_customers(2000, 9, lines_per_order=2.5).transactions
    assert list(plain) == ["customer_id", "order_id", "timestamp", "amount"]
    pd.testing.assert_frame_equal(shop.transactions[list(plain)], plain)


def test_every_customer_buys_and_has_a_segment(shop):
    truth = shop.truth
    assert len(truth) == 2000
    assert truth.index.is_monotonic_increasing
    assert truth.index.is_unique
    assert set(shop.transactions["customer_id"]) == set(truth.index)
    assert set(truth) == set(ARCHETYPES)


def test_shares_are_those_of_the_archetypes(shop):
    weights = pd.Series({name: kind.weight for name, kind in ARCHETYPES.items()})
    expected = weights / weights.sum() * 2000
    assert (shop.truth.value_counts() - expected).abs().max() < 10


def test_rows_lie_in_the_period_sorted_by_time(shop):
    moments = shop.transactions["timestamp"]
    assert moments.is_monotonic_increasing
    assert moments.min() >= pd.Timestamp("2023-01-02")
    assert moments.max() < pd.Timestamp("2025-01-01")
    assert shop.as_of == date(2025, 1, 1)


def test_amounts_are_whole_hundredths_and_never_zero(shop):
    cents = shop.transactions["amount"] * 100
    assert np.allclose(cents, cents.round(), atol=1e-6)
    assert (cents.round() != 0).all()


@pytest.mark.parametrize("name", [n for n, k in ARCHETYPES.items() if k.peak is None])
def test_orders_respect_the_archetype(name, purchases):
    kind = ARCHETYPES[name]
    mine = purchases[purchases["segment"] == name]
    by = mine.groupby("customer_id")
    # an order moves to another day of its week, at most
    assert by["age"].min().between(kind.recency[0] - 7, kind.recency[1] + 7).all()
    assert by.size().between(round(kind.orders[0]), round(kind.orders[1])).all()
    weekend = mine["timestamp"].dt.day_name().isin(["Saturday", "Sunday"]).mean()
    assert weekend == pytest.approx(kind.weekend, abs=0.06)
    assert (mine["discount"] > 0).mean() == pytest.approx(kind.deals, abs=0.06)
    online = (mine["channel"] != "store").mean()
    assert online == pytest.approx(kind.online, abs=0.07)


def test_seasonal_customers_buy_around_the_peak(purchases):
    mine = purchases[purchases["segment"] == "seasonal"]
    assert mine["timestamp"].dt.month.isin([11, 12]).mean() > 0.9


def test_returns_give_back_a_line_that_was_bought(shop):
    lines = shop.transactions
    returns = lines[lines["amount"] < 0]
    assert 0.005 < len(returns) / lines["order_id"].nunique() < 0.06
    assert returns["order_id"].is_unique
    assert (returns["quantity"] < 0).all()
    assert (returns["discount"] == 0).all()
    keys = ["customer_id", "product_id", "amount"]
    bought = set(map(tuple, lines[keys].to_numpy().tolist()))
    given_back = returns.assign(amount=-returns["amount"])[keys].to_numpy().tolist()
    assert set(map(tuple, given_back)) <= bought


def test_the_planted_segments_can_be_found(purchases, shop):
    by = purchases.groupby("customer_id")
    matrix = np.log(
        pd.DataFrame(
            {
                "recency": by["age"].min(),
                "tenure": by["age"].max(),
                "frequency": by.size(),
                "value": by["amount"].mean(),
            }
        )
    )
    five = shop.truth.isin(list(ARCHETYPES)[:5])
    matrix, truth = matrix[five.loc[matrix.index]], shop.truth[five]
    scaled = (matrix - matrix.mean()) / matrix.std()
    labels = KMeans(5, n_init=10, random_state=0).fit_predict(scaled)
    assert adjusted_rand_score(truth, labels) > 0.85


def test_spread_runs_segments_into_each_other():
    near, far = (
        make_customers(500, ["champions", "loyal"], spread=spread, random_state=2)
        for spread in (0.2, 2.0)
    )
    deviation = [
        np.log(shop.transactions.groupby("customer_id").size())
        .groupby(shop.truth)
        .std()
        .mean()
        for shop in (near, far)
    ]
    assert deviation[1] > 5 * deviation[0]


def test_a_typical_order_scales_amounts(shop):
    dear = make_customers(2000, 9, lines_per_order=2.5, typical_order=500.0)
    ratio = dear.transactions["amount"].sum() / shop.transactions["amount"].sum()
    assert ratio == pytest.approx(10, rel=1e-3)
    assert shop.transactions["currency"].unique().tolist() == ["NOK"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"segments": 0}, "segments=0"),
        ({"segments": 10}, "segments=10"),
        ({"segments": ["champions", "champions"]}, "different names"),
        ({"segments": ["whales"]}, "'whales'"),
        ({"segments": []}, r"segments=\[\]"),
        ({"n": 4}, "at least one customer a segment"),
        ({"days": 300}, "at least 365 days"),
        ({"lines_per_order": 0.5}, "lines_per_order=0.5"),
        ({"columns": ["colour"]}, "'colour'"),
        ({"typical_order": 0}, "typical_order=0"),
        ({"spread": -1}, "spread=-1"),
    ],
)
def test_an_argument_that_cannot_be_used_is_an_error(arguments, found):
    with pytest.raises(InputError, match=found) as error:
        make_customers(**arguments)
    assert error.value.codes == ("ASG_E_ARGUMENT",)


def test_all_bad_arguments_come_in_one_error():
    with pytest.raises(InputError, match="days=1") as error:
        make_customers(days=1, spread=-1)
    assert len(error.value.findings) == 2


def test_every_customer_buys_however_wide_the_spread():
    shop = make_customers(400, 9, spread=3.0, random_state=27)
    assert shop.transactions["customer_id"].nunique() == 400


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(9, 60),
    days=st.integers(365, 1500),
    spread=st.floats(0, 3),
    lines=st.floats(1, 4),
    seed=st.integers(0, 10**6),
    as_of=st.dates(date(1990, 1, 1), date(2035, 1, 1)),
)
def test_any_settings_give_whole_data(n, days, spread, lines, seed, as_of):
    shop = make_customers(
        n, 9, as_of=as_of, days=days, spread=spread, lines_per_order=lines,
        columns=COLUMNS, random_state=seed,
    )  # fmt: skip
    frame = shop.transactions
    assert not frame.isna().any().any()
    assert set(frame["customer_id"]) == set(shop.truth.index)
    end = pd.Timestamp(as_of)
    assert (frame["timestamp"] < end).all()
    assert (frame["timestamp"] >= end - pd.Timedelta(days=days)).all()
    orders = frame[["order_id", "customer_id", "timestamp"]].drop_duplicates()
    assert orders["order_id"].is_unique

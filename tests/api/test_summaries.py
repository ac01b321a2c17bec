"""Customers that came summed up give the segments that their purchases give."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

import autoseg
from autoseg.errors import InputError
from autoseg.locales import LANGUAGES

RFM = ["recency_days", "frequency", "monetary", "tenure_days"]


@pytest.fixture(scope="module")
def shop():
    return autoseg.datasets.make_customers(600, segments=5, random_state=2)


@pytest.fixture(scope="module")
def from_purchases(shop):
    return autoseg.segment(
        shop.transactions, features=RFM, currency="NOK", n_resamples=0
    )


@pytest.fixture(scope="module")
def table(from_purchases) -> pd.DataFrame:
    return from_purchases.features.frame[RFM].reset_index()


@pytest.fixture(scope="module")
def summed_up(table):
    return autoseg.segment(summaries=table, currency="NOK", n_resamples=0)


def figures(segmentation) -> list[dict]:
    """Return what the profiles say of the features that both ways have."""
    of_both = []
    for one in segmentation.profiles.to_dict()["segments"]:
        kept = {key: one[key] for key in ("number", "size", "share", "revenue")}
        kept["revenue_share"] = one["revenue_share"]
        for name in ("medians", "lifts", "scores"):
            kept[name] = {feature: one[name].get(feature) for feature in RFM}
        of_both.append(kept)
    return of_both


def check_same(summed_up, from_purchases) -> None:
    pd.testing.assert_series_equal(summed_up.labels, from_purchases.labels)
    pd.testing.assert_series_equal(
        summed_up.features.revenue, from_purchases.features.revenue
    )
    assert figures(summed_up) == figures(from_purchases)
    assert summed_up.log.revenue_used == from_purchases.log.revenue_used
    assert summed_up.log.n_orders == from_purchases.log.n_orders
    assert summed_up.model.to_dict()["rule"] == from_purchases.model.to_dict()["rule"]


def test_the_sums_of_a_shop_give_what_its_purchases_give(summed_up, from_purchases):
    check_same(summed_up, from_purchases)


def test_the_default_features_are_the_measures_that_came(summed_up, table):
    assert set(summed_up.model.feature_names) == set(RFM)
    without = autoseg.segment(
        summaries=table.drop(columns="tenure_days"), n_resamples=0
    )
    assert set(without.model.feature_names) == {"recency_days", "frequency", "monetary"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_gives_what_its_frame_gives(ending, table, summed_up, tmp_path):
    path = tmp_path / f"customers.{ending}"
    if ending == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    found = autoseg.segment(summaries=path, currency="NOK", n_resamples=0)
    check_same(found, summed_up)


def test_the_order_of_the_rows_changes_nothing(table, summed_up):
    shuffled = table.sample(frac=1, random_state=3)
    found = autoseg.segment(summaries=shuffled, currency="NOK", n_resamples=0)
    assert found.to_dict() == summed_up.to_dict()


def test_the_callers_frame_is_left_alone(table):
    before = table.copy(deep=True)
    autoseg.segment(summaries=table, n_resamples=0)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.filterwarnings("ignore::autoseg.InputWarning")
def test_orders_of_the_r_package_rfm_give_the_same_either_way(data_folder):
    orders = pd.read_parquet(data_folder / "rfm_data_orders.parquet")
    orders.columns = ["customer_id", "timestamp", "amount"]
    as_of = date(2006, 12, 31)
    bought = autoseg.segment(orders, as_of=as_of, features=RFM, n_resamples=0)
    # what rfm_table_order gives, worked out by pandas
    days = pd.Timestamp(as_of) - orders["timestamp"].dt.normalize()
    sums = (
        orders.assign(days=days.dt.days)
        .groupby("customer_id", as_index=False)
        .agg(
            recency_days=("days", "min"),
            transaction_count=("days", "size"),
            amount=("amount", "sum"),
            tenure_days=("days", "max"),
        )
    )
    assert len(sums) == 995
    found = autoseg.segment(summaries=sums, as_of=as_of, n_resamples=0)
    check_same(found, bought)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_no_period_that_nobody_told(summed_up, language):
    summary = summed_up.report(language).data
    assert "period" not in [item["key"] for item in summary["facts"]["items"]]
    assert summed_up.profiles.to_dict()["as_of"] is None
    text = json.dumps(summary["summary"] + summary["method"]["steps"])
    assert "None" not in text
    assert not any(year in text for year in ("2023", "2024", "2025"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_tells_the_day_that_was_given(table, shop, language):
    found = autoseg.segment(summaries=table, as_of=shop.as_of, n_resamples=0)
    summary = found.report(language).data
    assert str(shop.as_of.year) in summary["method"]["steps"][0]
    assert "period" in [item["key"] for item in summary["facts"]["items"]]
    last = shop.as_of - timedelta(days=int(table["recency_days"].min()))
    assert found.profiles.last_day == last


def test_the_measures_are_called_by_their_names_in_the_report(summed_up):
    rows = summed_up.report("sv").data["quality"]["mapping"]["rows"]
    assert [row["meaning"] for row in rows][1:3] == [
        "Dagar sedan senaste köp",
        "Antal ordrar",
    ]
    assert {row["table"] for row in rows} == {"Kunder, summerade"}


def test_the_files_are_the_three_promised(summed_up, tmp_path):
    written = summed_up.write(tmp_path / "out", language="da")
    names = [path.name for path in written]
    assert {"segments.csv", "profiles.json", "report.html"} <= set(names)


def test_revenue_of_the_segments_is_the_total_that_came(summed_up, table):
    total = sum(one.revenue for one in summed_up.profiles.segments)
    by_hand = sum(Decimal(str(round(value, 4))) for value in table["monetary"])
    assert total == by_hand.quantize(Decimal("0.01"))


def test_one_table_to_begin_with_is_asked_for(shop, table):
    with pytest.raises(
        InputError, match=r"ASG_E_TABLES.*neither transactions nor summ"
    ):
        autoseg.segment()
    with pytest.raises(InputError, match=r"ASG_E_TABLES.*both transactions and summ"):
        autoseg.segment(shop.transactions, summaries=table)


def test_events_and_responses_cannot_stand_beside_sums(table):
    with pytest.raises(InputError, match="events and responses cannot stand beside"):
        autoseg.segment(summaries=table, events=table, responses=table)


def test_nobody_knows_when_customers_bought_who_came_summed_up(summed_up):
    assert summed_up.rhythm is None
    assert summed_up.to_dict()["rhythm"] is None
    assert summed_up.report().data["rhythm"] is None

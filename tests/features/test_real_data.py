"""Published figures, and the features of real customers against pandas."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from autoseg.datasets import load_grocery, load_online_retail


def check(table, expected) -> None:
    pd.testing.assert_frame_equal(
        table.frame, expected, rtol=1e-9, atol=1e-12, check_index_type=False
    )


def test_the_readme_of_the_r_package_rfm_has_these_figures(data_folder, features_of):
    orders = pd.read_parquet(data_folder / "rfm_data_orders.parquet")
    orders.columns = ["customer_id", "timestamp", "amount"]
    table = features_of(orders, as_of=date(2006, 12, 31))
    abbey = table.frame.loc["Abbey O'Reilly"]
    assert len(table.frame) == 995
    assert abbey[["recency_days", "frequency", "monetary"]].tolist() == [205, 6, 472]


def test_grocery_baskets_give_what_pandas_gives(features_of, by_pandas):
    lines = load_grocery().transactions.rename(columns={"n_units": "quantity"})
    lines = lines.drop(columns=["n_lines", "store_id"])
    as_of = date(2018, 1, 2)
    check(features_of(lines, as_of=as_of), by_pandas(lines, as_of))


def test_the_four_tables_of_a_grocer_give_what_pandas_gives(
    data_folder, features_of, by_pandas
):
    folder = data_folder / "demo" / "full"
    lines, events, responses = (
        pd.read_parquet(folder / f"{name}.parquet")
        for name in ("transactions", "events", "responses")
    )
    lines = lines.drop(columns="store_id").rename(columns={"n_units": "quantity"})
    # the number of lines of each row is told, and a row is one price
    events = events.drop(columns="campaign_id")
    responses = responses[["customer_id", "campaign_id", "responded"]]
    responses = responses.set_axis(["customer_id", "campaign_id", "converted"], axis=1)
    as_of = date(2018, 1, 2)
    tables = {"events": events, "responses": responses}
    table = features_of(lines, as_of=as_of, **tables)
    check(table, by_pandas(lines, as_of, **tables))
    assert set(table.frame) > {"price_level", "open_rate", "campaign_response_share"}


def test_online_retail_invoices_give_what_pandas_gives(features_of, by_pandas):
    orders = load_online_retail().drop(columns=["n_lines", "country"])
    as_of = date(2011, 12, 10)
    table = features_of(orders, as_of=as_of)
    check(table, by_pandas(orders, as_of))
    assert len(table.frame) == 4338


def test_online_retail_lines_give_what_pandas_gives(
    data_folder, features_of, by_pandas
):
    lines = pd.read_parquet(data_folder / "online_retail.parquet")
    lines = lines[lines["customer_id"].notna()]
    lines["amount"] = (lines["quantity"] * lines["unit_price"]).round(3)
    lines = lines.rename(
        columns={
            "invoice_no": "order_id",
            "stock_code": "product_id",
            "invoice_date": "timestamp",
        }
    )
    lines = lines[
        ["customer_id", "order_id", "timestamp", "amount", "quantity", "product_id"]
    ]
    as_of = date(2011, 12, 10)
    check(features_of(lines, as_of=as_of), by_pandas(lines, as_of))


@pytest.mark.parametrize("n_lines", [1, 5])
def test_lines_that_came_summed_count_as_they_say(n_lines, features_of):
    orders = load_online_retail().assign(n_lines=n_lines).head(500)
    table = features_of(orders, ["lines_per_order"], as_of=date(2011, 12, 10))
    assert (table.frame["lines_per_order"] == n_lines).all()

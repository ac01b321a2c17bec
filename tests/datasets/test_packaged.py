"""The data that ship are what their sources say."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError
from decimal import Decimal
from importlib.resources import files

import pandas as pd
import pytest

from autoseg.datasets import load_grocery, load_online_retail


def exact_sum(amounts: pd.Series) -> Decimal:
    return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))


def test_grocery_has_the_published_counts_and_sum():
    grocery = load_grocery()
    assert len(grocery.transactions) == 119_182
    assert grocery.transactions["order_id"].nunique() == 46_427
    assert grocery.transactions["customer_id"].nunique() == 753
    assert exact_sum(grocery.transactions["amount"]) == Decimal("1391795.89")
    assert len(grocery.customers) == 256
    assert len(grocery.events) == 2_702
    assert len(grocery.responses) == 2_027
    assert round(grocery.responses["responded"].mean(), 3) == 0.126


def test_every_household_of_the_other_tables_has_transactions():
    grocery = load_grocery()
    households = set(grocery.transactions["customer_id"])
    for table in (grocery.customers, grocery.events, grocery.responses):
        assert set(table["customer_id"]) <= households


def test_the_grocery_tables_stay_together():
    with pytest.raises(FrozenInstanceError, match="cannot assign to field"):
        load_grocery().transactions = None


def test_online_retail_has_the_published_counts_and_sum():
    orders = load_online_retail()
    assert orders.shape == (22_190, 7)
    assert orders["customer_id"].nunique() == 4_372
    assert orders["n_lines"].sum() == 541_909 - 135_080
    assert orders["country"].nunique() == 37
    assert exact_sum(orders["amount"]) == Decimal("8300065.814")
    assert orders["order_id"].is_unique
    assert orders["timestamp"].is_monotonic_increasing
    assert not orders.isna().any().any()


def test_cancellations_are_kept_and_negative():
    orders = load_online_retail()
    cancelled = orders["order_id"].str.startswith("C")
    assert cancelled.sum() == 3_654
    assert (cancelled == (orders["amount"] < 0)).all()


def test_online_retail_is_the_sum_of_its_lines(data_folder):
    lines = pd.read_parquet(data_folder / "online_retail.parquet")
    lines = lines[lines["customer_id"].notna()]
    # thousandths are whole numbers, so the sums are exact
    mills = (lines["unit_price"] * 1000).round().astype("int64") * lines["quantity"]
    expected = mills.groupby(lines["invoice_no"]).sum()
    orders = load_online_retail().set_index("order_id")["amount"]
    got = (orders * 1000).round().astype("int64").sort_index()
    assert got.tolist() == expected.sort_index().tolist()


def test_the_packaged_files_stay_small():
    data = files("autoseg.datasets").joinpath("data")
    sizes = {path.name: len(path.read_bytes()) for path in data.iterdir()}
    assert sizes["online_retail.parquet"] <= 600_000
    assert sum(sizes.values()) <= 2_000_000


def test_importing_the_data_sets_loads_nothing_heavy():
    code = (
        "import sys, autoseg.datasets;"
        "print({'numpy', 'pandas', 'pyarrow', 'duckdb'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"

"""The statement: only what was asked for, and plain to read."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from autoseg.engines import DuckDBEngine, render
from autoseg.features import CATALOGUE, Feature
from autoseg.features.query import write_query

AS_OF = date(2024, 4, 1)


def test_a_query_holds_only_the_sources_that_are_read():
    sql = write_query([CATALOGUE["frequency"], CATALOGUE["gap_cv"]], AS_OF)
    assert sql.count(" AS (\n") == 1
    assert "by_orders" in sql
    assert "transactions" not in sql
    assert "discount" not in sql


def test_orders_are_read_once_for_all_that_is_told_of_them():
    of_orders = [f for f in CATALOGUE.values() if f.source == "orders"]
    assert write_query(of_orders, AS_OF).count("FROM orders") == 1


def test_a_roll_up_is_stored_only_where_two_sources_read_it():
    once = write_query([CATALOGUE["distinct_products"]], AS_OF)
    assert '"rolled_products" AS (' in once
    twice = [CATALOGUE["distinct_categories"], CATALOGUE["category_entropy"]]
    assert '"rolled_categories" AS MATERIALIZED (' in write_query(twice, AS_OF)


def test_lines_are_not_read_for_features_of_orders():
    of_orders = [f for f in CATALOGUE.values() if f.source == "orders"]
    assert "transactions" not in write_query(of_orders, AS_OF)


@pytest.mark.parametrize(
    ("name", "n_windows"),
    [
        ("gap_cv", 1),
        ("median_order_value", 2),
        ("category_entropy", 1),
        # over the prices of all customers, of which there are few
        ("price_level", 2),
    ],
)
def test_windows_run_over_what_was_rolled_up(name, n_windows):
    sql = write_query([CATALOGUE[name]], AS_OF)
    assert sql.count(" OVER ") == n_windows
    for window in sql.split(" OVER ")[:-1]:
        assert (
            "FROM transactions"
            not in re.split(r" AS (?:MATERIALIZED )?\(\n", window)[-1]
        )


def test_no_other_feature_needs_a_window():
    windowed = ("ranked", "spread", "priced")
    without = [
        feature
        for feature in CATALOGUE.values()
        if feature.source not in windowed and "gap)" not in feature.sql
    ]
    assert " OVER " not in write_query(without, AS_OF)


@pytest.mark.parametrize("dialect", ["duckdb", "spark", "postgres"])
def test_every_dialect_can_write_every_feature(dialect):
    sql = render(write_query(list(CATALOGUE.values()), AS_OF), dialect)
    assert all(name in sql for name in CATALOGUE)


@pytest.mark.parametrize("later", range(7))
def test_a_weekend_is_saturday_and_sunday_whatever_day_as_of_is(later):
    as_of = AS_OF + timedelta(days=later)
    days = [AS_OF - timedelta(days=back) for back in range(1, 15)]
    with DuckDBEngine() as engine:
        engine.execute(
            "CREATE TABLE orders (customer_id VARCHAR, ordered_at TIMESTAMP,"
            " amount DECIMAL(18, 4), kind VARCHAR)"
        )
        for day in days:
            engine.execute(
                "INSERT INTO orders VALUES (?, ?, 1, 'purchase')",
                [day.isoformat(), day],
            )
        rows = engine.fetch_rows(write_query([CATALOGUE["weekend_share"]], as_of))
    weekend = {day for day, _, share in rows if share == 1}
    assert weekend == {"2024-03-23", "2024-03-24", "2024-03-30", "2024-03-31"}


def test_lines_within_names_and_texts_stay_as_they_are():
    odd = Feature(
        name="odd",
        block="own",
        unit="count",
        sql="CAST(COUNT(CASE WHEN 'a\nb''c\nd' = '' THEN age END) AS DOUBLE)",
    )
    sql = write_query([odd], AS_OF)
    assert "'a\nb''c\nd'" in sql
    assert "\n  SELECT customer_id" in sql

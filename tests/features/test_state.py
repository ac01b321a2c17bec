"""A refresh gives what a run over all rows gives, to the last bit."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.datasets import load_grocery, make_customers
from autoseg.engines import DuckDBEngine
from autoseg.features import FeatureTable, compute_features
from autoseg.features.rollups import ROLLUPS, merge_parts, roll_up
from autoseg.features.state import build_state, open_state
from autoseg.tables import stage_quietly

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2024, 4, 1)


def full(given: dict[str, Any], names: Any = None, **options: Any) -> FeatureTable:
    """Return the features of a run over all rows."""
    with DuckDBEngine() as engine:
        staged = stage_quietly(engine, given, None, **({"as_of": AS_OF} | options))
        return compute_features(staged, names)


def build(folder: Path, given: dict[str, Any], names: Any = None, **options: Any):
    with DuckDBEngine() as engine:
        staged = stage_quietly(engine, given, None, **({"as_of": AS_OF} | options))
        return build_state(folder, staged, compute_features(staged, names))


def refresh(
    folder: Path, given: dict[str, Any], names: Any = None, **options: Any
) -> FeatureTable:
    late = options.pop("late", "add")
    with open_state(folder) as state, DuckDBEngine() as engine:
        options = {"as_of": AS_OF, "part": state.part} | options
        staged = stage_quietly(engine, given, None, **options)
        return state.refresh(staged, names, late=late)


def assert_same(refreshed: FeatureTable, whole: FeatureTable) -> None:
    """Assert that two tables are equal to the last bit."""
    assert list(refreshed.frame) == list(whole.frame)
    assert refreshed.frame.index.equals(whole.frame.index)
    assert refreshed.revenue.equals(whole.revenue)
    for name in whole.frame:
        left, right = refreshed.frame[name], whole.frame[name]
        same = left.to_numpy().view("int64") == right.to_numpy().view("int64")
        same |= left.isna().to_numpy() & right.isna().to_numpy()
        assert same.all(), (name, left[~same].head(), right[~same].head())
    for name in ("as_of", "first_day", "last_day", "currency"):
        assert getattr(refreshed, name) == getattr(whole, name), name


def batches_of(
    given: dict[str, pd.DataFrame], n_parts: int, seed: int
) -> list[dict[str, Any]]:
    """Return tables cut at random; the first part has a purchase."""
    random = np.random.default_rng(seed)
    parts: list[dict[str, Any]] = [{} for _ in range(n_parts)]
    for name, frame in given.items():
        labels = random.integers(n_parts, size=len(frame))
        # each part has a row of each table, for an empty one has no types
        labels[: 2 * n_parts] = np.tile(np.arange(n_parts), 2)[: len(labels)]
        for number, part in enumerate(parts):
            rows = frame[labels == number]
            part[name] = None if rows.empty else rows
    return parts


@pytest.mark.parametrize("seed", range(10))
def test_any_split_of_the_rows_gives_the_bits_of_a_full_run(
    seed, lines, events, responses, tmp_path
):
    given = {
        "transactions": lines.sample(frac=1, random_state=seed),
        "events": events,
        "responses": responses,
    }
    first, *rest = batches_of(given, 2 + seed % 3, seed)
    if not (first["transactions"]["amount"] > 0).any():
        first, *rest = [*rest, first]
    build(tmp_path, first)
    for batch in rest:
        table = refresh(tmp_path, batch)
    assert_same(table, full(given))


def test_orders_without_a_number_are_not_taken_for_one_another(lines, tmp_path):
    rows = lines.drop(columns="order_id")
    build(tmp_path, {"transactions": rows[::2]})
    table = refresh(tmp_path, {"transactions": rows[1::2]})
    assert_same(table, full({"transactions": rows}))


def test_a_part_may_hold_nothing_but_returns(lines, tmp_path):
    returns = lines["amount"] < 0
    build(tmp_path, {"transactions": lines[~returns]})
    table = refresh(tmp_path, {"transactions": lines[returns]})
    assert_same(table, full({"transactions": lines}))


def test_who_only_gave_back_so_far_becomes_a_customer_with_the_first_purchase(
    lines, tmp_path
):
    early = lines.assign(order_id="x" + lines["order_id"], amount=-1.0)
    early = early[early["customer_id"] == "bo"]
    rows = pd.concat([lines, early])
    bought = (rows["customer_id"] == "bo") & (rows["amount"] > 0)
    build(tmp_path, {"transactions": rows[~bought]})
    table = refresh(tmp_path, {"transactions": rows[bought]})
    assert_same(table, full({"transactions": rows}))


def test_who_gave_their_only_order_back_is_a_customer_no_more(lines, tmp_path):
    back = lines[lines["customer_id"] == "bo"].assign(amount=-80.0)
    build(tmp_path, {"transactions": lines})
    table = refresh(tmp_path, {"transactions": back})
    assert "bo" not in table.frame.index
    assert_same(table, full({"transactions": pd.concat([lines, back])}))


def test_features_asked_for_only_later_are_computed_from_all_rows(lines, tmp_path):
    rows = {"transactions": lines}
    build(tmp_path, {"transactions": lines[::3]}, ["monetary", "gap_cv"])
    refresh(tmp_path, {"transactions": lines[1::3]}, ["frequency", "monetary"])
    names = ["distinct_products", "gap_cv", "monetary", "return_share"]
    table = refresh(tmp_path, {"transactions": lines[2::3]}, names)
    assert_same(table, full(rows, names))
    # and once more, from what was kept
    again = refresh(tmp_path, {"transactions": lines[:1]}, names)
    assert_same(again, full({"transactions": pd.concat([lines, lines[:1]])}, names))


def test_many_small_parts_become_one_and_the_numbers_stay(shop_lines, tmp_path):
    names = ["recency_days", "monetary", "distinct_products", "gap_cv"]
    day = shop_lines["timestamp"].max().date() + timedelta(days=1)
    half = len(shop_lines) // 2
    build(tmp_path, {"transactions": shop_lines[:half]}, names, as_of=day)
    for part in np.array_split(np.arange(half, len(shop_lines)), 4):
        batch = {"transactions": shop_lines.iloc[part]}
        table = refresh(tmp_path, batch, names, as_of=day)
    whole = full({"transactions": shop_lines}, names, as_of=day)
    assert_same(table, whole)
    with open_state(tmp_path) as state:
        parts = state.manifest.parts
        assert max(len(some) for some in parts.values()) < 5
        assert sum(part.n_rows for part in parts["ids"]) == len(
            shop_lines["customer_id"].unique()
        )
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"manifest.json", *state.manifest.files}


def test_rows_of_the_day_or_later_change_nothing(lines, tmp_path):
    later = lines.assign(timestamp=pd.Timestamp("2024-04-01"), order_id="later")
    build(tmp_path, {"transactions": lines[::2]})
    table = refresh(tmp_path, {"transactions": pd.concat([lines[1::2], later])})
    assert_same(table, full({"transactions": lines}))


def test_another_currency_scales_money_and_nothing_else(lines, tmp_path):
    money = ["amount", "discount", "cost"]
    scaled = lines.assign(**{name: lines[name] * 8 for name in money})
    build(tmp_path, {"transactions": scaled[::2]})
    table = refresh(tmp_path, {"transactions": scaled[1::2]})
    whole = full({"transactions": lines})
    units = {feature.name: feature.unit for feature in table.features}
    expected = whole.frame.assign(
        **{name: whole.frame[name] * 8 for name in units if units[name] == "currency"}
    )
    pd.testing.assert_frame_equal(table.frame, expected, rtol=1e-15)


def test_the_newest_table_of_customers_replaces_the_former(lines, tmp_path):
    people = pd.DataFrame({"customer_id": ["ann", "bo"], "age": [40, 50]})
    build(tmp_path, {"transactions": lines[::2], "customers": people})
    refresh(tmp_path, {"transactions": lines[1::2], "customers": people.assign(age=60)})
    with open_state(tmp_path) as state, DuckDBEngine() as engine:
        (part,) = state.manifest.parts["customers"]
        rows = engine.fetch_rows(f"SELECT age FROM '{tmp_path}/{part.file}'")
    assert rows == [("60",), ("60",)]


def test_a_copy_of_the_folder_is_the_same_state(lines, tmp_path):
    import shutil

    build(tmp_path / "one", {"transactions": lines[::2]})
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    tables = [
        refresh(tmp_path / name, {"transactions": lines[1::2]})
        for name in ("one", "two")
    ]
    assert_same(*tables)


@pytest.fixture(scope="module")
def shop_lines() -> pd.DataFrame:
    """Return lines of 300 customers in the order of time."""
    shop = make_customers(
        300, 5, lines_per_order=2, columns=["product_id", "category", "quantity"],
        random_state=3,
    )  # fmt: skip
    return shop.transactions.sort_values("timestamp", ignore_index=True)


def by_quarters(
    folder: Path, given: dict[str, pd.DataFrame], moments: dict[str, str], as_of: date
) -> FeatureTable:
    """Return the features of the last of many refreshes, a quarter of a year each."""
    first = given["transactions"][moments["transactions"]].min()
    days = pd.date_range(first.normalize(), pd.Timestamp(as_of), freq="QS").tolist()
    later = [day for day in days if first < day < pd.Timestamp(as_of)]
    bounds = [pd.Timestamp.min, *later, pd.Timestamp(as_of)]
    table = None
    for start, end in pairwise(bounds):
        part: dict[str, Any] = {}
        for name, frame in given.items():
            moment = frame[moments[name]]
            rows = frame[(moment >= start) & (moment < end)]
            part[name] = None if rows.empty else rows
        if start == bounds[0]:
            build(folder, part, as_of=end.date(), currency="GBP")
        else:
            options = {"as_of": end.date(), "late": "refuse", "currency": "GBP"}
            table = refresh(folder, part, **options)
    assert table is not None
    return table


def test_online_retail_by_quarters_is_what_it_is_at_once(data_folder, tmp_path):
    rows = pd.read_parquet(data_folder / "online_retail.parquet")
    as_of = date(2011, 12, 10)
    table = by_quarters(
        tmp_path, {"transactions": rows}, {"transactions": "invoice_date"}, as_of
    )
    assert_same(table, full({"transactions": rows}, as_of=as_of, currency="GBP"))


def test_the_packaged_households_by_quarters_are_what_they_are_at_once(tmp_path):
    grocery = load_grocery()
    given = {"transactions": grocery.transactions, "events": grocery.events}
    moments = {"transactions": "timestamp", "events": "timestamp"}
    as_of = date(2018, 1, 1)
    table = by_quarters(tmp_path, given, moments, as_of)
    assert_same(table, full(given, as_of=as_of, currency="GBP"))


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["p", "q", "r"]),
        st.integers(0, 50),
        st.integers(-3, 9),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=20,
)


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(threads=1) as one:
        yield one


@pytest.mark.parametrize("name", ["orders", "products", "categories", "prices"])
@settings(max_examples=10, deadline=None)
@given(rows=ROWS, n_parts=st.integers(1, 5), seed=st.randoms(use_true_random=False))
def test_parts_of_any_number_in_any_order_merge_to_the_whole(
    name, rows, n_parts, seed, engine
):
    rollup = ROLLUPS[name]
    columns = {"product_id", "category", "quantity", "discount"}
    values = ", ".join(
        f"({seed.randrange(n_parts)}, '{customer}', '{key}', '{key}', '{key}',"
        f" TIMESTAMP '2024-01-01' + INTERVAL {hours} HOUR, {amount}::DECIMAL(18, 4),"
        f" {quantity}::DECIMAL(18, 4), 0.1::DECIMAL(18, 4))"
        for customer, key, hours, amount, quantity in rows
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE lines AS SELECT * FROM (VALUES {values}) AS v"
        " (part, customer_id, order_id, product_id, category, timestamp, amount,"
        " quantity, discount)"
    )
    wanted = list(rollup.columns)
    order = ", ".join(["customer_id", *rollup.keys])
    whole = roll_up(rollup, "lines", wanted, columns=columns)
    parts = [
        roll_up(rollup, f"(SELECT * FROM lines WHERE part = {part})", wanted)
        for part in range(n_parts)
    ]
    seed.shuffle(parts)
    merged = merge_parts(rollup, f"({' UNION ALL '.join(parts)})", wanted)
    expected = engine.fetch_arrow(f"SELECT * FROM ({whole}) ORDER BY {order}")
    assert engine.fetch_arrow(f"SELECT * FROM ({merged}) ORDER BY {order}").equals(
        expected
    )

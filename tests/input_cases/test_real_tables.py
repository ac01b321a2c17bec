"""Real tables: as they were published, and the same through every door."""

from __future__ import annotations

import warnings
from datetime import date

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autoseg.datasets import load_grocery
from autoseg.engines import DuckDBEngine
from autoseg.errors import AutosegWarning
from autoseg.features import compute_features
from autoseg.tables import stage

ROLES = ("transactions", "customers", "events", "responses")


def features_of(tables):
    """Return the features of every customer, and the rows of the customers' table."""
    with DuckDBEngine(threads=2) as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore", AutosegWarning)
        frame = compute_features(stage(engine, **tables)).frame
        return frame, engine.fetch_rows("SELECT * FROM customers ORDER BY ALL")


def through_every_door(arrow, folder):
    """Yield the four tables as frames of every library, and as files."""
    yield "arrow", arrow
    yield "pandas", {role: table.to_pandas() for role, table in arrow.items()}
    polars = {role: pl.DataFrame(pl.from_arrow(t)) for role, t in arrow.items()}
    yield "polars", polars
    yield "lazy polars", {role: frame.lazy() for role, frame in polars.items()}
    connection = duckdb.connect()
    yield "duckdb", {role: connection.from_arrow(t) for role, t in arrow.items()}
    for kind in ("csv", "csv.gz", "parquet"):
        files = {role: folder / f"{role}.{kind}" for role in arrow}
        for role, path in files.items():
            frame = arrow[role].to_pandas()
            if kind == "parquet":
                pq.write_table(arrow[role], path)
            else:
                frame.to_csv(path, index=False)
        yield kind, files


def hold_equal(arrow, folder):
    doors = through_every_door(arrow, folder)
    _, tables = next(doors)
    expected, attributes = features_of(tables)
    assert len(expected) > 50
    for door, tables in doors:
        frame, own = features_of(tables)
        pd.testing.assert_frame_equal(frame, expected, obj=door, check_exact=True)
        assert own == attributes, door


def test_packaged_tables_give_the_same_customers_through_every_door(tmp_path):
    grocery = load_grocery()
    chosen = sorted(grocery.transactions["customer_id"].unique())[:60]
    arrow = {}
    for role in ROLES:
        table = getattr(grocery, role)
        table = table[table["customer_id"].isin(chosen)]
        arrow[role] = pa.Table.from_pandas(table, preserve_index=False)
    hold_equal(arrow, tmp_path)


def test_the_full_demo_gives_the_same_customers_through_every_door(
    data_folder, tmp_path
):
    folder = data_folder / "demo" / "full"
    hold_equal(
        {role: pq.read_table(folder / f"{role}.parquet") for role in ROLES}, tmp_path
    )


def test_the_small_demo_gives_the_same_customers_from_files_and_frames(
    data_folder, tmp_path
):
    folder = data_folder / "demo" / "small"
    names = (*ROLES[:3], "campaign_responses")
    files = {r: folder / f"{n}.csv" for r, n in zip(ROLES, names, strict=True)}
    expected, attributes = features_of(files)
    assert len(expected) == 150
    texts = {
        r: pd.read_csv(p, dtype=str, keep_default_na=False) for r, p in files.items()
    }
    plain = {role: pd.read_csv(path) for role, path in files.items()}
    for tables in (
        texts,
        plain,
        {role: pl.read_csv(path) for role, path in files.items()},
        {role: duckdb.connect().read_csv(str(path)) for role, path in files.items()},
    ):
        frame, own = features_of(tables)
        pd.testing.assert_frame_equal(frame, expected, check_exact=True)
        assert len(own) == len(attributes) == 105


def test_the_published_invoices_come_in_without_an_argument(bring, data_folder):
    path = data_folder / "as_published" / "online_retail_2010-12-01.csv"
    outcome = bring(path)
    assert (outcome.log.rows_in, outcome.staged.first_day) == (3108, date(2010, 12, 1))
    assert outcome.dropped["missing_customer"] == 1140


def missing(outcome):
    """Return what no column was found for; the columns are listed once."""
    assert set(outcome.codes) == {"ASG_E_MISSING_COLUMN"}
    texts = [finding.found for finding in outcome.findings]
    assert ["the columns are" in text for text in texts] == [True, False, False]
    assert "one row a customer" in outcome.findings[1].fix
    assert "(--summaries)" in outcome.findings[1].fix
    return [text.partition(" for ")[2].partition(";")[0] for text in texts]


@pytest.mark.parametrize("name", ["bank_10pct", "wholesale_customers"])
def test_published_tables_without_customers_or_orders_say_what_is_missing(
    bring, data_folder, name
):
    outcome = bring(data_folder / "as_published" / f"{name}.csv")
    assert missing(outcome) == ["customer_id", "timestamp", "amount"]


def test_a_published_table_of_customers_says_how_it_can_come_in(bring, data_folder):
    path = data_folder / "as_published" / "marketing_campaign.csv"
    assert missing(bring(path)) == ["customer_id", "timestamp", "amount"]
    assert "'MntWines'" in bring(path).findings[0].found

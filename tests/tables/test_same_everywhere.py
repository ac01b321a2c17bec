"""The same orders by every door: the staged tables and the log are identical."""

from __future__ import annotations

import gzip
import sqlite3
from decimal import Decimal

import adbc_driver_sqlite.dbapi
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
import sqlalchemy as sa

from autoseg import Query

N_ROWS = 400


@pytest.fixture(scope="module")
def frame():
    """Return orders with blanks, returns, and letters beyond ASCII."""
    random = np.random.default_rng(20240101)
    seconds = random.integers(0, 300 * 86400, N_ROWS)
    frame = pd.DataFrame(
        {
            "customer_id": random.integers(100, 160, N_ROWS).astype(str).astype(object),
            "order_id": np.sort(random.integers(1, 250, N_ROWS)),
            "timestamp": pd.Timestamp("2024-01-01").as_unit("us")
            + pd.to_timedelta(seconds, unit="s").as_unit("us"),
            "amount": random.integers(-2000, 99999, N_ROWS) / 100,
            "quantity": random.integers(1, 9, N_ROWS),
            "category": random.choice(["Blåbær", "mel", "x;y,z"], N_ROWS).astype(
                object
            ),
        }
    )
    frame.loc[frame.index % 17 == 0, "customer_id"] = None
    frame.loc[frame.index % 23 == 0, "category"] = None
    return frame


def arrow(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


def exact(frame):
    return [Decimal(str(amount)) for amount in frame["amount"]]


def cast(frame, name, kind):
    table = arrow(frame)
    column = table.column(name)
    if pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    elif pa.types.is_decimal(kind):
        column = pa.chunked_array([pa.array(exact(frame), kind)])
    else:
        column = column.cast(kind)
    return table.set_column(table.schema.get_field_index(name), name, column)


def in_duckdb(frame, sql="SELECT * FROM orders"):
    connection = duckdb.connect()
    connection.register("orders", arrow(frame))
    return connection.sql(sql)


def as_csv(frame, tmp_path, packed=False, **options):
    text = frame.to_csv(index=False, **options)
    path = tmp_path / ("orders.csv.gz" if packed else "orders.csv")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def as_parquet(frame, tmp_path):
    frame.to_parquet(tmp_path / "orders.parquet")
    return tmp_path / "orders.parquet"


def as_excel(frame, tmp_path):
    frame.to_excel(tmp_path / "orders.xlsx", index=False)
    return tmp_path / "orders.xlsx"


def in_sqlite(frame, tmp_path):
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    frame.to_sql("orders", connection, index=False)
    connection.close()
    return path


def numbers_with_blanks(frame):
    return frame.assign(customer_id=frame["customer_id"].astype("float64"))


DOORS = {
    "pandas, blanks as floats": lambda f, _: numbers_with_blanks(f),
    "pandas, nullable": lambda f, _: numbers_with_blanks(f).convert_dtypes(),
    "pandas, text dtype": lambda f, _: f.astype({"customer_id": "str"}),
    "pandas, pyarrow": lambda f, _: f.convert_dtypes(dtype_backend="pyarrow"),
    "pandas, categories": lambda f, _: f.astype(
        {"customer_id": "category", "category": "category", "order_id": "category"}
    ),
    "pandas, Decimal": lambda f, _: f.assign(amount=exact(f)),
    "pandas, texts": lambda f, _: f.assign(
        order_id=f["order_id"].astype(str), amount=f["amount"].astype(str)
    ),
    "polars, eager": lambda f, _: pl.from_pandas(f),
    "polars, lazy": lambda f, _: pl.from_pandas(f).lazy().filter(pl.lit(value=True)),
    "polars, categories": lambda f, _: pl.from_pandas(f).with_columns(
        pl.col("customer_id", "category").cast(pl.Categorical)
    ),
    "arrow": lambda f, _: arrow(f),
    "arrow, reader": lambda f, _: arrow(f).to_reader(max_chunksize=7),
    "arrow, dataset": lambda f, t: ds.dataset(as_parquet(f, t)),
    **{
        f"arrow, {name} as {kind}": lambda f, _, n=name, k=kind: cast(f, n, k)
        for name, kind in (
            ("customer_id", pa.dictionary(pa.int32(), pa.string())),
            ("customer_id", pa.large_string()),
            ("customer_id", pa.string_view()),
            ("customer_id", pa.int64()),
            ("order_id", pa.uint16()),
            ("amount", pa.decimal128(12, 2)),
            ("amount", pa.decimal256(50, 2)),
            ("timestamp", pa.timestamp("s")),
            ("timestamp", pa.timestamp("ms")),
            ("timestamp", pa.timestamp("ns")),
            ("timestamp", pa.timestamp("us", "UTC")),
        )
    },
    "DuckDB": lambda f, _: in_duckdb(f),
    "DuckDB, types of its own": lambda f, _: in_duckdb(
        f,
        "SELECT CAST(customer_id AS HUGEINT) AS customer_id, order_id,"
        " CAST(timestamp AS TIMESTAMP_S) AS timestamp,"
        " CAST(amount AS DECIMAL(9, 2)) AS amount, quantity, category FROM orders",
    ),
    "CSV": as_csv,
    "CSV, of a spreadsheet": lambda f, t: as_csv(
        f, t, sep=";", decimal=",", date_format="%d.%m.%Y %H:%M:%S"
    ),
    "CSV, packed": lambda f, t: as_csv(f, t, packed=True),
    "Parquet": as_parquet,
    "Excel": as_excel,
    "database": lambda f, t: Query(
        "SELECT * FROM orders", f"sqlite:///{in_sqlite(f, t)}"
    ),
}


def staged(result):
    """Return all rows of the staged tables, and the log without its findings."""
    log = result.staged.log
    kept = ("rows_in", "rows_used", "revenue_in", "revenue_used", "n_orders")
    return (
        result.rows("transactions"),
        result.rows("orders"),
        [getattr(log, name) for name in kept],
        dict(log.dropped_rows),
        result.staged.as_of,
    )


@pytest.mark.parametrize("door", DOORS)
def test_the_same_orders_are_staged_the_same(run, frame, tmp_path, door):
    before = frame.copy()
    value = DOORS[door](frame, tmp_path)
    assert staged(run(value, timezone="UTC")) == staged(run(frame, timezone="UTC"))
    pd.testing.assert_frame_equal(frame, before)


def test_a_dbapi_connection_of_arrow_gives_the_same(run, frame, tmp_path):
    path = in_sqlite(frame, tmp_path)
    with adbc_driver_sqlite.dbapi.connect(str(path)) as connection:
        result = run(Query("SELECT * FROM orders", connection))
    assert staged(result) == staged(run(frame))


def test_postgres_gives_the_same(run, frame, postgres):
    engine = sa.create_engine(postgres.replace("://", "+psycopg://"))
    frame.to_sql("same_orders", engine, index=False, if_exists="replace")
    result = run(Query("SELECT * FROM same_orders", engine))
    engine.dispose()
    assert staged(result) == staged(run(frame))


def test_spark_gives_the_same(run, frame, spark, tmp_path):
    path = as_parquet(frame, tmp_path)
    local = spark.read.option("inferTimestampNTZ", "true").parquet(str(path))
    assert staged(run(local)) == staged(run(frame))


def test_days_without_a_time_are_the_same_however_they_are_typed(run, frame, tmp_path):
    days = frame.assign(timestamp=frame["timestamp"].dt.normalize())
    expected = staged(run(days))
    typed = cast(days, "timestamp", pa.date32())
    for value in (typed, pl.from_arrow(typed).lazy(), as_csv(days, tmp_path)):
        assert staged(run(value)) == expected


def test_any_number_of_threads_stages_the_same(run, frame, tmp_path):
    from autoseg.engines import DuckDBEngine

    path = as_csv(pd.concat([frame] * 50), tmp_path)
    results = []
    for threads in (1, 4):
        with DuckDBEngine(threads=threads) as engine:
            results.append(staged(run(path, engine=engine)))
    assert results[0] == results[1]

"""Features as one statement: what it says, and that it gives the same numbers.

What the statements rest on where they cannot be run was looked up in the databases'
own pages. BigQuery: ``NUMERIC`` has 29 digits before the mark and nine after it,
``BIGNUMERIC`` 38 and 38; ``DATETIME`` has no zone and ``TIMESTAMP`` is an instant;
``DATE_DIFF(later, earlier, DAY)``; ``LN`` is the natural logarithm; a common table
expression knows no ``MATERIALIZED``. Snowflake (sql-reference/identifiers-syntax):
names without quotes are stored and found as capital letters, in quotes as they are;
``CONVERT_TIMEZONE`` of two arguments gives a ``TIMESTAMP_TZ`` and takes the zone of a
value without one from the session; ``DATEDIFF(DAY, earlier, later)`` counts midnights.
Databricks (sql/language-manual/functions/convert_timezone): takes and gives a
``TIMESTAMP_NTZ``, from runtime 13.3 on; the rest is Spark's SQL.
"""

from __future__ import annotations

import os
import warnings
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import sqlglot

import autoseg
from autoseg.datasets import make_customers
from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError, InputWarning
from autoseg.features import CATALOGUE, Feature, compute_features, features_sql
from autoseg.features.warehouses import WAREHOUSES
from autoseg.tables import stage

GOLDEN = Path(__file__).with_name("golden")
COLUMNS = {
    "customer_id": "Kunde nr",
    "order_id": 'say "order"',
    "timestamp": "Timestamp",
    "amount": "Beløp",
    "quantity": "select",
    "product_id": "sku",
    "category": "category",
    "channel": "channel",
    "discount": "discount",
    "cost": "cost",
}
EXECUTED = [name for name, one in WAREHOUSES.items() if one.executed]
ORDERS_ONLY = [
    name for name, one in CATALOGUE.items() if one.needs <= {*COLUMNS, "time_of_day"}
]


@pytest.fixture(scope="module")
def shop():
    """Return typed order lines with rows that staging leaves out."""
    made = make_customers(
        60,
        4,
        lines_per_order=2,
        columns=["product_id", "category", "quantity", "discount", "channel"],
        random_state=7,
    )
    frame = made.transactions.reset_index(drop=True)
    frame["cost"] = (frame["amount"] / 3).round(2).where(frame.index % 5 > 0)
    frame = frame[list(COLUMNS)]
    names = frame["customer_id"].astype(object)
    # blanks around an id and letters of any kind
    names = names.where(names.index % 7 > 0, " \t" + names + "\u00a0")
    frame["customer_id"] = names.where(names.index % 11 > 0, "ø'\\ \"" + names)
    odd = frame.head(12).copy()
    odd.loc[0:2, "customer_id"] = None
    odd.loc[3:4, "customer_id"] = " "
    odd.loc[5:6, "timestamp"] = pd.NaT
    odd.loc[7:8, "amount"] = None
    odd.loc[9, "timestamp"] = pd.Timestamp("1900-01-01")
    odd.loc[10:11, "timestamp"] = pd.Timestamp(made.as_of)
    back = frame.tail(20).assign(amount=-5.5, quantity=-1, order_id="back")
    lonely = frame.tail(1).assign(amount=-5.5, customer_id="never bought")
    no_order = frame.head(9).assign(order_id=None)
    data = pd.concat([frame, odd, back, lonely, no_order], ignore_index=True)
    data["timestamp"] += pd.to_timedelta(data.index % 24, unit="h")
    data.loc[data["timestamp"] >= pd.Timestamp(made.as_of), "timestamp"] = pd.Timestamp(
        made.as_of
    )
    return data, made.as_of


def arrow_of(frame: pd.DataFrame) -> pa.Table:
    kinds = {
        "customer_id": pa.string(),
        "order_id": pa.string(),
        "timestamp": pa.timestamp("us"),
        "product_id": pa.string(),
        "category": pa.string(),
        "channel": pa.string(),
    }
    schema = pa.schema(
        [(COLUMNS[name], kinds.get(name, pa.decimal128(18, 4))) for name in COLUMNS]
    )
    rows = [
        {
            COLUMNS[name]: None
            if pd.isna(value)
            else Decimal(str(value)).quantize(Decimal("0.0001"))
            if name not in kinds
            else value
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.fixture(scope="module")
def by_staging(shop):
    """Return what `compute_features` gives."""
    data, as_of = shop
    with DuckDBEngine() as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        staged = stage(engine, data, as_of=as_of, max_bad_share=0.5)
        return compute_features(staged, [*ORDERS_ONLY, LARGEST])


LARGEST = Feature(
    name="largest",
    block="own",
    unit="currency",
    sql="MAX(amount) FILTER (WHERE category <> 'it''s \\')",
    source="lines",
)


def same(found: pd.DataFrame, expected) -> None:
    found = found.set_index("customer_id").sort_index()
    columns = list(expected.frame)
    pd.testing.assert_frame_equal(
        found[columns].astype("float64"),
        expected.frame,
        rtol=1e-9,
        atol=1e-9,
        check_index_type=False,
        check_names=False,
    )
    assert found["revenue"].astype("int64").tolist() == expected.revenue.tolist()


def statement(dialect: str, as_of: date, table: str, **given) -> str:
    names = {"columns": COLUMNS, "features": [*ORDERS_ONLY, LARGEST]} | given
    return features_sql(dialect, table=table, as_of=as_of, **names)


def test_duckdb_gives_the_numbers_of_compute_features(shop, by_staging):
    import duckdb

    data, as_of = shop
    with duckdb.connect() as connection:
        orders = arrow_of(data)  # noqa: F841
        connection.execute('CREATE TABLE "my orders" AS FROM orders')
        found = connection.execute(statement("duckdb", as_of, "main.my orders")).df()
    same(found, by_staging)


def test_postgres_gives_the_numbers_of_compute_features(shop, by_staging, postgres):
    import psycopg

    data, as_of = shop
    arrow = arrow_of(data)
    kinds = ["text", "text", "timestamp", *["numeric(18,4)"] * 2, *["text"] * 3]
    kinds += ["numeric(18,4)"] * 2
    listed = ", ".join(
        f"{WAREHOUSES['postgres'].name(name)} {kind}"
        for name, kind in zip(arrow.column_names, kinds, strict=True)
    )
    with psycopg.connect(postgres) as connection:
        connection.execute("CREATE SCHEMA shop_f")
        connection.execute(f'CREATE TABLE shop_f."Orders" ({listed})')
        with connection.cursor().copy('COPY shop_f."Orders" FROM STDIN') as copy:
            for row in zip(*arrow.to_pydict().values(), strict=True):
                copy.write_row(row)
        cursor = connection.execute(statement("postgres", as_of, "shop_f.Orders"))
        names = [column.name for column in cursor.description]
        found = pd.DataFrame(cursor.fetchall(), columns=names)
        connection.rollback()
    same(found, by_staging)


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_numbers_of_compute_features(shop, by_staging, spark):
    data, as_of = shop
    arrow = arrow_of(data)
    times = arrow["Timestamp"].cast(pa.string())
    # as text, for some of these hours the session's own zone does not have
    position = arrow.column_names.index("Timestamp")
    frame = spark.createDataFrame(arrow.set_column(position, "Timestamp", times))
    frame = frame.withColumn("Timestamp", frame["Timestamp"].cast("timestamp_ntz"))
    frame.createOrReplaceTempView("Orders_f")
    try:
        sql = statement("spark", as_of, "Orders_f")
        found = spark.sql(sql).toArrow().to_pandas()
    finally:
        spark.catalog.dropTempView("Orders_f")
    same(found, by_staging)


def test_without_a_day_it_is_the_day_after_the_last_row(shop):
    import duckdb

    data, _ = shop
    names = ["recency_days", "frequency", "monetary"]
    data = data.dropna(subset=["timestamp", "amount"])
    data = data[data["timestamp"] < "2100-01-01"]
    with DuckDBEngine() as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        expected = compute_features(stage(engine, data, max_bad_share=0.5), names)
    with duckdb.connect() as connection:
        orders = arrow_of(data)  # noqa: F841
        sql = statement("duckdb", None, "orders", features=names)
        found = connection.execute(sql).df()
    same(found, expected)


def test_times_of_a_zone_are_read_as_the_clock_there_shows_them(postgres):
    import psycopg

    sql = features_sql(
        "postgres",
        table="instants",
        features=["night_share", "evening_share", "recency_days"],
        as_of="2024-07-01",
        timezone="Europe/Oslo",
    )
    with psycopg.connect(postgres) as connection:
        connection.execute(
            "CREATE TEMP TABLE instants AS SELECT 7 AS customer_id,"
            " TIMESTAMPTZ '2024-06-29 22:30+00' AS timestamp,"
            " CAST(12.5 AS double precision) AS amount"
        )
        # in summer half past midnight of the next day
        assert connection.execute(sql).fetchall() == [("7", 125_000, 1, 1, 0)]
        connection.rollback()


@pytest.mark.filterwarnings("ignore")
def test_spark_reads_times_of_a_zone_whatever_its_own_is(spark):
    sql = features_sql(
        "spark",
        table="instants_f",
        features=["night_share", "recency_days"],
        as_of="2024-07-01",
        timezone="Europe/Oslo",
    )
    spark.sql(
        "SELECT 7 AS customer_id, TIMESTAMP '2024-06-29 22:30:00+00:00' AS timestamp,"
        " CAST(12.5 AS DOUBLE) AS amount"
    ).createOrReplaceTempView("instants_f")
    try:
        (row,) = spark.sql(sql).collect()
    finally:
        spark.catalog.dropTempView("instants_f")
    assert tuple(row) == ("7", 125_000, 1, 1)


def test_other_currencies_and_days_are_left_out():
    import duckdb

    sql = features_sql(
        "duckdb",
        table="orders",
        columns={"currency": "cur", "quantity": "q", "unit_price": "p"},
        features=["monetary", "frequency"],
        since="2024-01-02",
        as_of="2024-01-04",
        currency="nok",
    )
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT 1 AS customer_id,"
            " DATE '2024-01-01' + CAST(i AS INTEGER) AS timestamp, 2 AS q, 1.5 AS p,"
            " CASE WHEN i = 5 THEN 'SEK' WHEN i = 1 THEN ' nok ' END AS cur"
            " FROM range(6) AS t (i) UNION ALL"
            " SELECT 1, DATE '2024-01-02', 100, 1, 'SEK'"
        )
        assert connection.execute(sql).fetchall() == [("1", 60_000, 2.0, 6.0)]


@pytest.mark.parametrize("dialect", WAREHOUSES)
def test_the_statement_is_as_it_was(dialect):
    sql = features_sql(
        dialect,
        table="shop.orders",
        columns={name: name for name in COLUMNS},
        as_of="2024-04-01",
        since="2023-01-01",
        timezone="Europe/Oslo",
        currency="NOK",
    )
    path = GOLDEN / f"features_{dialect}.sql"
    if os.environ.get("AUTOSEG_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    assert sql == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", WAREHOUSES)
def test_it_is_one_query_that_reads_one_table(dialect):
    sql = statement(dialect, date(2024, 4, 1), 'a."b.c".d', columns=COLUMNS)
    (tree,) = sqlglot.parse(sql, read=dialect)
    assert isinstance(tree, sqlglot.exp.Select)
    made = {cte.alias_or_name for cte in tree.find_all(sqlglot.exp.CTE)}
    read = {t.name for t in tree.find_all(sqlglot.exp.Table)} - made
    assert [name.lower() for name in read] == ["d"]
    assert tree.named_selects == ["customer_id", "revenue", *ORDERS_ONLY, "largest"]
    assert ("never been executed" in sql) == (dialect not in EXECUTED)


def test_what_databases_write_otherwise_is_written_so():
    bigquery = statement("bigquery", date(2024, 4, 1), "my-project.shop.orders")
    assert "FROM `my-project`.`shop`.`orders`" in bigquery
    assert "DECIMAL" not in bigquery
    assert "MATERIALIZED" not in bigquery
    assert "DATE_DIFF(CAST('2024-04-01' AS DATE), CAST(ordered_at AS DATE), DAY)" in (
        bigquery
    )
    snowflake = statement("snowflake", date(2024, 4, 1), 'shop."orders".Orders')
    # what is in quotes or has capital letters is as it is
    assert 'FROM "SHOP"."ORDERS"."Orders"' in snowflake
    assert '"Kunde nr"' in snowflake
    assert '"SKU"' in snowflake
    spark = statement("databricks", date(2024, 4, 1), "c.s.t")
    assert "FROM `c`.`s`.`t`" in spark
    assert "TIMESTAMP_NTZ" in spark


@pytest.mark.parametrize(
    ("given", "code", "found"),
    [
        ({"dialect": "oracle"}, "DIALECT", "no SQL is written for it"),
        ({"table": ""}, "TABLE_NAME", "it is no name of a table"),
        ({"table": "a..b"}, "TABLE_NAME", "it is no name of a table"),
        ({"table": "a."}, "TABLE_NAME", "it is no name of a table"),
        ({"table": 'a"; DROP TABLE b'}, "TABLE_NAME", "it is no name of a table"),
        ({"table": "a.b.c.d.e"}, "TABLE_NAME", "it is no name of a table"),
        ({"table": "a\0"}, "NUL_IN_NAME", "a name holds a NUL character"),
        (
            {"table": '"a`b"', "dialect": "bigquery"},
            "TABLE_NAME",
            "cannot be a name in",
        ),
        ({"columns": {"amuont": "a"}}, "UNKNOWN_ROLE", "did you mean 'amount'"),
        ({"as_of": "yesterday"}, "DAY", "yesterday"),
        ({"timezone": "Oslo"}, "TIMEZONE", "'Oslo' is no time zone"),
        ({"columns": {"currency": "c"}}, "CURRENCY", "no currency is given"),
        ({"features": ["distinct_products"]}, "FEATURE_NEEDS", "needs product_id"),
        ({"features": ["event_count"]}, "FEATURE_NEEDS", "needs events"),
        ({"features": ["recency"]}, "FEATURE_UNKNOWN", "there is no feature"),
    ],
)
def test_what_cannot_be_used_is_told(given, code, found):
    settings = {"dialect": "duckdb", "table": "orders"} | given
    with pytest.raises(InputError, match=found) as error:
        features_sql(settings.pop("dialect"), **settings)
    assert error.value.codes == (f"ASG_E_{code}",)


@pytest.mark.parametrize("dialect", WAREHOUSES)
def test_names_and_texts_stay_what_they_are(dialect):
    name = "x\"' --\n; DROP TABLE t" + ("" if dialect == "bigquery" else "`\\")
    own = Feature(
        name="odd",
        block="own",
        unit="count",
        sql="COUNT(*) FILTER (WHERE category = 'a'' \\'' OR 1=1 --')",
        source="lines",
    )
    sql = features_sql(
        dialect,
        table="orders",
        columns={"customer_id": name, "category": "category"},
        features=["monetary", own],
        as_of="2024-04-01",
    )
    (tree,) = sqlglot.parse(sql, read=dialect)
    names = {i.name for i in tree.find_all(sqlglot.exp.Identifier)}
    assert name in names
    texts = {t.name for t in tree.find_all(sqlglot.exp.Literal) if t.is_string}
    assert "a' \\' OR 1=1 --" in texts


def test_it_is_at_the_top_of_the_package():
    assert autoseg.features_sql is features_sql
    by_default = features_sql("duckdb", table="orders")
    assert "night_share" not in by_default
    assert "gap_cv" in by_default

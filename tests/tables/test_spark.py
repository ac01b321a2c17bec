"""Spark data frames: brought over as Arrow, and the session stays as it was."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from autoseg.errors import InputError

ORDERS = """
SELECT * FROM VALUES
  ('007', 1L, TIMESTAMP_NTZ '2024-01-01 23:30:00', 10.50, array(1), map('a', 1)),
  ('007', 2L, TIMESTAMP_NTZ '2024-02-01 10:00:00', 5.00, array(2), map('a', 2)),
  ('12', 3L, TIMESTAMP_NTZ '2024-03-01 00:00:00', -1.25, NULL, NULL)
AS orders (customer_id, order_id, timestamp, amount, codes, extra)
"""


@pytest.fixture
def orders(spark):
    return spark.sql(ORDERS)


def test_local_times_and_exact_amounts_come_over(run, orders):
    result = run(orders)
    assert result.rows("transactions", "customer_id, order_id, timestamp, amount") == [
        ("007", "1", datetime(2024, 1, 1, 23, 30), Decimal("10.5")),
        ("007", "2", datetime(2024, 2, 1, 10), Decimal(5)),
    ]
    assert result.staged.log.rows_in == 3


def test_times_with_a_zone_are_instants_in_whatever_zone_the_session_is(run, spark):
    frame = spark.sql(
        "SELECT 'a' AS customer_id, TIMESTAMP_LTZ '2024-01-01 20:00:00' AS timestamp,"
        " 1.5D AS amount"
    )
    result = run(frame, timezone="Europe/Oslo")
    # eight in the evening in New York
    assert result.rows("transactions", "timestamp") == [(datetime(2024, 1, 2, 2),)]


def test_the_session_and_the_frame_stay_as_they_were(run, spark, orders):
    settings = {row.key: row.value for row in spark.sql("SET").collect()}
    columns = orders.columns
    run(orders)
    assert {row.key: row.value for row in spark.sql("SET").collect()} == settings
    assert orders.columns == columns


def test_rows_count_as_equal_only_where_every_column_is(run, spark):
    row = "SELECT 'a' AS customer_id, DATE '2024-01-01' AS timestamp, 1L AS amount"
    frame = spark.sql(
        f"{row}, 'x' AS left, CAST(NULL AS STRING) AS right"
        f" UNION ALL {row}, CAST(NULL AS STRING), 'x'"
        f" UNION ALL {row}, 'x', NULL"
    )
    result = run(frame)
    (found,) = [w for w in result.warned if w.finding.code == "ASG_W_DUPLICATE_ROWS"]
    assert "1 of 3 rows repeat" in str(found)


def test_odd_names_are_columns_like_others(run, spark):
    frame = spark.sql(
        "SELECT 'a' AS `kunde.nr``x`, DATE '2024-01-01' AS timestamp, 1L AS amount"
    )
    result = run(frame, columns={"customer_id": "kunde.nr`x"})
    assert result.rows("transactions", "customer_id") == [("a",)]


def test_columns_of_one_name_are_an_error(run, spark):
    frame = spark.sql("SELECT 1 AS amount, 2 AS amount")
    with pytest.raises(InputError, match=r"ASG_E_DUPLICATE_COLUMN"):
        run(frame)


def test_a_frame_that_cannot_be_computed_is_our_error_without_its_values(run, spark):
    frame = spark.sql(
        "SELECT 'kari@example.no' AS customer_id, DATE '2024-01-01' AS timestamp,"
        " CAST(CONCAT('kari', '@example.no') AS INT) AS amount"
    )
    found = r"ASG_E_FRAME: transactions: its rows cannot be computed \(pyspark: \w+\)"
    with pytest.raises(InputError, match=found) as error:
        run(frame)
    assert "kari" not in str(error.value)

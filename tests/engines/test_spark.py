"""Spark as an engine: views and kept rows are gone, and the session as it was."""

from __future__ import annotations

import pytest

from autoseg.engines import SparkEngine
from autoseg.errors import EngineError

FRAME = "SELECT 'a' AS customer, 1L AS n, 1.25 AS x, TIMESTAMP '2024-01-01' AS t"


def state(spark):
    return (
        {row.key: row.value for row in spark.sql("SET").collect()},
        sorted(table.name for table in spark.catalog.listTables()),
        spark.sparkContext._jsc.getPersistentRDDs().size(),
    )


def test_nothing_is_left_behind_also_after_an_error(spark):
    frame = spark.sql(FRAME)
    frame.createOrReplaceTempView("mine")
    before = state(spark)
    with pytest.raises(EngineError, match=r"Spark: DIVIDE_BY_ZERO"):
        work(spark, frame, "SELECT 1 / 0 AS x")
    assert state(spark) == before
    assert work(spark, frame, "SELECT 1 AS x") == [(1,)]
    assert state(spark) == before
    spark.catalog.dropTempView("mine")


def work(spark, frame, sql):
    with SparkEngine(spark) as engine:
        view, columns = engine.open_table("orders", frame)
        table = engine.create_table("kept", f"SELECT c0, c1 FROM {view}")
        engine.create_view("seen", f"SELECT c0 FROM {table}")
        assert engine.fetch_rows(f"SELECT * FROM {table}") == [("a", 1)]
        assert engine.fetch_arrow(f"SELECT c0 FROM {table}").to_pylist() == [
            {"c0": "a"}
        ]
        assert [(one.name, one.kind) for one in columns] == [
            ("customer", "text"),
            ("n", "integer"),
            ("x", "decimal"),
            ("t", "timestamptz"),
        ]
        return engine.fetch_rows(sql)


def test_errors_hold_no_values(spark):
    with SparkEngine(spark) as engine:
        with pytest.raises(EngineError, match=r"Spark: CAST_INVALID_INPUT\.") as error:
            engine.fetch_rows("SELECT CAST('kari@example.no' AS INT)")
        with pytest.raises(EngineError, match=r"Spark: TABLE_OR_VIEW_NOT_FOUND"):
            engine.execute("SELECT * FROM nowhere")
    assert "kari" not in str(error.value)
    assert error.value.__suppress_context__


def test_a_session_that_has_stopped_can_be_let_go_of(spark):
    class Stopped:
        @property
        def catalog(self):
            raise RuntimeError

    engine = SparkEngine(spark)
    view = engine.create_view("seen", "SELECT 1 AS one")
    engine._session = Stopped()
    engine.close()
    spark.catalog.dropTempView(view)

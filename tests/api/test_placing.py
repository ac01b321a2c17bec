"""Where the work is done makes no difference to what comes out."""

from __future__ import annotations

import warnings
from hashlib import md5

import numpy as np
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

import autoseg
from autoseg import Query
from autoseg.api import sampling
from autoseg.api.sampling import draw_sample
from autoseg.engines import DuckDBEngine
from autoseg.errors import EngineError, InputError
from autoseg.tables.inplace import find_place, stage_in_place

CODES = r"autoseg\_%"


@pytest.fixture(scope="module")
def shop():
    return autoseg.datasets.make_customers(600, segments=4, random_state=3).transactions


@pytest.fixture(scope="module")
def database(postgres, shop):
    engine = sa.create_engine(
        postgres.replace("://", "+psycopg://"), poolclass=sa.pool.NullPool
    )
    shop.to_sql("placing_orders", engine, index=False, if_exists="replace")
    return postgres


@pytest.fixture(scope="module")
def copied(shop):
    return autoseg.segment(shop, n_resamples=0, engine="duckdb")


def assert_same(one, other):
    pd.testing.assert_series_equal(one.labels, other.labels)
    pd.testing.assert_frame_equal(one.features.frame, other.features.frame)
    # a median that nobody has is not equal to itself
    assert repr(one.profiles) == repr(other.profiles)
    assert one.log.to_dict() == other.log.to_dict()
    assert one.settings == other.settings


def test_a_table_of_postgres_gives_the_same_segments_where_it_is(database, copied):
    there = autoseg.segment(
        Query("TABLE placing_orders", database), n_resamples=0, engine="source"
    )
    assert_same(there, copied)


def test_a_spark_frame_gives_the_same_segments_where_it_is(
    spark, shop, copied, tmp_path
):
    path = tmp_path / "orders.parquet"
    shop.to_parquet(path)
    frame = spark.read.option("inferTimestampNTZ", "true").parquet(str(path))
    before = spark.catalog.listTables()
    there = autoseg.segment(frame, n_resamples=0, engine="source")
    assert_same(there, copied)
    assert spark.catalog.listTables() == before
    assert spark.sparkContext._jsc.getPersistentRDDs().isEmpty()


def test_a_check_works_there_too_and_auto_is_there_if_it_can(database):
    checks = [
        autoseg.check(Query("TABLE placing_orders", database), engine=engine)
        for engine in ("auto", "source", "duckdb")
    ]
    assert checks[0].to_dict() == checks[1].to_dict()
    assert checks[0].log == checks[2].log
    with psycopg.connect(database) as connection:
        left = f"SELECT relname FROM pg_class WHERE relname LIKE '{CODES}'"
        assert connection.execute(left).fetchall() == []


TEXTS = "SELECT customer_id, timestamp::text AS date, amount::text FROM placing_orders"


def test_columns_without_types_are_copied_with_a_warning_of_each(database):
    found = autoseg.check(Query(TEXTS, database)).findings
    told = [one for one in found if one.code == "ASG_W_COPIED"]
    assert [one.column for one in told] == ["date", "amount"]
    assert "it is of type text, and timestamp needs dates or timestamps, so" in (
        told[0].found
    )
    assert f"so {told[0].n_rows} rows are copied" in told[0].found
    assert [str(one) for one in found if one.code != "ASG_W_COPIED"] == [
        str(one)
        for one in autoseg.check(Query(TEXTS, database), engine="duckdb").findings
    ]


def test_what_is_in_the_way_is_one_error_where_it_was_asked_for(database):
    with pytest.raises(InputError) as error:
        autoseg.segment(Query(TEXTS, database), engine="source", decimal=".", sheet="x")
    assert error.value.codes == ("ASG_E_IN_PLACE",) * 4
    for words in (
        "decimal has a meaning only for tables that are copied",
        "sheet has a meaning only",
        "column 'amount': it is of type text, and amount needs numbers, so",
        "copy it with engine='duckdb' (--engine 'duckdb')",
    ):
        assert words in str(error.value)


def test_tables_in_several_places_are_copied(database, shop):
    orders = Query("TABLE placing_orders", database)
    people = pd.DataFrame({"customer_id": shop["customer_id"].unique(), "x": 1})
    found = autoseg.check(orders, customers=people).findings
    assert "it is not where the transactions are" in next(
        one.found for one in found if one.code == "ASG_W_COPIED"
    )
    with pytest.raises(InputError, match=r"ASG_E_IN_PLACE: customers: it is not where"):
        autoseg.check(orders, customers=people, engine="source")
    other = Query("SELECT customer_id FROM placing_orders", database + "?a=b")
    with pytest.raises(InputError, match=r"customers: it is not where"):
        autoseg.check(orders, customers=other, engine="source")


def test_what_is_nowhere_cannot_be_worked_with_there(shop):
    with pytest.raises(InputError, match=r"neither Spark data frames nor queries on"):
        autoseg.check(shop, engine="source")
    with pytest.raises(InputError, match=r"ASG_E_SETTING: engine: 'polars' cannot be"):
        autoseg.check(shop, engine="polars")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        codes = [one.code for one in autoseg.check(shop).findings]
    assert "ASG_W_COPIED" not in codes


def test_a_query_that_fails_is_told_as_everywhere(database):
    query = Query("TABLE nowhere", database)
    for engine in ("source", "auto", "duckdb"):
        found = r"ASG_E_QUERY: query on transactions: .* does not exist"
        with pytest.raises(InputError, match=found):
            autoseg.check(query, engine=engine)


def test_a_user_who_may_make_nothing_there_is_told(database):
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS placing_shut")
        owner.execute("CREATE DATABASE placing_shut")
        owner.execute("REVOKE TEMPORARY ON DATABASE placing_shut FROM PUBLIC")
        owner.execute("DROP ROLE IF EXISTS placing_reader")
        owner.execute("CREATE ROLE placing_reader LOGIN")
    shut = database.rpartition("/")[0].replace("autoseg@", "placing_reader@")
    sql = (
        "SELECT 'a' AS customer_id, DATE '2024-01-01' AS date, 1.5 AS amount"
        " UNION ALL SELECT 'b', DATE '2024-01-02', 2"
    )
    query = Query(sql, f"{shut}/placing_shut")
    found = (
        r"this user may not create temporary tables in the database; GRANT TEMPORARY"
    )
    with pytest.raises(InputError, match=found):
        autoseg.check(query, engine="source")
    checked = autoseg.check(query)
    assert any("may not create" in one.found for one in checked.findings)
    assert checked.log.rows_used == 2
    with psycopg.connect(f"{shut}/placing_shut") as connection:
        connection.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(InputError, match=r"may not create|is read-only"):
            autoseg.check(Query(sql, connection), engine="source")
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP DATABASE placing_shut")
        owner.execute("DROP ROLE placing_reader")


def test_what_stops_half_way_is_copied_unless_it_was_asked_for(database, monkeypatch):
    sql = "SELECT *, 1 / (amount - amount) AS quantity FROM placing_orders"
    with pytest.raises(EngineError, match=r"division by zero"):
        autoseg.check(Query(sql, database), engine="source")
    good = Query("TABLE placing_orders", database)
    monkeypatch.setattr(
        "autoseg.engines.postgres.PostgresEngine.create_table", _stops, raising=True
    )
    (found,) = [
        one for one in autoseg.check(good).findings if one.code == "ASG_W_COPIED"
    ]
    assert "PostgreSQL stopped: no room, so" in found.found


def _stops(*_):
    message = "no room."
    raise EngineError(message)


def test_an_old_server_is_not_worked_in(database, monkeypatch):
    monkeypatch.setattr("autoseg.engines.postgres._OLDEST", 990_000)
    with pytest.raises(InputError, match=r"PostgreSQL 99 or newer is needed, so"):
        autoseg.check(Query("TABLE placing_orders", database), engine="source")


def by_hashlib(ids, size):
    def digest(one):
        return md5(one.encode(), usedforsecurity=False).hexdigest()

    return set(sorted(ids, key=digest)[:size])


IDS = [f"kunde-{i}-æ" for i in range(300)]
ORDERS = pd.DataFrame(
    {
        "customer_id": IDS,
        "timestamp": pd.date_range("2024-01-01", periods=len(IDS), freq="D"),
        "amount": 10.0,
    }
)


def test_a_sample_is_that_of_the_lowest_digests_and_stays_when_others_come():
    with DuckDBEngine() as engine:
        drawn = draw_sample(autoseg.stage(engine, ORDERS), 100)
        assert set(drawn) == by_hashlib(IDS, 100)
        assert len(drawn) == 100
        turned = draw_sample(autoseg.stage(engine, ORDERS[::-1]), 100)
        assert set(turned) == set(drawn)
        new = pd.concat([ORDERS, ORDERS.tail(1).assign(customer_id="new")])
        more = draw_sample(autoseg.stage(engine, new), 100)
        assert len(set(more) & set(drawn)) >= 99
        # no sample where all are wanted
        assert draw_sample(autoseg.stage(engine, ORDERS), 300) is None
        assert len(draw_sample(autoseg.stage(engine, ORDERS), 299)) == 299


def test_postgres_draws_the_same_sample_where_the_customers_are(postgres):
    engine = sa.create_engine(
        postgres.replace("://", "+psycopg://"), poolclass=sa.pool.NullPool
    )
    ORDERS.to_sql("sampled_orders", engine, index=False, if_exists="replace")
    query = Query("TABLE sampled_orders", postgres)
    with find_place({"transactions": query}).open() as place:
        staged = stage_in_place(place, {"transactions": query})
        assert set(draw_sample(staged, 100)) == by_hashlib(IDS, 100)


def test_spark_draws_the_same_sample_where_the_customers_are(spark, tmp_path):
    ORDERS.to_parquet(tmp_path / "orders.parquet", coerce_timestamps="us")
    frame = spark.read.parquet(str(tmp_path / "orders.parquet"))
    with find_place({"transactions": frame}).open() as place:
        staged = stage_in_place(place, {"transactions": frame})
        assert set(draw_sample(staged, 100)) == by_hashlib(IDS, 100)


def test_with_many_customers_a_sample_finds_what_all_are_assigned_to(
    shop, copied, monkeypatch
):
    monkeypatch.setattr(sampling, "SAMPLE_SIZE", 400)
    some = autoseg.segment(shop, n_resamples=5)
    assert some.labels.index.equals(copied.labels.index)
    assert sum(one.size for one in some.profiles.segments) == len(copied.labels)
    np.testing.assert_array_equal(
        some.labels.to_numpy(), some.model.predict(some.features.matrix())
    )

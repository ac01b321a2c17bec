"""Features of the data and of users, where the rows are: the same numbers."""

from __future__ import annotations

import warnings
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from autoseg import Query
from autoseg.datasets import make_customers
from autoseg.engines import DuckDBEngine, PostgresEngine, SparkEngine
from autoseg.errors import InputError
from autoseg.features import Feature, compute_features, feature_history
from autoseg.features.compute import select
from autoseg.tables import stage
from autoseg.tables.inplace import stage_in_place

pytestmark = pytest.mark.filterwarnings("ignore")

ODD = ["L'Oréal", 'say "hi"; --', "100 %", "a\\b", "🛒", "{as_of}", "null", "x" * 300]


def own(name: str, sql: str, source: str = "orders") -> Feature:
    return Feature(name=name, block="own", unit="count", sql=sql, source=source)


OWN = [
    own("mean_order", "AVG(spent) FILTER (WHERE age < 200)"),
    own("dear", "SUM(CASE WHEN spent > 20.5 THEN 1 ELSE 0 END) / COUNT(age)"),
    own("odd", "COUNT(*) FILTER (WHERE channel = 'a\\b' OR channel = '🛒')", "lines"),
    own("kinds", "COUNT(DISTINCT category) - MIN(age)", "lines"),
    own("thirds", "SUM(CAST(amount / 3 AS DECIMAL(38, 12)))", "lines"),
]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    made = make_customers(
        120, 3, lines_per_order=2, columns=["category", "channel"], random_state=2
    )
    orders = made.transactions.reset_index(drop=True)
    orders["channel"] = [ODD[i % 8] if i % 9 else f"no {i % 4}" for i in orders.index]
    ids = list(dict.fromkeys(orders["customer_id"]))
    people = pd.DataFrame(
        {
            "customer_id": ids,
            "as_of": [ODD[i % 8] for i in range(len(ids))],
            "age": [None if i % 10 == 0 else 18.5 + i for i in range(len(ids))],
            "points": [f"{i} 000,5" if i % 3 else "1e3" for i in range(len(ids))],
            "zone": [f"0{i % 3}" for i in range(len(ids))],
            "e-mail": [f"k{i}@shop.no" for i in range(len(ids))],
            "note": [f"said {i}" for i in range(len(ids))],
            "value": [i % 4 == 0 for i in range(len(ids))],
        }
    )
    visits = pd.DataFrame(
        {
            "customer_id": ids * 2,
            "timestamp": pd.Timestamp("2024-03-01 12:00"),
            "event_type": ["visit"] * len(ids) + ["Email sent"] * len(ids),
            "device": ["phone", "desktop"] * len(ids),
        }
    )
    return {"transactions": orders, "customers": people, "events": visits}


def results(staged) -> tuple:
    chosen, found = select(staged, OWN, with_all=True)
    every = [one.name for one in chosen if one.block != "own"]
    history = feature_history(
        staged,
        ["monetary", *(n for n in every if n.startswith(("channel_s", "attri"))), *OWN],
        every="1 year",
    )
    return compute_features(staged, [*every, *OWN]), found, history


@pytest.fixture(scope="module")
def embedded(tables):
    with DuckDBEngine(threads=2) as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield results(stage(engine, **tables, as_of=date(2025, 1, 1)))


@pytest.fixture(params=["postgres", "spark"])
def there(request, tables, tmp_path):
    """Return the same tables in a database of their own, staged where they are."""
    brought = {}
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
        database = sa.create_engine(
            url.replace("://", "+psycopg://"), poolclass=sa.pool.NullPool
        )
        for role, frame in tables.items():
            frame.to_sql(f"own_{role}", database, index=False, if_exists="replace")
            brought[role] = Query(f"SELECT * FROM own_{role}", url)
        made = PostgresEngine(url)
    else:
        session = request.getfixturevalue("spark")
        for role, frame in tables.items():
            frame.to_parquet(tmp_path / f"{role}.parquet")
            reader = session.read.option("inferTimestampNTZ", "true")
            brought[role] = reader.parquet(str(tmp_path / f"{role}.parquet"))
        made = SparkEngine(session)
    with made as engine:
        yield stage_in_place(engine, brought, as_of=date(2025, 1, 1))


def test_every_engine_makes_the_same_features_of_the_same_numbers(there, embedded):
    table, found, history = results(there)
    expected, told, panel = embedded
    assert [one.name for one in table.features] == [
        one.name for one in expected.features
    ]
    assert found == told
    assert {one.column for one in found} == {"e-mail", "note"}
    for got, wanted in ((table.frame, expected.frame), (history.frame, panel.frame)):
        pd.testing.assert_frame_equal(
            got, wanted, rtol=1e-9, atol=1e-12, check_index_type=False
        )
    names = list(table.frame)
    assert sum(name.startswith("channel_share_") for name in names) == 9
    assert {"attribute_age", "attribute_points", "attribute_zone_00"} <= set(names)
    assert {"device_share_phone", "attribute_value_true"} <= set(names)


def test_what_an_engine_cannot_compute_names_the_feature(there):
    narrow = own("narrow", "MAX(CAST(spent AS DECIMAL(3, 1)))")
    with pytest.raises(InputError, match="the feature 'narrow': the engine stopped"):
        compute_features(there, ["monetary", narrow, own("fine", "COUNT(*)")])

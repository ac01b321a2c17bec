"""Real orders give the same segments in PostgreSQL and Spark as in DuckDB."""

from __future__ import annotations

import adbc_driver_postgresql.dbapi
import pandas as pd
import pyarrow.parquet as pq
import pytest

import autoseg
from autoseg import Query

pytestmark = pytest.mark.filterwarnings("ignore::autoseg.errors.AutosegWarning")


@pytest.fixture(scope="module")
def path(data_folder, tmp_path_factory):
    """Return the rows of every third customer, which are as odd as all of them."""
    whole = pq.read_table(data_folder / "online_retail.parquet").to_pandas()
    chosen = whole["customer_id"].drop_duplicates().sort_values().iloc[::3]
    # the ids are texts, and some rows have none
    some = whole[whole["customer_id"].isin(chosen)]
    nobody = whole[whole["customer_id"].isna()].iloc[::3]
    target = tmp_path_factory.mktemp("retail") / "online_retail.parquet"
    rows = pd.concat([some, nobody]).sort_index()
    rows.to_parquet(target, index=False, coerce_timestamps="us")
    return target


@pytest.fixture(scope="module")
def copied(path):
    return autoseg.segment(path, currency="GBP", n_resamples=0)


def assert_same(there, copied):
    assert there.labels.equals(copied.labels)
    assert there.features.frame.equals(copied.features.frame)
    assert there.log.revenue_used == copied.log.revenue_used
    assert dict(there.log.dropped_rows) == dict(copied.log.dropped_rows)


def test_in_postgres(path, copied, postgres):
    with adbc_driver_postgresql.dbapi.connect(postgres) as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest("online_retail", pq.read_table(path), mode="replace")
        connection.commit()
    there = autoseg.segment(
        Query("TABLE online_retail", postgres),
        currency="GBP",
        n_resamples=0,
        engine="source",
    )
    assert_same(there, copied)


def test_in_spark(path, copied, spark):
    frame = spark.read.option("inferTimestampNTZ", "true").parquet(str(path))
    there = autoseg.segment(frame, currency="GBP", n_resamples=0, engine="source")
    assert_same(there, copied)

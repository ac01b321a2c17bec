"""The engines that scoring SQL is executed on, and what has to come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from autoseg.model import SegmentModel

    Execute = Callable[[str, str, pa.Table], pd.DataFrame]

# the last bits of logarithms and exponentials
CLOSE = 1e-12


def arrow_features(frame: pd.DataFrame, nulls: np.ndarray | None = None) -> pa.Table:
    """Return a table that has NaN where the frame has, and NULL where it is told."""
    columns: dict[str, Any] = {"customer_id": pa.array(np.arange(len(frame)))}
    for j, name in enumerate(frame.columns):
        mask = None if nulls is None else nulls[:, j]
        columns[name] = pa.array(frame[name].to_numpy(dtype=float), mask=mask)
    return pa.table(columns)


def in_duckdb(sql: str, name: str, table: pa.Table) -> pd.DataFrame:
    import duckdb

    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS FROM given")
        return frame_of(connection.sql(sql).to_arrow_table())


def postgres_executor(url: str) -> Execute:
    import psycopg

    from autoseg.engines import quote

    kinds = {"double": "double precision", "int64": "bigint", "string": "text"}
    kinds |= {"timestamp[us]": "timestamp", "decimal128(18, 4)": "numeric(18, 4)"}

    def execute(sql: str, name: str, table: pa.Table) -> pd.DataFrame:
        listed = ", ".join(
            f"{quote(f.name)} {kinds[str(f.type)]}" for f in table.schema
        )
        with psycopg.connect(url) as connection:
            connection.execute(f"CREATE TEMP TABLE {name} ({listed})")
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in zip(*table.to_pydict().values(), strict=True):
                    copy.write_row(row)
            cursor = connection.execute(sql)
            names = [column.name for column in cursor.description]
            found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            connection.rollback()
        return frame_of(pa.Table.from_pylist(found))

    return execute


def spark_executor(spark: Any) -> Execute:
    def execute(sql: str, name: str, table: pa.Table) -> pd.DataFrame:
        spark.createDataFrame(table).createOrReplaceTempView(name)
        try:
            return frame_of(spark.sql(sql).toArrow())
        finally:
            spark.catalog.dropTempView(name)

    return execute


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Return rows by customer, with types that know what is missing."""
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame.set_index("customer_id").sort_index()


def same_segments(
    found: pd.DataFrame, model: SegmentModel, features: pd.DataFrame
) -> None:
    """Hold what came out of an engine beside what Python says of the same rows."""
    expected = model.assign_features(features)
    assert len(found) == len(expected)
    for name in ("segment", "runner_up", "segment_key", "segment_name", "unlike_any"):
        wrong = different(found[name], expected[name])
        assert not wrong.any(), (name, features[wrong], found[wrong], expected[wrong])
    np.testing.assert_allclose(
        numbers(found["confidence"]), numbers(expected["confidence"]), 0, CLOSE
    )
    posteriors = [f"p_{n}" for n in sorted(model.numbers)]
    if posteriors[0] in found:
        columns = zip(model.feature_names, model._filled(features), strict=True)
        filled = pd.DataFrame(dict(columns))
        scorable = expected["segment"].notna().to_numpy()
        probabilities = np.full((len(found), len(posteriors)), np.nan)
        probabilities[scorable] = model.predict_proba(filled[scorable])
        found_ones = np.column_stack([numbers(found[one]) for one in posteriors])
        np.testing.assert_allclose(found_ones, probabilities, 0, CLOSE)


def different(found: pd.Series, expected: pd.Series) -> np.ndarray:
    one, other = (
        list(s.astype(object).where(s.notna(), None)) for s in (found, expected)
    )
    return np.array([a != b for a, b in zip(one, other, strict=True)], dtype=bool)


def numbers(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype=float, na_value=np.nan)


class Engines:
    """Runs SQL over a table on each engine by its dialect."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def run(self, dialect: str, sql: str, name: str, table: pa.Table) -> pd.DataFrame:
        if dialect == "postgres":
            execute = postgres_executor(self._request.getfixturevalue("postgres"))
        elif dialect == "spark":
            execute = spark_executor(self._request.getfixturevalue("spark"))
        else:
            execute = in_duckdb
        return execute(sql, name, table)

    def check(
        self,
        dialect: str,
        model: SegmentModel,
        features: pd.DataFrame,
        nulls: np.ndarray | None = None,
        **settings: Any,
    ) -> None:
        """Hold the scoring of a table on an engine beside Python's."""
        sql = model.to_sql(dialect, table="scored", posteriors=True, **settings)
        found = self.run(dialect, sql, "scored", arrow_features(features, nulls))
        same_segments(found, model, features)


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Engines:
    return Engines(request)

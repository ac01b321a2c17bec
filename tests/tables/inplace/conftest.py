"""The same pandas tables in a place of their own: a real database, a real session."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from autoseg import Query
from autoseg.engines import DuckDBEngine, PostgresEngine, SparkEngine, render
from autoseg.tables.inplace import stage_in_place
from autoseg.tables.staging import stage_quietly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from autoseg.tables import StagedTables

NUMBERS = count()
OPTIONAL = ("customers", "events", "responses")


@dataclass(frozen=True)
class Place:
    """A place for tables: how pandas tables get there, and an engine over it."""

    name: str
    bring: Callable[[pd.DataFrame], Any]
    engine: Callable[[], Any]

    @contextmanager
    def staged(
        self, tables: Mapping[str, pd.DataFrame], **settings: Any
    ) -> Iterator[StagedTables]:
        there = {role: self.bring(frame) for role, frame in tables.items()}
        with self.engine() as engine:
            yield stage_in_place(engine, there, **settings)


@pytest.fixture(scope="session")
def in_postgres(postgres: str) -> Place:
    database = sa.create_engine(
        postgres.replace("://", "+psycopg://"), poolclass=sa.pool.NullPool
    )

    def bring(frame: pd.DataFrame) -> Query:
        name = f"in_place_{next(NUMBERS)}"
        frame.to_sql(name, database, index=False)
        return Query(f"SELECT * FROM {name}", postgres)

    return Place("postgres", bring, lambda: PostgresEngine(postgres))


@pytest.fixture(scope="session")
def in_spark(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("spark")

    def bring(frame: pd.DataFrame) -> Any:
        path = folder / f"{next(NUMBERS)}.parquet"
        frame.to_parquet(path)
        return spark.read.option("inferTimestampNTZ", "true").parquet(str(path))

    return Place("spark", bring, lambda: SparkEngine(spark))


@pytest.fixture(params=["postgres", "spark"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(f"in_{request.param}")


@pytest.fixture(scope="session")
def embedded() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as engine:
        yield engine


@pytest.fixture
def same(embedded: DuckDBEngine) -> Callable[..., StagedTables]:
    """Return a function that stages both here and there and compares everything."""

    def same(
        place: Place, tables: Mapping[str, pd.DataFrame], **settings: Any
    ) -> StagedTables:
        given = {"transactions": None, **dict.fromkeys(OPTIONAL), **tables}
        here = stage_quietly(embedded, given, settings.pop("columns", None), **settings)
        with place.staged(tables, **settings) as there:
            assert _account(there) == _account(here)
            assert _said(there) == _said(here)
            for name in ("orders", *here.tables):
                assert _rows(there, name) == _rows(here, name), name
        return here

    return same


def _account(staged: StagedTables) -> dict[str, Any]:
    log = staged.log.to_dict()
    log.pop("findings")
    names = ("first_day", "last_day", "as_of", "currency", "has_time", "columns")
    more = {name: getattr(staged, name) for name in names}
    mapping = [str(one) for one in staged.mapping]
    companions = dict(staged.companion_columns)
    return {**log, **more, "mapping": mapping, "companions": companions}


def _said(staged: StagedTables) -> list[str]:
    return [str(one).replace("query on ", "") for one in staged.log.findings]


def _rows(staged: StagedTables, name: str) -> list[tuple[Any, ...]]:
    relation = staged.relations.get(name, name)
    columns = staged.engine.fetch_arrow(f"SELECT * FROM {relation} LIMIT 0").schema
    listed = ", ".join(f'"{column}"' for column in sorted(columns.names))
    sql = render(f"SELECT {listed} FROM {relation}", staged.engine.dialect)
    return sorted(staged.engine.fetch_rows(sql), key=str)

"""The same pandas tables in a place of their own: a real database, a real session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autoseg.engines import DuckDBEngine, render
from autoseg.tables.staging import stage_quietly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from autoseg.tables import StagedTables

OPTIONAL = ("customers", "events", "responses")


@pytest.fixture(scope="session")
def embedded() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as engine:
        yield engine


@pytest.fixture
def same(embedded: DuckDBEngine) -> Callable[..., StagedTables]:
    """Return a function that stages both here and there and compares everything."""

    def same(
        place: Any, tables: Mapping[str, pd.DataFrame], **settings: Any
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

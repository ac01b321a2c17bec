"""Staging for tests: small tables in, staged tables and warning codes out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputWarning
from autoseg.tables import StagedTables, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Result:
    """Staged tables, and what was warned of on the way."""

    staged: StagedTables
    warned: tuple[InputWarning, ...]

    @property
    def codes(self) -> list[str]:
        return [warning.finding.code for warning in self.warned]

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        return sorted(
            self.staged.engine.fetch_rows(f"SELECT {columns} FROM {table}"), key=str
        )


@pytest.fixture(scope="session")
def shared_engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2) as engine:
        yield engine


@pytest.fixture
def run(shared_engine: DuckDBEngine) -> Callable[..., Result]:
    """Return a function that stages and collects the warnings."""

    def run(transactions: object, **settings: Any) -> Result:
        engine = settings.pop("engine", shared_engine)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            staged = stage(engine, transactions, **settings)
        found = tuple(item.message for item in caught)
        assert [m for m in found if not isinstance(m, InputWarning)] == []
        return Result(staged, found)

    return run


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file and returns its path."""

    def write(content: str | bytes, name: str = "orders.csv") -> Path:
        path = tmp_path / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def orders() -> pd.DataFrame:
    """Return six clean rows of three customers."""
    return pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "b", "c"],
            "order_id": ["1", "1", "2", "3", "4", "5"],
            "timestamp": pd.to_datetime(
                [
                    "2024-01-01 10:00",
                    "2024-01-01 10:01",
                    "2024-02-01",
                    "2024-02-10",
                    "2024-02-20",
                    "2024-03-01 23:59",
                ],
                format="ISO8601",
            ),
            "amount": [10.10, 5.05, 20.0, 30.0, -7.5, 1.0],
        }
    )

"""The promise that no input breaks, as a function that every fuzzer calls."""

from __future__ import annotations

import csv
import io
import os
import re
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from autoseg.datasets import load_grocery, load_online_retail
from autoseg.engines import DuckDBEngine
from autoseg.errors import Finding, InputError, InputWarning
from autoseg.tables import stage
from autoseg.tables.fitness import check_fitness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# no other text in the tables looks like one of these customers
CUSTOMER = re.compile(r"Zq\d{5}")
# findings that show names of columns
NAMING = ("ASG_E_MISSING_COLUMN", "ASG_E_ONE_COLUMN", "ASG_E_DUPLICATE_COLUMN")
# AUTOSEG_FUZZ=long, or a number of examples: a search, other in every run; otherwise
# half a minute in all, and the same every time
SEARCH = os.environ.get("AUTOSEG_FUZZ", "").replace("long", "5000")

settings.register_profile(
    "fuzz",
    max_examples=int(SEARCH or 120),
    derandomize=not SEARCH,
    deadline=timedelta(seconds=20),
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1, memory_limit="512MB") as engine:
        yield engine


@pytest.fixture(scope="session")
def survives(engine: DuckDBEngine) -> Callable[..., int | None]:
    """Return a function that brings a table in and holds it to the promise.

    It returns the number of rows that came in; None where the table was refused.
    Whatever is raised but an InputError fails the test.
    """

    def survives(
        transactions: object, *, header: bool = True, **settings: Any
    ) -> int | None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                staged = stage(engine, transactions, **settings)
            except InputError as error:
                hold(error.findings, header=header)
                return None
        assert [w for w in caught if not isinstance(w.message, InputWarning)] == []
        hold((w.message.finding for w in caught), header=header)
        hold(check_fitness(staged), header=header)
        log = staged.log
        assert log.rows_in == log.rows_used + sum(log.dropped_rows.values())
        assert log.revenue_in == log.revenue_used + sum(log.dropped_revenue.values())
        ((n_rows, revenue),) = engine.fetch_rows(
            "SELECT COUNT(*), SUM(amount) FROM transactions"
        )
        assert (n_rows, revenue) == (log.rows_used, log.revenue_used)
        return log.rows_in

    return survives


def hold(findings: Any, *, header: bool) -> None:
    """Check that findings are one line each, name no customer, and can be printed.

    Where the header may be broken, cells of the first row may stand in it.
    """
    for finding in findings:
        assert isinstance(finding, Finding)
        assert re.fullmatch(r"ASG_[EW]_[A-Z_]+", finding.code)
        if header or finding.code not in NAMING:
            assert not CUSTOMER.search(f"{finding.found} {finding.fix}"), finding
        assert len(finding.rows) <= 5
        assert finding.n_rows >= len(finding.rows)
        line = str(finding)
        assert "\n" not in line
        assert line.encode()


@pytest.fixture(scope="session")
def tables() -> list[list[list[str]]]:
    """Return the beginnings of real tables as rows of texts, the header first."""
    grocery = load_grocery().transactions.head(150)
    retail = load_online_retail().head(150)
    return [_texts(grocery), _texts(retail)]


def _texts(table: Any) -> list[list[str]]:
    codes = table["customer_id"].astype("category").cat.codes
    table = table.assign(customer_id=[f"Zq{code:05d}" for code in codes])
    text = table.to_csv(index=False)
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes, str], Path]:
    """Return a function that writes bytes to a file, always the same one."""

    def put(data: bytes, name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return put

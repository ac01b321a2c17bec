"""Rows come batch by batch in the order that was asked for, and memory holds one."""

from __future__ import annotations

import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import EngineError


@pytest.mark.parametrize("threads", [1, 4])
def test_the_order_of_the_query_is_kept(threads):
    with DuckDBEngine(threads=threads) as engine:
        query = "SELECT MD5(range::VARCHAR) AS id FROM range(300000) ORDER BY id"
        batches = list(engine.fetch_batches(query, 10_000))
    ids = [one for batch in batches for one in batch.column(0).to_pylist()]
    assert max(batch.num_rows for batch in batches) <= 10_000
    assert len(ids) == 300_000
    assert ids == sorted(ids)


def test_a_query_that_cannot_run_is_told_as_ours():
    with (
        DuckDBEngine() as engine,
        pytest.raises(EngineError, match=r"ASG_E_ENGINE: .*nothing"),
    ):
        next(engine.fetch_batches("SELECT * FROM nothing", 10))

"""A refresh gives what a run over all rows gives, to the last bit."""

from __future__ import annotations

import warnings
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputWarning
from autoseg.features import FeatureTable, compute_features
from autoseg.features.state import build_state, open_state
from autoseg.tables import stage_quietly

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

AS_OF = date(2024, 4, 1)


def full(given: dict[str, Any], names: Any = None, **options: Any) -> FeatureTable:
    """Return the features of a run over all rows."""
    with DuckDBEngine() as engine:
        staged = stage_quietly(engine, given, None, **({"as_of": AS_OF} | options))
        return compute_features(staged, names)


def build(folder: Path, given: dict[str, Any], names: Any = None, **options: Any):
    with DuckDBEngine() as engine:
        staged = stage_quietly(engine, given, None, **({"as_of": AS_OF} | options))
        return build_state(folder, staged, compute_features(staged, names))


def refresh(
    folder: Path, given: dict[str, Any], names: Any = None, **options: Any
) -> FeatureTable:
    late = options.pop("late", "add")
    with open_state(folder) as state, DuckDBEngine() as engine:
        options = {"as_of": AS_OF, "part": state.part} | options
        staged = stage_quietly(engine, given, None, **options)
        return state.refresh(staged, names, late=late)


def assert_same(refreshed: FeatureTable, whole: FeatureTable) -> None:
    """Assert that two tables are equal to the last bit."""
    assert list(refreshed.frame) == list(whole.frame)
    assert refreshed.frame.index.equals(whole.frame.index)
    assert refreshed.revenue.equals(whole.revenue)
    for name in whole.frame:
        left, right = refreshed.frame[name], whole.frame[name]
        same = left.to_numpy().view("int64") == right.to_numpy().view("int64")
        same |= left.isna().to_numpy() & right.isna().to_numpy()
        assert same.all(), (name, left[~same].head(), right[~same].head())
    for name in ("as_of", "first_day", "last_day", "currency"):
        assert getattr(refreshed, name) == getattr(whole, name), name


def split(frame: pd.DataFrame, labels: np.ndarray) -> list[pd.DataFrame]:
    return [frame[labels == label] for label in sorted(set(labels))]


@pytest.mark.parametrize("seed", range(10))
def test_any_split_of_the_rows_gives_the_bits_of_a_full_run(
    seed, lines, events, responses, tmp_path
):
    random = np.random.default_rng(seed)
    n_parts = 2 + seed % 4
    parts = []
    for frame in (lines, events, responses):
        labels = random.integers(n_parts, size=len(frame))
        parts.append([frame[labels == part] for part in range(n_parts)])
    # a state begins with a purchase
    first = lines.index[lines["amount"] > 0][:1]
    for part in range(n_parts):
        parts[0][part] = parts[0][part].drop(index=first, errors="ignore")
    parts[0][0] = pd.concat([lines.loc[first], parts[0][0]])
    names = ("transactions", "events", "responses")
    whole = full(dict(zip(names, (lines, events, responses), strict=True)))
    batches = [
        {name: some[part] for name, some in zip(names, parts, strict=True)}
        for part in range(n_parts)
    ]
    for batch in batches[1:]:
        for name in names[1:]:
            if batch[name].empty:
                batch[name] = None
    # an empty table has columns and no types
    if any(batches[0][name].empty for name in names) or any(
        batch["transactions"].empty for batch in batches
    ):
        pytest.skip("a part without rows")
    build(tmp_path, batches[0])
    for batch in batches[1:]:
        table = refresh(tmp_path, batch)
    assert_same(table, whole)

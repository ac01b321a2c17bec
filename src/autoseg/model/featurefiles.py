"""Scoring a Parquet file of features, a batch at a time."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from autoseg.engines import DuckDBEngine, literal
from autoseg.errors import Finding, InputError
from autoseg.features import MissingRule
from autoseg.model.assigning import BATCH_ROWS
from autoseg.model.counting import Tally
from autoseg.model.likeness import check_units
from autoseg.model.rows import CUSTOMER, to_frame
from autoseg.model.targets import check_target, opened_target
from autoseg.tables.paths import pattern_literal

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pandas as pd

    from autoseg.engines import DatabaseTable
    from autoseg.model.counting import AssignmentCounts
    from autoseg.model.segment_model import SegmentModel

__all__ = ["assign_features_to"]

_TENURE = "tenure_days"


def assign_features_to(
    target: str | os.PathLike[str] | DatabaseTable,
    model: SegmentModel,
    features: str | os.PathLike[str],
    *,
    language: str = "en",
    unit_check: bool = True,
    raw_csv: bool = False,
) -> AssignmentCounts:
    """Write the segment of each customer of a file of features.

    Parameters
    ----------
    target : path or DatabaseTable
        Where to.
    model : SegmentModel
        The rule.
    features : path
        A Parquet file, as of `SegmentModel.assign_features_to`.
    language : str
        Language of the names.
    unit_check : bool
        Whether amounts in another unit than at the fit are refused.
    raw_csv : bool
        Whether texts are written to CSV exactly as they are.

    Returns
    -------
    AssignmentCounts
    """
    check_target(target)
    path = Path(features)
    names = _needed(model, path)
    if unit_check:
        with DuckDBEngine() as engine:
            relation = f"read_parquet({literal(pattern_literal(path))})"
            check_units(model.features, engine, relation)
    tally = Tally(model, language)
    with opened_target(target, raw_csv=raw_csv) as write:
        for rows in _batches(path, [CUSTOMER, *names]):
            assigned = model.assign_features(rows, language)
            write(assigned)
            tally.add(assigned)
    return tally.result()


def _needed(model: SegmentModel, path: Path) -> list[str]:
    """Return the features that are to be read; raise where one is not there."""
    with _reading(path):
        there = set(pq.read_schema(path).names)
    names = list(model.feature_names)
    fills = any(one.missing is MissingRule.TENURE for one in model.features)
    if fills and _TENURE not in names:
        names.append(_TENURE)
    missing = [name for name in (CUSTOMER, *names) if name not in there]
    if missing:
        raise InputError(
            Finding(
                "ASG_E_FEATURE_MISSING",
                path.name,
                f"the model needs {', '.join(missing)} as well",
                "compute the features that the model was fitted on, a row a customer"
                f" with {CUSTOMER}",
            )
        )
    return names


def _batches(path: Path, columns: list[str]) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file as frames, the customers as their index."""
    with _reading(path):
        file = pq.ParquetFile(path)
    with file:
        batches = file.iter_batches(BATCH_ROWS, columns=columns)
        while True:
            with _reading(path):
                batch = next(batches, None)
            if batch is None:
                return
            yield to_frame(batch)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Tell of a file that cannot be read in our own words."""
    try:
        yield
    except FileNotFoundError:
        code, found, fix = "ASG_E_MISSING_FILE", "there is no such file", "see its name"
    except (pa.ArrowException, OSError):
        code, found = "ASG_E_INCOMPLETE_FILE", "this is no whole Parquet file"
        fix = "write it again, for example with 'autoseg features'"
    else:
        return
    raise InputError(Finding(code, path.name, found, fix)) from None

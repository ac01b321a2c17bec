"""Scoring a Parquet file of features, a batch at a time."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
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
    from collections.abc import Iterator
    from concurrent.futures import Future

    import pandas as pd

    from autoseg.engines import DatabaseTable
    from autoseg.model.counting import AssignmentCounts
    from autoseg.model.segment_model import SegmentModel

__all__ = ["assign_features_to", "scored_rows"]

_TENURE = "tenure_days"


def assign_features_to(
    target: str | os.PathLike[str] | DatabaseTable,
    model: SegmentModel,
    features: str | os.PathLike[str],
    *,
    language: str = "en",
    unit_check: bool = True,
    raw_csv: bool = False,
    threads: int | None = None,
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
    threads : int, optional
        As of `scored_rows`.

    Returns
    -------
    AssignmentCounts
    """
    check_target(target)
    path = Path(features)
    _needed(model, path)
    if unit_check:
        with DuckDBEngine() as engine:
            relation = f"read_parquet({literal(pattern_literal(path))})"
            check_units(model.features, engine, relation)
    tally = Tally(model, language)
    with opened_target(target, raw_csv=raw_csv) as write:
        for assigned in scored_rows(model, path, language=language, threads=threads):
            write(assigned)
            tally.add(assigned)
    return tally.result()


def scored_rows(
    model: SegmentModel,
    path: Path,
    *,
    language: str = "en",
    threads: int | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield the segments of the customers of a file, in its order, batch by batch.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    path : pathlib.Path
        A Parquet file of features.
    language : str
        Language of the names.
    threads : int, optional
        Batches that are scored at a time; by default as many as there are cores.

    Yields
    ------
    pandas.DataFrame
        As of `SegmentModel.assign_features`.
    """
    n_threads = threads or os.cpu_count() or 1

    def score(batch: pa.RecordBatch) -> pd.DataFrame:
        return model.assign_features(to_frame(batch), language)

    waiting: deque[Future[pd.DataFrame]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        for batch in _batches(path, [CUSTOMER, *_needed(model, path)]):
            waiting.append(pool.submit(score, batch))
            # no more batches are held than are worked on, and one beside
            if len(waiting) > n_threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file."""
    with _reading(path):
        # what is read ahead would be kept to the end of the file
        file = pq.ParquetFile(path, pre_buffer=False)
    with file:
        batches = file.iter_batches(BATCH_ROWS, columns=columns)
        while True:
            with _reading(path):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch


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

"""Customers who are placed where their features are; only the result is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from autoseg.engines import render
from autoseg.model.rows import CUSTOMER, set_apart
from autoseg.model.sql import scoring_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.engines import Engine
    from autoseg.model.segment_model import SegmentModel

__all__ = ["placed_there"]

_BOUGHT = "bought"
# keys and names go by the number, so they need not travel
_FETCHED = ("segment", "confidence", "runner_up", "unlike_any")
_SCHEMA = pa.schema(
    [
        (CUSTOMER, pa.string()),
        ("segment", pa.int64()),
        ("confidence", pa.float64()),
        ("runner_up", pa.int64()),
        ("unlike_any", pa.bool_()),
        (_BOUGHT, pa.bool_()),
    ]
)


def placed_there(
    model: SegmentModel,
    engine: Engine,
    table: str,
    others: str,
    language: str,
    size: int,
) -> Iterator[pd.DataFrame]:
    """Yield who is in which segment, sorted by customer, from an engine that scores.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    engine : Engine
        Where the features are.
    table : str
        SQL of the features that may stand after FROM.
    others : str
        Query of the customers who have not bought.
    language : str
        Language of the names.
    size : int
        Most customers of a batch.

    Yields
    ------
    pandas.DataFrame
        As of `SegmentModel.assign`.
    """
    query = scoring_query(model, table, engine.dialect, results=_FETCHED)
    placed = _with_all_columns(engine.fetch_arrow(query), bought=True)
    waiting = engine.fetch_arrow(render(others, engine.dialect))
    whole = pa.concat_tables([placed, _with_all_columns(waiting, bought=False)])
    # sorted here: the order of texts differs from one engine to the next
    ordered = whole.sort_by(CUSTOMER).combine_chunks()
    for batch in ordered.to_batches(max_chunksize=size):
        yield _named(model, batch, language)


def _with_all_columns(rows: pa.Table, *, bought: bool) -> pa.Table:
    """Return rows with all columns, empty where they have none."""
    columns = [
        rows.column(field.name).cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(len(rows), field.type)
        for field in _SCHEMA
        if field.name != _BOUGHT
    ]
    columns.append(pa.repeat(bought, len(rows)))
    return pa.Table.from_arrays(columns, schema=_SCHEMA)


def _named(model: SegmentModel, batch: pa.RecordBatch, language: str) -> pd.DataFrame:
    rows = pa.Table.from_batches([batch]).to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get
    )
    index = pd.Index(rows.pop(CUSTOMER).astype("str"), name=CUSTOMER)
    waiting = ~rows.pop(_BOUGHT).to_numpy(dtype=bool)
    numbers = rows["segment"].to_numpy(dtype="int64", na_value=0)
    keys, names = model.texts_of(numbers, language)
    assigned = pd.DataFrame(
        {
            "segment": rows["segment"].array,
            "segment_key": keys,
            "segment_name": names,
            **{name: rows[name].array for name in _FETCHED[1:]},
        },
        index=index,
    )
    return set_apart(assigned, waiting, language) if waiting.any() else assigned

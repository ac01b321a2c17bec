"""Rows of Arrow as the features of customers, and who has none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from autoseg.model.groups import PROSPECTS, group_name

__all__ = ["CUSTOMER", "set_apart", "to_frame"]

CUSTOMER = "customer_id"
"""Name of the column with the customers."""


def to_frame(batch: pa.RecordBatch) -> pd.DataFrame:
    """Return features as float64, with the customers as the index.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        ``customer_id`` and features; other columns are not wanted.

    Returns
    -------
    pandas.DataFrame
        NaN where there is no value.
    """
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    index = pd.Index(columns.pop(CUSTOMER).to_pandas().astype("str"), name=CUSTOMER)
    values = {name: _numbers(column) for name, column in columns.items()}
    return pd.DataFrame(values, index=index, copy=False)


def _numbers(column: pa.Array) -> np.ndarray:
    """Return a column as float64, NaN for its gaps."""
    if column.type == pa.float64():
        # without a copy, where there is no gap
        return np.asarray(column.to_numpy(zero_copy_only=False))
    return np.asarray(column.to_pandas().to_numpy(dtype=np.float64, na_value=np.nan))


def set_apart(
    assigned: pd.DataFrame, waiting: np.ndarray, language: str
) -> pd.DataFrame:
    """Return assignments with who has not bought in a group of their own.

    Parameters
    ----------
    assigned : pandas.DataFrame
        As of `SegmentModel.assign_features`.
    waiting : ndarray of bool, shape (n_customers,)
        Who has not bought.
    language : str
        Language of the name.
    """
    apart = assigned.copy()
    apart.loc[waiting, ["segment", "confidence", "runner_up", "unlike_any"]] = pd.NA
    apart.loc[waiting, "segment_key"] = PROSPECTS
    apart.loc[waiting, "segment_name"] = group_name(PROSPECTS, language)
    return apart

"""Rows of Arrow as the features of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CUSTOMER", "to_frame"]

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
    rows = batch.to_pandas()
    index = pd.Index(rows.pop(CUSTOMER).astype("str"), name=CUSTOMER)
    features: pd.DataFrame = rows.set_axis(index).astype("float64")
    return features

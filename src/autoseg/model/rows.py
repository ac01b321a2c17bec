"""Rows of Arrow as the features of customers, and who has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from autoseg.model.groups import PROSPECTS, group_name

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

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
    rows = batch.to_pandas()
    index = pd.Index(rows.pop(CUSTOMER).astype("str"), name=CUSTOMER)
    features: pd.DataFrame = rows.set_axis(index).astype("float64")
    return features


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

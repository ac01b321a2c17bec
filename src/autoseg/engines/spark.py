"""Spark data frames: their rows as Arrow, without a change to the user's session."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

__all__ = ["is_spark", "spark_batches"]


def is_spark(value: object) -> bool:
    """Return whether a value is a Spark data frame; Spark is never imported for it.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_spark([1, 2])
    False
    """
    spark = sys.modules.get("pyspark.sql")
    return spark is not None and isinstance(value, spark.DataFrame)


def spark_batches(
    frame: Any, wanted: Sequence[int], names: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Yield some columns of a Spark data frame as Arrow, one batch after another.

    The other columns stay where they are; ``rest`` is a hash of them, made by Spark.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        Where the rows are.
    wanted : sequence of int
        Positions of the columns.
    names : sequence of str
        What each wanted column is to be called.
    """
    from pyspark.sql import functions

    # a name may hold dots and backticks
    own = [functions.col(f"`{name.replace('`', '``')}`") for name in frame.columns]
    columns = [own[i].alias(name) for i, name in zip(wanted, names, strict=True)]
    others = [
        column
        for i, column in enumerate(own)
        if i not in wanted and "map<" not in frame.schema[i].dataType.simpleString()
    ]
    if others:
        # the hash passes over what is missing, so it needs to be told
        pairs = [part for column in others for part in (column, column.isNull())]
        columns.append(functions.xxhash64(*pairs).alias("rest"))
    yield from frame.select(*columns).toArrow().to_batches()

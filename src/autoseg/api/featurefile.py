"""Features as a file: Parquet for programs, CSV for people."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from autoseg.errors import OutputError
from autoseg.files import write_files

if TYPE_CHECKING:
    import os

    import pandas as pd

    from autoseg.features import FeatureHistory, FeatureTable

__all__ = ["FEATURE_FILES", "write_features"]

FEATURE_FILES = (".parquet", ".csv")
"""The endings of files that features are written to."""


def write_features(
    table: FeatureTable | FeatureHistory,
    path: str | os.PathLike[str],
    *,
    raw_csv: bool = False,
) -> Path:
    r"""Write features to a file that appears whole or not at all.

    Parameters
    ----------
    table : FeatureTable or FeatureHistory
        The features.
    path : path
        Where to: a name that ends in ``.parquet`` or ``.csv``. A file of that name is
        replaced. A feature that a customer lacks is null, or empty.
    raw_csv : bool
        Whether texts are written to CSV exactly as they are, for programs. By default
        a text that a spreadsheet would run as a formula, such as an id ``=1+1``, gets
        an apostrophe in front.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OutputError
        If the name ends otherwise, or the file cannot be written.

    Examples
    --------
    >>> import autoseg
    >>> from tempfile import TemporaryDirectory
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> table = autoseg.compute_features(shop.transactions, ["monetary"])
    >>> with TemporaryDirectory() as folder:
    ...     write_features(table, f"{folder}/features.csv").read_text()[:21]
    'customer_id,monetary\n'
    """
    target = Path(path)
    if target.suffix.lower() not in FEATURE_FILES:
        raise OutputError(
            target,
            "is no name of a file that features are written to",
            f"let it end in {' or '.join(FEATURE_FILES)}",
        )
    columns = table.frame.reset_index()
    is_csv = target.suffix.lower() == ".csv"
    content = _csv(columns, raw=raw_csv) if is_csv else _parquet(columns)
    (written,) = write_files(target.parent, {target.name: content})
    return written


def _parquet(columns: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.Table.from_pandas(columns, preserve_index=False)
    page = BytesIO()
    pyarrow.parquet.write_table(table.replace_schema_metadata(None), page)
    return page.getvalue()


def _csv(columns: pd.DataFrame, *, raw: bool) -> bytes:
    if not raw:
        from autoseg.spreadsheet import without_formulas

        columns = columns.assign(
            customer_id=without_formulas(columns["customer_id"].astype("str"))
        )
        columns.columns = without_formulas(columns.columns.to_series().astype("str"))
    return columns.to_csv(lineterminator="\n", index=False).encode()

"""Who is in which segment as a file: CSV for people, Parquet for programs."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    import pandas as pd

    from autoseg.profiles import SegmentProfiles

__all__ = ["ASSIGNMENT_FORMATS", "assignment_file"]

ASSIGNMENT_FORMATS = ("csv", "parquet")
"""The formats, each of which is the ending of its file."""

_COLUMNS = ["segment", "segment_key", "segment_name", "confidence", "runner_up"]


def assignment_file(
    assignments: pd.DataFrame,
    profiles: SegmentProfiles,
    language: str,
    form: str,
    *,
    raw: bool,
) -> dict[str, bytes]:
    """Return the file that says who is in which segment, by its name.

    Parameters
    ----------
    assignments : pandas.DataFrame
        As `Segmentation.assignments`.
    profiles : SegmentProfiles
        The segments.
    language : str
        Language of their names.
    form : {"csv", "parquet"}
        What it is written as.
    raw : bool
        Whether texts of a CSV stay as they are, also such as a spreadsheet would run.

    Returns
    -------
    dict of str to bytes

    Raises
    ------
    InputError
        If there is no such format (``ASG_E_SETTING``).
    """
    if form not in ASSIGNMENT_FORMATS:
        found, fix = f"{form!r} is no format", "name 'csv' or 'parquet'"
        raise InputError(Finding("ASG_E_SETTING", "assignments", found, fix))
    table = _table(assignments, profiles, language)
    content = _parquet(table) if form == "parquet" else _csv(table, raw=raw)
    return {f"segments.{form}": content}


def _table(
    assignments: pd.DataFrame, profiles: SegmentProfiles, language: str
) -> pd.DataFrame:
    from autoseg.profiles import describe

    texts = describe(profiles, language)
    names = {number: text.name for number, text in enumerate(texts, 1)}
    keys = {segment.number: segment.key for segment in profiles.segments}
    numbers = assignments["segment"]
    frame = assignments.assign(
        segment_key=numbers.map(keys), segment_name=numbers.map(names)
    )
    return frame[_COLUMNS].rename_axis("customer_id").reset_index()


def _csv(table: pd.DataFrame, *, raw: bool) -> bytes:
    from autoseg.spreadsheet import without_formulas

    if not raw:
        for column in ("customer_id", "segment_name"):
            table[column] = without_formulas(table[column].astype("str"))
    return table.to_csv(float_format="%.6f", lineterminator="\n", index=False).encode()


def _parquet(table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet

    kinds = {"customer_id": "str", "segment_key": "str", "segment_name": "str"}
    arrow = pa.Table.from_pandas(table.astype(kinds), preserve_index=False)
    page = BytesIO()
    # pandas' own notes name versions, and the bytes are to depend on the rows alone
    pa.parquet.write_table(arrow.replace_schema_metadata(None), page)
    return page.getvalue()

"""What was done to each column, and why, as a table that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from autoseg.clustering.transform import ColumnAccount, Operation, OutputColumn

__all__ = ["DONE", "account_table"]

DONE: dict[Operation, str] = {
    "identity": "kept",
    "log": "log",
    "log1p": "log1p",
    "constant": "dropped",
}
"""What an operation is called in the table."""


def account_table(
    columns: tuple[ColumnAccount, ...],
    outputs: tuple[OutputColumn, ...],
    merge_above: float,
) -> pd.DataFrame:
    """Return what was done to each column, and why, one row a column.

    Parameters
    ----------
    columns : tuple of ColumnAccount
        The columns that came in.
    outputs : tuple of OutputColumn
        The columns that come out.
    merge_above : float
        The absolute correlation above which columns are merged.

    Returns
    -------
    pandas.DataFrame of shape (n_columns, 11)
        As `CustomerScaler.account` says.

    Examples
    --------
    >>> from autoseg.clustering import ColumnAccount, OutputColumn
    >>> age = ColumnAccount("age", "identity", 0.0, 0.0, 99.0, 40.0, 9.0, 0.1, 0.1, 0.0)
    >>> table = account_table((age,), (OutputColumn("age", (0,), (1,)),), 0.9)
    >>> table.loc["age", ["done", "why"]].tolist()
    ['kept', 'as it is, with skewness 0.1']
    """
    home = {member: output for output in outputs for member in output.members}
    rows = [
        _row(columns, j, home.get(j), merge_above=merge_above)
        for j in range(len(columns))
    ]
    index = pd.Index([column.name for column in columns], name="column")
    return pd.DataFrame(rows, index=index)


def _row(
    columns: tuple[ColumnAccount, ...],
    j: int,
    output: OutputColumn | None,
    *,
    merge_above: float,
) -> dict[str, Any]:
    column = columns[j]
    members = () if output is None else output.members
    others = [columns[member].name for member in members if member != j]
    return {
        "done": DONE[column.operation],
        "why": _why(column, output, others, merge_above),
        "merged_with": ", ".join(others),
        "zero_inflated": column.zero_inflated,
        "weight": float("nan") if output is None else output.weight,
        "skew_before": column.skew_before,
        "skew_after": column.skew_after,
        "zeros": column.zeros,
        "cut_low": column.cut_low,
        "cut_high": column.cut_high,
        "output": "" if output is None else output.name,
    }


def _why(
    column: ColumnAccount,
    output: OutputColumn | None,
    others: list[str],
    merge_above: float,
) -> str:
    told = [column.why]
    if output is None:
        return told[0]
    if column.operation == "constant":
        return f"{told[0]}; as every column has, the first comes out as zeros"
    if column.zero_inflated and column.operation != "log1p":
        told.append(f"{100 * column.zeros:.0f} % of the values are zero")
    if cut := column.cut_low + column.cut_high:
        told.append(f"{100 * cut:.2g} % of the values lay far out and were cut")
    if others:
        told.append(
            f"merged with {', '.join(others)}, for a correlation above {merge_above:g}"
            " tells the same"
        )
    if output.weight != 1.0:
        told.append(f"counts {output.weight:g} times")
    return "; ".join(told)

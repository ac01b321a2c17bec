"""Text cells that a spreadsheet would run as a formula, made harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["without_formulas"]

# what a spreadsheet takes for the beginning of a formula (CWE-1236)
_STARTS = r"^[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?\d+(?:[.,]\d+)?$"


def without_formulas(texts: pd.Series[str]) -> pd.Series[str]:
    """Put an apostrophe before each text that a spreadsheet would run.

    Numbers stay as they are, also where they are negative.

    Parameters
    ----------
    texts : pandas.Series of str
        The cells of a column of texts.

    Returns
    -------
    pandas.Series of str
        A new series.

    Examples
    --------
    >>> import pandas as pd
    >>> without_formulas(pd.Series(["=1+1", "-5", "ann", "+47 22"])).tolist()
    ["'=1+1", '-5', 'ann', "'+47 22"]
    """
    runs = texts.str.contains(_STARTS) & ~texts.str.match(_NUMBER)
    return texts.mask(runs, "'" + texts)

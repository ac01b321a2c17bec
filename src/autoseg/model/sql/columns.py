"""Names of columns inside a scoring statement, and texts in its comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["inner_names", "remark"]

_PLAIN = re.compile(r"[a-z][a-z0-9_]*")
# PostgreSQL cuts a name after 63 bytes
_LONGEST = 50
# what ends a line somewhere, and so a comment
_LINE_ENDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def inner_names(names: Iterable[str]) -> list[str]:
    """Return for each name of the user's one that needs no quotes after a prefix.

    Parameters
    ----------
    names : iterable of str
        Any names.

    Returns
    -------
    list of str
        The name itself where it is plain, else its position from 1.

    Examples
    --------
    >>> inner_names(["monetary", 'net "sales"'])
    ['monetary', '2']
    """
    return [
        name if _PLAIN.fullmatch(name) and len(name) <= _LONGEST else str(i)
        for i, name in enumerate(names, 1)
    ]


def remark(text: str) -> str:
    """Return a comment of one line, whatever the text holds.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> remark("tea; DROP TABLE t")
    '-- tea; DROP TABLE t'
    """
    line = _LINE_ENDS.sub(" ", text)
    # for Spark a backslash at the end joins the next line to the comment
    return f"-- {line} " if line.endswith("\\") else f"-- {line}"

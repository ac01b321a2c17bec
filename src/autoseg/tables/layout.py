r"""How a CSV file is laid out: its delimiter, what is above its header, the header."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Layout", "read_layout", "sniff_delimiter"]

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 100
# a title stands alone; a header does not
_MIN_HEADER = 2
# Excel writes and reads this line above the header
_SEPARATOR = re.compile(r'"?sep=([^"\r\n])"?[\r\n]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a CSV file is to be taken apart.

    Parameters
    ----------
    delimiter : str
        What stands between its columns.
    n_above : int
        Records above the header: titles, comments, blank lines.
    names : tuple of str
        The header; blank where a column has no name.
    """

    delimiter: str
    n_above: int
    names: tuple[str, ...]


def read_layout(sample: str) -> Layout | None:
    r"""Return the layout of a CSV file; None where no line has two cells.

    Parameters
    ----------
    sample : str
        The beginning of the file; its last line may be incomplete.

    Examples
    --------
    >>> read_layout("sep=;\nid;amount\n1;12,50\n")
    Layout(delimiter=';', n_above=1, names=('id', 'amount'))
    """
    told = _SEPARATOR.match(sample)
    delimiter = told[1] if told else sniff_delimiter(sample)
    if delimiter is None:
        return None
    n_above, records = _from_header(sample, delimiter)
    if not records:
        return None
    return Layout(delimiter, n_above, _names(records))


def sniff_delimiter(sample: str) -> str | None:
    r"""Return the delimiter that takes the lines apart most evenly.

    Parameters
    ----------
    sample : str
        The beginning of the file; its last line may be incomplete.

    Returns
    -------
    str or None
        One of comma, semicolon, tab and bar; None where no line has any.

    Examples
    --------
    >>> sniff_delimiter("id;amount\n1;12,50\n2;8,00\n")
    ';'
    """
    best: tuple[float, int] = (0.0, 1)
    chosen = None
    for delimiter in _DELIMITERS:
        n_above, records = _from_header(sample, delimiter)
        widths = [len(cells) for cells in records if cells]
        if not widths:
            continue
        # with a wrong delimiter, the header itself seems to stand above the table
        even = sum(width == widths[0] for width in widths) / (n_above + len(widths))
        if (even, widths[0]) > best:
            best, chosen = (even, widths[0]), delimiter
    return chosen


def _from_header(sample: str, delimiter: str) -> tuple[int, list[list[str]]]:
    """Return the number of records above the header, and those from it on."""
    records = list(_take_apart(sample, delimiter))
    told = _SEPARATOR.match(sample) is not None
    for number, cells in enumerate(records):
        if number == 0 and told:
            continue
        if sum(bool(cell.strip()) for cell in cells) < _MIN_HEADER:
            continue
        if _is_comment(cells, records[number + 1 :]):
            continue
        return number, records[number:]
    return 0, []


def _take_apart(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    for cells, _ in zip(reader, range(_SAMPLE_LINES), strict=False):
        yield cells


def _is_comment(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a line is a remark or a title, although it has two cells.

    It is as wide as the table only by chance, and begins with '#' or stands apart.
    """
    following = next((other for other in below if other), cells)
    stands_apart = bool(below) and not below[0]
    return len(cells) != len(following) and (cells[0].startswith("#") or stands_apart)


def _names(records: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the header, as wide as the rows where they end with a delimiter more."""
    names = [name.strip() for name in records[0]]
    # the last line of the sample may be cut
    rows = [cells for cells in records[1:-1] or records[1:] if cells]
    if rows and all(len(cells) == len(names) + 1 and not cells[-1] for cells in rows):
        names.append("")
    elif rows and not names[-1] and all(len(cells) == len(names) - 1 for cells in rows):
        names.pop()
    return tuple(names)

"""The records of a CSV file and the lines they begin on, read only for messages."""

from __future__ import annotations

import csv
import io
from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from autoseg.tables.encoding import TextFile
    from autoseg.tables.layout import Layout

__all__ = ["Records"]

# the csv module stops at 131,072 letters otherwise
_LONGEST_CELL = 2**31 - 1


class Records:
    """The records below the header, counted as the engine counts them.

    Blank lines and line breaks within quotes make the number of a line another than
    that of a record. The file is read only as far as the last one that is wanted.

    Parameters
    ----------
    text : TextFile
        The file and how it is written.
    layout : Layout
        How it is to be taken apart.
    """

    def __init__(self, text: TextFile, layout: Layout) -> None:
        self._text = text
        self._layout = layout

    def lines_of(self, records: Collection[int]) -> tuple[int, ...]:
        """Return the lines that records begin on.

        Parameters
        ----------
        records : collection of int
            Their numbers in the file; its first record is 1.
        """
        return _first(((record, line) for record, line, _ in self._every()), records)

    def lines_of_rows(
        self, rows: Collection[int], rejected: Collection[int]
    ) -> tuple[int, ...]:
        """Return the lines that rows of the engine's table begin on.

        Parameters
        ----------
        rows : collection of int
            Their positions in the table, from 0.
        rejected : collection of int
            Records that are not in the table; blank lines are not either.
        """
        read = (
            line
            for record, line, text in self._every()
            if text.strip("\r\n") and record not in rejected
        )
        return _first(((row, line) for row, line in enumerate(read)), rows)

    def line_of_open_quote(self, records: Collection[int]) -> int | None:
        """Return the first line with a quotation mark that is not closed on it.

        Parameters
        ----------
        records : collection of int
            Where to look.
        """
        last = max(records, default=0)
        for record, line, text in self._every():
            if record > last:
                break
            if record in records and self._n_lines(text, iter(("\n",))) > 1:
                return line
        return None

    def _every(self) -> Iterator[tuple[int, int, str]]:
        """Yield number, first line and that line's text of every record.

        A record is told before it is read: an open quotation mark makes one of the
        whole rest of the file.
        """
        with self._text.open() as file:
            lines = io.TextIOWrapper(file, self._text.encoding, newline="")
            line = 1
            for record, text in enumerate(lines, start=1):
                if record > self._layout.n_above + 1:
                    yield record, line, text
                # only quotation marks make a record of several lines
                line += self._n_lines(text, lines) if '"' in text else 1

    def _n_lines(self, first: str, following: Iterator[str]) -> int:
        lines = chain((first,), following)
        reader = csv.reader(lines, delimiter=self._layout.delimiter)
        limit = csv.field_size_limit(_LONGEST_CELL)
        try:
            next(reader)
        finally:
            csv.field_size_limit(limit)
        return reader.line_num


def _first(
    numbered: Iterator[tuple[int, int]], wanted: Collection[int]
) -> tuple[int, ...]:
    """Return the lines of the wanted numbers, and read no further than them."""
    found = (line for number, line in numbered if number in wanted)
    return tuple(islice(found, len(wanted)))

"""Which cells of a table of counts are not shown, so that none can be worked out.

A count below 10 is not shown, but with the totals of its row and column beside it, it
is what the rest leaves. So other cells are left out as well, until

- what is left out of a row or a column is two cells at least, of 10 customers at least,
- and every one of them could be another number, with all that is shown unchanged.

The second follows from the first in most tables and not in all: two pairs of cells that
one cell joins leave no choice for that one. Whether a cell can change is told exactly:
counts can only be moved along a round of cells that are not shown, one up, the next
down, and a cell at 0 cannot go down. Zeros are shown, for they are about nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.segments import MIN_CELL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Suppression", "suppress"]

_FEWEST_CELLS = 2


@dataclass(frozen=True, slots=True)
class Suppression:
    """What of a table of counts is not shown.

    Parameters
    ----------
    cells : ndarray of bool, shape (n_rows, n_columns)
        Cells that are not shown.
    rows, columns : frozenset of int
        Rows and columns whose totals are not shown either, nor any of their cells.
    """

    cells: np.ndarray
    rows: frozenset[int]
    columns: frozenset[int]


def suppress(
    counts: np.ndarray, *, hidden_rows: Collection[int] = (), minimum: int = MIN_CELL
) -> Suppression:
    """Find what must not be shown of a table of counts with its totals.

    Parameters
    ----------
    counts : ndarray of int, shape (n_rows, n_columns)
        Counts, 0 or more.
    hidden_rows : collection of int
        Rows whose totals are known not to be shown, together `minimum` or more.
    minimum : int
        The smallest count that is shown, but for 0.

    Returns
    -------
    Suppression
        It depends on the counts alone. The total of all is shown; where even that is
        small, nothing is.

    Examples
    --------
    >>> found = suppress(np.array([[3, 40, 50], [60, 20, 70]]))
    >>> found.cells.astype(int).tolist()
    [[1, 1, 0], [1, 1, 0]]
    >>> bool(suppress(np.array([[30, 40], [60, 20]])).cells.any())
    False
    """
    table = np.asarray(counts, dtype=np.int64)
    if table.sum() < minimum:
        everything = (frozenset(range(size)) for size in table.shape)
        return Suppression(np.ones(table.shape, dtype=bool), *everything)
    work = _Work(
        table,
        _closed(table.sum(axis=1), set(hidden_rows), minimum),
        _closed(table.sum(axis=0), set(), minimum),
        minimum,
    )
    while (line := work.weak_line()) is not None:
        work.strengthen(line)
    work.show_again()
    return Suppression(work.cells, frozenset(work.rows), frozenset(work.columns))


def _closed(totals: np.ndarray, hidden: set[int], minimum: int) -> set[int]:
    """Return the totals that are not shown: small ones, and what would tell them."""
    hidden = hidden | set(np.flatnonzero((totals > 0) & (totals < minimum)).tolist())
    rest = sorted(
        (one for one in range(len(totals)) if one not in hidden and totals[one] > 0),
        key=lambda one: (int(totals[one]), one),
    )
    while (
        hidden
        and rest
        and (totals[list(hidden)].sum() < minimum or len(hidden) < _FEWEST_CELLS)
    ):
        hidden.add(rest.pop(0))
    return hidden


class _Work:
    """A table on its way; rows without a total are one line, and so are columns."""

    def __init__(
        self, counts: np.ndarray, rows: set[int], columns: set[int], minimum: int
    ) -> None:
        self.counts, self.minimum = counts, minimum
        self.rows, self.columns = rows, columns
        self.cells = (counts > 0) & (counts < minimum)
        self._cover()

    def weak_line(self) -> np.ndarray | None:
        """Return the cells of a line in which a cell can be worked out, if any."""
        for line in self._lines():
            out = self.cells & line
            n_cells, n_customers = int(out.sum()), int(self.counts[out].sum())
            if n_cells and (n_cells < _FEWEST_CELLS or n_customers < self.minimum):
                return line
        return next(self._fixed(), None)

    def strengthen(self, line: np.ndarray) -> None:
        """Leave one more cell of a line out; where all are, a total as well."""
        spare = _places(line & ~self.cells)
        if spare:
            self.cells[min(spare, key=self._cost)] = True
            return
        self._hide_a_total()

    def show_again(self) -> None:
        """Show what later gaps have made needless to leave out, the largest first."""
        needed = (self.counts > 0) & (self.counts < self.minimum)
        needed[sorted(self.rows)] = True
        needed[:, sorted(self.columns)] = True
        beside = _places(self.cells & ~needed)
        for place in sorted(beside, key=lambda one: (-int(self.counts[one]), one)):
            self.cells[place] = False
            if self.weak_line() is not None:
                self.cells[place] = True

    def _cost(self, place: tuple[int, int]) -> tuple[bool, bool, bool, int, int, int]:
        row, column = place
        # a cell whose other lines already have gaps calls for no further ones
        alone = not (self.cells[row].any() and self.cells[:, column].any())
        count = int(self.counts[row, column])
        # and one that stands by itself in a line can only be joined by a zero
        bare = 1 in {(self.counts[row] > 0).sum(), (self.counts[:, column] > 0).sum()}
        return (count == 0, bare, alone, count, row, column)

    def _hide_a_total(self) -> None:
        totals = self.counts.sum(axis=0)
        shown = [one for one in range(len(totals)) if one not in self.columns]
        if shown:
            self.columns.add(min(shown, key=lambda one: (int(totals[one]), one)))
        else:
            sizes = self.counts.sum(axis=1)
            left = [one for one in range(len(sizes)) if one not in self.rows]
            self.rows.add(min(left, key=lambda one: (int(sizes[one]), one)))
        self._cover()

    def _cover(self) -> None:
        self.cells[sorted(self.rows)] = True
        self.cells[:, sorted(self.columns)] = True

    def _lines(self) -> Iterator[np.ndarray]:
        """Yield the sets of cells whose sum is shown or follows from what is shown."""
        for axis, hidden in ((0, self.rows), (1, self.columns)):
            shown = [{one} for one in range(self.counts.shape[axis])]
            for group in [one for one in shown if not one & hidden] + [hidden]:
                # where all totals are hidden, their sum is the total of all
                if group and len(group) < max(2, self.counts.shape[axis]):
                    line = np.zeros(self.counts.shape, dtype=bool)
                    np.moveaxis(line, axis, 0)[sorted(group)] = True
                    yield line

    def _fixed(self) -> Iterator[np.ndarray]:
        """Yield the row and then the column of cells that can have one value only."""
        places = _places(self.cells)
        for row, column in places:
            if not self._moves(row, column, places):
                line = np.zeros(self.counts.shape, dtype=bool)
                line[row] = True
                line[:, column] = True
                yield line

    def _moves(self, row: int, column: int, places: list[tuple[int, int]]) -> bool:
        """Return whether a cell can go up or down by one, along a round of others."""
        start, end = self._row_line(row), self._column_line(column)
        steps: dict[tuple[str, int], set[tuple[str, int]]] = {}
        for one, other in places:
            if (one, other) == (row, column):
                continue
            a, b = self._row_line(one), self._column_line(other)
            # up leads from the row to the column, down the other way
            steps.setdefault(a, set()).add(b)
            if self.counts[one, other] > 0:
                steps.setdefault(b, set()).add(a)
        if _reaches(steps, end, start):
            return True
        return self.counts[row, column] > 0 and _reaches(steps, start, end)

    def _row_line(self, row: int) -> tuple[str, int]:
        return ("row", -1 if row in self.rows else row)

    def _column_line(self, column: int) -> tuple[str, int]:
        return ("column", -1 if column in self.columns else column)


def _places(mask: np.ndarray) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(mask)]


def _reaches(
    steps: dict[tuple[str, int], set[tuple[str, int]]],
    start: tuple[str, int],
    end: tuple[str, int],
) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        for place in steps.get(ahead.pop(), ()):
            if place == end:
                return True
            if place not in seen:
                seen.add(place)
                ahead.append(place)
    return False

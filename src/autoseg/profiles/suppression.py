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
_Line = tuple[str, int]
_ALL_ROWS: _Line = ("rows", 0)
_ALL_COLUMNS: _Line = ("columns", 0)


@dataclass(frozen=True, slots=True)
class Suppression:
    """What of a table of counts is not shown.

    Parameters
    ----------
    cells : ndarray of bool, shape (n_rows, n_columns)
        Cells that are not shown.
    rows, columns : frozenset of int
        Rows and columns whose totals are not shown either.
    """

    cells: np.ndarray
    rows: frozenset[int]
    columns: frozenset[int]


def suppress(
    counts: np.ndarray,
    *,
    hidden_rows: Collection[int] = (),
    hidden_columns: Collection[int] = (),
    empty: Collection[tuple[int, int]] = (),
    minimum: int = MIN_CELL,
) -> Suppression:
    """Find what must not be shown of a table of counts with its totals.

    Parameters
    ----------
    counts : ndarray of int, shape (n_rows, n_columns)
        Counts, 0 or more.
    hidden_rows, hidden_columns : collection of int
        Rows and columns whose totals are known not to be shown, together `minimum` or
        more.
    empty : collection of (int, int)
        Cells that everybody knows to be 0, by what the row and the column mean. They
        are shown, for they hide nothing.
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
    # where a total is 0 everybody knows its cells
    rows, columns = (np.flatnonzero(table.sum(axis=axis)) for axis in (1, 0))
    open_cells = np.ones(table.shape, dtype=bool)
    for place in empty:
        open_cells[place] = False
    used = np.ix_(rows, columns)
    table = table[used]
    work = _Work(
        table,
        _closed(table.sum(axis=1), _among(rows, hidden_rows), minimum),
        _closed(table.sum(axis=0), _among(columns, hidden_columns), minimum),
        open_cells[used],
        minimum,
    )
    while (line := work.weak_line()) is not None:
        if work.all_hidden() and not work.totals_left():
            break
        work.strengthen(line)
    work.show_again()
    cells = np.zeros(np.shape(counts), dtype=bool)
    cells[used] = work.cells
    return Suppression(
        cells,
        frozenset(rows[sorted(work.rows)].tolist()),
        frozenset(columns[sorted(work.columns)].tolist()),
    )


def _among(lines: np.ndarray, hidden: Collection[int]) -> set[int]:
    """Return at which places of the lines the hidden ones are."""
    return {place for place, line in enumerate(lines.tolist()) if line in hidden}


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
    """A table on its way, as a graph in which counts move along rounds.

    A hidden cell joins its row and its column; a hidden total joins its row or column
    and what the hidden totals add up to, which is known.
    """

    def __init__(
        self,
        counts: np.ndarray,
        rows: set[int],
        columns: set[int],
        can_hide: np.ndarray,
        minimum: int,
    ) -> None:
        self.counts, self.minimum = counts, minimum
        self.rows, self.columns = rows, columns
        self.can_hide = can_hide
        self.cells = self._needed()

    def weak_line(self) -> np.ndarray | None:
        """Return the cells of a line in which a figure can be worked out, if any."""
        for line in self._lines():
            out = self.cells & line
            n_cells, n_customers = int(out.sum()), int(self.counts[out].sum())
            if n_cells and (n_cells < _FEWEST_CELLS or n_customers < self.minimum):
                return line
        return next(self._fixed(), None)

    def strengthen(self, line: np.ndarray) -> None:
        """Leave one more cell of a line out; where all are, a total as well."""
        spare = _places(line & self.can_hide & ~self.cells)
        if spare:
            self.cells[min(spare, key=self._cost)] = True
            return
        self._hide_a_total()

    def show_again(self) -> None:
        """Show what later gaps have made needless to leave out, the largest first."""
        beside = _places(self.cells & ~self._needed())
        for place in sorted(beside, key=lambda one: (-int(self.counts[one]), one)):
            self.cells[place] = False
            if self.weak_line() is not None:
                self.cells[place] = True

    def all_hidden(self) -> bool:
        """Return whether there is no cell left that could be hidden."""
        return bool((self.cells | ~self.can_hide).all())

    def totals_left(self) -> bool:
        """Return whether a total is shown that could be hidden."""
        shown = [
            np.delete(self.counts.sum(axis=axis), sorted(hidden)).any()
            for axis, hidden in ((0, self.columns), (1, self.rows))
        ]
        return any(shown)

    def _needed(self) -> np.ndarray:
        """Return the small cells, and those that would add up to a hidden total."""
        needed = (self.counts > 0) & (self.counts < self.minimum)
        columns = sorted(self.columns)
        needed[:, columns] = self.counts[:, columns] > 0
        # nothing at all is told of the customers of a small row
        needed[sorted(self.rows)] = True
        return np.asarray(needed & self.can_hide)

    def _cost(self, place: tuple[int, int]) -> tuple[bool, bool, bool, int, int, int]:
        row, column = place
        # a cell whose other lines already have gaps calls for no further ones
        alone = not (self.cells[row].any() and self.cells[:, column].any())
        count = int(self.counts[row, column])
        # and one that stands by itself in a line can only be joined by a zero
        bare = 1 in {(self.counts[row] > 0).sum(), (self.counts[:, column] > 0).sum()}
        return (count == 0, bare, alone, count, row, column)

    def _hide_a_total(self) -> None:
        for axis, hidden in ((0, self.columns), (1, self.rows)):
            totals = self.counts.sum(axis=axis)
            left = [one for one in np.flatnonzero(totals).tolist() if one not in hidden]
            if left:
                hidden.add(min(left, key=lambda one: (int(totals[one]), one)))
                self.cells |= self._needed()
                return
        # no total is left to hide, so the zeros are all that can still give way
        self.cells |= self.can_hide

    def _lines(self) -> Iterator[np.ndarray]:
        """Yield the cells of each row and column whose total is shown."""
        for axis, hidden in ((0, self.rows), (1, self.columns)):
            for one in range(self.counts.shape[axis]):
                if one not in hidden:
                    line = np.zeros(self.counts.shape, dtype=bool)
                    np.moveaxis(line, axis, 0)[one] = True
                    yield line

    def _fixed(self) -> Iterator[np.ndarray]:
        """Yield the lines of figures that can have one value only."""
        joins = self._joins()
        for place, (start, end, count) in enumerate(joins):
            steps: dict[_Line, set[_Line]] = {}
            for one, other, held in (*joins[:place], *joins[place + 1 :]):
                # up leads from the first to the second, down the other way
                steps.setdefault(one, set()).add(other)
                if held > 0:
                    steps.setdefault(other, set()).add(one)
            up = _reaches(steps, end, start)
            if not up and not (count > 0 and _reaches(steps, start, end)):
                line = np.zeros(self.counts.shape, dtype=bool)
                for name, number in (start, end):
                    if name == "row":
                        line[number] = True
                    elif name == "column":
                        line[:, number] = True
                yield line

    def _joins(self) -> list[tuple[_Line, _Line, int]]:
        """Return the hidden cells and totals, and the two lines that each joins."""
        cells = [
            (("row", row), ("column", column), int(self.counts[row, column]))
            for row, column in _places(self.cells)
        ]
        rows = [
            (_ALL_ROWS, ("row", one), int(self.counts[one].sum()))
            for one in sorted(self.rows)
        ]
        columns = [
            (("column", one), _ALL_COLUMNS, int(self.counts[:, one].sum()))
            for one in sorted(self.columns)
        ]
        return [*cells, *rows, *columns]


def _places(mask: np.ndarray) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(mask)]


def _reaches(steps: dict[_Line, set[_Line]], start: _Line, end: _Line) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        for place in steps.get(ahead.pop(), ()):
            if place == end:
                return True
            if place not in seen:
                seen.add(place)
                ahead.append(place)
    return False

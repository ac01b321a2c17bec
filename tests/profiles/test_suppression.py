"""No count that is not shown can be worked out from those that are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from autoseg.profiles.suppression import Suppression, suppress

FEW = st.one_of(st.integers(0, 12), st.integers(0, 60), st.just(0))
TABLES = st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=FEW)
)


def ranges(counts: np.ndarray, found: Suppression) -> list[tuple[float, float]]:
    """Return the least and most that each hidden count can be, by linear programs.

    The unknowns are the hidden cells and totals; the sums that are shown are given.
    """
    n_rows, n_columns = counts.shape
    cells = [tuple(place) for place in np.argwhere(found.cells).tolist()]
    rows, columns = sorted(found.rows), sorted(found.columns)
    unknown = [*cells, *(("row", r) for r in rows), *(("col", c) for c in columns)]
    place = {one: i for i, one in enumerate(unknown)}
    lines, sums = [], []

    def add(members, total_name, total, *, hidden):
        line = np.zeros(len(unknown))
        known = 0
        for one in members:
            if one in place:
                line[place[one]] = 1
            else:
                known += counts[one]
        if hidden:
            line[place[total_name]] = -1
            total = 0
        lines.append(line)
        sums.append(total - known)

    for r in range(n_rows):
        members = [(r, c) for c in range(n_columns)]
        add(members, ("row", r), counts[r].sum(), hidden=r in found.rows)
    for c in range(n_columns):
        members = [(r, c) for r in range(n_rows)]
        add(members, ("col", c), counts[:, c].sum(), hidden=c in found.columns)
    for kind, hidden, totals in (
        ("row", rows, counts.sum(axis=1)),
        ("col", columns, counts.sum(axis=0)),
    ):
        line = np.zeros(len(unknown))
        for one in hidden:
            line[place[(kind, one)]] = 1
        lines.append(line)
        sums.append(totals[hidden].sum() if hidden else 0)
    found_ranges = []
    for i in range(len(unknown)):
        aim = np.zeros(len(unknown))
        aim[i] = 1
        ends = [
            sign * linprog(sign * aim, A_eq=np.array(lines), b_eq=sums).fun
            if linprog(sign * aim, A_eq=np.array(lines), b_eq=sums).status == 0
            else sign * -np.inf
            for sign in (1, -1)
        ]
        found_ranges.append((ends[0], ends[1]))
    return found_ranges


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_every_hidden_figure_could_be_another(counts):
    if counts.sum() < 10:
        return
    found = suppress(counts)
    for least, most in ranges(counts, found):
        assert most - least > 0.5


@settings(max_examples=60, deadline=None)
@given(TABLES, st.data())
def test_so_it_is_where_rows_are_hidden_beforehand(counts, data):
    totals = counts.sum(axis=1)
    several = st.sets(st.sampled_from(range(len(counts))), min_size=1)
    rows = data.draw(several)
    # of the only row with customers the total is that of all
    if totals[sorted(rows)].sum() < 10 or np.count_nonzero(totals) < 2:
        return
    found = suppress(counts, hidden_rows=rows)
    for row in rows:
        # cells are shown only where everybody knows that they are 0
        assert not (counts[row][~found.cells[row]]).any()
        assert totals[row] == 0 or row in found.rows
    for least, most in ranges(counts, found):
        assert most - least > 0.5


@settings(max_examples=60, deadline=None)
@given(TABLES, st.data())
def test_so_it_is_beside_a_cell_that_everybody_knows_to_be_empty(counts, data):
    counts = counts.copy()
    counts[-1, -1] = 0
    several = st.sets(st.sampled_from(range(counts.shape[1])))
    columns = data.draw(several)
    totals = counts.sum(axis=0)
    if counts.sum() < 10 or (columns and totals[sorted(columns)].sum() < 10):
        return
    # lines that hold nothing else leave no choice, whatever is hidden
    if min(np.count_nonzero(counts.any(axis=axis)) for axis in (0, 1)) < 2:
        return
    corner = (len(counts) - 1, counts.shape[1] - 1)
    found = suppress(counts, hidden_columns=columns, empty=[corner])
    assert not found.cells[corner]
    for column in columns:
        assert totals[column] == 0 or column in found.columns
    for least, most in ranges(counts, found):
        assert most - least > 0.5


@given(TABLES)
def test_no_small_figure_is_shown(counts):
    found = suppress(counts)
    small = (counts > 0) & (counts < 10)
    assert found.cells[small].all()
    for axis, hidden in ((1, found.rows), (0, found.columns)):
        totals = counts.sum(axis=axis)
        few = set(np.flatnonzero((totals > 0) & (totals < 10)).tolist())
        assert few <= hidden


@given(TABLES)
def test_what_is_left_out_of_a_line_is_ten_customers_or_more(counts):
    if counts.sum() < 10:
        return
    found = suppress(counts)
    for row, out in enumerate(found.cells):
        if out.any() and row not in found.rows:
            assert out.sum() >= 2
            assert counts[row][out].sum() >= 10


@given(TABLES)
def test_nothing_is_left_out_where_nothing_is_small(counts):
    counts = np.where((counts > 0) & (counts < 10), counts + 10, counts)
    if counts.sum() >= 10:
        assert not suppress(counts).cells.any()


def test_a_chain_of_two_pairs_is_found_out():
    """Each row and column leaves two cells out, and yet one cell has no choice."""
    counts = np.array([[5, 6, 40, 40], [6, 7, 8, 40], [40, 40, 5, 6], [40, 40, 7, 6]])
    joined = (counts < 10).copy()
    naive = Suppression(joined, frozenset(), frozenset())
    cells = [tuple(place) for place in np.argwhere(joined).tolist()]
    least, most = ranges(counts, naive)[cells.index((1, 2))]
    assert most - least == pytest.approx(0)
    assert suppress(counts).cells.sum() > joined.sum()


def test_hidden_rows_stay_hidden_with_all_their_cells():
    counts = np.array([[3, 4, 0], [30, 30, 30], [6, 5, 12], [50, 0, 50]])
    found = suppress(counts, hidden_rows={0, 2})
    assert found.rows == {0, 2}
    assert found.cells[[0, 2]].all()
    for least, most in ranges(counts, found):
        assert most - least > 0.5


def test_of_fewer_than_ten_customers_nothing_is_shown():
    found = suppress(np.array([[3, 4]]))
    assert found.cells.all()
    assert (found.rows, found.columns) == ({0}, {0, 1})

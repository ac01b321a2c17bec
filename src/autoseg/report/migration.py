"""Who moved from segment to segment between two days, told without telling of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autoseg.errors import Finding, InputError
from autoseg.profiles import MIN_CELL
from autoseg.profiles.suppression import suppress
from autoseg.report.wording import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.locales import Catalogue

__all__ = ["migration"]

_SIDES = ("before", "after")
_SHOWN = 5


def migration(
    before: pd.Series[Any],
    after: pd.Series[Any],
    names: Mapping[int, str] | None,
    words: Catalogue,
    heads: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Count the customers who went from each segment to each, and who came and went.

    Parameters
    ----------
    before, after : pandas.Series
        The number of the segment of each customer, by ``customer_id``.
    names : mapping of int to str or None
        The name of each segment, by its number; None for numbers alone.
    words : Catalogue
        Texts and formats of the language.
    heads : (str, str), optional
        What stands over the two sides.

    Returns
    -------
    dict
        ``rows`` and ``columns`` are the segments before and after, with one line more
        for those who are on one side only; ``cells`` the counts, None where one is not
        shown.

    Raises
    ------
    InputError
        If the assignments cannot be used (``ASG_E_LABELS``) or a segment has no name
        (``ASG_E_SETTING``).
    """
    sides = [
        _checked(one, side) for one, side in zip((before, after), _SIDES, strict=True)
    ]
    numbers = _numbers(sides, names)
    counts = _counts(sides, numbers)
    outside = len(numbers)
    found = suppress(
        counts,
        hidden_rows=_hidden(counts.sum(axis=1)[:-1]),
        hidden_columns=_hidden(counts.sum(axis=0)[:-1]),
        # whoever is new and gone is on neither side
        empty=[(outside, outside)],
    )
    known = words.text("report.cards.number", number="{number}")
    called = {one: names[one] if names else known.format(number=one) for one in numbers}

    def lines(
        totals: np.ndarray, hidden: frozenset[int], key: str
    ) -> list[dict[str, Any]]:
        titles = [*called.items(), (None, words.text(f"report.migration.{key}"))]
        return [
            {"number": number, "name": name, **_cell(words, total, place in hidden)}
            for place, ((number, name), total) in enumerate(
                zip(titles, totals.tolist(), strict=True)
            )
        ]

    return {
        "title": words.text("report.migration.title"),
        "heads": list(heads or (words.text(f"report.migration.{s}") for s in _SIDES)),
        "total": {
            "name": words.text("report.labels.total"),
            **_cell(words, int(counts.sum()), counts.sum() < MIN_CELL),
        },
        "rows": lines(counts.sum(axis=1), found.rows, "new"),
        "columns": lines(counts.sum(axis=0), found.columns, "gone"),
        "cells": [
            [_cell(words, count, out) for count, out in zip(*line, strict=True)]
            for line in zip(counts.tolist(), found.cells.tolist(), strict=True)
        ],
        "not_shown": words.text("report.migration.not_shown"),
        "note": words.text("report.migration.note", minimum=words.number(MIN_CELL))
        if found.cells.any()
        else None,
    }


def _checked(labels: pd.Series[Any], side: str) -> pd.Series[Any]:
    """Return whole numbers by customer, or raise."""
    if not isinstance(labels, pd.Series):
        _refuse(side, f"a {type(labels).__name__}", "hand in a Series by customer_id")
    twice = labels.index[labels.index.duplicated()].unique()
    if len(twice):
        found = f"{len(twice)} customers more than once: {_listed(twice)}"
        _refuse(side, found, "keep one row a customer")
    missing = labels.index[labels.isna()]
    if len(missing):
        found = f"{len(missing)} customers without a segment: {_listed(missing)}"
        _refuse(side, found, "leave them out with dropna(), if they count as not there")
    values = pd.to_numeric(labels, errors="coerce")
    odd = labels[values.isna() | (values % 1 != 0) | (values < 1)].unique()
    if len(odd):
        found = f"segments that are no numbers from 1: {_listed(odd)}"
        _refuse(side, found, "hand in the numbers of the segments")
    return values.astype("int64")


def _numbers(
    sides: Sequence[pd.Series[Any]], names: Mapping[int, str] | None
) -> list[int]:
    before, after = sides
    if before.index.intersection(after.index).empty:
        found = "no customer is on both sides"
        _refuse("after", found, "give both the same ids, of the same type")
    seen = sorted({int(one) for side in sides for one in side.unique()})
    if names is None:
        return seen
    nameless = [one for one in seen if one not in names]
    if nameless:
        found = f"no name for the segments {_listed(nameless)}"
        raise InputError(Finding("ASG_E_SETTING", "names", found, "name all of them"))
    return sorted(names)


def _counts(sides: Sequence[pd.Series[Any]], numbers: Sequence[int]) -> np.ndarray:
    """Return counts by segment before and after; the last line are those outside."""
    both = pd.concat(sides, axis=1, keys=_SIDES)
    order = pd.Index(numbers)
    places = [order.get_indexer(pd.Index(both[side])) for side in _SIDES]
    counts = np.zeros((len(numbers) + 1, len(numbers) + 1), dtype=np.int64)
    # whoever has no segment is at -1, which is the last line
    np.add.at(counts, tuple(places), 1)
    return counts


def _hidden(sizes: np.ndarray) -> list[int]:
    """Return the segments whose size no report shows, as `SegmentProfiles.hidden`."""
    ranked = sorted(np.flatnonzero(sizes).tolist(), key=lambda one: (sizes[one], one))
    small = [one for one in ranked if sizes[one] < MIN_CELL]
    if small and sizes[small].sum() < MIN_CELL:
        small = ranked[: len(small) + 1]
    return small


def _cell(words: Catalogue, count: int, hidden: bool) -> dict[str, Any]:
    if hidden:
        return {"count": None, "text": ABSENT}
    return {"count": count, "text": words.number(count)}


def _listed(values: Any) -> str:
    shown = ", ".join(repr(str(value)) for value in values[:_SHOWN])
    more = len(values) - _SHOWN
    return f"{shown} (+{more} more)" if more > 0 else shown


def _refuse(side: str, found: str, fix: str) -> None:
    raise InputError(Finding("ASG_E_LABELS", f"the assignment {side}", found, fix))

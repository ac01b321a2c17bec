"""Which segments stay, split or merge when another number of segments is asked for."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "Fate",
    "Flow",
    "Origin",
    "PersistenceMap",
    "PersistingSegment",
    "SegmentPersistence",
    "persistence",
    "segments_that_persist",
]

Origin = Literal["first", "persists", "split", "merged", "new"]
Fate = Literal["last", "persists", "merges", "splits", "dissolves"]

_SAME = 0.75


@dataclass(frozen=True, slots=True)
class SegmentPersistence:
    """Where a segment comes from, and where its customers go with more segments.

    Two segments are the same where their Jaccard similarity is at least 0.75; a
    segment lies in another where at least 0.75 of its customers do.

    Parameters
    ----------
    k : int
        Number of segments that was asked for.
    segment : int
        Its label among them.
    share : float
        Its share of the customers, 0 to 1.
    parent : int or None
        The segment of the next lower k that most of its customers come from; None
        for the lowest k.
    from_parent : float or None
        Share of its customers that come from there.
    child : int or None
        The segment of the next higher k that most of its customers go to; None for
        the highest k.
    to_child : float or None
        Share of its customers that go there.
    stability : float or None
        1 where all its customers come from one segment, 0 where they come in equal
        numbers from all; None where the next lower k has one segment only, or there
        is none.
    origin : {"first", "persists", "split", "merged", "new"}
        What it was at the next lower k: the same segment, a part of one, several
        joined, or none of these.
    fate : {"last", "persists", "merges", "splits", "dissolves"}
        What it is at the next higher k: the same segment, a part of a larger one,
        several, or none of these.

    Examples
    --------
    >>> first = persistence({1: np.zeros(4, int), 2: np.array([0, 0, 1, 1])})
    >>> first.segments[0].fate, first.segments[1].origin
    ('splits', 'split')
    """

    k: int
    segment: int
    share: float
    parent: int | None
    from_parent: float | None
    child: int | None
    to_child: float | None
    stability: float | None
    origin: Origin
    fate: Fate


@dataclass(frozen=True, slots=True)
class Flow:
    """How many customers a segment shares with one of the next higher k.

    Parameters
    ----------
    k, segment : int
        The segment with fewer segments around.
    next_k, next_segment : int
        The segment with more.
    n_customers : int
        Customers in both, at least 1.
    """

    k: int
    segment: int
    next_k: int
    next_segment: int
    n_customers: int


@dataclass(frozen=True, slots=True)
class PersistenceMap:
    """The segments of every k, and how they hang together; plain numbers only.

    Parameters
    ----------
    n_customers : int
        Customers that were divided.
    segments : tuple of SegmentPersistence
        Sorted by k, then label.
    flows : tuple of Flow
        Sorted by k and label, then by the label at the next k.

    Examples
    --------
    >>> found = persistence({2: np.array([0, 0, 1, 1]), 3: np.array([0, 0, 1, 2])})
    >>> found.to_frame()[["k", "segment", "share", "origin"]].values.tolist()[2:]
    [[3, 0, 0.5, 'persists'], [3, 1, 0.25, 'split'], [3, 2, 0.25, 'split']]
    """

    n_customers: int
    segments: tuple[SegmentPersistence, ...]
    flows: tuple[Flow, ...]

    @property
    def ks(self) -> tuple[int, ...]:
        """Numbers of segments that were asked for, sorted."""
        return tuple(sorted({one.k for one in self.segments}))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment, with the fields of `SegmentPersistence`."""
        return _frame(self.segments)

    def flows_frame(self) -> pd.DataFrame:
        """Return one row a flow, with the fields of `Flow`."""
        return _frame(self.flows)


@dataclass(frozen=True, slots=True)
class PersistingSegment:
    """Over how many k a segment is still itself.

    Parameters
    ----------
    k, segment : int
        The segment.
    ks : tuple of int
        The unbroken run of k, its own among them, at which a segment has a Jaccard
        similarity of at least 0.75 to it.
    segments : tuple of int
        The label of that segment at each of them.
    jaccard : tuple of float
        Its similarity, always to the segment itself, so that nothing drifts along.
    """

    k: int
    segment: int
    ks: tuple[int, ...]
    segments: tuple[int, ...]
    jaccard: tuple[float, ...]

    @property
    def n_others(self) -> int:
        """Number of other k that it survives at."""
        return len(self.ks) - 1


def persistence(partitions: Mapping[int, np.ndarray]) -> PersistenceMap:
    """Follow the segments of one family of models from each k to the next.

    Parameters
    ----------
    partitions : mapping of int to ndarray of int, shape (n_customers,)
        Labels from 0 for each number of segments; the same customers in the same
        order. A k without customers in some of its segments is no obstacle.

    Returns
    -------
    PersistenceMap

    Raises
    ------
    InputError
        If there are no partitions, or labels do not fit (``ASG_E_LABELS``).

    Notes
    -----
    `stability` is the segment level stability across solutions of Dolnicar and
    Leisch (2017, Marketing Letters 28): 1 minus the entropy of the segments that the
    customers come from, over the highest entropy that it could have. R's flexclust
    returns the second term (``slsaplot``).

    Examples
    --------
    >>> found = persistence({2: np.array([0, 0, 1, 1]), 3: np.array([0, 1, 1, 2])})
    >>> [one.stability for one in found.segments if one.k == 3]
    [1.0, 0.0, 1.0]
    """
    checked = _checked(partitions)
    ks = sorted(checked)
    tables = [_table(checked[k], checked[after]) for k, after in _pairs(ks)]
    segments: list[SegmentPersistence] = []
    for i, k in enumerate(ks):
        before = tables[i - 1].T if i else None
        after = tables[i] if i < len(tables) else None
        sizes = np.bincount(checked[k])
        segments += [
            _segment(k, int(label), sizes, before, after)
            for label in np.flatnonzero(sizes)
        ]
    return PersistenceMap(
        n_customers=len(checked[ks[0]]),
        segments=tuple(segments),
        flows=tuple(
            Flow(k, int(one), after, int(other), int(table[one, other]))
            for (k, after), table in zip(_pairs(ks), tables, strict=True)
            for one, other in np.argwhere(table)
        ),
    )


def segments_that_persist(
    partitions: Mapping[int, np.ndarray], k: int
) -> tuple[PersistingSegment, ...]:
    """Return over how many neighbouring k each segment of one k survives.

    From k upwards and downwards until no segment has a Jaccard similarity of 0.75 to
    it any more.

    Parameters
    ----------
    partitions : mapping of int to ndarray of int, shape (n_customers,)
        As for `persistence`.
    k : int
        The k whose segments are followed.

    Returns
    -------
    tuple of PersistingSegment
        One a segment, by label.

    Raises
    ------
    InputError
        If there is no such k, or labels do not fit (``ASG_E_LABELS``).

    Examples
    --------
    >>> labels = {2: np.array([0, 0, 1, 1]), 3: np.array([0, 0, 1, 2])}
    >>> [one.ks for one in segments_that_persist(labels, 2)]
    [(2, 3), (2,)]
    """
    checked = _checked(partitions)
    if k not in checked:
        _refuse(f"no partition into {k} segments", "name one of the partitions' k")
    jaccards = {
        other: _jaccard(_table(checked[k], checked[other])) for other in checked
    }
    ks = sorted(checked)
    start = ks.index(k)
    return tuple(
        _chain(k, int(label), ks, start, jaccards)
        for label in np.flatnonzero(np.bincount(checked[k]))
    )


def _chain(
    k: int, label: int, ks: list[int], start: int, jaccards: dict[int, np.ndarray]
) -> PersistingSegment:
    best = {other: float(jaccards[other][label].max()) for other in ks}
    first = last = start
    while first > 0 and best[ks[first - 1]] >= _SAME:
        first -= 1
    while last < len(ks) - 1 and best[ks[last + 1]] >= _SAME:
        last += 1
    run = ks[first : last + 1]
    return PersistingSegment(
        k=k,
        segment=label,
        ks=tuple(run),
        segments=tuple(int(jaccards[other][label].argmax()) for other in run),
        jaccard=tuple(best[other] for other in run),
    )


def _segment(
    k: int,
    label: int,
    sizes: np.ndarray,
    before: np.ndarray | None,
    after: np.ndarray | None,
) -> SegmentPersistence:
    size = int(sizes[label])
    parent = None if before is None else _main(before, label)
    child = None if after is None else _main(after, label)
    origins: dict[str, Origin] = {"same": "persists", "part": "split"}
    origins |= {"whole": "merged", "neither": "new"}
    fates: dict[str, Fate] = {"same": "persists", "part": "merges"}
    fates |= {"whole": "splits", "neither": "dissolves"}
    return SegmentPersistence(
        k=k,
        segment=label,
        share=size / int(sizes.sum()),
        parent=parent,
        from_parent=None if before is None else int(before[label, parent]) / size,
        child=child,
        to_child=None if after is None else int(after[label, child]) / size,
        stability=None if before is None else _stability(before, label),
        origin="first" if before is None else origins[_relation(before, label)],
        fate="last" if after is None else fates[_relation(after, label)],
    )


def _relation(table: np.ndarray, label: int) -> str:
    """Return what the segment of a row is to the segments of the columns."""
    shared = table[label]
    inside = shared / shared.sum()
    if _jaccard(table)[label].max() >= _SAME:
        return "same"
    if inside.max() >= _SAME:
        return "part"
    of_other = shared / np.maximum(table.sum(axis=0), 1)
    return "whole" if inside[of_other >= _SAME].sum() >= _SAME else "neither"


def _stability(table: np.ndarray, label: int) -> float | None:
    n_parents = int(np.count_nonzero(table.sum(axis=0)))
    if n_parents == 1:
        return None
    # sorted, so that the numbers of the parents do not decide the last bit
    p = np.sort(table[label][table[label] > 0]) / table[label].sum()
    entropy = -math.fsum(p * np.log(p))
    return max(0.0, 1.0 - abs(entropy) / math.log(n_parents))


def _main(table: np.ndarray, label: int) -> int:
    # among equal shares the smaller segment, which is the more alike; then the lowest
    sizes = table.sum(axis=0)
    return int(np.lexsort((np.arange(len(sizes)), sizes, -table[label]))[0])


def _jaccard(table: np.ndarray) -> np.ndarray:
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0) - table
    return np.asarray(table / np.maximum(either, 1))


def _table(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    height, width = int(first.max()) + 1, int(second.max()) + 1
    cells = np.bincount(first * width + second, minlength=height * width)
    return cells.reshape(height, width)


def _pairs(ks: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(ks))


def _checked(partitions: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    labels = {int(k): np.asarray(partitions[k]) for k in partitions}
    if not labels:
        _refuse("no partition at all", "give the labels of at least one k")
    for k, one in labels.items():
        if one.ndim != 1 or not one.size:
            _refuse(f"labels of shape {one.shape} for k = {k}", "give one a customer")
        if not np.issubdtype(one.dtype, np.integer) or one.min() < 0:
            _refuse(
                f"labels for k = {k} that are not whole numbers from 0",
                "number the segments 0, 1, 2, …",
            )
    lengths = sorted({len(one) for one in labels.values()})
    if len(lengths) > 1:
        _refuse(
            f"partitions of {' and '.join(map(str, lengths))} customers",
            "give the labels of the same customers for every k",
        )
    return {k: one.astype(np.int64) for k, one in labels.items()}


def _refuse(found: str, fix: str) -> None:
    raise InputError(Finding("ASG_E_LABELS", "the partitions", found, fix))


def _frame(rows: tuple[SegmentPersistence, ...] | tuple[Flow, ...]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame([asdict(row) for row in rows])
    whole = [name for name in ("parent", "child") if name in frame]
    return frame.astype(dict.fromkeys(whole, "Int64"))

"""Proposals for rules: boxes of readable bounds that hold much of a segment.

Two ways to look for them. A small tree is good where one split after the other pays;
a beam search over readable thresholds finds boxes whose sides only pay together, such
as a segment in the middle of a feature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from autoseg.profiles.rounding import readable
from autoseg.profiles.segments import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.features import Feature

__all__ = ["MAX_CONDITIONS", "Sample", "beam_boxes", "tree_boxes"]

MAX_CONDITIONS = 3
"""Conditions that a reader keeps in mind."""

_MIN_LEAF_SHARE = 0.05
_QUANTILES = tuple(part / 20 for part in range(1, 20))
_BEAM_WIDTH, _N_BOXES = 24, 24
_LOWER, _UPPER = 0, 1
_Bounds = dict[str, tuple[float, float]]
# which sides of which features a box has, and where: (place, side) to candidate
_Box = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Sample:
    """The customers that proposals are made from.

    Parameters
    ----------
    features : tuple of Feature
        Features that a rule may speak of.
    members, others : ndarray of float, shape (n, n_features)
        Values of customers inside and outside of the segment, drawn apart from each
        other so that a small segment is not lost in a large table.
    weight : float
        How many customers one of `others` stands for, by how many one of `members`.
    whole : tuple of bool
        Which features take whole numbers only, among all customers.
    """

    features: tuple[Feature, ...]
    members: np.ndarray
    others: np.ndarray
    weight: float
    whole: tuple[bool, ...]


def tree_boxes(sample: Sample) -> Iterator[tuple[Condition, ...]]:
    """Yield the box of every node of a tree of depth three but its root.

    Parameters
    ----------
    sample : Sample
        At least one member and one other.

    Yields
    ------
    tuple of Condition
        In the order of the features.
    """
    values = np.vstack([sample.members, sample.others])
    is_member = np.arange(len(values)) < len(sample.members)
    smallest = min(len(sample.members), len(sample.others))
    tree = DecisionTreeClassifier(
        max_depth=MAX_CONDITIONS,
        min_samples_leaf=max(1, int(_MIN_LEAF_SHARE * smallest)),
        class_weight="balanced",
        random_state=0,
    )
    nodes = tree.fit(values, is_member).tree_
    names = [one.name for one in sample.features]
    pending: list[tuple[int, _Bounds]] = [(0, {})]
    while pending:
        node, bounds = pending.pop()
        if bounds:
            yield _split_conditions(bounds, sample)
        if nodes.children_left[node] < 0:
            continue
        name, cut = names[nodes.feature[node]], float(nodes.threshold[node])
        low, high = bounds.get(name, (-math.inf, math.inf))
        left = bounds | {name: (low, min(high, cut))}
        right = bounds | {name: (max(low, cut), high)}
        pending.append((int(nodes.children_right[node]), right))
        pending.append((int(nodes.children_left[node]), left))


def beam_boxes(
    sample: Sample, only: frozenset[str] | None = None
) -> Iterator[tuple[Condition, ...]]:
    """Yield the best boxes that a beam search finds, the best on the sample first.

    Parameters
    ----------
    sample : Sample
        At least one member and one other.
    only : frozenset of str, optional
        Features that may be used; all of the sample's by default.

    Yields
    ------
    tuple of Condition
        In the order of the features.
    """
    beam = _Beam(sample, only)
    for box in beam.search():
        yield beam.conditions(box)


class _Beam:
    """Boxes are grown side by side, the best of each round going on.

    For whom a side holds is kept as bits, so that counting is exact and quick.
    """

    def __init__(self, sample: Sample, only: frozenset[str] | None) -> None:
        self.sample = sample
        self.sides: list[tuple[int, int]] = []
        self.cuts: list[float] = []
        members: list[np.ndarray] = []
        others: list[np.ndarray] = []
        for place, one in enumerate(sample.features):
            if only is not None and one.name not in only:
                continue
            inside, outside = sample.members[:, place], sample.others[:, place]
            for cut in _cuts(one, inside, outside, whole=sample.whole[place]):
                for side in (_LOWER, _UPPER):
                    holds = _holds(inside, cut, side), _holds(outside, cut, side)
                    if holds[0].any() and not (holds[0].all() and holds[1].all()):
                        self.sides.append((place, side))
                        self.cuts.append(cut)
                        members.append(holds[0])
                        others.append(holds[1])
        if members:
            self.inside, self.outside = _bits(members), _bits(others)

    def search(self) -> list[_Box]:
        if not self.cuts:
            return []
        beam: list[_Box] = [{}]
        seen: dict[tuple[int, ...], tuple[float, _Box]] = {}
        for _ in range(2 * MAX_CONDITIONS):
            grown: dict[tuple[int, ...], tuple[float, _Box]] = {}
            for box in beam:
                scores = self._scores(box)
                for new in self._allowed(box, scores):
                    larger = box | {self.sides[new]: new}
                    key = tuple(sorted(larger.values()))
                    grown.setdefault(key, (float(scores[new]), larger))
            if not grown:
                break
            ranked = sorted(grown.items(), key=lambda one: (-one[1][0], one[0]))
            seen |= dict(ranked[:_BEAM_WIDTH])
            beam = [box for _, (_, box) in ranked[:_BEAM_WIDTH]]
        best = sorted(seen.items(), key=lambda one: (-one[1][0], len(one[0]), one[0]))
        return [box for _, (_, box) in best[:_N_BOXES]]

    def conditions(self, box: _Box) -> tuple[Condition, ...]:
        found = []
        for place in sorted({place for place, _ in box}):
            bounds = [
                self.cuts[box[place, side]] if (place, side) in box else None
                for side in (_LOWER, _UPPER)
            ]
            found.append(_condition(self.sample.features[place], *bounds))
        return tuple(found)

    def _scores(self, box: _Box) -> np.ndarray:
        """Return the F1 of a box with each side more, shape (n_sides,)."""
        right = self._counts(box, self.inside)
        wrong = self._counts(box, self.outside) * self.sample.weight
        return np.asarray(2 * right / (right + wrong + len(self.sample.members)))

    def _counts(self, box: _Box, holds: np.ndarray) -> np.ndarray:
        within = holds
        if box:
            within = holds & np.bitwise_and.reduce(holds[list(box.values())], axis=0)
        return np.asarray(np.bitwise_count(within).sum(axis=1, dtype=np.int64))

    def _allowed(self, box: _Box, scores: np.ndarray) -> list[int]:
        """Return the best sides that may be added: of three features, each once."""
        places = {place for place, _ in box}
        full = len(places) == MAX_CONDITIONS
        allowed: list[int] = []
        for new in np.argsort(-scores, kind="stable").tolist():
            place, side = self.sides[new]
            if (place, side) in box or (full and place not in places):
                continue
            other = box.get((place, 1 - side))
            if other is not None and not self._ordered(new, other):
                continue
            allowed.append(new)
            if len(allowed) == _BEAM_WIDTH:
                break
        return allowed

    def _ordered(self, new: int, other: int) -> bool:
        """Return whether something can lie between two bounds."""
        one, two = (new, other) if self.sides[new][1] == _LOWER else (other, new)
        return self.cuts[one] <= self.cuts[two]


def _cuts(
    feature: Feature, inside: np.ndarray, outside: np.ndarray, *, whole: bool
) -> list[float]:
    values = np.concatenate(
        [np.quantile(part, _QUANTILES) for part in (inside, outside)]
    )
    return sorted({readable(float(one), feature.unit, whole=whole) for one in values})


def _bits(masks: list[np.ndarray]) -> np.ndarray:
    """Return masks as rows of 64-bit words, the last one filled with zeros."""
    packed = np.packbits(np.asarray(masks, dtype=bool), axis=1)
    missing = -packed.shape[1] % 8
    return np.pad(packed, ((0, 0), (0, missing))).view(np.uint64)


def _holds(column: np.ndarray, cut: float, side: int) -> np.ndarray:
    return np.asarray(column >= cut if side == _LOWER else column <= cut)


def _split_conditions(bounds: _Bounds, sample: Sample) -> tuple[Condition, ...]:
    """Round the bounds of splits; whole numbers above 2.5 are 3 or more."""
    found: list[Condition] = []
    for one, whole in zip(sample.features, sample.whole, strict=True):
        if one.name not in bounds:
            continue
        low, high = bounds[one.name]
        # money is whole by chance only, and has no next number
        steps = whole and one.unit != "currency"
        lower = math.floor(low) + 1 if steps and math.isfinite(low) else low
        upper = math.floor(high) if steps and math.isfinite(high) else high
        found.append(
            _condition(
                one,
                readable(lower, one.unit, whole=whole) if math.isfinite(low) else None,
                readable(upper, one.unit, whole=whole) if math.isfinite(high) else None,
            )
        )
    return tuple(found)


def _condition(feature: Feature, lower: float | None, upper: float | None) -> Condition:
    if feature.unit == "orders" and upper == 1:
        # nobody has none, so at most one order is exactly one
        lower = upper
    return Condition(feature.name, lower, upper)

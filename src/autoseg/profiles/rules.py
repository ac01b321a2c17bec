"""A short membership rule on raw features, found by a small decision tree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from autoseg.profiles.levels import vocabulary
from autoseg.profiles.rounding import readable
from autoseg.profiles.segments import Condition, MembershipRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from autoseg.features import Feature

__all__ = ["MAX_CONDITIONS", "MIN_FIDELITY", "find_rule", "picks"]

MAX_CONDITIONS = 3
"""Conditions that a reader keeps in mind."""

MIN_FIDELITY = 0.5
"""A rule with less precision or recall than this is not shown."""

_MAX_ROWS = 20_000
_MIN_LEAF_SHARE = 0.05
_Bounds = dict[str, tuple[float, float]]


def find_rule(
    frame: pd.DataFrame, features: Sequence[Feature], is_member: np.ndarray
) -> MembershipRule | None:
    """Find the rule of at most three conditions that matches a segment best.

    The nodes of a tree of depth three are the candidates; their thresholds are
    rounded to readable numbers first, and precision and recall are those of the
    rounded rule on all customers. The best has the highest F1.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features; only those with words that are defined for every customer are
        used.
    features : sequence of Feature
        The entries of the columns.
    is_member : ndarray of bool, shape (n_customers,)
        Who belongs to the segment.

    Returns
    -------
    MembershipRule or None
        None where precision or recall stay below one half, or everybody belongs.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.features import CATALOGUE
    >>> frame = pd.DataFrame({"frequency": [1.0, 1, 1, 4, 5, 6]})
    >>> rule = find_rule(frame, [CATALOGUE["frequency"]], frame["frequency"] > 1)
    >>> rule.conditions[0].lower, rule.precision, rule.recall
    (3.0, 1.0, 1.0)
    """
    used = [one for one in features if _readable(one, frame)]
    is_member = np.asarray(is_member, dtype=bool)
    if not used or is_member.all():
        return None
    values = frame[[one.name for one in used]].to_numpy(float)
    columns = {one.name: values[:, place] for place, one in enumerate(used)}
    best: tuple[float, int, MembershipRule] | None = None
    for bounds in _boxes(values, is_member, [one.name for one in used]):
        rule = _rounded(bounds, used, columns, is_member)
        if rule is None:
            continue
        f1 = 2 * rule.precision * rule.recall / (rule.precision + rule.recall)
        rank = (f1, -len(rule.conditions))
        if best is None or rank > best[:2]:
            best = (*rank, rule)
    return best[2] if best else None


def picks(
    conditions: Sequence[Condition], columns: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return for whom all conditions hold.

    Parameters
    ----------
    conditions : sequence of Condition
        At least one.
    columns : mapping of str to ndarray of shape (n_customers,)
        Values by feature.

    Returns
    -------
    ndarray of bool, shape (n_customers,)

    Examples
    --------
    >>> picks([Condition("frequency", 2.0, None)],
    ...       {"frequency": np.array([1.0, 2.0])}).tolist()
    [False, True]
    """
    chosen = np.ones(next(iter(columns.values())).size, dtype=bool)
    for one in conditions:
        if one.lower is not None:
            chosen &= columns[one.feature] >= one.lower
        if one.upper is not None:
            chosen &= columns[one.feature] <= one.upper
    return chosen


def _readable(feature: Feature, frame: pd.DataFrame) -> bool:
    """Return whether a reader can apply a condition on the feature to everybody."""
    spoken = vocabulary(feature) not in {(), ("is",)}
    return spoken and bool(frame[feature.name].notna().all())


def _boxes(
    values: np.ndarray, is_member: np.ndarray, names: list[str]
) -> Iterator[_Bounds]:
    """Yield the box of every node of the tree but its root."""
    rows = np.arange(len(values))
    if len(rows) > _MAX_ROWS:
        # the tree only proposes thresholds; precision and recall are of everybody
        rows = np.sort(np.random.default_rng(0).permutation(rows)[:_MAX_ROWS])
        if not 0 < is_member[rows].sum() < len(rows):
            rows = np.arange(len(values))
    smallest = min(is_member[rows].sum(), (~is_member[rows]).sum())
    tree = DecisionTreeClassifier(
        max_depth=MAX_CONDITIONS,
        min_samples_leaf=max(1, int(_MIN_LEAF_SHARE * smallest)),
        class_weight="balanced",
        random_state=0,
    )
    tree.fit(values[rows], is_member[rows])
    nodes = tree.tree_
    pending: list[tuple[int, _Bounds]] = [(0, {})]
    while pending:
        node, bounds = pending.pop()
        if bounds:
            yield bounds
        if nodes.children_left[node] < 0:
            continue
        name, cut = names[nodes.feature[node]], float(nodes.threshold[node])
        low, high = bounds.get(name, (-math.inf, math.inf))
        left = bounds | {name: (low, min(high, cut))}
        right = bounds | {name: (max(low, cut), high)}
        pending.append((int(nodes.children_right[node]), right))
        pending.append((int(nodes.children_left[node]), left))


def _rounded(
    bounds: _Bounds,
    features: Sequence[Feature],
    columns: Mapping[str, np.ndarray],
    is_member: np.ndarray,
) -> MembershipRule | None:
    conditions = tuple(
        _condition(one, bounds[one.name], columns[one.name])
        for one in features
        if one.name in bounds
    )
    chosen = picks(conditions, columns)
    n_right = int((chosen & is_member).sum())
    if not n_right:
        return None
    precision = n_right / int(chosen.sum())
    recall = n_right / int(is_member.sum())
    if min(precision, recall) < MIN_FIDELITY:
        return None
    return MembershipRule(conditions, precision, recall)


def _condition(
    feature: Feature, bounds: tuple[float, float], column: np.ndarray
) -> Condition:
    """Round the bounds of a split; whole numbers above 2.5 are 3 or more."""
    whole = bool((column == np.floor(column)).all())
    low, high = bounds
    lower: float | None = None
    upper: float | None = None
    if math.isfinite(low):
        start = math.floor(low) + 1 if whole else low
        lower = readable(start, feature.unit, whole=whole)
    if math.isfinite(high):
        end = math.floor(high) if whole else high
        upper = readable(end, feature.unit, whole=whole)
        if feature.unit == "orders" and upper == 1:
            # nobody has none, so at most one order is exactly one
            lower = upper
    return Condition(feature.name, lower, upper)

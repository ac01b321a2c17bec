"""A short membership rule on raw features, the best that is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.boxes import MAX_CONDITIONS, Sample, beam_boxes, tree_boxes
from autoseg.profiles.levels import vocabulary
from autoseg.profiles.segments import Condition, MembershipRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from autoseg.features import Feature

__all__ = ["MAX_CONDITIONS", "MIN_FIDELITY", "find_rule", "picks"]

MIN_FIDELITY = 0.5
"""A rule with less precision or recall than this is not shown."""

_MAX_ROWS = 10_000
# what everybody understands, and in which order it reads best
_PLAIN = ("frequency", "recency_days", "monetary")
_NEARLY = 0.01


def find_rule(
    frame: pd.DataFrame, features: Sequence[Feature], is_member: np.ndarray
) -> MembershipRule | None:
    """Find the rule of at most three conditions that matches a segment best.

    A tree of depth three and a beam search propose rules with readable thresholds on
    a sample; precision and recall are measured on all customers. The best has the
    highest F1. Among those within 0.01 of it the one that is understood first is
    taken: few conditions, and rather on orders, recency and spend.

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
    if not used or is_member.all() or not is_member.any():
        return None
    columns = {one.name: frame[one.name].to_numpy(float) for one in used}
    rules = list(_measured(_proposals(used, columns, is_member), columns, is_member))
    if not rules:
        return None
    best = max(_f1(rule) for rule in rules)
    return min(
        (rule for rule in rules if _f1(rule) >= best - _NEARLY), key=_effort_to_read
    )


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


def _proposals(
    features: list[Feature], columns: Mapping[str, np.ndarray], is_member: np.ndarray
) -> Iterator[tuple[Condition, ...]]:
    rng = np.random.default_rng(0)
    members, others = (_some(rows, rng) for rows in (is_member, ~is_member))
    n_members = int(is_member.sum())
    sample = Sample(
        features=tuple(features),
        members=_values(columns, members),
        others=_values(columns, others),
        weight=(is_member.size - n_members) / others.size * members.size / n_members,
        whole=tuple(_is_whole(columns[one.name]) for one in features),
    )
    yield from tree_boxes(sample)
    yield from beam_boxes(sample)
    yield from beam_boxes(sample, only=frozenset(_PLAIN))


def _some(chosen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows = np.flatnonzero(chosen)
    if rows.size <= _MAX_ROWS:
        return rows
    return np.sort(rng.choice(rows, _MAX_ROWS, replace=False))


def _values(columns: Mapping[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    return np.column_stack([column[rows] for column in columns.values()])


def _is_whole(column: np.ndarray) -> bool:
    return bool((column == np.floor(column)).all())


def _measured(
    proposals: Iterable[tuple[Condition, ...]],
    columns: Mapping[str, np.ndarray],
    is_member: np.ndarray,
) -> Iterator[MembershipRule]:
    """Yield the rules that are good enough, with what they are worth on everybody."""
    n_members = int(is_member.sum())
    for conditions in dict.fromkeys(proposals):
        chosen = picks(conditions, columns)
        n_right = int((chosen & is_member).sum())
        if not n_right:
            continue
        precision, recall = n_right / int(chosen.sum()), n_right / n_members
        if min(precision, recall) >= MIN_FIDELITY:
            yield MembershipRule(conditions, precision, recall)


def _f1(rule: MembershipRule) -> float:
    return 2 * rule.precision * rule.recall / (rule.precision + rule.recall)


def _effort_to_read(rule: MembershipRule) -> tuple[float, ...]:
    """Return what makes a rule harder to read, to be compared; then how good it is.

    A condition counts one, half as much again with two bounds, and one more if it is on
    a feature that not everybody understands.
    """
    names = [one.feature for one in rule.conditions]
    n_uncommon = sum(one not in _PLAIN for one in names)
    n_between = sum(_is_between(one) for one in rule.conditions)
    places = [_PLAIN.index(one) if one in _PLAIN else len(_PLAIN) for one in names]
    return (
        len(names) + n_uncommon + n_between / 2,
        len(names),
        -_f1(rule),
        sum(places),
    )


def _is_between(one: Condition) -> bool:
    return None not in (one.lower, one.upper) and one.lower != one.upper

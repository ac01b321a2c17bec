"""All rules together: where they place customers, and how far the model agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.rules import picks
from autoseg.profiles.segments import MIN_CELL, RuleBook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from autoseg.profiles.segments import MembershipRule

__all__ = ["features_of_rules", "make_rulebook", "place_by_rules"]


def make_rulebook(
    frame: pd.DataFrame, segments: np.ndarray, rules: Sequence[MembershipRule | None]
) -> RuleBook:
    """Put rules together and measure where they place the customers.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    rules : sequence of MembershipRule or None
        Rule of each segment.

    Returns
    -------
    RuleBook
    """
    sizes = np.bincount(segments, minlength=len(rules))
    usable = {
        place + 1: rule
        for place, rule in enumerate(rules)
        if rule is not None and sizes[place] >= MIN_CELL
    }
    placed = place_by_rules(usable, frame)
    agrees = placed == segments + 1
    return RuleBook(
        rules=usable,
        fidelity=float(agrees.mean()),
        no_rule=float((placed == 0).mean()),
        recalls={
            number: float(agrees[segments == number - 1].mean()) for number in usable
        },
    )


def features_of_rules(rules: Mapping[int, MembershipRule]) -> tuple[str, ...]:
    """Return the names of the features that rules speak of.

    Parameters
    ----------
    rules : mapping of int to MembershipRule
        By number of the segment.

    Returns
    -------
    tuple of str
    """
    names = (one.feature for rule in rules.values() for one in rule.conditions)
    return tuple(dict.fromkeys(names))


def place_by_rules(
    rules: Mapping[int, MembershipRule], frame: pd.DataFrame
) -> np.ndarray:
    """Return where rules place customers, the most precise rule first.

    Parameters
    ----------
    rules : mapping of int to MembershipRule
        By number of the segment.
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features that the rules speak of; no condition holds for a missing value.

    Returns
    -------
    ndarray of int, shape (n_customers,)
        Number of the segment; 0 where no rule fits.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.profiles import Condition, MembershipRule
    >>> often = MembershipRule((Condition("frequency", 3, None),), 0.9, 0.8)
    >>> once = MembershipRule((Condition("frequency", 1, 1),), 1.0, 0.7)
    >>> place_by_rules({1: often, 2: once}, pd.DataFrame({"frequency": [1.0, 2, 5]}))
    array([2, 0, 1])
    """
    columns = {name: frame[name].to_numpy(float) for name in features_of_rules(rules)}
    placed = np.zeros(len(frame), dtype=np.int64)
    # the most precise comes last and has the last word
    ranked = sorted(rules.items(), key=lambda one: (one[1].precision, -one[0]))
    for number, rule in ranked:
        placed[picks(rule.conditions, columns)] = number
    return placed

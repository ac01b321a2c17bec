"""Claims: the only things that may be said about a segment.

A level becomes a claim of a segment when it holds for at least 60 % of its members
and sets them apart: it is half again as common among them as among all customers,
or the members differ from the others by a large Cliff's delta. Where many measures are
looked at, some differ by chance: outside of recency, frequency and value a difference
has to be larger than chance makes it.

Where little can be said of a segment, halves speak as well as thirds: that most of its
members have spent more than most customers, or wait no longer than they usually do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.comparison import cliffs_deltas
from autoseg.profiles.guards import OVERDUE, guard_masks, tells_seasons
from autoseg.profiles.levels import (
    MIN_DISTANCE,
    WEAKER,
    Level,
    feature_levels,
    vocabulary,
)
from autoseg.profiles.segments import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from autoseg.features import Feature

__all__ = [
    "LARGE_EFFECT",
    "MIN_LIFT",
    "MIN_SHARE",
    "Evidence",
    "weigh_claims",
]

MIN_SHARE = 0.6
"""Share of the members for whom a claim has to hold."""

MIN_LIFT = 1.5
"""How much more common than among all customers it has to be, or …"""

LARGE_EFFECT = 0.474
"""… the Cliff's delta that counts as large (Romano and others 2006)."""

_MIN_DIFFERENCE = 0.15
# how rarely chance alone may make as large a share: one level in ten thousand
_CHANCE = 1e-4
_SURE_BLOCKS = frozenset({"value", "tempo"})
# When they buy and what they spend speak in turn; and whether a silence is long for
# them is another matter than how long it is
_TURNS = {"recency_days": "tempo", "frequency": "tempo", OVERDUE: "rhythm"}
_RANKED = frozenset({"low", "high", "lower", "upper"})
_LESS, _MORE = frozenset({"low", "lower"}), frozenset({"high", "upper"})
# with fewer claims than this the weaker levels are asked too
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What holds in each segment, as shares of its members.

    Parameters
    ----------
    claims : tuple of tuple of Claim
        By segment, the strongest first.
    holds : mapping of str to ndarray, shape (n_segments,)
        Share of the members by level, such as ``"frequency.high"``, whether or not
        it is a claim. Beside the levels there are some that only guard names; see
        `autoseg.profiles.guards`.
    """

    claims: tuple[tuple[Claim, ...], ...]
    holds: Mapping[str, np.ndarray]


def weigh_claims(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    segments: np.ndarray,
    n_segments: int,
) -> Evidence:
    """Find the claims of every segment.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features; NaN where not defined, and a claim never holds there.
    features : sequence of Feature
        The entries of the columns.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.
    n_segments : int
        Number of segments.

    Returns
    -------
    Evidence

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.features import CATALOGUE
    >>> frame = pd.DataFrame({"frequency": [1.0, 1, 1, 4, 5, 6]})
    >>> found = weigh_claims(
    ...     frame, [CATALOGUE["frequency"]], np.array([0, 0, 0, 1, 1, 1]), 2)
    >>> [claim.key for claim in found.claims[0]]
    ['frequency.one']
    """
    features = [
        one
        for one in features
        if vocabulary(one) and (one.name != "season_share" or tells_seasons(frame))
    ]
    frame = frame[[one.name for one in features]]
    block_of = {one.name: one.block for one in features}
    scale = _Scale(segments, n_segments)
    place_of = {str(name): place for place, name in enumerate(frame.columns)}
    deltas = cliffs_deltas(frame, segments, n_segments).to_numpy()
    holds: dict[str, np.ndarray] = {}
    found: list[list[tuple[float, Claim]]] = [[] for _ in range(n_segments)]
    medians = frame.groupby(segments).median().to_numpy()
    medians_of_all = frame.median().to_numpy()
    for level in _levels(frame, features):
        shares, share_of_all = scale.shares(level.holds)
        if level.is_tercile:
            holds[level.key] = shares
        column = place_of[level.feature]
        for position in range(n_segments):
            delta = float(deltas[position, column])
            claim = Claim(
                level.feature,
                level.level,
                level.threshold,
                float(shares[position]),
                share_of_all,
                float(medians[position, column]),
                float(medians_of_all[column]),
                delta
                if level.level in _RANKED
                else scale.difference(shares, share_of_all, position),
                level.upper,
            )
            sure = block_of[claim.feature] in _SURE_BLOCKS
            if _sets_apart(claim) and (sure or scale.beyond_chance(claim, position)):
                found[position].append((claim.share - claim.share_of_all, claim))
    for guard, mask in guard_masks(frame).items():
        holds[guard], _ = scale.shares(mask)
    turns = block_of | _TURNS
    claims = tuple(_weighed(candidates, turns) for candidates in found)
    return Evidence(claims, holds)


class _Scale:
    """Shares of members, segment by segment."""

    def __init__(self, segments: np.ndarray, n_segments: int) -> None:
        self.segments = segments
        self.sizes = np.bincount(segments, minlength=n_segments)

    def shares(self, holds: np.ndarray) -> tuple[np.ndarray, float]:
        counts = np.bincount(self.segments[holds], minlength=self.sizes.size)
        return counts / self.sizes, float(counts.sum() / self.segments.size)

    def difference(
        self, shares: np.ndarray, share_of_all: float, position: int
    ) -> float:
        """Return Cliff's delta of a yes or no: members' share less the others'."""
        size, total = int(self.sizes[position]), self.segments.size
        if size == total:
            return float("nan")
        rest = (share_of_all * total - shares[position] * size) / (total - size)
        return float(shares[position] - rest)

    def beyond_chance(self, claim: Claim, position: int) -> bool:
        """Return whether a share is larger than that of all by more than chance."""
        from scipy.stats import binom

        size = int(self.sizes[position])
        as_many = round(claim.share * size)
        return float(binom.sf(as_many - 1, size, claim.share_of_all)) < _CHANCE


def _levels(frame: pd.DataFrame, features: Sequence[Feature]) -> Iterator[Level]:
    for feature in features:
        yield from feature_levels(feature, frame[feature.name].to_numpy())


def _sets_apart(claim: Claim) -> bool:
    if claim.share < MIN_SHARE or claim.share - claim.share_of_all < _MIN_DIFFERENCE:
        return False
    if claim.level in _LESS and not claim.effect < 0:
        return False
    if claim.level in _MORE and not claim.effect > 0:
        return False
    if claim.level in {"lower", "upper"} and not _far(claim):
        return False
    common = claim.share >= MIN_LIFT * claim.share_of_all
    return common or abs(claim.effect) >= LARGE_EFFECT


def _far(claim: Claim) -> bool:
    """Return whether the medians lie apart: half of all are above any median."""
    near, far = sorted((claim.median, claim.median_of_all))
    return near <= 0 or far >= MIN_DISTANCE * near


def _weighed(
    candidates: list[tuple[float, Claim]], blocks: Mapping[str, str]
) -> tuple[Claim, ...]:
    """Return the strongest, and where these are few the weaker ones after them."""
    strong = _strongest(
        [one for one in candidates if one[1].level not in WEAKER], blocks
    )
    if len(strong) >= _ENOUGH:
        return strong
    told = {claim.feature for claim in strong}
    weaker = [
        one
        for one in candidates
        if one[1].level in WEAKER and one[1].feature not in told
    ]
    return strong + _strongest(weaker, blocks)


def _strongest(
    candidates: list[tuple[float, Claim]], blocks: Mapping[str, str]
) -> tuple[Claim, ...]:
    """Keep one claim a feature, and let every block speak before one speaks twice."""
    best: dict[str, tuple[float, Claim]] = {}
    for difference, claim in candidates:
        kept = best.get(claim.feature)
        # the sharper of two thresholds that set apart alike comes later, but "once"
        # says more than "seldom"
        alike = kept and difference == kept[0] and claim.level == kept[1].level
        if not kept or difference > kept[0] or alike:
            best[claim.feature] = (difference, claim)
    ranked = sorted(best.values(), key=lambda one: (-one[0], one[1].feature))
    turns: dict[str, int] = {}
    queue = []
    for place, (_, claim) in enumerate(ranked):
        block = blocks[claim.feature]
        turns[block] = turns.get(block, 0) + 1
        queue.append((turns[block], place, claim))
    return tuple(claim for _, _, claim in sorted(queue, key=lambda one: one[:2]))

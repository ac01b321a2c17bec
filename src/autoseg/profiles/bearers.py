"""Whom a name is true of: the members who satisfy all that it says themselves.

That each of two things holds for 60 % of a segment does not make both hold for many:
20 % may be all. So names are asked of the members one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from autoseg.profiles.guards import guard_masks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from autoseg.profiles.claims import Evidence
    from autoseg.profiles.segments import Claim

__all__ = ["MIN_BEARERS", "Bearers"]

MIN_BEARERS = 0.5
"""Share of the members for whom all that a name says has to hold together."""


@dataclass(frozen=True)
class Bearers:
    """The customers, asked for whom a claim or a guard holds.

    Parameters
    ----------
    evidence : Evidence
        Claims and shares of all segments.
    frame : pandas.DataFrame of shape (n_customers, n_features)
        Features.
    segments : ndarray of int, shape (n_customers,)
        Position of each customer's segment, from 0.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.profiles.claims import Evidence
    >>> from autoseg.profiles.segments import Claim
    >>> frame = pd.DataFrame({"frequency": [1.0, 1, 2, 9]})
    >>> one = Claim("frequency", "one", 1, 0.67, 0.5, 1, 1.5, 0.7)
    >>> asked = Bearers(Evidence(((one,), ()), {}), frame, np.array([0, 0, 0, 1]))
    >>> asked.of_claims([one]).tolist(), asked.shares(asked.of_guard("repeat")).tolist()
    ([True, True, False, False], [0.3333333333333333, 1.0])
    """

    evidence: Evidence
    frame: pd.DataFrame
    segments: np.ndarray
    _guards: Mapping[str, np.ndarray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_guards", guard_masks(self.frame))

    def claims_of(self, position: int) -> dict[str, Claim]:
        """Return the claims of a segment by key, the strongest first."""
        return {claim.key: claim for claim in self.evidence.claims[position]}

    def of_claims(self, claims: Iterable[Claim]) -> np.ndarray:
        """Return for whom all of some claims hold."""
        mask = np.ones(len(self.frame), dtype=bool)
        for claim in claims:
            mask &= _holds(claim, self.frame[claim.feature].to_numpy(float))
        return mask

    def of_guard(self, guard: str) -> np.ndarray:
        """Return for whom a guard holds; with a leading ``!`` its opposite."""
        mask = self._guards.get(guard.removeprefix("!"))
        if mask is None:
            return np.zeros(len(self.frame), dtype=bool)
        return np.logical_not(mask) if guard.startswith("!") else np.asarray(mask)

    def beyond(self, feature: str, bound: float, *, more: bool) -> np.ndarray:
        """Return who has more, or less, of a feature than a bound."""
        column = self.frame[feature].to_numpy()
        return np.asarray(column > bound if more else column < bound)

    def shares(self, mask: np.ndarray) -> np.ndarray:
        """Return the share of each segment's members for whom a mask holds."""
        sizes = np.bincount(self.segments, minlength=len(self.evidence.claims))
        held = np.bincount(self.segments[mask], minlength=sizes.size)
        return held / np.maximum(sizes, 1)


def _holds(claim: Claim, column: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for whom a claim holds, read from nothing but the claim."""
    if claim.level in {"high", "upper", "late"}:
        return np.greater_equal(column, claim.threshold)
    if claim.level in {"low", "lower", "on_time"}:
        return np.less_equal(column, claim.threshold)
    if claim.level == "mid":
        upper = claim.threshold if claim.upper is None else claim.upper
        return np.greater_equal(column, claim.threshold) & np.less_equal(column, upper)
    if claim.level in {"one", "is", "none"}:
        return np.equal(column, claim.threshold)
    if claim.level == "falling":
        return np.less(column, claim.threshold)
    return np.greater(column, claim.threshold)

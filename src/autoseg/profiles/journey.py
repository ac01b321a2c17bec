"""The stage of the customer journey that members are in, by limits in days.

Stages go by how long customers have been there and how long they have been silent, with
the same limits for all, so that they can be counted together with other reports. The
feature ``journey_stage`` answers another question, by the customer's own pace.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autoseg.errors import Finding, InputError
from autoseg.locales import load_catalogue
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.suppression import suppress
from autoseg.profiles.text import segment_names

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from autoseg.features import FeatureTable
    from autoseg.profiles.segments import SegmentProfiles

__all__ = ["STAGES", "JourneyLimits", "JourneyTable", "journey_stages", "journey_table"]

STAGES = ("new", "active", "slipping", "inactive", "lost")
"""The stages of customers who have bought, the earliest first."""

_ABSENT = "–"


@dataclass(frozen=True, slots=True)
class JourneyLimits:
    """Where one stage ends and the next begins, in days.

    Parameters
    ----------
    new_days : float
        New: the first purchase is at most so long ago.
    active_days : float
        Else active: the last purchase is at most so long ago.
    inactive_days : float
        Slipping up to here; inactive from here on.
    lost_days : float
        Lost: the last purchase is so long ago, or longer.

    Raises
    ------
    autoseg.errors.InputError
        If they are no numbers above 0, or do not increase (``ASG_E_JOURNEY_LIMITS``).

    Examples
    --------
    >>> JourneyLimits(active_days=60).inactive_days
    180
    """

    new_days: float = 90
    active_days: float = 90
    inactive_days: float = 180
    lost_days: float = 365

    def __post_init__(self) -> None:
        ordered = (self.active_days, self.inactive_days, self.lost_days)
        try:
            fits = all(0 < one < math.inf for one in (self.new_days, *ordered))
            fits = fits and self.active_days < self.inactive_days < self.lost_days
        except TypeError:
            fits = False
        if not fits:
            raise InputError(
                Finding(
                    "ASG_E_JOURNEY_LIMITS",
                    "the stages of the journey",
                    f"new_days={self.new_days!r}, active_days={self.active_days!r},"
                    f" inactive_days={self.inactive_days!r} and"
                    f" lost_days={self.lost_days!r} divide no time",
                    "give days above 0, with active_days below inactive_days below"
                    " lost_days",
                )
            )


@dataclass(frozen=True, slots=True, repr=False)
class JourneyTable:
    """How many customers of each segment are in which stage.

    None stands for a count that is not shown: one below 10, or one that would tell it.

    Parameters
    ----------
    limits : JourneyLimits
        Where stages end.
    names : tuple of str
        Names of the segments, in their order.
    counts : tuple of tuple of int or None
        Customers by segment and stage, in the order of `STAGES`.
    sizes : tuple of int or None
        Customers by segment.
    totals : tuple of int or None
        Customers by stage.
    n_customers : int
        Customers who have bought.
    prospects : int or None
        Customers of the customers table without a purchase that is used. They are in
        no segment, and not among `n_customers`. None where there is no such table, or
        where they are 1 to 9.
    few_prospects : bool
        Whether there are 1 to 9.
    language : str
        Language of the names, and of the table as text.
    """

    limits: JourneyLimits
    names: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    sizes: tuple[int | None, ...]
    totals: tuple[int | None, ...]
    n_customers: int
    prospects: int | None = None
    few_prospects: bool = False
    language: str = "en"

    @property
    def shares(self) -> tuple[tuple[float | None, ...], ...]:
        """Share of each segment's customers in each stage, where both are shown."""
        return tuple(
            tuple(None if count is None or not size else count / size for count in row)
            for row, size in zip(self.counts, self.sizes, strict=True)
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row a segment, a column a stage; missing where not shown."""
        import pandas as pd

        index = pd.Index(range(1, len(self.names) + 1), name="segment")
        frame = pd.DataFrame(
            [list(row) for row in self.counts], index=index, columns=list(STAGES)
        )
        frame.insert(0, "name", list(self.names))
        frame["customers"] = list(self.sizes)
        return frame.astype(dict.fromkeys((*STAGES, "customers"), "Int64"))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, fit for JSON, in no language."""
        return {
            "limits": {
                "new_days": self.limits.new_days,
                "active_days": self.limits.active_days,
                "inactive_days": self.limits.inactive_days,
                "lost_days": self.limits.lost_days,
            },
            "stages": list(STAGES),
            "counts": [list(row) for row in self.counts],
            "shares": [list(row) for row in self.shares],
            "sizes": list(self.sizes),
            "totals": list(self.totals),
            "n_customers": self.n_customers,
            "prospects": f"<{MIN_CELL}" if self.few_prospects else self.prospects,
        }

    def __str__(self) -> str:
        words = load_catalogue(self.language)

        def cell(count: int | None) -> str:
            return _ABSENT if count is None else words.number(count)

        def shared(count: int | None, share: float | None) -> str:
            if share is None or not count:
                return cell(count)
            return f"{words.number(count)} ({words.percent(share)})"

        head = ["", *(words.text(f"journey.stage.{one}") for one in STAGES)]
        rows = [[*head, words.text("journey.customers")]]
        for number, name in enumerate(self.names):
            pairs = zip(self.counts[number], self.shares[number], strict=True)
            cells = [shared(*pair) for pair in pairs]
            rows.append([f"{number + 1}. {name}", *cells, cell(self.sizes[number])])
        last = [*map(cell, self.totals), cell(self.n_customers)]
        rows.append([words.text("journey.all"), *last])
        return "\n".join(
            [
                words.text("journey.heading"),
                "",
                *_aligned(rows),
                "",
                *self.notes.values(),
            ]
        )

    @property
    def notes(self) -> dict[str, str]:
        """What to know of it, in words.

        ``"limits"`` tells where stages end; ``"prospects"``, who has not bought, and
        ``"not_shown"``, what the dash means, are there where there is something to say.
        """
        words, limits = load_catalogue(self.language), self.limits
        fields = {
            "new": limits.new_days, "active": limits.active_days,
            "inactive": limits.inactive_days, "lost": limits.lost_days,
        }  # fmt: skip
        days = {
            name: words.number(days, _digits(days)) for name, days in fields.items()
        }
        notes = {"limits": words.text("journey.limits", **days)}
        if self.few_prospects:
            few = words.number(MIN_CELL)
            notes["prospects"] = words.text("journey.few_prospects", minimum=few)
        elif self.prospects:
            notes["prospects"] = words.plural("journey.prospects", self.prospects)
        if None in {
            *self.sizes,
            *self.totals,
            *(c for row in self.counts for c in row),
        }:
            few = words.number(MIN_CELL)
            notes["not_shown"] = words.text("journey.not_shown", minimum=few)
        return notes

    def __repr__(self) -> str:
        return str(self)


def journey_stages(
    recency_days: ArrayLike, tenure_days: ArrayLike, limits: JourneyLimits
) -> np.ndarray:
    """Return the stage of every customer: exactly one each.

    Parameters
    ----------
    recency_days, tenure_days : array-like of float, shape (n_customers,)
        Days since the last and since the first purchase. Whose first purchase is not
        known counts as not new.
    limits : JourneyLimits
        Where stages end.

    Returns
    -------
    ndarray of int, shape (n_customers,)
        Place of the stage in `STAGES`.

    Examples
    --------
    >>> stages = journey_stages([5, 90, 91, 180, 365], [90, 91, 400, 400, 400],
    ...                         JourneyLimits())
    >>> [STAGES[one] for one in stages]
    ['new', 'active', 'slipping', 'inactive', 'lost']
    """
    recency = np.asarray(recency_days, dtype=float)
    later = 1 + (recency > limits.active_days).astype(np.int64)
    later += recency >= limits.inactive_days
    later += recency >= limits.lost_days
    return np.where(np.asarray(tenure_days, dtype=float) <= limits.new_days, 0, later)


def journey_table(
    profiles: SegmentProfiles,
    features: FeatureTable,
    numbers: ArrayLike,
    *,
    limits: JourneyLimits | None = None,
    prospects: int | None = None,
    language: str = "en",
) -> JourneyTable:
    """Count the customers of each segment in each stage of the journey.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments.
    features : FeatureTable
        With ``recency_days``; without ``tenure_days`` nobody is known to be new.
    numbers : array-like of int, shape (n_customers,)
        The number of each customer's segment, from 1.
    limits : JourneyLimits, optional
        Where stages end; three months, six months and a year by default.
    prospects : int, optional
        Customers who are known and have not bought.
    language : str
        Language of the names.

    Returns
    -------
    JourneyTable

    Raises
    ------
    autoseg.errors.InputError
        If the days since the last purchase were not computed
        (``ASG_E_FEATURE_NOT_COMPUTED``).

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> days = {"recency_days": [5.0] * 20 + [400.0] * 20, "tenure_days": [500.0] * 40}
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame(days, index=index),
    ...     revenue=pd.Series([100000] * 20 + [10000] * 20, index=index),
    ...     features=tuple(CATALOGUE[name] for name in days),
    ...     as_of=date(2012, 1, 1), first_day=date(2010, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> labels = [0] * 20 + [1] * 20
    >>> profiles = profile_segments(table, labels)
    >>> journey_table(profiles, table, [label + 1 for label in labels]).counts
    ((0, 20, 0, 0, 0), (0, 0, 0, 0, 20))
    """
    limits = limits or JourneyLimits()
    recency = features.matrix(["recency_days"])["recency_days"].to_numpy()
    unknown = np.full(len(recency), np.nan)
    tenure = features.frame.get("tenure_days", unknown)
    stages = journey_stages(recency, tenure, limits)
    counts = np.zeros((len(profiles.segments), len(STAGES)), dtype=np.int64)
    np.add.at(counts, (np.asarray(numbers) - 1, stages), 1)
    hidden = [number - 1 for number in profiles.hidden]
    found = suppress(counts, hidden_rows=hidden)
    few = prospects is not None and 0 < prospects < MIN_CELL
    return JourneyTable(
        limits=limits,
        names=segment_names(profiles, language),
        counts=tuple(
            _shown(row, out) for row, out in zip(counts, found.cells, strict=True)
        ),
        sizes=_shown(counts.sum(axis=1), _mask(found.rows, len(counts))),
        totals=_shown(counts.sum(axis=0), _mask(found.columns, len(STAGES))),
        n_customers=profiles.n_customers,
        prospects=None if few else prospects,
        few_prospects=few,
        language=load_catalogue(language).language,
    )


def _mask(places: frozenset[int], size: int) -> np.ndarray:
    return np.isin(np.arange(size), sorted(places))


def _shown(counts: np.ndarray, out: np.ndarray) -> tuple[int | None, ...]:
    return tuple(
        None if hidden else int(count)
        for count, hidden in zip(counts, out, strict=True)
    )


def _digits(days: float) -> int:
    return 0 if float(days).is_integer() else 1


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [
            cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines

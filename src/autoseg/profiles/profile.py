"""From customers with features and labels to profiles of the segments."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from autoseg.errors import Finding, InputError
from autoseg.features import CODE_UNITS
from autoseg.profiles.bearers import Bearers
from autoseg.profiles.claims import weigh_claims
from autoseg.profiles.comparison import (
    find_contrast,
    find_noise,
    find_twins,
    nearest_segments,
    robust_scales,
)
from autoseg.profiles.distinct import bearing_shares, distinct_names
from autoseg.profiles.dominance import hide_revenue, is_dominated
from autoseg.profiles.habits import find_habits, is_yes_or_no, member_shares
from autoseg.profiles.levels import vocabulary
from autoseg.profiles.naming import find_action
from autoseg.profiles.rarelevels import without_rare_levels
from autoseg.profiles.revenue import apportion_cents
from autoseg.profiles.rulebook import make_rulebook
from autoseg.profiles.rules import find_rule
from autoseg.profiles.segments import SegmentProfile, SegmentProfiles
from autoseg.profiles.wait import usual_gap_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    import pandas as pd
    from numpy.typing import ArrayLike

    from autoseg.features import Feature, FeatureTable
    from autoseg.profiles.segments import Contrast

__all__ = ["profile_segments"]

# a median of −0.3 of a score tells a marketer nothing
_UNSPOKEN_UNITS = frozenset({"ratio", "score"})
_MOST = 0.5


def profile_segments(
    features: FeatureTable,
    labels: ArrayLike,
    *,
    stability: Sequence[float] | None = None,
    basis: Sequence[str] | None = None,
) -> SegmentProfiles:
    """Say what each segment looks like beside all customers.

    Parameters
    ----------
    features : FeatureTable
        Features and revenue, one row a customer, sorted by id. Those of a value that
        fewer than 10 customers have are not spoken of.
    labels : array-like of int, shape (n_customers,)
        Segment of each row, 0 to k − 1, none of them empty.
    stability : sequence of float, optional
        Stability of each label, passed through to its segment.
    basis : sequence of str, optional
        Names of the features that the segments were found on; by default those of
        the catalogue's default set, and all where there is none of these.

    Returns
    -------
    SegmentProfiles
        Segments numbered from 1 in canonical order, whatever their labels are.

    Raises
    ------
    autoseg.errors.InputError
        If the labels do not fit the table (``ASG_E_LABELS``), or the stability does
        not fit the labels (``ASG_E_STABILITY``).

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> orders = [1.0] * 20 + [6.0] * 20
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": orders}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [990000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> profiles = profile_segments(table, [0] * 20 + [1] * 20)
    >>> [(one.key, one.size, str(one.revenue)) for one in profiles.segments]
    [('frequent', 20, '1980.00'), ('one_time', 20, '200.00')]
    """
    features = without_rare_levels(features, basis or ())
    codes = _checked(labels, len(features.frame))
    n_segments = int(codes.max()) + 1
    if stability is not None and len(stability) != n_segments:
        _refuse(
            "ASG_E_STABILITY",
            f"{len(stability)} values of stability for {n_segments} segments",
            "hand in one value a label",
        )
    order = _canonical_order(features, codes, n_segments)
    segments = np.argsort(order)[codes]
    scores = [None if stability is None else float(stability[one]) for one in order]
    parts = _revenue_parts(features, segments, n_segments)
    revenues, revenue = apportion_cents(parts)
    found_on = features.frame[list(basis or _basis(features))]
    profiles = _profiles(features, segments, revenues, revenue, scores, found_on)
    found = SegmentProfiles(
        segments=profiles,
        n_customers=len(codes),
        revenue=revenue,
        medians_of_all=_as_dict(_measures(features).median()),
        habits_of_all=find_habits(
            features.frame, features.features, np.zeros_like(codes), 1
        )[0],
        shares_of_all=member_shares(features.frame, features.features),
        order=tuple(int(label) for label in order),
        features=features.features,
        currency=features.currency,
        as_of=features.as_of,
        first_day=features.first_day,
        last_day=features.last_day,
        rulebook=make_rulebook(
            features.frame, segments, [one.rule for one in profiles]
        ),
        usual_gap_days=usual_gap_days(features.frame),
        twins=tuple(
            (one + 1, other + 1)
            for one, other in find_twins(
                found_on, segments, _without_contrast(profiles)
            )
        ),
        noise=find_noise(found_on, segments, n_segments),
    )
    return replace(found, masked=_masked(found, features, segments))


def _masked(
    profiles: SegmentProfiles, features: FeatureTable, segments: np.ndarray
) -> frozenset[int]:
    places = hide_revenue(
        features.revenue.to_numpy(),
        segments,
        {one.number - 1 for one in profiles.segments if one.dominated},
        {number - 1 for number in profiles.hidden},
    )
    return frozenset(place + 1 for place in places)


def _without_contrast(
    profiles: Sequence[SegmentProfile],
) -> Iterator[tuple[int, int]]:
    for one in profiles:
        if one.nearest is not None and one.contrast is None:
            yield one.number - 1, one.nearest - 1


def _profiles(
    features: FeatureTable,
    segments: np.ndarray,
    revenues: tuple[Decimal, ...],
    revenue: Decimal,
    stability: list[float | None],
    found_on: pd.DataFrame,
) -> tuple[SegmentProfile, ...]:
    frame, n_segments = features.frame, len(revenues)
    measures = _measures(features)
    medians, of_all = _medians(measures, segments), measures.median()
    scales = robust_scales(measures)
    evidence = weigh_claims(frame, features.features, segments, n_segments)
    bearers = Bearers(evidence, frame, segments)
    names = distinct_names(bearers)
    name_shares = bearing_shares(names, bearers)
    contrasts = _contrasts(features, segments, medians, found_on)
    habits = find_habits(frame, features.features, segments, n_segments)
    sizes = np.bincount(segments)
    values = _order_values(frame, segments)
    amounts = features.revenue.to_numpy()
    return tuple(
        SegmentProfile(
            number=place + 1,
            key=names[place].key,
            name=names[place],
            size=int(sizes[place]),
            share=float(sizes[place] / len(segments)),
            revenue=revenues[place],
            revenue_share=_share(revenues[place], revenue),
            average_order_value=float(values[place]),
            medians=_as_dict(medians[place]),
            lifts=_as_dict(medians[place] / of_all.where(of_all > 0)),
            scores=_as_dict((medians[place] - of_all) / scales),
            claims=evidence.claims[place],
            rule=find_rule(frame, features.features, segments == place),
            nearest=contrasts[place][0],
            contrast=contrasts[place][1],
            stability=stability[place],
            action=find_action(names[place], evidence.claims[place]),
            habits=habits[place],
            shares=member_shares(frame[segments == place], features.features),
            usual_gap_days=usual_gap_days(frame, segments == place, _MOST),
            name_share=name_shares[place],
            dominated=is_dominated(amounts[segments == place]),
        )
        for place in range(n_segments)
    )


def _checked(labels: ArrayLike, n_customers: int) -> np.ndarray:
    codes = np.asarray(labels)
    if codes.shape != (n_customers,) or not n_customers:
        _refuse(
            "ASG_E_LABELS",
            f"labels of shape {codes.shape} for {n_customers} customers",
            "hand in one label a row of the feature table",
        )
    if not np.issubdtype(codes.dtype, np.integer) or codes.min() < 0:
        _refuse(
            "ASG_E_LABELS",
            "labels that are not whole numbers from 0",
            "number the segments 0, 1, 2, …",
        )
    n_empty = int((np.bincount(codes) == 0).sum())
    if n_empty:
        _refuse(
            "ASG_E_LABELS",
            f"{n_empty} of {int(codes.max()) + 1} labels have no customer",
            "number the segments without gaps",
        )
    return codes.astype(np.int64)


def _refuse(code: str, found: str, fix: str) -> None:
    raise InputError(Finding(code, "the labels", found, fix))


def _canonical_order(
    features: FeatureTable, codes: np.ndarray, n_segments: int
) -> list[int]:
    """Return labels in an order that does not depend on how they were numbered."""
    parts = _revenue_parts(features, codes, n_segments)
    sizes = np.bincount(codes).tolist()
    medians = _medians(features.frame, codes)
    firsts = [int(np.argmax(codes == label)) for label in range(n_segments)]

    def median(label: int, name: str) -> float:
        value = float(medians[label].get(name, math.nan))
        return 0.0 if math.isnan(value) else value

    return sorted(
        range(n_segments),
        key=lambda label: (
            -Fraction(parts[label], sizes[label]),
            -median(label, "frequency"),
            median(label, "recency_days"),
            -sizes[label],
            firsts[label],
        ),
    )


def _revenue_parts(
    features: FeatureTable, codes: np.ndarray, n_segments: int
) -> list[int]:
    amounts = features.revenue.to_numpy()
    return [int(amounts[codes == label].sum()) for label in range(n_segments)]


def _share(revenue: Decimal, total: Decimal) -> float:
    return float(revenue / total) if total > 0 else math.nan


def _order_values(frame: pd.DataFrame, segments: np.ndarray) -> np.ndarray:
    """Return the value of the purchases by their number, segment by segment."""
    n_segments = int(segments.max()) + 1
    if not {"frequency", "average_order_value"} <= set(frame.columns):
        return np.full(n_segments, np.nan)
    orders = frame["frequency"].to_numpy()
    spent = orders * frame["average_order_value"].to_numpy()
    return np.asarray(
        [
            np.nansum(spent[segments == place]) / np.nansum(orders[segments == place])
            for place in range(n_segments)
        ]
    )


def _contrasts(
    features: FeatureTable,
    segments: np.ndarray,
    medians: list[pd.Series[float]],
    found_on: pd.DataFrame,
) -> list[tuple[int | None, Contrast | None]]:
    frame, entries = features.frame, features.features
    spoken: list[Feature] = [
        one
        for one in entries
        if vocabulary(one) and one.unit not in _UNSPOKEN_UNITS and not is_yes_or_no(one)
    ]
    nearest = nearest_segments(found_on, segments, len(medians))
    found: list[tuple[int | None, Contrast | None]] = []
    for place, other in enumerate(nearest):
        if other is None:
            found.append((None, None))
            continue
        contrast = find_contrast(
            frame,
            segments == place,
            segments == other,
            spoken,
            (_as_dict(medians[place]), _as_dict(medians[other])),
            other + 1,
        )
        found.append((other + 1, contrast))
    return found


def _basis(features: FeatureTable) -> list[str]:
    """Return the features that segments are found on by default."""
    names = [one.name for one in features.features if one.clustering]
    return names or list(features.frame.columns)


def _measures(features: FeatureTable) -> pd.DataFrame:
    """Return the columns that have a median: a weekday or a stage has none."""
    names = [one.name for one in features.features if one.unit not in CODE_UNITS]
    return features.frame[names]


def _medians(frame: pd.DataFrame, segments: np.ndarray) -> list[pd.Series[float]]:
    table = frame.groupby(segments).median()
    return [table.iloc[place] for place in range(len(table))]


def _as_dict(values: pd.Series[float]) -> dict[str, float]:
    return {str(name): float(value) for name, value in values.items()}

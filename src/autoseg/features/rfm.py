"""Scores of recency, frequency and value, as marketers know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.features.table import FeatureTable

__all__ = ["rfm_scores"]

_FEWEST, _MOST = 2, 9


def rfm_scores(
    table: FeatureTable,
    *,
    bins: int = 5,
    recency_cuts: Sequence[float] | None = None,
    frequency_cuts: Sequence[float] | None = None,
    monetary_cuts: Sequence[float] | None = None,
    value: str = "monetary",
) -> pd.DataFrame:
    """Score customers by recency, frequency and value, from 1 to `bins`, the best.

    By default the scores part the customers at quantiles: into fifths, where ties
    allow it. Equal values have equal scores, and a better value never has a lower
    one, whatever the order of the rows and whatever the currency.

    Parameters
    ----------
    table : FeatureTable
        Holds ``recency_days``, ``frequency`` and `value`.
    bins : int
        Number of scores, 2 to 9, so that a score is one digit.
    recency_cuts, frequency_cuts, monetary_cuts : sequence of float, optional
        ``bins - 1`` cut points, each higher than the one before, instead of the
        quantiles. A value counts as above a cut point that it equals.
    value : str
        The feature that stands for what a customer is worth, such as
        ``"gross_margin"``. Where a customer lacks it, its rule for what is missing
        applies.

    Returns
    -------
    pandas.DataFrame of shape (n_customers, 4)
        ``recency_score``, ``frequency_score``, ``monetary_score`` and
        ``rfm_score``, their three digits in that order; int64, indexed by
        ``customer_id``. A recency of few days scores high.

    Raises
    ------
    autoseg.errors.InputError
        If `bins` is not a whole number from 2 to 9 (``ASG_E_RFM_BINS``), cut points
        are not ``bins - 1`` increasing numbers (``ASG_E_RFM_CUTS``), or a feature
        was not computed (``ASG_E_FEATURE_NOT_COMPUTED``).

    Notes
    -----
    The i-th cut point is the i/bins quantile (numpy's ``linear``, R's type 7), and a
    value is above it if it is greater: a customer on the cut point belongs to the
    lower part. Where many customers share a value, several cut points fall together,
    and the scores between them would be nobody's. Then each cut point moves to the
    next higher value that no cut point holds yet, and down where no value is left;
    so every score is used if there are at least `bins` different values. With fewer,
    every value has a score of its own: the lowest 1, the highest `bins`, those
    between by their quantiles. Where all customers are equal, they score in the
    middle.

    The R package rfm adds 1 to each quantile and counts a value on a cut point as
    above it. For whole numbers with whole quantiles that is the same; where it is
    not, hand over its thresholds as cut points.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.features import compute_features
    >>> from autoseg.tables import stage
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "ann", "ann", "bo", "bo", "cy"],
    ...         "timestamp": pd.to_datetime(
    ...             ["2024-01-01", "2024-02-01", "2024-03-20"]
    ...             + ["2024-01-05", "2024-02-10", "2023-12-01"]
    ...         ),
    ...         "amount": [100.0, 50.0, 70.0, 80.0, 20.0, 15.0],
    ...     }
    ... )
    >>> with DuckDBEngine() as engine:
    ...     table = compute_features(stage(engine, orders, as_of="2024-04-01"))
    >>> rfm_scores(table)["rfm_score"].to_dict()
    {'ann': 555, 'bo': 333, 'cy': 111}
    """
    names = ["recency_days", "frequency", value]
    given = {
        "recency_cuts": recency_cuts,
        "frequency_cuts": frequency_cuts,
        "monetary_cuts": monetary_cuts,
    }
    _check(bins, given)
    filled = table.matrix(names)
    recency, frequency, monetary = (
        _score(filled[name].to_numpy(), bins, cuts)
        for name, cuts in zip(names, given.values(), strict=True)
    )
    scores = pd.DataFrame(
        {
            # few days are good
            "recency_score": bins + 1 - recency,
            "frequency_score": frequency,
            "monetary_score": monetary,
        },
        index=filled.index,
    )
    return scores.assign(rfm_score=scores.to_numpy() @ np.array([100, 10, 1]))


def _check(bins: int, given: dict[str, Sequence[float] | None]) -> None:
    """Raise if the settings make no scale."""
    if isinstance(bins, bool) or not (
        isinstance(bins, int | np.integer) and _FEWEST <= bins <= _MOST
    ):
        raise InputError(
            Finding(
                "ASG_E_RFM_BINS",
                "the RFM scores",
                f"bins is {bins!r}",
                f"give a whole number from {_FEWEST} to {_MOST}",
            )
        )
    findings = [
        Finding(
            "ASG_E_RFM_CUTS",
            "the RFM scores",
            f"{name} {problem}",
            f"give {bins - 1} numbers, each higher than the one before",
        )
        for name, cuts in given.items()
        if cuts is not None and (problem := _objection(cuts, bins - 1)) is not None
    ]
    if findings:
        raise InputError(findings)


def _objection(cuts: Sequence[float], n_wanted: int) -> str | None:
    """Return why numbers are no cut points, or None where they are."""
    try:
        numbers = np.asarray(cuts, dtype=float)
    except (TypeError, ValueError):
        return "holds something that is no number"
    if numbers.ndim != 1 or len(numbers) != n_wanted:
        found = "1 cut point" if numbers.size == 1 else f"{numbers.size} cut points"
        return f"has {found} where {n_wanted} make {n_wanted + 1} scores"
    # NaN is not above anything either
    if not (np.isfinite(numbers).all() and (np.diff(numbers) > 0).all()):
        return f"does not increase: {', '.join(f'{cut:g}' for cut in numbers)}"
    return None


def _score(values: np.ndarray, bins: int, cuts: Sequence[float] | None) -> np.ndarray:
    """Return scores from 1, the lowest values, to `bins`."""
    if cuts is not None:
        above = np.searchsorted(np.asarray(cuts, dtype=float), values, side="right")
        return above.astype(np.int64) + 1
    distinct, inverse = np.unique(values, return_inverse=True)
    return _scale(_below(values, distinct, bins), len(distinct), bins)[inverse]


def _below(values: np.ndarray, distinct: np.ndarray, bins: int) -> np.ndarray:
    """Return for each cut point how many of the distinct values are not above it."""
    # no value lies between a quantile and the next lower value, so that value tells
    # as much, without the rounding of an interpolation
    ranks = np.arange(1, bins) * (len(values) - 1) // bins
    return np.searchsorted(distinct, np.sort(values)[ranks], side="right")


def _scale(below: np.ndarray, n_distinct: int, bins: int) -> np.ndarray:
    """Return the score of each distinct value, lowest first."""
    places = np.arange(n_distinct)
    if n_distinct >= bins:
        starts = _apart(below, n_distinct - bins + 1)
        return 1 + np.searchsorted(starts, places, side="right")
    if n_distinct == 1:
        return np.array([(bins + 1) // 2])
    plain = 1 + np.searchsorted(below, places, side="right")
    plain[0], plain[-1] = 1, bins
    return _apart(plain, bins - n_distinct + 1)


def _apart(numbers: np.ndarray, first_at_most: int) -> np.ndarray:
    """Return increasing numbers that differ, moved up, and down where room ends."""
    steps = np.arange(len(numbers))
    up = np.maximum.accumulate(numbers - steps)
    return np.minimum(up, first_at_most) + steps

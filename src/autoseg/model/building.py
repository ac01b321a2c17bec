"""A model out of what was fitted: the rule, and what has to be known beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autoseg.features import MissingRule
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow
from autoseg.model.segment_model import SegmentModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.clustering import AutoClusterer, ClusterRule, CustomerScaler
    from autoseg.features import Feature, FeatureTable
    from autoseg.profiles import SegmentProfiles

__all__ = [
    "build_model",
    "described",
    "far_distance",
    "matrix_model",
    "model_names",
    "numbered_model",
]

_DIGITS = 3
_FAR = 0.99
_DECILES = tuple(share / 10 for share in range(1, 10))
# of fewer customers a median, and of fewer than ten times as many a decile, is
# somebody's own value
_FEWEST = 10


def build_model(
    scaler: CustomerScaler,
    clusterer: AutoClusterer,
    profiles: SegmentProfiles,
    table: FeatureTable,
    *,
    scaled: np.ndarray,
    stability: Mapping[int, float] | None = None,
    card: ModelCard | None = None,
    timezone: str | None = None,
    settings: Mapping[str, Any] | None = None,
) -> SegmentModel:
    """Return the rule of fitted estimators with all that has to be known beside it.

    Parameters
    ----------
    scaler : CustomerScaler
        Fitted to a frame, so that it knows the features by name.
    clusterer : AutoClusterer
        Fitted to what the scaler gave.
    profiles : SegmentProfiles
        The segments of the clusterer's labels; they give numbers and names.
    table : FeatureTable
        Features of all customers.
    scaled : ndarray of shape (n_customers, n_outputs)
        What the scaler gave for all of them.
    stability : mapping of int to float, optional
        Mean Jaccard similarity by the number of the segment.
    card : ModelCard, optional
        What is known of the data.
    timezone : str, optional
        IANA name of the business's time zone.
    settings : mapping of str to object, optional
        Settings, seed and versions.

    Returns
    -------
    SegmentModel
    """
    number_of = {label: i for i, label in enumerate(profiles.order, 1)}
    names = model_names(profiles)
    hidden = profiles.hidden
    return SegmentModel(
        features=tuple(
            _table_feature(table, str(name)) for name in scaler.feature_names_in_
        ),
        columns=scaler.columns_,
        outputs=scaler.outputs_,
        rule=clusterer.rule_,
        numbers=tuple(number_of[label] for label in range(clusterer.rule_.k)),
        segments=tuple(
            ModelSegment(
                number=one.number,
                key=one.key,
                names=names[one.number],
                n_customers=None if one.number in hidden else one.size,
                stability=_known(stability, one.number),
            )
            for one in profiles.segments
        ),
        window=ModelWindow(
            as_of=table.as_of,
            first_day=table.first_day,
            last_day=table.last_day,
            currency=table.currency,
            timezone=timezone,
        ),
        card=card or ModelCard(),
        far=far_distance(clusterer.rule_, scaled),
        settings={key: str(value) for key, value in (settings or {}).items()},
    )


def matrix_model(scaler: CustomerScaler, clusterer: AutoClusterer) -> SegmentModel:
    """Return the rule of estimators that were fitted to a matrix.

    Segments are numbered in the order of the clusterer's labels and called so.

    Parameters
    ----------
    scaler : CustomerScaler
        Fitted to a frame, so that it knows the columns by name, or to an array.
    clusterer : AutoClusterer
        Fitted to what the scaler gave.

    Returns
    -------
    SegmentModel
        Without what only tables can tell: no window, no medians, no fillings.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.clustering import AutoClusterer, CustomerScaler
    >>> rng = np.random.default_rng(0)
    >>> middles = np.repeat([[0, 0], [9, 0], [0, 9]], 40, axis=0)
    >>> X = pd.DataFrame(rng.normal(middles), columns=["a", "b"])
    >>> scaler = CustomerScaler().fit(X)
    >>> clusterer = AutoClusterer(target=(3, 3)).fit(scaler.transform(X))
    >>> matrix_model(scaler, clusterer).feature_names
    ('a', 'b')
    """
    numbers = tuple(range(1, clusterer.rule_.k + 1))
    verdict = clusterer.selection_.verdict
    return numbered_model(scaler, clusterer.rule_, numbers, verdict=verdict)


def numbered_model(
    scaler: CustomerScaler,
    rule: ClusterRule,
    numbers: tuple[int, ...],
    *,
    verdict: str = "",
) -> SegmentModel:
    """Return a model whose segments are called by their numbers.

    Parameters
    ----------
    scaler : CustomerScaler
        Fitted.
    rule : ClusterRule
        Of what the scaler gives.
    numbers : tuple of int
        The number of each component of the rule, from 1.
    verdict : str
        How clear the segments are, where it was judged.

    Returns
    -------
    SegmentModel
    """
    return SegmentModel(
        features=tuple(ModelFeature(column.name) for column in scaler.columns_),
        columns=scaler.columns_,
        outputs=scaler.outputs_,
        rule=rule,
        numbers=numbers,
        segments=tuple(
            ModelSegment(
                number=number,
                key=f"segment_{number}",
                names={
                    language: load_catalogue(language).text(
                        "model.segment", number=number
                    )
                    for language in LANGUAGES
                },
            )
            for number in sorted(numbers)
        ),
        card=ModelCard(verdict=verdict),
    )


def model_names(profiles: SegmentProfiles) -> dict[int, dict[str, str]]:
    """Return what the segments are called, by number and language.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments.

    Returns
    -------
    dict of int to dict of str to str
    """
    from autoseg.profiles import describe

    texts = {language: describe(profiles, language) for language in LANGUAGES}
    return {
        one.number: {language: text[j].name for language, text in texts.items()}
        for j, one in enumerate(profiles.segments)
    }


def far_distance(rule: ClusterRule, scaled: np.ndarray) -> float:
    """Return the squared distance that a hundredth of the customers lies beyond.

    Parameters
    ----------
    rule : ClusterRule
        The rule.
    scaled : ndarray of shape (n_customers, n_outputs)
        The customers of the fit.

    Returns
    -------
    float
        Rounded up to three digits, so that it is nobody's own.
    """
    squared = rule.place(np.asarray(scaled, dtype=np.float64)).squared_distance
    return _rounded(float(np.quantile(squared, _FAR)), up=True)


def _known(stability: Mapping[int, float] | None, number: int) -> float | None:
    """Return the stability of a segment; None where no resample told it."""
    value = math.nan if stability is None else float(stability[number])
    return None if math.isnan(value) else value


def described(feature: ModelFeature, values: np.ndarray) -> ModelFeature:
    """Return a feature with how it was spread at the fit.

    Parameters
    ----------
    feature : ModelFeature
        Without.
    values : ndarray of shape (n_customers,)
        Of the customers of the fit; NaN is a gap.

    Returns
    -------
    ModelFeature

    Examples
    --------
    >>> described(ModelFeature("orders"), np.arange(11.0)).median
    5.0
    """
    known = np.sort(values[~np.isnan(values)])
    return replace(
        feature,
        median=_rounded(float(np.median(known))) if len(known) >= _FEWEST else None,
        cuts=_cuts(known),
        missing_share=round(1.0 - len(known) / max(len(values), 1), _DIGITS),
    )


def _table_feature(table: FeatureTable, name: str) -> ModelFeature:
    definition = next(one for one in table.features if one.name == name)
    values = table.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    filling = _filling(definition, values)
    plain = ModelFeature(name, definition, definition.missing, filling)
    return described(plain, values)


def _filling(definition: Feature, values: np.ndarray) -> float:
    """Return what `FeatureTable.matrix` writes for a gap, where that is one number."""
    known = values[~np.isnan(values)]
    if definition.missing is MissingRule.MEDIAN and known.size:
        return float(np.median(known))
    return 0.0


def _cuts(known: np.ndarray) -> tuple[float, ...]:
    if len(known) < _FEWEST * _FEWEST:
        return ()
    deciles = np.quantile(known, _DECILES, method="inverted_cdf")
    return tuple(dict.fromkeys(_rounded(float(one)) for one in deciles))


def _rounded(value: float, *, up: bool = False) -> float:
    """Return a number with three digits."""
    if value == 0.0 or not math.isfinite(value):
        return value
    digits = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    near = round(value, digits)
    # the next one above, where the nearest is below
    return round(near + 10.0**-digits, digits) if up and near < value else near

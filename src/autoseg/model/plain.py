"""A model as plain data: numbers, words and lists, in one order of keys."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autoseg.locales import LANGUAGES
from autoseg.model.definitions import definition_dict

if TYPE_CHECKING:
    from datetime import date

    from autoseg.clustering import ColumnAccount, OutputColumn
    from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow
    from autoseg.model.segment_model import SegmentModel

__all__ = ["model_dict"]


def model_dict(model: SegmentModel) -> dict[str, Any]:
    """Return a model as plain data, fit for JSON.

    Parameters
    ----------
    model : SegmentModel
        The model.

    Returns
    -------
    dict of str to object

    Raises
    ------
    autoseg.errors.InputError
        If plain data cannot tell how a feature is computed (``ASG_E_MODEL_FEATURE``).
    """
    rule, freedom = model.rule, model.rule.degrees_of_freedom
    return {
        "features": [_feature(one) for one in model.features],
        "columns": [_column(one) for one in model.columns],
        "outputs": [_output(one) for one in model.outputs],
        "rule": {
            "family": rule.family,
            "degrees_of_freedom": None if freedom is None else float(freedom),
            "weights": rule.weights.tolist(),
            "means": rule.means.tolist(),
            "whiteners": rule.whiteners.tolist(),
        },
        "numbers": [int(one) for one in model.numbers],
        "segments": [_segment(one) for one in model.segments],
        "window": _window(model.window),
        "card": _card(model.card),
        "far": None if model.far is None else float(model.far),
        "settings": {key: model.settings[key] for key in sorted(model.settings)},
    }


def _feature(feature: ModelFeature) -> dict[str, Any]:
    defined = feature.definition
    return {
        "name": feature.name,
        "missing": feature.missing.value,
        "filling": float(feature.filling),
        "median": None if feature.median is None else float(feature.median),
        "cuts": [float(cut) for cut in feature.cuts],
        "missing_share": float(feature.missing_share),
        "definition": None if defined is None else definition_dict(defined),
    }


def _column(column: ColumnAccount) -> dict[str, Any]:
    return {
        "name": column.name,
        "operation": column.operation,
        "offset": float(column.offset),
        # JSON has no infinity: there is no cut at that end
        "low": None if column.low == -math.inf else float(column.low),
        "high": None if column.high == math.inf else float(column.high),
        "mean": float(column.mean),
        "scale": float(column.scale),
        "skew_before": float(column.skew_before),
        "skew_after": float(column.skew_after),
        "zeros": float(column.zeros),
        "negatives": float(column.negatives),
        "cut_low": float(column.cut_low),
        "cut_high": float(column.cut_high),
    }


def _output(output: OutputColumn) -> dict[str, Any]:
    return {
        "name": output.name,
        "members": [int(one) for one in output.members],
        "signs": [int(one) for one in output.signs],
        "mean": float(output.mean),
        "scale": float(output.scale),
        "weight": float(output.weight),
    }


def _segment(segment: ModelSegment) -> dict[str, Any]:
    names, stability = segment.names, segment.stability
    return {
        "number": int(segment.number),
        "key": segment.key,
        "names": {one: names[one] for one in LANGUAGES if one in names},
        "n_customers": segment.n_customers,
        "stability": None if stability is None else float(stability),
    }


def _window(window: ModelWindow) -> dict[str, Any]:
    return {
        "as_of": _day(window.as_of),
        "first_day": _day(window.first_day),
        "last_day": _day(window.last_day),
        "currency": window.currency,
        "timezone": window.timezone,
    }


def _card(card: ModelCard) -> dict[str, Any]:
    return {
        "purpose": card.purpose,
        "verdict": card.verdict,
        "n_customers": card.n_customers,
        "rows_used": card.rows_used,
        "rows_dropped": card.rows_dropped,
        "allowed": list(card.allowed),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

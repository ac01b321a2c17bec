"""A model as a scikit-learn pipeline, and a fitted pipeline as a model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted

from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.errors import Finding, InputError
from autoseg.features import MissingRule
from autoseg.locales import LANGUAGES
from autoseg.model.building import described, far_distance, matrix_model, numbered_model
from autoseg.model.gaps import TENURE_COLUMN, GapFiller
from autoseg.model.predictor import SegmentPredictor
from autoseg.profiles.renaming import name_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.model.segment_model import SegmentModel

__all__ = ["from_pipeline", "to_pipeline"]


class _Steps(NamedTuple):
    """The steps of a pipeline that a model can be made of."""

    filler: GapFiller | None
    scaler: CustomerScaler
    clusterer: AutoClusterer | SegmentPredictor


def to_pipeline(model: SegmentModel) -> Pipeline:
    """Return a scikit-learn pipeline that predicts what a model does.

    Parameters
    ----------
    model : SegmentModel
        The model.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Fitted. A `GapFiller` where a gap of some feature means something, a
        `CustomerScaler`, and a `SegmentPredictor`. It takes the features of the model
        in their order, and after them ``tenure_days`` where that stands for gaps and
        is none of the features itself.

    Notes
    -----
    Gaps are filled as `SegmentModel.assign_features` fills them. Customers whom that
    sets apart as unscorable are an error here, for an estimator has no group for them.
    Settings are no part of a model, so a copy by ``sklearn.base.clone`` has default
    ones, but for the number of segments.

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> pipeline = to_pipeline(segmentation.model)
    >>> matrix = segmentation.features.matrix()
    >>> bool((pipeline.predict(matrix) == segmentation.labels).all())
    True
    """
    scaler = CustomerScaler()
    scaler.columns_ = model.columns
    scaler.outputs_ = model.outputs
    _know(scaler, model.feature_names)
    steps = [scaler, SegmentPredictor.of_model(model)]
    if any(one.missing is not MissingRule.NEVER for one in model.features):
        steps.insert(0, _filler(model))
    return make_pipeline(*steps)


def from_pipeline(
    fitted: Pipeline | tuple[CustomerScaler, AutoClusterer],
    names: Sequence[str] | None = None,
    *,
    X: Any = None,
) -> SegmentModel:
    """Return the model of a fitted scikit-learn pipeline.

    Parameters
    ----------
    fitted : Pipeline or (CustomerScaler, AutoClusterer)
        ``make_pipeline(CustomerScaler(), AutoClusterer())``, or what `to_pipeline`
        gives.
    names : sequence of str, optional
        Names of the segments in the order of their numbers, for all languages;
        "Segment 1" and so on by default. `SegmentModel.renamed` sets others for some.
    X : array-like of shape (n_customers, n_columns), optional
        The customers of the fit. With them the model knows who is unlike any segment,
        and how the features were spread.

    Returns
    -------
    SegmentModel
        Its numbers are the clusterer's labels plus 1; those of a `SegmentPredictor`
        stay what they are.

    Raises
    ------
    InputError
        If it is no such pipeline, or its steps do not fit together
        (``ASG_E_PIPELINE``), or a name is none (``ASG_E_SETTING``).
    sklearn.exceptions.NotFittedError
        If a step is not fitted.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> middles = np.repeat([[0, 0], [9, 0], [0, 9]], 40, axis=0)
    >>> X = pd.DataFrame(rng.normal(middles), columns=["a", "b"])
    >>> pipeline = make_pipeline(CustomerScaler(), AutoClusterer(target=(3, 3))).fit(X)
    >>> model = from_pipeline(pipeline, ["Few", "Many a", "Many b"], X=X)
    >>> bool((model.predict(X) == pipeline.predict(X) + 1).all())
    True
    """
    steps = _steps(fitted)
    for step in steps:
        if step is not None:
            check_is_fitted(step)
    given, taken = len(steps.scaler.outputs_), steps.clusterer.n_features_in_
    if given != taken:
        found = f"the scaler gives {given} columns and the clusterer takes {taken}"
        raise _unfit(found, "fit the clusterer to what the scaler gives")
    model = _plain(steps)
    if names is not None:
        model = model.renamed(_names(names, model.rule.k))
    if steps.filler is not None:
        model = _with_rules(model, steps.filler)
    return model if X is None else _with_spread(model, steps, X)


def _know(estimator: Any, names: Sequence[str]) -> None:
    """Tell an estimator of the columns it was fitted to."""
    estimator.feature_names_in_ = np.array(names, dtype=object)
    estimator.n_features_in_ = len(names)


def _filler(model: SegmentModel) -> GapFiller:
    rules = {
        one.name: str(one.missing)
        for one in model.features
        if one.missing is not MissingRule.NEVER
    }
    names = list(model.feature_names)
    filler = GapFiller(rules, columns=list(names))
    if MissingRule.TENURE in rules.values() and TENURE_COLUMN not in names:
        names.append(TENURE_COLUMN)
    _know(filler, names)
    constant = {
        one.name: one.filling
        for one in model.features
        if one.missing in {MissingRule.ZERO, MissingRule.MEDIAN}
    }
    filler.fillings_ = np.array([constant.get(name, np.nan) for name in names])
    return filler


def _steps(fitted: object) -> _Steps:
    steps: list[Any] = []
    if isinstance(fitted, Pipeline):
        steps = [step for _, step in fitted.steps]
    elif isinstance(fitted, tuple):
        steps = list(fitted)
    filler = steps.pop(0) if steps and isinstance(steps[0], GapFiller) else None
    match steps:
        case [CustomerScaler() as scaler, AutoClusterer() | SegmentPredictor() as last]:
            return _Steps(filler, scaler, last)
    found = " and ".join(type(step).__name__ for step in steps)
    found = f"its steps are {found}" if found else f"got {type(fitted).__name__}"
    raise _unfit(found, "give make_pipeline(CustomerScaler(), AutoClusterer()), fitted")


def _names(names: Sequence[str], k: int) -> dict[int, dict[str, str]]:
    if isinstance(names, str) or len(names) != k:
        found = f"{k} segments have {len(names)} names"
        found = "names is one text" if isinstance(names, str) else found
        raise InputError(_setting(found, "give a list with one name a segment"))
    for name in names:
        problem = name_problem(name)
        if problem is not None:
            raise InputError(_setting(f"names holds {problem[0]}", problem[1]))
    return {
        number: dict.fromkeys(LANGUAGES, name.strip())
        for number, name in enumerate(names, 1)
    }


def _plain(steps: _Steps) -> SegmentModel:
    last = steps.clusterer
    if isinstance(last, SegmentPredictor):
        return numbered_model(steps.scaler, last.rule_, tuple(last.numbers_.tolist()))
    return matrix_model(steps.scaler, last)


def _with_rules(model: SegmentModel, filler: GapFiller) -> SegmentModel:
    """Return a model that fills gaps as the step before its scaler did."""
    rules = filler.rules or {}
    constants = dict(zip(_names_in(filler), filler.fillings_.tolist(), strict=True))
    features = tuple(
        replace(
            feature,
            missing=MissingRule(rules.get(name, MissingRule.NEVER)),
            filling=0.0 if np.isnan(constants[name]) else constants[name],
        )
        for feature, name in zip(
            model.features, filler.get_feature_names_out(), strict=True
        )
    )
    return replace(model, features=features)


def _with_spread(model: SegmentModel, steps: _Steps, X: Any) -> SegmentModel:
    """Return a model that knows how the customers of the fit were spread."""
    scaled = steps.scaler.transform(
        X if steps.filler is None else steps.filler.transform(X)
    )
    first = steps.filler or steps.scaler
    # a frame may hold the pandas types whose gaps are no NaN
    raw = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    values = raw.to_numpy(dtype=np.float64, na_value=np.nan)
    names = _names_in(first)
    used = names if steps.filler is None else steps.filler.get_feature_names_out()
    features = tuple(
        described(feature, values[:, names.index(name)])
        for feature, name in zip(model.features, used, strict=True)
    )
    far = far_distance(model.rule, np.asarray(scaled, dtype=np.float64))
    return replace(model, features=features, far=far)


def _names_in(step: GapFiller | CustomerScaler) -> list[str]:
    names = getattr(step, "feature_names_in_", None)
    if names is None:
        return [f"x{j}" for j in range(step.n_features_in_)]
    return [str(name) for name in names]


def _setting(found: str, fix: str) -> Finding:
    return Finding("ASG_E_SETTING", "from_sklearn", found, fix)


def _unfit(found: str, fix: str) -> InputError:
    return InputError(Finding("ASG_E_PIPELINE", "the pipeline", found, fix))

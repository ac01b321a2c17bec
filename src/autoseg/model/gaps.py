"""A step of a scikit-learn pipeline that fills gaps as the model does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from autoseg.errors import Finding, InputError
from autoseg.features import MissingRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["TENURE_COLUMN", "GapFiller"]

TENURE_COLUMN = "tenure_days"
"""The column that stands for gaps with the rule ``"tenure"``."""


class GapFiller(TransformerMixin, BaseEstimator):
    """Fills the gaps of features by what a gap means.

    Parameters
    ----------
    rules : mapping of str to str, optional
        What a gap means, by the name of the column: ``"zero"``, ``"median"`` (of the
        customers of the fit) or ``"tenure"`` (what the customer has in the column
        ``tenure_days``). In columns that are not named gaps stay, and the next step
        refuses them.
    columns : sequence of str, optional
        Columns that come out, in this order; all by default. ``tenure_days`` may be
        there for the gaps of others only.

    Attributes
    ----------
    fillings_ : ndarray of shape (n_columns,)
        What stands for a gap in each column; NaN where that is no constant.
    n_features_in_ : int
        Number of columns seen in `fit`.
    feature_names_in_ : ndarray of shape (n_columns,)
        Their names, where `fit` saw a frame.

    See Also
    --------
    autoseg.CustomerScaler : The step after it.

    Examples
    --------
    >>> X = pd.DataFrame({"recency_days": [3.0, np.nan], "tenure_days": [80.0, 90.0]})
    >>> filler = GapFiller({"recency_days": "tenure"}, columns=["recency_days"])
    >>> filler.fit_transform(X)["recency_days"].tolist()
    [3.0, 90.0]
    """

    def __init__(
        self,
        rules: Mapping[str, str] | None = None,
        *,
        columns: Sequence[str] | None = None,
    ) -> None:
        self.rules = rules
        self.columns = columns

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Take the medians that stand for gaps.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)
            Numbers, with gaps or without.
        y : None
            Ignored.

        Returns
        -------
        GapFiller
            The fitted step itself.

        Raises
        ------
        InputError
            If a setting names a column that X lacks, or a rule that there is not
            (``ASG_E_SETTING``).
        """
        values = _numbers(self, X, reset=True)
        names = self._input_names()
        self._check_settings(names)
        rules = self.rules or {}
        self.fillings_ = np.array(
            [_filling(rules.get(name), values[:, j]) for j, name in enumerate(names)]
        )
        return self

    def transform(self, X: Any) -> Any:
        """Return the columns with their gaps filled.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)
            The columns of `fit`.

        Returns
        -------
        ndarray or DataFrame of shape (n_customers, n_columns_out)
            A pandas frame where X is one.
        """
        check_is_fitted(self)
        values = _numbers(self, X, reset=False)
        names = self._input_names()
        for j, filling in enumerate(self._columns_of_fillings(values, names)):
            gaps = np.isnan(values[:, j])
            values[gaps, j] = filling[gaps]
        chosen = self.get_feature_names_out()
        out = values[:, [names.index(name) for name in chosen]]
        if not isinstance(X, pd.DataFrame):
            return out
        return pd.DataFrame(out, index=X.index, columns=chosen, copy=False)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that come out.

        Parameters
        ----------
        input_features : array-like of str, optional
            Only checked: the names were settled in `fit`.

        Returns
        -------
        ndarray of shape (n_columns_out,)
        """
        check_is_fitted(self)
        names = self._input_names()
        if input_features is not None and list(input_features) != names:
            found = "input_features is not equal to feature_names_in_"
            raise InputError(_setting(found, "leave input_features out"))
        chosen = names if self.columns is None else list(self.columns)
        return np.array(chosen, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _columns_of_fillings(
        self, values: np.ndarray, names: list[str]
    ) -> list[np.ndarray]:
        rules = self.rules or {}
        fillings = [np.full(len(values), filling) for filling in self.fillings_]
        for j, name in enumerate(names):
            if rules.get(name) == MissingRule.TENURE:
                # as it came, whatever stands for gaps of its own
                fillings[j] = values[:, names.index(TENURE_COLUMN)].copy()
        return fillings

    def _input_names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            return [f"x{j}" for j in range(self.n_features_in_)]
        return [str(name) for name in names]

    def _check_settings(self, names: list[str]) -> None:
        rules = dict(self.rules or {})
        wanted = {*rules, *(self.columns or ())}
        if MissingRule.TENURE in rules.values():
            wanted.add(TENURE_COLUMN)
        absent = sorted(wanted - set(names))
        if absent:
            found = f"X has no column {', '.join(absent)}"
            raise InputError(_setting(found, "name columns of X"))
        unknown = sorted({str(rule) for rule in rules.values()} - set(MissingRule))
        if unknown:
            known = ", ".join(MissingRule)
            found = f"there is no rule {', '.join(unknown)}"
            raise InputError(_setting(found, f"give one of {known}"))


def _numbers(estimator: GapFiller, X: Any, *, reset: bool) -> np.ndarray:
    # what is infinite is the next step's to refuse, by name
    values: np.ndarray = validate_data(
        estimator, X, reset=reset, dtype=np.float64, copy=True, ensure_all_finite=False
    )
    return values


def _filling(rule: str | None, values: np.ndarray) -> float:
    """Return what stands for a gap, as `FeatureTable.matrix` has it."""
    if rule == MissingRule.ZERO:
        return 0.0
    if rule != MissingRule.MEDIAN:
        return float("nan")
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else 0.0


def _setting(found: str, fix: str) -> Finding:
    return Finding("ASG_E_SETTING", "GapFiller", found, fix)

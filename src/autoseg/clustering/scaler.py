"""Makes columns of customers comparable before segments are sought."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from autoseg.clustering.transform import (
    ColumnAccount,
    OutputColumn,
    account_for,
    scale_columns,
)
from autoseg.errors import Finding, InputError, InputWarning

__all__ = ["CustomerScaler"]

_DUPLICATES = 0.9


class CustomerScaler(TransformerMixin, BaseEstimator):
    """Takes skew, outliers, units and near-duplicates out of customer columns.

    Each column by itself: a logarithm where that makes it less skewed, a cut of the
    far ends, mean 0 and standard deviation 1. Columns that then correlate above
    ``merge_above`` in absolute value tell the same story and become one, their signed
    mean: told twice, it would outweigh the others, and a mixture of normal
    distributions would see a ridge that is not there. Columns with one value are
    left out with a warning.

    Parameters
    ----------
    merge_above : float, default=0.9
        Absolute correlation above which columns are merged; 1 merges none.

    Attributes
    ----------
    columns_ : tuple of ColumnAccount
        What was done to each input column, and why; ``print`` shows it in words.
    outputs_ : tuple of OutputColumn
        The columns that come out.
    n_features_in_ : int
        Number of columns seen in `fit`.
    feature_names_in_ : ndarray of shape (n_columns,)
        Their names, where `fit` saw a frame.

    See Also
    --------
    AutoClusterer : Finds segments on what comes out.

    Notes
    -----
    A pandas frame comes out where one goes in, so that `AutoClusterer` knows the
    columns by name; ``set_output`` overrules that. If every column has one value, the
    first comes out as zeros: an answer of one segment is better than none.

    Examples
    --------
    >>> spend = np.exp(np.linspace(0, 6, 40))
    >>> X = np.column_stack([spend, 2 * spend, np.cos(np.arange(40))])
    >>> scaler = CustomerScaler().fit(X)
    >>> scaler.get_feature_names_out().tolist()
    ['x0 + x1', 'x2']
    >>> print(scaler.columns_[0])
    x0: logarithm, for the skewness fell from 1.8 to 0.0
    """

    def __init__(self, *, merge_above: float = _DUPLICATES) -> None:
        self.merge_above = merge_above

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Decide what to do with each column.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)
            Finite numbers.
        y : None
            Ignored.

        Returns
        -------
        CustomerScaler
            The fitted scaler itself.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        names = self._input_names()
        self.columns_ = tuple(
            account_for(name, X[:, j]) for j, name in enumerate(names)
        )
        _warn_of_constants(self.columns_, len(X))
        self.outputs_ = self._merge(X)
        return self

    def transform(self, X: Any) -> Any:
        """Return the columns made comparable.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)

        Returns
        -------
        ndarray or DataFrame of shape (n_customers, n_outputs)
            A pandas frame where X is one.
        """
        check_is_fitted(self)
        index = X.index if isinstance(X, pd.DataFrame) else None
        X = validate_data(self, X, reset=False, dtype=np.float64)
        out = scale_columns(X, self.columns_, self.outputs_)
        if index is None:
            return out
        return pd.DataFrame(out, index=index, columns=self.get_feature_names_out())

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Return columns in the users' units for rows in the scaled space.

        What was cut stays cut, merged columns all come from their mean, and a column
        that was left out has its one value. Meant for centres of segments.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_outputs)

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """
        check_is_fitted(self)
        scaled = np.asarray(X, dtype=np.float64)
        out = np.empty((len(scaled), len(self.columns_)))
        for j, column in enumerate(self.columns_):
            out[:, j] = column.mean
        for j, output in enumerate(self.outputs_):
            middle = scaled[:, j] * output.scale + output.mean
            for member, sign in zip(output.members, output.signs, strict=True):
                out[:, member] = self.columns_[member].invert(sign * middle)
        return out

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that come out.

        Parameters
        ----------
        input_features : array-like of str, optional
            Only checked: the names were settled in `fit`.

        Returns
        -------
        ndarray of shape (n_outputs,)
            Names of merged columns are joined by `` + `` or `` - ``.
        """
        check_is_fitted(self)
        _check_names(input_features, self._input_names())
        return np.array([output.name for output in self.outputs_], dtype=object)

    def _input_names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            return [f"x{j}" for j in range(self.n_features_in_)]
        return [str(name) for name in names]

    def _merge(self, X: np.ndarray) -> tuple[OutputColumn, ...]:
        kept = [j for j, c in enumerate(self.columns_) if c.operation != "constant"]
        if not kept:
            return (OutputColumn(self.columns_[0].name, (0,), (1,)),)
        scores = np.column_stack([self.columns_[j].apply(X[:, j]) for j in kept])
        # rounded, so that the last bit of a sum never decides
        r = np.round(np.atleast_2d(scores.T @ scores) / len(scores), 9)
        _, group_of = connected_components(np.abs(r) > self.merge_above)
        outputs = []
        for group in dict.fromkeys(group_of.tolist()):
            inside = np.flatnonzero(group_of == group)
            signs = tuple(1 if r[inside[0], i] >= 0 else -1 for i in inside)
            members = tuple(kept[i] for i in inside)
            outputs.append(self._output(X, members, signs))
        return tuple(outputs)

    def _output(
        self, X: np.ndarray, members: tuple[int, ...], signs: tuple[int, ...]
    ) -> OutputColumn:
        name = self.columns_[members[0]].name
        for member, sign in zip(members[1:], signs[1:], strict=True):
            name += f" {'+' if sign > 0 else '-'} {self.columns_[member].name}"
        plain = OutputColumn(name, members, signs)
        if len(members) == 1:
            return plain
        middle = np.sort(scale_columns(X, self.columns_, (plain,))[:, 0])
        return OutputColumn(
            name, members, signs, float(middle.mean()), float(middle.std()) or 1.0
        )


def _check_names(given: Any, known: list[str]) -> None:
    if given is not None and [str(name) for name in given] != known:
        finding = Finding(
            "ASG_E_SETTING",
            "CustomerScaler",
            "input_features is not equal to feature_names_in_",
            "leave input_features out",
        )
        raise InputError(finding)


def _warn_of_constants(columns: tuple[ColumnAccount, ...], n_rows: int) -> None:
    for column in columns:
        if column.operation == "constant":
            finding = Finding(
                "ASG_W_CONSTANT_COLUMN",
                "the columns to segment on",
                "one value only, so the column is left out",
                column=column.name,
                n_rows=n_rows,
            )
            warnings.warn(InputWarning(finding), stacklevel=3)

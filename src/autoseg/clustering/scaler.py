"""Makes columns of customers comparable before segments are sought."""

from __future__ import annotations

import warnings
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from autoseg.clustering.accounts import account_table
from autoseg.clustering.columnnames import joined
from autoseg.clustering.matrices import WHERE, read_matrix
from autoseg.clustering.transform import (
    ColumnAccount,
    OutputColumn,
    account_for,
    scale_columns,
)
from autoseg.clustering.weights import column_weights
from autoseg.errors import Finding, InputError, InputWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.clustering.matrices import Matrix

__all__ = ["CustomerScaler"]

_DUPLICATES = 0.9
_FEWEST = 2
_INVERSE = "give the columns that transform returned"
# of correlations that are rounded to nine decimals
_REPEATED = 1.0 - 1.5e-9


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
    block_weights : mapping of str to float, optional
        How much columns count: the name of a column, or of a block of features
        (value, tempo, timing, basket, price, returns, channel, engagement or
        attributes), and a number above 0. A column's own name goes before its block.
    value_weight : float, default=1.0
        How much recency_days, frequency and monetary count, on top of
        `block_weights`; above 0.

    Attributes
    ----------
    columns_ : tuple of ColumnAccount
        What was done to each input column, and why; ``print`` shows it in words, and
        `account` has it as a table.
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

    A weight multiplies a column that has mean 0 and standard deviation 1. Where
    columns are merged, the largest weight of them counts. k-means, the starts by
    Ward's method and silhouettes see weights, for they go by distances. Mixtures with
    full covariances do not: they find the same segments however columns are stretched.

    Statistics are taken in float64, a column at a time, and columns come out by
    chunks of rows, so no second copy of the matrix is ever held.

    Examples
    --------
    >>> spend = np.exp(np.linspace(0, 6, 40))
    >>> X = np.column_stack([spend, spend**2 + 9, np.cos(np.arange(40))])
    >>> scaler = CustomerScaler().fit(X)
    >>> scaler.get_feature_names_out().tolist()
    ['x0 + x1', 'x2']
    >>> print(scaler.columns_[0])
    x0: logarithm, for the skewness fell from 1.8 to 0.0
    """

    def __init__(
        self,
        *,
        merge_above: float = _DUPLICATES,
        block_weights: Mapping[str, float] | None = None,
        value_weight: float = 1.0,
    ) -> None:
        self.merge_above = merge_above
        self.block_weights = block_weights
        self.value_weight = value_weight

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

        Raises
        ------
        StructureError
            With fewer than two customers.
        InputError
            With all that is wrong with X: no dense table of numbers, gaps, infinite
            values, values beyond ±1e307, names that are no texts or stand twice. Or
            with the settings that have no meaning.

        Warns
        -----
        InputWarning
            For each column with one value (``ASG_W_CONSTANT_COLUMN``), and each that
            repeats another (``ASG_W_REPEATED_COLUMN``).
        """
        self._check_settings()
        matrix = read_matrix(self, X, reset=True, least=_FEWEST)
        names = self._input_names()
        weights = column_weights(names, self.block_weights, self.value_weight)
        self.columns_ = tuple(
            account_for(name, matrix.column(j)) for j, name in enumerate(names)
        )
        _warn_of_constants(self.columns_, len(matrix))
        self.outputs_ = self._merge(matrix, weights)
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

        Raises
        ------
        InputError
            As `fit`; and where the columns are not those of `fit` in their order.
        """
        check_is_fitted(self)
        matrix = read_matrix(self, X, reset=False)
        out = _scaled(matrix, self.columns_, self.outputs_)
        if not isinstance(X, pd.DataFrame):
            return out
        names = self.get_feature_names_out()
        return pd.DataFrame(out, index=X.index, columns=names, copy=False)

    def account(self) -> pd.DataFrame:
        """Return what was done to each column, and why.

        Returns
        -------
        pandas.DataFrame of shape (n_columns, 11)
            One row a column that came in, by its name. ``done`` is "kept", "log",
            "log1p" or "dropped"; ``why`` says so in words; ``merged_with`` names the
            columns that it was merged with; ``zero_inflated`` is true where over half
            of the values are zero; ``weight`` is how much the column counts (NaN where
            it was dropped); ``skew_before`` and ``skew_after`` are the skewness before
            and after a logarithm; ``zeros``, ``cut_low`` and ``cut_high`` are shares of
            the values: zeros, and those cut at each end; ``output`` is the column that
            it goes into.

        Examples
        --------
        >>> X = pd.DataFrame({"spend": [1.0, 2.0, 4.0, 90.0]})
        >>> scaler = CustomerScaler().fit(X)
        >>> scaler.account().loc["spend", "done"]
        'log'
        """
        check_is_fitted(self)
        return account_table(self.columns_, self.outputs_, self.merge_above)

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

        Raises
        ------
        InputError
            If X has not `n_outputs` columns.
        """
        check_is_fitted(self)
        scaled = np.asarray(X, dtype=np.float64)
        if scaled.ndim != 2 or scaled.shape[1] != len(self.outputs_):  # noqa: PLR2004
            found = f"X has shape {scaled.shape}; inverse_transform takes rows of"
            found += f" {len(self.outputs_)} columns"
            raise InputError(Finding("ASG_E_OTHER_COLUMNS", WHERE, found, _INVERSE))
        out = np.empty((len(scaled), len(self.columns_)))
        for j, column in enumerate(self.columns_):
            out[:, j] = column.mean
        for j, output in enumerate(self.outputs_):
            middle = scaled[:, j] / output.weight * output.scale + output.mean
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

    def _check_settings(self) -> None:
        given = self.merge_above
        if not isinstance(given, Real) or not 0.0 <= float(given) <= 1.0:
            found = f"merge_above is {given!r}"
            raise InputError(_setting(found, "give a correlation from 0 to 1"))

    def _merge(
        self, matrix: Matrix, weights: tuple[float, ...]
    ) -> tuple[OutputColumn, ...]:
        names = self._input_names()
        kept = [j for j, c in enumerate(self.columns_) if c.operation != "constant"]
        if not kept:
            name = self.columns_[0].name
            return (OutputColumn(name, (0,), (1,), weight=weights[0]),)
        r = _correlations(matrix, self.columns_, kept)
        _warn_of_repetitions(r, [names[j] for j in kept], self.merge_above, len(matrix))
        _, group_of = connected_components(np.abs(r) > self.merge_above)
        outputs = []
        for group in dict.fromkeys(group_of.tolist()):
            inside = np.flatnonzero(group_of == group)
            signs = tuple(1 if r[inside[0], i] >= 0 else -1 for i in inside)
            members = tuple(kept[i] for i in inside)
            # the loudest member is heard as it would be without the others; to turn
            # one of two down, as its twin says the same at full voice, does nothing
            weight = max(weights[member] for member in members)
            name = joined([names[member] for member in members], signs)
            plain = OutputColumn(name, members, signs)
            outputs.append(self._standardised(matrix, plain, weight))
        return tuple(outputs)

    def _standardised(
        self, matrix: Matrix, plain: OutputColumn, weight: float
    ) -> OutputColumn:
        if len(plain.members) == 1:
            return replace(plain, weight=weight)
        middle = np.sort(_scaled(matrix, self.columns_, (plain,))[:, 0])
        return replace(
            plain,
            mean=float(middle.mean()),
            scale=float(middle.std()) or 1.0,
            weight=weight,
        )


def _scaled(
    matrix: Matrix,
    columns: tuple[ColumnAccount, ...],
    outputs: tuple[OutputColumn, ...],
) -> np.ndarray:
    out = np.empty((len(matrix), len(outputs)))
    for rows in matrix.chunks():
        out[rows] = scale_columns(matrix.rows(rows), columns, outputs)
    return out


def _correlations(
    matrix: Matrix, columns: tuple[ColumnAccount, ...], kept: list[int]
) -> np.ndarray:
    """Return the correlations of the standardised columns, to nine decimals.

    Rounded, so that the last bit of a sum never decides.
    """
    single = tuple(OutputColumn(columns[j].name, (j,), (1,)) for j in kept)
    products = np.zeros((len(kept), len(kept)))
    # many threads spend their time on waiting for each other at so small a product
    with threadpool_limits(1):
        for rows in matrix.chunks():
            scores = scale_columns(matrix.rows(rows), columns, single)
            products += scores.T @ scores
    return np.round(products / len(matrix), 9)


def _warn_of_repetitions(
    r: np.ndarray, names: list[str], merge_above: float, n_rows: int
) -> None:
    """Warn of columns that repeat another to the last digit.

    Columns that merely go together are merged without a warning: that is what the
    scaler is for, nearly every matrix of customers has some, and a warning at each run
    is read by nobody; `CustomerScaler.account` names them. A repetition is different:
    most often a column was given twice, or was made from another.
    """
    # the first column that each one repeats, itself where there is none before
    twin = np.argmax(np.abs(r) > _REPEATED, axis=1)
    for j, first in enumerate(twin.tolist()):
        if first == j:
            continue
        once = "is merged with it and counts once"
        how = once if merge_above < 1.0 else "counts twice, for merge_above is 1"
        finding = Finding(
            "ASG_W_REPEATED_COLUMN",
            WHERE,
            f"it says what column '{names[first]}' says, so it {how}",
            "leave one of the two out",
            column=names[j],
            n_rows=n_rows,
        )
        warnings.warn(InputWarning(finding), stacklevel=4)


def _check_names(given: Any, known: list[str]) -> None:
    if given is not None and [str(name) for name in given] != known:
        found = "input_features is not equal to feature_names_in_"
        raise InputError(_setting(found, "leave input_features out"))


def _setting(found: str, fix: str) -> Finding:
    return Finding("ASG_E_SETTING", "CustomerScaler", found, fix)


def _warn_of_constants(columns: tuple[ColumnAccount, ...], n_rows: int) -> None:
    for column in columns:
        if column.operation == "constant":
            finding = Finding(
                "ASG_W_CONSTANT_COLUMN",
                WHERE,
                "one value only, so the column is left out",
                column=column.name,
                n_rows=n_rows,
            )
            warnings.warn(InputWarning(finding), stacklevel=3)

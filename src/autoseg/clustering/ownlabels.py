"""Reading a segmentation that a user already has, beside the features."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autoseg.errors import Finding, InputError, InputWarning

__all__ = ["Labelled", "read_labelled"]

_SOURCE = "the segmentation to evaluate"
_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Customers with a label, in an order that does not depend on that of the rows.

    Parameters
    ----------
    features : pandas.DataFrame of shape (n_customers, n_features)
        Sorted by all columns, then by segment; finite float64.
    labels : ndarray of int64, shape (n_customers,)
        Segments from 0: the largest first, then by centre, then by name.
    names : tuple of str
        The user's name of each.
    n_unlabelled : int
        Customers without a label, who were left out.
    named_columns : bool
        Whether the features came with names.
    """

    features: pd.DataFrame
    labels: np.ndarray
    names: tuple[str, ...]
    n_unlabelled: int
    named_columns: bool


def read_labelled(features: Any, labels: Any) -> Labelled:
    """Put the labels beside the features, and leave out who has none.

    Parameters
    ----------
    features : FeatureTable, DataFrame or array-like of shape (n_customers, n_features)
        Of a `FeatureTable` the features to segment on are taken.
    labels : Series or array-like of shape (n_customers,)
        A Series is matched by its index where the features have one.

    Returns
    -------
    Labelled

    Raises
    ------
    InputError
        If labels do not fit (``ASG_E_LABELS``), or features are no numbers
        (``ASG_E_INPUT_TYPE``) or not finite (``ASG_E_NOT_FINITE``).

    Warns
    -----
    InputWarning
        If customers have no label (``ASG_W_UNLABELLED``).

    Examples
    --------
    >>> found = read_labelled([[1.0], [2.0], [9.0], [8.0]], ["a", "a", "b", "b"])
    >>> found.names, found.labels.tolist()
    (('a', 'b'), [0, 0, 1, 1])
    """
    frame, named = _frame(features)
    texts = _texts(_beside(frame, labels, named=named))
    known = ~pd.isna(texts)
    n_unlabelled = int((~known).sum())
    _check(texts[known])
    if n_unlabelled:
        _warn(n_unlabelled, len(texts))
    values = frame.to_numpy()[known]
    _check_finite(values)
    # + 0.0 turns minus zero into zero, whose bytes differ
    values, codes, names = _settled(values + 0.0, texts[known])
    return Labelled(
        features=pd.DataFrame(values, columns=frame.columns),
        labels=codes,
        names=names,
        n_unlabelled=n_unlabelled,
        named_columns=named,
    )


def _frame(features: Any) -> tuple[pd.DataFrame, bool]:
    from autoseg.features import FeatureTable

    if isinstance(features, FeatureTable):
        features = features.matrix()
    elif hasattr(features, "to_pandas"):
        features = features.to_pandas()
    named = isinstance(features, pd.DataFrame)
    frame = features if named else pd.DataFrame(np.asarray(features))
    if frame.shape[1] == 0 or frame.empty:
        _refuse("ASG_E_INPUT_TYPE", "features without a column or a row", "give some")
    for j, name in enumerate(frame.columns):
        if not pd.api.types.is_numeric_dtype(frame.dtypes.iloc[j]):
            _refuse(
                "ASG_E_INPUT_TYPE",
                f"features that are no numbers in the column {str(name)!r}",
                "convert the column, or leave it out",
            )
    frame = frame.astype(np.float64)
    if not named:
        frame.columns = pd.Index([f"x{j}" for j in range(frame.shape[1])])
    return frame.set_axis(frame.columns.astype(str), axis=1), named


def _beside(frame: pd.DataFrame, labels: Any, *, named: bool) -> np.ndarray:
    """Return one label a row of the features, missing where a Series has none."""
    if isinstance(labels, pd.Series) and named and not labels.index.equals(frame.index):
        return _by_index(frame, labels)
    values = np.asarray(labels, dtype=object)
    if values.shape != (len(frame),):
        _refuse(
            "ASG_E_LABELS",
            f"labels of shape {values.shape} for {len(frame)} customers",
            "hand in one label a row of the features, or a Series with their index",
        )
    return values


def _by_index(frame: pd.DataFrame, labels: pd.Series[Any]) -> np.ndarray:
    for index, what in ((frame.index, "features"), (labels.index, "labels")):
        twice = index[index.duplicated()].unique()
        if len(twice):
            _refuse(
                "ASG_E_LABELS",
                f"{len(twice)} customers more than once in the index of the {what}:"
                f" {_listed(twice)}",
                "keep one row a customer",
            )
    unknown = labels.index.difference(frame.index, sort=False)
    if len(unknown):
        _refuse(
            "ASG_E_LABELS",
            f"{len(unknown)} of {len(labels)} labels belong to customers that the"
            f" features do not have: {_listed(unknown)}",
            "leave them out, or hand in labels.to_numpy() if they stand in the order"
            " of the features",
        )
    return labels.reindex(frame.index).to_numpy(dtype=object)


def _texts(labels: np.ndarray) -> np.ndarray:
    """Return the labels as texts, and None where there is none.

    Whole numbers that gaps have turned into floats become whole again.
    """
    codes, found = pd.factorize(pd.Series(labels, dtype=object), use_na_sentinel=True)
    texts = [_text(value) for value in found]
    return np.array([*texts, None], dtype=object)[codes]


def _text(value: Any) -> str | None:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip() or None


def _check(texts: np.ndarray) -> None:
    names, sizes = np.unique(texts.astype(str), return_counts=True)
    if len(names) < 2:  # noqa: PLR2004
        what = f"one label only, {_listed(names)}" if len(names) else "no label at all"
        _refuse("ASG_E_LABELS", what, "hand in two segments or more")
    alone = names[sizes == 1]
    if len(alone):
        _refuse(
            "ASG_E_LABELS",
            f"{len(alone)} of {len(names)} labels with one customer: {_listed(alone)}",
            "join them to other segments, or leave these customers out by a missing"
            " label",
        )


def _check_finite(values: np.ndarray) -> None:
    wrong = int((~np.isfinite(values)).any(axis=1).sum())
    if wrong:
        _refuse(
            "ASG_E_NOT_FINITE",
            f"{wrong} of {len(values)} customers have gaps or infinite values",
            "fill them first, as FeatureTable.matrix does",
        )


def _settled(
    values: np.ndarray, texts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return rows, segments and names in an order of their own.

    Rows are sorted first, so that the sums behind the centres, and with them the
    order of the segments, are the same to the last bit for any order of the rows.
    """
    names, codes = np.unique(texts.astype(str), return_inverse=True)
    order = np.lexsort(values.T[::-1])
    values, codes = values[order], codes[order]
    sizes = np.bincount(codes)
    centres = [np.bincount(codes, weights=column) / sizes for column in values.T]
    ranked = np.lexsort((np.arange(len(names)), *centres[::-1], -sizes))
    codes = np.argsort(ranked)[codes].astype(np.int64)
    order = np.lexsort((codes, *values.T[::-1]))
    named = tuple(str(names[i]) for i in ranked)
    return np.ascontiguousarray(values[order]), codes[order], named


def _listed(values: Any) -> str:
    shown = ", ".join(repr(str(value)) for value in values[:_SHOWN])
    more = len(values) - _SHOWN
    return f"{shown} (+{more} more)" if more > 0 else shown


def _refuse(code: str, found: str, fix: str) -> None:
    raise InputError(Finding(code, _SOURCE, found, fix))


def _warn(n_unlabelled: int, n_customers: int) -> None:
    finding = Finding(
        "ASG_W_UNLABELLED",
        _SOURCE,
        f"{n_unlabelled} of {n_customers} customers have no label and are left out",
        n_rows=n_unlabelled,
    )
    warnings.warn(InputWarning(finding), stacklevel=4)

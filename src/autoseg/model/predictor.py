"""The last step of a scikit-learn pipeline: segments by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from autoseg.clustering import AutoClusterer
from autoseg.clustering.matrices import read_matrix

if TYPE_CHECKING:
    from autoseg.clustering import ClusterRule
    from autoseg.model.segment_model import SegmentModel

__all__ = ["SegmentPredictor"]


class SegmentPredictor(BaseEstimator):
    """Gives customers the numbers of their segments, from 1.

    The numbers are those that reports, tables and SQL show. One that comes from a
    model predicts what the model does; one that is fitted finds segments anew and
    numbers them in the order of the clusterer's labels.

    Parameters
    ----------
    clusterer : AutoClusterer, optional
        Finds the segments in `fit`, as a copy; by default one with default settings.

    Attributes
    ----------
    rule_ : ClusterRule
        Centres or densities in the space of the columns.
    numbers_ : ndarray of int64, shape (k,)
        The number of each component of `rule_`.
    classes_ : ndarray of int64, shape (k,)
        The numbers in order, 1 to k: the columns of `predict_proba`.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of shape (n_columns,)
        Their names, where they are known.

    See Also
    --------
    autoseg.AutoClusterer : Finds segments, with labels from 0.

    Notes
    -----
    It is neither a clusterer nor a classifier to scikit-learn: labels of a clusterer
    start at 0, which its checks look for, and a classifier cannot be fitted without
    the segments of some customers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(m, 0.3, size=(60, 2)) for m in (-3, 0, 3)])
    >>> predictor = SegmentPredictor().fit(X)
    >>> predictor.predict(X[[0, 60, 120]]).tolist(), predictor.classes_.tolist()
    ([1, 2, 3], [1, 2, 3])
    """

    def __init__(self, clusterer: AutoClusterer | None = None) -> None:
        self.clusterer = clusterer

    @classmethod
    def of_model(cls, model: SegmentModel) -> SegmentPredictor:
        """Return one that predicts what a model does.

        Parameters
        ----------
        model : SegmentModel
            The model.

        Returns
        -------
        SegmentPredictor
            For the columns that come out of the model's scaler. To fit it anew looks
            for as many segments as the model has.
        """
        k = model.rule.k
        predictor = cls(AutoClusterer(target=(k, k)))
        predictor.n_features_in_ = len(model.outputs)
        predictor.feature_names_in_ = np.array(
            [output.name for output in model.outputs], dtype=object
        )
        predictor._take(model.rule, np.array(model.numbers, dtype=np.int64))
        return predictor

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Find segments and number them.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)
            Comparable, finite columns.
        y : None
            Ignored.

        Returns
        -------
        SegmentPredictor
            The fitted predictor itself.
        """
        read_matrix(self, X, reset=True)
        given = AutoClusterer() if self.clusterer is None else clone(self.clusterer)
        rule = given.fit(X).rule_
        self._take(rule, np.arange(1, rule.k + 1))
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of the segment of each customer.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)

        Returns
        -------
        ndarray of int64, shape (n_customers,)
            Numbers from 1.
        """
        values = self._read(X)
        numbers: np.ndarray = self.numbers_[self.rule_.predict(values)]
        return numbers

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each segment for each customer.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)

        Returns
        -------
        ndarray of shape (n_customers, k)
            In the order of `classes_`.
        """
        values = self._read(X)
        by_label = self.rule_.predict_proba(values)
        by_number: np.ndarray = by_label[:, np.argsort(self.numbers_)]
        return by_number

    def _read(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return read_matrix(self, X, reset=False).rows(slice(None))

    def _take(self, rule: ClusterRule, numbers: np.ndarray) -> None:
        self.rule_ = rule
        self.numbers_ = numbers
        self.classes_ = np.sort(numbers)

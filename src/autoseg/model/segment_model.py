"""One rule: from a customer's features to a segment and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from autoseg.clustering import memberships, scale_columns
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from autoseg.clustering import (
        AutoClusterer,
        ClusterRule,
        ColumnAccount,
        CustomerScaler,
        OutputColumn,
    )
    from autoseg.profiles import SegmentProfiles

__all__ = ["SegmentModel"]


@dataclass(frozen=True, slots=True)
class SegmentModel:
    """The fitted rule as plain numbers and words, without a single customer.

    Parameters
    ----------
    features : tuple of str
        The features that the rule looks at, in their order.
    columns : tuple of ColumnAccount
        What is done to each of them.
    outputs : tuple of OutputColumn
        The columns that come out of that.
    rule : ClusterRule
        Centres or densities in the space of the outputs.
    numbers : tuple of int
        The number of the segment (from 1) of each component of the rule.
    keys : tuple of str
        The key of the name of segment 1, 2, …

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> matrix = segmentation.features.matrix()
    >>> bool((segmentation.model.predict(matrix) == segmentation.labels).all())
    True
    """

    features: tuple[str, ...]
    columns: tuple[ColumnAccount, ...]
    outputs: tuple[OutputColumn, ...]
    rule: ClusterRule
    numbers: tuple[int, ...]
    keys: tuple[str, ...]

    @classmethod
    def from_fitted(
        cls,
        scaler: CustomerScaler,
        clusterer: AutoClusterer,
        profiles: SegmentProfiles,
    ) -> SegmentModel:
        """Take the rule out of fitted estimators.

        Parameters
        ----------
        scaler : CustomerScaler
            Fitted to a frame, so that it knows the features by name.
        clusterer : AutoClusterer
            Fitted to what the scaler gave.
        profiles : SegmentProfiles
            The segments of the clusterer's labels; they give numbers and names.

        Returns
        -------
        SegmentModel
        """
        number_of = {label: i for i, label in enumerate(profiles.order, 1)}
        return cls(
            features=tuple(str(name) for name in scaler.feature_names_in_),
            columns=scaler.columns_,
            outputs=scaler.outputs_,
            rule=clusterer.rule_,
            numbers=tuple(number_of[label] for label in range(clusterer.rule_.k)),
            keys=tuple(segment.key for segment in profiles.segments),
        )

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Return the number of the segment of each customer.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            Finite features without gaps; found by name, others are ignored.

        Returns
        -------
        ndarray of int64, shape (n_customers,)
            Numbers from 1.

        Raises
        ------
        InputError
            If a feature is missing (``ASG_E_FEATURE_MISSING``) or has values that
            are not finite (``ASG_E_NOT_FINITE``).
        """
        labels = self.rule.predict(self.transform(features))
        numbers: np.ndarray = np.array(self.numbers, dtype=np.int64)[labels]
        return numbers

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        """Return the probability of each segment for each customer.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            As for `predict`.

        Returns
        -------
        ndarray of shape (n_customers, n_segments)
            Column ``j`` belongs to segment ``j + 1``.

        Raises
        ------
        InputError
            As `predict`.
        """
        by_label = self.rule.predict_proba(self.transform(features))
        by_number: np.ndarray = by_label[:, np.argsort(self.numbers)]
        return by_number

    def assign(self, features: pd.DataFrame) -> pd.DataFrame:
        """Return each customer's segment, how sure it is, and the runner-up.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            As for `predict`; the index is kept.

        Returns
        -------
        pandas.DataFrame of shape (n_customers, 3)
            ``segment`` (int64), ``confidence`` (probability of that segment, 0 to 1)
            and ``runner_up`` (Int64; missing where there is one segment).

        Raises
        ------
        InputError
            As `predict`.
        """
        found = memberships(self.rule, self.transform(features))
        numbers = np.array(self.numbers, dtype=np.int64)
        runner_up = numbers[found.runner_up]
        return pd.DataFrame(
            {
                "segment": numbers[found.segment],
                "confidence": found.confidence,
                "runner_up": pd.arrays.IntegerArray(runner_up, found.runner_up < 0),
            },
            index=features.index,
        )

    def transform(self, features: pd.DataFrame) -> np.ndarray:
        """Return the features as the rule looks at them: evened out, on one scale.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            As for `predict`.

        Returns
        -------
        ndarray of shape (n_customers, n_outputs)

        Raises
        ------
        InputError
            As `predict`.
        """
        missing = [name for name in self.features if name not in features.columns]
        if missing:
            raise InputError(
                Finding(
                    "ASG_E_FEATURE_MISSING",
                    "the features",
                    f"the model needs {', '.join(missing)} as well",
                    "compute the features that the model was fitted on",
                )
            )
        values = features[list(self.features)].to_numpy(dtype=np.float64)
        wrong = ~np.isfinite(values).all(axis=1)
        if wrong.any():
            raise InputError(
                Finding(
                    "ASG_E_NOT_FINITE",
                    "the features",
                    f"{int(wrong.sum())} of {len(values)} customers have gaps or "
                    "infinite values",
                    "fill them first, as FeatureTable.matrix does",
                )
            )
        return scale_columns(values, self.columns, self.outputs)

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain data, fit for JSON."""
        rule = self.rule
        return {
            "features": list(self.features),
            "columns": [_finite(asdict(column)) for column in self.columns],
            "outputs": [asdict(output) for output in self.outputs],
            "rule": {
                "family": rule.family,
                "weights": rule.weights.tolist(),
                "means": rule.means.tolist(),
                "whiteners": rule.whiteners.tolist(),
                "degrees_of_freedom": rule.degrees_of_freedom,
            },
            "numbers": list(self.numbers),
            "keys": list(self.keys),
        }


def _finite(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with None for what JSON cannot say: no cut at that end."""
    return {
        key: None if isinstance(value, float) and not np.isfinite(value) else value
        for key, value in data.items()
    }

"""The features of a set of customers, and the matrix that segments are found on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.errors import Finding, InputError
from autoseg.features.feature import MissingRule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from autoseg.features.feature import Feature

__all__ = ["FeatureTable"]

_SHOWN = 10


@dataclass(frozen=True, slots=True, repr=False)
class FeatureTable:
    """One row a customer, one column a feature.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_customers, n_features)
        float64; the index is ``customer_id``, sorted; the columns stand in
        catalogue order. NaN where a feature is not defined for a customer.
    revenue : pandas.Series of shape (n_customers,)
        int64: net revenue in 1/10,000 of the currency's unit, exact; same index.
    features : tuple of Feature
        The entries of the columns, in the same order.
    as_of : datetime.date or None
        The day of analysis; no row of that day or later was used. None where the
        customers came summed up and nobody said when.
    first_day, last_day : datetime.date or None
        The days of the first and the last row that were used, as far as known.
    currency : str or None
        ISO code, where known.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> names = ["tenure_days", "mean_gap_days"]
    >>> index = pd.Index(["a", "b"], name="customer_id")
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame(
    ...         [[40.0, 20.0], [7.0, float("nan")]], index=index, columns=names
    ...     ),
    ...     revenue=pd.Series([990000, 250000], index=index),
    ...     features=tuple(CATALOGUE[name] for name in names),
    ...     as_of=date(2012, 1, 1),
    ...     first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31),
    ...     currency="NOK",
    ... )
    >>> table.matrix(["mean_gap_days"])["mean_gap_days"].tolist()
    [20.0, 7.0]
    """

    frame: pd.DataFrame
    revenue: pd.Series[int]
    features: tuple[Feature, ...]
    as_of: date | None
    first_day: date | None
    last_day: date | None
    currency: str | None

    def summary(self) -> str:
        """Return in a line what the table holds."""
        told = [f"{len(self.frame)} customers", f"{len(self.features)} features"]
        told += [] if self.as_of is None else [f"as of {self.as_of}"]
        told += [] if self.currency is None else [self.currency]
        return ", ".join(told)

    def __repr__(self) -> str:
        return f"FeatureTable: {self.summary()}\n{self.frame!r}"

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>{self.frame.to_html(max_rows=_SHOWN)}"

    def matrix(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return features without gaps: NaN filled by the rule of each entry.

        Parameters
        ----------
        names : sequence of str, optional
            Which features; the clustering set by default. They come out in
            catalogue order.

        Returns
        -------
        pandas.DataFrame of shape (n_customers, n_names)
            float64, without NaN. Constant columns are left in.

        Raises
        ------
        autoseg.errors.InputError
            If a feature was not computed, or ``tenure_days`` is needed as a
            filling and was not computed (``ASG_E_FEATURE_NOT_COMPUTED``).
        """
        wanted = (
            {feature.name for feature in self.features if feature.clustering}
            if names is None
            else set(names)
        )
        self._require(sorted(wanted))
        chosen = [feature for feature in self.features if feature.name in wanted]
        filled = self.frame[[feature.name for feature in chosen]].copy()
        for feature in chosen:
            column = filled[feature.name].to_numpy()
            gaps = np.isnan(column)
            if gaps.any():
                filled[feature.name] = np.where(gaps, self._filling(feature), column)
        return filled

    def _filling(self, feature: Feature) -> np.ndarray | float:
        """Return what stands for the feature where a customer lacks it."""
        if feature.missing is MissingRule.TENURE:
            self._require(["tenure_days"])
            return self.frame["tenure_days"].to_numpy()
        if feature.missing is MissingRule.MEDIAN:
            column = self.frame[feature.name].to_numpy()
            known = column[~np.isnan(column)]
            return float(np.median(known)) if known.size else 0.0
        return 0.0

    def _require(self, names: Sequence[str]) -> None:
        """Raise if one of the features was not computed."""
        absent = [name for name in names if name not in self.frame.columns]
        if absent:
            raise InputError(
                [
                    Finding(
                        "ASG_E_FEATURE_NOT_COMPUTED",
                        "the feature table",
                        f"it holds no feature {name!r}",
                        "name it in compute_features",
                    )
                    for name in absent
                ]
            )

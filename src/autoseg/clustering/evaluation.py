"""How good a segmentation is that a user already has, beside autoseg's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autoseg.clustering.clusterer import AutoClusterer, require_customers
from autoseg.clustering.columnnames import VALUE_COLUMNS, names_inside
from autoseg.clustering.criteria import (
    adjusted_rand,
    calinski_harabasz,
    davies_bouldin,
    silhouettes,
    variance_explained,
)
from autoseg.clustering.explanation import tree_accuracy
from autoseg.clustering.judged import (
    JudgedSegment,
    JudgedSegmentation,
    SegmentationEvaluation,
)
from autoseg.clustering.ownlabels import Labelled, read_labelled
from autoseg.clustering.recovery import recover
from autoseg.clustering.scaler import CustomerScaler
from autoseg.clustering.stability import bootstrap_stability
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from autoseg.clustering.stability import SegmentStability

__all__ = ["evaluate_segmentation"]


def evaluate_segmentation(
    features: Any,
    labels: Any,
    *,
    compare_with: Literal["autoseg"] | None = "autoseg",
    value_columns: Literal["auto"] | Sequence[str] | None = "auto",
    n_resamples: int = 50,
    random_state: int = 0,
    n_jobs: int | None = None,
) -> SegmentationEvaluation:
    """Judge a segmentation that exists already by the criteria of autoseg's own.

    Parameters
    ----------
    features : FeatureTable, DataFrame or array-like of shape (n_customers, n_features)
        What the segments should show in; of a `FeatureTable` the features that
        autoseg segments on. Finite numbers in their own units.
    labels : Series or array-like of shape (n_customers,)
        The segment of each customer: numbers, texts or anything else that can be
        written. A Series is matched by its index where `features` has one. Customers
        without a label are left out, with a warning.
    compare_with : {"autoseg"} or None, default="autoseg"
        Whether autoseg divides the same customers as well.
    value_columns : "auto", None or sequence of str, default="auto"
        Columns whose variance the segments should explain. ``"auto"`` takes those of
        recency_days, frequency and monetary that are there.
    n_resamples : int, default=50
        Number of resamples; 0 leaves recovery and stability out.
    random_state : int, default=0
        Seed of the draws and of autoseg's starts.
    n_jobs : int or None, default=None
        Fits at a time, as joblib reads it. The answer is the same for any number, and
        for any order of the customers and any names of the segments.

    Returns
    -------
    SegmentationEvaluation

    Raises
    ------
    InputError
        If labels do not fit: another length, an unknown index, one label only, a
        label with one customer (``ASG_E_LABELS``); if features are no numbers
        (``ASG_E_INPUT_TYPE``) or not finite (``ASG_E_NOT_FINITE``); if a setting has
        no meaning (``ASG_E_SETTING``).
    StructureError
        If fewer than ten customers have a label (``ASG_E_TOO_FEW_CUSTOMERS``).

    Warns
    -----
    InputWarning
        If customers have no label (``ASG_W_UNLABELLED``).

    See Also
    --------
    AutoClusterer : Finds segments.
    bootstrap_stability : Tells how far autoseg's segments survive.

    Notes
    -----
    How a segmentation was made is not known, so it cannot be made again on a
    resample, and the stability of Hennig (2007) cannot be had for it. What is measured
    instead is whether the segments hold where a model is let loose on them: customers
    are drawn with replacement, k-means and a Gaussian mixture start from the given
    segments and move to where they come to rest, and `recovered` is how similar each
    given segment is, on average, to the most similar one that is left (Jaccard). The
    better of the two models counts. This is generous, for the model begins with the
    answer: planted segments reach 0.97, quartiles of one column 0.6 to 0.7, random
    labels below 0.2, but what k-means made of a cloud without any segments reaches
    0.85 as well. A segment that is lost is not one that these features show; one that
    is kept may still be a slice. autoseg's segments are measured in the same way, and
    their stability under refits from scratch, the harder test, stands beside it.

    The accuracy of the tree tells something else: whether a few cuts in the features
    tell who is in which segment. Segments made by rules on the same features reach
    nearly 1, whether or not there is anything behind the rules.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(m, 0.3, size=(60, 2)) for m in (-3, 0, 3)])
    >>> found = evaluate_segmentation(X, np.repeat(["b", "b", "a"], 60), n_resamples=5)
    >>> found.to_frame().loc[["n_segments", "silhouette"]].round(2).values.tolist()
    [[2.0, 3.0], [0.71, 0.91]]
    >>> found.overlap_frame().values.tolist()
    [[60, 60, 0], [0, 0, 60]]
    """
    _check_settings(compare_with, value_columns, n_resamples)
    given = read_labelled(features, labels)
    require_customers(len(given.labels))
    judge = _Judge(
        given,
        values=_value_columns(given, value_columns),
        n_resamples=n_resamples,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    yours = judge.of(given.labels, given.names)
    facts = {
        "n_customers": len(given.labels),
        "n_unlabelled": given.n_unlabelled,
        "n_resamples": n_resamples,
    }
    if compare_with is None:
        return SegmentationEvaluation(yours, None, None, (), None, None, **facts)
    clusterer = judge.clusterer()
    labels, names = _numbered(clusterer.labels_)
    table = np.zeros((len(given.names), len(names)), dtype=np.int64)
    np.add.at(table, (given.labels, labels), 1)
    return SegmentationEvaluation(
        yours=yours,
        ours=judge.of(labels, names),
        agreement=adjusted_rand(given.labels, labels),
        overlap=tuple(tuple(row) for row in table.tolist()),
        verdict=clusterer.selection_.verdict,
        stability=judge.stability(clusterer),
        **facts,
    )


class _Judge:
    """The criteria on one set of customers, for any division of them."""

    def __init__(
        self,
        given: Labelled,
        *,
        values: tuple[str, ...],
        n_resamples: int,
        random_state: int,
        n_jobs: int | None,
    ) -> None:
        self.frame = given.features
        self.scaled = CustomerScaler().fit_transform(given.features)
        self.rows = self.scaled.to_numpy()
        # by itself each column keeps its name and its own scale, merged with none
        self.values = {name: _scaled_alone(self.frame, name) for name in values}
        self.n_resamples = n_resamples
        self.random_state = random_state
        self.n_jobs = n_jobs

    def of(self, labels: np.ndarray, names: tuple[str, ...]) -> JudgedSegmentation:
        recovered: tuple[float | None, ...] = (None,) * len(names)
        family = None
        if self.n_resamples and len(names) > 1:
            found = recover(
                self.rows,
                labels,
                n_resamples=self.n_resamples,
                random_state=self.random_state,
                n_jobs=self.n_jobs,
            )
            recovered, family = found.jaccard, found.family
        return JudgedSegmentation(
            segments=tuple(
                JudgedSegment(name, size, size / len(labels), kept)
                for name, size, kept in zip(
                    names, np.bincount(labels).tolist(), recovered, strict=True
                )
            ),
            silhouette=silhouettes(self.rows, [labels])[0],
            davies_bouldin=davies_bouldin(self.rows, labels),
            calinski_harabasz=calinski_harabasz(self.rows, labels),
            value_explained={
                name: variance_explained(column, labels)
                for name, column in self.values.items()
            },
            tree_accuracy=tree_accuracy(
                self.frame.to_numpy(), labels, random_state=self.random_state
            ),
            recovered_by=family,
        )

    def clusterer(self) -> AutoClusterer:
        # a constant column is not in the scaled frame, and explains nothing
        scaled = {
            name for one in self.scaled.columns for name in names_inside(str(one))
        }
        varying = [name for name in self.values if name in scaled]
        return AutoClusterer(
            value_columns=varying or None,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
        ).fit(self.scaled)

    def stability(self, clusterer: AutoClusterer) -> SegmentStability | None:
        if not self.n_resamples or clusterer.n_clusters_ == 1:
            return None
        return bootstrap_stability(
            clusterer,
            self.scaled,
            n_resamples=self.n_resamples,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
        )


def _scaled_alone(frame: pd.DataFrame, name: str) -> np.ndarray:
    column = frame[[name]].to_numpy()
    if np.ptp(column) == 0:
        return np.zeros(column.shape)
    return np.asarray(CustomerScaler().fit_transform(column))


def _numbered(labels: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    found, codes = np.unique(labels, return_inverse=True)
    return codes.astype(np.int64), tuple(str(label) for label in found)


def _value_columns(
    given: Labelled, wanted: Literal["auto"] | Sequence[str] | None
) -> tuple[str, ...]:
    if wanted is None:
        return ()
    known = list(given.features.columns) if given.named_columns else []
    if isinstance(wanted, str):
        return tuple(name for name in VALUE_COLUMNS if name in known)
    for name in wanted:
        if name not in known:
            _refuse(f"value_columns is {name!r}", "give names of columns of features")
    return tuple(dict.fromkeys(wanted))


def _check_settings(compare_with: Any, value_columns: Any, n_resamples: int) -> None:
    if compare_with not in ("autoseg", None):
        _refuse(f"compare_with is {compare_with!r}", "give 'autoseg' or None")
    if isinstance(value_columns, str) and value_columns != "auto":
        _refuse(f"value_columns is {value_columns!r}", "give 'auto' or a sequence")
    if n_resamples < 0:
        _refuse(f"n_resamples is {n_resamples}", "give 0 or more")


def _refuse(found: str, fix: str) -> None:
    raise InputError(Finding("ASG_E_SETTING", "evaluate_segmentation", found, fix))

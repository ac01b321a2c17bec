"""How good a segmentation is that a user already has, beside autoseg's own."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autoseg.clustering.clusterer import (
    VALUE_COLUMNS,
    AutoClusterer,
    require_customers,
)
from autoseg.clustering.criteria import (
    adjusted_rand,
    calinski_harabasz,
    davies_bouldin,
    silhouettes,
    variance_explained,
)
from autoseg.clustering.evaluationwords import summarise
from autoseg.clustering.explanation import tree_accuracy
from autoseg.clustering.ownlabels import Labelled, read_labelled
from autoseg.clustering.recovery import recover
from autoseg.clustering.scaler import CustomerScaler
from autoseg.clustering.stability import bootstrap_stability
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from autoseg.clustering.selection import Verdict
    from autoseg.clustering.stability import SegmentStability

__all__ = [
    "JudgedSegment",
    "JudgedSegmentation",
    "SegmentationEvaluation",
    "evaluate_segmentation",
]

_MERGED = re.compile(r" [+-] ")


@dataclass(frozen=True, slots=True)
class JudgedSegment:
    """One segment, and how much of it a model keeps.

    Parameters
    ----------
    name : str
        The user's label, or autoseg's number.
    n_customers : int
        Customers in it.
    share : float
        Their share of the customers with a label, 0 to 1.
    recovered : float or None
        Mean Jaccard similarity to the most similar segment of a model that started
        from the given segments; None without resamples, or with one segment.
    """

    name: str
    n_customers: int
    share: float
    recovered: float | None


@dataclass(frozen=True, slots=True)
class JudgedSegmentation:
    """One division of the customers under every criterion.

    Parameters
    ----------
    segments : tuple of JudgedSegment
        The user's are sorted by size, the largest first; autoseg's by number.
    silhouette, davies_bouldin, calinski_harabasz : float or None
        Distance criteria in the space of `CustomerScaler`; None for one segment.
        Davies-Bouldin is better when lower.
    value_explained : mapping of str to float
        Share of the variance of each value column that lies between the segments
        (η², 0 to 1), the column on the scale of `CustomerScaler`.
    tree_accuracy : float
        Share of the customers whose segment a small decision tree on the features
        tells, cross-validated.
    recovered_by : {"kmeans", "full"} or None
        The model that kept more of the segments.
    """

    segments: tuple[JudgedSegment, ...]
    silhouette: float | None
    davies_bouldin: float | None
    calinski_harabasz: float | None
    value_explained: Mapping[str, float]
    tree_accuracy: float
    recovered_by: str | None

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.segments)

    @property
    def largest_share(self) -> float:
        """Share of the largest segment: the accuracy of who always guesses it."""
        return max(segment.share for segment in self.segments)

    @property
    def smallest_share(self) -> float:
        """Share of the smallest segment."""
        return min(segment.share for segment in self.segments)

    @property
    def recovered(self) -> float | None:
        """Mean of the segments' recovery, each segment counting the same."""
        values = [one.recovered for one in self.segments if one.recovered is not None]
        return float(np.mean(values)) if values else None


@dataclass(frozen=True, slots=True, eq=False)
class SegmentationEvaluation:
    """A segmentation that the user has, beside autoseg's on the same customers.

    Parameters
    ----------
    yours : JudgedSegmentation
        The one that was handed in.
    ours : JudgedSegmentation or None
        autoseg's; None where no comparison was asked for, as are the next four.
    agreement : float or None
        Adjusted Rand index between the two: 1 for the same division, 0 for what
        chance gives.
    overlap : tuple of tuple of int
        Customers in each of the user's segments (rows) and autoseg's (columns), in
        the order of `segments`.
    verdict : {"clear", "moderate", "weak", "none"} or None
        How clear autoseg's segments are.
    stability : SegmentStability or None
        Of autoseg's segments under refits from scratch; None with one segment.
    n_customers : int
        Customers with a label.
    n_unlabelled : int
        Customers left out because they have none.
    n_resamples : int
        Number of resamples behind `recovered` and `stability`.

    See Also
    --------
    evaluate_segmentation : Makes one.
    """

    yours: JudgedSegmentation
    ours: JudgedSegmentation | None
    agreement: float | None
    overlap: tuple[tuple[int, ...], ...]
    verdict: Verdict | None
    stability: SegmentStability | None
    n_customers: int
    n_unlabelled: int
    n_resamples: int

    def summary(self, language: str = "en") -> str:
        """Tell in a few sentences how good the segmentation is.

        Parameters
        ----------
        language : {"en", "nb", "da", "sv"}, default="en"
            Language of the sentences and the numbers.

        Returns
        -------
        str
        """
        return summarise(self, language)

    def to_frame(self) -> pd.DataFrame:
        """Return the criteria of both, side by side.

        Returns
        -------
        pandas.DataFrame of shape (n_criteria, 1 or 2)
            The columns are ``yours`` and, where there is one, ``autoseg``.
        """
        import pandas as pd

        columns = {"yours": _criteria(self.yours)}
        if self.ours is not None:
            columns["autoseg"] = _criteria(self.ours)
        return pd.DataFrame(columns, dtype=np.float64).rename_axis("criterion")

    def segments_frame(self) -> pd.DataFrame:
        """Return one row a segment of either, with the fields of `JudgedSegment`."""
        import pandas as pd

        both = {"yours": self.yours, "autoseg": self.ours}
        rows = [
            {"segmentation": whose, **asdict(segment)}
            for whose, judged in both.items()
            if judged is not None
            for segment in judged.segments
        ]
        return pd.DataFrame(rows).astype({"recovered": np.float64})

    def overlap_frame(self) -> pd.DataFrame:
        """Return the cross table: the user's segments by autoseg's.

        Returns
        -------
        pandas.DataFrame of shape (k_yours, k_autoseg)
            Empty where no comparison was asked for.
        """
        import pandas as pd

        ours = () if self.ours is None else self.ours.segments
        index = pd.Index([one.name for one in self.yours.segments], name="yours")
        columns = pd.Index([one.name for one in ours], name="autoseg")
        counts = np.array(self.overlap, dtype=np.int64).reshape(len(index), len(ours))
        return pd.DataFrame(counts, index=index, columns=columns)

    def __repr__(self) -> str:
        return self.summary()


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
            name for one in self.scaled.columns for name in _MERGED.split(str(one))
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


def _criteria(judged: JudgedSegmentation) -> dict[str, float | None]:
    kept = [one.recovered for one in judged.segments if one.recovered is not None]
    return {
        "n_segments": judged.k,
        "largest_share": judged.largest_share,
        "smallest_share": judged.smallest_share,
        "silhouette": judged.silhouette,
        "davies_bouldin": judged.davies_bouldin,
        "calinski_harabasz": judged.calinski_harabasz,
        "recovered_mean": judged.recovered,
        "recovered_lowest": min(kept) if kept else None,
        "tree_accuracy": judged.tree_accuracy,
        **{
            f"value_explained: {name}": share
            for name, share in judged.value_explained.items()
        },
    }


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

"""What an evaluation ends with: a segmentation under every criterion, beside ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from autoseg.clustering.evaluationwords import summarise

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from autoseg.clustering.selection import Verdict
    from autoseg.clustering.stability import SegmentStability

__all__ = ["JudgedSegment", "JudgedSegmentation", "SegmentationEvaluation"]


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

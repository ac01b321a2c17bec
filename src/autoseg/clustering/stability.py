"""How far each segment survives when the customers are drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from autoseg.clustering.resampling import resampled_jaccards
from autoseg.clustering.sampling import draw_rows
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from autoseg.clustering.clusterer import AutoClusterer
    from autoseg.clustering.resampling import Scheme

__all__ = ["STABILITY_BOUNDS", "SegmentStability", "bootstrap_stability"]

STABILITY_BOUNDS = ((0.85, "solid"), (0.75, "real"), (0.60, "pattern"))
"""From which mean similarity a segment has which reading, in Hennig's fpc."""

_DISSOLVED = 0.5
_RECOVERED = 0.75
_LEVEL = 0.95
_SCHEMES = ("bootstrap", "subsample")
_T = TypeVar("_T", int, float)


@dataclass(frozen=True, slots=True)
class SegmentStability:
    """Mean Jaccard similarity of each segment over resamples, and how sure it is.

    Parameters
    ----------
    jaccard : tuple of float
        One mean similarity a segment, by label.
    n_resamples : int
        Number of resamples that the means are over.
    n_rows : int
        Rows drawn in each resample.
    standard_error : tuple of float
        Of each mean, from the spread over the resamples: how far it would move with
        other draws from the same customers. Empty where it was not counted, as are
        the next three.
    n_drawn : tuple of int
        Number of resamples in which a row of the segment was drawn at all.
    recovered, dissolved : tuple of int
        Number of these in which the similarity was above 0.75, and at most 0.5.
    scheme : {"bootstrap", "subsample"}
        Whether as many rows were drawn with replacement, or half of them without.

    Notes
    -----
    The bounds are those of ``clusterboot`` in Hennig's fpc. A segment that is not
    dissolved was found again, if not well.

    Examples
    --------
    >>> SegmentStability((0.9, 0.62), n_resamples=50, n_rows=800).verdicts
    ('solid', 'pattern')
    """

    jaccard: tuple[float, ...]
    n_resamples: int
    n_rows: int
    standard_error: tuple[float, ...] = ()
    n_drawn: tuple[int, ...] = ()
    recovered: tuple[int, ...] = ()
    dissolved: tuple[int, ...] = ()
    scheme: Scheme = "bootstrap"

    @classmethod
    def from_similarities(
        cls, similarities: np.ndarray, *, n_rows: int, scheme: Scheme = "bootstrap"
    ) -> SegmentStability:
        """Sum up the similarities of each segment in each resample.

        Parameters
        ----------
        similarities : ndarray of shape (n_resamples, k)
            NaN where no row of a segment was drawn. A segment that was never drawn
            has a mean of 0.
        n_rows : int
            Rows drawn in each resample.
        scheme : {"bootstrap", "subsample"}, default="bootstrap"
            How they were drawn.

        Returns
        -------
        SegmentStability

        Examples
        --------
        >>> found = SegmentStability.from_similarities(
        ...     np.array([[1.0, 0.5], [0.8, 0.7]]), n_rows=40)
        >>> found.jaccard, found.recovered, found.dissolved
        ((0.9, 0.6), (2, 0), (0, 1))
        """
        drawn = ~np.isnan(similarities)
        n = drawn.sum(axis=0)
        values = np.where(drawn, similarities, 0.0)
        means = values.sum(axis=0) / np.maximum(n, 1)
        squares = np.where(drawn, (similarities - means) ** 2, 0.0).sum(axis=0)
        errors = np.sqrt(squares / np.maximum(n - 1, 1) / np.maximum(n, 1))
        return cls(
            jaccard=tuple(means.tolist()),
            n_resamples=len(similarities),
            n_rows=n_rows,
            standard_error=tuple(errors.tolist()),
            n_drawn=tuple(n.tolist()),
            recovered=tuple((values > _RECOVERED).sum(axis=0).tolist()),
            dissolved=tuple((drawn & (values <= _DISSOLVED)).sum(axis=0).tolist()),
            scheme=scheme,
        )

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The reading of Hennig's fpc: solid, real, pattern or unstable."""
        return tuple(
            next(
                (word for least, word in STABILITY_BOUNDS if value >= least), "unstable"
            )
            for value in self.jaccard
        )

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]:
        """The 95 % confidence interval of each mean, by Student's t, within 0 to 1."""
        from scipy.stats import t

        found = []
        counted = zip(self.jaccard, self.standard_error, self.n_drawn, strict=False)
        for mean, error, n in counted:
            if n > 1:
                reach = error * float(t.ppf(0.5 + _LEVEL / 2, n - 1))
                found.append((max(0.0, mean - reach), min(1.0, mean + reach)))
            else:
                # one resample tells nothing about the next
                found.append((0.0, 1.0))
        return tuple(found)

    def reordered(self, order: Sequence[int]) -> SegmentStability:
        """Return the same with the segments in another order.

        Parameters
        ----------
        order : sequence of int
            The label of the first segment, of the second, and so on.

        Returns
        -------
        SegmentStability

        Examples
        --------
        >>> SegmentStability((0.9, 0.62), n_resamples=9, n_rows=80).reordered([1, 0])
        SegmentStability of 9 bootstrap resamples of 80 rows: 0.62, 0.90
        """
        return SegmentStability(
            jaccard=tuple(self.jaccard[label] for label in order),
            n_resamples=self.n_resamples,
            n_rows=self.n_rows,
            standard_error=_picked(self.standard_error, order),
            n_drawn=_picked(self.n_drawn, order),
            recovered=_picked(self.recovered, order),
            dissolved=_picked(self.dissolved, order),
            scheme=self.scheme,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment; counts are missing where nothing was counted."""
        import pandas as pd

        frame = pd.DataFrame(
            {"jaccard": self.jaccard, "verdict": self.verdicts},
            index=pd.RangeIndex(len(self.jaccard), name="segment"),
        )
        if self.n_drawn:
            frame["standard_error"] = self.standard_error
            frame["lower"], frame["upper"] = zip(*self.intervals, strict=True)
            frame["n_drawn"] = self.n_drawn
            frame["recovered"] = self.recovered
            frame["dissolved"] = self.dissolved
        return frame

    def __repr__(self) -> str:
        means = [f"{value:.2f}" for value in self.jaccard]
        if self.n_drawn:
            means = [
                f"{mean} ± {error:.2f}"
                for mean, error in zip(means, self.standard_error, strict=True)
            ]
        return (
            f"SegmentStability of {self.n_resamples} {self.scheme} resamples of "
            f"{self.n_rows} rows: {', '.join(means)}"
        )


def bootstrap_stability(
    clusterer: AutoClusterer,
    X: Any,
    *,
    n_resamples: int = 50,
    random_state: int = 0,
    n_jobs: int | None = None,
    scheme: Scheme = "bootstrap",
) -> SegmentStability:
    """Refit the chosen model on resamples and see which segments come back.

    Customers are drawn with replacement; the chosen family is fitted from scratch
    with the chosen number of segments; each segment is compared with the most similar
    one of the refit, on the customers that were drawn (Hennig 2007). The number of
    segments is not chosen again.

    Parameters
    ----------
    clusterer : AutoClusterer
        Fitted.
    X : array-like of shape (n_customers, n_columns)
        What it was fitted on.
    n_resamples : int, default=50
        Number of resamples.
    random_state : int, default=0
        Seed of the draws.
    n_jobs : int or None, default=None
        Refits at a time, as joblib reads it. The answer is the same for any number.
    scheme : {"bootstrap", "subsample"}, default="bootstrap"
        Whether as many customers are drawn with replacement, or half of them without.
        A bootstrap repeats customers, which a model may take for a dense spot (fpc
        leaves the repeats out before it fits); subsamples repeat none.

    Returns
    -------
    SegmentStability

    Raises
    ------
    InputError
        If `n_resamples` is below 1, or there is no such scheme
        (``ASG_E_SETTING``).

    Examples
    --------
    >>> from autoseg.clustering import AutoClusterer
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(m, 0.3, size=(60, 2)) for m in (-3, 0, 3)])
    >>> bootstrap_stability(AutoClusterer().fit(X), X, n_resamples=5).verdicts
    ('solid', 'solid', 'solid')
    """
    check_is_fitted(clusterer)
    if scheme not in _SCHEMES:
        _refuse(f"scheme is {scheme!r}", f"give one of {', '.join(_SCHEMES)}")
    if n_resamples < 1:
        _refuse(f"n_resamples is {n_resamples}", "give 1 or more")
    rows = np.asarray(X, dtype=np.float64) + 0.0
    sample = draw_rows(rows, clusterer.sample_size, random_state)
    similarities = resampled_jaccards(
        sample,
        clusterer.rule_,
        n_resamples=n_resamples,
        random_state=random_state,
        n_jobs=n_jobs,
        scheme=scheme,
    )
    n_rows = len(sample) if scheme == "bootstrap" else len(sample) // 2
    return SegmentStability.from_similarities(
        similarities, n_rows=n_rows, scheme=scheme
    )


def _picked(values: tuple[_T, ...], order: Sequence[int]) -> tuple[_T, ...]:
    return tuple(values[label] for label in order) if values else ()


def _refuse(found: str, fix: str) -> None:
    raise InputError(Finding("ASG_E_SETTING", "bootstrap_stability", found, fix))

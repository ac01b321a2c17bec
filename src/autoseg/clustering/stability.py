"""How far each segment survives when the customers are drawn again."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SegmentStability"]

_READING = ((0.85, "solid"), (0.75, "real"), (0.60, "pattern"))


@dataclass(frozen=True, slots=True)
class SegmentStability:
    """Mean Jaccard similarity of each segment over bootstrap resamples.

    Parameters
    ----------
    jaccard : tuple of float
        One mean similarity a segment, by label.
    n_resamples : int
        Number of resamples that the means are over.
    n_rows : int
        Rows drawn in each resample.

    Examples
    --------
    >>> SegmentStability((0.9, 0.62), n_resamples=50, n_rows=800).verdicts
    ('solid', 'pattern')
    """

    jaccard: tuple[float, ...]
    n_resamples: int
    n_rows: int

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The reading of Hennig's fpc: solid, real, pattern or unstable."""
        return tuple(
            next((word for least, word in _READING if value >= least), "unstable")
            for value in self.jaccard
        )

"""What choosing the number of segments leaves behind: plain numbers and words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from autoseg.clustering.persistence import PersistenceMap

__all__ = ["Candidate", "ChosenBy", "SelectionResult", "Verdict", "verdict_on"]

Verdict = Literal["clear", "moderate", "weak", "none"]
ChosenBy = Literal["consensus", "stability", "value"]

# planted segments reach .51 and more; populations without any stay below .45, but for
# bent ones, which reach .54; benchmarks/quality.py prints both
_VERDICTS: tuple[tuple[float, Verdict], ...] = (
    (0.73, "clear"),
    (0.57, "moderate"),
    (0.45, "weak"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to divide the customers that was tried, with every criterion.

    Parameters
    ----------
    family : str
        ``"kmeans"``, a mixture of normal distributions (``"full"``, ``"tied"``,
        ``"diagonal"``) or of t distributions (``"t_full"``, ``"t_vee"``).
    k : int
        Number of segments.
    agreement : float
        Mean adjusted Rand index to the reference partitions; 1 is agreement in full,
        0 what chance gives.
    smallest_share : float
        Share of the customers in the smallest segment.
    value_explained : float or None
        Share of the variance of the value columns that lies between the segments;
        None without value columns.
    silhouette, davies_bouldin, calinski_harabasz : float or None
        Distance criteria; None for one segment. Davies-Bouldin is better when lower.
    bic, icl : float or None
        Information criteria, better when lower; None for k-means.
    n_degenerate : int
        Segments of a mixture that only its prior keeps from collapsing onto a few
        customers.

    Examples
    --------
    >>> Candidate("full", 6, agreement=0.7, smallest_share=0.04).bic is None
    True
    """

    family: str
    k: int
    agreement: float
    smallest_share: float
    value_explained: float | None = None
    silhouette: float | None = None
    davies_bouldin: float | None = None
    calinski_harabasz: float | None = None
    bic: float | None = None
    icl: float | None = None
    n_degenerate: int = 0


@dataclass(frozen=True, slots=True)
class SelectionResult:
    """Why this many segments: every candidate, what each rule says, what was chosen.

    Parameters
    ----------
    candidates : tuple of Candidate
        Sorted by family, then k.
    preferred_by : mapping of str to int
        The number of segments that each rule alone would choose, for example
        ``{"silhouette": 2, "bic": 9}``.
    k_preferred : int
        What the data prefer when the target band is left out of account.
    k : int
        What is delivered.
    family : str
        Family of the delivered model, as in `Candidate`, or ``"tiers"``.
    agreement, agreement_preferred : float
        Mean adjusted Rand index to the references of the delivered and of the
        preferred partition. No model proposes tiers, so for them both are of the
        preferred one, and no candidate is marked as delivered.
    target : tuple of int
        Lowest and highest wanted number of segments.
    strict : bool
        Whether the band was an order (True) or a preference.
    verdict : {"clear", "moderate", "weak", "none"}
        How clear the segments are; ``"none"`` says that they are slices of a
        continuum.
    n_rows : int
        Number of customers that the choice was made on.
    chosen_by : {"consensus", "stability", "value"}
        What most models agree on; or, where they do not agree, the division that
        comes back when the customers are drawn again; or, where there are no
        segments, tiers by value (`family` is ``"tiers"``).
    persistence : PersistenceMap or None
        Which segments of the delivered family persist, split or merge as k changes;
        None for tiers, and where one k was tried.

    Examples
    --------
    >>> result = SelectionResult(
    ...     candidates=(), preferred_by={"silhouette": 2}, k_preferred=4, k=5,
    ...     family="full", agreement=0.66, agreement_preferred=0.71, target=(5, 7),
    ...     strict=False, verdict="clear", n_rows=800)
    >>> round(result.cost, 2)
    0.05
    >>> list(result.to_frame().columns)[:3]
    ['agreement', 'smallest_share', 'value_explained']
    """

    candidates: tuple[Candidate, ...]
    preferred_by: Mapping[str, int]
    k_preferred: int
    k: int
    family: str
    agreement: float
    agreement_preferred: float
    target: tuple[int, int]
    strict: bool
    verdict: Verdict
    n_rows: int = 0
    chosen_by: ChosenBy = "consensus"
    persistence: PersistenceMap | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the table of every candidate and criterion.

        Returns
        -------
        pandas.DataFrame of shape (n_candidates, n_criteria)
            A row a candidate, indexed by family and k; NaN where a criterion has no
            meaning. The columns are those of `Candidate`, and ``delivered``.
        """
        import pandas as pd

        names = [field.name for field in fields(Candidate)]
        table = pd.DataFrame([asdict(one) for one in self.candidates], columns=names)
        delivered = (table["family"] == self.family) & (table["k"] == self.k)
        table = table.assign(delivered=delivered).set_index(["family", "k"])
        numbers = [name for name in names[2:] if name != "n_degenerate"]
        return table.astype(dict.fromkeys(numbers, "float64"))

    @property
    def cost(self) -> float:
        """Agreement given up to obey the target band; 0 when nothing was."""
        return max(0.0, self.agreement_preferred - self.agreement)


def verdict_on(agreement: float, k_preferred: int) -> Verdict:
    """Return how clear the segments are.

    Parameters
    ----------
    agreement : float
        Mean adjusted Rand index of the preferred partition to the references.
    k_preferred : int
        Number of segments that the data prefer; 1 means no segments, however well
        the references agree on it.

    Returns
    -------
    str

    Examples
    --------
    >>> verdict_on(0.8, 4), verdict_on(0.2, 4), verdict_on(0.9, 1)
    ('clear', 'none', 'none')
    """
    if k_preferred == 1:
        return "none"
    return next((name for least, name in _VERDICTS if agreement >= least), "none")

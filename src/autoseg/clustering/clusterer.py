"""Finds how many segments there are, and a rule that gives each customer one."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from autoseg.clustering.candidates import fit_all
from autoseg.clustering.columnnames import VALUE_COLUMNS, names_inside
from autoseg.clustering.consensus import WORTH, Choice, choose
from autoseg.clustering.convention import by_value, settle
from autoseg.clustering.matrices import read_matrix
from autoseg.clustering.mixture import FAMILIES
from autoseg.clustering.persistence import persistence
from autoseg.clustering.refinement import REFINED_ON, refine
from autoseg.clustering.resampling import jaccard_of_best
from autoseg.clustering.sampling import draw_evenly, draw_rows
from autoseg.clustering.tiers import TIERS
from autoseg.errors import Finding, InputError, StructureError, StructureWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.clustering.candidates import Fitted
    from autoseg.clustering.persistence import PersistenceMap
    from autoseg.clustering.rule import ClusterRule
    from autoseg.clustering.selection import SelectionResult

__all__ = ["AutoClusterer", "require_customers"]

_METHODS = {
    "auto": frozenset({"kmeans", *FAMILIES}),
    "kmeans": frozenset({"kmeans"}),
    "gmm": frozenset(FAMILIES),
}
_MIN_ROWS = 10
_ROWS_A_SEGMENT = 3
# the squares of such values and differences are still numbers that floats hold
_LARGEST = 1e100
_SMALLEST = 1e-100
_FIRM = frozenset({"clear", "moderate"})
_KEPT = 0.75
# at a weight of 2 value counts nearly as much as agreement: less, and the mixtures,
# which see no stretching of columns, would be chosen all the same
_POWER = 3


class AutoClusterer(ClusterMixin, BaseEstimator):
    """Divides customers into as many segments as many models agree on.

    k-means and five families of mixtures are fitted for each number of segments.
    Each family's best by BIC, by ICL, halfway between and by the slope heuristic, and
    the best k-means by silhouette, are references. The partition that agrees most with
    all of them wins, with a small preference for `target`. Where the value of the
    customers is known and the models disagree (verdict ``"weak"``), the division within
    `target` is taken that comes back best when the customers are drawn again. Where
    there are no segments (verdict ``"none"``), tiers of the same size by value are
    given instead. Columns should be comparable: put a `CustomerScaler` before.

    Parameters
    ----------
    target : tuple of int, default=(5, 7)
        Wanted number of segments, lowest and highest: a preference, worth 0.03 of
        agreement.
    strict : bool, default=False
        Whether `target` is an order.
    k_range : tuple of int, default=(1, 10)
        Numbers of segments that are tried; extended where `target` goes beyond.
    method : {"auto", "kmeans", "gmm"}, default="auto"
        Models that may be chosen. All of them have a vote in any case.
    min_share : float, default=0.01
        Share of the customers that each segment must reach.
    value_columns : "auto", None or sequence of str, default="auto"
        Columns whose variance the segments should explain. ``"auto"`` takes
        recency_days, frequency and monetary, also inside merged columns, when X has
        names. With None no value counts, and no tiers are given.
    value_weight : float, default=1.0
        How much value counts beside structure: 0 not at all, 1 as much as costs no
        structure. The share of value explained counts 0.1 of agreement times its
        third power, so at 2 it counts nearly as much as agreement.
    sample_size : int, default=4000
        Most customers that the models are fitted on. With more of them, the rule that
        was chosen is fitted once more, to at most 50,000, and assigns all. Tiers are
        of the same size in the sample.
    n_jobs : int or None, default=None
        Fits at a time, as joblib reads it. The answer is the same for any number.
    random_state : int, RandomState or None, default=0
        Seed of the starts and of the sample.

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_customers,)
        Segment of each customer, from 0, sorted by centres: they depend neither on
        the order of rows nor on the luck of a start.
    n_clusters_ : int
        Number of segments.
    selection_ : SelectionResult
        Why this many.
    agreement_ : float
        Mean adjusted Rand index of the answer to the references, a confidence; for
        tiers that of what the data prefer.
    rule_ : ClusterRule
        The fitted rule as plain arrays.
    n_features_in_ : int
        Number of columns seen in `fit`.
    feature_names_in_ : ndarray of shape (n_columns,)
        Their names, where `fit` saw a frame.

    See Also
    --------
    CustomerScaler : Makes columns comparable.
    why_k : Tells the reasons in words.
    bootstrap_stability : Tells how far each segment survives.

    Notes
    -----
    The consensus follows the idea of cluster ensembles (Strehl and Ghosh 2002), with
    the partition chosen among the candidates rather than built anew.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(m, 0.3, size=(60, 2)) for m in (-3, 0, 3)])
    >>> model = AutoClusterer().fit(X)
    >>> model.n_clusters_, model.selection_.verdict
    (3, 'clear')
    """

    def __init__(
        self,
        *,
        target: tuple[int, int] = (5, 7),
        strict: bool = False,
        k_range: tuple[int, int] = (1, 10),
        method: Literal["auto", "kmeans", "gmm"] = "auto",
        min_share: float = 0.01,
        value_columns: Literal["auto"] | Sequence[str] | None = "auto",
        value_weight: float = 1.0,
        sample_size: int = 4000,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.target = target
        self.strict = strict
        self.k_range = k_range
        self.method = method
        self.min_share = min_share
        self.value_columns = value_columns
        self.value_weight = value_weight
        self.sample_size = sample_size
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Find the segments.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)
            Comparable, finite columns.
        y : None
            Ignored.

        Returns
        -------
        AutoClusterer
            The fitted clusterer itself.

        Raises
        ------
        StructureError
            With fewer than ten customers, or with ``strict=True`` and too few
            different ones.
        InputError
            If a setting has no meaning.
        """
        self._check_settings()
        # + 0.0 turns minus zero into zero, whose bytes differ
        X = self._read(X, reset=True) + 0.0
        require_customers(len(X))
        rng = check_random_state(self.random_state)
        seed = int(rng.randint(2**31 - 1))
        sample = draw_rows(X, self.sample_size, seed)
        found = self._search(sample, seed)
        pool = sample
        if len(X) > len(pool):
            pool = draw_rows(X, max(REFINED_ON, self.sample_size), seed)
            found = self._look_closer(pool, found, seed)
        choice = self._settle(found, seed)
        rule = choice.fitted.rule
        if len(pool) > len(found.sample) and rule.family != TIERS:
            least = 0.0 if choice.relaxed else self.min_share
            rule = refine(rule, pool, seed=seed, min_share=least)
        self.rule_: ClusterRule = rule.canonical()
        self.selection_: SelectionResult = replace(
            choice.selection,
            # after a second look, `found.sample` holds too many of small segments
            persistence=_persistence(sample, found.fits, self.rule_),
        )
        self.n_clusters_ = self.rule_.k
        self.agreement_ = choice.selection.agreement
        self.labels_ = self.rule_.predict(X, n_jobs=self.n_jobs)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the segment of each customer.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)

        Returns
        -------
        ndarray of int64, shape (n_customers,)
        """
        X = self._validated(X)
        return self.rule_.predict(X, n_jobs=self.n_jobs)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each segment for each customer.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)

        Returns
        -------
        ndarray of shape (n_customers, n_clusters_)
        """
        X = self._validated(X)
        return self.rule_.predict_proba(X, n_jobs=self.n_jobs)

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the log-density of each customer: low ones are unlike all others.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_columns)

        Returns
        -------
        ndarray of shape (n_customers,)
        """
        X = self._validated(X)
        return self.rule_.score_samples(X, n_jobs=self.n_jobs)

    def _validated(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self._read(X, reset=False)

    def _read(self, X: Any, *, reset: bool) -> np.ndarray:
        matrix = read_matrix(
            self, X, reset=reset, largest=_LARGEST, smallest_spread=_SMALLEST * reset
        )
        return matrix.rows(slice(None))

    def _search(
        self, sample: np.ndarray, seed: int, weights: np.ndarray | None = None
    ) -> _Found:
        """Fit every candidate to some rows, and choose what most of them agree on."""
        distinct = 1 + int(np.any(np.diff(sample, axis=0) != 0, axis=1).sum())
        highest = min(distinct, max(1, len(sample) // _ROWS_A_SEGMENT))
        low, high = self.k_range
        if self.strict:
            _check_distinct(highest, self.target[0])
            low = min(low, self.target[0])
        high = min(max(high, self.target[1]), highest)
        if distinct == 1:
            _warn(f"all {len(sample)} customers are alike, so there is one segment")
        fits = fit_all(
            sample, range(min(low, high), high + 1), seed=seed, n_jobs=self.n_jobs
        )
        columns = self._value_columns()
        choice = choose(
            sample,
            fits,
            target=(int(self.target[0]), int(self.target[1])),
            strict=self.strict,
            min_share=self.min_share,
            families=_METHODS[self.method],
            value=sample[:, columns] if columns else None,
            worth=self._worth(),
            weights=weights,
        )
        return _Found(sample, fits, choice)

    def _look_closer(self, pool: np.ndarray, found: _Found, seed: int) -> _Found:
        """Search once more where small segments have as many rows as large ones.

        A segment of one per cent has 40 rows among 4,000: too few to be told from its
        neighbours. What is found so counts only if every segment found before is
        still there.
        """
        first = found.choice
        # with less than twice the rows, a small segment has hardly more of them
        many = len(pool) >= 2 * len(found.sample)
        if not many or first.selection.verdict not in _FIRM:
            return found
        before = first.fitted.rule.predict(pool, n_jobs=self.n_jobs)
        rows, weights = draw_evenly(pool, before, self.sample_size, seed)
        closer = self._search(rows, seed, weights)
        if closer.choice.selection.verdict not in _FIRM:
            return found
        after = closer.choice.fitted.rule.predict(pool, n_jobs=self.n_jobs)
        kept = jaccard_of_best(before, after, first.fitted.k).min() >= _KEPT
        return closer if kept else found

    def _settle(self, found: _Found, seed: int) -> Choice:
        """Return what is delivered: where models do not agree, not what most prefer."""
        sample, fits, choice = found
        columns = self._value_columns()
        if columns and choice.selection.verdict == "none":
            choice = by_value(sample, choice, columns)
        elif columns and choice.selection.verdict == "weak":
            choice = settle(
                sample,
                fits,
                choice,
                families=_METHODS[self.method],
                min_share=self.min_share,
                worth=self._worth(),
                seed=seed,
                n_jobs=self.n_jobs,
            )
        selection = choice.selection
        if choice.relaxed:
            _warn(
                f"no division into {selection.k} keeps every segment at "
                f"{self.min_share:.1%} of the customers, so smaller ones are allowed"
            )
        return choice

    def _worth(self) -> float:
        return WORTH * float(self.value_weight) ** _POWER

    def _value_columns(self) -> list[int]:
        names = getattr(self, "feature_names_in_", None)
        if self.value_columns is None or names is None:
            return []
        auto = isinstance(self.value_columns, str)
        # a merged column counts once for each wanted column inside
        found = []
        for name in VALUE_COLUMNS if auto else self.value_columns:
            inside = [j for j, m in enumerate(names) if name in names_inside(str(m))]
            if not inside and not auto:
                _refuse("value_columns", f"{name!r}", "names of columns of X")
            found += inside
        return found

    def _check_settings(self) -> None:
        for name in ("target", "k_range"):
            low, high = getattr(self, name)
            if not 1 <= low <= high:
                _refuse(name, f"({low}, {high})", "two numbers, 1 or more, in order")
        if isinstance(self.value_columns, str) and self.value_columns != "auto":
            _refuse("value_columns", repr(self.value_columns), "'auto' or a sequence")
        if self.method not in _METHODS:
            _refuse("method", repr(self.method), f"one of {', '.join(_METHODS)}")
        if not 0 <= self.min_share < 1:
            _refuse("min_share", repr(self.min_share), "a share from 0 to below 1")
        if not 0 <= self.value_weight < np.inf:
            _refuse("value_weight", repr(self.value_weight), "a number, 0 or more")
        if self.sample_size < _MIN_ROWS:
            _refuse("sample_size", repr(self.sample_size), f"{_MIN_ROWS} or more")


class _Found(NamedTuple):
    """What a search ended with.

    Parameters
    ----------
    sample : ndarray of shape (n_rows, d)
        Rows that the candidates were fitted on, sorted.
    fits : list of Fitted
        Every candidate.
    choice : Choice
        What most of them agree on.
    """

    sample: np.ndarray
    fits: list[Fitted]
    choice: Choice


def _persistence(
    sample: np.ndarray, fits: list[Fitted], delivered: ClusterRule
) -> PersistenceMap | None:
    """Return how the segments of one family hang together as k changes.

    At the k that is delivered the segments are those that are delivered.
    """
    family = [one for one in fits if one.family == delivered.family]
    if len(family) <= 1:
        return None
    rules = {one.k: one.rule.canonical() for one in family} | {delivered.k: delivered}
    return persistence({k: rule.predict(sample) for k, rule in rules.items()})


def require_customers(n_customers: int) -> None:
    """Refuse to look for segments among a handful of customers.

    Parameters
    ----------
    n_customers : int
        How many there are.

    Raises
    ------
    StructureError
        If there are fewer than 10.

    Examples
    --------
    >>> require_customers(10)
    """
    if n_customers < _MIN_ROWS:
        raise StructureError(
            Finding(
                "ASG_E_TOO_FEW_CUSTOMERS",
                "the customers to segment",
                f"need at least {_MIN_ROWS} customers; have n_samples={n_customers}",
                "take a longer period or more customers; so few are better sorted by"
                " simple rules of recency, frequency and value",
            )
        )


def _check_distinct(highest: int, wanted: int) -> None:
    if highest < wanted:
        raise StructureError(
            Finding(
                "ASG_E_TOO_FEW_CUSTOMERS",
                "the customers to segment",
                f"need at least {wanted} segments by strict=True; the different "
                f"customers allow {highest}",
                "set strict=False or take more customers",
            )
        )


def _refuse(name: str, got: str, wanted: str) -> None:
    finding = Finding(
        "ASG_E_SETTING", "AutoClusterer", f"{name} is {got}", f"give {wanted}"
    )
    raise InputError(finding)


def _warn(text: str) -> None:
    warnings.warn(f"ASG_W_STRUCTURE: {text}", StructureWarning, stacklevel=4)

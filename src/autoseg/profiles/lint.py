"""What a marketer should know before building on a segmentation, in plain words.

Each check looks at what `profile_segments` has worked out; none sees a customer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError
from autoseg.features import feature_name
from autoseg.locales import load_catalogue
from autoseg.profiles.playbook import same_treatment
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.text import segment_names

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from datetime import date

    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import SegmentProfiles

__all__ = [
    "SEVERITY",
    "LintFinding",
    "SegmentationLint",
    "lint_segmentation",
    "sentences",
]

SEVERITY: Mapping[str, str] = MappingProxyType(
    {
        "dominated": "serious",
        "unstable": "serious",
        "few_customers": "serious",
        "short_history": "serious",
        "too_small": "look",
        "twins": "look",
        "same_treatment": "look",
        "above_target": "look",
        "below_target": "look",
        "season": "look",
        "pattern": "note",
        "noise": "note",
        "one_segment": "note",
    }
)
"""How much each finding weighs: ``"serious"``, worth a ``"look"``, or a ``"note"``."""

_ORDER = ("serious", "look", "note")
# Hennig 2007: below, a cluster dissolves; up to the second, it is a pattern
_TRUSTED, _STABLE = 0.6, 0.75
# what the checks of the tables say, and of which it need not be said again
_ENOUGH_CUSTOMERS, _FEW_CODE = 500, "ASG_W_FEW_CUSTOMERS"
_ENOUGH_DAYS, _SHORT_CODE = 180, "ASG_W_SHORT_HISTORY"
_YEAR_DAYS, _MONTHS = 365, 12


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to know, in no language.

    Parameters
    ----------
    code : str
        What it is, a key of `SEVERITY`.
    segments : tuple of int
        Numbers of the segments that it is about; empty where it is about all.
    figures : mapping of str to object
        Numbers and names that the sentence is made of.
    """

    code: str
    segments: tuple[int, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """How much it weighs."""
        return SEVERITY[self.code]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "code": self.code,
            "severity": self.severity,
            "segments": list(self.segments),
            "figures": dict(self.figures),
        }


@dataclass(frozen=True, slots=True, repr=False)
class SegmentationLint:
    """What was found, the most serious first, and how to say it.

    Parameters
    ----------
    findings : tuple of LintFinding
        What was found; empty where there is nothing to say.
    sentences : tuple of str
        Each in words, in the same order.
    language : str
        Language of the sentences.
    """

    findings: tuple[LintFinding, ...]
    sentences: tuple[str, ...]
    language: str = "en"

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the findings as plain data, fit for JSON, in no language."""
        return [one.to_dict() for one in self.findings]

    def __str__(self) -> str:
        words = load_catalogue(self.language)
        if not self.findings:
            return words.text("lint.clean")
        return "\n".join(
            words.text(
                "lint.line",
                severity=words.text(f"lint.severity.{one.severity}"),
                sentence=sentence,
            )
            for one, sentence in zip(self.findings, self.sentences, strict=True)
        )

    def __repr__(self) -> str:
        return str(self)


def lint_segmentation(
    profiles: SegmentProfiles,
    *,
    min_customers: int = 100,
    target: tuple[int, int] | None = None,
    told: Collection[str] = (),
    treated_alike: Sequence[tuple[int, ...]] | None = None,
    language: str = "en",
) -> SegmentationLint:
    """Find what speaks against building on these segments.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments.
    min_customers : int
        A segment with fewer customers is too small to act on: so few hardly tell
        one campaign from another.
    target : tuple of int, optional
        How few segments the business can tell apart, and how many it can treat.
    told : collection of str
        Codes of what the checks of the tables have said already, such as
        ``"ASG_W_FEW_CUSTOMERS"``; it is not said twice.
    treated_alike : sequence of tuple of int, optional
        Numbers of the segments that are treated alike; by default those that the
        standard plays treat alike, see `same_treatment`.
    language : str
        ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``.

    Returns
    -------
    SegmentationLint

    Raises
    ------
    autoseg.errors.InputError
        If `min_customers` is no number above 0 (``ASG_E_MIN_CUSTOMERS``).

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:03}" for number in range(600)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 300 + [6.0] * 300}, index=index),
    ...     revenue=pd.Series([100000] * 300 + [990000] * 300, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> profiles = profile_segments(table, [0] * 300 + [1] * 300)
    >>> print(lint_segmentation(profiles))
    Nothing speaks against building on these segments.
    """
    if not isinstance(min_customers, int) or min_customers < 1:
        raise InputError(
            Finding(
                "ASG_E_MIN_CUSTOMERS",
                "the lint of the segmentation",
                f"min_customers is {min_customers!r}",
                "give a whole number above 0",
            )
        )
    alike = same_treatment(profiles) if treated_alike is None else treated_alike
    found = [
        *_of_segments(profiles, min_customers),
        *_of_pairs(profiles),
        *_of_number(profiles, target, alike),
        *_of_data(profiles, told),
    ]
    ranked = sorted(found, key=lambda one: _ORDER.index(one.severity))
    words = load_catalogue(language)
    return SegmentationLint(
        tuple(ranked), sentences(ranked, profiles, words), words.language
    )


def sentences(
    findings: Iterable[LintFinding], profiles: SegmentProfiles, words: Catalogue
) -> tuple[str, ...]:
    """Return findings in words, a sentence each.

    Parameters
    ----------
    findings : iterable of LintFinding
        What was found.
    profiles : SegmentProfiles
        The segments.
    words : Catalogue
        Texts of a language.

    Returns
    -------
    tuple of str
    """
    writer = _Writer(profiles, words)
    return tuple(map(writer.sentence, findings))


def _of_segments(
    profiles: SegmentProfiles, min_customers: int
) -> Iterator[LintFinding]:
    for one in profiles.segments:
        here = (one.number,)
        small = one.size < MIN_CELL
        if one.size < min_customers:
            # a size that is not shown anywhere is not shown here
            known = one.number not in profiles.hidden
            figures = {"size": one.size if known else None, "minimum": min_customers}
            yield LintFinding("too_small", here, figures)
        if small:
            continue
        if one.dominated:
            yield LintFinding("dominated", here)
        if one.stability is not None and one.stability < _STABLE:
            code = "unstable" if one.stability < _TRUSTED else "pattern"
            yield LintFinding(code, here, {"stability": float(one.stability)})


def _of_pairs(profiles: SegmentProfiles) -> Iterator[LintFinding]:
    for pair in profiles.twins:
        if all(profiles.segments[number - 1].size >= MIN_CELL for number in pair):
            yield LintFinding("twins", pair)
    for name in profiles.noise:
        yield LintFinding("noise", (), {"feature": name})


def _of_number(
    profiles: SegmentProfiles,
    target: tuple[int, int] | None,
    treated_alike: Sequence[tuple[int, ...]],
) -> Iterator[LintFinding]:
    """Yield whether there are fewer than can be told apart or more than treated."""
    n_segments = len(profiles.segments)
    if n_segments == 1:
        yield LintFinding("one_segment")
        return
    groups = _joined(treated_alike)
    n_treatments = n_segments - sum(len(group) - 1 for group in groups)
    for group in groups:
        figures = {"n_segments": n_segments, "n_treatments": n_treatments}
        yield LintFinding("same_treatment", group, figures)
    if target is None:
        return
    fewest, most = target
    if n_segments > most:
        yield LintFinding("above_target", (), {"n_segments": n_segments, "most": most})
    elif n_segments < fewest:
        figures = {"n_segments": n_segments, "fewest": fewest}
        yield LintFinding("below_target", (), figures)


def _joined(tuples: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the groups that overlapping tuples make together."""
    groups: list[set[int]] = []
    for one in tuples:
        group = set(one)
        groups, apart = [], [*groups, group]
        for other in apart[:-1]:
            if other & group:
                group |= other
            else:
                groups.append(other)
        groups.append(group)
    return sorted(tuple(sorted(group)) for group in groups if len(group) > 1)


def _of_data(profiles: SegmentProfiles, told: Collection[str]) -> Iterator[LintFinding]:
    few = profiles.n_customers < _ENOUGH_CUSTOMERS
    if few and _FEW_CODE not in told:
        figures = {"n_customers": profiles.n_customers, "minimum": _ENOUGH_CUSTOMERS}
        yield LintFinding("few_customers", (), figures)
    first, last = profiles.first_day, profiles.last_day
    if first is None or last is None:
        return
    n_days = (last - first).days + 1
    if n_days < _ENOUGH_DAYS and _SHORT_CODE not in told:
        figures = {"days": n_days, "minimum": _ENOUGH_DAYS}
        yield LintFinding("short_history", (), figures)
    missing = _missing_months(first, last)
    if missing:
        yield LintFinding("season", (), {"months": missing})


def _missing_months(first: date, last: date) -> list[int]:
    """Return the months of the year with no day from the first to the last one."""
    if (last - first).days + 1 >= _YEAR_DAYS:
        return []
    n_months = (last.year - first.year) * _MONTHS + last.month - first.month + 1
    covered = {(first.month - 1 + step) % _MONTHS + 1 for step in range(n_months)}
    return [month for month in range(1, _MONTHS + 1) if month not in covered]


class _Writer:
    """Puts findings into one language."""

    def __init__(self, profiles: SegmentProfiles, words: Catalogue) -> None:
        self.words = words
        self.names = segment_names(profiles, words.language)
        self.features = {one.name: one for one in profiles.features}

    def sentence(self, found: LintFinding) -> str:
        segments = self.words.listed([self._quoted(one) for one in found.segments])
        figures = {name: self._said(name, one) for name, one in found.figures.items()}
        code = found.code
        if code == "too_small" and figures["size"] is None:
            code = "too_small_hidden"
        return self.words.text(f"lint.{code}", segments=segments, **figures)

    def _said(self, name: str, figure: Any) -> str | None:
        say: Mapping[str, Callable[[Any], str]] = {
            "feature": lambda one: feature_name(self.features[one], self.words),
            "months": lambda all_: self.words.listed(map(self.words.month, all_)),
            "stability": lambda one: self.words.number(one, 2),
        }
        if figure is None:
            return None
        return say[name](figure) if name in say else self.words.number(figure)

    def _quoted(self, number: int) -> str:
        return self.words.text("lint.quoted", name=self.names[number - 1])

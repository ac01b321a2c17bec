"""One card a segment: all that is worth having on the desk when planning for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from autoseg.clustering import SegmentStability
from autoseg.locales import load_catalogue
from autoseg.profiles.figures import Figures
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.text import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import SegmentProfile, SegmentProfiles
    from autoseg.profiles.text import SegmentText

__all__ = ["SegmentCard", "make_cards", "stability_text"]

_STRONGEST = 3


@dataclass(frozen=True, slots=True)
class SegmentCard:
    """One segment in one language; shows itself when printed and in a notebook.

    Parameters
    ----------
    number : int
        Number of the segment.
    key : str
        Key of its name.
    name : str
        Its name.
    formerly : str or None
        What it was called before a user renamed it, as a sentence.
    short : str
        One line for a slide.
    sentences : tuple of str
        Who they are, what they are worth, their rhythm and their contrast, as in
        `SegmentText`.
    claims : tuple of str
        The three strongest claims, with numbers against all customers.
    rule : str or None
        The membership rule in words.
    stability : str or None
        How stable the segment is, with its mean Jaccard similarity, such as
        ``"Stability: Solid (0.91)"``; None where it is not known.
    goal, action, avoid : str
        What to aim for, one thing to do, and what not to do.
    reach : tuple of str
        When and where to reach them.
    size_text, share_text, revenue_text, revenue_share_text : str
        Its figures as they are printed; a plain "not shown" where they would tell of
        few customers.
    """

    number: int
    key: str
    name: str
    formerly: str | None
    short: str
    sentences: tuple[str, ...]
    claims: tuple[str, ...]
    rule: str | None
    stability: str | None
    goal: str
    action: str
    avoid: str
    reach: tuple[str, ...]
    size_text: str
    share_text: str
    revenue_text: str
    revenue_share_text: str

    def __str__(self) -> str:
        claims = [f"• {claim}" for claim in self.claims]
        title = f"{self.number}. {self.name}"
        said = (*self._renamed(), *self.sentences)
        return "\n".join([title, *said, *claims, *self._plan()])

    def _repr_html_(self) -> str:
        claims = "".join(
            f"<li><bdi>{escape(claim)}</bdi></li>" for claim in self.claims
        )
        return (
            f'<article class="autoseg-card"><h4>{self.number}. '
            f"<bdi>{escape(self.name)}</bdi></h4>"
            + "".join(
                f"<p>{escape(line)}</p>" for line in (*self._renamed(), *self.sentences)
            )
            + (f"<ul>{claims}</ul>" if claims else "")
            + "".join(f"<p>{escape(line)}</p>" for line in self._plan())
            + "</article>"
        )

    def _renamed(self) -> tuple[str, ...]:
        return () if self.formerly is None else (self.formerly,)

    def _plan(self) -> Iterator[str]:
        plan = (self.goal, self.action, self.avoid, *self.reach)
        return (line for line in (self.rule, self.stability, *plan) if line)


def make_cards(
    profiles: SegmentProfiles, language: str = "en"
) -> tuple[SegmentCard, ...]:
    """Return one card a segment, in the order of their numbers.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    language : str
        As in `describe`.

    Returns
    -------
    tuple of SegmentCard

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import make_cards, profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 20 + [6.0] * 20}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [990000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> once = make_cards(profile_segments(table, [0] * 20 + [1] * 20))[1]
    >>> once.name, once.size_text, once.share_text
    ('One-time buyers', '20', '50%')
    """
    catalogue = load_catalogue(language)
    texts = describe(profiles, catalogue.language)
    return tuple(
        _card(profiles, segment, text, catalogue)
        for segment, text in zip(profiles.segments, texts, strict=True)
    )


def stability_text(
    value: float, catalogue: Catalogue, error: float | None = None
) -> str:
    """Return the word for a mean Jaccard similarity, the number, and how sure it is.

    Parameters
    ----------
    value : float
        The mean similarity, 0 to 1.
    catalogue : Catalogue
        Texts of a language.
    error : float, optional
        Standard error of the mean; rounded up, so that no mean looks surer than it is.

    Returns
    -------
    str

    Examples
    --------
    >>> stability_text(0.91, load_catalogue("en"))
    'Solid (0.91)'
    >>> stability_text(0.91, load_catalogue("nb"), 0.0123)
    'Solid (0,91 ± 0,02)'
    """
    verdict = SegmentStability((value,), n_resamples=1, n_rows=1).verdicts[0]
    word = catalogue.text(f"clustering.stability.word.{verdict}")
    number = catalogue.number(value, 2)
    if error is None or not math.isfinite(error):
        return catalogue.text("clustering.stability.score", word=word, value=number)
    # a hundredth that only the last digits of a float make is none
    rounded = math.ceil(round(error * 100, 6)) / 100
    return catalogue.text(
        "clustering.stability.score_error",
        word=word,
        value=number,
        error=catalogue.number(rounded, 2),
    )


def _card(
    profiles: SegmentProfiles,
    segment: SegmentProfile,
    text: SegmentText,
    catalogue: Catalogue,
) -> SegmentCard:
    figures = _figures(profiles, segment, catalogue)
    return SegmentCard(
        number=segment.number,
        key=segment.key,
        name=text.name,
        formerly=text.formerly,
        short=text.short,
        sentences=text.sentences,
        claims=text.claims[:_STRONGEST],
        rule=text.rule,
        stability=_badge(segment, catalogue),
        goal=text.goal,
        action=text.action,
        avoid=text.avoid,
        reach=text.reach,
        size_text=figures[0],
        share_text=figures[1],
        revenue_text=figures[2],
        revenue_share_text=figures[3],
    )


def _figures(
    profiles: SegmentProfiles, segment: SegmentProfile, catalogue: Catalogue
) -> tuple[str, str, str, str]:
    withheld = catalogue.text("profiles.card.withheld")
    if segment.number in profiles.hidden:
        small = f"<{MIN_CELL}" if segment.size < MIN_CELL else withheld
        return small, withheld, withheld, withheld
    figures = Figures.of(profiles, catalogue)
    size, share = catalogue.number(segment.size), figures.percent(segment.share)
    if segment.number in profiles.without_revenue:
        return size, share, withheld, withheld
    known = not math.isnan(segment.revenue_share)
    return (
        size,
        share,
        catalogue.money(segment.revenue, profiles.currency),
        figures.percent(segment.revenue_share) if known else withheld,
    )


def _badge(segment: SegmentProfile, catalogue: Catalogue) -> str | None:
    value = segment.stability
    if value is None or not math.isfinite(value) or segment.size < MIN_CELL:
        return None
    text = stability_text(value, catalogue)
    return catalogue.text("profiles.card.stability", stability=text)

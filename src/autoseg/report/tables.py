"""The segments at a glance: a table for a terminal, cards for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.locales import load_catalogue
from autoseg.profiles import MIN_CELL, describe
from autoseg.report.material import Material
from autoseg.report.palette import segment_colour
from autoseg.report.sections import sizes, stability_of

if TYPE_CHECKING:
    from rich.table import Table

    from autoseg.clustering import SegmentStability
    from autoseg.profiles import SegmentProfiles

__all__ = ["segment_cards", "segment_table"]

_COLUMNS = ("customers", "share", "revenue", "revenue_share")
_CELLS = ("size_text", "share_text", "revenue_text", "revenue_share_text")


def segment_table(
    profiles: SegmentProfiles,
    stability: SegmentStability | None = None,
    *,
    language: str = "en",
) -> Table:
    """Return the segments as a table for a terminal.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments in numbers.
    stability : SegmentStability, optional
        How well each segment survives resampling, segment 1 first.
    language : str, default "en"
        Language of names and headings.

    Returns
    -------
    rich.table.Table
        A row a segment: number, name, customers, share, revenue, share of revenue
        and, where known, the word for its stability.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> features = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 20 + [6.0] * 20}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [900000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],), as_of=date(2012, 1, 1),
    ...     first_day=date(2011, 1, 1), last_day=date(2011, 12, 31), currency="NOK")
    >>> profiles = profile_segments(features, [0] * 20 + [1] * 20)
    >>> segment_table(profiles).row_count
    2
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    glance = _glance(profiles, stability, language)
    labels = glance["labels"]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    table.add_column("", justify="right", style="dim")
    table.add_column(labels["segment"], overflow="fold")
    for name in _COLUMNS:
        # headings of shares are long: they take two lines, so that names take one
        width = 12 if "share" in name else None
        table.add_column(labels[name], justify="right", max_width=width)
    if glance["stable"]:
        table.add_column(labels["stability"])
    for row in glance["rows"]:
        cells = [str(row["number"]), row["name"], *(row[key] for key in _CELLS)]
        if glance["stable"]:
            cells.append(row["stability"]["word"] if row["stability"] else "–")
        # as Text, so that square brackets in a name are no markup
        table.add_row(*map(Text, cells))
    return table


def segment_cards(
    profiles: SegmentProfiles,
    stability: SegmentStability | None = None,
    *,
    language: str = "en",
) -> str:
    """Return the segments as small cards in HTML, for a notebook.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments in numbers.
    stability : SegmentStability, optional
        How well each segment survives resampling, segment 1 first.
    language : str, default "en"
        Language of the cards.

    Returns
    -------
    str
        Markup with its own style sheet, without scripts.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> features = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 20 + [6.0] * 20}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [900000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],), as_of=date(2012, 1, 1),
    ...     first_day=date(2011, 1, 1), last_day=date(2011, 12, 31), currency="NOK")
    >>> profiles = profile_segments(features, [0] * 20 + [1] * 20)
    >>> segment_cards(profiles).count("<article")
    2
    """
    from autoseg.report.html import render_template

    return render_template("cards.html.j2", **_glance(profiles, stability, language))


def _glance(
    profiles: SegmentProfiles, stability: SegmentStability | None, language: str
) -> dict[str, Any]:
    words = load_catalogue(language)
    texts = tuple(describe(profiles, words.language))
    material = Material(words, profiles.currency, profiles, texts)
    rows = sizes(material)["rows"]
    for row, segment, text in zip(rows, profiles.segments, texts, strict=True):
        small = segment.size < MIN_CELL
        row["stability"] = None if small else stability_of(material, segment, stability)
        row["colour"] = segment_colour(segment.number)
        row["action"] = text.action
        row["hidden"] = material.is_hidden(segment)
    names = ("segment", "stability", *_COLUMNS)
    return {
        "language": words.language,
        "labels": {name: material.say(f"labels.{name}") for name in names},
        "rows": rows,
        "stable": any(row["stability"] for row in rows),
    }

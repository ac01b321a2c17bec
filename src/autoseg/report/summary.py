"""The report as one dictionary: every number and every text, before any layout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from autoseg.locales import load_catalogue
from autoseg.profiles import describe, make_playbook
from autoseg.report.account import facts, glossary, method
from autoseg.report.advice import top_paragraph, warnings
from autoseg.report.choice import why
from autoseg.report.choosing import check_sections, keep_sections
from autoseg.report.cleaning import quality
from autoseg.report.heatmap import heatmap
from autoseg.report.journey import journey as journey_section
from autoseg.report.material import Material
from autoseg.report.points import map_section
from autoseg.report.rhythm import rhythm_section
from autoseg.report.sections import cards, sizes
from autoseg.report.snake import snake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.clustering import SegmentStability, SelectionResult
    from autoseg.profiles import (
        JourneyTable,
        Playbook,
        RhythmTable,
        SegmentationLint,
        SegmentProfiles,
        TopCustomers,
    )
    from autoseg.report.points import MapPoints
    from autoseg.tables import CleaningLog, ColumnMapping

__all__ = ["summarise"]

_SCHEMA = 1


def summarise(
    *,
    profiles: SegmentProfiles,
    selection: SelectionResult | None = None,
    stability: SegmentStability | None = None,
    log: CleaningLog | None = None,
    mapping: Sequence[ColumnMapping] = (),
    map_points: MapPoints | None = None,
    rhythm: RhythmTable | None = None,
    journey: JourneyTable | None = None,
    lint: SegmentationLint | None = None,
    top_customers: TopCustomers | None = None,
    playbook: Playbook | None = None,
    provenance: Mapping[str, str] | None = None,
    language: str = "en",
    title: str | None = None,
    currency: str | None = None,
    sections: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return everything that the report says, as plain data ready for JSON.

    Layout adds nothing to it, so whoever tests the report tests this. The keys are
    the same in every language; a section without data is None. Figures of segments
    with fewer than 10 customers are left out here already.

    Parameters
    ----------
    profiles : SegmentProfiles
        The segments in numbers.
    selection : SelectionResult, optional
        Why this many segments.
    stability : SegmentStability, optional
        How well each segment survives resampling, segment 1 first.
    log : CleaningLog, optional
        Rows and revenue in, used and dropped.
    mapping : sequence of ColumnMapping, optional
        Which of the user's columns was read as what.
    map_points : MapPoints, optional
        Dots for the map, of the same segment numbers as the profiles.
    rhythm : RhythmTable, optional
        When each segment buys.
    journey : JourneyTable, optional
        Customers by segment and stage. This and the three below hold texts: in the
        language of the report.
    lint : SegmentationLint, optional
        What speaks against building on the segments.
    top_customers : TopCustomers, optional
        What those who spend most are worth.
    playbook : Playbook, optional
        What to do with each segment; the standard plays by default.
    provenance : mapping of str to str, optional
        Settings and versions that the result depends on. It must hold no path and
        no time: the report prints it as it stands.
    language : str, default "en"
        ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``; another one gives English with a
        `LanguageWarning`.
    title : str, optional
        Heading of the report.
    currency : str, optional
        ISO code; by default the one of the profiles.
    sections : sequence of str, optional
        Names of the sections to show, which keep their order; all by default. The
        others are None. Summary and data box are always there.

    Returns
    -------
    dict
        JSON-ready; ``data["map"]["points"]`` alone holds one row a customer, and is
        left out of the written JSON.

    Raises
    ------
    autoseg.errors.InputError
        If a section is not known (``ASG_E_SECTION``).
    ValueError
        If a dot of the map belongs to no segment of the profiles.

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
    >>> summary = summarise(profiles=profiles, title="The shop")
    >>> [row["revenue_share_text"] for row in summary["sizes"]["rows"]]
    ['90%', '10%']
    """
    check_sections(sections)
    words = load_catalogue(language)
    texts = tuple(describe(profiles, words.language))
    material = Material(words, currency or profiles.currency, profiles, texts)
    book = make_playbook(profiles, words.language) if playbook is None else playbook
    segments = cards(material, stability, book)
    measures = heatmap(material)
    heading = title or material.say("default.title")
    data = {
        "schema": _SCHEMA,
        "language": words.language,
        "title": heading,
        "currency": material.currency,
        "n_segments": len(profiles.segments),
        "labels": _labels(material),
        "summary": _sentences(material, selection, segments),
        "facts": facts(material, log),
        "sizes": sizes(material) | {"top": top_paragraph(material, top_customers)},
        "segments": segments,
        "lint": warnings(material, lint),
        "heatmap": measures,
        "snake": snake(material, measures),
        "rhythm": rhythm_section(material, rhythm),
        "journey": journey_section(material, journey),
        "why": None if selection is None else why(material, selection),
        "map": map_section(material, map_points),
        "quality": quality(material, log, mapping),
        "method": method(
            material,
            provenance or {},
            chosen_by="consensus" if selection is None else selection.chosen_by,
            summed_up=any(one.role == "summaries" for one in mapping),
        ),
        "glossary": glossary(material),
    }
    return keep_sections(data, sections)


def _labels(material: Material) -> dict[str, str]:
    prefix = "report.labels."
    return {
        key.removeprefix(prefix): text
        for key, text in material.words.texts.items()
        if key.startswith(prefix)
    }


def _sentences(
    material: Material, selection: SelectionResult | None, segments: dict[str, Any]
) -> list[str]:
    """Return who they are, who is worth most, and how far to trust it."""
    profiles, words = material.profiles, material.words
    customers = words.number(profiles.n_customers)
    period = material.period()
    who = "summary.segments" if period else "summary.segments_undated"
    sentences = [
        material.say_count(
            who, len(profiles.segments), customers=customers, **(period or {})
        ),
        _worth(material),
    ]
    trust = []
    if selection is not None:
        trust.append(material.say(f"summary.verdict.{selection.verdict}"))
    # a clear choice of k does not make every segment one to build on
    found = [card["stability"] for card in segments["cards"] if card["stability"]]
    n_unstable = sum(one["verdict"] == "unstable" for one in found)
    if n_unstable:
        trust.append(material.say_count("summary.unstable", n_unstable))
    return [*sentences, " ".join(trust)] if trust else sentences


def _worth(material: Material) -> str:
    shown = [
        (segment, text)
        for segment, text in zip(
            material.profiles.segments, material.texts, strict=True
        )
        if not material.hides_revenue(segment) and math.isfinite(segment.revenue_share)
    ]
    if len(shown) < 2:  # noqa: PLR2004
        revenue = material.money(material.profiles.revenue)
        return material.say("summary.no_top", revenue=revenue)
    top, text = max(shown, key=lambda pair: (pair[0].revenue, -pair[0].number))
    return material.say(
        "summary.top",
        name=text.name,
        share=material.percent(top.share),
        revenue_share=material.percent(top.revenue_share),
    )

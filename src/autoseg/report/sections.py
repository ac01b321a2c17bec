"""What the report says of the segments: their sizes, and a card each."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from autoseg.clustering import SegmentStability
from autoseg.profiles import MIN_CELL, rules_in_words, stability_text
from autoseg.report.advice import play_details

if TYPE_CHECKING:
    from autoseg.profiles import Playbook, SegmentProfile, SegmentText
    from autoseg.report.material import Material

__all__ = ["cards", "revenue_each", "sizes", "stability_of"]

_STRONGEST = 3


def sizes(material: Material) -> dict[str, Any]:
    """Return each segment's share of the customers beside its share of the revenue."""
    profiles = material.profiles
    rows = [
        _size_row(material, segment, text)
        for segment, text in zip(profiles.segments, material.texts, strict=True)
    ]
    shown = [row for row in rows if row["share"] is not None]
    return {
        "heading": material.say("sizes.heading"),
        "lead": material.say("sizes.lead"),
        "title": material.say("sizes.title"),
        "alt": " ".join(
            material.say(
                "sizes.alt",
                name=row["name"],
                share=row["share_text"],
                revenue_share=row["revenue_share_text"],
            )
            for row in shown
        ),
        "caption": material.say("sizes.caption"),
        "drawn": bool(shown),
        "rows": rows,
        "total": {
            "size": profiles.n_customers,
            "size_text": material.words.number(profiles.n_customers),
            "share_text": material.words.percent(1),
            "revenue": str(profiles.revenue),
            "revenue_text": material.money(profiles.revenue),
            "revenue_share_text": material.words.percent(1),
            "each_text": material.money(
                profiles.revenue / Decimal(profiles.n_customers)
            ),
        },
    }


def _size_row(
    material: Material, segment: SegmentProfile, text: SegmentText
) -> dict[str, Any]:
    row: dict[str, Any] = {"number": segment.number, "name": text.name}
    row["size_text"] = material.size_text(segment)
    if material.is_hidden(segment):
        blank = material.say("cards.withheld")
        figures = dict.fromkeys(("size", "share", "revenue", "revenue_share", "each"))
        texts = dict.fromkeys(
            ("share_text", "revenue_text", "revenue_share_text", "each_text"), blank
        )
        return row | figures | texts
    row |= {
        "size": segment.size,
        "share": segment.share,
        "share_text": material.percent(segment.share),
    }
    if material.hides_revenue(segment):
        blank = material.say("cards.withheld")
        names = ("revenue", "revenue_share", "each")
        texts = dict.fromkeys((f"{name}_text" for name in names), blank)
        return row | dict.fromkeys(names) | texts
    each = revenue_each(segment)
    revenue_share = _finite(segment.revenue_share)
    return row | {
        "revenue": str(segment.revenue),
        "revenue_text": material.money(segment.revenue),
        "revenue_share": revenue_share,
        "revenue_share_text": material.percent(revenue_share),
        "each": str(each),
        "each_text": material.money(each),
    }


def revenue_each(segment: SegmentProfile) -> Decimal:
    """Return a segment's revenue per customer, in whole cents."""
    return (segment.revenue / Decimal(segment.size)).quantize(Decimal("0.01"))


def cards(
    material: Material, stability: SegmentStability | None, playbook: Playbook
) -> dict[str, Any]:
    """Return one card a segment: name, figures, sentences, claims, rule, action."""
    profiles = material.profiles
    return {
        "heading": material.say("cards.heading"),
        "lead": material.say("cards.lead"),
        "stability": None if stability is None else _reading(material, stability),
        "rulebook": rules_in_words(profiles, material.words.language).summary
        if profiles.rulebook.rules
        else None,
        "cards": [
            _card(material, segment, text, stability, playbook)
            for segment, text in zip(profiles.segments, material.texts, strict=True)
        ],
    }


def _reading(material: Material, stability: SegmentStability) -> str:
    """Return how the figures of stability are read."""
    count = material.words.number(stability.n_resamples)
    text = material.say("cards.stability", count=count)
    if not stability.standard_error:
        return text
    return f"{text} {material.say('cards.stability_error')}"


def _card(
    material: Material,
    segment: SegmentProfile,
    text: SegmentText,
    stability: SegmentStability | None,
    playbook: Playbook,
) -> dict[str, Any]:
    small = segment.size < MIN_CELL
    play = playbook[segment.number - 1]
    card = {
        "number": segment.number,
        "label": material.say("cards.number", number=segment.number),
        "key": segment.key,
        "name": text.name,
        "formerly": text.formerly,
        "figures": [] if material.is_hidden(segment) else _figures(material, segment),
        "note": material.say("cards.too_few") if small else None,
        "sentences": [] if small else list(text.sentences),
        "claims": [] if small else list(text.claims[:_STRONGEST]),
        "rule": None if small else text.rule,
        "goal": play.goal,
        "action": play.offer,
        "avoid": play.avoid,
        "play": play_details(material, playbook, play),
        "stability": None if small else stability_of(material, segment, stability),
    }
    if material.is_hidden(segment) and not small:
        # its sentences tell the size that the total would give away
        card["sentences"] = []
    return card


def _figures(material: Material, segment: SegmentProfile) -> list[dict[str, Any]]:
    customers = {
        "label": material.say("labels.customers"),
        "value": material.words.number(segment.size),
        "more": material.percent(segment.share),
    }
    if material.hides_revenue(segment):
        return [customers]
    return [
        customers,
        {
            "label": material.say("labels.revenue"),
            "value": material.money(segment.revenue),
            "more": material.percent(segment.revenue_share),
        },
        {
            "label": material.say("labels.revenue_each"),
            "value": material.money(revenue_each(segment)),
            "more": None,
        },
        {
            "label": material.say("labels.average_order"),
            "value": material.money(segment.average_order_value),
            "more": None,
        },
    ]


def stability_of(
    material: Material, segment: SegmentProfile, stability: SegmentStability | None
) -> dict[str, Any] | None:
    """Return the word and number of a segment's stability; None where unknown."""
    value, error = segment.stability, None
    if stability is not None:
        position = material.profiles.segments.index(segment)
        if value is None:
            value = stability.jaccard[position]
        if stability.standard_error:
            error = stability.standard_error[position]
    if value is None or not math.isfinite(value):
        return None
    verdict = SegmentStability((value,), n_resamples=1, n_rows=1).verdicts[0]
    return {
        "value": round(value, 6),
        "error": None if error is None else round(error, 6),
        "verdict": verdict,
        "word": material.words.text(f"clustering.stability.word.{verdict}"),
        "text": stability_text(value, material.words, error),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)

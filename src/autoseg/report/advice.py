"""What to know before acting on the segments, and what to do with each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoseg.profiles import Play, Playbook, SegmentationLint, TopCustomers
    from autoseg.report.material import Material

__all__ = ["play_details", "top_paragraph", "warnings"]

_DETAILS = ("message", "channel", "timing", "frequency", "measure")


def warnings(
    material: Material, lint: SegmentationLint | None
) -> dict[str, Any] | None:
    """Return what speaks against building on the segments, the most serious first.

    Parameters
    ----------
    material : Material
        Texts of the report's language.
    lint : SegmentationLint or None
        What was found, in the same language.

    Returns
    -------
    dict or None
        ``clean`` holds the one sentence where nothing was found; None without a lint.
    """
    if lint is None:
        return None
    return {
        "heading": material.say("lint.heading"),
        "lead": material.say("lint.lead") if lint.findings else None,
        "clean": None if lint.findings else str(lint),
        "findings": [
            {
                "code": found.code,
                "severity": found.severity,
                "word": material.words.text(f"lint.severity.{found.severity}"),
                "text": sentence,
                "segments": list(found.segments),
            }
            for found, sentence in zip(lint.findings, lint.sentences, strict=True)
        ],
    }


def top_paragraph(material: Material, top: TopCustomers | None) -> str | None:
    """Return what those who spend most are worth; None where they are too few.

    Parameters
    ----------
    material : Material
        With the currency of the report.
    top : TopCustomers or None
        The group, in the report's language.

    Returns
    -------
    str or None
    """
    if top is None or top.n_customers is None:
        return None
    return " ".join(str(replace(top, currency=material.currency)).splitlines())


def play_details(
    material: Material, playbook: Playbook, play: Play
) -> list[dict[str, str]]:
    """Return how to reach the customers of a segment and what to measure.

    Parameters
    ----------
    material : Material
        Texts of the report's language.
    playbook : Playbook
        With the labels.
    play : Play
        The play of one segment.

    Returns
    -------
    list of dict
        ``key``, ``label`` and ``text`` each. Channel and timing are left out where
        the data do not tell: a card is for what is known.
    """
    untold = {
        part: material.words.text(f"playbook.{part}.none")
        for part in ("channel", "timing")
    }
    return [
        {"key": part, "label": playbook.labels[part], "text": getattr(play, part)}
        for part in _DETAILS
        if getattr(play, part) != untold.get(part)
    ]

"""How well each segment comes back, with its standard error: for a picture."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from autoseg.clustering import STABILITY_BOUNDS
from autoseg.profiles import MIN_CELL

if TYPE_CHECKING:
    from autoseg.clustering import SegmentStability
    from autoseg.report.material import Material

__all__ = ["steadiness"]


def steadiness(
    material: Material, stability: SegmentStability | None
) -> dict[str, Any] | None:
    """Return each segment's mean similarity over the resamples, and how to read it.

    Parameters
    ----------
    material : Material
        Segments, texts and formats.
    stability : SegmentStability or None
        Of segment 1 first.

    Returns
    -------
    dict or None
        None where it was not asked for. Segments with fewer than 10 customers are
        left out.
    """
    if stability is None:
        return None
    errors = stability.standard_error or (None,) * len(stability.jaccard)
    rows = [
        {
            "number": segment.number,
            "name": text.name,
            "value": value,
            "text": material.words.number(value, 2),
            "error": error,
        }
        for segment, text, value, error in zip(
            material.profiles.segments,
            material.texts,
            stability.jaccard,
            errors,
            strict=True,
        )
        if segment.size >= MIN_CELL
    ]
    if not rows:
        return None
    bands = [(0.0, "unstable"), *sorted(STABILITY_BOUNDS), (1.0, "")]
    count = material.words.number(stability.n_resamples)
    return {
        "title": material.say("steadiness.title"),
        "axis": material.say("steadiness.axis"),
        "mean": material.say("steadiness.mean", count=count),
        "error": material.say("steadiness.error"),
        "whole": material.words.number(1, 2),
        "rows": rows,
        "bands": [
            {
                "low": low,
                "low_text": material.words.number(low, 2),
                "high": high,
                "text": material.words.text(f"clustering.stability.word.{word}"),
            }
            for (low, word), (high, _) in pairwise(bands)
        ],
    }

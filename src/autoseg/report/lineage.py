"""Which segments stay, split or join when another number of segments is asked for."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from autoseg.profiles import tell_persistence

if TYPE_CHECKING:
    from autoseg.clustering import PersistenceMap, SelectionResult
    from autoseg.report.material import Material

__all__ = ["lineage"]

_AROUND = 3
_FEWEST = 3
_ORIGINS = ("persists", "split", "merged", "new")


def lineage(material: Material, selection: SelectionResult) -> dict[str, Any] | None:
    """Return the segments of each number, and how they hang together.

    Parameters
    ----------
    material : Material
        Segments, texts and formats.
    selection : SelectionResult
        Its map of persistence covers every number that was tried; shown are the
        delivered one and up to three on either side.

    Returns
    -------
    dict or None
        None where fewer than three numbers were tried, as with tiers, and where one
        segment is delivered. Groups with
        fewer than 10 customers in them or between them are left out, and so are those
        that would tell how many these have.
    """
    if selection.persistence is None or selection.k not in selection.persistence.ks:
        return None
    found = tell_persistence(selection.persistence)
    ks = [k for k in found.ks if abs(k - selection.k) <= _AROUND and k > 1]
    # one segment is no column to compare with
    if len(ks) < _FEWEST or selection.k not in ks:
        return None
    rows = [_row(material, found, k) for k in ks if k != found.ks[0]]
    return {
        "title": material.say("lineage.title"),
        "lead": material.say("lineage.lead"),
        "alt": " ".join(row["text"] for row in rows),
        "caption": material.say("lineage.caption"),
        "axis": material.say("why.axis"),
        "k": selection.k,
        "columns": [_column(material, found, k, selection.k) for k in ks],
        "flows": _flows(found, ks),
        "heads": [material.say(f"lineage.{origin}") for origin in _ORIGINS],
        "rows": rows,
    }


def _column(
    material: Material, found: PersistenceMap, k: int, delivered: int
) -> dict[str, Any]:
    number_of = {
        label: number for number, label in enumerate(material.profiles.order, 1)
    }
    nodes = [
        {
            "segment": one.segment,
            "share": round(one.share, 6),
            "number": number_of.get(one.segment) if k == delivered else None,
        }
        for one in found.segments
        if one.k == k and not math.isnan(one.share) and one.share > 0
    ]
    # in the order of the names where there are names, else as the models number them
    nodes.sort(key=lambda node: (node["number"] or 0, node["segment"]))
    return {"k": k, "nodes": nodes}


def _flows(found: PersistenceMap, ks: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "k": one.k,
            "segment": one.segment,
            "next_segment": one.next_segment,
            "share": round(one.n_customers / found.n_customers, 6),
        }
        for one in found.flows
        if one.k in ks and one.next_k in ks
    ]


def _row(material: Material, found: PersistenceMap, k: int) -> dict[str, Any]:
    counts = Counter(str(one.origin) for one in found.segments if one.k == k)
    numbers = [counts[origin] for origin in _ORIGINS]
    fields = dict(zip(_ORIGINS, map(material.words.number, numbers), strict=True))
    return {
        "k": k,
        "counts": numbers,
        "cells": list(fields.values()),
        "text": material.say("lineage.alt", k=k, **fields),
    }

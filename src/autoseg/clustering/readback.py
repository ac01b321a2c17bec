"""Why so many segments, and how stable they are, read back from a file."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, cast, get_args

from autoseg.clustering.persistence import (
    Fate,
    Flow,
    Origin,
    PersistenceMap,
    SegmentPersistence,
)
from autoseg.clustering.selection import (
    Candidate,
    ChosenBy,
    SelectionResult,
    Verdict,
)
from autoseg.clustering.stability import SegmentStability

if TYPE_CHECKING:
    from autoseg.clustering.resampling import Scheme
    from autoseg.plaindata import Record

__all__ = ["read_selection", "read_stability"]

_BAND = 2


def read_selection(record: Record) -> SelectionResult:
    """Return the choice of the number of segments that plain data tell of.

    Parameters
    ----------
    record : Record
        The fields of a `SelectionResult`.

    Returns
    -------
    SelectionResult

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    target = record.wholes("target")
    if len(target) != _BAND:
        record.refuse("target", "is no pair of numbers")
    persistence = record.record_or_none("persistence")
    return SelectionResult(
        candidates=tuple(_candidate(one) for one in record.records("candidates")),
        preferred_by=record.whole_by_name("preferred_by"),
        k_preferred=record.whole("k_preferred", 1),
        k=record.whole("k", 1),
        family=record.text("family"),
        agreement=record.number("agreement"),
        agreement_preferred=record.number("agreement_preferred"),
        target=(target[0], target[1]),
        strict=record.yes("strict"),
        verdict=cast("Verdict", record.one_of("verdict", get_args(Verdict))),
        n_rows=record.whole("n_rows"),
        chosen_by=cast("ChosenBy", record.one_of("chosen_by", get_args(ChosenBy))),
        persistence=None if persistence is None else _persistence(persistence),
    )


def read_stability(record: Record) -> SegmentStability:
    """Return the stability of the segments that plain data tell of.

    Parameters
    ----------
    record : Record
        The fields of a `SegmentStability`.

    Returns
    -------
    SegmentStability

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    scheme = record.one_of("scheme", ("bootstrap", "subsample"))
    return SegmentStability(
        jaccard=record.numbers("jaccard"),
        n_resamples=record.whole("n_resamples"),
        n_rows=record.whole("n_rows"),
        standard_error=record.numbers("standard_error"),
        n_drawn=record.wholes("n_drawn"),
        recovered=record.wholes("recovered"),
        dissolved=record.wholes("dissolved"),
        scheme=cast("Scheme", scheme),
    )


def _candidate(record: Record) -> Candidate:
    # every criterion that may be missing is a number
    criteria = {
        field.name: record.number_or_none(field.name)
        for field in fields(Candidate)
        if field.default is None
    }
    return Candidate(
        family=record.text("family"),
        k=record.whole("k", 1),
        agreement=record.number("agreement"),
        smallest_share=record.number("smallest_share"),
        n_degenerate=record.whole("n_degenerate"),
        **criteria,
    )


def _persistence(record: Record) -> PersistenceMap:
    return PersistenceMap(
        n_customers=record.whole("n_customers", 1),
        segments=tuple(_segment(one) for one in record.records("segments")),
        flows=tuple(
            Flow(**{field.name: one.whole(field.name) for field in fields(Flow)})
            for one in record.records("flows")
        ),
    )


def _segment(record: Record) -> SegmentPersistence:
    return SegmentPersistence(
        k=record.whole("k", 1),
        segment=record.whole("segment"),
        share=record.number_or_nan("share"),
        parent=record.whole_or_none("parent"),
        from_parent=record.number_or_none("from_parent"),
        child=record.whole_or_none("child"),
        to_child=record.number_or_none("to_child"),
        stability=record.number_or_none("stability"),
        origin=cast("Origin", record.one_of("origin", get_args(Origin))),
        fate=cast("Fate", record.one_of("fate", get_args(Fate))),
    )

"""Tables beside the profiles, read back from plain data: stages, times, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.locales import load_catalogue
from autoseg.profiles.journey import STAGES, JourneyLimits, JourneyTable
from autoseg.profiles.lint import SEVERITY, LintFinding, SegmentationLint, sentences
from autoseg.profiles.rhythm import RhythmTable
from autoseg.profiles.segments import MIN_CELL
from autoseg.profiles.text import segment_names
from autoseg.profiles.topcustomers import TopCustomers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.plaindata import Record
    from autoseg.profiles.segments import SegmentProfiles

__all__ = ["read_journey", "read_lint", "read_rhythm", "read_top_customers"]

_WEEKDAYS = 7
_PARTS = ("night", "morning", "afternoon", "evening", "day")
_FEW = f"<{MIN_CELL}"


def read_journey(
    record: Record, profiles: SegmentProfiles, language: str = "en"
) -> JourneyTable:
    """Return the stages that `JourneyTable.to_dict` was made from.

    Parameters
    ----------
    record : Record
        The stages as plain data.
    profiles : SegmentProfiles
        The segments.
    language : str
        Language of the table.

    Returns
    -------
    JourneyTable

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``), or the
        limits divide no time.
    """
    limits = record.record("limits")
    n_segments = len(profiles.segments)
    counts, sizes = record.grid_of_wholes("counts"), record.wholes_or_none("sizes")
    totals = record.wholes_or_none("totals")
    if len(counts) != n_segments or {len(row) for row in counts} != {len(STAGES)}:
        record.refuse("counts", "has not a row a segment and a column a stage")
    if len(sizes) != n_segments:
        record.refuse("sizes", "has not one a segment")
    if len(totals) != len(STAGES):
        record.refuse("totals", "has not one a stage")
    few = record.text_of("prospects") == _FEW
    return JourneyTable(
        limits=JourneyLimits(
            *(
                limits.number(f"{name}_days")
                for name in ("new", "active", "inactive", "lost")
            )
        ),
        names=segment_names(profiles, language),
        counts=counts,
        sizes=sizes,
        totals=totals,
        n_customers=record.whole("n_customers", 1),
        prospects=None if few else record.whole_or_none("prospects"),
        few_prospects=few,
        language=load_catalogue(language).language,
    )


def read_top_customers(
    record: Record, profiles: SegmentProfiles, language: str = "en"
) -> TopCustomers:
    """Return the top customers that `TopCustomers.to_dict` was made from.

    Parameters
    ----------
    record : Record
        The top customers as plain data.
    profiles : SegmentProfiles
        The segments.
    language : str
        Language of the text.

    Returns
    -------
    TopCustomers

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    inside = record.record("segments")
    known = {str(one.number): one.number for one in profiles.segments}
    for name in inside.names():
        if name not in known:
            record.refuse("segments", f"names {name!r}, and there is no such segment")
    mainly = record.whole_or_none("mainly", 1)
    if mainly is not None and str(mainly) not in inside.names():
        record.refuse("mainly", "is none of the segments")
    return TopCustomers(
        share=record.number("share"),
        n_customers=record.whole_or_none("n_customers", MIN_CELL),
        revenue_share=record.number_or_none("revenue_share"),
        segments={known[name]: inside.whole_or_none(name) for name in inside.names()},
        mainly=mainly,
        medians=record.number_by_name("medians"),
        names=segment_names(profiles, language),
        currency=profiles.currency,
        language=load_catalogue(language).language,
    )


def read_rhythm(record: Record, profiles: SegmentProfiles) -> RhythmTable:
    """Return the times that `RhythmTable.to_dict` was made from.

    Parameters
    ----------
    record : Record
        The times as plain data.
    profiles : SegmentProfiles
        The segments.

    Returns
    -------
    RhythmTable

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    parts = record.some_of("parts", _PARTS)
    segments = record.records("segments")
    numbers = tuple(one.whole("number", 1) for one in segments)
    if not parts or len(set(parts)) < len(parts):
        record.refuse("parts", "names no part of the day, or one twice")
    if len(set(numbers)) < len(numbers) or max(numbers, default=1) > len(
        profiles.segments
    ):
        record.refuse("segments", "has numbers that are not those of the segments")
    return RhythmTable(
        parts=parts,
        numbers=numbers,
        shares=tuple(_week(one, "shares", len(parts)) for one in segments),
        shares_of_all=_week(record, "all", len(parts)),
        busiest=tuple(_busiest(one, len(parts)) for one in segments),
    )


def _week(
    record: Record, key: str, n_parts: int
) -> tuple[tuple[float | None, ...], ...]:
    week = record.grid_of_numbers(key)
    if len(week) != _WEEKDAYS or {len(day) for day in week} != {n_parts}:
        record.refuse(key, "has not a row a weekday and a column a part of the day")
    return week


def _busiest(record: Record, n_parts: int) -> tuple[int, int] | None:
    if record.is_none("busiest"):
        return None
    found = record.wholes("busiest")
    if len(found) != len(("day", "part")):
        record.refuse("busiest", "is no weekday with a part of the day")
    day, part = found
    if day >= _WEEKDAYS or part >= n_parts:
        record.refuse("busiest", "is no weekday with a part of the day")
    return day, part


def read_lint(
    records: Sequence[Record], profiles: SegmentProfiles, language: str = "en"
) -> SegmentationLint:
    """Return the findings that `SegmentationLint.to_dict` was made from.

    Parameters
    ----------
    records : sequence of Record
        The findings as plain data.
    profiles : SegmentProfiles
        The segments.
    language : str
        Language of the sentences.

    Returns
    -------
    SegmentationLint

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    findings = tuple(_finding(one, profiles) for one in records)
    words = load_catalogue(language)
    return SegmentationLint(
        findings, sentences(findings, profiles, words), words.language
    )


def _finding(record: Record, profiles: SegmentProfiles) -> LintFinding:
    segments = record.wholes("segments")
    if any(not 1 <= number <= len(profiles.segments) for number in segments):
        record.refuse("segments", "has numbers that are not those of the segments")
    figures = record.record("figures")
    return LintFinding(
        record.one_of("code", SEVERITY),
        segments,
        {name: _figure(figures, name, profiles) for name in figures.names()},
    )


def _figure(figures: Record, name: str, profiles: SegmentProfiles) -> Any:
    if name == "feature":
        return figures.one_of(name, {one.name for one in profiles.features})
    if name == "stability":
        return figures.number(name)
    if name == "months":
        months = figures.wholes(name)
        if any(not 1 <= one <= len("JFMAMJJASOND") for one in months):
            figures.refuse(name, "has numbers that no month has")
        return list(months)
    return figures.whole_or_none(name)

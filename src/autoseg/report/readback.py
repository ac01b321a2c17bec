"""A report from the figures that a segmentation wrote, without the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from autoseg.clustering import read_selection, read_stability
from autoseg.errors import Finding, InputError
from autoseg.plaindata import Record
from autoseg.profiles import (
    read_journey,
    read_lint,
    read_profiles,
    read_rhythm,
    read_top_customers,
)
from autoseg.report.report import Report
from autoseg.report.summary import summarise
from autoseg.tables import read_cleaning_log, read_mapping

if TYPE_CHECKING:
    import os

__all__ = ["PROFILES_FILE", "PROFILES_SCHEMA", "read_report"]

PROFILES_FILE = "profiles.json"
"""Name of the file within the folder that `autoseg.api.Segmentation.write` fills."""

PROFILES_SCHEMA = 1
"""Number of its form; it grows when a key changes what it means."""

_CODE = "ASG_E_PROFILES_FILE"


def read_report(
    path: str | os.PathLike[str],
    *,
    language: str = "en",
    title: str | None = None,
    currency: str | None = None,
) -> Report:
    """Return the report of segments that were found before.

    It is the report that the segmentation itself gives, but for the map: its dots are
    customers, and no customer is in the file.

    Parameters
    ----------
    path : path
        The folder that ``autoseg segment`` or `autoseg.api.Segmentation.write` filled,
        or the ``profiles.json`` within it.
    language : str
        ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``; another one gives English with a
        `autoseg.errors.LanguageWarning`.
    title : str, optional
        Its heading; a plain one by default.
    currency : str, optional
        ISO code; by default the one that the amounts are in.

    Returns
    -------
    Report

    Raises
    ------
    autoseg.errors.InputError
        If there is no such file or it cannot be read (``ASG_E_PROFILES_FILE``), or a
        newer or older version has written it (``ASG_E_PROFILES_SCHEMA``). The message
        names the file and the key.
    """
    place = Path(path)
    file = place / PROFILES_FILE if place.is_dir() else place
    record = Record(_load(file), str(file))
    _check_schema(record, file)
    selection = record.record_or_none("selection")
    stability = record.record_or_none("stability")
    settings = record.record("settings")
    log = record.record_or_none("cleaning")
    journey, rhythm = record.record_or_none("journey"), record.record_or_none("rhythm")
    top = record.record_or_none("top_customers")
    try:
        profiles = read_profiles(record)
        summary = summarise(
            profiles=profiles,
            selection=None if selection is None else read_selection(selection),
            stability=None if stability is None else read_stability(stability),
            log=None if log is None else read_cleaning_log(log),
            mapping=read_mapping(record, "mapping"),
            rhythm=None if rhythm is None else read_rhythm(rhythm, profiles),
            journey=None
            if journey is None
            else read_journey(journey, profiles, language),
            lint=read_lint(record.records("lint"), profiles, language),
            top_customers=None
            if top is None
            else read_top_customers(top, profiles, language),
            provenance={name: settings.as_text(name) for name in settings.names()},
            language=language,
            title=title,
            currency=currency,
        )
    except (ArithmeticError, IndexError, KeyError) as error:
        # keys that are right one by one and do not fit each other
        kind = type(error).__name__
        _refuse(file, f"its figures do not fit together ({kind})")
    return Report(summary)


def _load(file: Path) -> Any:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        _refuse(file, "there is no such file")
    except OSError as error:
        _refuse(file, f"it cannot be read ({error.strerror or error})")
    try:
        return json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        # of a damaged file the place is told, not the text around it
        where = f" (line {error.lineno})" if hasattr(error, "lineno") else ""
        _refuse(file, f"it is no JSON{where}")


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _check_schema(record: Record, file: Path) -> None:
    if not record.holds("schema"):
        if not record.holds("segments"):
            _refuse(file, "schema is missing, and so are the segments")
        found = "schema is missing, so an older version of autoseg has written it"
    else:
        schema = record.whole("schema", 1)
        if schema == PROFILES_SCHEMA:
            return
        by = record.text("version") if record.holds("version") else "another version"
        found = f"schema is {schema}, written by autoseg {by}; this one reads 1"
    fix = "use the version that wrote it, or run 'autoseg segment' again"
    raise InputError(Finding("ASG_E_PROFILES_SCHEMA", str(file), found, fix))


def _refuse(file: Path, found: str) -> NoReturn:
    fix = "name the folder that 'autoseg segment' wrote, with its profiles.json"
    raise InputError(Finding(_CODE, str(file), found, fix))

"""The formats that a report is written in, checked before any work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autoseg.report.report import Report

__all__ = ["FORMATS", "check_formats", "render"]

FORMATS = ("html", "pdf", "md", "json")
"""The formats, each of which is the ending of its file."""


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the formats, each once, if every one of them can be written here.

    Parameters
    ----------
    formats : iterable of str
        Some of `FORMATS`.

    Returns
    -------
    tuple of str
        In the order in which they were given.

    Raises
    ------
    autoseg.errors.InputError
        If there is none, or one that is not known (``ASG_E_SETTING``).
    autoseg.errors.BrowserError
        If a PDF is wanted and there is no browser to print it.

    Examples
    --------
    >>> check_formats(["md", "html", "md"])
    ('md', 'html')
    """
    wanted = (formats,) if isinstance(formats, str) else tuple(dict.fromkeys(formats))
    unknown = [one for one in wanted if one not in FORMATS]
    if unknown or not wanted:
        found = f"{unknown[0]!r} is no format" if unknown else "no format is named"
        fix = f"name some of {', '.join(FORMATS)}"
        raise InputError(Finding("ASG_E_SETTING", "formats", found, fix))
    if "pdf" in wanted:
        from autoseg.report.pdf import find_browser

        find_browser()
    return wanted


def render(report: Report, formats: Iterable[str], stem: str) -> dict[str, bytes]:
    """Return the files of a report, by their names, before any is written.

    Parameters
    ----------
    report : Report
        The report.
    formats : iterable of str
        As `check_formats` returns them.
    stem : str
        Name of the files without their ending.

    Returns
    -------
    dict of str to bytes
    """
    return {f"{stem}.{one}": _content(report, one) for one in formats}


def _content(report: Report, wanted: str) -> bytes:
    if wanted == "pdf":
        from autoseg.report.pdf import print_page

        return print_page(report.html())
    if wanted == "md":
        return report.markdown().encode()
    return (report.json() if wanted == "json" else report.html()).encode()

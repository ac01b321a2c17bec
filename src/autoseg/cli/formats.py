"""The option that names the formats of a report."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Formats", "named_formats"]

Formats = Annotated[
    str,
    typer.Option(
        "--format",
        help="Formats of the report, with commas between: html, pdf, md, json.",
        metavar="NAMES",
    ),
]


def named_formats(text: str) -> tuple[str, ...]:
    """Return the formats that an option names, in lower case and without blanks.

    Parameters
    ----------
    text : str
        What was typed, such as ``"html, pdf"``.

    Returns
    -------
    tuple of str

    Raises
    ------
    typer.BadParameter
        If one of them is not known.

    Examples
    --------
    >>> named_formats("HTML, pdf")
    ('html', 'pdf')
    """
    from autoseg.report import FORMATS

    names = tuple(part.strip().lower() for part in text.split(","))
    unknown = [name for name in names if name not in FORMATS]
    if unknown:
        message = f"'{unknown[0]}' is no format; name some of {', '.join(FORMATS)}"
        raise typer.BadParameter(message, param_hint="--format")
    return names

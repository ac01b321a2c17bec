"""`autoseg report`: the report anew from what `autoseg segment` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autoseg.cli.formats import Formats, named_formats
from autoseg.cli.options import Currency, Language, Quiet

__all__ = ["report"]


def report(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder that 'autoseg segment' wrote, or the profiles.json in it.",
            metavar="DIR",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder for the report, made if missing; DIR by default.",
            metavar="DIR",
            show_default=False,
        ),
    ] = None,
    language: Language = "en",
    formats: Formats = "html",
    title: Annotated[str | None, typer.Option(help="Title of the report.")] = None,
    currency: Currency = None,
    quiet: Quiet = False,
) -> None:
    """Write the report in another language or format, without the data and a fit.

    Reads profiles.json and writes report-LANGUAGE.html and the like beside it. All of
    the report is in it but the map, whose dots are customers.
    """
    from autoseg.report import check_formats, read_report

    wanted = check_formats(named_formats(formats))
    if output is None:
        output = folder if folder.is_dir() else folder.parent
    made = read_report(folder, language=language, title=title, currency=currency)
    written = made.write(output, wanted, stem=f"report-{made.data['language']}")
    if not quiet:
        for path in written:
            typer.echo(path)

"""`autoseg segment`: a company's own transactions, from files to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autoseg.cli.options import (
    Currency,
    Language,
    MemoryLimit,
    Output,
    Quiet,
    Seed,
    Threads,
)
from autoseg.cli.progress import stages
from autoseg.cli.result import show
from autoseg.files import claimed_folder

__all__ = ["segment"]


def segment(
    transactions: Annotated[
        list[str],
        typer.Argument(
            help="Transactions: CSV, CSV.gz, Parquet; several, or a pattern in quotes.",
            metavar="FILE...",
            show_default=False,
        ),
    ],
    output: Output = Path("autoseg-out"),
    customers: Annotated[
        str | None, typer.Option(help="Customers, one row each.", metavar="FILE")
    ] = None,
    events: Annotated[
        str | None, typer.Option(help="Visits, opens, clicks …", metavar="FILE")
    ] = None,
    responses: Annotated[
        str | None, typer.Option(help="Campaign responses.", metavar="FILE")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="Name a column yourself: amount=netto. May be repeated.",
            metavar="OURS=YOURS",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="Look back from the start of this day; by default the day after the "
            "last row.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="First day to use.", metavar="YYYY-MM-DD"),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone",
            help="The business's time zone, for times that carry an offset.",
            metavar="ZONE",
        ),
    ] = None,
    currency: Currency = None,
    language: Language = "en",
    title: Annotated[str | None, typer.Option(help="Title of the report.")] = None,
    segments: Annotated[
        str,
        typer.Option(
            help="How many segments are wanted, such as 5-7 or 6: a preference.",
            metavar="LOW-HIGH",
        ),
    ] = "5-7",
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Hold to the wanted number whatever the data say."
        ),
    ] = False,
    raw_csv: Annotated[
        bool,
        typer.Option(
            "--raw-csv",
            help="Write texts to segments.csv as they are, also such as a spreadsheet "
            "would run as formulas.",
        ),
    ] = False,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    seed: Seed = 0,
    quiet: Quiet = False,
) -> None:
    """Find the segments of your customers and write them, with a report.

    Writes segments.csv (a row a customer), profiles.json (every figure) and
    report.html (for people) into the output folder.

    Columns are found by their names in English, Norwegian, Danish and Swedish;
    the mapping is printed. Exit code 3 means that the input cannot be used: the
    message says where and what to do.
    """
    from autoseg.api import segment as find_segments

    mapping = _pairs(column or [])
    target = _band(segments)
    with claimed_folder(output) as folder, stages(quiet=quiet) as begin:
        segmentation = find_segments(
            transactions,
            customers=customers,
            events=events,
            responses=responses,
            columns=mapping,
            as_of=as_of,
            since=since,
            timezone=timezone,
            currency=currency,
            target=target,
            strict=strict,
            memory_limit=memory_limit,
            n_jobs=threads,
            random_state=seed,
            progress=begin,
        )
        begin("report")
        written = segmentation.write(
            folder, language=language, title=title, raw_csv=raw_csv
        )
    if not quiet:
        show(segmentation, written, language=language)


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        ours, equals, yours = text.partition("=")
        if not (ours and equals and yours):
            message = f"'{text}' is not OURS=YOURS, such as amount=netto"
            raise typer.BadParameter(message, param_hint="--column")
        pairs[ours.strip()] = yours.strip()
    return pairs


def _band(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    try:
        band = int(low), int(high or low)
    except ValueError:
        band = (0, 0)
    if not 1 <= band[0] <= band[1]:
        message = f"'{text}' is not a number or a band, such as 6 or 5-7"
        raise typer.BadParameter(message, param_hint="--segments")
    return band

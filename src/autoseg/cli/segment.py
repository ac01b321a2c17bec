"""`autoseg segment`: a company's own transactions, from files to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from autoseg.cli.clock import now
from autoseg.cli.formats import Formats, named_formats
from autoseg.cli.options import (
    Language,
    MemoryLimit,
    Output,
    Quiet,
    Seed,
    TempDirectory,
    Threads,
    Transactions,
)
from autoseg.cli.progress import stages
from autoseg.cli.reading import reads_tables
from autoseg.cli.result import show
from autoseg.cli.telling import Told
from autoseg.files import claimed_folder

__all__ = ["segment"]


@reads_tables
def segment(
    transactions: Transactions = None,
    output: Output = Path("autoseg-out"),
    language: Language = "en",
    title: Annotated[str | None, typer.Option(help="Title of the report.")] = None,
    formats: Formats = "html",
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
    min_share: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Smallest share of the customers that a segment may have.",
            metavar="SHARE",
        ),
    ] = 0.01,
    value_weight: Annotated[
        float,
        typer.Option(
            min=0.0,
            help="How much recency, frequency and spend count beside all else; at 2 "
            "segments follow what customers are worth.",
        ),
    ] = 1.0,
    purpose: Annotated[
        str,
        typer.Option(
            help="What the segments are for, in your words; kept with the model.",
            metavar="TEXT",
            show_default=False,
        ),
    ] = "",
    resamples: Annotated[
        int,
        typer.Option(
            min=0,
            help="How often customers are drawn again to see whether each segment "
            "comes back; 0 leaves it out.",
            metavar="N",
        ),
    ] = 50,
    raw_csv: Annotated[
        bool,
        typer.Option(
            "--raw-csv",
            help="Write texts to segments.csv as they are, also such as a spreadsheet "
            "would run as formulas.",
        ),
    ] = False,
    playbook: Annotated[
        Path | None,
        typer.Option(
            help="A TOML file with plays of your own in place of the standard ones.",
            metavar="FILE",
        ),
    ] = None,
    min_customers: Annotated[
        int,
        typer.Option(
            min=1,
            help="A segment with fewer customers is told to be too small to act on.",
        ),
    ] = 100,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    temp_directory: TempDirectory = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    *,
    told: Told,
    **reading: Any,
) -> None:
    """Find the segments of your customers and write them, with a report.

    Writes segments.csv (a row a customer), profiles.json (every figure),
    model.autoseg (the rule: see 'autoseg inspect'), report.html (for people) and
    status.json (how it went) into the output folder. Other formats and languages of
    the report can be had later as well, from profiles.json: see 'autoseg report'.

    Columns are found by their names in English, Norwegian, Danish and Swedish;
    the mapping is printed. Exit code 3 means that the input cannot be used: the
    message says where and what to do.
    """
    from autoseg.api import RunStatus, kept_status
    from autoseg.api import segment as find_segments
    from autoseg.api.modelfile import write_results
    from autoseg.profiles.playfile import read_plays
    from autoseg.report import check_formats

    wanted = check_formats(named_formats(formats))
    target = _band(segments)
    if playbook is not None:
        # a fit is too long a wait for a word on a typing error
        read_plays(playbook)
    silent = quiet or told.as_json
    with (
        claimed_folder(output) as folder,
        kept_status(folder, RunStatus("segment"), now=now) as status,
        stages(quiet=silent) as tell,
    ):
        segmentation = find_segments(
            transactions,
            target=target,
            strict=strict,
            min_share=min_share,
            value_weight=value_weight,
            purpose=purpose,
            n_resamples=resamples,
            memory_limit=memory_limit,
            temp_directory=temp_directory,
            n_jobs=threads,
            random_state=seed,
            progress=tell,
            **reading,
        )
        told.log = segmentation.log
        tell("report", 0.0)
        contents = segmentation.files(
            language=language,
            title=title,
            raw_csv=raw_csv,
            formats=wanted,
            playbook=playbook,
            min_customers=min_customers,
        )
        written = write_results(folder, contents)
        status.found(segmentation)
        status.wrote(contents)
    if not quiet:
        show(segmentation, written, language=language)


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

"""`autoseg features`: what every customer does, from files to one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from autoseg.cli.options import MemoryLimit, Quiet, TempDirectory, Threads, Transactions
from autoseg.cli.progress import stages
from autoseg.cli.reading import reads_tables
from autoseg.cli.telling import Told
from autoseg.files import writable_folder

__all__ = ["features"]


@reads_tables
def features(
    transactions: Transactions = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="File for the features, .parquet or .csv.",
            metavar="FILE",
        ),
    ] = Path("features.parquet"),
    feature: Annotated[
        list[str] | None,
        typer.Option(
            help="A feature to compute; by default all that the tables carry. May be "
            "repeated.",
            metavar="NAME",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            help="Folder that keeps what the rows were summed up to, so that new rows "
            "can be added with --refresh. It holds the customers' ids.",
            metavar="DIR",
        ),
    ] = None,
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh",
            help="Add the rows to the state in place of building it; needs --as-of.",
        ),
    ] = False,
    late: Annotated[
        Literal["refuse", "add"],
        typer.Option(
            help="With --refresh: refuse rows dated before the day that the state "
            "reaches, or add them."
        ),
    ] = "refuse",
    every: Annotated[
        str | None,
        typer.Option(
            help="The features as of many days, such as every '1 quarter' back from "
            "--as-of.",
            metavar="STEP",
        ),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option(
            help="With --every: how far each day looks back, such as '1 year'; by "
            "default to the first row.",
            metavar="STEP",
        ),
    ] = None,
    raw_csv: Annotated[
        bool,
        typer.Option(
            "--raw-csv",
            help="Write texts to CSV as they are, also such as a spreadsheet would run "
            "as formulas.",
        ),
    ] = False,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    temp_directory: TempDirectory = None,
    quiet: Quiet = False,
    *,
    told: Told,
    **reading: Any,
) -> None:
    """Compute what every customer does and write it, a row a customer.

    With --state the sums behind the features are kept; a later run with --refresh reads
    the new rows only and gives the numbers of a run over all rows. With --every there
    is a row for every customer and day. Exit code 3 means that the input cannot be
    used: the message says where and what to do.
    """
    from autoseg import api

    _check(output, state, refresh=refresh, late=late, every=every, window=window)
    if reading.pop("summaries", None) is not None:
        message = "customers that are summed up have no rows to compute features from"
        raise typer.BadParameter(message, param_hint="--summaries")
    if refresh and reading.pop("engine", "auto") == "source":
        message = "a state is kept by the embedded engine; leave it out"
        raise typer.BadParameter(message, param_hint="--engine")
    if refresh and "as_of" not in reading:
        message = "--refresh needs the new day of analysis"
        raise typer.BadParameter(message, param_hint="--as-of")
    writable_folder(output.parent)
    with stages(quiet=quiet or told.as_json) as tell:
        how: dict[str, Any] = {
            "memory_limit": memory_limit, "temp_directory": temp_directory,
            "n_jobs": threads, "progress": tell, **reading,
        }  # fmt: skip
        names = feature or None
        if refresh and state is not None:
            table = api.refresh_features(state, transactions, names, late=late, **how)
        elif every is not None:
            table = api.feature_history(
                transactions, names, every=every, window=window, **how
            )
        else:
            table = api.compute_features(transactions, names, state=state, **how)
        written = api.write_features(table, output, raw_csv=raw_csv)
    if not quiet:
        typer.echo(f"{table.summary()}\n{written}")


def _check(
    output: Path,
    state: Path | None,
    *,
    refresh: bool,
    late: str,
    every: str | None,
    window: str | None,
) -> None:
    """Raise where options cannot stand together."""
    from autoseg.api import FEATURE_FILES

    problems = {
        "--output": (
            output.suffix.lower() not in FEATURE_FILES
            and f"'{output}' ends neither in {' nor in '.join(FEATURE_FILES)}"
        ),
        "--refresh": refresh and state is None and "it needs --state, the folder",
        "--late": late != "refuse" and not refresh and "it belongs to --refresh",
        "--every": (
            every is not None
            and state is not None
            and "a state reaches one day, so it cannot give many; leave --state out"
        ),
        "--window": window is not None and every is None and "it belongs to --every",
    }
    for option, problem in problems.items():
        if problem:
            raise typer.BadParameter(problem, param_hint=option)

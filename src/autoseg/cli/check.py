"""`autoseg check`: everything that can be said of the tables, without a fit."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from autoseg.cli.options import Language, Quiet, TempDirectory, Threads, Transactions
from autoseg.cli.progress import stages
from autoseg.cli.reading import reads_tables
from autoseg.cli.telling import Told

__all__ = ["check"]

# a gigabyte of CSV passes in less than twice as much, the program itself included
_MEMORY = "512MB"


@reads_tables
def check(
    transactions: Transactions = None,
    language: Language = "en",
    threads: Threads = None,
    memory_limit: Annotated[
        str,
        typer.Option(
            help="Memory for the tables; what is above goes to disk.", metavar="SIZE"
        ),
    ] = _MEMORY,
    temp_directory: TempDirectory = None,
    quiet: Quiet = False,
    *,
    told: Told,
    **reading: Any,
) -> None:
    """Read the tables, account for every row, and say what they can carry.

    Takes the tables as 'autoseg segment' does and fits nothing, so it answers in
    seconds. Prints what was read as what, the rows and the revenue that are used and
    left out, and every warning with the way out. Exit code 3 means that the input
    cannot be used: the message holds everything that is wrong with it.
    """
    from rich.console import Console

    from autoseg.api import check as check_tables

    with stages(quiet=quiet or told.as_json) as tell:
        checked = check_tables(
            transactions,
            memory_limit=memory_limit,
            temp_directory=temp_directory,
            n_jobs=threads,
            progress=tell,
            **reading,
        )
    told.log = checked.log
    if quiet or told.as_json:
        for finding in checked.findings:
            told.note(finding)
    if not quiet:
        Console(soft_wrap=False).print(checked.panel(language))

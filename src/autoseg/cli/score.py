"""`autoseg score`: which of a model's segments each customer of new tables is in."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autoseg.cli.clock import now
from autoseg.cli.options import (
    Language,
    MemoryLimit,
    Quiet,
    TempDirectory,
    Threads,
    Transactions,
)
from autoseg.cli.progress import stages
from autoseg.cli.reading import database_url, reads_tables
from autoseg.cli.telling import Told
from autoseg.files import writable_folder

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from autoseg.api import RunStatus
    from autoseg.engines import DatabaseTable
    from autoseg.model import AssignmentCounts

__all__ = ["score"]


@reads_tables
def score(
    model: Annotated[
        Path,
        typer.Argument(
            help="A model.autoseg that 'autoseg segment' wrote.",
            metavar="MODEL",
            show_default=False,
        ),
    ],
    transactions: Transactions = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File for the customers, .csv, .csv.gz or .parquet.",
            metavar="FILE",
        ),
    ] = None,
    to_table: Annotated[
        str | None,
        typer.Option(
            help="In place of a file: a table of the --database, made anew each time.",
            metavar="[SCHEMA.]NAME",
        ),
    ] = None,
    language: Language = "en",
    any_unit: Annotated[
        bool,
        typer.Option(
            "--any-unit",
            help="Go on where amounts are over 20 times what they were at the fit, or "
            "under a 20th.",
        ),
    ] = False,
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
    database: str | None,
    told: Told,
    **reading: Any,
) -> None:
    """Find the segment of each customer of new tables, by a model that was saved.

    Nothing is fitted: the features are those of the model, over as many days before
    --as-of as at the fit. What was there is replaced when all customers are written.
    Exit code 3 means that the input cannot be used: the message says where and what to
    do.
    """
    from autoseg.model import load_model
    from autoseg.model.targets import check_target

    if reading.pop("summaries", None) is not None:
        message = "customers that are summed up have no rows to compute features from"
        raise typer.BadParameter(message, param_hint="--summaries")
    if database is not None and to_table is None and isinstance(transactions, list):
        message = "say which --table, --query or --to-table"
        raise typer.BadParameter(message, param_hint="--database")
    target = _target(output, to_table, database)
    check_target(target)
    with _status_of(target) as status, stages(quiet=quiet or told.as_json) as tell:
        written = load_model(model).assign_to(
            target,
            transactions,
            language=language,
            check_units=not any_unit,
            raw_csv=raw_csv,
            memory_limit=memory_limit,
            temp_directory=temp_directory,
            n_jobs=threads,
            progress=tell,
            **reading,
        )
        told.log = written.log
        status.read(written.log)
        status.n_customers = sum(
            group.n_customers
            for group in written.counts.groups
            if group.number is not None
        )
        if isinstance(target, Path):
            status.wrote_file(target)
    if not quiet:
        _show(written.counts, target)


def _status_of(target: Path | DatabaseTable) -> AbstractContextManager[RunStatus]:
    """Keep a status beside a file; beside a table of a database there is no place."""
    from autoseg.api import RunStatus, kept_status

    status = RunStatus("score")
    if not isinstance(target, Path):
        return nullcontext(status)
    folder = writable_folder(target.parent)
    # the folder may be that of a segmentation, which has a status of its own
    name = f"{target.name.partition('.')[0] or target.name}.status.json"
    return kept_status(folder, status, name=name, now=now)


def _target(
    output: Path | None, table: str | None, database: str | None
) -> Path | DatabaseTable:
    if output is not None and table is None:
        return output
    if table is None or output is not None:
        message = "give either --output FILE or --to-table NAME"
        raise typer.BadParameter(message, param_hint="--output")
    from autoseg.engines import DatabaseTable

    schema, dot, name = table.rpartition(".")
    if not name or (dot and not schema):
        message = f"'{table}' is no name of a table"
        raise typer.BadParameter(message, param_hint="--to-table")
    url = database_url(database, "--to-table")
    return DatabaseTable(name, url, schema or None)


def _show(counts: AssignmentCounts, target: Path | DatabaseTable) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=False)
    console.print(counts.table())
    for note in counts.notes():
        console.print(Text(note))
    console.print()
    console.print(Text(str(target)), soft_wrap=True)

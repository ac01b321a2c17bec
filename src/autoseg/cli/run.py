"""`autoseg run`: what a config file says, without anybody watching."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autoseg.cli.clock import now
from autoseg.cli.options import Errors, Quiet
from autoseg.cli.progress import stages
from autoseg.cli.telling import telling

if TYPE_CHECKING:
    from autoseg.api import RunResult
    from autoseg.cli.telling import Told

__all__ = ["run"]


def run(
    config: Annotated[
        Path | None,
        typer.Argument(
            help="The config, a TOML file.", metavar="CONFIG", show_default=False
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Look back from the start of this day, whatever the config says.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    skip_unchanged: Annotated[
        bool,
        typer.Option(
            "--skip-unchanged",
            help="Do nothing and end with 99 where settings and input files are those "
            "of the last run that succeeded.",
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Read the config and the tables; fit and write nothing."
        ),
    ] = False,
    example: Annotated[
        bool,
        typer.Option(
            "--example", help="Print a config that works, with every key explained."
        ),
    ] = False,
    quiet: Quiet = False,
    errors: Errors = "text",
) -> None:
    """Check, segment, describe and write what a config file says, unattended.

    All results appear as one set or not at all: 'current' in the folder for the
    results leads to the old set or to the new one, and status.json tells how the run
    went. A second run on the same folder ends at once with exit code 75.
    """
    if example:
        from autoseg.api import example_config

        typer.echo(example_config(), nl=False)
        return
    if config is None:
        message = "name a config; 'autoseg run --example' prints one"
        raise typer.BadParameter(message, param_hint="CONFIG")
    with telling(errors) as told:
        silent = quiet or told.as_json
        if check:
            _check(config, as_of, told, quiet=quiet)
            return
        from autoseg.api import run as run_config

        with stages(quiet=silent) as tell:
            result = run_config(
                config,
                as_of=as_of,
                skip_unchanged=skip_unchanged,
                now=now,
                progress=tell,
            )
        if result.segmentation is not None:
            told.log = result.segmentation.log
    if not quiet:
        _show(result)
    if result.state == "unchanged":
        from autoseg.api import NOTHING_NEW

        raise typer.Exit(NOTHING_NEW)


def _check(config: Path, as_of: str | None, told: Told, *, quiet: bool) -> None:
    from rich.console import Console

    from autoseg.api import check_run

    with stages(quiet=quiet or told.as_json) as tell:
        checked = check_run(config, as_of=as_of, progress=tell)
    told.log = checked.log
    if quiet or told.as_json:
        for finding in checked.findings:
            told.note(finding)
    if not quiet:
        Console(soft_wrap=False).print(checked.panel())


def _show(result: RunResult) -> None:
    """Print a line a file, which is what a log has room for."""
    if result.state == "unchanged":
        typer.echo(f"Nothing is new since {result.folder}")
        return
    status = result.status
    typer.echo(
        f"{status['k']} segments of {status['n_customers']} customers"
        f" (structure: {status['verdict']})"
    )
    for path in result.files:
        typer.echo(str(path))

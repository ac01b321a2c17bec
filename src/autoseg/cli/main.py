"""The program `autoseg`: its commands, and how it ends."""

from __future__ import annotations

import os
import sys
import warnings

import typer

from autoseg.cli.check import check
from autoseg.cli.demo import demo
from autoseg.cli.features import features
from autoseg.cli.features_sql import features_sql
from autoseg.cli.inspect import inspect
from autoseg.cli.report import report
from autoseg.cli.score import score
from autoseg.cli.segment import segment
from autoseg.cli.sql import sql
from autoseg.cli.telling import show_warning
from autoseg.errors import AutosegError, AutosegWarning

__all__ = ["app", "main"]

_INTERRUPTED = 130
_BROKEN_PIPE = 141

app = typer.Typer(
    name="autoseg",
    help=(
        "Find customer segments that are really there, and say what they are.\n\n"
        "Start with 'autoseg demo': it segments real households and "
        "writes a report you can open. Then try your own file: "
        "'autoseg check orders.csv' tells what is in it, and "
        "'autoseg segment orders.csv -o out/' finds the segments, and "
        "'autoseg report out/ --language nb' writes the report in another language."
    ),
    # plain help answers in a quarter of the time that coloured help takes
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(check)
app.command()(features)
app.command()(segment)
app.command()(score)
app.command()(report)
app.command()(inspect)
app.command("features-sql")(features_sql)
app.command()(sql)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(
        False, "--version", help="Print the version and exit.", is_eager=True
    ),
) -> None:
    if version:
        from importlib.metadata import version as installed_version

        typer.echo(installed_version("autoseg-customers"))
        raise typer.Exit


def main() -> None:
    """Run the command line; own errors become one message and an exit code.

    Exit codes: 0 done, 1 an error of autoseg itself, 2 wrong usage, 3 input or
    output that cannot be used, 75 another run writes to the same folder, 130
    interrupted, 141 the reader of a pipe left.
    """
    warnings.showwarning = show_warning
    warnings.simplefilter("always", AutosegWarning)
    try:
        app()
    except AutosegError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # the interpreter flushes stdout once more at exit; it must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_BROKEN_PIPE)

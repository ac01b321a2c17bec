"""Options that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = [
    "Currency",
    "Errors",
    "Language",
    "MemoryLimit",
    "Output",
    "Quiet",
    "Seed",
    "TempDirectory",
    "Threads",
    "Transactions",
]

Transactions = Annotated[
    list[str] | None,
    typer.Argument(
        help="Transactions: CSV, CSV.gz, Parquet, Excel; several, or a pattern in "
        "quotes.",
        metavar="FILE...",
        show_default=False,
    ),
]
Language = Annotated[
    str,
    typer.Option("--language", "-l", help="Language of the texts: en, nb, da or sv."),
]
Currency = Annotated[
    str | None,
    typer.Option(
        "--currency", help="ISO code of the amounts, such as NOK.", metavar="CODE"
    ),
]
Output = Annotated[
    Path,
    typer.Option(
        "--output", "-o", help="Folder for the results; made if missing.", metavar="DIR"
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        help="Threads to use; all cores by default. No result depends on it.",
    ),
]
MemoryLimit = Annotated[
    str | None,
    typer.Option(
        "--memory-limit",
        help="Memory for the tables, such as 2GB; what is above goes to disk.",
        metavar="SIZE",
    ),
]
TempDirectory = Annotated[
    Path | None,
    typer.Option(
        "--temp-directory",
        help="Folder for what does not fit in memory; the system's own by default.",
        metavar="DIR",
    ),
]
Seed = Annotated[
    int,
    typer.Option("--seed", help="Seed of the random numbers."),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print nothing but warnings and errors."),
]
Errors = Annotated[
    Literal["text", "json"],
    typer.Option(
        "--errors",
        help="How standard error tells what is wrong: a line each, or one JSON "
        "document.",
    ),
]

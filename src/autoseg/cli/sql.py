"""`autoseg sql`: a model's rule as SQL for the user's own database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from autoseg.cli.options import Currency, Language
from autoseg.cli.reading import named_columns

__all__ = ["sql"]


def sql(
    model: Annotated[
        Path,
        typer.Argument(
            help="A model.autoseg that 'autoseg segment' wrote.",
            metavar="MODEL",
            show_default=False,
        ),
    ],
    dialect: Annotated[
        Literal["bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark"],
        typer.Option(help="The database that it is for."),
    ],
    table: Annotated[
        str,
        typer.Option(
            help="The table with the features, or with the orders where --raw stands.",
            metavar="NAME",
        ),
    ],
    raw: Annotated[bool, typer.Option("--raw", help="Start from the orders.")] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="Name a column of the table: monetary=sum_12m, or with --raw "
            "amount=netto. May be repeated.",
            metavar="OURS=YOURS",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="With --raw: look back from the start of this day; by default the day "
            "after the last row.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="With --raw: first day to use.", metavar="YYYY-MM-DD"),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            help="With --raw: the business's time zone, for times that carry an "
            "offset; the model's by default.",
            metavar="ZONE",
        ),
    ] = None,
    currency: Currency = None,
    result: Annotated[
        list[str] | None,
        typer.Option(
            help="A column that comes out, such as segment; by default all. May be "
            "repeated.",
            metavar="NAME",
        ),
    ] = None,
    posteriors: Annotated[
        bool,
        typer.Option("--posteriors", help="Tell the probability of each segment."),
    ] = False,
    create: Annotated[
        Literal["view", "table"] | None,
        typer.Option(help="Make a view or a table of it."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What that is called.", metavar="NAME")
    ] = None,
    form: Annotated[
        Literal["sql", "dbt"],
        typer.Option("--format", help="One statement, or the files of a dbt model."),
    ] = "sql",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="With --format dbt: folder for the two files; made if missing.",
            metavar="DIR",
        ),
    ] = None,
    language: Language = "en",
) -> None:
    """Print one SELECT that puts customers into a model's segments.

    Reads the model's file and connects to nothing. What is written for DuckDB,
    PostgreSQL and Spark has been executed there; the rest has not.
    """
    from autoseg.model.file import load_model

    settings: dict[str, Any] = {"language": language, "posteriors": posteriors}
    settings["results"] = result or None
    names = named_columns(column or [], None)
    of_orders = {
        "as_of": as_of,
        "since": since,
        "timezone": timezone,
        "currency": currency,
    }
    if raw:
        settings |= of_orders | {"columns": names}
    else:
        _refuse(of_orders)
        settings |= _feature_columns(names)
    if (form == "dbt") != (output is not None):
        told = "--format dbt and --output DIR go together"
        raise typer.BadParameter(told, param_hint="--format")
    fitted = load_model(model)
    if output is not None:
        files = fitted.to_dbt(
            dialect,
            table=table,
            raw=raw,
            name=name or "customer_segments",
            materialized=create or "view",
            **settings,
        )
        _write(files, output)
        return
    write = fitted.pipeline_sql if raw else fitted.to_sql
    text = write(dialect, table=table, create=create, name=name, **settings)
    typer.echo(text, nl=False)


def _refuse(of_orders: dict[str, str | None]) -> None:
    """Raise if something is told of orders where there are none."""
    for name, value in of_orders.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            told = f"{option} is about orders: give --raw as well"
            raise typer.BadParameter(told, param_hint=option)


def _feature_columns(names: Any) -> dict[str, Any]:
    """Return what `to_sql` takes, which has the customers apart."""
    columns = dict(names or {})
    customer_id = columns.pop("customer_id", "customer_id")
    return {"customer_id": customer_id, "columns": columns}


def _write(files: dict[str, str], folder: Path) -> None:
    from autoseg.files import writable_folder, write_files

    contents = {name: text.encode() for name, text in files.items()}
    for path in write_files(writable_folder(folder), contents):
        typer.echo(f"Wrote {path}")

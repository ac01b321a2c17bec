"""`autoseg features-sql`: the features as SQL for the user's own database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from autoseg.cli.options import Currency
from autoseg.cli.reading import named_columns

__all__ = ["features_sql"]


def features_sql(
    dialect: Annotated[
        Literal["bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark"],
        typer.Option(help="The database that it is for."),
    ],
    table: Annotated[
        str,
        typer.Option(help="The table with the orders: shop.orders.", metavar="NAME"),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="Name a column: amount=netto. May be repeated.",
            metavar="OURS=YOURS",
        ),
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            help="The same in a TOML file; --column goes before it.",
            metavar="FILE.toml",
        ),
    ] = None,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            help="A feature to compute; by default all that the columns carry. May be "
            "repeated.",
            metavar="NAME",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Look back from the start of this day; by default the day after the "
            "last row.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="First day to use.", metavar="YYYY-MM-DD")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            help="The business's time zone, for times that carry an offset.",
            metavar="ZONE",
        ),
    ] = None,
    currency: Currency = None,
) -> None:
    """Print one SELECT that computes features where the orders are.

    Reads nothing and connects to nothing. What is written for DuckDB, PostgreSQL and
    Spark has been executed there; the rest has not.
    """
    from autoseg.features import features_sql as write

    sql = write(
        dialect,
        table=table,
        columns=named_columns(column or [], columns),
        features=feature or None,
        as_of=as_of,
        since=since,
        timezone=timezone,
        currency=currency,
    )
    typer.echo(sql, nl=False)

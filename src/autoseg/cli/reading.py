"""The options for reading tables, declared once for every command that reads them."""

from __future__ import annotations

import functools
import inspect
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from autoseg.cli.options import Currency, Errors
from autoseg.cli.telling import telling

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["database_url", "named_columns", "reads_tables"]

# what a command gets from here and not from the command line
_HANDED = ("told", "reading")
_KEY_VARIABLE = "AUTOSEG_PSEUDONYM_KEY"
_DATABASE_VARIABLE = "AUTOSEG_DATABASE"
_DROP = "drop"
_ROLES = ("transactions", "customers", "events", "responses")
_OF_A_ROLE = re.compile(rf"({'|'.join(_ROLES)})=(.*)", re.DOTALL)
# other names need quoting, and every database quotes in its own way
_TABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def reads_tables(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options for reading tables.

    Parameters
    ----------
    command : callable
        A command that takes ``told``, a `Told` to hand the cleaning to, and, as
        ``**reading``, what the library's functions take as keywords. One that has a
        use of its own for the database takes ``database`` as well, its URL as typed.

    Returns
    -------
    callable
        The command with the options in its signature, where typer finds them.
    """
    shared = inspect.signature(_read, eval_str=True).parameters
    own = inspect.signature(command, eval_str=True)
    kept = [
        p
        for name, p in own.parameters.items()
        if name not in _HANDED and name not in shared
    ]
    takes_database = "database" in own.parameters

    @functools.wraps(command)
    def with_reading(*, errors: Literal["text", "json"], **given: Any) -> None:
        typed = {name: given.pop(name) for name in shared}
        if takes_database:
            given["database"] = typed["database"]
            if not typed["table"] and not typed["query"]:
                # it is for the command to say what the database is for
                typed["database"] = None
        reading = _read(**typed)
        # typer hands over an empty list where no file was typed
        files = given.pop("transactions") or None
        if files is not None and "transactions" in reading:
            message = "give the transactions as FILE..., or from a database, not both"
            raise typer.BadParameter(message)
        reading.setdefault("transactions", files)
        if reading["transactions"] is None and typed["summaries"] is None:
            message = (
                "give the transactions as FILE..., or --table or --query with"
                " --database, or --summaries FILE"
            )
            raise typer.BadParameter(message)
        with telling(errors) as told:
            command(told=told, **given, **reading)

    how = inspect.Parameter(
        "errors", inspect.Parameter.KEYWORD_ONLY, default="text", annotation=Errors
    )
    parameters = [*kept[:1], *shared.values(), *kept[1:], how]
    with_reading.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[p.replace(kind=p.KEYWORD_ONLY) for p in parameters]
    )
    return with_reading


def _read(
    summaries: Annotated[
        str | None,
        typer.Option(
            help="In place of transactions: customers that are summed up, one row each "
            "with recency, frequency and total spend.",
            metavar="FILE",
        ),
    ] = None,
    customers: Annotated[
        str | None, typer.Option(help="Customers, one row each.", metavar="FILE")
    ] = None,
    events: Annotated[
        str | None, typer.Option(help="Visits, opens, clicks …", metavar="FILE")
    ] = None,
    responses: Annotated[
        str | None, typer.Option(help="Campaign responses.", metavar="FILE")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="Database that --table and --query are about, such as "
            "postgresql://user@host/shop; better in the environment variable "
            f"{_DATABASE_VARIABLE}, where no other user sees the password.",
            metavar="URL",
        ),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            help="The transactions are a table of the database; others with their "
            "role in front: customers=crm.customers. May be repeated.",
            metavar="[ROLE=]NAME",
        ),
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option(
            "--query",
            help="The same by a query, in the database's own SQL. May be repeated.",
            metavar="[ROLE=]SQL",
        ),
    ] = None,
    engine: Annotated[
        Literal["auto", "duckdb", "source"],
        typer.Option(
            help="Work where the rows are (source), or copy them (duckdb); auto works "
            "in PostgreSQL where it can."
        ),
    ] = "auto",
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            help="Name a column yourself: amount=netto. May be repeated.",
            metavar="OURS=YOURS",
        ),
    ] = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            help="The same in a TOML file, a section a table; --column goes before it.",
            metavar="FILE.toml",
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
    rate: Annotated[
        list[str] | None,
        typer.Option(
            help="What one unit of another currency is worth: SEK=0.98; or SEK=drop to "
            "leave its rows out. May be repeated.",
            metavar="CODE=RATE",
        ),
    ] = None,
    returns: Annotated[
        Literal["net", "exclude"],
        typer.Option(
            help="Take returns off their customer's value, or leave their rows out."
        ),
    ] = "net",
    date_format: Annotated[
        str | None,
        typer.Option(
            help="How dates are written, such as %d/%m/%Y, where the column does not "
            "tell.",
            metavar="FORMAT",
        ),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option(
            help="The decimal mark, '.' or ',', where the column does not tell.",
            metavar="MARK",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of text files, such as utf-16-le.", metavar="NAME"),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(help="Sheet of an Excel file.", metavar="NAME"),
    ] = None,
    max_bad_rows: Annotated[
        float | None,
        typer.Option(
            help="Share of a table's rows that may be unreadable and are left out; "
            "0.01 by default.",
            metavar="SHARE",
        ),
    ] = None,
    max_amount: Annotated[
        float | None,
        typer.Option(
            help="An amount beyond it is a mistake; 1e12 by default.", metavar="AMOUNT"
        ),
    ] = None,
    exclude_ids: Annotated[
        list[str] | None,
        typer.Option(
            help="Customers to leave out, with commas between, or @FILE with an id a "
            "line. May be repeated.",
            metavar="ID,ID,...",
        ),
    ] = None,
    dedupe: Annotated[
        bool,
        typer.Option(
            "--dedupe", help="Leave out rows that repeat another row in every column."
        ),
    ] = False,
    pseudonymise: Annotated[
        bool,
        typer.Option(
            "--pseudonymise",
            help="Replace customer ids by codes, under the key that the environment "
            f"variable {_KEY_VARIABLE} or --pseudonym-key-file holds.",
        ),
    ] = False,
    pseudonym_key_file: Annotated[
        Path | None,
        typer.Option(help="File that holds the key of the codes.", metavar="FILE"),
    ] = None,
    allow_sensitive: Annotated[
        list[str] | None,
        typer.Option(
            help="Use a column that tells of religion, health or the like all the "
            "same; nothing is said of it. May be repeated.",
            metavar="COLUMN",
        ),
    ] = None,
) -> dict[str, Any]:
    """Return what the library takes, from what was typed."""
    given: dict[str, Any] = {
        "engine": None if engine == "auto" else engine,
        "summaries": summaries,
        "customers": customers,
        "events": events,
        "responses": responses,
        "columns": named_columns(column or [], columns),
        "as_of": as_of,
        "since": since,
        "timezone": timezone,
        "currency": currency,
        "returns": returns,
        "rates": _rates(rate or []),
        "date_format": date_format,
        "decimal": decimal,
        "encoding": encoding,
        "sheet": sheet,
        "max_bad_share": max_bad_rows,
        "max_amount": max_amount,
        "exclude_ids": _ids(exclude_ids or []),
        "drop_duplicates": dedupe or None,
        "pseudonym_key": _key(pseudonymise, pseudonym_key_file),
        "allow_sensitive": allow_sensitive or None,
    }
    there = _from_database(database, table or [], query or [])
    for role in there:
        if given.get(role) is not None:
            message = f"the {role} were given twice, as a file and from the database"
            raise typer.BadParameter(message, param_hint=f"--{role}")
    given |= there
    # what was not typed is the library's to decide
    return {name: value for name, value in given.items() if value is not None}


def _from_database(
    url: str | None, tables: list[str], queries: list[str]
) -> dict[str, Any]:
    """Return the tables that a database has, by role."""
    if not tables and not queries:
        if url is not None:
            message = "say which --table or --query"
            raise typer.BadParameter(message, param_hint="--database")
        return {}
    url = database_url(url, "--table or --query")
    from autoseg.engines import Query

    found: dict[str, Any] = {}
    for option, texts in (("--table", tables), ("--query", queries)):
        for text in texts:
            match = _OF_A_ROLE.fullmatch(text)
            role, what = match.groups() if match else (_ROLES[0], text)
            if role in found:
                message = f"there are two of the {role}"
                raise typer.BadParameter(message, param_hint=option)
            if option == "--table":
                if not _TABLE.fullmatch(what):
                    message = f"'{what}' needs quoting: select from it with --query"
                    raise typer.BadParameter(message, param_hint=option)
                what = f"SELECT * FROM {what}"
            found[role] = Query(what, url)
    return found


def database_url(typed: str | None, option: str) -> str:
    """Return the URL of the database that an option is about.

    Parameters
    ----------
    typed : str or None
        What was typed; else the environment tells.
    option : str
        Which option needs it.
    """
    url = typed or os.environ.get(_DATABASE_VARIABLE)
    if not url:
        message = f"there is no database: set {_DATABASE_VARIABLE} or give --database"
        raise typer.BadParameter(message, param_hint=option)
    return url


def named_columns(pairs: list[str], path: Path | None) -> dict[str, str] | str | None:
    """Return what the library takes as ``columns``, from what was typed.

    Parameters
    ----------
    pairs : list of str
        ``OURS=YOURS`` each.
    path : pathlib.Path or None
        A TOML file that holds the same; what is typed goes before it.
    """
    typed = _pairs(pairs, "OURS=YOURS, such as amount=netto", "--column")
    if path is None:
        return typed or None
    if not typed:
        return str(path)
    from autoseg.tables.findings import Findings
    from autoseg.tables.mapping import read_mapping

    findings = Findings()
    in_file = read_mapping(path, findings)
    findings.raise_errors()
    return {**in_file, **typed}


def _rates(pairs: list[str]) -> dict[str, str | None] | None:
    typed = _pairs(pairs, "CODE=RATE, such as SEK=0.98", "--rate")
    return {
        code: None if rate.lower() == _DROP else rate for code, rate in typed.items()
    } or None


def _pairs(texts: list[str], wanted: str, option: str) -> dict[str, str]:
    pairs = {}
    for text in texts:
        ours, equals, yours = text.partition("=")
        if not (ours and equals and yours):
            message = f"'{text}' is not {wanted}"
            raise typer.BadParameter(message, param_hint=option)
        pairs[ours.strip()] = yours.strip()
    return pairs


def _ids(texts: list[str]) -> list[str] | None:
    ids: list[str] = []
    for text in texts:
        if text.startswith("@"):
            ids += _text(Path(text[1:]), "--exclude-ids").splitlines()
        else:
            ids += text.split(",")
    return [one.strip() for one in ids if one.strip()] or None


def _key(wanted: bool, path: Path | None) -> str | None:
    if path is not None:
        key = _text(path, "--pseudonym-key-file").strip()
    elif wanted:
        key = os.environ.get(_KEY_VARIABLE, "")
    else:
        return None
    if not key:
        message = f"there is no key: set {_KEY_VARIABLE} or give --pseudonym-key-file"
        raise typer.BadParameter(message, param_hint="--pseudonymise")
    return key


def _text(path: Path, option: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"'{path}' cannot be read as text"
        raise typer.BadParameter(message, param_hint=option) from error

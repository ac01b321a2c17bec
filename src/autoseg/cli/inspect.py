"""`autoseg inspect`: what a model's file holds, for who is handed one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autoseg.cli.options import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from autoseg.model import ModelFile, SegmentModel

__all__ = ["inspect"]

_NO_PURPOSE = (
    "not told. Segments of people who can be told apart are profiles, and whoever uses"
    " them has to know what they were made for: give 'autoseg segment' a --purpose"
)


def inspect(
    model: Annotated[
        Path,
        typer.Argument(
            help="A model.autoseg that 'autoseg segment' wrote.",
            metavar="MODEL",
            show_default=False,
        ),
    ],
    language: Language = "en",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print all of it as one JSON document.")
    ] = False,
) -> None:
    """Tell what is in a model's file: what it is for, of what, how good, by what rule.

    The file is checked in full and never run. Its SHA-256 sum is printed, to be
    compared with that of whoever made it: a file tells that it is whole, not who wrote
    it.
    """
    from autoseg.model import open_model

    opened = open_model(model)
    if as_json:
        typer.echo(json.dumps(_plain(opened), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console = Console(soft_wrap=False)
    for part in _parts(opened, model, language):
        console.print(part)


def _plain(opened: ModelFile) -> dict[str, Any]:
    """Return what the file says, with what is known of the file."""
    return {"sha256": opened.sha256, "bytes": opened.n_bytes, **opened.manifest}


def _parts(opened: ModelFile, path: Path, language: str) -> Iterator[RenderableType]:
    """Yield what is printed, piece by piece."""
    model, manifest = opened.model, opened.manifest
    card = model.card
    yield _pairs(
        {
            "File": f"{path}, {opened.n_bytes:,} bytes",
            "SHA-256": opened.sha256,
            "Format": f"{manifest['format_version']}, written by autoseg"
            f" {manifest['autoseg']}",
            "Purpose": card.purpose or _NO_PURPOSE,
            "Period": _period(model),
            "Customers": _count(card.n_customers),
            "Rows": f"{_count(card.rows_used)} used, {_count(card.rows_dropped)} left"
            " out",
            "Verdict": card.verdict or "not judged",
            "Rule": f"{model.rule.family}, {model.rule.k} segments on"
            f" {len(model.outputs)} columns",
            "Allowed": ", ".join(card.allowed) or "no column of a special category",
        }
    )
    yield ""
    yield _table(
        ("segment", "name", "key", "customers", "stability"),
        (
            (
                str(one.number),
                one.name(language),
                one.key,
                "fewer than 10, or not told"
                if one.n_customers is None
                else f"{one.n_customers:,}",
                "" if one.stability is None else f"{one.stability:.2f}",
            )
            for one in model.segments
        ),
    )
    yield ""
    yield _table(
        ("feature", "what is done to it", "gaps", "median", "goes into"),
        (
            (
                feature.name,
                column.why.partition(",")[0],
                f"{100 * feature.missing_share:.1f} % ({feature.missing.value})",
                "" if feature.median is None else f"{feature.median:g}",
                ", ".join(one.name for one in model.outputs if j in one.members),
            )
            for j, (feature, column) in enumerate(
                zip(model.features, model.columns, strict=True)
            )
        ),
    )
    yield ""
    yield _pairs(dict(model.settings))


def _period(model: SegmentModel) -> str:
    window = model.window
    if window.as_of is None:
        return "not told"
    told = f"{window.first_day} to {window.last_day}, looked back from {window.as_of}"
    beside = [one for one in (window.currency, window.timezone) if one is not None]
    return ", ".join([told, *beside])


def _count(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _pairs(texts: dict[str, str]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for key, value in texts.items():
        grid.add_row(Text(_shown(key), style="dim"), Text(_shown(value)))
    return grid


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in head:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    return table


def _shown(text: str) -> str:
    """Return a text that no file can make a terminal do anything by."""
    from autoseg.errors import visible

    return visible(text)

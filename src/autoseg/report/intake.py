"""What came in and what became of it: for a terminal and for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.locales import load_catalogue
from autoseg.report.cleaning import account
from autoseg.report.wording import Wording
from autoseg.tables import FITNESS_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rich.console import RenderableType
    from rich.table import Table

    from autoseg.errors import Finding
    from autoseg.tables import CleaningLog, ColumnMapping

__all__ = ["cleaning_table", "intake", "intake_html", "intake_panel"]

_INDENT = (0, 0, 0, 2)


def intake(
    *,
    log: CleaningLog,
    mapping: Sequence[ColumnMapping],
    first_day: date | None,
    last_day: date | None,
    as_of: date | None,
    as_of_given: bool,
    currency: str | None,
    findings: Sequence[Finding],
    language: str = "en",
) -> dict[str, Any]:
    """Return all that is to be said of tables that were read, as plain data.

    Parameters
    ----------
    log : CleaningLog
        Rows and revenue in, used and dropped.
    mapping : sequence of ColumnMapping
        Which of the user's columns was read as what.
    first_day, last_day : datetime.date or None
        Days of the first and the last row that is used, where they are known.
    as_of : datetime.date or None
        Day that is looked back from, where it is known.
    as_of_given : bool
        Whether the user named that day.
    currency : str or None
        ISO code of the amounts.
    findings : sequence of Finding
        Warnings; their texts are English in every language.
    language : str, default "en"
        ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``.

    Returns
    -------
    dict
        Texts and formatted numbers, ready for JSON.
    """
    wording = Wording(load_catalogue(language), currency)
    number = wording.words.number
    items = _when(wording, first_day, last_day, as_of, as_of_given=as_of_given) | {
        "customers": number(log.n_customers),
        "orders": number(log.n_orders),
        "returns": number(log.n_returns),
        "zero_orders": number(log.n_zero_orders),
    }
    if log.n_returns:
        items["returns"] = wording.say(
            "intake.returns_value",
            count=number(log.n_returns),
            revenue=wording.money(log.returns_revenue),
        )
    items |= {
        name: number(count)
        for name, count in (
            ("negative_rows", log.n_negative_rows),
            ("zero_rows", log.n_zero_rows),
            ("duplicate_rows", log.n_duplicate_rows),
        )
        if count
    }
    return {
        "language": wording.words.language,
        "labels": {
            name: wording.say(f"labels.{name}") for name in ("reason", "rows", "amount")
        },
        "mapping": _mapping(wording, mapping),
        "mapping_heading": wording.say("quality.mapping_caption"),
        "account": account(wording, log),
        "items": [
            {"label": wording.say(f"intake.{key}"), "value": value}
            for key, value in items.items()
        ],
        "groups": _groups(wording, findings),
        "no_remarks": wording.say("intake.no_remarks"),
    }


def cleaning_table(
    log: CleaningLog, currency: str | None = None, *, language: str = "en"
) -> Table:
    """Return rows and revenue, used and left out, as a table for a terminal.

    Parameters
    ----------
    log : CleaningLog
        Rows and revenue in, used and dropped.
    currency : str, optional
        ISO code of the amounts.
    language : str, default "en"
        Language of reasons and headings.

    Returns
    -------
    rich.table.Table
        A row for what is used and for each reason, with the sums below.
    """
    wording = Wording(load_catalogue(language), currency)
    labels = {name: wording.say(f"labels.{name}") for name in ("rows", "amount")}
    return _table(account(wording, log), labels)


def intake_panel(said: Mapping[str, Any]) -> RenderableType:
    """Return what `intake` said, laid out for a terminal.

    Parameters
    ----------
    said : mapping
        What `intake` returned.

    Returns
    -------
    rich.console.RenderableType
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    facts = Table.grid(padding=(0, 2))
    for item in said["items"]:
        facts.add_row(Text(item["label"], style="dim"), Text(item["value"]))
    parts: list[RenderableType] = [Text(said["mapping_heading"], style="bold")]
    mapped = [Text(f"{row['table']}: {row['text']}") for row in said["mapping"]]
    parts += [Padding(line, _INDENT, expand=False) for line in mapped]
    parts += [Text(), _table(said["account"], said["labels"]), facts, Text()]
    for group in said["groups"]:
        parts.append(Text(f"{group['heading']} ({group['count']})", style="bold"))
        parts += [
            Padding(Text(text), _INDENT, expand=False) for text in group["findings"]
        ]
    if not said["groups"]:
        parts.append(Text(said["no_remarks"]))
    return Group(*parts)


def intake_html(said: Mapping[str, Any]) -> str:
    """Return what `intake` said as markup for a notebook, every text escaped.

    Parameters
    ----------
    said : mapping
        What `intake` returned.

    Returns
    -------
    str
        Markup with its own style sheet, without scripts.
    """
    from autoseg.report.html import render_template

    return render_template("intake.html.j2", **said)


def _table(rows: Mapping[str, Any], labels: Mapping[str, str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    total = rows["total"]
    table.add_column("", total["label"], overflow="fold")
    table.add_column(labels["rows"], total["rows_text"], justify="right")
    table.add_column(labels["amount"], total["amount_text"], justify="right")
    for row in rows["rows"]:
        cells = row["label"], row["rows_text"], row["amount_text"]
        table.add_row(*map(Text, cells))
    return table


def _when(
    wording: Wording,
    first_day: date | None,
    last_day: date | None,
    as_of: date | None,
    *,
    as_of_given: bool,
) -> dict[str, str]:
    said = {}
    if first_day is not None and last_day is not None:
        first, last = wording.date(first_day), wording.date(last_day)
        said["period"] = wording.say("period.days", first=first, last=last)
    if as_of is not None:
        key = "intake.as_of_given" if as_of_given else "intake.as_of_default"
        said["as_of"] = wording.say(key, day=wording.date(as_of))
    return said


def _mapping(
    wording: Wording, mapping: Sequence[ColumnMapping]
) -> list[dict[str, str]]:
    pairs: dict[str, list[str]] = {}
    for one in mapping:
        pairs.setdefault(one.role, []).append(f"{one.canonical} ← {one.source}")
    return [
        {
            "table": wording.known(f"report.role.{role}", role),
            "text": ", ".join(listed),
        }
        for role, listed in pairs.items()
    ]


def _groups(wording: Wording, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return the warnings as they are in English, by what they are about."""
    groups: dict[str, list[str]] = {"left_out": [], "with_care": [], "fitness": []}
    for finding in findings:
        reason = finding.code.removeprefix("ASG_W_").lower()
        if finding.code in FITNESS_CODES:
            kind = "fitness"
        elif f"report.dropped.{reason}" in wording.words.texts:
            kind = "left_out"
        else:
            kind = "with_care"
        groups[kind].append(str(finding))
    return [
        {
            "heading": wording.say(f"intake.{kind}"),
            "count": wording.words.number(len(listed)),
            "findings": listed,
        }
        for kind, listed in groups.items()
        if listed
    ]

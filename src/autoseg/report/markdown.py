"""The report's texts and tables as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["render_markdown"]

# at a line's start a number or a dash would begin a list, within it these mark up
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#$~!])")
_LIST_START = re.compile(r"^(\d+)([.)])|^([+-])(?= )")


def render_markdown(data: Mapping[str, Any]) -> str:
    """Return the report as Markdown, the tables in GitHub's dialect.

    Parameters
    ----------
    data : mapping
        What `autoseg.report.summarise` returns.

    Returns
    -------
    str
    """
    blocks = [f"# {_plain(data['title'])}", *map(_plain, data["summary"])]
    blocks += _facts(data["facts"])
    for part, write in (
        ("sizes", _sizes),
        ("segments", _cards),
        ("lint", _lint),
        ("heatmap", _heatmap),
        ("rhythm", _rhythm),
        ("journey", _journey),
        ("why", _why),
        ("quality", _quality),
        ("method", _method),
        ("glossary", _glossary),
    ):
        if data[part]:
            blocks += write(data[part], data["labels"])
    return "\n\n".join(blocks) + f"\n\n---\n\n{_plain(data['labels']['footer'])}\n"


def _plain(text: object) -> str:
    """Return a text that Markdown shows as it is."""
    line = _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    return _LIST_START.sub(_escaped_start, line)


def _escaped_start(match: re.Match[str]) -> str:
    return f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}"


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(
        "| " + " | ".join(
            str(cell) if index == 1 else _plain(cell) for cell in line
        ) + " |"
        for index, line in enumerate(lines)
    )  # fmt: skip


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _facts(facts: Mapping[str, Any]) -> Iterator[str]:
    items = [
        f"{_plain(item['label'])}: {_plain(item['value'])}" for item in facts["items"]
    ]
    items += [
        f"{_plain(facts['dropped_label'])}: {_plain(row['reason'])}, {row['text']}"
        for row in facts["dropped"]
    ]
    yield f"## {_plain(facts['heading'])}"
    yield _list(items)


def _sizes(sizes: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    names = ("customers", "share", "revenue", "revenue_share", "revenue_each")
    keys = (
        "size_text", "share_text", "revenue_text", "revenue_share_text", "each_text",
    )  # fmt: skip
    rows = [
        [f"{row['number']}. {row['name']}", *(row[key] for key in keys)]
        for row in sizes["rows"]
    ]
    rows.append([labels["total"], *(sizes["total"][key] for key in keys)])
    yield f"## {_plain(sizes['heading'])}"
    yield _table([labels["segment"], *(labels[name] for name in names)], rows)
    if sizes["top"]:
        yield _plain(sizes["top"])


def _cards(section: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield _plain(section["lead"])
    for text in (section["rulebook"], section["stability"]):
        if text:
            yield _plain(text)
    for card in section["cards"]:
        yield f"### {card['number']}. {_plain(card['name'])}"
        if card["formerly"]:
            yield _plain(card["formerly"])
        if card["stability"]:
            yield f"{labels['stability']}: {_plain(card['stability']['text'])}"
        if card["note"]:
            yield _plain(card["note"])
        if card["sentences"]:
            yield " ".join(map(_plain, card["sentences"]))
        if card["claims"]:
            yield f"**{_plain(labels['apart'])}**"
            yield _list([_plain(claim) for claim in card["claims"]])
        if card["rule"]:
            yield f"**{_plain(labels['rule'])}**"
            yield _plain(card["rule"])
        yield f"**{_plain(labels['action'])}**"
        advice = (card["goal"], card["action"], card["avoid"])
        yield " ".join(_plain(text) for text in advice if text)
        yield _list(
            [f"{_plain(one['label'])}: {_plain(one['text'])}" for one in card["play"]]
        )


def _lint(section: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    if section["clean"]:
        yield _plain(section["clean"])
        return
    yield _plain(section["lead"])
    yield _list(
        [
            f"**{_plain(one['word'])}**: {_plain(one['text'])}"
            for one in section["findings"]
        ]
    )


def _heatmap(section: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield _plain(section["lead"])
    columns = [f"{column['number']}. {column['name']}" for column in section["columns"]]
    head = [labels["feature"], labels["all"], *columns]
    yield from _groups(section["groups"], head)
    if section["more"]:
        yield f"### {_plain(section['more']['label'])}"
        yield from _groups(section["more"]["groups"], head)
    yield f"### {_plain(section['meanings']['label'])}"
    yield _list(
        [
            f"**{_plain(one['label'])}**: {_plain(one['text'])}"
            for one in section["meanings"]["rows"]
        ]
    )


def _groups(groups: Sequence[Mapping[str, Any]], head: Sequence[str]) -> Iterator[str]:
    for group in groups:
        yield f"**{_plain(group['heading'])}**"
        yield _table(
            head,
            [
                [row["label"], row["all_text"], *map(_with_level, row["cells"])]
                for row in group["rows"]
            ],
        )


def _with_level(cell: Mapping[str, Any]) -> str:
    return f"{cell['text']} ({cell['level']})" if cell["level"] else str(cell["text"])


def _rhythm(section: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield _plain(section["lead"])
    columns = [
        f"{column['label']} {column['hours'] or ''}" for column in section["columns"]
    ]
    for panel in section["panels"]:
        number = f"{panel['number']}. " if panel["number"] else ""
        yield f"### {number}{_plain(panel['name'])}"
        if panel["text"]:
            yield _plain(panel["text"])
        yield _table(
            [section["corner"], *columns],
            [
                [row["label"], *(cell["text"] for cell in row["cells"])]
                for row in panel["rows"]
            ],
        )
    if section["note"]:
        yield _plain(section["note"])


def _journey(section: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield _plain(section["lead"])
    lines = [(f"{row['number']}. {row['name']}", row) for row in section["rows"]]
    yield _table(
        [
            labels["segment"],
            *(stage["label"] for stage in section["stages"]),
            labels["customers"],
        ],
        [
            [name, *map(_with_count, row["cells"]), row["size_text"]]
            for name, row in [*lines, (labels["all"], section["total"])]
        ],
    )
    notes = (section["prospects"], section["not_shown"])
    yield from (_plain(note) for note in notes if note)


def _with_count(cell: Mapping[str, Any]) -> str:
    count = cell["count_text"]
    return f"{cell['text']} ({count})" if count else str(cell["text"])


def _why(section: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield f"**{_plain(section['verdict_text'])}**"
    yield _plain(section["text"])
    yield _list(
        [
            f"{_plain(one['label'])}: {_plain(one['value'])}"
            for one in section["figures"]
        ]
    )
    if section["table"]:
        yield _table(
            [labels["number"], *section["table"]["columns"]],
            [
                [f"{row['k']} ←" if row["delivered"] else row["k"], *row["cells"]]
                for row in section["table"]["rows"]
            ],
        )


def _quality(section: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    account = section["account"]
    if account:
        yield _plain(account["lead"])
        rows = [*account["rows"], account["total"]]
        yield _table(
            [labels["reason"], labels["rows"], labels["amount"]],
            [[row["label"], row["rows_text"], row["amount_text"]] for row in rows],
        )
        yield from map(_plain, account["notes"])
        if account["remarks"]:
            yield f"### {_plain(account['remarks_heading'])}"
            yield _list([_remark(remark) for remark in account["remarks"]])
    if section["mapping"]:
        yield _table(
            [labels["source_column"], labels["meaning"]],
            [[row["source"], row["meaning"]] for row in section["mapping"]["rows"]],
        )


def _remark(remark: Mapping[str, Any]) -> str:
    column = f": {remark['column']}" if remark["column"] else ""
    count = f" ({remark['count_text']})" if remark["count_text"] else ""
    code = "" if remark["code"] in remark["text"] else f" · {remark['code']}"
    return _plain(f"{remark['text']}{column}{count}{code}")


def _method(section: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield _list([_plain(step) for step in section["steps"]])
    yield f"### {_plain(section['limits_heading'])}"
    yield _list([_plain(limit) for limit in section["limits"]])
    rows = [[row["label"], row["value"]] for row in section["settings"]]
    rows += [[row["label"], row["value"]] for row in section["versions"]]
    if rows:
        yield f"### {_plain(section['settings_heading'])}"
        yield _table([labels["setting"], labels["value"]], rows)


def _glossary(section: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield f"## {_plain(section['heading'])}"
    yield _list(
        [
            f"**{_plain(one['term'])}**: {_plain(one['text'])}"
            for one in section["words"]
        ]
    )

"""The page of the catalogue, written from the entries and the texts themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from autoseg.features import (
    CATALOGUE,
    Feature,
    MissingRule,
    block_name,
    feature_meaning,
    feature_name,
)
from autoseg.features.rollups import ROLLUPS
from autoseg.features.sources import SOURCES
from autoseg.locales import LANGUAGES
from autoseg.tables import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["UNITS", "catalogue_page"]

INTRODUCTION = """\
# The catalogue

Every feature that autoseg knows: {n_features} entries in {n_blocks} blocks. This page
is written from the entries themselves when the documentation is built;
`autoseg.features.CATALOGUE` holds the same entries. [Features](features.md) tells how
they are computed and used.

A *purchase* is an order with a value above zero, and a *return* an order with a value
below zero. Days are whole days before the day of analysis. A feature that needs a
column or a table is computed where the data have it. Names in **bold** are the features
that segments are found on unless you choose others.
"""

UNITS = {
    "days": "whole days, or their mean",
    "orders": "a number of purchases",
    "currency": "money, in the currency of the amounts",
    "share": "a part of a whole, 0 to 1",
    "ratio": "one number divided by another; 1 where they are equal",
    "count": "a number of things, or their mean",
    "score": "from −1 to 1",
    "nats": "how evenly something is spread: −Σ p ln p; 0 is all in one place",
    "weekday": "1 Monday to 7 Sunday",
    "daypart": "1 night, 2 morning, 3 afternoon, 4 evening",
    "stage": "a step on a way, counted from 1",
}

FILLINGS = {
    MissingRule.NEVER: "",
    MissingRule.ZERO: "0",
    MissingRule.TENURE: "the customer's `tenure_days`",
    MissingRule.MEDIAN: "the median of all who have it",
}

LANGUAGE_NAMES = {"en": "English", "nb": "Norsk", "da": "Dansk", "sv": "Svenska"}

FILLED = """\
## What stands for a missing value

A missing value is NaN in `FeatureTable.frame`, never 0. `FeatureTable.matrix()` has no
gaps: the column *filled with* says what it writes there. Where nobody has a value, the
median is 0.
"""

FROM_DATA_TEXT = """\
## Named from your data

Features that are there only because of what the data say;
[how they get their names](features.md#features-named-from-your-data). Where a customer
lacks one, `matrix` writes the median of all who have it.
"""

FROM_DATA = {
    "channel_share_<channel>": ("channel", "share", "channel_share_…", "`channel`"),
    "device_share_<device>": (
        "channel", "share", "device_share_…", "`device` of the events"
    ),
    "attribute_<column>": ("attributes", "count", "attribute_…", "the customers table"),
    "attribute_<column>_<value>": (
        "attributes", "share", "attribute_…_…", "the customers table"
    ),
}  # fmt: skip

SOURCES_TEXT = """\
## Sources

The relations that the SQL of an entry reads. Where no SQL is shown, the rows are those
of a roll-up as they are. `as_of` stands for the day of analysis.
"""

ROLLUPS_TEXT = """\
## Roll-ups

What is kept of the staged rows, one row a customer and key. A roll-up of all rows is
the same as the merged roll-ups of any parts of them: that is why a full run, a refresh
and a history give the same bits.
"""


def catalogue_page() -> str:
    """Return the page, in Markdown.

    Returns
    -------
    str
        A section a block, then the names, the sources and the roll-ups.
    """
    blocks = list(dict.fromkeys(feature.block for feature in CATALOGUE.values()))
    introduction = INTRODUCTION.format(n_features=len(CATALOGUE), n_blocks=len(blocks))
    sections = [
        introduction,
        _units(),
        FILLED,
        *map(_block, blocks),
        _from_data(),
        _names(),
        *_sources(),
        *_rollups(),
    ]
    return "\n".join(sections)


def _units() -> str:
    used = list(dict.fromkeys(feature.unit for feature in CATALOGUE.values()))
    rows = [(f"`{unit}`", UNITS[unit]) for unit in used]
    return "## Units\n\n" + _table(["unit", "what it is"], rows)


def _block(block: str) -> str:
    features = [feature for feature in CATALOGUE.values() if feature.block == block]
    header = ["feature", "unit", "what it is", "missing", "filled with", "needs"]
    table = _table(header, map(_row, features))
    sql = "\n".join(map(_entry_sql, features))
    return f"## {block_name(block)}\n\nBlock `{block}`.\n\n{table}\n{sql}"


def _row(feature: Feature) -> Sequence[str]:
    # each meaning ends with what it is to lack a value
    meaning, _, missing = feature_meaning(feature).rpartition("; ")
    name = f"`{feature.name}`"
    return (
        f"**{name}**" if feature.clustering else name,
        feature.unit,
        meaning,
        missing.removesuffix("."),
        FILLINGS[feature.missing],
        ", ".join(map(_need, sorted(feature.needs))),
    )


def _need(need: str) -> str:
    if need in ROLES:
        return f"the {need} table"
    if need in {column.name for column in ROLES["transactions"]}:
        return f"`{need}`"
    return {"time_of_day": "times of day", "device": "`device` of the events"}[need]


def _entry_sql(feature: Feature) -> str:
    source = SOURCES[feature.source]
    read = [
        f"-- {name} is\n{_pretty(source.columns[name])}"
        for name in _columns(feature.sql)
        if source.columns[name] != name
    ]
    over = f"-- over {feature.source}; a row is {source.row}"
    sql = "\n".join([over, _pretty(feature.sql), *read])
    summary = f"Definition of <code>{feature.name}</code>"
    return _folded(summary, sql, text=feature.meaning)


def _from_data() -> str:
    rows = []
    for shown, (block, unit, name, needs) in FROM_DATA.items():
        level = "" if shown == "attribute_<column>" else "…"
        stub = Feature(
            name=name,
            block=block,
            unit=unit,
            meaning="",
            sql="",
            label="…",
            level=level,
        )
        meaning, _, missing = feature_meaning(stub).rpartition("; ")
        rows.append((f"`{shown}`", unit, meaning, missing.removesuffix("."), needs))
    header = ["feature", "unit", "what it is", "missing", "needs"]
    return FROM_DATA_TEXT + "\n" + _table(header, rows)


def _names() -> str:
    rows = [
        (f"`{feature.name}`", *(feature_name(feature, one) for one in LANGUAGES))
        for feature in CATALOGUE.values()
    ]
    header = ["feature", *(LANGUAGE_NAMES[one] for one in LANGUAGES)]
    return "## Names in four languages\n\n" + _table(header, rows)


def _sources() -> list[str]:
    rows = [
        (f"`{name}`", source.row, ", ".join(f"`{one}`" for one in source.rollups))
        for name, source in SOURCES.items()
    ]
    parts = [SOURCES_TEXT, _table(["source", "a row is", "made from"], rows)]
    for name, source in SOURCES.items():
        if all(sql == column for column, sql in source.columns.items()):
            continue  # the rows of a roll-up as they are
        columns = ", ".join(
            sql if sql == column else f"{sql} AS {column}"
            for column, sql in source.columns.items()
        )
        query = f"SELECT {{keys}}, {columns} FROM {source.relation}"
        parts.append(_folded(f"SQL of <code>{name}</code>", _pretty(query)))
    return parts


def _rollups() -> list[str]:
    header = ["roll-up", "a row is", "of", "by customer and", "keeps", "where"]
    rows = [
        (
            f"`{name}`",
            rollup.row,
            rollup.table,
            ", ".join(f"`{key}`" for key in rollup.keys),
            ", ".join(f"`{column}`" for column in rollup.columns),
            f"`{rollup.where}`" if rollup.where else "",
        )
        for name, rollup in ROLLUPS.items()
    ]
    return [ROLLUPS_TEXT, _table(header, rows)]


def _columns(sql: str) -> list[str]:
    """Return the columns that an expression reads, each once."""
    found = parse_one(sql, read="duckdb").find_all(exp.Column, bfs=False)
    return list(dict.fromkeys(column.name for column in found))


def _pretty(sql: str) -> str:
    """Return SQL in lines; what stands in braces becomes a plain name."""
    plain = sql.format_map(_Names(keys="customer_id", day=""))
    return parse_one(plain, read="duckdb").sql(dialect="duckdb", pretty=True)


class _Names(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key


def _folded(summary: str, sql: str, text: str = "") -> str:
    above = f"{text}\n\n" if text else ""
    return (
        f"<details>\n<summary>{summary}</summary>\n\n"
        f"{above}```sql\n{sql}\n```\n\n</details>\n"
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")

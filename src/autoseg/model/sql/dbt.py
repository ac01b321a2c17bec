"""The scoring as a model of a dbt project: its SQL, and a schema with tests."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autoseg.features.statement import read_orders
from autoseg.features.tablenames import table_parts
from autoseg.model.groups import UNSCORABLE
from autoseg.model.sql.pipeline import orders_statement
from autoseg.model.sql.statement import features_statement
from autoseg.tables.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autoseg.model.segment_model import SegmentModel

__all__ = ["dbt_files"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KINDS = ("view", "table")
_JINJA = re.compile(r"\{[{%#]")
# of the letters that Unicode leaves to everybody
_HERE = "\ue000"
_MOST_PARTS = 2

_ABOUT = {
    "customer_id": "The customer.",
    "segment": "Number of the segment, from 1; empty where nobody can tell.",
    "segment_key": "Key of the segment, the same in every language.",
    "segment_name": "Name of the segment.",
    "confidence": "Probability of the segment, 0 to 1.",
    "runner_up": "Number of the segment that comes next.",
    "unlike_any": "Whether nearly all customers of the fit were nearer to theirs.",
}


def dbt_files(
    model: SegmentModel,
    dialect: str,
    *,
    table: str,
    name: str = "customer_segments",
    materialized: str = "view",
    raw: bool = False,
    **settings: Any,
) -> dict[str, str]:
    """Return the files by name; see `SegmentModel.to_dbt`."""
    findings = Findings()
    parts = table_parts(table, findings)
    if not _NAME.fullmatch(name):
        findings.error(
            "ASG_E_TABLE_NAME",
            f"name {name!r}",
            "it cannot be the name of a dbt model",
            "use letters a to z, digits and underscores",
        )
    if materialized not in _KINDS:
        findings.error(
            "ASG_E_CREATE",
            f"create {materialized!r}",
            "it is neither a view nor a table",
            'use "view" or "table"',
        )
    if len(parts) > _MOST_PARTS:
        findings.error(
            "ASG_E_TABLE_NAME",
            f"table {table!r}",
            "dbt knows models by one name and sources by two",
            "write it as model or source.table",
        )
    findings.raise_errors()
    write = _pipeline if raw else _scoring
    sql = _templated(
        lambda relation: write(model, dialect, table, relation, settings), parts
    )
    config = f"{{{{ config(materialized={materialized!r}) }}}}\n"
    return {f"{name}.sql": config + sql, f"{name}.yml": _schema(model, name, sql)}


def _scoring(
    model: SegmentModel, dialect: str, table: str, relation: str, settings: Any
) -> str:
    return features_statement(
        model, dialect, table=table, relation=relation, **settings
    )


def _pipeline(
    model: SegmentModel, dialect: str, table: str, relation: str, settings: Any
) -> str:
    reading = {
        key: settings[key]
        for key in ("columns", "as_of", "since", "timezone", "currency")
        if key in settings
    }
    told = {key: value for key, value in settings.items() if key not in reading}
    window = model.window
    reading["timezone"] = reading.get("timezone") or window.timezone
    reading["currency"] = reading.get("currency") or window.currency
    orders = read_orders(dialect, table=table, **reading)
    return orders_statement(model, replace(orders, name=relation), table, **told)


def _templated(write: Callable[[str], str], parts: list[str]) -> str:
    """Return the SQL with dbt's word for the table, and no other word for dbt."""
    here = _HERE
    while (sql := write(here)).count(here) != 1:
        # somebody calls something so
        here += _HERE
    given = ", ".join(map(repr, parts))
    word = "ref" if len(parts) == 1 else "source"
    before, after = map(_plain, sql.split(here))
    return f"{before}{{{{ {word}({given}) }}}}{after}"


def _plain(text: str) -> str:
    """Return a text that comes out of Jinja as it is."""
    return _JINJA.sub(lambda braces: f"{{{{ '{braces[0]}' }}}}", text)


def _schema(model: SegmentModel, name: str, sql: str) -> str:
    """Return the schema, as JSON inside of YAML, which YAML is a superset of."""
    window = model.window
    since = f", fitted as of {window.as_of}" if window.as_of else ""
    lines = [
        "version: 2",
        "",
        "models:",
        f"  - name: {name}",
        f"    description: {_quoted(f'Segments of customers, one row each{since}.')}",
        "    columns:",
        *(f"      {line}" for line in _columns(model, _told(model, sql))),
    ]
    return "\n".join(lines) + "\n"


def _told(model: SegmentModel, sql: str) -> list[str]:
    """Return the columns that come out."""
    last = sql[sql.rindex("\nSELECT\n") :]
    posteriors = [f"p_{n}" for n in sorted(model.numbers)]
    return [
        "customer_id",
        *(
            one
            for one in (*_ABOUT, *posteriors)
            if f" AS {one}," in last or f" AS {one}\n" in last
        ),
    ]


def _columns(model: SegmentModel, told: Iterable[str]) -> Iterator[str]:
    for name in told:
        about = _ABOUT.get(name)
        if about is None:
            about = f"Probability of segment {name.removeprefix('p_')}, 0 to 1."
        yield f"- name: {name}"
        yield f"  description: {_quoted(about)}"
        if name == "customer_id":
            yield "  data_tests:"
            yield "    - not_null"
            yield "    - unique"
        if name == "segment_key":
            # as one key may stand for several segments
            keys = dict.fromkeys([*(one.key for one in model.segments), UNSCORABLE])
            yield "  data_tests:"
            yield "    - not_null"
            yield "    - accepted_values:"
            yield "        arguments:"
            yield "          values:"
            yield from (f"            - {_quoted(key)}" for key in keys)


def _quoted(text: str) -> str:
    return json.dumps(_plain(text), ensure_ascii=False)

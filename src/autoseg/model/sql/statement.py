"""The scoring of a table of features as one statement."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from autoseg.features.tablenames import find_warehouse, table_parts
from autoseg.model.sql.columns import remark
from autoseg.model.sql.scoring import RESULTS, Scoring
from autoseg.tables.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.features.warehouses import Warehouse
    from autoseg.model.segment_model import SegmentModel

__all__ = ["created", "features_statement", "header", "read_results"]

_KINDS = ("view", "table")


def features_statement(
    model: SegmentModel,
    dialect: str,
    *,
    table: str,
    relation: str | None = None,
    customer_id: str = "customer_id",
    columns: Mapping[str, str] | None = None,
    language: str = "en",
    results: Sequence[str] | None = None,
    posteriors: bool = False,
    create: str | None = None,
    name: str | None = None,
) -> str:
    """Return the statement that scores a table of features; see `SegmentModel.to_sql`.

    With `relation` that stands after FROM, and `table` in the comment only.
    """
    findings = Findings()
    warehouse = find_warehouse(dialect, findings)
    parts = table_parts(table, findings)
    _check_columns(model, columns or {}, findings)
    told = read_results(results, findings)
    beginning = created(warehouse, create, name, findings)
    findings.raise_errors()
    scoring = Scoring(
        model,
        warehouse,
        relation or ".".join(map(warehouse.name, parts)),
        customer_id=customer_id,
        columns=columns or {},
        language=language,
        results=told,
        posteriors=posteriors,
    )
    what = f"Segments of customers, one row each, from the features in {table}"
    return f"{header(model, warehouse, what)}{beginning}{scoring.query()}\n"


def _check_columns(
    model: SegmentModel, columns: Mapping[str, str], findings: Findings
) -> None:
    known = {*model.feature_names, "tenure_days"}
    for name in columns:
        if name not in known:
            findings.error(
                "ASG_E_FEATURE_UNKNOWN",
                "columns",
                f"the model has no feature {name!r}",
                f"name one of {', '.join(model.feature_names)}",
            )


def read_results(results: Sequence[str] | None, findings: Findings) -> tuple[str, ...]:
    """Return which results are told, in their order.

    Parameters
    ----------
    results : sequence of str, optional
        Names of `RESULTS`; all by default.
    findings : Findings
        Takes the errors.
    """
    asked = RESULTS if results is None else tuple(results)
    for one in asked:
        if one not in RESULTS:
            findings.error(
                "ASG_E_RESULT",
                "results",
                f"there is no result {one!r}",
                f"use some of {', '.join(RESULTS)}",
            )
    return tuple(one for one in RESULTS if one in asked)


def created(
    warehouse: Warehouse, create: str | None, name: str | None, findings: Findings
) -> str:
    """Return what makes a view or a table of the query after it.

    Parameters
    ----------
    warehouse : Warehouse
        The database.
    create : {"view", "table"} or None
        What is made; None for a bare query.
    name : str or None
        What it is called.
    findings : Findings
        Takes the errors.
    """
    if create not in {None, *_KINDS}:
        findings.error(
            "ASG_E_CREATE",
            f"create {create!r}",
            "it is neither a view nor a table",
            'use "view", "table" or nothing',
        )
        return ""
    if (create is None) != (name is None):
        findings.error(
            "ASG_E_CREATE",
            "create and name",
            "one of them is given without the other",
            "say both what is created and what it is called, or neither",
        )
        return ""
    if create is None or name is None:
        return ""
    parts = table_parts(name, findings)
    return warehouse.creating(create, ".".join(map(warehouse.name, parts)))


def header(model: SegmentModel, warehouse: Warehouse, what: str) -> str:
    """Return the comment that says what a statement is.

    Parameters
    ----------
    model : SegmentModel
        The model.
    warehouse : Warehouse
        The database.
    what : str
        What comes out.
    """
    window = model.window
    lines = [
        f"{what}, written by autoseg-customers {version('autoseg-customers')}"
        f" for {warehouse.dialect}.",
        f"The model has {len(model.segments)} segments"
        + (f", as of {window.as_of}" if window.as_of else "")
        + (f", amounts in {window.currency}" if window.currency else "")
        + ".",
        "Who cannot be placed has no segment and the key 'unscorable'.",
    ]
    if not warehouse.executed:
        lines.append(
            f"This SQL has never been executed on {warehouse.dialect}: compare a few"
            " customers before you rely on it."
        )
    return "".join(f"{remark(line)}\n" for line in lines)

"""Where a statement is to run: which database, and what its table is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autoseg.features.warehouses import WAREHOUSES

if TYPE_CHECKING:
    from autoseg.features.warehouses import Warehouse
    from autoseg.tables.findings import Findings

__all__ = ["find_warehouse", "table_parts"]

# a name in one of the kinds of quotes, or without any
_PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^.`"]+)')
_MOST_PARTS = 4


def find_warehouse(dialect: str, findings: Findings) -> Warehouse:
    """Return the database of a dialect.

    Parameters
    ----------
    dialect : str
        A key of `WAREHOUSES`.
    findings : Findings
        Takes the error if it is none.
    """
    if dialect not in WAREHOUSES:
        findings.error(
            "ASG_E_DIALECT",
            f"dialect '{dialect}'",
            "no SQL is written for it",
            f"use one of {', '.join(WAREHOUSES)}",
        )
    return WAREHOUSES.get(dialect, WAREHOUSES["duckdb"])


def table_parts(table: str, findings: Findings) -> list[str]:
    """Return the parts of the name of a table.

    Parameters
    ----------
    table : str
        The name, such as ``"shop.orders"``; a part with a dot stands in quotes.
    findings : Findings
        Takes the error if it is none.

    Examples
    --------
    >>> from autoseg.tables.findings import Findings
    >>> table_parts('shop."orders.v2"', Findings())
    ['shop', 'orders.v2']
    """
    parts, rest = [], table
    while match := _PART.match(rest):
        double, back, plain = match.groups()
        parts.append(
            (double or "").replace('""', '"')
            or (back or "").replace("``", "`")
            or plain.strip()
        )
        rest = rest[match.end() :]
        if not rest.startswith("."):
            break
        rest = rest[1:] or "."
    if rest or not all(parts) or not 0 < len(parts) <= _MOST_PARTS:
        findings.error(
            "ASG_E_TABLE_NAME",
            f"table {table!r}",
            "it is no name of a table",
            "write it as shop.orders, a part with a dot in it in double quotes",
        )
    return parts

"""Staging the tables beside the transactions: customers, events and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.engines import quote
from autoseg.tables.columns import read_columns
from autoseg.tables.pseudonyms import pseudonymise
from autoseg.tables.raw import column_name
from autoseg.tables.reasons import reasons_for
from autoseg.tables.sensitive import check_sensitive
from autoseg.tables.shapes import clean_text
from autoseg.tables.sifting import is_blank, note_dropped, sift_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_unique", "read_companion", "sift_companion", "stage_companion"]

# the id is there already
_TAKEN = frozenset({"customer_id"})


def sift_companion(
    role: str,
    raw: RawTable,
    expressions: Mapping[str, str],
    settings: Settings,
    findings: Findings,
) -> Sifted:
    """Read one of the tables and note what is wrong with it.

    Parameters
    ----------
    role : {"customers", "events", "responses"}
        Which table it is.
    raw : RawTable
        The rows as they came.
    expressions : mapping of str to str
        SQL of its columns.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    loaded = [i for i in range(len(raw.names)) if column_name(i) in raw.types]
    blank = is_blank(raw.column(position) for position in loaded)
    reasons = reasons_for(expressions, settings)
    rows = sift_rows(role, raw, expressions, blank, reasons)
    note_dropped(rows, settings, findings)
    if role == "customers" and "customer_id" in expressions:
        check_unique(rows, findings)
    return rows


def read_companion(
    role: str,
    raw: RawTable,
    mapped: Mapping[str, int],
    settings: Settings,
    findings: Findings,
) -> dict[str, str]:
    """Return SQL of a table's columns over its raw relation.

    Parameters
    ----------
    role : {"customers", "events", "responses"}
        Which table it is.
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    expressions = read_columns(role, raw, mapped, settings, findings)
    if role == "customers":
        expressions |= {
            column_name(position): clean_text(raw.column(position))
            for position, name in enumerate(raw.names)
            if name and position not in mapped.values() and name.lower() not in _TAKEN
        }
        own = [
            raw.names[i] for i in range(len(raw.names)) if column_name(i) in expressions
        ]
        check_sensitive(raw.label, own, settings, findings)
    return expressions


def stage_companion(
    role: str, rows: Sifted, expressions: Mapping[str, str], settings: Settings
) -> None:
    """Create the table under its canonical name from the rows that are used.

    Parameters
    ----------
    role : {"customers", "events", "responses"}
        Which table it is.
    rows : Sifted
        Its rows.
    expressions : mapping of str to str
        Its columns.
    settings : Settings
        The settings of the run.
    """
    # attributes get their own names back
    names = {column_name(i): quote(name) for i, name in enumerate(rows.raw.names)}
    listed = ", ".join(
        f"{column} AS {names.get(column, column)}"
        for column in expressions
        if column != "customer_id"
    )
    customer = f"{pseudonymise('customer_id', settings)} AS customer_id"
    listed = f"{customer}, {listed}" if listed else customer
    rows.raw.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {role} AS SELECT {listed}"
        f" FROM {rows.relation} WHERE reason IS NULL"
    )


def check_unique(rows: Sifted, findings: Findings) -> None:
    """Note customers with two rows: joined to them, revenue would count twice.

    Parameters
    ----------
    rows : Sifted
        A table with one row a customer.
    findings : Findings
        Takes the error.
    """
    twice = (
        "reason IS NULL AND"
        f" customer_id IN (SELECT customer_id FROM {rows.relation}"
        " WHERE reason IS NULL GROUP BY customer_id HAVING COUNT(*) > 1)"
    )
    ((n_rows, n_customers),) = rows.raw.engine.fetch_rows(
        "SELECT COALESCE(SUM(n), 0), COUNT(*) FROM (SELECT COUNT(*) AS n"
        f" FROM {rows.relation} WHERE reason IS NULL GROUP BY customer_id"
        " HAVING COUNT(*) > 1) AS repeated"
    )
    if n_rows:
        label, examples = rows.raw.where(twice, rows.relation)
        findings.error(
            "ASG_E_DUPLICATE_CUSTOMER",
            label,
            f"{n_customers} customers have more than one row",
            "keep one row a customer",
            rows=examples,
            n_rows=int(n_rows),
        )

"""Opening the user's tables, finding their columns and loading their rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.tables.mapping import check_targets, map_columns
from autoseg.tables.mojibake import check_mojibake
from autoseg.tables.raw import WORKSPACE
from autoseg.tables.reading import open_source
from autoseg.tables.roles import ROLES
from autoseg.tables.sifting import note_lines
from autoseg.tables.staged import ColumnMapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable, Source
    from autoseg.tables.settings import Settings

__all__ = ["OpenTable", "load_table", "mappings_of", "open_tables", "workspace"]


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One of the user's tables on its way into the engine.

    Parameters
    ----------
    role : str
        Which table it is, a key of `ROLES`.
    source : Source
        Where its rows come from.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    whole : bool
        Whether every column was found that the table needs.
    """

    role: str
    source: Source
    mapped: Mapping[str, int]
    whole: bool = True

    @property
    def mappings(self) -> tuple[ColumnMapping, ...]:
        """The columns that are used, under the user's names."""
        return mappings_of(self.role, self.source.names, self.mapped)


def mappings_of(
    role: str, names: Sequence[str], mapped: Mapping[str, int]
) -> tuple[ColumnMapping, ...]:
    """Return the columns of a table that are used, under the user's names.

    Parameters
    ----------
    role : str
        Which table it is, a key of `ROLES`.
    names : sequence of str
        The user's names.
    mapped : mapping of str to int
        Canonical name to position.
    """
    sources = {canonical: names[i] for canonical, i in mapped.items()}
    if role == "transactions" and "amount" not in sources:
        price = sources.pop("unit_price")
        sources["amount"] = f"{sources['quantity']} × {price}"
    if role == "summaries" and "monetary" not in sources:
        average = sources["average_order_value"]
        sources["monetary"] = f"{sources['frequency']} × {average}"
    return tuple(
        ColumnMapping(role, column.name, sources[column.name])
        for column in ROLES[role]
        if column.name in sources
    )


@contextmanager
def workspace(engine: DuckDBEngine) -> Iterator[None]:
    """Make room for what staging needs on its way, and clear it away afterwards.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the tables are staged.
    """
    engine.execute(f"DROP SCHEMA IF EXISTS {WORKSPACE} CASCADE")
    engine.execute(f"CREATE SCHEMA {WORKSPACE}")
    try:
        yield
    finally:
        engine.execute(f"DROP SCHEMA {WORKSPACE} CASCADE")
        for role in ROLES:
            engine.unregister(f"raw_{role}_frame")
        for path in engine.folder.glob("raw_*.parquet"):
            path.unlink()


def open_tables(
    given: Mapping[str, object],
    columns: Mapping[str, str],
    settings: Settings,
    findings: Findings,
) -> list[OpenTable]:
    """Open every table that was given and find its columns; note what is wrong.

    A table without some of its columns goes on, so that what is wrong with the
    others comes out as well.

    Parameters
    ----------
    given : mapping of str to object
        Role to what the user gave; the first one has to be there, others may be None.
    columns : mapping of str to str
        The user's own mapping of column names.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    check_targets(columns, findings)
    main = next(iter(given))
    tables = []
    for role, value in given.items():
        if value is None and role != main:
            continue
        source = open_source(value, role, settings, findings)
        if source is None:
            continue
        before = len(findings.errors)
        mapped = map_columns(role, source.names, columns, source.label, findings)
        if "amount" in mapped and role == "transactions":
            mapped.pop("unit_price", None)
        whole = len(findings.errors) == before
        tables.append(OpenTable(role, source, mapped, whole))
    return tables


def load_table(
    engine: DuckDBEngine, table: OpenTable, settings: Settings, findings: Findings
) -> RawTable:
    """Bring the rows of a table into the engine.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the rows go.
    table : OpenTable
        The table; of customers every column is loaded, of others what is mapped.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    wanted = sorted(set(table.mapped.values()))
    if table.role == "customers":
        wanted = list(range(len(table.source.names)))
    before = len(findings.errors)
    raw = table.source.load(engine, f"raw_{table.role}", wanted, findings)
    if len(findings.errors) > before:
        # what could not be loaded cannot be looked into
        return raw
    note_lines(raw, settings, findings)
    check_mojibake(raw, table.role, table.mapped, findings)
    if not raw.n_rows and len(findings.errors) == before:
        findings.error(
            "ASG_E_NO_ROWS",
            raw.label,
            "there are columns and 0 data rows",
            "export it again",
        )
    return raw

"""Opening the user's tables where they are: columns found, and of what type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlglot import exp

from autoseg.engines import Query
from autoseg.errors import EngineError
from autoseg.tables.inplace.dialects import DIALECTS
from autoseg.tables.inplace.place import Hindrance
from autoseg.tables.inplace.translated import Translated
from autoseg.tables.mapping import check_names, map_columns
from autoseg.tables.opening import mappings_of
from autoseg.tables.raw import RawTable
from autoseg.tables.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.engines import DuckDBEngine, Kind, SourceEngine, TypedColumn
    from autoseg.tables.findings import Findings
    from autoseg.tables.inplace.dialects import Dialect
    from autoseg.tables.staged import ColumnMapping

__all__ = ["PlacedTable", "open_in_place"]

_NUMBERS: tuple[Kind, ...] = ("integer", "decimal", "float")
_FITTING: Mapping[str, tuple[Kind, ...]] = {
    "id": ("text", "uuid", *_NUMBERS),
    "timestamp": ("date", "timestamp", "timestamptz"),
    "amount": _NUMBERS,
    "number": _NUMBERS,
    "count": _NUMBERS,
    "text": ("text", "integer", "boolean", "uuid"),
    "flag": ("boolean", "integer"),
}
"""What a column may hold to be read as it is, by the kind of canonical column."""

# what the same would be in the embedded engine
_TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(38,4)",
    "float": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "boolean": "BOOLEAN",
    "uuid": "UUID",
}


class _Unnumbered(RawTable):
    """Rows of a table where they are: they have no numbers to name them by."""

    __slots__ = ()

    def where(
        self, condition: str, relation: str | None = None
    ) -> tuple[str, tuple[int, ...]]:
        del condition, relation
        return self.label, ()


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """One of the user's tables where it is.

    Parameters
    ----------
    role : str
        Which table it is, a key of `ROLES`.
    raw : RawTable
        Its rows, with texts cleaned; its engine takes DuckDB's SQL.
    source : str
        Its rows as they are.
    columns : sequence of TypedColumn
        All its columns.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    dialect : Dialect
        How its engine says things.
    """

    role: str
    raw: RawTable
    source: str
    columns: Sequence[TypedColumn]
    mapped: Mapping[str, int]
    dialect: Dialect

    @property
    def mappings(self) -> tuple[ColumnMapping, ...]:
        """The columns that are used, under the user's names."""
        return mappings_of(self.role, self.raw.names, self.mapped)

    @property
    def translated(self) -> Translated:
        """The engine, for statements in DuckDB's dialect."""
        return cast("Translated", self.raw.engine)

    def quote(self, name: str) -> str:
        """Return a name of the user's, safe to stand in SQL.

        Parameters
        ----------
        name : str
            Any name.
        """
        own: str = exp.to_identifier(name, quoted=True).sql(
            dialect=self.translated.engine.dialect
        )
        return own

    @property
    def used(self) -> list[int]:
        """Positions of the columns that are read."""
        if self.role == "customers":
            return list(range(len(self.columns)))
        return sorted(set(self.mapped.values()))


def open_in_place(
    engine: SourceEngine,
    role: str,
    value: object,
    mapping: Mapping[str, str],
    findings: Findings,
) -> tuple[PlacedTable | None, list[Hindrance]]:
    """Open a table where it is, and find its columns.

    Parameters
    ----------
    engine : SourceEngine
        Where it is.
    role : str
        Which table it is.
    value : object
        A query or a Spark data frame.
    mapping : mapping of str to str
        The user's own mapping of column names.
    findings : Findings
        Takes the errors.

    Returns
    -------
    PlacedTable or None
        None where an error was noted or something is in the way.
    list of Hindrance
        What is in the way.
    """
    label = f"query on {role}" if isinstance(value, Query) else role
    try:
        source, columns = engine.open_table(role, value)
    except EngineError as error:
        return None, [Hindrance(label, error.reason, query=True)]
    before = len(findings.errors)
    names = tuple(column.name for column in columns)
    check_names(names, label, findings)
    if len(findings.errors) > before:
        return None, []
    mapped = map_columns(role, names, mapping, label, findings)
    if "amount" in mapped and role == "transactions":
        mapped.pop("unit_price", None)
    if len(findings.errors) > before:
        return None, []
    hindrances = _look_at_types(role, label, columns, mapped)
    if hindrances:
        return None, hindrances
    return _name_rows(engine, role, label, source, columns, mapped), []


def _look_at_types(
    role: str, label: str, columns: Sequence[TypedColumn], mapped: Mapping[str, int]
) -> list[Hindrance]:
    found = []
    for canonical in ROLES[role]:
        position = mapped.get(canonical.name)
        if position is None:
            continue
        column = columns[position]
        if column.kind not in _FITTING[canonical.kind]:
            words = f"it is of type {column.type}, and {canonical.name} needs"
            words += f" {_wanted(canonical.kind)}"
            found.append(Hindrance(label, words, column.name))
    return found


def _wanted(kind: str) -> str:
    return {
        "id": "texts or whole numbers",
        "timestamp": "dates or timestamps",
        "text": "texts",
        "flag": "booleans",
    }.get(kind, "numbers")


def _name_rows(
    engine: SourceEngine,
    role: str,
    label: str,
    source: str,
    columns: Sequence[TypedColumn],
    mapped: Mapping[str, int],
) -> PlacedTable:
    """Give the rows that are read a name, with their texts cleaned."""
    dialect = DIALECTS[engine.dialect]
    used = range(len(columns)) if role == "customers" else sorted(set(mapped.values()))
    texts = {i for i in used if columns[i].kind == "text"}
    texts |= {i for i in used if i not in mapped.values()}
    listed = ", ".join(
        f"{_text(columns[i], dialect)} AS {columns[i].sql}"
        if i in texts
        else columns[i].sql
        for i in used
    )
    relation = engine.create_view(f"typed_{role}", f"SELECT {listed} FROM {source}")
    raw = _Unnumbered(
        cast("DuckDBEngine", Translated(engine, {})),
        relation,
        label,
        tuple(column.name for column in columns),
        n_rows=0,
        locate=lambda _: (label, ()),
        types={
            columns[i].sql: "VARCHAR" if i in texts else _TYPES[columns[i].kind]
            for i in used
        },
    )
    return PlacedTable(role, raw, source, columns, mapped, dialect)


def _text(column: TypedColumn, dialect: Dialect) -> str:
    """Return a column as clean text; numbers as the embedded engine writes them."""
    if column.kind == "text":
        return dialect.clean(column.sql)
    value = f"CAST({column.sql} AS {dialect.text_type})"
    if column.kind == "date":
        # a day that is read as text first stands in the order that a setting has
        parts = (("YEAR", 4), ("MONTH", 2), ("DAY", 2))
        value = " || '-' || ".join(
            f"LPAD(CAST(EXTRACT({part} FROM {column.sql}) AS {dialect.text_type}),"
            f" {width}, '0')"
            for part, width in parts
        )
    return dialect.clean(value)

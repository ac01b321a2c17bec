"""What every engine can do, and one that works where the user's rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

__all__ = ["Engine", "Kind", "SourceEngine", "TypedColumn"]

Kind = Literal[
    "text",
    "integer",
    "decimal",
    "float",
    "date",
    "timestamp",
    "timestamptz",
    "boolean",
    "uuid",
    "other",
]
"""What a column of a typed table holds, whatever its engine calls that."""


class TypedColumn(NamedTuple):
    """A column of a table that is read where it is.

    Parameters
    ----------
    name : str
        The user's name of it.
    sql : str
        Its name inside the engine.
    kind : str
        What it holds.
    type : str
        What the engine calls that.
    """

    name: str
    sql: str
    kind: Kind
    type: str


class Engine(Protocol):
    """Where SQL runs; statements are in the engine's own dialect."""

    dialect: str
    """SQLGlot's name of the SQL that it takes, as `render` knows it."""

    def execute(self, sql: str) -> None:
        """Run a statement whose result nobody reads."""
        ...

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples."""
        ...

    def fetch_arrow(self, sql: str) -> pa.Table:
        """Run a query and return its rows as an Arrow table."""
        ...

    def close(self) -> None:
        """Take away what the engine made, and let go of what it holds."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class SourceEngine(Engine, Protocol):
    """An engine where the user's rows are; what it makes there it takes away."""

    def open_table(self, role: str, value: Any) -> tuple[str, Sequence[TypedColumn]]:
        """Return what stands for a table after FROM, and its columns."""
        ...

    def create_view(self, name: str, query: str) -> str:
        """Give a query a name that nobody else has; return what stands after FROM."""
        ...

    def create_lines(self, name: str, query: str) -> str:
        """Name a query over lines, in the way that is cheapest to read them again."""
        ...

    def create_table(self, name: str, query: str) -> str:
        """Keep a query's rows until `close`; return what stands after FROM."""
        ...

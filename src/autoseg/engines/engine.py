"""What every engine can do, wherever it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

__all__ = ["Engine"]


class Engine(Protocol):
    """Where SQL runs: inside the process, in a database or on a cluster."""

    dialect: str
    """SQLGlot's name of the SQL that it takes, as `render` knows it."""

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> None:
        """Run a statement whose result nobody reads."""
        ...

    def fetch_rows(
        self, sql: str, parameters: Sequence[object] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples."""
        ...

    def fetch_arrow(
        self, sql: str, parameters: Sequence[object] | None = None
    ) -> pa.Table:
        """Run a query and return its rows as an Arrow table."""
        ...

    def close(self) -> None:
        """Let go of everything that it made."""
        ...

"""Spark as an engine: the rows stay in the user's session, which stays as it was."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from autoseg.engines.engine import TypedColumn
from autoseg.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from autoseg.engines.engine import Kind

__all__ = ["SparkEngine"]

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    "decimal": "decimal",
    **dict.fromkeys(("float", "double"), "float"),
    "date": "date",
    "timestamp": "timestamptz",
    "timestamp_ntz": "timestamp",
    "boolean": "boolean",
}


class SparkEngine:
    """The Spark session that the user's frames are of.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Is lent: no setting of it is changed, and the views and the rows that are
        kept there are gone after `close`.

    Examples
    --------
    >>> with SparkEngine(orders.sparkSession) as engine:  # doctest: +SKIP
    ...     engine.fetch_rows("SELECT 41 + 1")
    [(42,)]
    """

    dialect = "spark"

    def __init__(self, session: Any) -> None:
        self._session = session
        self._prefix = f"autoseg_{uuid4().hex[:12]}_"
        self._views: list[str] = []
        self._kept: list[Any] = []

    def execute(self, sql: str) -> None:
        """Run a statement whose result nobody reads.

        Parameters
        ----------
        sql : str
            One statement.

        Raises
        ------
        autoseg.errors.EngineError
            If Spark cannot run it.
        """
        with _own_errors():
            self._session.sql(sql)

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples.

        Parameters
        ----------
        sql : str
            One query with few rows.

        Raises
        ------
        autoseg.errors.EngineError
            If Spark cannot run it.
        """
        with _own_errors():
            return [tuple(row) for row in self._session.sql(sql).collect()]

    def fetch_arrow(self, sql: str) -> pa.Table:
        """Run a query and return its rows as an Arrow table.

        Parameters
        ----------
        sql : str
            One query.

        Raises
        ------
        autoseg.errors.EngineError
            If Spark cannot run it.
        """
        with _own_errors():
            return self._session.sql(sql).toArrow()

    def open_table(self, role: str, value: Any) -> tuple[str, Sequence[TypedColumn]]:
        """Return SQL that stands for a data frame after FROM, and its columns.

        Parameters
        ----------
        role : str
            Which table it is.
        value : pyspark.sql.DataFrame
            The frame, of the engine's session.

        Raises
        ------
        autoseg.errors.EngineError
            If Spark cannot read it.
        """
        with _own_errors():
            types = [field.dataType.simpleString() for field in value.schema]
            columns = [f"c{position}" for position in range(len(types))]
            view = self._show(f"raw_{role}", value.toDF(*columns))
            return view, [
                TypedColumn(
                    name, sql, _KINDS.get(kind.partition("(")[0], "other"), kind
                )
                for name, sql, kind in zip(value.columns, columns, types, strict=True)
            ]

    def create_view(self, name: str, query: str) -> str:
        """Give a query a name that nobody else has; return what stands after FROM.

        Parameters
        ----------
        name : str
            What it is called after the prefix.
        query : str
            The query.
        """
        with _own_errors():
            return self._show(name, self._session.sql(query))

    def create_lines(self, name: str, query: str) -> str:
        """Give a query over lines a name; return what stands after FROM.

        What Spark reads may have been computed at length, so it is kept.

        Parameters
        ----------
        name : str
            What it is called after the prefix.
        query : str
            The query.
        """
        return self.create_table(name, query)

    def create_table(self, name: str, query: str) -> str:
        """Keep the rows of a query until `close`; return what stands after FROM.

        They are computed when they are first read, and kept in memory or on the disks
        of the cluster.

        Parameters
        ----------
        name : str
            What it is called after the prefix.
        query : str
            The query.
        """
        with _own_errors():
            frame = self._session.sql(query).persist()
            self._kept.append(frame)
            return self._show(name, frame)

    def close(self) -> None:
        """Take away the views, and let go of the rows that were kept."""
        for view in self._views:
            # a session that has stopped has none any more
            with suppress(Exception):
                self._session.catalog.dropTempView(view)
        for frame in reversed(self._kept):
            with suppress(Exception):
                frame.unpersist()
        self._views, self._kept = [], []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _show(self, name: str, frame: Any) -> str:
        view = self._prefix + name
        frame.createOrReplaceTempView(view)
        if view not in self._views:
            self._views.append(view)
        return view


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except EngineError:
        raise
    # what Spark says quotes values and the plan; its error class says enough
    except Exception as error:
        reason = _reason(error)
    else:
        return
    message = f"{reason}."
    raise EngineError(message) from None


def _reason(error: Exception) -> str:
    for ask in ("getCondition", "getErrorClass"):
        with suppress(Exception):
            if condition := getattr(error, ask)():
                return f"Spark: {condition}"
    return f"Spark: {type(error).__name__}"

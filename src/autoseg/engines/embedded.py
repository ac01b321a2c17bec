"""DuckDB inside the process: the engine that is always there."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from autoseg.engines.course import polled
from autoseg.engines.sql import literal
from autoseg.errors import EngineError, EngineMemoryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from autoseg.engines.course import Course

__all__ = ["DuckDBEngine"]

# what the temporary folder may take of the free disk; the rest stays for others
_DISK_SHARE = 0.8
_LIMITS = ("memory_limit", "threads", "max_temp_directory_size")
_INTERRUPTED = "Query interrupted"
_NO_SPACE = "No space left"


class DuckDBEngine:
    """An in-process database of our own, gone when it is closed.

    Parameters
    ----------
    memory_limit : str, optional
        As DuckDB writes it, for example ``"1GB"``. Beyond it the engine works on
        disk. By default four fifths of the machine's memory.
    threads : int, optional
        Threads that a statement may use; by default one a core.
    temp_directory : str or pathlib.Path, optional
        Where the engine may make its temporary folder; by default the system's.

    Raises
    ------
    EngineError
        If a setting is not one that DuckDB takes.

    Examples
    --------
    >>> with DuckDBEngine(threads=1) as engine:
    ...     engine.fetch_rows("SELECT ? + 1", [41])
    [(42,)]
    """

    dialect = "duckdb"

    def __init__(
        self,
        *,
        memory_limit: str | None = None,
        threads: int | None = None,
        temp_directory: str | Path | None = None,
    ) -> None:
        try:
            folder = tempfile.mkdtemp(prefix="autoseg-", dir=temp_directory)
        except OSError as error:
            raise EngineError(str(error)) from error
        self._folder = Path(folder)
        self._n_stagings = 0
        # also when an engine is forgotten or the process ends
        self._removal = weakref.finalize(self, shutil.rmtree, folder, True)
        settings: dict[str, Any] = {
            "temp_directory": folder,
            "max_temp_directory_size": _room(self._folder),
            "preserve_insertion_order": False,
            # never fetch anything
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        if threads is not None:
            settings["threads"] = threads
        # as it was asked for, until the engine says what it made of it
        self._limits = tuple(str(settings.get(name, "all")) for name in _LIMITS)
        try:
            with self._own_errors():
                self._connection = duckdb.connect(":memory:", config=settings)
                self._connection.execute("SET TimeZone = 'UTC'")
                listed = ", ".join(f"current_setting('{name}')" for name in _LIMITS)
                (self._limits,) = self.fetch_rows(f"SELECT {listed}")
        except EngineError:
            self._removal()
            raise

    @property
    def n_stagings(self) -> int:
        """How many times tables were staged here; the last ones are what is there."""
        return self._n_stagings

    def count_staging(self) -> int:
        """Note that tables are staged in place of those before; return how many times.

        Examples
        --------
        >>> with DuckDBEngine() as engine:
        ...     engine.count_staging(), engine.n_stagings
        (1, 1)
        """
        self._n_stagings += 1
        return self._n_stagings

    @property
    def folder(self) -> Path:
        """The engine's own temporary folder; removed when it is closed."""
        return self._folder

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> None:
        """Run a statement whose result nobody reads.

        Parameters
        ----------
        sql : str
            One statement.
        parameters : sequence, optional
            Values of the question marks.

        Raises
        ------
        EngineError
            If the engine cannot run it; an `EngineMemoryError` for want of room.
        """
        with self._own_errors():
            self._connection.execute(sql, parameters)

    def fetch_rows(
        self, sql: str, parameters: Sequence[object] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples.

        Parameters
        ----------
        sql : str
            One query.
        parameters : sequence, optional
            Values of the question marks.

        Raises
        ------
        EngineError
            If the engine cannot run it.
        """
        with self._own_errors():
            rows: list[tuple[Any, ...]] = self._connection.execute(
                sql, parameters
            ).fetchall()
        return rows

    def fetch_arrow(
        self, sql: str, parameters: Sequence[object] | None = None
    ) -> pa.Table:
        """Run a query and return its rows as an Arrow table.

        Parameters
        ----------
        sql : str
            One query.
        parameters : sequence, optional
            Values of the question marks.

        Raises
        ------
        EngineError
            If the engine cannot run it.
        """
        with self._own_errors():
            # a relation hands its rows over without the copy that a cursor makes
            return self._connection.sql(sql, params=parameters).to_arrow_table()

    def fetch_batches(self, sql: str, size: int) -> Iterator[pa.RecordBatch]:
        """Run a query and yield its rows as they come, in the order that it gives.

        Parameters
        ----------
        sql : str
            One query; no other statement may run before the last row has come.
        size : int
            Most rows of a batch.

        Yields
        ------
        pyarrow.RecordBatch

        Raises
        ------
        EngineError
            If the engine cannot run it.

        Examples
        --------
        >>> with DuckDBEngine() as engine:
        ...     batches = engine.fetch_batches("SELECT * FROM range(5)", size=2)
        ...     [batch.num_rows for batch in batches]
        [2, 2, 1]
        """
        with self._own_errors():
            # a relation hands its rows over one batch after another; a result would
            # be whole in memory first
            relation = self._connection.sql(sql)
            # the name that DuckDB has for it since 1.5
            new = getattr(relation, "to_arrow_reader", None)
            yield from (new or relation.fetch_arrow_reader)(size)

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name, without copying it.

        Parameters
        ----------
        name : str
            The name in SQL; replaces a table registered under the same name.
        table : pyarrow.Table
            Is read whenever a statement names it.

        Raises
        ------
        EngineError
            If the engine cannot read the table's types.
        """
        with self._own_errors():
            self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Let go of a table that was registered.

        Parameters
        ----------
        name : str
            The name it was registered under.
        """
        with self._own_errors():
            self._connection.unregister(name)

    def seal(self, *folders: str | Path) -> None:
        """Let no later statement read or write a file, but for spilling.

        Called when all tables are in, so that SQL that comes later, such as a feature
        of the user's own, reaches nothing but them. Cannot be undone.

        Parameters
        ----------
        *folders : str or pathlib.Path
            Folders that stay open.

        Examples
        --------
        >>> with DuckDBEngine() as engine:
        ...     engine.seal()
        ...     engine.fetch_rows("SELECT 1")
        [(1,)]
        """
        if folders:
            open_ones = ", ".join(
                literal(str(Path(folder).resolve())) for folder in folders
            )
            self.execute(f"SET allowed_directories = [{open_ones}]")
        self.execute("SET enable_external_access = false")

    @contextmanager
    def followed(self, course: Course) -> Iterator[None]:
        """Move a course on with every long statement that runs meanwhile.

        Parameters
        ----------
        course : Course
            Is told from a thread of its own; where nobody follows it, there is none.

        Examples
        --------
        >>> from autoseg.engines import Course
        >>> with DuckDBEngine() as engine, engine.followed(Course(print)):
        ...     engine.fetch_rows("SELECT 1")
        [(1,)]
        """
        if not course.is_followed:
            yield
            return
        # the estimate is made for a bar; nobody but `course` shows one
        self.execute("SET enable_progress_bar_print = false")
        self.execute("SET enable_progress_bar = true")
        with polled(self._share_done, course):
            yield

    def close(self) -> None:
        """Close the database and remove its temporary folder."""
        self._connection.close()
        self._removal()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            reason = _first_line(error)
            full = isinstance(error, duckdb.IOException) and _NO_SPACE in reason
            if full or isinstance(error, duckdb.OutOfMemoryException):
                memory, threads, disk = map(str, self._limits)
                folder = str(self._folder.parent)
                raise EngineMemoryError(
                    reason, memory=memory, threads=threads, disk=disk, folder=folder
                ) from error
            raise EngineError(reason) from error
        except RuntimeError as error:
            # a signal that comes while a statement runs is told as an error of its own
            if str(error) == _INTERRUPTED:
                raise KeyboardInterrupt from error
            raise

    def _share_done(self) -> float | None:
        """Return how much of the statement that runs is done, as far as is known."""
        per_cent = self._connection.query_progress()
        return None if per_cent < 0 else per_cent / 100


def _room(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    return f"{int(free * _DISK_SHARE / 2**20)}MiB"


def _first_line(error: Exception) -> str:
    # the lines after the first quote the statement, and so the user's data
    return str(error).splitlines()[0].rstrip(".") + "."

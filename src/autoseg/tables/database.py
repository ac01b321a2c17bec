"""Queries as sources: their rows stream through, and memory holds a batch at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from autoseg.engines import QueryStopped, run_query
from autoseg.tables.cells import column_of
from autoseg.tables.mapping import check_names
from autoseg.tables.raw import column_name
from autoseg.tables.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.engines import DuckDBEngine, Query, QueryRows
    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable

__all__ = ["QuerySource", "open_query"]


def open_query(query: Query, role: str, findings: Findings) -> QuerySource | None:
    """Run a query and return its rows as a source; None where an error was noted.

    Parameters
    ----------
    query : Query
        What to ask which database.
    role : str
        The table it is for; messages call it by that.
    findings : Findings
        Takes the errors.
    """
    label = f"query on {role}"
    try:
        rows = run_query(query)
    except QueryStopped as error:
        _note(label, error, findings)
        return None
    before = len(findings.errors)
    check_names(rows.names, label, findings)
    if len(findings.errors) > before:
        rows.close()
        return None
    return QuerySource(rows, label)


class QuerySource:
    """A query that is running; closed once it is loaded.

    Parameters
    ----------
    rows : QueryRows
        Its columns and its rows.
    label : str
        What messages call it.
    """

    def __init__(self, rows: QueryRows, label: str) -> None:
        self._rows = rows
        self.label = label
        self.names = rows.names

    def load(
        self, engine: DuckDBEngine, name: str, wanted: Sequence[int], findings: Findings
    ) -> RawTable:
        """Fetch all rows, batch by batch.

        Parameters
        ----------
        engine : DuckDBEngine
            Where the rows go.
        name : str
            Name of the relation.
        wanted : sequence of int
            Positions of the columns that are needed.
        findings : Findings
            Takes the errors.
        """
        spool = Spool(engine, name, self.label, self.names, wanted)
        try:
            for batch in self._rows.batches:
                spool.write(self._arrow(batch))
        except QueryStopped as error:
            _note(self.label, error, findings)
        finally:
            self.close()
        return spool.finish()

    def close(self) -> None:
        """Let go of the query."""
        self._rows.close()

    def _arrow(self, batch: pa.RecordBatch | Sequence[Sequence[Any]]) -> pa.RecordBatch:
        names = [column_name(position) for position in range(len(self.names))]
        if isinstance(batch, pa.RecordBatch):
            return pa.RecordBatch.from_arrays(batch.columns, names=names)
        columns = [column_of(values) for values in zip(*batch, strict=True)]
        return pa.RecordBatch.from_arrays(columns, names=names)


def _note(label: str, error: QueryStopped, findings: Findings) -> None:
    findings.error(
        "ASG_E_QUERY",
        label,
        f"the database cannot run the query: {error}",
        "try the query in the database itself, and check the connection",
    )

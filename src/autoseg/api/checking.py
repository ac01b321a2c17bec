"""Everything that can be said of tables before any segment is looked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from rich.console import RenderableType

    from autoseg.errors import Finding
    from autoseg.tables import CleaningLog, ColumnMapping, ReadingOptions
    from autoseg.tables.placing import EngineChoice

__all__ = ["DataCheck", "check"]

_WIDTH = 100


@dataclass(frozen=True, slots=True, repr=False)
class DataCheck:
    """What came in, what became of it, and what it can carry.

    Made by `autoseg.check`; shows itself in a terminal and in a notebook.

    Parameters
    ----------
    log : CleaningLog
        Rows and revenue in, used and dropped.
    mapping : tuple of ColumnMapping
        Which column was read as what.
    first_day, last_day : datetime.date or None
        Days of the first and the last row that is used; None where customers came
        summed up and it cannot be told.
    as_of : datetime.date or None
        Day from whose start on is looked back; None where it cannot be told.
    as_of_given : bool
        Whether that day was named; else it is the day after the last row.
    currency : str or None
        ISO code of the amounts, where it is known.
    findings : tuple of Finding
        Every warning, with its count and the numbers of example rows.
    """

    log: CleaningLog
    mapping: tuple[ColumnMapping, ...]
    first_day: date | None
    last_day: date | None
    as_of: date | None
    as_of_given: bool
    currency: str | None
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, fit for JSON; no customer is in it."""
        return {
            "as_of": _iso(self.as_of),
            "as_of_given": self.as_of_given,
            "cleaning": self.log.to_dict(),
            "currency": self.currency,
            "findings": [finding.to_dict() for finding in self.findings],
            "first_day": _iso(self.first_day),
            "last_day": _iso(self.last_day),
            "mapping": [asdict(column) for column in self.mapping],
        }

    def panel(self, language: str = "en") -> RenderableType:
        """Return it for a terminal; the warnings stay English.

        Parameters
        ----------
        language : str
            ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``.
        """
        from autoseg.report import intake_panel

        return intake_panel(self._said(language))

    def _said(self, language: str) -> dict[str, Any]:
        from autoseg.report import intake

        return intake(
            log=self.log,
            mapping=self.mapping,
            first_day=self.first_day,
            last_day=self.last_day,
            as_of=self.as_of,
            as_of_given=self.as_of_given,
            currency=self.currency,
            findings=self.findings,
            language=language,
        )

    def __repr__(self) -> str:
        from io import StringIO

        from rich.console import Console

        page = StringIO()
        # in a notebook rich would show it at once, and the text would be empty
        console = Console(
            file=page, width=_WIDTH, color_system=None, force_jupyter=False
        )
        console.print(self.panel())
        return page.getvalue().rstrip("\n")

    def __rich__(self) -> RenderableType:
        return self.panel()

    def _repr_html_(self) -> str:
        from autoseg.report import intake_html

        return intake_html(self._said("en"))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def check(
    transactions: object = None,
    *,
    summaries: object = None,
    customers: object = None,
    events: object = None,
    responses: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    engine: EngineChoice = "auto",
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
    n_jobs: int | None = None,
    progress: bool | Callable[[str, float], None] | None = None,
    **options: Unpack[ReadingOptions],
) -> DataCheck:
    """Read tables as `segment` does and account for every row, without a fit.

    What there is to warn of is in the result, and no warning is given.

    Parameters
    ----------
    transactions : frame, path, pattern or sequence of paths
        One row a transaction or order line.
    summaries : frame or path, optional
        In place of the transactions: one row a customer with recency, frequency and
        monetary value.
    customers, events, responses : frame or path, optional
        The other tables: attributes, visits and clicks, campaign responses.
    columns : mapping of str to str or path, optional
        Our name of a column to yours, where the names do not tell; or a TOML file
        that holds the same.
    as_of : datetime.date or str, optional
        The day from whose start on is looked back. By default the day after the last
        row.
    since : datetime.date or str, optional
        First day to use.
    timezone : str, optional
        The business's time zone, for timestamps that carry an offset.
    currency : str, optional
        ISO code of the amounts.
    engine : {"auto", "duckdb", "source"}
        Where the tables are looked at, as of `segment`.
    memory_limit : str, optional
        Memory for the tables, such as ``"2GB"``; what is above goes to disk.
    temp_directory : path, optional
        Folder for what goes to disk; the system's own by default. It is empty again
        afterwards.
    n_jobs : int, optional
        Threads to use; all cores by default. No result depends on it.
    progress : bool or callable, optional
        A bar is shown or not, as in `segment`. A callable is called
        with ``"tables"`` and the share of the reading that is done, from 0 to 1. Calls
        come from several threads, one at a time.
    **options
        Input out of the ordinary: returns, rates of currencies, formats, ids to leave
        out; each is told in `autoseg.tables.ReadingOptions`.

    Returns
    -------
    DataCheck

    Raises
    ------
    InputError
        If a table cannot be used; the message holds everything that is wrong.

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> checked = autoseg.check(shop.transactions, currency="NOK")
    >>> checked.log.rows_in == checked.log.rows_used
    True
    >>> checked.findings
    ()
    """
    from autoseg.api.progress import shown
    from autoseg.tables.placing import Workplace, staged_tables

    given = {
        "transactions": transactions, "summaries": summaries, "customers": customers,
        "events": events, "responses": responses,
    }  # fmt: skip
    reading: dict[str, Any] = {
        "columns": columns, "as_of": as_of, "since": since, "timezone": timezone,
        "currency": currency, **options,
    }  # fmt: skip
    threads = None if n_jobs in (None, -1) else n_jobs
    where = Workplace(engine, memory_limit, threads, temp_directory)
    with (
        shown(progress) as tell,
        staged_tables(given, reading, where, tell) as found,
    ):
        staged = found
    return DataCheck(
        log=staged.log,
        mapping=staged.mapping,
        first_day=staged.first_day,
        last_day=staged.last_day,
        as_of=staged.as_of,
        as_of_given=as_of is not None,
        currency=staged.currency,
        findings=staged.findings,
    )

"""Roll-ups of everything read so far, so that a refresh costs what is new."""

from __future__ import annotations

import hmac
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError
from autoseg.features.compute import every_row
from autoseg.features.statefiles import (
    Manifest,
    next_number,
    read_manifest,
    sweep,
    write_manifest,
)
from autoseg.features.stateparts import StateParts
from autoseg.features.staterun import StateRun
from autoseg.files import claimed_folder

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from autoseg.features.feature import Feature
    from autoseg.features.table import FeatureTable
    from autoseg.tables import StagedTables

__all__ = ["FeatureState", "build_state", "open_state", "settings_kept"]

# these decide which rows are used and whose they are, so they may not change between
_DECIDING = {"returns": "net", "drop_duplicates": False, "timezone": None}
_KEY = "pseudonym_key"
_LATE = ("refuse", "add")
_ANEW = "build the state anew from all rows, which is a full run"


@dataclass(frozen=True, slots=True)
class FeatureState:
    """The merged roll-ups of everything read so far, in a folder of Parquet files.

    Every feature is computed from roll-ups, so what is new is rolled up and merged
    with what there is: the numbers are those of a run over all rows, to the last bit.
    The folder holds the customers' ids, of necessity; a model or a report never does.

    Made by `build_state`, and read by `open_state`, which keep the folder from other
    processes as long as it is used.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is kept.
    manifest : Manifest
        What it holds.
    """

    folder: Path
    manifest: Manifest

    @property
    def as_of(self) -> date:
        """The day that the rows reach: every row before it is in the state."""
        return self.manifest.as_of

    @property
    def since(self) -> date | None:
        """First day that was used, where one was given."""
        return self.manifest.since

    @property
    def currency(self) -> str | None:
        """ISO code of the amounts, where it is known."""
        return self.manifest.currency

    @property
    def part(self) -> int:
        """The number of the part of the rows that comes next."""
        return self.manifest.number + 1

    def check_run(
        self,
        *,
        as_of: date,
        since: date | None,
        settings: Mapping[str, str],
        late: str = "refuse",
    ) -> None:
        """Tell what keeps rows from being added, before they are read.

        Parameters
        ----------
        as_of : datetime.date
            The day of analysis that is asked for.
        since : datetime.date or None
            First day to use, where one is given.
        settings : mapping of str to str
            What `settings_kept` returns.
        late : str
            As in `refresh`.

        Raises
        ------
        autoseg.errors.InputError
            If the day is before that of the state (``ASG_E_STATE_DAY``), the first day
            is another (``ASG_E_STATE_SINCE``), tables are read otherwise
            (``ASG_E_STATE_SETTINGS``), or ``late`` is neither (``ASG_E_SETTING``).
        """
        findings = []
        if late not in _LATE:
            found = f"{late!r} cannot be used"
            findings.append(
                Finding("ASG_E_SETTING", "late", found, "give 'refuse' or 'add'")
            )
        if as_of < self.as_of:
            findings.append(
                self._finding(
                    "DAY",
                    f"as_of is {as_of} and the state reaches {self.as_of}; rows cannot"
                    " be taken out again",
                    f"give {self.as_of} or a later day, or use autoseg.feature_history"
                    " for days gone by",
                )
            )
        if since not in {None, self.since}:
            findings.append(
                self._finding(
                    "SINCE",
                    f"since is {since} and the state begins at"
                    f" {self.since or 'its first row'}; an order or a product that was"
                    " rolled up cannot be cut at a day",
                    _ANEW,
                )
            )
        findings += [
            self._finding(
                "SETTINGS",
                f"the state was built with another {name}",
                f"give the same {name}, or {_ANEW}",
            )
            for name in sorted(self.manifest.settings.keys() | settings.keys())
            if self.manifest.settings.get(name) != settings.get(name)
        ]
        if findings:
            raise InputError(findings)

    def refresh(
        self,
        staged: StagedTables,
        features: Sequence[str | Feature] | None = None,
        *,
        late: str = "refuse",
    ) -> FeatureTable:
        """Add staged rows to the state and compute the features of every customer.

        Parameters
        ----------
        staged : StagedTables
            The new rows, staged as part `part` of several and up to the new day of
            analysis.
        features : sequence of str, optional
            As in `autoseg.features.compute_features`.
        late : {"refuse", "add"}
            What becomes of rows that are dated before the day that the state reaches.

        Returns
        -------
        FeatureTable
            As a run over all rows gives it.

        Raises
        ------
        autoseg.errors.InputError
            If the rows do not fit the state: another currency
            (``ASG_E_STATE_CURRENCY``), other columns (``ASG_E_STATE_COLUMNS``), other
            tables (``ASG_E_STATE_TABLES``), rows that may be there already
            (``ASG_E_LATE_ROWS``); or a feature needs rows and not roll-ups of them
            (``ASG_E_STATE_FEATURE``). The state then stays as it was.
        """
        findings = [*self._misfits(staged), *self._late_rows(staged, late)]
        if findings:
            raise InputError(findings)
        tables = self.manifest.tables | (staged.tables & {"customers"})
        companions = dict(self.manifest.companions)
        if "customers" in staged.tables:
            companions["customers"] = staged.companion_columns["customers"]
        whole = replace(
            self.manifest, as_of=staged.as_of, tables=tables, companions=companions
        )
        with _undone_on_error(self.folder, self.manifest.files):
            run = _run(self.folder, staged, self.manifest, whole)
            run.add(every_row(staged))
            table = run.compute(features)
            _commit(run, replace(whole, number=self.part))
        return table

    def _misfits(self, staged: StagedTables) -> Iterator[Finding]:
        """Yield what is other in the new rows than in the state."""
        if staged.currency not in {None, self.currency}:
            known = self.currency or "not known"
            yield self._finding(
                "CURRENCY",
                f"the new amounts are in {staged.currency} and its own currency is"
                f" {known}",
                f"convert them first, or {_ANEW}",
            )
        for table in sorted(staged.tables - self.manifest.tables - {"customers"}):
            yield self._finding(
                "TABLES",
                f"there are {table} now, and it holds none of before",
                f"leave them out, or {_ANEW}",
            )
        for table in sorted(staged.tables & self.manifest.tables - {"customers"}):
            had, has = _optional(self.manifest, table), _optional(staged, table)
            if lost := sorted(had - has):
                yield self._finding(
                    "COLUMNS",
                    f"the new {table} have no {_and(lost)}, which the rows before had",
                    f"give the same columns, or {_ANEW}",
                )
            if more := sorted(has - had):
                yield self._finding(
                    "COLUMNS",
                    f"the new {table} have {_and(more)}, which the rows before had not",
                    f"leave the columns out, or {_ANEW}",
                )

    def _late_rows(self, staged: StagedTables, late: str) -> Iterator[Finding]:
        """Yield the tables with rows that may be in the state already."""
        if late == "add":
            return
        day = f"CAST('{self.as_of}' AS TIMESTAMP)"
        for table in sorted(staged.tables - {"customers"}):
            moment = "timestamp"
            if table == "responses":
                dated = "exposed_at" in staged.companion_columns[table]
                moment = "exposed_at" if dated else "CAST(NULL AS TIMESTAMP)"
            ((n_late, n_rows),) = staged.engine.fetch_rows(
                "SELECT COALESCE(SUM(CASE WHEN moment >= day THEN 0 ELSE 1 END), 0),"
                f" COUNT(*) FROM (SELECT {moment} AS moment, {day} AS day FROM {table})"
            )
            if n_late:
                yield Finding(
                    "ASG_E_LATE_ROWS",
                    f"the new {table}",
                    f"{n_late} of {n_rows} rows are not dated {self.as_of} or later,"
                    " the day that the state reaches; a row read twice would count"
                    " twice",
                    "leave them out; or, if they are new, take them in with late='add'"
                    " (--late add)",
                    n_rows=int(n_late),
                )

    def _finding(self, code: str, found: str, fix: str) -> Finding:
        return Finding(f"ASG_E_STATE_{code}", str(self.folder), found, fix)


@contextmanager
def open_state(folder: str | os.PathLike[str]) -> Iterator[FeatureState]:
    """Read a state and keep its folder for this process as long as the block runs.

    Parameters
    ----------
    folder : path
        Where `build_state` put it.

    Yields
    ------
    FeatureState

    Raises
    ------
    autoseg.errors.InputError
        If there is no state (``ASG_E_STATE_MISSING``), it is damaged
        (``ASG_E_STATE_DAMAGED``) or another version wrote it (``ASG_E_STATE_VERSION``).
    autoseg.errors.BusyError
        If another process uses it.
    """
    path = Path(folder).resolve()
    # before the claim, which would make the folder
    read_manifest(path)
    with claimed_folder(path):
        yield FeatureState(path, read_manifest(path))


def build_state(
    folder: str | os.PathLike[str],
    staged: StagedTables,
    table: FeatureTable,
    *,
    since: date | None = None,
    settings: Mapping[str, str] | None = None,
) -> FeatureState:
    """Keep the roll-ups of staged rows in a folder, in place of what it kept.

    Parameters
    ----------
    folder : path
        Where to keep them; made if missing.
    staged : StagedTables
        All rows so far, in DuckDB.
    table : FeatureTable
        The features that were computed from them.
    since : datetime.date, optional
        First day that was used, where one was given.
    settings : mapping of str to str, optional
        What `settings_kept` returns.

    Returns
    -------
    FeatureState

    Raises
    ------
    autoseg.errors.OutputError
        If the folder cannot be written to; a `BusyError` if another process uses it.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.features import compute_features
    >>> from autoseg.tables import stage, stage_quietly
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "ann", "bo"],
    ...         "timestamp": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-20"]),
    ...         "amount": [100.0, 50.0, 80.0],
    ...     }
    ... )
    >>> first, new = orders.head(2), {"transactions": orders.tail(1)}
    >>> with TemporaryDirectory() as folder, DuckDBEngine() as engine:
    ...     staged = stage(engine, first, as_of="2024-03-02")
    ...     state = build_state(folder, staged, compute_features(staged))
    ...     day = "2024-04-01"
    ...     staged = stage_quietly(engine, new, None, as_of=day, part=state.part)
    ...     table = state.refresh(staged, ["monetary"])
    >>> table.frame["monetary"].to_dict()
    {'ann': 150.0, 'bo': 80.0}
    """
    kept = Manifest(
        as_of=staged.as_of,
        since=since,
        currency=staged.currency,
        columns=staged.columns,
        tables=staged.tables | {"transactions"},
        companions=staged.companion_columns,
        settings=dict(settings or {}),
        number=1,
    )
    target = Path(folder).resolve()
    with claimed_folder(target) as path, _undone_on_error(path, _files_in(path)):
        run = _run(path, staged, kept, kept)
        run.add(every_row(staged))
        run.keep(table)
        return FeatureState(path, _commit(run, kept))


def settings_kept(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that may not change from one part of the rows to another.

    Parameters
    ----------
    options : mapping of str to object
        The options of `autoseg.tables.stage`.

    Returns
    -------
    dict of str to str
        By the names of the options; of the key of pseudonyms a fingerprint.

    Examples
    --------
    >>> settings_kept({"returns": "net", "drop_duplicates": True, "decimal": ","})
    {'drop_duplicates': 'True'}
    """
    kept = {
        name: str(options[name])
        for name, usual in _DECIDING.items()
        if options.get(name, usual) != usual
    }
    if options.get(_KEY):
        key = str(options[_KEY]).encode()
        kept[_KEY] = hmac.digest(key, b"autoseg feature state", "sha256").hex()
    return kept


def _run(
    folder: Path, staged: StagedTables, before: Manifest, whole: Manifest
) -> StateRun:
    """Return the run that takes a state from what it held to what it will hold."""
    columns = whole.columns.union(*whole.companions.values())
    number = next_number(folder)
    parts = StateParts(staged.engine, folder, before.parts, columns, number)  # type: ignore[arg-type]
    return StateRun(staged, parts, whole)


def _commit(run: StateRun, manifest: Manifest) -> Manifest:
    """Make what a run has written the state."""
    run.parts.compact()
    manifest = replace(manifest, parts=run.parts.parts, known=run.known)
    write_manifest(run.parts.folder, manifest)
    sweep(run.parts.folder, manifest.files)
    return manifest


@contextmanager
def _undone_on_error(folder: Path, kept: Collection[str]) -> Iterator[None]:
    """Leave no file of a run that came to nothing."""
    try:
        yield
    except BaseException:
        sweep(folder, kept)
        raise


def _files_in(folder: Path) -> frozenset[str]:
    return frozenset(path.name for path in folder.iterdir())


def _optional(described: Manifest | StagedTables, table: str) -> frozenset[str]:
    """Return the optional columns of a table."""
    if table == "transactions":
        return described.columns
    if isinstance(described, Manifest):
        return described.companions[table]
    return described.companion_columns[table]


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)

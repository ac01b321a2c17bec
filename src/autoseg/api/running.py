"""An unattended run: from a config file to a whole set of results, or none."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoseg.api.publishing import check_place, clear_scraps, current_run, publish
from autoseg.api.runconfig import read_config, told_folder
from autoseg.api.runstatus import RunStatus, again, kept_status, read_status
from autoseg.errors import InputError, OutputError
from autoseg.files import claimed_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from autoseg.api.checking import DataCheck
    from autoseg.api.runconfig import RunConfig
    from autoseg.api.segmentation import Segmentation

__all__ = ["RunResult", "check_run", "example_config", "run"]

# where the engine may spill: a name of the folder's own, so that the next run finds
# and clears what one that was killed left
_WORK = ".autoseg-work-"


@dataclass(frozen=True, slots=True)
class RunResult:
    """What an unattended run made.

    Parameters
    ----------
    state : {"ok", "warn", "unchanged"}
        Done; done, with warnings; or nothing was new, so nothing was done.
    run_id : str
        Digest of the results: the name of their folder.
    folder : pathlib.Path
        Where they are. ``current`` beside ``runs`` leads there.
    files : tuple of pathlib.Path
        The files.
    status : mapping of str to object
        What `status.json` holds.
    segmentation : Segmentation or None
        What was found; None where nothing was done.
    """

    state: str
    run_id: str
    folder: Path
    files: tuple[Path, ...]
    status: Mapping[str, Any]
    segmentation: Segmentation | None = None


def run(
    config: str | os.PathLike[str],
    *,
    as_of: date | str | None = None,
    skip_unchanged: bool = False,
    now: Callable[[], datetime] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> RunResult:
    r"""Do what a config file says, without anybody watching.

    Reads and checks the tables, finds the segments and publishes all files of the
    result as one set: ``current`` in the folder for the results leads to the old set
    or to the new one, whatever stops the run. How it went is in ``status.json``, also
    where it failed. A request to end (SIGTERM) is taken as an error while it runs,
    unless the caller has a handler of their own.

    Parameters
    ----------
    config : path
        A TOML file; ``autoseg run --example`` prints one. Paths in it begin where it
        is.
    as_of : datetime.date or str, optional
        The day from whose start on is looked back, in place of the file's.
    skip_unchanged : bool
        Do nothing where the settings and the contents of the input files are those of
        the last run that succeeded, and its results are there. What a database holds
        is taken for new.
    now : callable, optional
        The clock for the times in ``status.json``; without it there are none.
    progress : callable, optional
        As of `autoseg.segment`, and ``"report"`` at the end.

    Returns
    -------
    RunResult

    Raises
    ------
    InputError
        If the config (``ASG_E_CONFIG``) or a table cannot be used; with everything
        that is wrong.
    OutputError
        If the results cannot be written; a `BusyError` if another run is writing
        there.

    Examples
    --------
    >>> import autoseg
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> with TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     shop.transactions.to_csv(folder / "orders.csv", index=False)
    ...     config = folder / "run.toml"
    ...     _ = config.write_text(
    ...         '[input]\ntransactions = "orders.csv"\n'
    ...         '[segments]\nn_resamples = 0\n[output]\nfolder = "out"\n'
    ...     )
    ...     result = autoseg.run(config)
    ...     (folder / "out" / "current" / "segments.csv").is_file()
    True
    """
    path = Path(config)
    try:
        read = read_config(path, as_of=as_of)
    except InputError as error:
        _tell_wrong_config(path, error, now)
        raise
    with claimed_folder(read.folder) as folder:
        digest = read.inputs.digest()
        if skip_unchanged:
            last = _last_if_same(folder, read, digest)
            if last is not None:
                return _unchanged(folder, last, now)
        status = RunStatus("run", config_hash=read.digest, input_hash=digest)
        with kept_status(folder, status, now=now):
            clear_scraps(folder)
            check_place(folder)
            segmentation, contents = _work(read, folder, progress)
            target = publish(folder, contents, keep=read.keep)
            status.found(segmentation)
            status.wrote(contents)
            status.run_id = target.name
    return RunResult(
        state=status.state,
        run_id=target.name,
        folder=target,
        files=tuple(target / name for name in contents),
        status=status.to_dict(),
        segmentation=segmentation,
    )


def check_run(
    config: str | os.PathLike[str],
    *,
    as_of: date | str | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> DataCheck:
    """Read what a run would read and check it, without a fit and without a file.

    Parameters
    ----------
    config : path
        A TOML file, as of `run`.
    as_of : datetime.date or str, optional
        The day from whose start on is looked back, in place of the file's.
    progress : callable, optional
        As of `autoseg.check`.

    Returns
    -------
    DataCheck

    Raises
    ------
    InputError
        If the config or a table cannot be used; with everything that is wrong.
    """
    from autoseg.api.checking import check

    read = read_config(Path(config), as_of=as_of)
    return check(
        **read.inputs.tables, **read.inputs.reading, **read.machine, progress=progress
    )


def example_config() -> str:
    """Return a config of a run with every key explained; it works beside orders.csv.

    Returns
    -------
    str
        TOML.

    Examples
    --------
    >>> import tomllib
    >>> tomllib.loads(example_config())["input"]
    {'transactions': 'orders.csv'}
    """
    from importlib.resources import files

    return (files("autoseg.api") / "example_run.toml").read_text(encoding="utf-8")


def _work(
    read: RunConfig, folder: Path, progress: Callable[[str, float], None] | None
) -> tuple[Segmentation, dict[str, bytes]]:
    """Return the segments, and every file of the results in memory."""
    from autoseg.api.discovery import segment
    from autoseg.report import check_formats

    check_formats(read.files["formats"])
    owner = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()
    work = Path(read.machine.get("temp_directory", folder)) / f"{_WORK}{owner[:12]}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        work.mkdir()
        segmentation = segment(
            **read.inputs.tables,
            **read.inputs.reading,
            **read.segments,
            **{**read.machine, "temp_directory": work},
            progress=progress,
        )
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if progress is not None:
        progress("report", 0.0)
    return segmentation, segmentation.files(**read.files)


def _tell_wrong_config(
    path: Path, error: InputError, now: Callable[[], datetime] | None
) -> None:
    """Write the status of a run that ends before it begins, where that can be told."""
    where = told_folder(path)
    if where is None:
        return
    # what is wrong with the config is to be heard of, not what hinders the status
    with (
        suppress(InputError, OutputError),
        claimed_folder(where) as folder,
        kept_status(folder, RunStatus("run"), now=now),
    ):
        raise error


def _last_if_same(
    folder: Path, read: RunConfig, digest: str | None
) -> dict[str, Any] | None:
    """Return the status of the last run if this one would make the same."""
    last = read_status(folder)
    current = current_run(folder)
    if last is None or current is None or digest is None:
        return None
    same = (
        last["command"] == "run"
        and last["state"] in {"ok", "warn"}
        and last["config_hash"] == read.digest
        and last["input_hash"] == digest
        and last["run_id"] == current.name
    )
    whole = all(
        (current / file["name"]).is_file()
        and (current / file["name"]).stat().st_size == file["size"]
        for file in last["files"]
    )
    return last if same and whole else None


def _unchanged(
    folder: Path, last: dict[str, Any], now: Callable[[], datetime] | None
) -> RunResult:
    told = again(folder, last, now)
    target = folder / "runs" / last["run_id"]
    return RunResult(
        state="unchanged",
        run_id=last["run_id"],
        folder=target,
        files=tuple(target / file["name"] for file in last["files"]),
        status=told,
    )

"""`status.json`: how the last run that wrote to a folder went, for programs."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import traceback
import warnings
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from autoseg.errors import (
    AutosegError,
    AutosegWarning,
    Finding,
    InputError,
    InputWarning,
    OutputError,
)
from autoseg.files import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from types import FrameType
    from typing import Protocol

    from autoseg.api.segmentation import Segmentation
    from autoseg.tables import CleaningLog

    class Clock(Protocol):
        """Tells the time."""

        def __call__(self) -> datetime:
            """Return the time, with its offset."""


__all__ = [
    "NOTHING_NEW",
    "STATUS",
    "RunStatus",
    "WrittenFile",
    "again",
    "internal_error",
    "kept_status",
    "read_status",
]

STATUS = "status.json"
"""Name of the file."""

NOTHING_NEW = 99
"""The exit code of a run that found nothing new, which Airflow takes for a skip."""

_SCHEMA = 1
_INTERNAL, _INTERRUPTED, _TERMINATED = 1, 130, 143


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that a run wrote.

    Parameters
    ----------
    name : str
        Its name in the folder.
    size : int
        Bytes.
    sha256 : str
        Digest of the content, in hexadecimal digits.
    """

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, name: str, content: bytes) -> WrittenFile:
        """Return what is to be said of a file."""
        return cls(name, len(content), hashlib.sha256(content).hexdigest())


@dataclass(slots=True)
class RunStatus:
    """What is known of a run so far; grows while it goes on.

    Parameters
    ----------
    command : str
        The command, such as ``"run"``.
    state : {"running", "ok", "warn", "error"}
        ``"warn"`` is done, with warnings.
    exit_code : int or None
        What the command ends with; None while it runs.
    started, ended : str or None
        Times, where the caller has a clock.
    pid : int or None
        The process.
    version : str
        The version of autoseg.
    config_hash, input_hash : str or None
        Digests of the settings and of the input files; None where there are none.
    run_id : str or None
        The set of files that this run published.
    rows_in, rows_used : int or None
        Rows of the transactions.
    dropped_rows : dict of str to int
        Reason to rows that were left out.
    n_customers : int or None
        Customers in segments.
    k : int or None
        Number of segments.
    verdict : str or None
        How clear they are.
    warnings : list of dict
        Code, how often it was given, and rows concerned.
    errors : list of dict
        What the run ended with.
    files : list of WrittenFile
        What it wrote.
    """

    command: str
    state: str = "running"
    exit_code: int | None = None
    started: str | None = None
    ended: str | None = None
    pid: int | None = None
    version: str = ""
    config_hash: str | None = None
    input_hash: str | None = None
    run_id: str | None = None
    rows_in: int | None = None
    rows_used: int | None = None
    dropped_rows: dict[str, int] = field(default_factory=dict)
    n_customers: int | None = None
    k: int | None = None
    verdict: str | None = None
    warnings: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    files: list[WrittenFile] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data; no customer's id and no row of a table is in it."""
        return {"schema": _SCHEMA, **asdict(self)}

    def found(self, segmentation: Segmentation) -> None:
        """Note what was found.

        Parameters
        ----------
        segmentation : Segmentation
            The segments.
        """
        self.read(segmentation.log)
        self.n_customers = len(segmentation.assignments)
        self.k = len(segmentation.profiles.segments)
        self.verdict = segmentation.selection.verdict

    def read(self, log: CleaningLog) -> None:
        """Note what was read.

        Parameters
        ----------
        log : CleaningLog
            The account of the cleaning.
        """
        self.rows_in, self.rows_used = log.rows_in, log.rows_used
        self.dropped_rows = dict(log.dropped_rows)

    def wrote_file(self, path: Path) -> None:
        """Note a file that is too large to be held.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        """
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.files.append(WrittenFile(path.name, path.stat().st_size, digest))

    def wrote(self, contents: Mapping[str, bytes]) -> None:
        """Note the files of the run.

        Parameters
        ----------
        contents : mapping of str to bytes
            File name to content.
        """
        self.files = [WrittenFile.of(name, contents[name]) for name in contents]

    def warned(self, code: str, n_rows: int) -> None:
        """Count a warning.

        Parameters
        ----------
        code : str
            Its code.
        n_rows : int
            Rows concerned.
        """
        for known in self.warnings:
            if known["code"] == code:
                known["n_given"] += 1
                known["n_rows"] += n_rows
                return
        self.warnings.append({"code": code, "n_given": 1, "n_rows": n_rows})


def read_status(folder: Path, name: str = STATUS) -> dict[str, Any] | None:
    """Return the status in a folder as plain data; None where none can be read.

    Parameters
    ----------
    folder : pathlib.Path
        The folder for the results.
    name : str
        Name of the file.
    """
    try:
        status = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(status, dict) and status.get("schema") == _SCHEMA
    return status if known else None


@contextmanager
def kept_status(
    folder: Path, status: RunStatus, *, name: str = STATUS, now: Clock | None = None
) -> Iterator[RunStatus]:
    """Keep `status.json` while a run goes on, and say in it how the run ended.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that this process has claimed.
    status : RunStatus
        What is known before the work; filled in meanwhile.
    name : str
        Another name of the file, where it tells of one file in the folder.
    now : callable, optional
        The clock. Without one there are no times in the file.

    Yields
    ------
    RunStatus
        The same.

    Warns
    -----
    InputWarning
        If the run before this one was ended before it could say how.
    """
    before = read_status(folder, name)
    status.state, status.pid = "running", os.getpid()
    status.version = version("autoseg-customers")
    status.started = None if now is None else now().isoformat()
    try:
        _write(folder, status.to_dict(), name)
        with _ended_on_request(), _counted_warnings(status):
            _tell_of_the_fallen(folder, before)
            yield status
    except BaseException as error:
        status.state = "error"
        status.exit_code = _exit_code(error)
        status.errors = _errors(error)
        status.ended = None if now is None else now().isoformat()
        # what went wrong first is what the user has to hear of
        with suppress(OutputError):
            _write(folder, status.to_dict(), name)
        raise
    status.state = "warn" if status.warnings else "ok"
    status.exit_code = 0
    status.ended = None if now is None else now().isoformat()
    _write(folder, status.to_dict(), name)


def again(
    folder: Path, last: Mapping[str, Any], now: Clock | None = None
) -> dict[str, Any]:
    """Say that a run found nothing new; what the last one made is still so.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that this process has claimed.
    last : mapping of str to object
        The status of the last run.
    now : callable, optional
        The clock.

    Returns
    -------
    dict of str to object
        What the file holds.
    """
    time = None if now is None else now().isoformat()
    told = {"exit_code": NOTHING_NEW, "pid": os.getpid()}
    status = {**last, **told, "started": time, "ended": time}
    _write(folder, status)
    return status


def _write(folder: Path, status: Mapping[str, Any], name: str = STATUS) -> None:
    text = json.dumps(status, ensure_ascii=False, allow_nan=False, indent=2)
    # a lone surrogate from an odd file name has no UTF-8
    write_files(folder, {name: (text + "\n").encode("utf-8", "backslashreplace")})


def _tell_of_the_fallen(folder: Path, before: dict[str, Any] | None) -> None:
    """Warn of a run that still says it runs, though nobody holds the folder's claim."""
    if before is None or before.get("state") != "running":
        return
    pid = before.get("pid")
    since = f", started {before['started']}" if before.get("started") else ""
    finding = Finding(
        "ASG_W_KILLED_RUN",
        str(folder),
        f"the run before this one (pid {pid}{since}) ended before it could say how",
        "look into the log of whatever started it",
    )
    warnings.warn(InputWarning(finding), stacklevel=2)


@contextmanager
def _ended_on_request() -> Iterator[None]:
    """Turn the request to end into an error, which leaves time to say so.

    Without it the process would be gone at once. Whoever chose another answer to the
    signal, such as a scheduler that runs us in its own process, keeps it.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    asked = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        raise SystemExit(_TERMINATED)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt as error:
        # a statement of the engine tells every signal as an interrupt
        if asked.is_set():
            raise SystemExit(_TERMINATED) from error
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def _counted_warnings(status: RunStatus) -> Iterator[None]:
    """Count the warnings that are given, and pass them on to whoever shows them."""
    with warnings.catch_warnings():
        show = warnings.showwarning
        # each of them, also where the same was said in an earlier run
        warnings.simplefilter("always", AutosegWarning)

        def count(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if isinstance(message, InputWarning):
                status.warned(message.finding.code, message.finding.n_rows)
            elif issubclass(category, AutosegWarning):
                status.warned(str(message).partition(":")[0], 0)
            show(message, category, filename, lineno, file, line)

        warnings.showwarning = count
        yield


def _exit_code(error: BaseException) -> int:
    if isinstance(error, AutosegError):
        return error.exit_code
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        return error.code
    return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else _INTERNAL


def _errors(error: BaseException) -> list[dict[str, Any]]:
    """Return what ended a run, without rows."""
    if isinstance(error, InputError):
        return [_without_rows(finding) for finding in error.findings]
    if isinstance(error, AutosegError):
        code, _, found = str(error).partition(": ")
        return [_without_rows(Finding(code, "autoseg", found))]
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return [_without_rows(Finding("ASG_E_STOPPED", "autoseg", "it was stopped"))]
    return [_without_rows(internal_error(error))]


def _without_rows(finding: Finding) -> dict[str, Any]:
    told = finding.to_dict()
    del told["rows"]
    return told


def internal_error(error: BaseException) -> Finding:
    """Return what may be said of an error of autoseg itself.

    Its own words may hold what stood in a table, so only its kind and its place are
    told.

    Parameters
    ----------
    error : BaseException
        The error.

    Returns
    -------
    Finding
    """
    steps = traceback.extract_tb(error.__traceback__)
    home = str(Path(__file__).parents[1])
    # where we called someone else, rather than where in their code it happened
    ours = [step for step in steps if step.filename.startswith(home)]
    step = (ours or steps)[-1]
    where = f"{Path(step.filename).name}, line {step.lineno}"
    return Finding(
        "ASG_E_INTERNAL",
        where,
        f"this is an error of autoseg itself ({type(error).__name__})",
        "report it; with AUTOSEG_TRACEBACK=1 all of it is shown",
    )

"""Everything autoseg raises or warns, as one tree.

::

    AutosegError
    ├── InputError (ValueError)        the input cannot be used; exit code 3
    │   └── StructureError             too little data for what was asked
    ├── OutputError (OSError)          a result cannot be written; exit code 3
    │   └── BusyError                  another run writes there; exit code 75
    ├── EngineError                    the database engine could not run a statement
    │   └── EngineMemoryError          it may not use enough memory or disk; exit code 3
    ├── BrowserError                   no browser can print the report; exit code 3
    └── MissingDependencyError (ImportError)

    AutosegWarning (UserWarning)
    ├── InputWarning                   rows or values left out, or read with care
    ├── StructureWarning               fewer or weaker segments than were asked
    └── LanguageWarning                a text came out in another language than asked

An error or a warning about data holds `Finding` objects: what was found, where,
and what to do. One error carries all findings of one input.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AutosegError",
    "AutosegWarning",
    "BrowserError",
    "BusyError",
    "EngineError",
    "EngineMemoryError",
    "Finding",
    "InputError",
    "InputWarning",
    "LanguageWarning",
    "MissingDependencyError",
    "OutputError",
    "StructureError",
    "StructureWarning",
    "visible",
]

_MAX_EXAMPLES = 5
# control characters, marks that turn the direction, and halves of letters that no
# terminal can print: names of the user's may hold any of them
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found in an input, where, and what to do about it.

    Parameters
    ----------
    code : str
        Stable machine code, ``ASG_E_…`` for an error and ``ASG_W_…`` for a warning.
    source : str
        The file or table it was found in.
    found : str
        What was found, a phrase without a full stop.
    fix : str
        The next step for the user, a phrase without a full stop; may be empty for
        a warning that needs no action.
    column : str, optional
        The user's own name of the column.
    rows : tuple of int
        Numbers of example rows: lines of a file (the header is line 1), or
        positions in a table that start at 0.
    n_rows : int
        How many rows are concerned in all; at least ``len(rows)``.

    Examples
    --------
    >>> str(Finding("ASG_E_EMPTY_FILE", "orders.csv", "the file is empty",
    ...             "export it again"))
    'ASG_E_EMPTY_FILE: orders.csv: the file is empty. Fix: export it again.'
    """

    code: str
    source: str
    found: str
    fix: str = ""
    column: str | None = None
    rows: tuple[int, ...] = ()
    n_rows: int = 0

    def __str__(self) -> str:
        """Return the finding as one line."""
        where = self.source
        if self.column is not None:
            where += f", column '{self.column}'"
        if self.rows:
            shown = self.rows[:_MAX_EXAMPLES]
            where += f", row{'s' if self.n_rows > 1 else ''} "
            where += ", ".join(str(row) for row in shown)
            more = self.n_rows - len(shown)
            where += f" (+{more} more)" if more > 0 else ""
        fix = f" Fix: {self.fix}." if self.fix else ""
        return visible(f"{self.code}: {where}: {self.found}.{fix}")

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, for JSON."""
        return asdict(self)


def visible(text: str) -> str:
    r"""Return a text as one line that shows what would move or hide the rest of it.

    Parameters
    ----------
    text : str
        Any text, such as a name in a file of somebody else's.

    Returns
    -------
    str

    Examples
    --------
    >>> print(visible("a\nb"))
    a\nb
    """
    return _INVISIBLE.sub(lambda sign: ascii(sign.group())[1:-1], text)


class AutosegError(Exception):
    """Base of every error that autoseg raises on purpose."""

    exit_code = 1


class InputError(AutosegError, ValueError):
    """The input cannot be used; says everything that is wrong with it.

    Parameters
    ----------
    findings : Finding or iterable of Finding
        All problems of the input, in the order in which they were found.

    Examples
    --------
    >>> error = InputError(Finding("ASG_E_NO_ROWS", "orders.csv", "0 data rows",
    ...                            "export the orders again"))
    >>> error.codes
    ('ASG_E_NO_ROWS',)
    """

    exit_code = 3

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings = (
            (findings,) if isinstance(findings, Finding) else tuple(findings)
        )
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings."""
        return tuple(finding.code for finding in self.findings)


class StructureError(InputError):
    """The data are too few for what was asked of them.

    Parameters
    ----------
    findings : Finding or iterable of Finding
        What there is, and what is needed.
    """


class OutputError(AutosegError, OSError):
    """A result cannot be written where it was asked for.

    Parameters
    ----------
    path : path
        Where.
    found : str
        What is wrong with it, a phrase without a full stop.
    fix : str
        The next step for the user.
    """

    exit_code = 3

    def __init__(self, path: object, found: str, fix: str) -> None:
        super().__init__(f"ASG_E_OUTPUT: {path}: {found}. Fix: {fix}.")


class BusyError(OutputError):
    """Another run is writing where this one wants to write.

    Parameters
    ----------
    path : path
        Where.
    pid : int or None
        The process of the other run, where it is known.
    """

    exit_code = 75

    def __init__(self, path: object, pid: int | None) -> None:
        who = "" if pid is None else f" (pid {pid})"
        super().__init__(
            path,
            f"another run{who} is writing there",
            "wait until it has ended, or name another folder",
        )


class EngineError(AutosegError):
    """The database engine could not run a statement.

    Parameters
    ----------
    reason : str
        What the engine said, with a full stop.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason.rstrip(".")
        super().__init__(f"ASG_E_ENGINE: the database engine stopped: {reason}")


class EngineMemoryError(EngineError):
    """The engine ran out of the memory or the disk it may use.

    Parameters
    ----------
    reason : str
        What the engine said, with a full stop.
    memory, threads, disk : str
        What it may use, with units.
    folder : str
        Where it may use disk.

    Examples
    --------
    >>> error = EngineMemoryError(
    ...     "could not allocate.", memory="1 GiB", threads="8", disk="90 GiB",
    ...     folder="/tmp",
    ... )
    >>> print(error)  # doctest: +NORMALIZE_WHITESPACE
    ASG_E_ENGINE_MEMORY: 1 GiB of memory with 8 threads, and 90 GiB of disk in /tmp, did
    not suffice for these tables: could not allocate. Fix: allow more memory
    (memory_limit, --memory-limit), use fewer threads (n_jobs, --threads), or name a
    folder with more room (temp_directory, --temp-directory).
    """

    # more of the same would end the same way: someone has to allow more
    exit_code = 3

    def __init__(
        self, reason: str, *, memory: str, threads: str, disk: str, folder: str
    ) -> None:
        # the engine's own words would tell the user to write SQL
        AutosegError.__init__(
            self,
            f"ASG_E_ENGINE_MEMORY: {memory} of memory with {threads} threads, and"
            f" {disk} of disk in {folder}, did not suffice for these tables: {reason}"
            " Fix: allow more memory (memory_limit, --memory-limit), use fewer threads"
            " (n_jobs, --threads), or name a folder with more room (temp_directory,"
            " --temp-directory).",
        )


class BrowserError(AutosegError):
    """There is no browser to print the report with, or it printed nothing.

    Parameters
    ----------
    found : str
        What is wrong, a phrase without a full stop.
    fix : str
        The next step for the user.
    """

    exit_code = 3

    def __init__(self, found: str, fix: str) -> None:
        super().__init__(f"ASG_E_BROWSER: {found}. Fix: {fix}.")


class MissingDependencyError(AutosegError, ImportError):
    """An optional package is needed and not installed.

    Parameters
    ----------
    package : str
        The package.
    extra : str
        The extra of the distribution that brings it.
    caller : str
        What needs it.
    """

    def __init__(self, package: str, *, extra: str, caller: str) -> None:
        super().__init__(
            f"ASG_E_DEPENDENCY: {caller} needs the package {package}. "
            f"Fix: pip install 'autoseg-customers[{extra}]'."
        )


class AutosegWarning(UserWarning):
    """Base of every warning that autoseg gives."""


class InputWarning(AutosegWarning):
    """Rows or values were left out, or read with care; holds the finding.

    Parameters
    ----------
    finding : Finding
        What was found, with its count.
    """

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(str(finding))


class StructureWarning(AutosegWarning):
    """The data carry fewer or weaker segments than were asked for."""


class LanguageWarning(AutosegWarning):
    """A text came out in another language than was asked for."""

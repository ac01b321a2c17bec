"""How standard error tells what is wrong: a line each, or one JSON document."""

from __future__ import annotations

import json
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

import typer

from autoseg.errors import (
    AutosegError,
    AutosegWarning,
    Finding,
    InputError,
    InputWarning,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.tables import CleaningLog

__all__ = ["Told", "show_warning", "telling"]


@dataclass
class Told:
    """What a command has to tell beside its result.

    Parameters
    ----------
    as_json : bool
        Whether standard error carries one JSON document and nothing else.
    warnings : list of dict
        Warnings, as plain data.
    log : CleaningLog or None
        What became of the rows, once that is known.
    """

    as_json: bool
    warnings: list[dict[str, Any]] = field(default_factory=list)
    log: CleaningLog | None = None

    def note(self, finding: Finding) -> None:
        """Tell of a finding that no warning was given for."""
        if self.as_json:
            self.warnings.append(finding.to_dict())
        else:
            typer.echo(str(finding), err=True)

    def document(self, error: AutosegError | None = None) -> str:
        """Return all of it as a JSON document on one line.

        Parameters
        ----------
        error : AutosegError, optional
            What the command ended with.
        """
        return json.dumps(
            {
                "state": "ok" if error is None else "error",
                "errors": [] if error is None else _errors(error),
                "warnings": self.warnings,
                "cleaning": None if self.log is None else self.log.to_dict(),
            },
            allow_nan=False,
            ensure_ascii=False,
        )


@contextmanager
def telling(errors: Literal["text", "json"]) -> Iterator[Told]:
    """Let a command tell what is wrong in the way that was asked for.

    Parameters
    ----------
    errors : {"text", "json"}
        With ``"text"`` warnings are lines as they come, and an error goes on to
        whoever ends the program.
    """
    told = Told(as_json=errors == "json")
    if not told.as_json:
        yield told
        return
    with warnings.catch_warnings():
        warnings.simplefilter("always", AutosegWarning)
        warnings.showwarning = _collect(told)
        try:
            yield told
        except AutosegError as error:
            _write(told.document(error))
            raise typer.Exit(error.exit_code) from error
    _write(told.document())


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print our own warnings as one line; others keep quiet for the end user."""
    del filename, lineno, file, line
    if issubclass(category, AutosegWarning):
        typer.echo(str(message), err=True)


def _collect(told: Told) -> Any:
    def collect(
        message: Warning | str, category: type[Warning], *_: object, **__: object
    ) -> None:
        if isinstance(message, InputWarning):
            told.note(message.finding)
        elif issubclass(category, AutosegWarning):
            told.warnings.append(_plain(str(message)))

    return collect


def _errors(error: AutosegError) -> list[dict[str, Any]]:
    if isinstance(error, InputError):
        return [finding.to_dict() for finding in error.findings]
    return [_plain(str(error))]


def _plain(message: str) -> dict[str, Any]:
    """Return a message that holds no finding in a finding's form."""
    code, _, found = message.partition(": ")
    return Finding(code, "autoseg", found).to_dict()


def _write(document: str) -> None:
    # a lone surrogate from an odd file name has no UTF-8
    data = (document + "\n").encode("utf-8", "backslashreplace")
    sys.stderr.buffer.write(data)
    sys.stderr.buffer.flush()

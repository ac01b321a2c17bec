"""Collecting what is found over all tables, so that one message tells it all."""

from __future__ import annotations

from dataclasses import replace

from autoseg.errors import Finding, InputError

__all__ = ["MAX_EXAMPLES", "Findings"]

MAX_EXAMPLES = 5
"""How many rows a finding names at most."""


class Findings:
    """Errors and warnings of one run of `stage`, in the order of being found.

    Examples
    --------
    >>> findings = Findings()
    >>> findings.error("ASG_E_NO_ROWS", "a.csv", "0 data rows", "export again")
    >>> findings.raise_errors()
    Traceback (most recent call last):
        ...
    autoseg.errors.InputError: ASG_E_NO_ROWS: a.csv: 0 data rows. Fix: export again.
    """

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def error(
        self,
        code: str,
        source: str,
        found: str,
        fix: str,
        *,
        column: str | None = None,
        rows: tuple[int, ...] = (),
        n_rows: int = 0,
    ) -> None:
        """Note something that the input cannot be used with."""
        self.errors.append(Finding(code, source, found, fix, column, rows, n_rows))

    def warn(
        self,
        code: str,
        source: str,
        found: str,
        fix: str = "",
        *,
        column: str | None = None,
        rows: tuple[int, ...] = (),
        n_rows: int = 0,
    ) -> None:
        """Note something that was left out or read with care."""
        self.warnings.append(Finding(code, source, found, fix, column, rows, n_rows))

    def raise_errors(self) -> None:
        """Raise every error that was noted so far, as one.

        Raises
        ------
        InputError
            If there is any.
        """
        if self.errors:
            raise InputError(self.errors)

    def for_log(self) -> tuple[Finding, ...]:
        """Return the warnings without row numbers.

        Row numbers depend on the order of the rows, and a log must not.
        """
        return tuple(replace(finding, rows=()) for finding in self.warnings)

"""Collecting what is found over all tables, so that one message tells it all."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.errors import Finding, InputError, InputWarning

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_EXAMPLES", "Findings", "give_warnings", "mask"]

MAX_EXAMPLES = 5
"""How many rows a finding names at most."""

# of a shorter id the first and the last character would be all
_SHORT_ID = 2


def mask(customer_id: str) -> str:
    """Return what a message may say of a customer id: its two ends and its length.

    Parameters
    ----------
    customer_id : str
        An id.

    Examples
    --------
    >>> mask("kari@example.no"), mask("42")
    ('k…o (15 characters)', '…')
    """
    if len(customer_id) <= _SHORT_ID:
        return "…"
    return f"{customer_id[0]}…{customer_id[-1]} ({len(customer_id)} characters)"


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

    def give_warnings(self, *, stacklevel: int) -> None:
        """Give every warning that was noted so far.

        Parameters
        ----------
        stacklevel : int
            As in `warnings.warn`, where 1 is the caller of this method.
        """
        give_warnings(self.warnings, stacklevel=stacklevel + 1)

    def for_log(self) -> tuple[Finding, ...]:
        """Return the warnings without row numbers.

        Row numbers depend on the order of the rows, and a log must not.
        """
        return tuple(replace(finding, rows=()) for finding in self.warnings)


def give_warnings(findings: Iterable[Finding], *, stacklevel: int) -> None:
    """Give a warning for each finding; the only place in this package that does.

    Parameters
    ----------
    findings : iterable of Finding
        What to warn of.
    stacklevel : int
        As in `warnings.warn`, where 1 is the caller of this function.
    """
    for finding in findings:
        warnings.warn(InputWarning(finding), stacklevel=stacklevel + 1)

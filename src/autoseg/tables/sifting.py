"""Sifting rows into used and dropped: each dropped row has one reason, its first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from autoseg.tables.raw import WORKSPACE
from autoseg.tables.reasons import Reason
from autoseg.tables.settings import give
from autoseg.tables.shapes import is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn, RawTable
    from autoseg.tables.settings import Settings

__all__ = [
    "Account",
    "Sifted",
    "is_blank",
    "leave_out",
    "note_dropped",
    "note_lines",
    "sift_rows",
]

_LINES = "unreadable_line"
_TOO_MANY = (
    "correct them, or take them out; up to one bad row in a hundred is left out, more"
    f" with {give('max_bad_share', 0.05)}"
)
_NO_FLAGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Account:
    """Rows and revenue that one reason, or no reason, holds for.

    Parameters
    ----------
    n_rows : int
        How many rows.
    revenue : decimal.Decimal
        Sum of the amounts that can be read, in currency units.
    n_negative, n_zero : int
        How many of the rows have an amount below, and equal to, zero.
    """

    n_rows: int
    revenue: Decimal
    n_negative: int = 0
    n_zero: int = 0


@dataclass(frozen=True, slots=True)
class Sifted:
    """A table whose rows are read and sifted.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    relation : str
        The rows as they were read, with the column ``reason``: NULL where a row is
        used, else the position in ``reasons``.
    reasons : tuple of Reason
        In the order in which they are looked for.
    used : Account
        Rows that are used.
    dropped : mapping of str to Account
        The others by reason.
    """

    raw: RawTable
    relation: str
    reasons: tuple[Reason, ...]
    used: Account
    dropped: Mapping[str, Account]

    @property
    def n_rows(self) -> int:
        """All rows, with the lines that could not be taken apart."""
        return self.used.n_rows + sum(a.n_rows for a in self.dropped.values())

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts of all rows, those that are used first."""
        return (self.used, *self.dropped.values())

    @property
    def revenue(self) -> Decimal:
        """Revenue of all rows whose amount can be read."""
        return sum((a.revenue for a in self.dropped.values()), self.used.revenue)


def sift_rows(
    role: str,
    raw: RawTable,
    expressions: Mapping[str, str],
    blank: str,
    reasons: Sequence[Reason],
    flags: Mapping[str, str] = _NO_FLAGS,
) -> Sifted:
    """Read all rows of a table and give those that are not used their reason.

    Parameters
    ----------
    role : str
        Which table it is.
    raw : RawTable
        The rows as they came.
    expressions : mapping of str to str
        SQL of each canonical column over the raw relation.
    blank : str
        SQL that holds for a raw row without any content.
    reasons : sequence of Reason
        Conditions over the canonical columns, ``blank`` and the flags.
    flags : mapping of str to str
        SQL of what else is known of a raw row; not kept.
    """
    relation = f"{WORKSPACE}.sifted_{role}"
    known = {**expressions, "blank": blank, **flags}
    columns = ", ".join(f"{sql} AS {name}" for name, sql in known.items())
    cases = " ".join(
        f"WHEN {reason.condition} THEN {number}"
        for number, reason in enumerate(reasons)
    )
    names = ", ".join(expressions)
    raw.engine.execute(
        f"CREATE OR REPLACE TABLE {relation} AS SELECT file, row, {names},"
        f" CAST(CASE {cases} END AS TINYINT) AS reason"
        f" FROM (SELECT file, row, {columns} FROM {raw.relation}) AS readings"
    )
    nothing = Account(0, Decimal(0))
    rows = Sifted(raw, relation, tuple(reasons), nothing, {})
    return _count(rows, "amount" in expressions)


def leave_out(rows: Sifted, reason: Reason, *, over_others: bool = False) -> Sifted:
    """Return a sifted table that leaves out what shows only once all rows are read.

    Parameters
    ----------
    rows : Sifted
        A table with amounts.
    reason : Reason
        Its condition is over the sifted relation.
    over_others : bool
        Whether rows that have another reason get this one instead.
    """
    others = "" if over_others else "reason IS NULL AND "
    rows.raw.engine.execute(
        f"UPDATE {rows.relation} SET reason = {len(rows.reasons)}"
        f" WHERE {others}({reason.condition})"
    )
    return _count(replace(rows, reasons=(*rows.reasons, reason)), has_amounts=True)


def _count(rows: Sifted, has_amounts: bool) -> Sifted:
    """Return a sifted table with the accounts of its reasons."""
    money = "COALESCE(SUM(amount), 0), COUNT(*) FILTER (amount < 0)"
    money += ", COUNT(*) FILTER (amount = 0)"
    if not has_amounts:
        money = "0, 0, 0"
    counts = {
        number: Account(n_rows, Decimal(total), n_negative, n_zero)
        for number, n_rows, total, n_negative, n_zero in rows.raw.engine.fetch_rows(
            f"SELECT reason, COUNT(*), {money} FROM {rows.relation} GROUP BY reason"
        )
    }
    dropped = {
        reason.name: counts[number]
        for number, reason in enumerate(rows.reasons)
        if number in counts
    }
    if rows.raw.rejected is not None:
        lines = Account(rows.raw.rejected.n_lines, Decimal(0))
        dropped = {_LINES: lines, **dropped}
    used = counts.get(None, Account(0, Decimal(0)))
    return replace(rows, used=used, dropped=dropped)


def note_lines(raw: RawTable, settings: Settings, findings: Findings) -> None:
    """Note too many lines that could not be taken apart.

    The rest of such a file is not worth reading: its cells may have moved.

    Parameters
    ----------
    raw : RawTable
        A table that was loaded.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the error.
    """
    lines = raw.rejected
    n_rows = raw.n_rows + (lines.n_lines if lines else 0)
    if lines is not None and lines.n_lines > settings.max_bad_share * n_rows:
        findings.error(
            f"ASG_E_{_LINES.upper()}",
            lines.label,
            f"{lines.n_lines} of {n_rows} rows {lines.reason}",
            _TOO_MANY,
            rows=lines.lines,
            n_rows=lines.n_lines,
        )


def note_dropped(rows: Sifted, settings: Settings, findings: Findings) -> None:
    """Note every reason that rows were dropped for: few bad rows warn, many stop.

    Parameters
    ----------
    rows : Sifted
        A sifted table.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes one error or warning a reason.
    """
    bad = {_LINES, *(reason.name for reason in rows.reasons if reason.bad)}
    n_bad = sum(a.n_rows for name, a in rows.dropped.items() if name in bad)
    too_many = n_bad > settings.max_bad_share * rows.n_rows
    if rows.raw.rejected is not None:
        lines = rows.raw.rejected
        torn = Reason(_LINES, "", lines.reason, bad=True)
        _note(torn, (lines.label, lines.lines), too_many, rows, findings)
    for number, reason in enumerate(rows.reasons):
        if reason.name in rows.dropped:
            where = rows.raw.where(f"reason = {number}", rows.relation)
            _note(reason, where, reason.bad and too_many, rows, findings)


def _note(
    reason: Reason,
    where: tuple[str, tuple[int, ...]],
    fatal: bool,
    rows: Sifted,
    findings: Findings,
) -> None:
    """Note one reason with its count, its examples and its share of the revenue."""
    account = rows.dropped[reason.name]
    label, examples = where
    found = f"{account.n_rows} of {rows.n_rows} rows {reason.words}"
    if fatal:
        findings.error(
            f"ASG_E_{reason.name.upper()}",
            label,
            found,
            reason.fix or _TOO_MANY,
            rows=examples,
            n_rows=account.n_rows,
        )
        return
    found += ", so they are not used"
    if account.revenue and rows.revenue > 0:
        share = account.revenue / rows.revenue * 100
        found += f"; they hold {share:.1f} % of the revenue"
    findings.warn(
        f"ASG_W_{reason.name.upper()}",
        label,
        found,
        reason.fix,
        rows=examples,
        n_rows=account.n_rows,
    )


def is_blank(columns: Iterable[RawColumn]) -> str:
    """Return SQL that holds for a raw row with nothing in any of some columns.

    Parameters
    ----------
    columns : iterable of RawColumn
        The columns that matter.
    """
    return " AND ".join(
        f"{plain_text(column) if is_text(column) else column.sql} IS NULL"
        for column in columns
    )

"""Sifting rows into used and dropped: each dropped row has one reason, its first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from autoseg.tables.raw import WORKSPACE
from autoseg.tables.shapes import is_text, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn, RawTable
    from autoseg.tables.settings import Settings

__all__ = [
    "Account",
    "Reason",
    "Sifted",
    "is_blank",
    "note_dropped",
    "note_lines",
    "reasons_for",
    "sift_rows",
]

FIRST_PLAUSIBLE = 1990
LAST_PLAUSIBLE = 2100
_LINES = "unreadable_line"
_TOO_MANY = "correct them, or take them out; up to one bad row in a hundred is left out"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is not used.

    Parameters
    ----------
    name : str
        Key in the cleaning log.
    condition : str
        SQL that holds for such a row.
    words : str
        What such rows do, after their number.
    bad : bool
        Whether more than one row in a hundred is an error.
    fix : str
        What to do where it is.
    """

    name: str
    condition: str
    words: str
    bad: bool = False
    fix: str = _TOO_MANY


@dataclass(frozen=True, slots=True)
class Account:
    """Rows and revenue that one reason, or no reason, holds for."""

    n_rows: int
    revenue: Decimal


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
    def revenue(self) -> Decimal:
        """Revenue of all rows whose amount can be read."""
        return sum((a.revenue for a in self.dropped.values()), self.used.revenue)


def reasons_for(
    expressions: Mapping[str, str], settings: Settings
) -> tuple[Reason, ...]:
    """Return the reasons that can hold for a row of a table with these columns.

    Parameters
    ----------
    expressions : mapping of str to str
        The table's canonical columns.
    settings : Settings
        The settings of the run.
    """
    time = "timestamp" if "timestamp" in expressions else "exposed_at"
    found: list[Reason] = []
    for name, thing in (
        ("timestamp", "date"),
        ("amount", "amount"),
        ("event_type", "event type"),
        ("campaign_id", "campaign"),
        ("converted", "answer"),
    ):
        if name in expressions:
            words = f"have no {thing} that can be read"
            found.append(Reason(f"unreadable_{name}", f"{name} IS NULL", words, True))
    if time in expressions:
        outside = f"YEAR({time}) NOT BETWEEN {FIRST_PLAUSIBLE} AND {LAST_PLAUSIBLE}"
        words = f"are dated before {FIRST_PLAUSIBLE} or after {LAST_PLAUSIBLE}"
        implausible = Reason("implausible_timestamp", outside, words, True)
        found.insert(1 if time == "timestamp" else len(found), implausible)
    found.append(
        Reason("missing_customer", "customer_id IS NULL", "belong to no customer")
    )
    if time in expressions and settings.as_of is not None:
        late = f"{time} >= DATE '{settings.as_of}'"
        words = f"are of {settings.as_of} or later"
        found.append(Reason("after_as_of", late, words))
    if time in expressions and settings.since is not None:
        early = f"{time} < DATE '{settings.since}'"
        found.append(Reason("before_since", early, f"are before {settings.since}"))
    return (Reason("blank_row", "blank", "are blank"), *found)


def sift_rows(
    role: str,
    raw: RawTable,
    expressions: Mapping[str, str],
    blank: str,
    reasons: Sequence[Reason],
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
        Conditions over the canonical columns and ``blank``.
    """
    relation = f"{WORKSPACE}.sifted_{role}"
    columns = ", ".join(f"{sql} AS {name}" for name, sql in expressions.items())
    cases = " ".join(
        f"WHEN {reason.condition} THEN {number}"
        for number, reason in enumerate(reasons)
    )
    names = ", ".join(expressions)
    raw.engine.execute(
        f"CREATE OR REPLACE TABLE {relation} AS SELECT file, row, {names},"
        f" CAST(CASE {cases} END AS TINYINT) AS reason"
        f" FROM (SELECT file, row, {columns}, {blank} AS blank"
        f" FROM {raw.relation}) AS readings"
    )
    revenue = "COALESCE(SUM(amount), 0)" if "amount" in expressions else "0"
    counts = {
        number: Account(n_rows, Decimal(total))
        for number, n_rows, total in raw.engine.fetch_rows(
            f"SELECT reason, COUNT(*), {revenue} FROM {relation} GROUP BY reason"
        )
    }
    dropped = {
        reason.name: counts[number]
        for number, reason in enumerate(reasons)
        if number in counts
    }
    if raw.rejected is not None:
        lines = Account(raw.rejected.n_lines, Decimal(0))
        dropped = {_LINES: lines, **dropped}
    used = counts.get(None, Account(0, Decimal(0)))
    return Sifted(raw, relation, tuple(reasons), used, dropped)


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
        words = lines.reason
        _note(_LINES, words, (lines.label, lines.lines), too_many, rows, findings)
    for number, reason in enumerate(rows.reasons):
        if reason.name in rows.dropped:
            where = rows.raw.where(f"reason = {number}", rows.relation)
            fatal = reason.bad and too_many
            _note(
                reason.name, reason.words, where, fatal, rows, findings, fix=reason.fix
            )


def _note(
    name: str,
    words: str,
    where: tuple[str, tuple[int, ...]],
    fatal: bool,
    rows: Sifted,
    findings: Findings,
    *,
    fix: str = _TOO_MANY,
) -> None:
    """Note one reason with its count, its examples and its share of the revenue."""
    account = rows.dropped[name]
    label, examples = where
    found = f"{account.n_rows} of {rows.n_rows} rows {words}"
    if fatal:
        code = f"ASG_E_{name.upper()}"
        findings.error(code, label, found, fix, rows=examples, n_rows=account.n_rows)
        return
    found += ", so they are not used"
    if account.revenue and rows.revenue > 0:
        share = account.revenue / rows.revenue * 100
        found += f"; they hold {share:.1f} % of the revenue"
    code = f"ASG_W_{name.upper()}"
    findings.warn(code, label, found, rows=examples, n_rows=account.n_rows)


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

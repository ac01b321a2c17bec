"""What the amounts are in: one currency, or several that are converted to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autoseg.engines import literal
from autoseg.tables.amounts import exact
from autoseg.tables.mapping import give_column
from autoseg.tables.settings import give, is_code
from autoseg.tables.shapes import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn, RawTable
    from autoseg.tables.settings import Settings

__all__ = ["Money", "read_currency"]

# a rate below a million with twelve decimals; the product with an amount is exact
_RATE = "DECIMAL(18, 12)"
_BEFORE = "DECIMAL(22, 4)"
# more kinds of text than this are no currencies
_MOST = 100
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Money:
    """What the amounts of a table are in, and how they become one currency.

    Parameters
    ----------
    code : str or None
        ISO 4217 code where it is known.
    rate : str or None
        SQL of what one unit of a row's currency is worth in ``code``, NULL where
        the row is left out; None where nothing is converted.
    left_out : str or None
        SQL that holds for a row whose currency is left out; None where none is.
    """

    code: str | None
    rate: str | None = None
    left_out: str | None = None

    def convert(self, number: str, *, large: bool = False) -> str:
        """Return SQL of an amount in ``code``, rounded to four decimals.

        Parameters
        ----------
        number : str
            SQL of an exact decimal in the row's own currency.
        large : bool
            Whether it was read with ``large``.
        """
        if self.rate is None:
            return number
        return exact(f"CAST({number} AS {_BEFORE}) * {self.rate}", large=large)


def read_currency(
    raw: RawTable,
    mapped: Mapping[str, int],
    blank: str,
    settings: Settings,
    findings: Findings,
) -> Money:
    """Return what the amounts are in; several currencies need rates.

    Parameters
    ----------
    raw : RawTable
        The rows as they came.
    mapped : mapping of str to int
        Canonical name to position of the user's column.
    blank : str
        SQL that holds for a raw row without any content.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    given = Money(settings.currency)
    if any(error.code == "ASG_E_RATE" for error in findings.errors):
        return given
    if "currency" not in mapped:
        if settings.rates:
            findings.error(
                "ASG_E_RATE",
                raw.label,
                "there are rates and no column that says which currency a row is in",
                f"name it with {give_column('currency', 'your name')}",
            )
        return given
    column = raw.column(mapped["currency"])
    code = f"UPPER({clean_text(column)})"
    rows = raw.engine.fetch_rows(
        f"SELECT {code} AS code, COUNT(*) FROM {raw.relation}"
        f" WHERE {code} IS NOT NULL OR NOT ({blank})"
        f" GROUP BY code ORDER BY 2 DESC, 1 LIMIT {_MOST}"
    )
    counts: dict[Any, int] = dict(rows)  # type: ignore[arg-type]
    n_blank = counts.pop(None, 0)
    if not counts:
        return given
    money = _decide(column, code, counts, settings, findings)
    if n_blank and money.code is not None:
        findings.warn(
            "ASG_W_BLANK_CURRENCY",
            raw.label,
            f"{n_blank} rows do not say their currency and count as {money.code}",
            column=column.name,
            n_rows=n_blank,
        )
    return money


def _decide(
    column: RawColumn,
    code: str,
    counts: Mapping[str, int],
    settings: Settings,
    findings: Findings,
) -> Money:
    """Return the currency of a column with some contents, and note what is wrong."""
    given, label = settings.currency, column.table.label
    unknown = [name for name in counts if not is_code(name)]
    if unknown and (given is None or len(counts) > 1):
        _note_unknown(column, counts, unknown, findings)
        return Money(given)
    if unknown:
        # 'kr' all the way down, and the user says which krone
        return Money(given)
    if settings.rates:
        return _convert(column, code, counts, settings, findings)
    if len(counts) > 1:
        _note_mixed(column, counts, given or next(iter(counts)), findings)
        return Money(given)
    (only,) = counts
    if given is not None and only != given:
        findings.error(
            "ASG_E_CURRENCY",
            label,
            f"the amounts are in {only}, and {given} was given",
            f"give {give('currency', only)} or none, or the rate that leads to {given}",
            column=column.name,
        )
    return Money(only)


def _convert(
    column: RawColumn,
    code: str,
    counts: Mapping[str, int],
    settings: Settings,
    findings: Findings,
) -> Money:
    """Return how each currency becomes the given one; each of them needs a rate."""
    base, label = settings.currency, column.table.label
    without = {n: c for n, c in counts.items() if n != base and n not in settings.rates}
    if without:
        some = next(iter(without))
        findings.error(
            "ASG_E_MIXED_CURRENCY",
            label,
            f"there is no rate for {_listed(without)}",
            f"add it to the rates, such as {give('rates', {some: 1.1})}; None"
            " (drop) leaves these rows out",
            column=column.name,
            n_rows=sum(without.values()),
        )
        return Money(base)
    rates = {name: settings.rates[name] for name in counts if name != base}
    converted = {name: rate for name, rate in rates.items() if rate is not None}
    if not rates:
        return Money(base)
    if converted:
        told = ", ".join(f"{counts[n]} in {n} at {r}" for n, r in converted.items())
        findings.warn(
            "ASG_W_CONVERTED",
            label,
            f"amounts are converted to {base}: {told}",
            column=column.name,
            n_rows=sum(counts[name] for name in converted),
        )
    dropped = [name for name, rate in rates.items() if rate is None]
    cases = "".join(
        f" WHEN {literal(name)} THEN "
        + ("NULL" if rate is None else f"CAST('{rate:f}' AS {_RATE})")
        for name, rate in rates.items()
    )
    return Money(
        base,
        rate=f"(CASE {code}{cases} ELSE CAST(1 AS {_RATE}) END)",
        left_out=f"COALESCE({code} IN ({', '.join(map(literal, dropped))}), FALSE)"
        if dropped
        else None,
    )


def _note_mixed(
    column: RawColumn, counts: Mapping[str, int], base: str, findings: Findings
) -> None:
    others = {name: 1.1 for name in counts if name != base}
    some = dict(list(others.items())[:1])
    findings.error(
        "ASG_E_MIXED_CURRENCY",
        column.table.label,
        f"the amounts are in {len(counts)} currencies: {_listed(counts)}",
        f"give {give('currency', base)} and what one unit of the others is worth in"
        f" it, such as {give('rates', some)}, or None (drop) to leave them out",
        column=column.name,
        n_rows=sum(n for name, n in counts.items() if name != base),
    )


def _note_unknown(
    column: RawColumn,
    counts: Mapping[str, int],
    unknown: list[str],
    findings: Findings,
) -> None:
    shown = ", ".join(f"'{name[:20]}'" for name in unknown[:_SHOWN])
    n_rows = sum(counts[name] for name in unknown)
    fix = "write three letters, such as NOK, in every row"
    if len(counts) == 1:
        fix = f"say which currency it is: {give('currency', 'NOK')}"
    findings.error(
        "ASG_E_CURRENCY",
        column.table.label,
        f"{n_rows} rows have a currency that is no code of three letters: {shown}",
        fix,
        column=column.name,
        n_rows=n_rows,
    )


def _listed(counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"{n} in {code}" for code, n in list(counts.items())[:_SHOWN])
    return shown + (", …" if len(counts) > _SHOWN else "")

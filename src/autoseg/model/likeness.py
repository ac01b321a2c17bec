"""Whether new data are like those of the fit: as long a time, the same money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from autoseg.engines import quote, render
from autoseg.errors import Finding, InputError
from autoseg.tables.findings import Findings
from autoseg.tables.settings import give, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.engines import Engine
    from autoseg.model.parts import ModelFeature, ModelWindow
    from autoseg.tables import StagedTables

__all__ = ["check_currency", "check_units", "check_window", "like_the_fit", "retold"]

# by as much a window may be longer or shorter before it is told
_NOTICEABLE = 0.1
_UNIT_RATIO = 20.0
# the median of fewer tells nothing
_FEWEST = 10


def like_the_fit(window: ModelWindow, reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return how tables are to be read: as at the fit, where nothing else is said.

    Parameters
    ----------
    window : ModelWindow
        The days and the money of the fit.
    reading : mapping of str to object
        ``as_of``, ``since``, ``timezone``, ``currency`` and other settings; None where
        nothing was given.

    Returns
    -------
    dict of str to object
        The settings, where ``since`` is as many days before ``as_of`` as at the fit.
    """
    settings = dict(reading)
    # what is no day is told with all else that is wrong
    as_of = read_settings(Findings(), as_of=settings["as_of"]).as_of
    if settings["since"] is None and as_of is not None and window.days is not None:
        settings["since"] = as_of - timedelta(days=window.days)
    for name in ("timezone", "currency"):
        if settings[name] is None:
            settings[name] = getattr(window, name)
    return settings


def check_currency(window: ModelWindow, currency: str | None) -> None:
    """Raise if amounts are said to be in another currency than at the fit.

    Parameters
    ----------
    window : ModelWindow
        The money of the fit.
    currency : str or None
        What was given.

    Raises
    ------
    InputError
        With ``ASG_E_MODEL_CURRENCY``.
    """
    ours = window.currency
    if ours is not None and currency is not None and currency.upper() != ours:
        raise InputError(_other_currency(ours, "currency", f"{currency} was given"))


def retold(error: InputError, currency: str) -> InputError:
    """Return an error of reading in words that speak of the model's currency.

    Parameters
    ----------
    error : InputError
        Of tables that were read with the currency of the fit, which nobody gave.
    currency : str
        That of the fit.
    """
    findings = []
    for one in error.findings:
        # those that tell of rows are about what is no currency at all
        if one.code == "ASG_E_CURRENCY" and not one.n_rows:
            found, _, _ = one.found.partition(",")
            other = _other_currency(currency, one.source, found)
            findings.append(replace(other, column=one.column))
        else:
            findings.append(one)
    return InputError(findings)


def _other_currency(ours: str, source: str, found: str) -> Finding:
    return Finding(
        "ASG_E_MODEL_CURRENCY",
        source,
        f"the segments were found on amounts in {ours}, and {found}",
        f"give amounts in {ours}, or what one unit of the other currency is worth, such"
        f" as {give('rates', {'EUR': 11.5})}",
    )


def check_window(window: ModelWindow, staged: StagedTables) -> tuple[Finding, ...]:
    """Return a warning where far more or fewer days are looked at than at the fit.

    Parameters
    ----------
    window : ModelWindow
        The days of the fit.
    staged : StagedTables
        The new data.
    """
    days = window.days
    now = (staged.as_of - staged.first_day).days
    if days is None or abs(now - days) <= _NOTICEABLE * days:
        return ()
    less = now < days
    found = (
        f"the rows go back {now} days before {staged.as_of}, and {days} at the fit, so"
        f" counts and sums are {'smaller' if less else 'larger'} than those that the"
        " segments were found on"
    )
    since = staged.as_of - timedelta(days=days)
    fix = (
        "give the rows of as many days, or read the segments with care"
        if less
        else f"look back as far as at the fit: {give('since', str(since))}"
    )
    return (Finding("ASG_W_WINDOW", "transactions", found, fix),)


class _Spread(NamedTuple):
    """How many customers have a feature, and how many far more or less of it."""

    n: int
    n_more: int
    n_less: int


def check_units(
    features: Sequence[ModelFeature], engine: Engine, relation: str
) -> None:
    """Raise if amounts of money are in another unit than at the fit.

    Parameters
    ----------
    features : sequence of ModelFeature
        Those of the model.
    engine : Engine
        Where the new features are.
    relation : str
        SQL of them that may stand after FROM.

    Raises
    ------
    InputError
        If the median of a feature is more than 20 times what it was at the fit, or
        less than a 20th of it (``ASG_E_MODEL_UNIT``).
    """
    amounts = [one for one in features if _is_amount(one)]
    if not amounts:
        return
    spreads = _spreads(amounts, engine, relation)
    findings = []
    for feature, spread in zip(amounts, spreads, strict=True):
        # the median is only looked for where it may be that far away
        if spread.n < _FEWEST or 2 * max(spread[1:]) < spread.n:
            continue
        median = _median(feature.name, spread.n, engine, relation)
        findings += _objections(feature, median)
    if findings:
        raise InputError(findings)


def _is_amount(feature: ModelFeature) -> bool:
    definition, median = feature.definition, feature.median
    has_unit = definition is not None and definition.unit == "currency"
    return has_unit and median is not None and median > 0


def _spreads(
    amounts: Sequence[ModelFeature], engine: Engine, relation: str
) -> list[_Spread]:
    counts = ", ".join(
        f"COUNT({name}), COUNT(CASE WHEN {name} > {_UNIT_RATIO * median!r} THEN 1 END),"
        f" COUNT(CASE WHEN {name} < {median / _UNIT_RATIO!r} THEN 1 END)"
        for name, median in ((quote(one.name), one.median or 0.0) for one in amounts)
    )
    (found,) = engine.fetch_rows(
        render(f"SELECT {counts} FROM {relation}", engine.dialect)
    )
    return [_Spread(*found[i : i + 3]) for i in range(0, len(found), 3)]


def _median(name: str, n: int, engine: Engine, relation: str) -> float:
    """Return the median of a feature; a sort can go to disk, unlike a quantile."""
    column = quote(name)
    middle = engine.fetch_rows(
        render(
            f"SELECT {column} FROM {relation} WHERE {column} IS NOT NULL"
            f" ORDER BY {column} LIMIT {2 - n % 2} OFFSET {(n - 1) // 2}",
            engine.dialect,
        )
    )
    return sum(float(value) for (value,) in middle) / len(middle)


def _objections(feature: ModelFeature, median: float) -> list[Finding]:
    before = feature.median or 0.0
    if median <= 0 or before / _UNIT_RATIO <= median <= _UNIT_RATIO * before:
        return []
    more = median > before
    ratio = median / before if more else before / median
    how = "as much" if more else "less"
    cause = "in øre or cents" if more else "in thousands"
    found = (
        f"the median of {feature.name} is {_told(median)}, and {_told(before)} at the"
        f" fit, {float(f'{ratio:.2g}'):,g} times {how}; perhaps the amounts are {cause}"
    )
    fix = (
        "give them in the unit of the fit; if they are right,"
        f" {give('check_units', False)}"
    )
    return [Finding("ASG_E_MODEL_UNIT", "the amounts", found, fix)]


def _told(amount: float) -> str:
    """Return a number with three digits, which is no customer's own."""
    return f"{float(f'{amount:.3g}'):,g}"

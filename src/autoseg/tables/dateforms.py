"""How dates are written: what a shape of digits can be, in strptime's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from autoseg.engines import literal

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["COMPACT", "Form", "find_form", "read_forms"]

COMPACT = "YYYYMMDD"
"""Words of dates that are eight digits."""

_MONTHS = (
    *("januari january januar jan", "februari february februar feb"),
    *("mars march marts mar", "april apr", "mai may maj", "juni june jun"),
    *("juli july jul", "augusti august aug", "september sept sep"),
    *("oktober october okt oct", "november nov", "desember december des dec"),
)
_NUMBERS = {
    name: f"{number:02}"
    for number, names in enumerate(_MONTHS, start=1)
    for name in names.split()
}
# of two names that begin alike the longer one is looked for first
_MONTH = "|".join(sorted(_NUMBERS, key=lambda name: (-len(name), name)))
_WEEKDAY = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön)"
    r"[^\W\d]*[.,]* "
)
_DATES = {
    "year first": r"9{4}(?P<mark>[-/.])9{1,2}(?P=mark)9{1,2}",
    "year last": r"9{1,2}(?P<mark>[-/.])9{1,2}(?P=mark)9{4}",
    "short year": r"9{1,2}(?P<mark>[-/.])9{1,2}(?P=mark)99",
    "day and name": rf"9{{1,2}}(?P<a>\. |[-./ ])(?P<month>{_MONTH})"
    r"(?P<b>\. |, |[-./ ])(?P<year>9{4}|99)",
    "name and day": rf"(?P<month>{_MONTH})(?P<a>\. |[- ])9{{1,2}}(?P<b>, |[- ])"
    r"(?P<year>9{4})",
    "digits": r"9{8}",
}
_TIME = (
    r"(?P<sep>T| |, | kl\.? ?)(?P<hour>9{1,2})(?P<colon>[:.])99"
    r"(?P<seconds>(?P=colon)99(?P<fraction>[.,]9{1,9})?)?(?P<half> ?[ap]m)?"
)
_COMPACT_TIME = r"(?P<sep>[T ])9{4}(?P<seconds>99)?"
_OFFSET = r"(?P<offset> ?(?:Z|UTC|GMT|[+-]99(?::?99)?))"
_PATTERNS = {
    kind: re.compile(
        rf"(?P<weekday>{_WEEKDAY})?{date}"
        rf"(?:{_COMPACT_TIME if kind == 'digits' else _TIME}{_OFFSET}?)?",
        re.IGNORECASE,
    )
    for kind, date in _DATES.items()
}
_ORDERS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a date.

    Parameters
    ----------
    words : str
        What messages call it; dates with equal words are read together.
    layouts : tuple of str
        What the day can be in strptime's words; several where the day, the month and
        the year may stand in another order.
    rest : str
        The time of day and the offset in strptime's words.
    plain : bool
        Whether the engine reads it without being told how.
    named : bool
        Whether the month is a name.
    weekday : bool
        Whether the day of the week stands in front.
    offset : str
        The shape of the offset from UTC; empty where there is none.
    """

    words: str
    layouts: tuple[str, ...]
    rest: str = ""
    plain: bool = False
    named: bool = False
    weekday: bool = False
    offset: str = ""

    @property
    def short_year(self) -> bool:
        """Whether the year has two digits."""
        return "%y" in self.layouts[0]


@cache
def find_form(shape: str) -> Form | None:
    """Return the way to write dates that a shape is of; None where it is of none.

    Parameters
    ----------
    shape : str
        A text with every digit made a 9.

    Examples
    --------
    >>> find_form("99.99.9999 kl. 99.99").layouts
    ('%d.%m.%Y',)
    >>> find_form("9/99/9999").layouts
    ('%d/%m/%Y', '%m/%d/%Y')
    """
    for kind, pattern in _PATTERNS.items():
        found = pattern.fullmatch(shape)
        if found is not None:
            return _form(kind, found)
    return None


def read_forms(text: str, forms: Collection[Form], order: int = 0) -> str:
    """Return SQL that reads texts of some forms with equal words.

    Parameters
    ----------
    text : str
        SQL of a text without blanks around it.
    forms : collection of Form
        The forms.
    order : int
        Which of their layouts holds.

    Returns
    -------
    str
        A timestamp, with time zone where there are offsets; NULL where the text
        cannot be read.
    """
    offsets = {form.offset for form in forms}
    plain = all(form.plain for form in forms)
    aware = any(offsets)
    if any(form.weekday for form in forms):
        text = rf"REGEXP_REPLACE({text}, '^[^\d ]+ ', '')"
    if aware and any(one[:1] not in ("Z-+" if plain else "-+") for one in offsets):
        text = rf"REGEXP_REPLACE({text}, ' ?(Z|UTC|GMT)$', '+00', 'i')"
        text = rf"REGEXP_REPLACE({text}, ' ([-+][\d:]+)$', '\1')"
    if plain:
        return f"TRY_CAST({text} AS {'TIMESTAMPTZ' if aware else 'TIMESTAMP'})"
    if any(form.named for form in forms):
        text = _with_numbers(text)
    formats = sorted({form.layouts[order] + form.rest for form in forms})
    return f"TRY_STRPTIME({text}, [{', '.join(literal(one) for one in formats)}])"


def _form(kind: str, found: re.Match[str]) -> Form:
    parts = found.groupdict()
    offset = parts["offset"] or ""
    mark = parts.get("mark") or ""
    words, layouts = _layouts(kind, parts)
    return Form(
        words=words + (" with offset" if offset else ""),
        layouts=layouts,
        rest=_rest(kind, parts) + ("%z" if offset else ""),
        plain=kind == "year first" and mark != "." and _is_plain_time(parts),
        named="month" in parts,
        weekday=parts["weekday"] is not None,
        offset=offset,
    )


def _layouts(kind: str, parts: dict[str, str | None]) -> tuple[str, tuple[str, ...]]:
    """Return the words and the possible layouts of the day in a shape."""
    mark = parts.get("mark") or ""
    if kind == "year first":
        return "YYYY-MM-DD", (f"%Y{mark}%m{mark}%d",)
    if kind == "digits":
        return COMPACT, ("%Y%m%d", *(order.format("") for order in _ORDERS))
    if "month" in parts:
        a, b = parts["a"], parts["b"]
        year = "%Y" if parts["year"] == "9999" else "%y"
        words = "names of months" + (" and short years" if year == "%y" else "")
        return words, (
            f"%d{a}%m{b}{year}" if kind == "day and name" else f"%m{a}%d{b}{year}",
        )
    # nobody writes the month first with dots
    orders = [order.format(mark) for order in _ORDERS[: 1 if mark == "." else 2]]
    words = f"DD{mark}MM{mark}YYYY" if mark == "." else f"NN{mark}NN{mark}YYYY"
    if kind == "short year":
        orders = [order.replace("%Y", "%y") for order in orders]
        words = words.removesuffix("YY") if mark == "." else f"NN{mark}NN{mark}NN"
        if mark == "-":
            orders.append("%y-%m-%d")
    return words, tuple(orders)


def _rest(kind: str, parts: dict[str, str | None]) -> str:
    """Return the time of day of a shape in strptime's words."""
    sep, seconds = parts["sep"], parts["seconds"]
    if sep is None:
        return ""
    if kind == "digits":
        return f"{sep}%H%M" + ("%S" if seconds else "")
    colon, half, fraction = parts["colon"], parts["half"], parts["fraction"]
    rest = f"{sep}{'%I' if half else '%H'}{colon}%M"
    if seconds:
        rest += f"{colon}%S"
    if fraction:
        rest += f"{fraction[0]}%f"
    if half:
        rest += " %p" if half.startswith(" ") else "%p"
    return rest


def _is_plain_time(parts: dict[str, str | None]) -> bool:
    fraction = parts["fraction"] or "."
    return (
        parts["weekday"] is None
        and parts["sep"] in {None, " ", "T"}
        and parts["colon"] in {None, ":"}
        and parts["half"] is None
        and fraction[0] == "."
    )


def _with_numbers(text: str) -> str:
    """Return SQL of a text with the number of the month for its name."""
    name = f"REGEXP_EXTRACT({text}, '(?i)({_MONTH})')"
    pairs = ", ".join(f"'{name}': '{number}'" for name, number in _NUMBERS.items())
    return f"REPLACE({text}, {name}, MAP {{{pairs}}}[LOWER({name})])"

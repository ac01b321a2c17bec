"""Amounts as people write them: the currency, the minus and the brackets."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from autoseg.engines import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawColumn
    from autoseg.tables.settings import Settings
    from autoseg.tables.shapes import Shape

__all__ = ["check_written_currency", "tidy_money"]

_KRONER = frozenset({"NOK", "SEK", "DKK", "ISK"})
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_CODES = (
    *_KRONER,
    *_DOLLARS,
    *("EUR", "GBP", "CHF", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "UAH"),
    *("JPY", "CNY", "INR", "ZAR", "BRL", "THB", "ILS", "AED", "SAR"),
)
# a sign or word to the currencies it can stand for
_WORDS = {
    "kroner": _KRONER,
    "kronor": _KRONER,
    "kr": _KRONER,
    "$": _DOLLARS,
    "€": frozenset({"EUR"}),
    "euro": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "zł": frozenset({"PLN"}),
    **{code.lower(): frozenset({code}) for code in _CODES},
}
# of two words that begin alike the longer one is looked for first
_MONEY = "|".join(
    re.escape(word) + (r"\.?" if word == "kr" else "")
    for word in sorted(_WORDS, key=lambda word: (-len(word), word))
)
_FIND_MONEY = re.compile(rf"(?<![^\W\d])({_MONEY})(?![^\W\d])", re.IGNORECASE)
# every blank is a space, every apostrophe and every minus the plain one
_VARIANTS = {
    " ": "\t\r\n\u00a0\u2007\u2009\u202f",
    "'": "\u2019\u02bc",
    "-": "\u2212\u2013\u2014",
}


def tidy_money(text: str) -> str:
    """Return SQL of a written amount without currency, with the minus in front.

    What stands between the digits stays.

    Parameters
    ----------
    text : str
        SQL of a text without blanks around it.
    """
    variants = "".join(_VARIANTS.values())
    plain = "".join(letter * len(others) for letter, others in _VARIANTS.items())
    tidy = f"TRANSLATE({text}, {literal(variants)}, {literal(plain)})"
    for pattern, put in (
        (rf"^([-+(]?) *({_MONEY}) *", r"\1"),
        (rf" *({_MONEY})([-)]?)$", r"\2"),
        # 99,- is 99 kroner and no øre
        (r"([.,])-{1,2}$", r"\1"),
        (r":-$", ""),
        (r"^\( *(.*?) *\)$", r"-\1"),
        (r"^([^-].*?) *-$", r"-\1"),
        (r"^([-+]) +", r"\1"),
    ):
        tidy = f"REGEXP_REPLACE({tidy}, {literal(pattern)}, {literal(put)}, 'i')"
    return f"NULLIF({tidy}, '')"


def check_written_currency(
    column: RawColumn, shapes: Sequence[Shape], settings: Settings, findings: Findings
) -> None:
    """Note amounts that are written in several currencies, or not in the one given.

    Parameters
    ----------
    column : RawColumn
        The column, for the message.
    shapes : sequence of Shape
        Shapes of its texts as they came.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the error.
    """
    counts: Counter[str] = Counter()
    for shape in shapes:
        found = _FIND_MONEY.search(shape.text)
        if found is not None:
            counts[found[1].lower().rstrip(".")] += shape.count
    if not counts:
        return
    possible = frozenset.intersection(*(_WORDS[word] for word in counts))
    if not possible:
        listed = ", ".join(f"{n} in {_named(word)}" for word, n in counts.most_common())
        findings.error(
            "ASG_E_MIXED_CURRENCY",
            column.table.label,
            f"the amounts are written in several currencies: {listed}",
            "convert them to one, or give the currency a column of its own",
            column=column.name,
            n_rows=sum(n for _, n in counts.most_common()[1:]),
        )
    elif settings.currency is not None and settings.currency not in possible:
        findings.error(
            "ASG_E_CURRENCY",
            column.table.label,
            f"the amounts are written in {_named(counts.most_common(1)[0][0])}, and"
            f" {settings.currency} was given",
            "give the currency that they are in, or none",
            column=column.name,
            n_rows=sum(counts.values()),
        )


def _named(word: str) -> str:
    return word.upper() if word.upper() in _CODES else f"'{word}'"

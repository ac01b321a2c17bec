"""One language's catalogue: whole sentences with named fields, and formats."""

from __future__ import annotations

import tomllib
import warnings
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from autoseg.errors import LanguageWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

__all__ = ["LANGUAGES", "Catalogue", "load_catalogue"]

LANGUAGES = ("en", "nb", "da", "sv")

# en_GB because it writes 9 March 2026, as the other three do
_BABEL = {"en": "en_GB", "nb": "nb_NO", "da": "da_DK", "sv": "sv_SE"}
_ALIASES = {"no": "nb", "nn": "nb"}
_OWN_SYMBOLS = {
    "en": {"GBP", "EUR", "USD"},
    "nb": {"NOK", "EUR"},
    "da": {"DKK", "EUR"},
    "sv": {"SEK", "EUR"},
}
_NBSP = "\u00a0"
_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Catalogue:
    r"""The texts and formats of one language.

    Texts live in TOML files, one a room, under ``locales/<language>/``; nested
    tables become dotted keys. A text that depends on a number is a table with
    the keys ``one`` and ``other``.

    Parameters
    ----------
    language : {"en", "nb", "da", "sv"}
        Language of the texts.
    texts : mapping of str to str
        Dotted key to text.

    Examples
    --------
    >>> norwegian = load_catalogue("nb")
    >>> norwegian.number(1234.5, digits=1)
    '1\xa0234,5'
    >>> norwegian.percent(0.123)
    '12\xa0%'
    """

    language: str
    texts: Mapping[str, str]

    def text(self, key: str, **fields: object) -> str:
        """Return the text of a key with its fields filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such key or the text wants another field.
        """
        return self.texts[key].format(**fields)

    def plural(
        self, key: str, count: float, *, digits: int = 0, **fields: object
    ) -> str:
        """Return the form of a text that fits a count; ``{count}`` is filled in.

        The form goes by the count as it is printed: 1.0 orders are orders.
        """
        number = self.number(count, digits)
        form = "one" if number == "1" else "other"
        return self.text(f"{key}.{form}", count=number, **fields)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """Return a number with the language's separators and fixed decimals."""
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return self._signed(
            format_decimal(value, format=pattern, locale=_BABEL[self.language])
        )

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share of 1 as a percentage."""
        space = "" if self.language == "en" else _NBSP
        return f"{self.number(100 * share, digits)}{space}%"

    def money(
        self, amount: float | Decimal, currency: str | None, digits: int = 0
    ) -> str:
        """Return an amount with its currency; without a currency, the number alone.

        Where decimals are asked for, the currency decides how many: none for yen,
        three for Kuwaiti dinars, two for a code that is not known.
        """
        from babel.numbers import format_currency, get_currency_precision

        if currency is None:
            return self.number(amount, digits)
        if digits:
            digits = get_currency_precision(currency)
        locale = _BABEL[self.language]
        decimals = "#,##0" + ("." + "0" * digits if digits else "")
        if currency not in _OWN_SYMBOLS[self.language]:
            pattern = f"{decimals}{_NBSP}¤¤"
        elif self.language == "en":
            pattern = f"¤{decimals}"
        else:
            pattern = f"{decimals}{_NBSP}¤"
        return self._signed(
            format_currency(
                amount, currency, format=pattern, locale=locale, currency_digits=False
            )
        )

    def date(self, day: date) -> str:
        """Return a day written out, such as 9 March 2026."""
        from babel.dates import format_date

        return str(format_date(day, format="long", locale=_BABEL[self.language]))

    def month(self, number: int) -> str:
        """Return the name of a month of the year, 1 to 12, as within a sentence."""
        from babel.dates import get_month_names

        names = get_month_names("wide", "stand-alone", _BABEL[self.language])
        return str(names[number])

    def weekday(self, number: int) -> str:
        """Return the name of a weekday, 1 for Monday to 7, as within a sentence."""
        from babel.dates import get_day_names

        # Babel counts from 0 on Monday
        names = get_day_names("wide", "stand-alone", _BABEL[self.language])
        return str(names[number - 1])

    def listed(self, texts: Iterable[str]) -> str:
        """Return texts as a list within a sentence: a, b and c."""
        from babel.lists import format_list

        return str(format_list(list(texts), locale=_BABEL[self.language]))

    def _signed(self, text: str) -> str:
        return text.replace("-", _MINUS, 1)


def load_catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language.

    Parameters
    ----------
    language : str
        A language or locale tag such as ``"nb"``, ``"da-DK"``, ``"no_NO"``.
        Unknown ones fall back to English with a `LanguageWarning`.

    Returns
    -------
    Catalogue

    Examples
    --------
    >>> load_catalogue("no_NO").language
    'nb'
    """
    tag = str(language).replace("_", "-").split("-")[0].lower()
    code = _ALIASES.get(tag, tag)
    if code not in LANGUAGES:
        warnings.warn(
            f"ASG_W_LANGUAGE: no texts in '{language}', so English is used; "
            f"known are {', '.join(LANGUAGES)}",
            LanguageWarning,
            stacklevel=2,
        )
        code = "en"
    return _load(code)


@cache
def _load(language: str) -> Catalogue:
    folder = files("autoseg.locales") / language
    texts: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            room = file.name.removesuffix(".toml")
            texts.update(_flat(tomllib.loads(file.read_text(encoding="utf-8")), room))
    return Catalogue(language, texts)


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}.{key}")
        else:
            yield f"{prefix}.{key}", value

"""Plain data read back key by key, so that an error can name the file and the key."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Record"]

_CODE = "ASG_E_PROFILES_FILE"
_FIX = "hand in the profiles.json that 'autoseg segment' wrote, as it wrote it"
_HALF_LETTER = re.compile("[\ud800-\udfff]")
_MONEY = re.compile(r"-?\d{1,30}(\.\d{1,8})?", re.ASCII)


class Record:
    """A JSON object, of which each key is asked for by what it has to hold.

    Parameters
    ----------
    data : object
        What stands in the file.
    source : str
        Name of the file, for errors.
    path : str
        Where in the file it stands; empty for the whole.
    code : str
        Code of the errors.
    fix : str
        What they tell to do.

    Raises
    ------
    InputError
        If the data are no object. The methods raise the same for a key that is missing
        or holds something else.

    Examples
    --------
    >>> record = Record({"segments": [{"size": 40}]}, "profiles.json")
    >>> record.records("segments")[0].whole("size")
    40
    >>> record.records("segments")[0].holds("key")
    False
    """

    def __init__(
        self,
        data: Any,
        source: str,
        path: str = "",
        *,
        code: str = _CODE,
        fix: str = _FIX,
    ) -> None:
        self._source, self._path = source, path
        self._code, self._fix = code, fix
        self._data: dict[str, Any] = data
        if not isinstance(data, dict):
            self._refuse(path or "the whole of it", "is no object with keys")

    def text(self, key: str) -> str:
        """Return a text."""
        return self._as_text(key, self._get(key))

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None where there is none."""
        return None if self._get(key) is None else self.text(key)

    def text_of(self, key: str) -> str | None:
        """Return what a key holds if that is a text, else None."""
        value = self._get(key)
        return value if isinstance(value, str) else None

    def is_none(self, key: str) -> bool:
        """Return whether a key holds None."""
        return self._get(key) is None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self._as_text(where, one) for where, one in self._items(key))

    def one_of(self, key: str, known: Collection[str]) -> str:
        """Return a text that is one of those that are known."""
        return self._known(key, self.text(key), known)

    def some_of(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """Return a list of texts that are all known."""
        return tuple(self._known(key, one, known) for one in self.texts(key))

    def yes(self, key: str) -> bool:
        """Return whether something is so."""
        value = self._get(key)
        if not isinstance(value, bool):
            self.refuse(key, "is neither true nor false")
        return value

    def whole(self, key: str, least: int = 0) -> int:
        """Return a whole number, the least one or more."""
        return self._as_whole(key, self._get(key), least)

    def whole_or_none(self, key: str, least: int = 0) -> int | None:
        """Return a whole number, or None where there is none."""
        return None if self._get(key) is None else self.whole(key, least)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers from 0."""
        return tuple(self._as_whole(where, one, 0) for where, one in self._items(key))

    def lists(self, key: str) -> list[tuple[int, ...]]:
        """Return a list of lists of whole numbers from 0."""
        return [
            self._inner({where: one}).wholes(where) for where, one in self._items(key)
        ]

    def wholes_or_none(self, key: str) -> tuple[int | None, ...]:
        """Return a list of whole numbers from 0, each of which may be None."""
        return tuple(
            None if one is None else self._as_whole(where, one, 0)
            for where, one in self._items(key)
        )

    def grid_of_wholes(self, key: str) -> tuple[tuple[int | None, ...], ...]:
        """Return a list of lists of whole numbers from 0 or None."""
        return tuple(
            self._inner({where: row}).wholes_or_none(where)
            for where, row in self._items(key)
        )

    def numbers_or_none(self, key: str) -> tuple[float | None, ...]:
        """Return a list of numbers, each of which may be None."""
        return tuple(
            None if one is None else self._as_number(where, one)
            for where, one in self._items(key)
        )

    def grid_of_numbers(self, key: str) -> tuple[tuple[float | None, ...], ...]:
        """Return a list of lists of numbers or None."""
        return tuple(
            self._inner({where: row}).numbers_or_none(where)
            for where, row in self._items(key)
        )

    def whole_by_name(self, key: str) -> dict[str, int]:
        """Return whole numbers from 0 by name."""
        inner = self.record(key)
        return {name: inner.whole(name) for name in inner.names()}

    def number(self, key: str) -> float:
        """Return a number."""
        return self._as_number(key, self._get(key))

    def number_or_nan(self, key: str) -> float:
        """Return a number, or NaN where there is none."""
        return math.nan if self._get(key) is None else self.number(key)

    def number_or_none(self, key: str) -> float | None:
        """Return a number, or None where there is none."""
        return None if self._get(key) is None else self.number(key)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        return tuple(self._as_number(where, one) for where, one in self._items(key))

    def number_by_name(self, key: str) -> dict[str, float]:
        """Return numbers by name; NaN where there is none."""
        inner = self.record(key)
        return {name: inner.number_or_nan(name) for name in inner.names()}

    def money(self, key: str) -> Decimal:
        """Return an amount, which is written as text so that it is exact."""
        value = self.text(key)
        if not _MONEY.fullmatch(value):
            self.refuse(key, "is no amount")
        return Decimal(value)

    def money_by_name(self, key: str) -> dict[str, Decimal]:
        """Return amounts by name."""
        inner = self.record(key)
        return {name: inner.money(name) for name in inner.names()}

    def day_or_none(self, key: str) -> date | None:
        """Return a day, or None where there is none."""
        value = self.text_or_none(key)
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError:
            self.refuse(key, "is no day such as 2026-01-31")

    def record(self, key: str) -> Record:
        """Return the object under a key."""
        return self._inner(self._get(key), key)

    def record_or_none(self, key: str) -> Record | None:
        """Return the object under a key, or None where there is none."""
        return None if self._get(key) is None else self.record(key)

    def records(self, key: str) -> list[Record]:
        """Return a list of objects."""
        return [self._inner(one, where) for where, one in self._items(key)]

    def names(self) -> tuple[str, ...]:
        """Return the keys, in the order of the file."""
        return tuple(self._as_text("a key", name) for name in self._data)

    def only(self, *known: str) -> None:
        """Raise an error if there is a key that is none of these."""
        for name in self.names():
            if name not in known:
                self.refuse(name, "is a key that this version does not know")

    def holds(self, key: str) -> bool:
        """Return whether there is such a key."""
        return key in self._data

    def as_text(self, key: str) -> str:
        """Return what stands under a key as text, whatever it is."""
        return self._as_text(key, str(self._get(key)))

    def refuse(self, key: str, wrong: str) -> NoReturn:
        """Raise an error about a key.

        Parameters
        ----------
        key : str
            The key.
        wrong : str
            What is wrong, a phrase that goes on from the key.
        """
        self._refuse(self._where(key), wrong)

    def _refuse(self, where: str, wrong: str) -> NoReturn:
        raise InputError(
            Finding(self._code, self._source, f"{where} {wrong}", self._fix)
        )

    def _inner(self, data: Any, key: str = "") -> Record:
        where = self._where(key) if key else self._path
        return Record(data, self._source, where, code=self._code, fix=self._fix)

    def _where(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _get(self, key: str) -> Any:
        if key not in self._data:
            self.refuse(key, "is missing")
        return self._data[key]

    def _items(self, key: str) -> Iterator[tuple[str, Any]]:
        values = self._get(key)
        if not isinstance(values, list | tuple):
            self.refuse(key, "is no list")
        for place, value in enumerate(values):
            yield f"{key}[{place}]", value

    def _as_text(self, key: str, value: Any) -> str:
        # half of a letter, which JSON can spell, has no bytes in any file
        if not isinstance(value, str) or _HALF_LETTER.search(value):
            self.refuse(key, "is no text")
        return value

    def _known(self, key: str, value: str, known: Collection[str]) -> str:
        if value not in known:
            self.refuse(key, f"is {value!r}, which this version does not know")
        return value

    def _as_whole(self, key: str, value: Any, least: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.refuse(key, f"is no whole number from {least}")
        return value

    def _as_number(self, key: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.refuse(key, "is no number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.refuse(key, "is no number")
        return number

"""What an attribute of the customers holds, and what its name says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.engines import quote
from autoseg.tables.canonical import fold

if TYPE_CHECKING:
    from autoseg.engines import Engine

__all__ = ["MANY", "NEARLY_ALL", "Attribute", "names_an_answer", "read_attribute"]

MANY = 50
"""With so few values, that each is another tells nothing."""

NEARLY_ALL = 0.95
"""A share of the customers that is nearly all of them."""

_ID_DIGITS = 5
_ID_WORDS = {"id", "ids", "nr", "no", "num", "number", "nummer", "code", "kode", "kod"}
_ANSWER_WORDS = {
    *("segment", "segments", "segmentering", "cluster", "klynge", "kluster", "rfm"),
    *("churn", "churned", "churner", "clv", "cltv", "ltv", "predicted", "prediction"),
    *("predikert", "prediksjon", "forudsagt", "predikterad", "frafall", "frafald"),
}
_ANSWER_PARTS = (
    *("lifetimevalue", "churn", "livstidsverdi", "livstidsvaerdi", "livstidsvarde"),
    "kundeverdi",
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a column of the staged customers holds.

    Parameters
    ----------
    name : str
        The user's name of it.
    n : int
        Customers with a value.
    n_distinct, n_words, n_dates, n_fractions : int
        Different values: in all; no numbers; dates; with a decimal mark.
    shortest, longest : int
        Characters of a value.
    shape : int
        Sum of the squared counts of its values: the same for two attributes that
        say the same.
    """

    name: str
    n: int
    n_distinct: int
    n_words: int
    n_dates: int
    n_fractions: int
    shortest: int
    longest: int
    shape: int

    @property
    def sql(self) -> str:
        """Its name in SQL."""
        return quote(self.name)

    @property
    def number(self) -> str:
        """SQL of its value as a number; NULL where it is none."""
        return _number(f"CAST({self.sql} AS VARCHAR)")

    @property
    def is_number(self) -> bool:
        """Whether all its values are numbers, and not all the same."""
        return self.n_distinct > 1 and self.n_words == 0

    @property
    def is_like_id(self) -> bool:
        """Whether nearly every customer has another value, as ids and names are."""
        if self.n <= MANY or self.n_distinct < NEARLY_ALL * self.n:
            return False
        if self.n_words:
            return self.n_dates < self.n_distinct / 2
        if self.n_fractions:
            return False
        words = set(_words(self.name))
        same_length = self.shortest == self.longest >= _ID_DIGITS
        return same_length or bool(words & _ID_WORDS)


def read_attribute(engine: Engine, name: str) -> Attribute:
    """Read through an attribute once.

    Parameters
    ----------
    engine : Engine
        Holds the customers.
    name : str
        The user's name of the attribute.
    """
    number = _number("value")
    ((*counts,),) = engine.fetch_rows(
        "SELECT COALESCE(SUM(n), 0)::BIGINT, COUNT(*),"
        f" COUNT(*) FILTER ({number} IS NULL),"
        " COUNT(*) FILTER (TRY_CAST(value AS DATE) IS NOT NULL OR"
        r" regexp_full_match(value, '\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*')),"
        " COUNT(*) FILTER (regexp_matches(value, '[.,]')),"
        " COALESCE(MIN(LENGTH(value)), 0), COALESCE(MAX(LENGTH(value)), 0),"
        " COALESCE(SUM(n::HUGEINT * n), 0)::HUGEINT"
        f" FROM (SELECT CAST({quote(name)} AS VARCHAR) AS value, COUNT(*) AS n"
        " FROM customers GROUP BY value) AS texts WHERE value IS NOT NULL"
    )
    return Attribute(name, *counts)


def _words(name: str) -> list[str]:
    split = re.sub(r"(?<=[a-zæøåäö])(?=[A-ZÆØÅÄÖ])", " ", name)
    return [fold(word) for word in re.split(r"[\W_]+", split) if word]


def names_an_answer(name: str) -> bool:
    """Return whether a name says that the column holds a segment or a prediction.

    Parameters
    ----------
    name : str
        The user's name of a column.

    Examples
    --------
    >>> names_an_answer("customerSegment"), names_an_answer("Churned?")
    (True, True)
    >>> names_an_answer("city")
    False
    """
    folded = fold(name)
    return bool(set(_words(name)) & _ANSWER_WORDS) or any(
        part in folded for part in _ANSWER_PARTS
    )


def _number(text: str) -> str:
    """Return SQL of a text as a number, whatever its decimal mark."""
    plain = f"REPLACE(REPLACE(REPLACE({text}, ' ', ''), CHR(160), ''), ',', '.')"
    number = f"TRY_CAST({plain} AS DOUBLE)"
    return f"CASE WHEN ISFINITE({number}) THEN {number} END"

"""What an attribute of the customers holds, and what its name says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.engines import quote, render
from autoseg.tables.canonical import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autoseg.engines import Engine

__all__ = [
    "MANY",
    "NEARLY_ALL",
    "Attribute",
    "as_number",
    "count_levels",
    "names_a_person",
    "names_an_answer",
    "read_attribute",
    "read_attributes",
]

MANY = 50
"""With so few values, that each is another tells nothing."""

NEARLY_ALL = 0.95
"""A share of the customers that is nearly all of them."""

_NUMBER = "^[+-]?([0-9]{1,30}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$"
_DATE = (
    "^([0-9]{4}[-/ ][0-9]{1,2}[-/ ][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4})"
)
_ID_DIGITS = 5
_ID_WORDS = {"id", "ids", "nr", "no", "num", "number", "nummer", "code", "kode", "kod"}
_PLACE_WORDS = {
    *("zip", "zipcode", "postal", "postcode", "postalcode", "postnr", "postnummer"),
    *("postkode", "postkod"),
}
_ANSWER_WORDS = {
    *("segment", "segments", "segmentering", "cluster", "klynge", "kluster", "rfm"),
    *("churn", "churned", "churner", "clv", "cltv", "ltv", "predicted", "prediction"),
    *("predikert", "prediksjon", "forudsagt", "predikterad", "frafall", "frafald"),
}
_ANSWER_PARTS = (
    *("lifetimevalue", "churn", "livstidsverdi", "livstidsvaerdi", "livstidsvarde"),
    "kundeverdi",
)
_OF_CUSTOMERS = re.compile(r"^(customer|client|contact|kunde|kund|kontakt)s?|\d+$")
_PERSONAL_NAMES = {
    *("name", "navn", "namn", "fullname", "fulltnavn", "fullstandigtnamn"),
    *("firstname", "forename", "givenname", "fornavn", "fornamn", "middlename"),
    *("lastname", "surname", "familyname", "etternavn", "efternavn", "efternamn"),
    *("email", "mail", "emailaddress", "mailaddress", "epost", "epostadresse"),
    *("epostadress", "emailadresse", "mailadresse", "username", "brukernavn"),
    *("phone", "phonenumber", "phoneno", "telephone", "telephonenumber", "mobile"),
    *("mobilephone", "cellphone", "telefon", "telefonnummer", "telefonnr", "tlf"),
    *("tlfnr", "mobil", "mobilnummer", "mobilnr", "mobiltelefon"),
    *("address", "streetaddress", "street", "adresse", "gateadresse", "vejadresse"),
    *("adress", "gatuadress", "ipaddress", "ipadresse", "ipadress"),
    *("ssn", "socialsecuritynumber", "nationalid", "personnummer", "fodselsnummer"),
    *("cpr", "cprnr", "cprnummer", "passport", "passportnumber", "iban"),
    *("dateofbirth", "birthdate", "birthday", "dob", "fodselsdato", "fodselsdag"),
    *("fodelsedatum", "fodelsedag"),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a column of the staged customers holds.

    Parameters
    ----------
    name : str
        The user's name of it.
    n : int
        Customers with a value.
    n_distinct, n_words, n_dates, n_fractions, n_padded : int
        Different values: in all; no numbers; dates; with a decimal mark; whole
        numbers with a zero in front.
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
    n_padded: int
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
        return as_number(f"CAST({self.sql} AS VARCHAR)")

    @property
    def is_number(self) -> bool:
        """Whether all its values are numbers, and not all the same."""
        return self.n_distinct > 1 and self.n_words == 0

    @property
    def is_quantity(self) -> bool:
        """Whether its numbers count or measure; those of postcodes only name."""
        return (
            self.n_words == 0
            and self.n_padded == 0
            and not set(_words(self.name)) & (_ID_WORDS | _PLACE_WORDS)
        )

    @property
    def is_date(self) -> bool:
        """Whether most of its values are dates."""
        return self.n_dates > self.n_distinct / 2

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
    return read_attributes(engine, [name])[0]


def read_attributes(
    engine: Engine, names: Sequence[str], relation: str = "customers"
) -> list[Attribute]:
    """Read through attributes, in one statement on any engine.

    Parameters
    ----------
    engine : Engine
        Holds the customers.
    names : sequence of str
        The user's names of the attributes.
    relation : str
        The customers, as SQL that may stand after FROM.

    Returns
    -------
    list of Attribute
        In the order of the names.
    """
    if not names:
        return []
    queries = (
        f"SELECT {number} AS position, {_COUNTS} FROM ({_values(name, relation)})"
        " AS texts WHERE text IS NOT NULL"
        for number, name in enumerate(names)
    )
    rows = engine.fetch_rows(render(" UNION ALL ".join(queries), engine.dialect))
    return [Attribute(names[number], *counts) for number, *counts in sorted(rows)]


def count_levels(
    engine: Engine, names: Sequence[str], most: int, relation: str = "customers"
) -> list[list[str]]:
    """Return the values that most customers have, in one statement on any engine.

    Parameters
    ----------
    engine : Engine
        Holds the customers.
    names : sequence of str
        The user's names of the attributes.
    most : int
        How many values of each attribute at most.
    relation : str
        The customers, as SQL that may stand after FROM.

    Returns
    -------
    list of list of str
        For each attribute its values, the most frequent first. Which of those that
        are equally frequent come first is told by their MD5, because databases sort
        texts by different rules.
    """
    if not names:
        return []
    queries = (
        f"SELECT {number} AS position, place, text FROM (SELECT text, ROW_NUMBER()"
        f" OVER (ORDER BY n DESC, MD5(text)) AS place FROM ({_values(name, relation)})"
        f" AS texts WHERE text IS NOT NULL) AS ranked WHERE place <= {most}"
        for number, name in enumerate(names)
    )
    rows = engine.fetch_rows(render(" UNION ALL ".join(queries), engine.dialect))
    levels: list[list[str]] = [[] for _ in names]
    for number, _, text in sorted(rows):
        levels[number].append(text)
    return levels


def _values(name: str, relation: str) -> str:
    """Return the query of the different values of an attribute, and how often each."""
    text = f"CAST({quote(name)} AS VARCHAR)"
    return f"SELECT {text} AS text, COUNT(*) AS n FROM {relation} GROUP BY {text}"


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


def names_a_person(name: str) -> bool:
    """Return whether a name says that the column holds who or where someone is.

    Parameters
    ----------
    name : str
        The user's name of a column.

    Examples
    --------
    >>> names_a_person("E-mail"), names_a_person("Kundenavn"), names_a_person("Tlf.")
    (True, True, True)
    >>> names_a_person("email_opt_in"), names_a_person("store_name")
    (False, False)
    """
    return _OF_CUSTOMERS.sub("", fold(name)) in _PERSONAL_NAMES


def as_number(text: str) -> str:
    """Return SQL of a text as a number, whatever its decimal mark, on any engine.

    Parameters
    ----------
    text : str
        SQL of a text.

    Examples
    --------
    >>> from autoseg.engines import DuckDBEngine
    >>> number, word = as_number("'1 250,5'"), as_number("'x'")
    >>> with DuckDBEngine() as engine:
    ...     engine.fetch_rows(f"SELECT {number}, {word}")
    [(1250.5, None)]
    """
    plain = f"REPLACE(REPLACE(REPLACE({text}, ' ', ''), CHR(160), ''), ',', '.')"
    return (
        f"CASE WHEN REGEXP_MATCHES({plain}, '{_NUMBER}')"
        f" THEN TRY_CAST({plain} AS DOUBLE) END"
    )


def _how_many(condition: str) -> str:
    return f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)"


# in the order of the fields of `Attribute`
_COUNTS = (
    ", ".join(
        f"CAST({count} AS BIGINT)"
        for count in (
            "COALESCE(SUM(n), 0)",
            "COUNT(*)",
            _how_many(f"{as_number('text')} IS NULL"),
            _how_many(f"REGEXP_MATCHES(text, '{_DATE}')"),
            _how_many("REGEXP_MATCHES(text, '[.,]')"),
            _how_many("REGEXP_MATCHES(text, '^0[0-9]+$')"),
            "COALESCE(MIN(LENGTH(text)), 0)",
            "COALESCE(MAX(LENGTH(text)), 0)",
        )
    )
    + ", CAST(COALESCE(SUM(CAST(n AS DECIMAL(38, 0)) * n), 0) AS DECIMAL(38, 0))"
)

"""Which features stay as they are while a customer does nothing."""

from __future__ import annotations

import hashlib
from string import Formatter
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from autoseg.features.rollups import ROLLUPS
from autoseg.features.sources import SOURCES

if TYPE_CHECKING:
    from autoseg.features.feature import Feature

__all__ = ["definition", "is_steady", "relations_read"]

_DAY = "as_of"
# stands where the rows of all customers are taken together, as for a usual price
_OF_ALL = "day"
_KEYS = "keys"


def is_steady(feature: Feature) -> bool:
    """Return whether a feature changes only with the rows of the customer.

    It then depends neither on the day of analysis nor on other customers nor on the
    table of the customers.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, or one like it.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> is_steady(CATALOGUE["distinct_products"]), is_steady(CATALOGUE["recency_days"])
    (True, False)
    """
    source = SOURCES[feature.source]
    names = _braced(source.relation)
    if _OF_ALL in names or not names - {_KEYS} <= ROLLUPS.keys():
        return False
    return not any(
        _DAY in _braced(source.columns[column]) for column in _read_for_value(feature)
    )


def relations_read(feature: Feature) -> frozenset[str]:
    """Return the names of the roll-ups and staged tables that a feature is made from.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, or one like it.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> sorted(relations_read(CATALOGUE["event_count"]))
    ['events', 'orders']
    """
    source = SOURCES[feature.source]
    braced = _braced(source.relation) | source.rollups.keys()
    return frozenset(braced - {_DAY, _OF_ALL, _KEYS})


def definition(feature: Feature) -> str:
    """Return a checksum of all that decides what a feature's numbers are.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, or one like it.
    """
    source = SOURCES[feature.source]
    columns = sorted(source.columns.items())
    told = repr((feature.sql, source.relation, columns))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def _read_for_value(feature: Feature) -> set[str]:
    """Return the columns of the source whose values count, not only their being there.

    Whether a purchase has an age does not depend on the day of analysis.
    """
    known = SOURCES[feature.source].columns
    return {
        column.name
        for column in parse_one(feature.sql, read="duckdb").find_all(exp.Column)
        if column.name in known and not isinstance(column.parent, exp.Count)
    }


def _braced(sql: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sql) if name}

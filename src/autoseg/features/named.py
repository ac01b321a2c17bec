"""Features that the data give names to, written from a column and its values."""

from __future__ import annotations

from typing import NamedTuple

from autoseg.engines import literal
from autoseg.features.feature import Feature, MissingRule, Origin
from autoseg.features.slugs import REST
from autoseg.tables.attributes import as_number

__all__ = ["named_feature"]


class _Share(NamedTuple):
    """What the levels of a column have a share of.

    Parameters
    ----------
    value : str
        What is summed, over the rows of the source.
    total : str
        The same in words.
    needs : frozenset of str
        Columns and tables that must be there.
    """

    value: str
    total: str
    needs: frozenset[str]


_SHARES = {
    "channel": _Share("spent", "spend", frozenset({"channel"})),
    "device": _Share(
        # what the business sent tells what it did, not what the customer did
        "CASE WHEN kind <> 'sent' THEN n_events END",
        "the customer's own events",
        frozenset({"events", "device"}),
    ),
}


def named_feature(
    name: str, origin: Origin, *, label: str = "", sensitive: bool = False
) -> Feature:
    """Return the feature of a column, or of one of its values, with its SQL.

    Parameters
    ----------
    name : str
        Name of the feature.
    origin : Origin
        What it is made from. The column is ``"channel"``, ``"device"`` or the name
        that an attribute has in the staged table, which stands in the SQL as it is;
        values stand in quotes, whatever they are.
    label : str
        The user's own name of an attribute.
    sensitive : bool
        As in `Feature`.

    Returns
    -------
    Feature

    Examples
    --------
    >>> named_feature("attribute_age", Origin("attribute_age", "number")).unit
    'count'
    """
    if origin.column in _SHARES:
        return _share(name, origin, _SHARES[origin.column])
    number = origin.kind == "number"
    return Feature(
        name=name,
        block="attributes",
        unit="count" if number else "share",
        meaning=(
            "The number that the customers table has in a column."
            if number
            else "Whether the customers table has one value in a column, 1 or 0."
        ),
        sql=_number(origin) if number else _holds(origin),
        source="attributes",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"customers"}),
        label=label,
        level=_level(origin),
        sensitive=sensitive,
        origin=origin,
    )


def _share(name: str, origin: Origin, share: _Share) -> Feature:
    return Feature(
        name=name,
        block="channel",
        unit="share",
        meaning=f"Share of {share.total} that one {origin.column} has.",
        sql=(
            f"CAST(SUM(CASE WHEN {_condition(origin)} THEN {share.value} ELSE 0 END)"
            f" AS DOUBLE) / NULLIF(CAST(SUM({share.value}) AS DOUBLE), 0)"
        ),
        source=f"{origin.column}s",
        missing=MissingRule.MEDIAN,
        needs=share.needs,
        level=_level(origin),
        origin=origin,
    )


def _level(origin: Origin) -> str:
    if origin.kind == "number":
        return ""
    return REST if origin.kind == "rest" else origin.values[0]


def _number(origin: Origin) -> str:
    return f"MAX({as_number(origin.column)})"


def _holds(origin: Origin) -> str:
    column = origin.column
    case = f"CASE WHEN {_condition(origin)} THEN 1 WHEN {column} IS NOT NULL THEN 0 END"
    return f"CAST(MAX({case}) AS DOUBLE)"


def _condition(origin: Origin) -> str:
    """Return SQL that holds for a value, or for the rest."""
    column, values = origin.column, ", ".join(map(literal, origin.values))
    if origin.kind == "level":
        return f"{column} = {values}"
    return f"{column} NOT IN ({values})" if values else f"{column} IS NOT NULL"

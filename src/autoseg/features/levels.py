"""Features that take their names from the data: channels, devices and attributes.

Each of the values that most customers have becomes a feature, at most `MOST_LEVELS` of
a column; the others are one together. None of them is a feature that segments are
found on unless it is asked for by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autoseg.engines import render
from autoseg.errors import Finding
from autoseg.features.feature import Feature, Origin
from autoseg.features.named import named_feature
from autoseg.features.slugs import REST, distinct_names, slug
from autoseg.tables.attributes import (
    MANY,
    NEARLY_ALL,
    count_levels,
    names_a_person,
    read_attributes,
)
from autoseg.tables.personalids import personal_kind
from autoseg.tables.sensitive import sensitive_category

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from autoseg.tables import StagedTables
    from autoseg.tables.attributes import Attribute

__all__ = ["MOST_LEVELS", "data_features"]

MOST_LEVELS = 8
"""How many values of a column become a feature each."""

_HALF = 0.5
# what the checks of the tables have said already is not said again
_TOLD = {"ASG_W_COLUMN_LIKE_ID", "ASG_W_CONSTANT_COLUMN", "ASG_W_EMPTY_COLUMN"}


class _Level(NamedTuple):
    """One value of a column, or all those that are no level of their own."""

    column: str
    value: str
    is_rest: bool = False

    @property
    def part(self) -> str:
        """What the name of its feature ends in."""
        # no slug begins with an underscore, whatever the values are called
        return REST if self.is_rest else slug(self.value)

    def origin(self, column: str, others: Iterable[_Level]) -> Origin:
        """Return what its feature is made from, in a column of the staged table."""
        if not self.is_rest:
            return Origin(column, "level", (self.value,))
        named = tuple(one.value for one in others if not one.is_rest)
        return Origin(column, "rest", named)


def data_features(
    staged: StagedTables,
) -> tuple[tuple[Feature, ...], tuple[Finding, ...]]:
    """Return the features that the data give names to, and what was left out.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.

    Returns
    -------
    features : tuple of Feature
        ``channel_share_<level>``, ``device_share_<level>``, then ``attribute_<column>``
        and ``attribute_<column>_<level>`` by column.
    findings : tuple of Finding
        A warning for each attribute that is left out, unless there is one already.
    """
    features: list[Feature] = []
    if "channel" in staged.columns:
        where = "amount > 0 AND channel IS NOT NULL"
        levels = _levels_of(staged, "transactions", "channel", where)
        features += _shares(levels)
    if "device" in staged.companion_columns.get("events", ()):
        levels = _levels_of(staged, "events", "device", "device IS NOT NULL")
        features += _shares(levels)
    of_attributes, findings = _attributes(staged)
    return (*features, *of_attributes), findings


def _levels_of(
    staged: StagedTables, table: str, column: str, where: str
) -> list[_Level]:
    """Return the values of a column that most customers have.

    Ties go by the MD5 of the values, because databases sort texts by different rules.
    """
    rows = staged.engine.fetch_rows(
        render(
            f"SELECT {column}, COUNT(DISTINCT customer_id) AS n"
            f" FROM {staged.relations.get(table, table)}"
            f" WHERE {where} GROUP BY {column} ORDER BY n DESC, MD5({column})"
            f" LIMIT {MOST_LEVELS + 1}",
            staged.engine.dialect,
        )
    )
    return _levels(column, [value for value, _ in rows])


def _levels(column: str, found: Sequence[str]) -> list[_Level]:
    """Return the levels of a column, from one value more than there may be."""
    # no engine takes a NUL in a statement
    values = [value for value in found[:MOST_LEVELS] if "\0" not in value]
    levels = [_Level(column, value) for value in values]
    return levels + [_Level(column, REST, True)] * (len(found) > len(values))


def _shares(levels: Sequence[_Level]) -> Iterator[Feature]:
    """Yield the share of each level in a sum."""
    names = distinct_names({one: f"{one.column}_share_{one.part}" for one in levels})
    for level, name in names.items():
        yield named_feature(name, level.origin(level.column, levels))


def _attributes(staged: StagedTables) -> tuple[list[Feature], tuple[Finding, ...]]:
    """Return the features of the customers table, and warnings of what is left out."""
    relation = staged.relations.get("customers", "customers")
    own = sorted(staged.companion_columns.get("customers", ()))
    read = read_attributes(staged.engine, own, relation)
    groups = [
        one.name for one in read if _objection(one) is None and not one.is_quantity
    ]
    found = count_levels(staged.engine, groups, MOST_LEVELS + 1, relation)
    levels = {name: _levels(name, one) for name, one in zip(groups, found, strict=True)}
    left_out = {}
    for one in read:
        objection = _objection(one) or _personal(levels.get(one.name, ()))
        if objection is not None:
            left_out[one.name] = (one, objection)
    kept = [one for one in read if one.name not in left_out]
    told = {finding.column for finding in staged.findings if finding.code in _TOLD}
    findings = tuple(
        Finding(
            "ASG_W_ATTRIBUTE_LEFT_OUT",
            "customers",
            f"{what}, so no feature is made of it",
            "give a column with groups or numbers in its place, or leave it out",
            column=name,
            n_rows=one.n,
        )
        for name, (one, what) in left_out.items()
        if name not in told
    )
    sensitive = {
        one.name
        for one in kept
        if one.name in staged.sensitive or sensitive_category(one.name) is not None
    }
    return list(_of_columns(kept, levels, sensitive)), findings


def _objection(one: Attribute) -> str | None:
    """Return what keeps an attribute from being a feature, or None."""
    if names_a_person(one.name):
        return "its name says that it tells who someone is"
    if one.n_distinct <= 1:
        return "all its values are the same" if one.n else "there is nothing in it"
    if one.is_date:
        return "it holds dates"
    nearly_each = one.n_distinct >= NEARLY_ALL * one.n and not one.is_quantity
    if one.is_like_id or (nearly_each and one.n_distinct > MOST_LEVELS):
        return (
            f"there are {one.n_distinct} different values, nearly one each, as an id"
            " or free text has"
        )
    if not one.is_quantity and one.n_distinct > MANY:
        return f"there are {one.n_distinct} different values, too many to be groups"
    return None


def _personal(levels: Iterable[_Level]) -> str | None:
    """Return what keeps an attribute with these values from being a feature."""
    values = [one.value for one in levels if not one.is_rest]
    kinds = [kind for value in values if (kind := personal_kind(value))]
    if len(kinds) <= _HALF * len(values):
        return None
    return f"it holds what looks like {kinds[0]}"


def _of_columns(
    columns: Sequence[Attribute],
    levels: dict[str, list[_Level]],
    sensitive: Collection[str],
) -> Iterator[Feature]:
    """Yield the features of attributes: a number each, or one for each level."""
    names = distinct_names({one.name: f"attribute_{slug(one.name)}" for one in columns})
    numbers = {names[one.name] for one in columns if one.is_quantity}
    level_names = _level_names(
        [one for name in names for one in levels.get(name, ())], names, numbers
    )
    for one in columns:
        column = names[one.name]
        made = {column: Origin(column, "number")}
        if not one.is_quantity:
            made = {
                level_names[level]: level.origin(column, levels[one.name])
                for level in levels[one.name]
            }
        for name, origin in made.items():
            yield named_feature(
                name, origin, label=one.name, sensitive=one.name in sensitive
            )


def _level_names(
    levels: Sequence[_Level], columns: dict[str, str], taken: Collection[str]
) -> dict[_Level, str]:
    wanted = {one: f"{columns[one.column]}_{one.part}" for one in levels}
    return distinct_names(wanted, taken)

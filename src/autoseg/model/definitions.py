"""How features are computed, told in a file without a single line of SQL to be trusted.

A feature of the catalogue is named, and its SQL is the catalogue's. One that the data
gave a name to is told by its column and values, and its SQL is written anew. The SQL of
a user's own feature is read as it was when the user wrote it, so that it can be one
expression over the columns of a source and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, cast

from autoseg.errors import Finding, InputError
from autoseg.features import CATALOGUE, Feature, MissingRule, Origin
from autoseg.features.named import named_feature
from autoseg.features.own import OWN, check_written
from autoseg.features.steady import definition as checksum
from autoseg.model.refusal import FIX

if TYPE_CHECKING:
    from autoseg.plaindata import Record

__all__ = ["definition_dict", "read_definition"]

_CODE = "ASG_E_MODEL_FEATURE"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_ATTRIBUTE = re.compile(r"attribute_[a-z0-9_]{0,53}", re.ASCII)
_KINDS = ("catalogue", "data", "own")


def definition_dict(definition: Feature) -> dict[str, Any]:
    """Return how a feature is computed, as plain data.

    Parameters
    ----------
    definition : Feature
        An entry of the catalogue, one named after the data, or a user's own in the
        form in which `autoseg.compute_features` gives it back.

    Returns
    -------
    dict of str to object

    Raises
    ------
    autoseg.errors.InputError
        If it is none of these (``ASG_E_MODEL_FEATURE``).
    """
    name, origin = definition.name, definition.origin
    if CATALOGUE.get(name) == definition:
        return {"kind": "catalogue", "checksum": checksum(definition)}
    if origin is not None and definition == _named(definition, origin):
        return {
            "kind": "data",
            "column": origin.column,
            "holds": origin.kind,
            "values": list(origin.values),
            "label": definition.label,
            "sensitive": definition.sensitive,
        }
    if definition.block == OWN and not check_written(definition, CATALOGUE):
        return {
            "kind": "own",
            "source": definition.source,
            "sql": definition.sql,
            "unit": definition.unit,
            "needs": sorted(definition.needs),
            "label": definition.label,
            "meaning": definition.meaning,
            "clustering": definition.clustering,
            "sensitive": definition.sensitive,
        }
    raise InputError(
        Finding(
            _CODE,
            f"the feature {name!r}",
            "it is none of the catalogue, of the data or of your own as autoseg"
            " computes them, so a file cannot hold it",
            "hand the feature to autoseg.segment and save what that returns",
        )
    )


def read_definition(
    record: Record, name: str, missing: MissingRule, source: str
) -> tuple[Feature, Finding | None]:
    """Return a feature that `definition_dict` told of, and a warning about it.

    Parameters
    ----------
    record : Record
        What it told.
    name : str
        Name of the feature.
    missing : MissingRule
        What a gap means.
    source : str
        Name of the file, for errors.

    Returns
    -------
    feature : Feature
    finding : Finding or None
        Where this version computes it otherwise than the one that wrote the file.

    Raises
    ------
    autoseg.errors.InputError
        If there is no such feature, or it cannot be one (``ASG_E_MODEL_FEATURE``,
        ``ASG_E_MODEL_FILE``).
    """
    kind = record.one_of("kind", _KINDS)
    if kind == "catalogue":
        return _of_catalogue(record, name, source)
    if not _NAME.fullmatch(name):
        record.refuse("kind", f"is {kind!r}, and no such feature is called {name!r}")
    if kind == "data":
        return _of_data(record, name, missing), None
    return _own(record, name, missing, source), None


def _of_catalogue(
    record: Record, name: str, source: str
) -> tuple[Feature, Finding | None]:
    record.only("kind", "checksum")
    known = CATALOGUE.get(name)
    if known is None:
        raise InputError(
            Finding(
                _CODE,
                source,
                f"it needs the feature {name!r}, which this version of autoseg does not"
                " have",
                "install the version that wrote the file: 'autoseg inspect' tells it",
            )
        )
    if record.text("checksum") == checksum(known):
        return known, None
    return known, Finding(
        "ASG_W_MODEL_FEATURE",
        source,
        f"{name!r} is computed otherwise in this version of autoseg than in the one"
        " that fitted the model, so customers may be in other segments",
        "fit the model again, or install the version that wrote the file",
    )


def _of_data(record: Record, name: str, missing: MissingRule) -> Feature:
    record.only("kind", "column", "holds", "values", "label", "sensitive")
    column, values = record.text("column"), record.texts("values")
    shares = column in {"channel", "device"}
    if not shares and not _ATTRIBUTE.fullmatch(column):
        record.refuse("column", "is no column that features are made of")
    if name in CATALOGUE or missing is not MissingRule.MEDIAN:
        record.refuse("kind", "does not fit the name or the gaps of the feature")
    holds = record.one_of("holds", ("level", "rest") if shares else _HOLDS)
    if (holds == "number" and values) or (holds == "level" and len(values) != 1):
        record.refuse("values", f"are not those of a {holds}")
    if len(set(values)) != len(values) or any("\0" in value for value in values):
        record.refuse("values", "are not such as a column can have")
    label, sensitive = record.text("label"), record.yes("sensitive")
    if shares and (label or sensitive):
        record.refuse("label", "stands at a share, which has none")
    origin = Origin(column, cast("Literal['number', 'level', 'rest']", holds), values)
    return named_feature(name, origin, label=label, sensitive=sensitive)


_HOLDS = ("number", "level", "rest")


def _own(record: Record, name: str, missing: MissingRule, source: str) -> Feature:
    record.only(
        *("kind", "source", "sql", "unit", "needs", "label", "meaning"),
        *("clustering", "sensitive"),
    )
    feature = Feature(
        name=name,
        block=OWN,
        unit=record.text("unit"),
        sql=record.text("sql"),
        meaning=record.text("meaning"),
        source=record.text("source"),
        missing=missing,
        needs=frozenset(record.texts("needs")),
        clustering=record.yes("clustering"),
        label=record.text("label"),
        sensitive=record.yes("sensitive"),
    )
    problems = check_written(feature, CATALOGUE)
    if problems:
        found = f"the feature {name!r} is refused: {problems[0].found}"
        raise InputError(Finding(_CODE, source, found, FIX))
    return feature


def _named(definition: Feature, origin: Origin) -> Feature:
    return named_feature(
        definition.name,
        origin,
        label=definition.label,
        sensitive=definition.sensitive,
    )

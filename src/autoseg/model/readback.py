"""A model out of the manifest and the arrays of a file, each of them checked."""

from __future__ import annotations

import math
import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from autoseg.clustering import (
    FAMILIES,
    OPERATIONS,
    TIERS,
    ClusterRule,
    ColumnAccount,
    OutputColumn,
)
from autoseg.errors import InputWarning
from autoseg.features import MissingRule
from autoseg.locales import LANGUAGES
from autoseg.model.arrays import read_array
from autoseg.model.definitions import read_definition
from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow
from autoseg.model.refusal import CODE, FIX, refuse
from autoseg.model.segment_model import SegmentModel
from autoseg.plaindata import Record
from autoseg.profiles.renaming import folded_name, name_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autoseg.clustering import Operation

__all__ = ["ARRAYS", "read_model"]

ARRAYS = ("weights", "means", "whiteners")
"""What the rule holds as arrays, in the order of the file."""

_KEYS = (
    *("format", "format_version", "autoseg", "features", "columns", "outputs", "rule"),
    *("numbers", "segments", "window", "card", "far", "settings"),
)
_KEY = re.compile(r"[a-z0-9_]{1,80}(\.[a-z0-9_]{1,80}){0,9}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,3}", re.ASCII)
_FAMILIES = ("kmeans", *FAMILIES, TIERS)
_VERDICTS = ("", "clear", "moderate", "weak", "none")
# beyond this a weight, a width or a product of them is no float any more
_HUGE = 1e150
_ROUNDING = 1e-9


def read_model(
    manifest: Mapping[str, Any], arrays: Mapping[str, bytes], source: str
) -> SegmentModel:
    """Return the model that a file tells of.

    Parameters
    ----------
    manifest : mapping of str to object
        What the manifest holds.
    arrays : mapping of str to bytes
        The arrays of the rule, by name.
    source : str
        Name of the file, for errors.

    Returns
    -------
    SegmentModel

    Raises
    ------
    autoseg.errors.InputError
        If anything in it is not what it has to be, or two parts do not fit each other
        (``ASG_E_MODEL_FILE``), or a feature cannot be used (``ASG_E_MODEL_FEATURE``).

    Warns
    -----
    autoseg.errors.InputWarning
        If this version computes a feature otherwise (``ASG_W_MODEL_FEATURE``).
    """
    record = Record(manifest, source, code=CODE, fix=FIX)
    record.only(*_KEYS)
    record.text("autoseg")
    features = tuple(_feature(one, source) for one in record.records("features"))
    columns = tuple(_column(one) for one in record.records("columns"))
    outputs = tuple(_output(one, len(columns)) for one in record.records("outputs"))
    numbers = record.wholes("numbers")
    segments = tuple(_segment(one) for one in record.records("segments"))
    _check_features(record, features, columns, outputs)
    _check_segments(record, numbers, segments)
    return SegmentModel(
        features=features,
        columns=columns,
        outputs=outputs,
        rule=_rule(record, arrays, (len(numbers), len(outputs)), source),
        numbers=numbers,
        segments=segments,
        window=_window(record.record("window")),
        card=_card(record.record("card")),
        far=_at_least(record, "far", 0.0) if not record.is_none("far") else None,
        settings=_settings(record.record("settings")),
    )


def _feature(record: Record, source: str) -> ModelFeature:
    record.only(
        *("name", "missing", "filling", "median", "cuts", "missing_share"),
        "definition",
    )
    name = _word(record, "name")
    missing = MissingRule(record.one_of("missing", [one.value for one in MissingRule]))
    cuts = record.numbers("cuts")
    if any(low >= high for low, high in pairwise(cuts)):
        record.refuse("cuts", "do not increase")
    told, definition = record.record_or_none("definition"), None
    if told is not None:
        definition, finding = read_definition(told, name, missing, source)
        if finding is not None:
            warnings.warn(InputWarning(finding), stacklevel=2)
    return ModelFeature(
        name=name,
        definition=definition,
        missing=missing,
        filling=record.number("filling"),
        median=record.number_or_none("median"),
        cuts=cuts,
        missing_share=_share(record, "missing_share"),
    )


def _column(record: Record) -> ColumnAccount:
    record.only(
        *("name", "operation", "offset", "low", "high", "mean", "scale"),
        *("skew_before", "skew_after", "zeros", "negatives", "cut_low", "cut_high"),
    )
    operation = record.one_of("operation", OPERATIONS)
    low, high = record.number_or_none("low"), record.number_or_none("high")
    low, high = -math.inf if low is None else low, math.inf if high is None else high
    if low > high:
        record.refuse("low", "is above high")
    offset = _at_least(record, "offset", 0.0)
    if operation == "log1p" and offset == 0.0:
        record.refuse("offset", "is 0, by which nothing can be divided")
    return ColumnAccount(
        name=_word(record, "name"),
        operation=cast("Operation", operation),
        offset=offset,
        low=low,
        high=high,
        mean=record.number("mean"),
        scale=_above_zero(record, "scale"),
        skew_before=record.number("skew_before"),
        skew_after=record.number("skew_after"),
        zeros=_share(record, "zeros"),
        negatives=_share(record, "negatives"),
        cut_low=_share(record, "cut_low"),
        cut_high=_share(record, "cut_high"),
    )


def _output(record: Record, n_columns: int) -> OutputColumn:
    record.only("name", "members", "signs", "mean", "scale", "weight")
    members = record.wholes("members")
    signs = record.numbers("signs")
    if not members or len(set(members)) != len(members):
        record.refuse("members", "names no column, or one of them twice")
    if max(members) >= n_columns:
        record.refuse("members", f"names a column beyond the {n_columns} there are")
    if len(signs) != len(members) or signs[0] != 1 or set(signs) - {1, -1}:
        record.refuse("signs", "are not 1 or -1 for each member, with 1 first")
    return OutputColumn(
        name=_word(record, "name"),
        members=members,
        signs=tuple(int(sign) for sign in signs),
        mean=record.number("mean"),
        scale=_above_zero(record, "scale"),
        weight=_at_least(record, "weight", 0.0),
    )


def _segment(record: Record) -> ModelSegment:
    record.only("number", "key", "names", "n_customers", "stability")
    key, names = record.text("key"), record.record("names")
    if not _KEY.fullmatch(key):
        record.refuse("key", "is no key such as champions.high_spend")
    names.only(*LANGUAGES)
    called = {language: names.text(language) for language in names.names()}
    for language, name in called.items():
        problem = name_problem(name)
        if problem is not None or name != name.strip():
            names.refuse(language, f"is {problem[0] if problem else 'padded'}")
    if "en" not in called:
        names.refuse("en", "is missing")
    stability = record.number_or_none("stability")
    return ModelSegment(
        number=record.whole("number", 1),
        key=key,
        names=called,
        n_customers=record.whole_or_none("n_customers"),
        stability=None if stability is None else _share(record, "stability"),
    )


def _rule(
    record: Record, arrays: Mapping[str, bytes], shape: tuple[int, int], source: str
) -> ClusterRule:
    told = record.record("rule")
    told.only("family", "degrees_of_freedom")
    family = told.one_of("family", _FAMILIES)
    freedom = told.number_or_none("degrees_of_freedom")
    if (freedom is None) != (FAMILIES.get(family) is None):
        told.refuse("degrees_of_freedom", f"does not fit the family {family!r}")
    if freedom is not None:
        _above_zero(told, "degrees_of_freedom")
    k, d = shape
    read = {
        name: read_array(arrays[name], shape, source=source, name=f"{name}.npy")
        for name, shape in zip(ARRAYS, [(k,), (k, d), (k, d, d)], strict=True)
    }
    if any(np.abs(array).max() > _HUGE for array in read.values()):
        refuse(source, f"an array holds a number beyond ±{_HUGE:g}")
    _check_weights(read["weights"], source)
    _check_whiteners(read["whiteners"], family, source)
    return ClusterRule(family, **read, degrees_of_freedom=freedom)


def _check_weights(weights: np.ndarray, source: str) -> None:
    if (weights <= 0.0).any() or abs(math.fsum(weights) - 1.0) > _ROUNDING:
        refuse(source, "weights.npy holds no shares that sum to 1")


def _check_whiteners(whiteners: np.ndarray, family: str, source: str) -> None:
    if np.tril(whiteners, -1).any():
        refuse(source, "whiteners.npy holds a matrix that is not upper triangular")
    diagonals = np.diagonal(whiteners, axis1=1, axis2=2)
    if (diagonals <= 0.0).any():
        refuse(source, "whiteners.npy holds a diagonal that is not above 0")
    width = whiteners[0, 0, 0]
    if family == "kmeans" and (whiteners != width * np.eye(whiteners.shape[1])).any():
        refuse(source, "whiteners.npy holds other widths than k-means has")


def _window(record: Record) -> ModelWindow:
    record.only("as_of", "first_day", "last_day", "currency", "timezone")
    first, last = record.day_or_none("first_day"), record.day_or_none("last_day")
    as_of = record.day_or_none("as_of")
    days = [day for day in (first, last, as_of) if day is not None]
    if days != sorted(days):
        record.refuse("as_of", "and the days of the data do not follow each other")
    return ModelWindow(
        as_of=as_of,
        first_day=first,
        last_day=last,
        currency=_matching(record, "currency", _CURRENCY),
        timezone=_matching(record, "timezone", _ZONE),
    )


def _card(record: Record) -> ModelCard:
    record.only(
        *("purpose", "verdict", "n_customers", "rows_used", "rows_dropped", "allowed")
    )
    return ModelCard(
        purpose=record.text("purpose"),
        verdict=record.one_of("verdict", _VERDICTS),
        n_customers=record.whole_or_none("n_customers"),
        rows_used=record.whole_or_none("rows_used"),
        rows_dropped=record.whole_or_none("rows_dropped"),
        allowed=record.texts("allowed"),
    )


def _settings(record: Record) -> dict[str, str]:
    return {name: record.text(name) for name in record.names()}


def _check_features(
    record: Record,
    features: tuple[ModelFeature, ...],
    columns: tuple[ColumnAccount, ...],
    outputs: tuple[OutputColumn, ...],
) -> None:
    names = [one.name for one in features]
    if not features or not outputs:
        record.refuse("features" if outputs else "outputs", "is an empty list")
    if _repeats(names):
        record.refuse("features", "has a name twice")
    if [column.name for column in columns] != names:
        record.refuse("columns", "are not those of the features")
    if any(one.definition is None for one in features) and any(
        one.definition is not None for one in features
    ):
        record.refuse("features", "are only in part from tables")


def _check_segments(
    record: Record, numbers: tuple[int, ...], segments: tuple[ModelSegment, ...]
) -> None:
    k = len(segments)
    if not k or [one.number for one in segments] != [*range(1, k + 1)]:
        record.refuse("segments", "are not numbered from 1")
    if sorted(numbers) != [*range(1, k + 1)]:
        record.refuse("numbers", f"does not name each of the {k} segments once")
    if _repeats(one.key for one in segments):
        record.refuse("segments", "has a key twice")
    for language in LANGUAGES:
        if _repeats(folded_name(one.name(language)) for one in segments):
            record.refuse("segments", f"has a name twice ({language})")


def _repeats(values: Iterable[str]) -> bool:
    listed = list(values)
    return len(set(listed)) != len(listed)


def _word(record: Record, key: str) -> str:
    text = record.text(key)
    if not text or "\0" in text:
        record.refuse(key, "is empty, or holds a NUL")
    return text


def _matching(record: Record, key: str, pattern: re.Pattern[str]) -> str | None:
    text = record.text_or_none(key)
    if text is not None and not pattern.fullmatch(text):
        record.refuse(key, "is not written as such a name is")
    return text


def _at_least(record: Record, key: str, least: float) -> float:
    value = record.number(key)
    if value < least:
        record.refuse(key, f"is below {least:g}")
    return value


def _above_zero(record: Record, key: str) -> float:
    value = record.number(key)
    if value <= 0.0:
        record.refuse(key, "is not above 0")
    return value


def _share(record: Record, key: str) -> float:
    value = record.number(key)
    if not 0.0 <= value <= 1.0:
        record.refuse(key, "is no share from 0 to 1")
    return value

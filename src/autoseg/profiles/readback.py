"""Profiles read back from a file, as far as the file tells them.

What is not shown is not in the file, so it cannot be read. A figure that is not told is
NaN here, and a size is one that hides the same segments as the true one did: whatever
is made from what was read shows the same as the original.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from autoseg.features import Feature, pattern_of
from autoseg.locales import load_catalogue
from autoseg.profiles.segments import (
    MIN_CELL,
    Claim,
    Condition,
    Contrast,
    Habit,
    MembershipRule,
    RuleBook,
    SegmentName,
    SegmentProfile,
    SegmentProfiles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.plaindata import Record

__all__ = ["read_profiles"]

_MOST_CONDITIONS = 3


def read_profiles(record: Record) -> SegmentProfiles:
    """Return the profiles that `SegmentProfiles.to_dict` was made from.

    Parameters
    ----------
    record : Record
        The profiles as plain data.

    Returns
    -------
    SegmentProfiles
        Its `to_dict` gives the same again. A size that is not shown is not the true
        one but hides the same segments; all other figures that are not shown are NaN.
        What only a calculation needs of a feature, such as its SQL, is left out.

    Raises
    ------
    autoseg.errors.InputError
        If a key is missing or holds something else (``ASG_E_PROFILES_FILE``).
    """
    features = tuple(_feature(one) for one in record.records("features"))
    reader = _Reader({one.name: one for one in features})
    parts = record.records("segments")
    if [part.whole("number", 1) for part in parts] != [*range(1, len(parts) + 1)]:
        record.refuse("segments", "are not numbered from 1")
    if not parts:
        record.refuse("segments", "is an empty list")
    sizes = _sizes(parts)
    segments = tuple(
        reader.segment(part, size, len(parts))
        for part, size in zip(parts, sizes, strict=True)
    )
    order = record.wholes("order")
    if sorted(order) != [*range(len(parts))]:
        record.refuse("order", "does not name every label once")
    book = record.record("rulebook")
    return SegmentProfiles(
        segments=segments,
        n_customers=record.whole("n_customers", 1),
        revenue=record.money("revenue"),
        medians_of_all=record.number_by_name("medians_of_all"),
        order=order,
        features=features,
        currency=record.text_or_none("currency"),
        as_of=record.day_or_none("as_of"),
        first_day=record.day_or_none("first_day"),
        last_day=record.day_or_none("last_day"),
        habits_of_all=tuple(map(reader.habit, record.records("habits_of_all"))),
        shares_of_all=record.number_by_name("shares_of_all"),
        rulebook=RuleBook(
            rules={one.number: one.rule for one in segments if one.rule is not None},
            fidelity=book.number("fidelity"),
            no_rule=book.number("no_rule"),
            recalls={
                one.whole("segment", 1): one.number("recall")
                for one in book.records("recalls")
            },
        ),
        usual_gap_days=record.number_or_nan("usual_gap_days"),
        masked=frozenset(
            part.whole("number")
            for part in parts
            if part.text_or_none("revenue") is None
        ),
        twins=tuple(_pairs(record, len(parts))),
        noise=record.some_of("noise", reader.features),
    )


def _feature(record: Record) -> Feature:
    return Feature(
        name=record.text("name"),
        block=record.text("block"),
        unit=record.text("unit"),
        sql="",
        clustering=record.yes("clustering"),
        label=record.text("label"),
        level=record.text("level"),
        sensitive=record.yes("sensitive"),
    )


def _sizes(parts: list[Record]) -> list[int]:
    """Return the sizes; where they are not told, ones that hide the same segments.

    `SegmentProfiles.hidden` hides the segments below `MIN_CELL` and, where these are
    fewer together, the next smallest one beside them.
    """
    beside = [_is_beside(part) for part in parts]
    if sum(beside) > 1:
        parts[beside.index(True)].refuse("size", "is missing")
    small = 1 if any(beside) else MIN_CELL - 1
    return [
        MIN_CELL
        if is_beside
        else small
        if part.yes("hidden")
        else part.whole("size", MIN_CELL)
        for part, is_beside in zip(parts, beside, strict=True)
    ]


def _is_beside(part: Record) -> bool:
    """Return whether a segment is hidden beside those that are too small."""
    if not part.yes("hidden"):
        return False
    told = part.text_or_none("size")
    if told not in {None, f"<{MIN_CELL}"}:
        part.refuse("size", "is told, and the segment is hidden")
    return told is None


def _pairs(record: Record, n_segments: int) -> Iterator[tuple[int, int]]:
    for place, pair in enumerate(record.lists("twins")):
        if len(pair) != len(("one", "other")) or not all(
            1 <= one <= n_segments for one in pair
        ):
            record.refuse(f"twins[{place}]", "is no pair of segments")
        yield pair[0], pair[1]


class _Figures(NamedTuple):
    share: float
    revenue: Decimal
    revenue_share: float
    average_order_value: float


def _figures(record: Record) -> _Figures:
    if record.yes("hidden"):
        return _Figures(math.nan, Decimal("NaN"), math.nan, math.nan)
    masked = record.text_or_none("revenue") is None
    return _Figures(
        record.number("share"),
        Decimal("NaN") if masked else record.money("revenue"),
        record.number_or_nan("revenue_share"),
        record.number_or_nan("average_order_value"),
    )


class _Reader:
    """Reads what speaks of features, which have to be known."""

    def __init__(self, features: dict[str, Feature]) -> None:
        self.features = features
        # the four languages have the same keys
        self.texts = load_catalogue("en").texts

    def segment(self, record: Record, size: int, n_segments: int) -> SegmentProfile:
        small = size < MIN_CELL
        rule = record.record_or_none("rule")
        contrast = record.record_or_none("contrast")
        nearest = record.whole_or_none("nearest", 1)
        if nearest is not None and nearest > n_segments:
            record.refuse("nearest", "is no segment")
        return SegmentProfile(
            number=record.whole("number"),
            key=record.text("key"),
            name=self._name(record),
            size=size,
            **_figures(record)._asdict(),
            medians=record.number_by_name("medians"),
            lifts=record.number_by_name("lifts"),
            scores=record.number_by_name("scores"),
            claims=tuple(map(self._claim, record.records("claims"))),
            rule=None if rule is None else self._rule(rule),
            nearest=nearest,
            contrast=None if contrast is None else self._contrast(contrast, n_segments),
            stability=record.number_or_none("stability"),
            action=record.one_of("action", self._keys("playbook.plays.", ".goal")),
            habits=tuple(map(self.habit, record.records("habits"))),
            shares=record.number_by_name("shares"),
            usual_gap_days=record.number_or_nan("usual_gap_days"),
            name_share=record.number_or_nan("name_share"),
            given_name=record.text_or_none("given_name"),
            former_names=record.texts("former_names"),
            dominated=False if small else record.yes("dominated"),
        )

    def habit(self, record: Record) -> Habit:
        return Habit(
            feature=record.one_of("feature", self.features),
            code=record.number_or_none("code"),
            share=record.number("share"),
            share_of_all=record.number("share_of_all"),
            leads=record.yes("leads"),
        )

    def _keys(self, before: str, after: str = "") -> frozenset[str]:
        """Return what stands between two parts of the keys of texts."""
        return frozenset(
            key.removeprefix(before).removesuffix(after)
            for key in self.texts
            if key.startswith(before) and key.endswith(after)
        )

    def _name(self, record: Record) -> SegmentName:
        archetype = None
        if record.text_or_none("archetype") is not None:
            archetype = record.one_of("archetype", self._keys("profiles.names."))
        return SegmentName(
            archetype,
            record.some_of("qualifiers", self._keys("profiles.qualifiers.")),
            record.whole("numeral"),
        )

    def _claim(self, record: Record) -> Claim:
        feature = self.features[record.one_of("feature", self.features)]
        spoken = f"profiles.claims.{pattern_of(feature) or feature.name}."
        levels = self._keys(spoken) | self._keys(spoken, ".other")
        return Claim(
            feature=feature.name,
            level=record.one_of("level", levels),
            threshold=record.number("threshold"),
            share=record.number("share"),
            share_of_all=record.number("share_of_all"),
            median=record.number_or_nan("median"),
            median_of_all=record.number_or_nan("median_of_all"),
            effect=record.number_or_nan("effect"),
            upper=record.number_or_none("upper"),
        )

    def _rule(self, record: Record) -> MembershipRule:
        conditions = tuple(map(self._condition, record.records("conditions")))
        if not 1 <= len(conditions) <= _MOST_CONDITIONS:
            record.refuse("conditions", "are not one to three")
        return MembershipRule(
            conditions, record.number("precision"), record.number("recall")
        )

    def _condition(self, record: Record) -> Condition:
        return Condition(
            record.one_of("feature", self.features),
            record.number_or_none("lower"),
            record.number_or_none("upper"),
        )

    def _contrast(self, record: Record, n_segments: int) -> Contrast:
        other = record.whole("other", 1)
        if other > n_segments:
            record.refuse("other", "is no segment")
        return Contrast(
            other,
            record.one_of("feature", self.features),
            record.number("median"),
            record.number("median_of_other"),
            record.number("effect"),
        )

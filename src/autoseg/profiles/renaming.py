"""Names that users give: checked, kept beside the name that was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.errors import Finding, InputError
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.profiles.namewords import MAX_LETTERS, display_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.profiles.segments import SegmentProfile, SegmentProfiles

__all__ = ["folded_name", "name_problem", "rename_segments"]

_CODE = "ASG_E_SEGMENT_NAME"
# control, format, surrogate, private use, not assigned; breaks of lines and paragraphs
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# within an emoji, these join its parts or choose how it is drawn
_JOINERS = re.compile(
    "(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
    "(?=[\u2600-\u27bf\U0001f000-\U0001faff])"
)
_EXAMPLE = "write a name such as 'Everyday shoppers'"


def rename_segments(
    profiles: SegmentProfiles, names: Mapping[int | str, str]
) -> SegmentProfiles:
    """Return the profiles with names of the user's own.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    names : mapping of int or str to str
        New name by number or by key of the segment. Segments that are not named keep
        what they are called. Blanks around a name are left out.

    Returns
    -------
    SegmentProfiles
        Keys and found names stay as they are beside the new ones.

    Raises
    ------
    autoseg.errors.InputError
        With one finding (``ASG_E_SEGMENT_NAME``) for each problem: no such segment, a
        name that is empty, longer than 60 characters, holds ``<``, ``>`` or characters
        that nobody sees, or is that of another segment in any of the languages.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments, segment_names
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 20 + [6.0] * 20}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [990000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> found = profile_segments(table, [0] * 20 + [1] * 20)
    >>> renamed = rename_segments(found, {2: "Just once", "frequent": "Regulars"})
    >>> segment_names(renamed, "nb")
    ('Regulars', 'Just once')
    >>> renamed.segments[1].key
    'one_time'
    """
    if not isinstance(names, Mapping):
        fix = "hand in a mapping such as {1: 'Everyday shoppers'}"
        raise InputError(Finding(_CODE, "the names", f"a {type(names).__name__}", fix))
    findings: list[Finding] = []
    given: dict[int, str] = {}
    for which, name in names.items():
        where = f"the name of segment {which!r}"
        number = _number_of(which, profiles)
        problem = name_problem(name)
        if number is None:
            findings.append(_no_such(which, profiles))
        elif number in given:
            fix = "name it by number or by key, not by both"
            findings.append(Finding(_CODE, where, "a second name for it", fix))
        if problem:
            findings.append(Finding(_CODE, where, *problem))
        elif number is not None and number not in given:
            given[number] = name.strip()
    segments = tuple(_renamed(one, given.get(one.number)) for one in profiles.segments)
    findings += _doubles(segments, given)
    if findings:
        raise InputError(findings)
    return replace(profiles, segments=segments)


def _number_of(which: object, profiles: SegmentProfiles) -> int | None:
    if isinstance(which, bool):
        return None
    return next(
        (s.number for s in profiles.segments if which in (s.number, s.key)), None
    )


def _no_such(which: object, profiles: SegmentProfiles) -> Finding:
    known = ", ".join(f"{one.number} ({one.key})" for one in profiles.segments)
    return Finding(
        _CODE, "the names", f"there is no segment {which!r}", f"use one of {known}"
    )


def name_problem(name: object) -> tuple[str, str] | None:
    """Return what is wrong with a name, and what to do; None if nothing is.

    Parameters
    ----------
    name : object
        What a segment is to be called.

    Examples
    --------
    >>> name_problem("<b>")[0]
    "'<' or '>', which a page reads as markup"
    """
    if not isinstance(name, str):
        return f"a {type(name).__name__}, not a text", _EXAMPLE
    text = name.strip()
    if len(text) > MAX_LETTERS:
        return f"{len(text)} characters", f"use {MAX_LETTERS} at most"
    unseen = [
        f"U+{ord(letter):04X}"
        for letter in _JOINERS.sub("", text)
        if unicodedata.category(letter) in _UNSAFE
    ]
    if unseen:
        found = f"characters that nobody sees: {', '.join(dict.fromkeys(unseen))}"
        return found, "type the name anew, on one line"
    if "<" in text or ">" in text:
        return "'<' or '>', which a page reads as markup", "leave them out"
    if not any(unicodedata.category(letter)[0] in "LNS" for letter in text):
        return "a name without a letter, a digit or a sign", _EXAMPLE
    return None


def _renamed(segment: SegmentProfile, name: str | None) -> SegmentProfile:
    if name is None or name == segment.given_name:
        return segment
    former = segment.former_names
    if segment.given_name is not None:
        former = (*former, segment.given_name)
    return replace(segment, given_name=name, former_names=former)


def _doubles(
    segments: tuple[SegmentProfile, ...], given: Mapping[int, str]
) -> Iterator[Finding]:
    """Yield a finding for each new name that another segment has in some language."""
    for segment in segments:
        if segment.number not in given:
            continue
        own = folded_name(given[segment.number])
        for other in segments:
            # of two new names that are alike, one finding is enough
            first = other.number < segment.number or other.number not in given
            if other.number != segment.number and first and own in _called(other):
                found = f"that is what segment {other.number} is called"
                where = f"the name of segment {segment.number}"
                yield Finding(_CODE, where, found, "give each one a name of its own")


def _called(segment: SegmentProfile) -> set[str]:
    catalogues = [load_catalogue(language) for language in LANGUAGES]
    return {folded_name(display_name(segment, one)) for one in catalogues}


def folded_name(name: str) -> str:
    """Return a name as it is compared: without case, forms of letters or blanks.

    Parameters
    ----------
    name : str
        What a segment is called.

    Examples
    --------
    >>> folded_name(" Big  spenders")
    'big spenders'
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", text).split())

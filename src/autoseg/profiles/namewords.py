"""A name in words, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.locales import LANGUAGES, load_catalogue

if TYPE_CHECKING:
    from autoseg.locales import Catalogue
    from autoseg.profiles.segments import SegmentName, SegmentProfile

__all__ = ["MAX_LETTERS", "display_name", "former_name", "is_short", "name_words"]

MAX_LETTERS = 60
"""A name with more letters than this fits no card and no column."""

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
# " VIII": where names are told apart by a numeral in the end
_ROOM_FOR_NUMERAL = 5


def name_words(name: SegmentName, catalogue: Catalogue) -> str:
    """Return a name in words.

    Parameters
    ----------
    name : SegmentName
        The name in no language yet.
    catalogue : Catalogue
        The language.

    Returns
    -------
    str

    Examples
    --------
    >>> from autoseg.profiles.segments import SegmentName
    >>> name_words(SegmentName("champions", ("high_spend",), 2), load_catalogue("en"))
    'Champions – high spend II'
    """
    said = [catalogue.text(f"profiles.qualifiers.{one}") for one in name.qualifiers]
    text = " · ".join(said)
    if name.archetype:
        text = catalogue.text(f"profiles.names.{name.archetype}")
        if said:
            text = catalogue.text(
                "profiles.name.qualified", name=text, qualifiers=" · ".join(said)
            )
    if name.numeral:
        text = catalogue.text(
            "profiles.name.numbered", name=text, numeral=_roman(name.numeral)
        )
    return text[0].upper() + text[1:]


def display_name(segment: SegmentProfile, catalogue: Catalogue) -> str:
    """Return what a segment is called: the user's name for it, or its own in words.

    Parameters
    ----------
    segment : SegmentProfile
        The segment.
    catalogue : Catalogue
        The language; a user's name is the same in all.

    Returns
    -------
    str
    """
    return segment.given_name or name_words(segment.name, catalogue)


def former_name(segment: SegmentProfile, catalogue: Catalogue) -> str | None:
    """Return what a segment was called before a user renamed it.

    Parameters
    ----------
    segment : SegmentProfile
        The segment.
    catalogue : Catalogue
        The language, for the name that was found.

    Returns
    -------
    str or None
        The user's last name for it before, or else the found one; None where nobody
        renamed it.
    """
    if segment.given_name is None:
        return None
    if segment.former_names:
        return segment.former_names[-1]
    return name_words(segment.name, catalogue)


def is_short(name: SegmentName) -> bool:
    """Return whether a name fits in every language, with a numeral if need be.

    Parameters
    ----------
    name : SegmentName
        The name in no language yet.

    Returns
    -------
    bool

    Examples
    --------
    >>> from autoseg.profiles.segments import SegmentName
    >>> is_short(SegmentName("champions", ("high_spend",)))
    True
    """
    longest = max(len(name_words(name, load_catalogue(one))) for one in LANGUAGES)
    return longest + _ROOM_FOR_NUMERAL <= MAX_LETTERS


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text

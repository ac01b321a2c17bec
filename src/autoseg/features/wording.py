"""What features are called, and what they mean, in four languages.

The names and meanings of the catalogue's entries are texts of their own. A feature
that takes its name from the data (a channel, a device, an attribute, a measure of the
user's own) is put into a pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.locales import Catalogue, load_catalogue

if TYPE_CHECKING:
    from autoseg.features.feature import Feature

__all__ = [
    "CODE_UNITS",
    "block_name",
    "code_word",
    "feature_meaning",
    "feature_name",
    "label_name",
    "level_name",
    "pattern_of",
]

CODE_UNITS = frozenset({"weekday", "daypart", "stage"})
"""Units whose numbers stand for words; they are counted, never averaged."""

_BY_LEVEL = ("channel_share", "device_share")
_REST = "other"


def feature_name(feature: Feature, language: str | Catalogue = "en") -> str:
    """Return what a feature is called in a table or a sentence.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, one named after the data, or a user's own.
    language : str or Catalogue
        Language, or its catalogue of texts.

    Returns
    -------
    str

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> feature_name(CATALOGUE["recency_days"], "sv")
    'Dagar sedan senaste köp'
    """
    return _text(feature, "name", language)


def feature_meaning(feature: Feature, language: str | Catalogue = "en") -> str:
    """Return what a feature counts, in which unit, and what a missing value means.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, one named after the data, or a user's own.
    language : str or Catalogue
        Language, or its catalogue of texts.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> feature_meaning(CATALOGUE["frequency"])
    'Number of orders with a value above zero; every customer has at least one.'
    """
    return _text(feature, "meaning", language)


def block_name(block: str, language: str | Catalogue = "en") -> str:
    """Return the heading under which the features of a block stand.

    Parameters
    ----------
    block : str
        As in `Feature.block`; one that is not known is a user's own.
    language : str or Catalogue
        Language, or its catalogue of texts.

    Returns
    -------
    str

    Examples
    --------
    >>> block_name("timing", "da")
    'Hvornår de køber'
    """
    words = _words(language)
    key = f"features.blocks.{block}"
    return words.text(key if key in words.texts else "features.blocks.own")


def code_word(feature: Feature, code: float, language: str | Catalogue = "en") -> str:
    """Return the word that a code stands for.

    Parameters
    ----------
    feature : Feature
        One whose unit is in `CODE_UNITS`.
    code : float
        A value of it.
    language : str or Catalogue
        Language, or its catalogue of texts.

    Returns
    -------
    str
        The word; the number where the catalogue has none.
    """
    words = _words(language)
    key = f"features.{feature.name}.value.{code:.0f}"
    return words.text(key) if key in words.texts else words.number(code)


def label_name(feature: Feature) -> str:
    """Return what the user calls a feature, or the column that it was made from.

    Parameters
    ----------
    feature : Feature
        One named after the data, or a user's own.

    Returns
    -------
    str
        In plain words; without a label, the name of the feature.
    """
    return (feature.label or feature.name).replace("_", " ")


def level_name(feature: Feature, language: str | Catalogue = "en") -> str:
    """Return what the level of a feature is called: as in the data, or "other".

    Parameters
    ----------
    feature : Feature
        One that was made for a level of the data.
    language : str or Catalogue
        Language, or its catalogue of texts.

    Returns
    -------
    str
    """
    if feature.level.strip("_") == _REST:
        return _words(language).text("features.patterns.other.name")
    return feature.level


def pattern_of(feature: Feature) -> str | None:
    """Return the pattern that a feature is named by.

    Parameters
    ----------
    feature : Feature
        An entry of the catalogue, one named after the data, or a user's own.

    Returns
    -------
    str or None
        ``"channel_share"``, ``"device_share"``, ``"attribute"``,
        ``"attribute_level"`` or ``"own"``; None for an entry of the catalogue.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> pattern_of(CATALOGUE["frequency"]) is None
    True
    """
    if f"features.{feature.name}.name" in load_catalogue("en").texts:
        return None
    for pattern in _BY_LEVEL:
        if feature.level and feature.name.startswith(f"{pattern}_"):
            return pattern
    if feature.block == "attributes":
        return "attribute_level" if feature.level else "attribute"
    return "own"


def _text(feature: Feature, part: str, language: str | Catalogue) -> str:
    words = _words(language)
    pattern = pattern_of(feature)
    if pattern is None:
        return words.text(f"features.{feature.name}.{part}")
    return words.text(
        f"features.patterns.{pattern}.{part}",
        label=label_name(feature),
        level=level_name(feature, words),
    )


def _words(language: str | Catalogue) -> Catalogue:
    return language if isinstance(language, Catalogue) else load_catalogue(language)

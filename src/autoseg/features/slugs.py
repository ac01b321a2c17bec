"""Names of features that are made from the user's own words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Key = TypeVar("Key")

__all__ = ["REST", "distinct_names", "slug"]

REST = "_other"
"""What the level is called that stands for all the smaller ones."""

# PostgreSQL cuts longer names off
_LONGEST = 63
_DIGITS = 6
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th"})


def slug(text: str) -> str:
    """Return a text as the part of a name: small letters, digits and underscores.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Empty where the text has no letter of A to Z and no digit.

    Examples
    --------
    >>> slug("Click & Collect"), slug("Tromsø"), slug("🛒")
    ('click_collect', 'tromso', '')
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")


def distinct_names(
    wanted: Mapping[Key, str], taken: Collection[str] = ()
) -> dict[Key, str]:
    """Return a name each, all different and none too long.

    A name that would be too long, or that two would have, ends in a code that depends
    on its key alone: it is the same in every run, whatever else there is.

    Parameters
    ----------
    wanted : mapping
        What each is to be called, by what it is.
    taken : collection of str
        Names that something else has.

    Examples
    --------
    >>> distinct_names({"Web": "share_web", "Store": "share_store"})
    {'Web': 'share_web', 'Store': 'share_store'}
    >>> sorted(distinct_names({"Web": "share_web", "WEB": "share_web"}).values())
    ['share_web_05334f', 'share_web_8a2b58']
    """
    counts = Counter(wanted.values())
    names: dict[Key, str] = {}
    # a code of so few digits may be another's, or the end of another's name
    for digits in range(_DIGITS, _LONGEST):
        names = {
            key: name
            if counts[name] == 1 and name not in taken and _is_fit(name)
            else _coded(key, name, digits)
            for key, name in wanted.items()
        }
        if len({*names.values(), *taken}) == len(names) + len(set(taken)):
            break
    return names


def _is_fit(name: str) -> bool:
    return len(name) <= _LONGEST and not name.endswith("_")


def _coded(key: object, name: str, digits: int) -> str:
    code = sha256(repr(key).encode()).hexdigest()[:digits]
    return f"{name[: _LONGEST - digits - 1].rstrip('_')}_{code}"

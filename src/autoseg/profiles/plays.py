"""Which plays there are, and what each is made of: keys, no word of any language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PlayPlan", "standard_plays"]


@dataclass(frozen=True, slots=True)
class PlayPlan:
    """What a play is made of.

    Parameters
    ----------
    key : str
        Key of the play: an archetype, ``"average"`` or ``"grow"``.
    treatment : str
        Plays with the same treatment ask for the same work.
    frequency, measure : str
        Keys of the texts on how often, and on what to measure.
    speaks_of_discounts : bool
        Whether what to avoid is discounts already.
    """

    key: str
    treatment: str
    frequency: str
    measure: str
    speaks_of_discounts: bool = False


@cache
def standard_plays() -> Mapping[str, PlayPlan]:
    """Return the plays that come with the package.

    Returns
    -------
    mapping of str to PlayPlan
        By key.

    Examples
    --------
    >>> standard_plays()["one_time"].treatment
    'second_order'
    """
    file = files("autoseg.profiles") / "playbooks" / "standard.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: PlayPlan(key, **table) for key, table in tables.items()}

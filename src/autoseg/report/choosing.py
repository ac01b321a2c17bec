"""Which sections a report has, and a report with only some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SECTIONS", "check_sections", "keep_sections"]

SECTIONS = (
    "sizes", "segments", "lint", "heatmap", "rhythm", "journey", "why", "map",
    "quality", "method", "glossary",
)  # fmt: skip
"""Names of the sections, in the order of the report."""

# what is shown inside another section goes with it
_PARTS = {"heatmap": ("snake",)}


def check_sections(sections: Sequence[str] | None) -> None:
    """Refuse names that no section has.

    Parameters
    ----------
    sections : sequence of str or None
        Names from `SECTIONS`; None stands for all.

    Raises
    ------
    autoseg.errors.InputError
        If a section is not known (``ASG_E_SECTION``).

    Examples
    --------
    >>> check_sections(["sizes", "map"])
    """
    unknown = [name for name in sections or () if name not in SECTIONS]
    if isinstance(sections, str) or unknown:
        names = [sections] if isinstance(sections, str) else unknown
        raise InputError(
            Finding(
                "ASG_E_SECTION",
                "sections of the report",
                f"{', '.join(map(repr, names))} cannot be shown",
                f"give a list of names out of {', '.join(SECTIONS)}",
            )
        )


def keep_sections(
    data: dict[str, Any], sections: Sequence[str] | None
) -> dict[str, Any]:
    """Return a summary in which the other sections are None.

    Parameters
    ----------
    data : dict
        What `autoseg.report.summarise` returns.
    sections : sequence of str or None
        Names from `SECTIONS`, in any order; None keeps all.

    Returns
    -------
    dict

    Examples
    --------
    >>> keep_sections({"title": "A", "why": {}, "map": {}}, ["map"])
    {'title': 'A', 'why': None, 'map': {}}
    """
    if sections is None:
        return data
    left_out = [name for name in SECTIONS if name not in sections]
    hidden = {one for name in left_out for one in (name, *_PARTS.get(name, ()))}
    return {key: None if key in hidden else part for key, part in data.items()}

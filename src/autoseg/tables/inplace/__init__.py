"""Tables that stay where they are: in PostgreSQL, or in a Spark session."""

from __future__ import annotations

from autoseg.tables.inplace.place import Hindrance, NotInPlace, Place, find_place
from autoseg.tables.inplace.staging import stage_in_place
from autoseg.tables.inplace.translated import Translated

__all__ = [
    "Hindrance",
    "NotInPlace",
    "Place",
    "Translated",
    "find_place",
    "stage_in_place",
]

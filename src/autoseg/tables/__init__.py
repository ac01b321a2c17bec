"""Tables: from whatever the user has to clean rows under canonical names."""

from __future__ import annotations

from autoseg.tables.roles import ROLES, Column
from autoseg.tables.settings import ReadingOptions
from autoseg.tables.staged import CleaningLog, ColumnMapping, StagedTables
from autoseg.tables.staging import stage

__all__ = [
    "ROLES",
    "CleaningLog",
    "Column",
    "ColumnMapping",
    "ReadingOptions",
    "StagedTables",
    "stage",
]

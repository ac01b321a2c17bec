"""Tables: from whatever the user has to clean rows under canonical names."""

from __future__ import annotations

from autoseg.tables.roles import ROLES, Column
from autoseg.tables.settings import ReadingOptions
from autoseg.tables.staged import (
    CleaningLog,
    ColumnMapping,
    StagedSummaries,
    StagedTables,
)
from autoseg.tables.staging import stage
from autoseg.tables.summaries import stage_summaries

__all__ = [
    "ROLES",
    "CleaningLog",
    "Column",
    "ColumnMapping",
    "ReadingOptions",
    "StagedSummaries",
    "StagedTables",
    "stage",
    "stage_summaries",
]

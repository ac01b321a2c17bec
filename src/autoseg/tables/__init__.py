"""Tables: from whatever the user has to clean rows under canonical names."""

from __future__ import annotations

from autoseg.tables.canonical import Column
from autoseg.tables.findings import give_warnings
from autoseg.tables.fitness import FITNESS_CODES, check_fitness
from autoseg.tables.readback import read_cleaning_log, read_mapping
from autoseg.tables.roles import ROLES
from autoseg.tables.settings import ReadingOptions
from autoseg.tables.staged import (
    CleaningLog,
    ColumnMapping,
    StagedSummaries,
    StagedTables,
)
from autoseg.tables.staging import stage, stage_quietly
from autoseg.tables.summaries import stage_summaries, stage_summaries_quietly

__all__ = [
    "FITNESS_CODES",
    "ROLES",
    "CleaningLog",
    "Column",
    "ColumnMapping",
    "ReadingOptions",
    "StagedSummaries",
    "StagedTables",
    "check_fitness",
    "give_warnings",
    "read_cleaning_log",
    "read_mapping",
    "stage",
    "stage_quietly",
    "stage_summaries",
    "stage_summaries_quietly",
]

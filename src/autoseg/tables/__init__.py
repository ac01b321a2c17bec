"""Tables: from whatever the user has to clean rows under canonical names."""

from __future__ import annotations

from autoseg.tables.staged import CleaningLog, ColumnMapping, StagedTables

__all__ = ["CleaningLog", "ColumnMapping", "StagedTables"]

"""The report that people read: one summary, three formats, and two short tables."""

from autoseg.report.points import MapPoints, map_points
from autoseg.report.report import Report
from autoseg.report.summary import summarise
from autoseg.report.tables import segment_cards, segment_table

__all__ = [
    "MapPoints",
    "Report",
    "map_points",
    "segment_cards",
    "segment_table",
    "summarise",
]

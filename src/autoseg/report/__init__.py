"""The report that people read: one summary, three formats, and what stands alone."""

from autoseg.report.formats import FORMATS, check_formats
from autoseg.report.intake import cleaning_table, intake, intake_html, intake_panel
from autoseg.report.neighbours import neighbour_points
from autoseg.report.points import MapPoints, map_points
from autoseg.report.readback import (
    PROFILES_FILE,
    PROFILES_SCHEMA,
    read_report,
)
from autoseg.report.report import Report
from autoseg.report.summary import summarise
from autoseg.report.tables import segment_cards, segment_table

__all__ = [
    "FORMATS",
    "PROFILES_FILE",
    "PROFILES_SCHEMA",
    "MapPoints",
    "Report",
    "check_formats",
    "cleaning_table",
    "intake",
    "intake_html",
    "intake_panel",
    "map_points",
    "neighbour_points",
    "read_report",
    "segment_cards",
    "segment_table",
    "summarise",
]

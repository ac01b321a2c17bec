"""The report's pictures one by one, drawn with matplotlib in a notebook or script."""

from autoseg.report.plots.heat import HeatmapDisplay
from autoseg.report.plots.lines import SnakeDisplay
from autoseg.report.plots.migration import MigrationFlowDisplay
from autoseg.report.plots.persistence import PersistenceDisplay
from autoseg.report.plots.places import SegmentMapDisplay
from autoseg.report.plots.rhythm import RhythmDisplay
from autoseg.report.plots.selection import SelectionDisplay
from autoseg.report.plots.sizes import SizesDisplay
from autoseg.report.plots.stability import StabilityDisplay

__all__ = [
    "HeatmapDisplay",
    "MigrationFlowDisplay",
    "PersistenceDisplay",
    "RhythmDisplay",
    "SegmentMapDisplay",
    "SelectionDisplay",
    "SizesDisplay",
    "SnakeDisplay",
    "StabilityDisplay",
]

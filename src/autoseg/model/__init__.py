"""The fitted rule that puts a customer into a segment, as plain data."""

from autoseg.model.segment_model import SegmentModel

__all__ = ["SegmentModel"]

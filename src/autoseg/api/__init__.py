"""What a user types: check tables, find segments, and what comes back."""

from autoseg.api.checking import DataCheck, check
from autoseg.api.discovery import segment
from autoseg.api.segmentation import Segmentation

__all__ = ["DataCheck", "Segmentation", "check", "segment"]

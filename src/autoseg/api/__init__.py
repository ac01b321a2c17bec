"""What a user types: find segments, and what comes back."""

from autoseg.api.discovery import segment
from autoseg.api.segmentation import Segmentation

__all__ = ["Segmentation", "segment"]

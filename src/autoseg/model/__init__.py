"""The fitted rule that puts a customer into a segment, as plain data."""

from autoseg.model.building import build_model, matrix_model, model_names
from autoseg.model.groups import PROSPECTS, UNSCORABLE, group_name
from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow
from autoseg.model.segment_model import SegmentModel

__all__ = [
    "PROSPECTS",
    "UNSCORABLE",
    "ModelCard",
    "ModelFeature",
    "ModelSegment",
    "ModelWindow",
    "SegmentModel",
    "build_model",
    "group_name",
    "matrix_model",
    "model_names",
]

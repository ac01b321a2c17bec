"""The fitted rule that puts a customer into a segment, as plain data."""

from autoseg.model.building import build_model, matrix_model, model_names
from autoseg.model.counting import AssignmentCounts, GroupCount
from autoseg.model.file import (
    MODEL_FILE,
    ModelFile,
    load_model,
    model_bytes,
    open_model,
    save_model,
)
from autoseg.model.groups import PROSPECTS, UNSCORABLE, group_name
from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow
from autoseg.model.segment_model import SegmentModel

__all__ = [
    "MODEL_FILE",
    "PROSPECTS",
    "UNSCORABLE",
    "AssignmentCounts",
    "GroupCount",
    "ModelCard",
    "ModelFeature",
    "ModelFile",
    "ModelSegment",
    "ModelWindow",
    "SegmentModel",
    "build_model",
    "group_name",
    "load_model",
    "matrix_model",
    "model_bytes",
    "model_names",
    "open_model",
    "save_model",
]

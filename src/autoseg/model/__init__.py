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
from autoseg.model.gaps import GapFiller
from autoseg.model.groups import PROSPECTS, UNSCORABLE, group_name
from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow
from autoseg.model.predictor import SegmentPredictor
from autoseg.model.segment_model import SegmentModel
from autoseg.model.skopsfile import SKOPS_TYPES

__all__ = [
    "MODEL_FILE",
    "PROSPECTS",
    "SKOPS_TYPES",
    "UNSCORABLE",
    "AssignmentCounts",
    "GapFiller",
    "GroupCount",
    "ModelCard",
    "ModelFeature",
    "ModelFile",
    "ModelSegment",
    "ModelWindow",
    "SegmentModel",
    "SegmentPredictor",
    "build_model",
    "group_name",
    "load_model",
    "matrix_model",
    "model_bytes",
    "model_names",
    "open_model",
    "save_model",
]

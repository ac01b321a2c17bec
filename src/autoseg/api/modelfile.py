"""The model's file beside the other results, where there can be one."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.errors import InputError, InputWarning

if TYPE_CHECKING:
    from autoseg.model import SegmentModel

__all__ = ["model_content"]


def model_content(model: SegmentModel) -> dict[str, bytes]:
    """Return the file of a model by its name; nothing where it must not be kept.

    Parameters
    ----------
    model : SegmentModel
        The model.

    Returns
    -------
    dict of str to bytes

    Warns
    -----
    InputWarning
        If a segment has too few customers for its centre to be told
        (``ASG_W_MODEL_NOT_WRITTEN``).
    """
    from autoseg.model import MODEL_FILE, model_bytes

    try:
        return {MODEL_FILE: model_bytes(model)}
    except InputError as error:
        if error.codes != ("ASG_E_MODEL_SMALL_SEGMENT",):
            raise
        told = replace(error.findings[0], code="ASG_W_MODEL_NOT_WRITTEN")
        warnings.warn(InputWarning(told), stacklevel=3)
        return {}

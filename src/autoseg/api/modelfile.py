"""The model's file beside the other results, where there can be one."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from autoseg.errors import InputError, InputWarning
from autoseg.files import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autoseg.model import SegmentModel

__all__ = ["model_content", "write_results"]


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


def write_results(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write what a segmentation comes to, and leave no model of an earlier one.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that this process has claimed.
    contents : mapping of str to bytes
        File name to content.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    from autoseg.model import MODEL_FILE

    written = write_files(folder, contents)
    if MODEL_FILE not in contents:
        # it would belong to other segments
        (folder / MODEL_FILE).unlink(missing_ok=True)
    return written

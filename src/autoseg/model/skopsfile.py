"""A model as a scikit-learn pipeline in a file of skops, which runs no code to load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autoseg.errors import MissingDependencyError
from autoseg.files import write_files
from autoseg.model.pipelines import to_pipeline
from autoseg.model.small import check_sizes

if TYPE_CHECKING:
    import os

    from autoseg.model.segment_model import SegmentModel

__all__ = ["SKOPS_TYPES", "save_skops"]

SKOPS_TYPES = (
    "autoseg.clustering.clusterer.AutoClusterer",
    "autoseg.clustering.rule.ClusterRule",
    "autoseg.clustering.scaler.CustomerScaler",
    "autoseg.clustering.transform.ColumnAccount",
    "autoseg.clustering.transform.OutputColumn",
    "autoseg.model.gaps.GapFiller",
    "autoseg.model.predictor.SegmentPredictor",
)
"""All that ``skops.io.load`` has to be told to trust: these types and no other."""


def save_skops(model: SegmentModel, path: str | os.PathLike[str]) -> Path:
    """Write the scikit-learn pipeline of a model to a file of skops.

    Parameters
    ----------
    model : SegmentModel
        The model.
    path : path
        The file, in a folder that exists; replaced if it is there.

    Returns
    -------
    pathlib.Path
        The file; ``skops.io.load(path, trusted=SKOPS_TYPES)`` reads it.

    Raises
    ------
    InputError
        If a segment has fewer than 10 customers (``ASG_E_MODEL_SMALL_SEGMENT``).
    OutputError
        If the file cannot be written.
    MissingDependencyError
        If skops is not installed.
    """
    try:
        from skops.io import dumps
    except ImportError as error:
        package = "skops"
        raise MissingDependencyError(
            package, extra="skops", caller="to_skops"
        ) from error
    # the centres are as much of them as in our own file
    check_sizes(model)
    place = Path(path)
    return write_files(place.parent, {place.name: dumps(to_pipeline(model))})[0]

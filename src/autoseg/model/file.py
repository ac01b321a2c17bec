"""A model in a file: plain data in a zip, never a pickle."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from autoseg.errors import Finding, InputError
from autoseg.files import write_files
from autoseg.model.arrays import array_bytes
from autoseg.model.container import LARGEST_FILE, first_member, pack, unpack
from autoseg.model.manifest import check_format, parse, written
from autoseg.model.plain import model_dict
from autoseg.model.readback import ARRAYS, read_model
from autoseg.model.refusal import refuse
from autoseg.model.small import check_sizes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.model.segment_model import SegmentModel

__all__ = [
    "MODEL_FILE",
    "ModelFile",
    "load_model",
    "model_bytes",
    "open_model",
    "save_model",
]

MODEL_FILE = "model.autoseg"
"""What the file is called beside the other results."""

_MANIFEST = "manifest.json"
_NAMES = (_MANIFEST, *(f"{name}.npy" for name in ARRAYS))
_PACKAGE = "autoseg-customers"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model with what is known of its file.

    Parameters
    ----------
    model : SegmentModel
        The model.
    manifest : mapping of str to object
        What the file says of it: all but the arrays.
    n_bytes : int
        Size of the file.
    sha256 : str
        Its sum.
    """

    model: SegmentModel
    manifest: Mapping[str, Any]
    n_bytes: int
    sha256: str


def save_model(model: SegmentModel, path: str | os.PathLike[str]) -> Path:
    """Write a model to a file.

    Parameters
    ----------
    model : SegmentModel
        The model.
    path : path
        The file, in a folder that exists; replaced if it is there, and only when the
        new one is on disk.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    autoseg.errors.InputError
        If the model cannot be kept in a file: a segment has fewer than 10 customers
        (``ASG_E_MODEL_SMALL_SEGMENT``), a feature cannot be told
        (``ASG_E_MODEL_FEATURE``), or `load_model` would refuse it.
    autoseg.errors.OutputError
        If the file cannot be written.
    """
    place = Path(path)
    content = model_bytes(model)
    return write_files(place.parent, {place.name: content})[0]


def model_bytes(model: SegmentModel, *, written_by: str | None = None) -> bytes:
    """Return the file of a model.

    Parameters
    ----------
    model : SegmentModel
        The model.
    written_by : str, optional
        Version of autoseg that the file names; the installed one by default.

    Returns
    -------
    bytes
        The same for the same model, whoever writes it.

    Raises
    ------
    autoseg.errors.InputError
        As `save_model`.
    """
    check_sizes(model)
    arrays = {name: array_bytes(getattr(model.rule, name)) for name in ARRAYS}
    manifest = written(model_dict(model), written_by or version(_PACKAGE))
    contents = [manifest, *arrays.values()]
    content = pack(dict(zip(_NAMES, contents, strict=True)))
    # what nobody could read must not be written
    load_model(content)
    return content


def load_model(file: str | os.PathLike[str] | bytes | BinaryIO) -> SegmentModel:
    """Return the model in a file.

    The file is read as data and never run: it holds JSON and arrays, everything in it
    is checked, and how features are computed is taken from this package or written
    anew. Its SHA-256 sums tell that it is whole, not who wrote it.

    Parameters
    ----------
    file : path, bytes or binary file
        What `SegmentModel.save`, `Segmentation.save` or ``autoseg segment`` wrote. At
        most 16 MB are read.

    Returns
    -------
    SegmentModel
        Equal to the one that was saved, to the last bit.

    Raises
    ------
    autoseg.errors.InputError
        If there is no such file (``ASG_E_MISSING_FILE``), it is no model or damaged
        (``ASG_E_MODEL_FILE``), a newer version has written it
        (``ASG_E_MODEL_NEWER``), or it needs a feature that cannot be used
        (``ASG_E_MODEL_FEATURE``).

    Warns
    -----
    autoseg.errors.InputWarning
        If this version computes a feature otherwise (``ASG_W_MODEL_FEATURE``).

    Examples
    --------
    >>> import autoseg
    >>> from tempfile import TemporaryDirectory
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> model = autoseg.segment(shop.transactions, n_resamples=0).model
    >>> with TemporaryDirectory() as folder:
    ...     loaded = autoseg.load(model.save(f"{folder}/model.autoseg"))
    >>> loaded.to_dict() == model.to_dict()
    True
    """
    return open_model(file).model


def open_model(file: str | os.PathLike[str] | bytes | BinaryIO) -> ModelFile:
    """Return the model in a file with what is known of the file.

    Parameters
    ----------
    file : path, bytes or binary file
        As for `load_model`.

    Returns
    -------
    ModelFile

    Raises
    ------
    autoseg.errors.InputError
        As `load_model`.
    """
    data, source = _content(file)
    first, content = first_member(data, source)
    if first != _MANIFEST:
        refuse(source, f"it begins with {first!r}, so it is a zip but no model")
    manifest = parse(content, source)
    # before the rest, which a newer version may have packed otherwise
    check_format(manifest, source, version(_PACKAGE))
    members = unpack(data, source, _NAMES)
    arrays = {name: members[f"{name}.npy"] for name in ARRAYS}
    model = read_model(manifest, arrays, source)
    return ModelFile(model, manifest, len(data), sha256(data).hexdigest())


def _content(file: object) -> tuple[bytes, str]:
    """Return the bytes of a file, no more than may be read, and its name."""
    most = LARGEST_FILE + 1
    if isinstance(file, bytes):
        return file, "the model"
    if isinstance(file, str | os.PathLike):
        place = Path(file)
        try:
            with place.open("rb") as opened:
                return opened.read(most), str(place)
        except FileNotFoundError:
            found, fix = "there is no such file", "check the path"
            refuse(str(place), found, code="ASG_E_MISSING_FILE", fix=fix)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            refuse(str(place), f"it cannot be read ({reason})")
    read = getattr(file, "read", None)
    content = read(most) if read is not None else None
    if not isinstance(content, bytes):
        fix = "hand in a path, bytes, or a file that was opened with 'rb'"
        found = f"a {type(file).__name__} gives no bytes"
        raise InputError(Finding("ASG_E_INPUT_TYPE", "the model", found, fix))
    return content, str(getattr(file, "name", "the model"))

"""Arrays as files of NumPy's, read without its reader.

The shape that an array must have is known before it is read, so its header is too, and
nothing in the file is interpreted.
"""

from __future__ import annotations

import math

import numpy as np

from autoseg.model.refusal import refuse

__all__ = ["array_bytes", "read_array"]

_MAGIC = b"\x93NUMPY\x01\x00"
_ALIGNED = 64
_NUMBER = 8


def array_bytes(array: np.ndarray) -> bytes:
    """Return an array as `numpy.save` writes it: float64, little endian, C order.

    Parameters
    ----------
    array : ndarray
        Any floats.

    Examples
    --------
    >>> import io
    >>> np.load(io.BytesIO(array_bytes(np.array([1.0, 2.0]))), allow_pickle=False)
    array([1., 2.])
    """
    plain = np.ascontiguousarray(array, dtype="<f8")
    return _header(array.shape) + plain.tobytes()


def read_array(
    data: bytes, shape: tuple[int, ...], *, source: str, name: str
) -> np.ndarray:
    """Return the array that `array_bytes` wrote.

    Parameters
    ----------
    data : bytes
        The file.
    shape : tuple of int
        The shape that the array must have.
    source, name : str
        Name of the model's file and of this one in it, for errors.

    Returns
    -------
    ndarray of float64
        Finite.

    Raises
    ------
    autoseg.errors.InputError
        If it is another array, or none (``ASG_E_MODEL_FILE``).
    """
    header = _header(shape)
    told = " × ".join(map(str, shape))
    if not data.startswith(header):
        refuse(source, f"{name} is no array of {told} numbers (float64, C order)")
    if len(data) != len(header) + _NUMBER * math.prod(shape):
        refuse(source, f"{name} does not hold {told} numbers")
    plain = np.frombuffer(data, dtype="<f8", offset=len(header))
    array = plain.astype(np.float64).reshape(shape)
    if not np.isfinite(array).all():
        refuse(source, f"{name} holds a number that is not finite")
    return array


def _header(shape: tuple[int, ...]) -> bytes:
    told = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape!r}, }}"
    # the length of the header stands in two bytes; a line feed ends it
    length = len(_MAGIC) + 2 + len(told) + 1
    told += " " * (-length % _ALIGNED) + "\n"
    return _MAGIC + len(told).to_bytes(2, "little") + told.encode("ascii")

"""Arrow arrays of types that the engine, and a Parquet file, can hold."""

from __future__ import annotations

from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["readable"]

_Array = TypeVar("_Array", pa.Array, pa.ChunkedArray)

# most digits that a number of 128 bits holds
_DIGITS = 38
# decimals of a number that comes without a scale
_SCALE = 10


def readable(array: _Array) -> _Array:
    r"""Return an array as it is, or as the nearest type that the engine reads.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
        Values of any type.

    Bytes that are no UTF-8 are spelled out, as in ``\xff``: they would end the engine.

    Raises
    ------
    pyarrow.ArrowException
        If its values do not fit the nearest type.

    Examples
    --------
    >>> readable(pa.array([1.5], pa.float16())).type
    DataType(float)
    """
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        stored = _storage(array)
        is_numeric = getattr(kind, "type_name", "") == "numeric"
        return _numbers(stored) if is_numeric else readable(stored)
    if pa.types.is_float16(kind):
        return array.cast(pa.float32())
    if pa.types.is_decimal(kind) and not _is_common(kind):
        return array.cast(pa.decimal128(_DIGITS, min(max(kind.scale, 0), _DIGITS)))
    if pa.types.is_string_view(kind):
        return _valid(array.cast(pa.string()))
    if pa.types.is_run_end_encoded(kind):
        return readable(pc.run_end_decode(array))
    return _valid(array)


def _is_common(kind: pa.DataType) -> bool:
    """Return whether engines know the type: no more decimals than digits, none < 0."""
    return bool(pa.types.is_decimal128(kind) and 0 <= kind.scale <= kind.precision)


def _valid(array: _Array) -> _Array:
    """Return an array whose texts are UTF-8."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        if pa.types.is_dictionary(array.type):
            array = array.cast(array.type.value_type)
        texts = [
            None if value is None else value.decode(errors="backslashreplace")
            for value in array.cast(pa.large_binary()).to_pylist()
        ]
        whole = pa.array(texts, pa.large_string())
        return (
            pa.chunked_array([whole]) if isinstance(array, pa.ChunkedArray) else whole
        )
    return array


def _storage(array: _Array) -> _Array:
    if isinstance(array, pa.ChunkedArray):
        chunks = [chunk.storage for chunk in array.chunks]
        return pa.chunked_array(chunks, array.type.storage_type)
    return array.storage


def _numbers(texts: _Array) -> _Array:
    """Return exact numbers that a database driver hands over as texts."""
    usual = pc.match_substring_regex(texts, r"^-?[0-9.]+$")
    texts = pc.if_else(usual, texts, pa.scalar(None, texts.type))
    try:
        return texts.cast(pa.decimal128(_DIGITS, _SCALE))
    except pa.ArrowInvalid:
        return texts.cast(pa.float64())

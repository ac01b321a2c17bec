"""The zip that a model is kept in: written one way only, and read in that way only.

Members are stored as they are, in a fixed order, with a fixed date and fixed rights, so
that the same members are the same bytes wherever they are written. Whatever is not
written so is refused, which is all the defence that a reader of zips needs: nothing is
inflated, nothing is unpacked to a disk, and no byte stands outside of what is checked.
"""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from autoseg.model.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LARGEST_FILE", "SUMS", "first_member", "pack", "unpack"]

LARGEST_FILE = 16 * 2**20
"""No file is read that has more bytes."""

SUMS = "SHA256SUMS"
"""The member that holds the sums of the others, as ``sha256sum`` writes them."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20
_UNIX = 3 << 8
# the first day that a zip can tell
_DATE = 1 << 5 | 1
_RIGHTS = 0o100644 << 16
_ENCRYPTED = 1
_MOST_MEMBERS = 16
_LONGEST_NAME = 64
_OTHERS = {
    b"\x80": "it is a Python pickle, which can run code when it is opened, and autoseg"
    " reads none",
    **dict.fromkeys(
        (b"x\x01", b"x^", b"x\x9c", b"x\xda"),
        "it is a compressed file, such as joblib writes, and no model",
    ),
    b"\x1f\x8b": "it is a compressed file, such as gzip writes, and no model",
    b"\x93NUMPY": "it is an array of NumPy's and no model",
    b"PAR1": "it is a Parquet file and no model",
}


class _Header(NamedTuple):
    """What stands before a member."""

    sign: bytes
    version: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    n_name: int
    n_extra: int


class _Member(NamedTuple):
    """A member and where the next one begins."""

    name: str
    content: bytes
    end: int


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return the file that holds members and their sums.

    Parameters
    ----------
    members : mapping of str to bytes
        Names of ASCII letters, and contents.

    Returns
    -------
    bytes
        A zip; the same for the same members.

    Examples
    --------
    >>> import io, zipfile
    >>> zipfile.ZipFile(io.BytesIO(pack({"a.txt": b"hello"}))).namelist()
    ['a.txt', 'SHA256SUMS']
    """
    return _zip({**members, SUMS: _sums(members)})


def unpack(data: bytes, source: str, names: Iterable[str]) -> dict[str, bytes]:
    """Return the members of a file that `pack` wrote.

    Parameters
    ----------
    data : bytes
        The file.
    source : str
        Its name, for errors.
    names : iterable of str
        The members that it has to have, in their order.

    Returns
    -------
    dict of str to bytes

    Raises
    ------
    autoseg.errors.InputError
        If `pack` would not have written just these bytes (``ASG_E_MODEL_FILE``).
    """
    _check_kind(data, source)
    wanted = (*names, SUMS)
    members: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == _LOCAL_SIGN:
        member = _member(data, place, source)
        if member.name in members:
            refuse(source, f"it holds {member.name!r} twice")
        if member.name not in wanted or len(members) >= _MOST_MEMBERS:
            refuse(source, f"it holds {member.name!r}, which no model does")
        members[member.name] = member.content
        place = member.end
    absent = [name for name in wanted if name not in members]
    if absent:
        refuse(source, f"it lacks {absent[0]!r}: it is cut off, or it is no model")
    if tuple(members) != wanted or _zip(members) != data:
        # a second directory, links, comments, bytes before, between or behind
        refuse(source, "it is not packed as autoseg packs a model")
    content = members.pop(SUMS)
    if content != _sums(members):
        refuse(source, "its SHA-256 sums are not those of its members: it was changed")
    return members


def first_member(data: bytes, source: str) -> tuple[str, bytes]:
    """Return name and content of the first member, whatever stands behind it.

    Parameters
    ----------
    data : bytes
        The file.
    source : str
        Its name, for errors.

    Raises
    ------
    autoseg.errors.InputError
        If there is none that `pack` could have written (``ASG_E_MODEL_FILE``).
    """
    _check_kind(data, source)
    member = _member(data, 0, source)
    return member.name, member.content


def _check_kind(data: bytes, source: str) -> None:
    if not data:
        refuse(source, "it is empty")
    if len(data) > LARGEST_FILE:
        refuse(source, f"it is larger than {LARGEST_FILE // 2**20} MB, as no model is")
    if not data.startswith(_LOCAL_SIGN):
        known = [told for begin, told in _OTHERS.items() if data.startswith(begin)]
        refuse(source, known[0] if known else "it does not begin as a model does")


def _member(data: bytes, place: int, source: str) -> _Member:
    """Return the member that begins at a place."""
    begin = place + _LOCAL.size
    if begin > len(data):
        refuse(source, "it is cut off")
    header = _Header(*_LOCAL.unpack_from(data, place))
    raw = data[begin : begin + header.n_name]
    name = raw[:_LONGEST_NAME].decode("ascii", "backslashreplace")
    if header.flags & _ENCRYPTED:
        refuse(source, f"{name!r} in it is encrypted")
    if header.method or header.packed != header.size:
        refuse(source, f"{name!r} in it is compressed, as no member of a model is")
    start = begin + header.n_name + header.n_extra
    end = start + header.size
    if end > len(data):
        refuse(source, f"{name!r} in it is longer than the file: it is cut off")
    content = data[start:end]
    if zlib.crc32(content) != header.crc:
        refuse(source, f"{name!r} in it is damaged: its checksum is another")
    return _Member(name, content, end)


def _sums(members: Mapping[str, bytes]) -> bytes:
    lines = [f"{sha256(one).hexdigest()}  {name}\n" for name, one in members.items()]
    return "".join(lines).encode("ascii")


def _zip(members: Mapping[str, bytes]) -> bytes:
    files, directory = bytearray(), bytearray()
    for name, content in members.items():
        told = (
            *(0, 0, 0, _DATE, zlib.crc32(content), len(content), len(content)),
            *(len(name), 0),
        )
        directory += _CENTRAL.pack(
            *(_CENTRAL_SIGN, _UNIX | _VERSION, _VERSION, *told),
            *(0, 0, 0, _RIGHTS, len(files)),
        )
        directory += name.encode("ascii")
        files += _LOCAL.pack(_LOCAL_SIGN, _VERSION, *told) + name.encode("ascii")
        files += content
    n, size = len(members), len(directory)
    end = _END.pack(_END_SIGN, 0, 0, n, n, size, len(files), 0)
    return bytes(files + directory + end)

"""Which letters a text file is written in; a copy in UTF-8 where it must be one."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from autoseg.tables.settings import give

if TYPE_CHECKING:
    from pathlib import Path

    from autoseg.tables.findings import Findings
    from autoseg.tables.paths import FileKind
    from autoseg.tables.settings import Settings

__all__ = ["TextFile", "open_text", "read_as_utf8"]

_BLOCK = 1 << 20
_BEYOND_ASCII = bytes(range(128, 256))
# bytes that tell whether letters have two
_SAMPLE = 1 << 12
# share of the upper bytes that are NUL in text of European languages
_WIDE = 0.5
_GIVE = f"give the right one, such as {give('encoding', 'cp850')}"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file and how it is to be read.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    compressed : bool
        Whether it is gzip.
    encoding : str
        Python's name of the encoding.
    n_letters : int
        Letters beyond ASCII, in Windows-1252; 0 in any other encoding.
    n_nul : int
        NUL characters.
    """

    path: Path
    compressed: bool
    encoding: str
    n_letters: int
    n_nul: int

    @property
    def needs_copy(self) -> bool:
        """Whether the engine can only read a copy in plain UTF-8."""
        return self.n_nul > 0 or not self.encoding.startswith("utf-8")

    def open(self) -> IO[bytes]:
        """Return the file's bytes as a stream, unpacked."""
        # the caller closes it
        packed = gzip.open(self.path) if self.compressed else self.path.open("rb")  # noqa: SIM115
        return cast("IO[bytes]", packed)


def open_text(
    path: Path, kind: FileKind, settings: Settings, findings: Findings
) -> TextFile | None:
    """Read a text file through once and return how it is written.

    The encoding that was given is used, if one was. Else UTF-16 is known by its byte
    order mark, and whatever is not UTF-8 is read as Windows-1252, with a warning that
    counts the letters concerned.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    kind : {"text", "gzip"}
        Whether it is packed.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.

    Returns
    -------
    TextFile or None
        None where an error was noted.
    """
    text = TextFile(path, kind == "gzip", "utf-8", 0, 0)
    try:
        text = _examine(text, settings.encoding)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        findings.error(
            "ASG_E_INCOMPLETE_FILE",
            path.name,
            "the compressed file is incomplete or damaged",
            "export it again, or download it again",
        )
        return None
    except _Undecodable as error:
        findings.error("ASG_E_ENCODING", path.name, error.found, error.fix)
        return None
    if text.n_letters:
        findings.warn(
            "ASG_W_ENCODING",
            path.name,
            f"the file is not UTF-8; {text.n_letters} letters were read as"
            " Windows-1252",
            "save it as UTF-8 if names look wrong",
        )
    if text.n_nul:
        findings.warn(
            "ASG_W_NUL",
            path.name,
            f"{text.n_nul} NUL characters were taken out",
        )
    return text


def read_as_utf8(text: TextFile, target: Path) -> None:
    """Write a copy of a text file in UTF-8, without byte order mark and NULs.

    Parameters
    ----------
    text : TextFile
        What `open_text` returned.
    target : pathlib.Path
        Where the copy goes.
    """
    letters_of = codecs.getincrementaldecoder(text.encoding)()
    # line ends of one kind: the engine takes no file with several
    decoder = io.IncrementalNewlineDecoder(letters_of, translate=True)
    is_start = True
    with text.open() as source, target.open("wb") as copy:
        while block := source.read(_BLOCK):
            letters = decoder.decode(block)
            if is_start:
                letters, is_start = letters.removeprefix("\ufeff"), False
            copy.write(letters.replace("\0", "").encode())
        copy.write(decoder.decode(b"", final=True).encode())


class _Undecodable(Exception):  # noqa: N818 - never leaves this file
    """Bytes that are no letters."""

    def __init__(self, found: str, fix: str) -> None:
        super().__init__(found)
        self.found = found
        self.fix = fix


def _examine(text: TextFile, told: str | None) -> TextFile:
    with text.open() as file:
        start = file.read(_SAMPLE)
    encoding = codecs.lookup(told).name if told else _by_mark(start)
    if encoding in {"utf-8", "utf-8-sig"}:
        encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    if told or encoding.startswith(("utf-16", "utf-32")):
        n_nul, _ = _count(text, encoding)
        return TextFile(text.path, text.compressed, encoding, 0, n_nul)
    _refuse_wide_letters(start)
    n_letters = 0
    try:
        n_nul, _ = _count(text, encoding)
    except _Undecodable:
        encoding = "cp1252"
        n_nul, n_letters = _count(
            text, encoding, "the letters are neither UTF-8, UTF-16 nor Windows-1252: "
        )
    return TextFile(text.path, text.compressed, encoding, n_letters, n_nul)


def _by_mark(start: bytes) -> str:
    """Return the encoding that a byte order mark tells; UTF-8 without one."""
    for mark, encoding in (
        # the mark of UTF-32 begins with that of UTF-16
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8-sig"),
    ):
        if start.startswith(mark):
            return encoding
    return "utf-8"


def _refuse_wide_letters(start: bytes) -> None:
    """Note letters of two bytes without a mark: every other byte is NUL."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        upper, lower = start[first::2], start[1 - first :: 2]
        if upper.count(0) > _WIDE * len(upper) > 0 and lower.count(0) == 0:
            found = f"the letters look like {encoding}, without a byte order mark"
            raise _Undecodable(found, f"give {give('encoding', encoding)}")


def _count(text: TextFile, encoding: str, words: str = "") -> tuple[int, int]:
    """Return the number of NULs and of bytes beyond ASCII; decode all on the way."""
    decoder = codecs.getincrementaldecoder(encoding)()
    n_nul = n_letters = n_bytes = n_lines = 0
    block = b""
    try:
        with text.open() as file:
            while block := file.read(_BLOCK):
                letters = decoder.decode(block)
                n_nul += letters.count("\0")
                n_letters += len(block) - len(block.translate(None, _BEYOND_ASCII))
                n_bytes += len(block)
                n_lines += block.count(b"\n")
            decoder.decode(b"", final=True)
    except UnicodeError as error:
        # the decoder may have kept bytes of the block before
        raw = getattr(error, "object", block)
        place = getattr(error, "start", 0)
        byte = n_bytes - (len(raw) - len(block)) + place
        line = n_lines + raw.count(b"\n", 0, place) + 1
        found = f"{words}byte {byte}, in line {line}, cannot be read as {encoding}"
        raise _Undecodable(found, f"save it as UTF-8, or {_GIVE}") from error
    return n_nul, n_letters

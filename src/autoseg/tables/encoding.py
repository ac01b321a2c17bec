"""Which letters a text file is written in; a copy in UTF-8 where it must be one."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pathlib import Path

    from autoseg.tables.findings import Findings
    from autoseg.tables.paths import FileKind
    from autoseg.tables.settings import Settings

__all__ = ["TextFile", "open_text", "read_as_utf8"]

_BLOCK = 1 << 20
_BEYOND_ASCII = bytes(range(128, 256))


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

    UTF-16 is known by its byte order mark; whatever is not UTF-8 is read as
    Windows-1252, with a warning that counts the letters concerned.

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
        text = _examine(text)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        findings.error(
            "ASG_E_INCOMPLETE_FILE",
            path.name,
            "the compressed file is incomplete or damaged",
            "export it again, or download it again",
        )
        return None
    except UnicodeDecodeError:
        findings.error(
            "ASG_E_ENCODING",
            path.name,
            "the letters are neither UTF-8, UTF-16 nor Windows-1252",
            "save it as UTF-8",
        )
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
    decoder = codecs.getincrementaldecoder(text.encoding)()
    with text.open() as source, target.open("wb") as copy:
        while block := source.read(_BLOCK):
            letters = decoder.decode(block)
            copy.write(letters.replace("\0", "").encode())
        copy.write(decoder.decode(b"", final=True).encode())


def _examine(text: TextFile) -> TextFile:
    with text.open() as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        n_nul, _ = _count(text, "utf-16")
        return TextFile(text.path, text.compressed, "utf-16", 0, n_nul)
    encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        n_nul, _ = _count(text, encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        n_nul, n_letters = _count(text, encoding)
    else:
        n_letters = 0
    return TextFile(text.path, text.compressed, encoding, n_letters, n_nul)


def _count(text: TextFile, encoding: str) -> tuple[int, int]:
    """Return the number of NULs and of bytes beyond ASCII; decode all on the way."""
    decoder = codecs.getincrementaldecoder(encoding)()
    n_nul = n_letters = 0
    with text.open() as file:
        while block := file.read(_BLOCK):
            n_nul += decoder.decode(block).count("\0")
            n_letters += len(block) - len(block.translate(None, _BEYOND_ASCII))
        decoder.decode(b"", final=True)
    return n_nul, n_letters

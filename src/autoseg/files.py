"""Files that are whole or not there at all, in a folder that one run writes to."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from autoseg.errors import BusyError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["claimed_folder", "replaced_file", "writable_folder", "write_files"]

_CLAIM = ".autoseg.lock"


@contextmanager
def claimed_folder(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Keep a folder for this process as long as the block runs.

    A second run that wants the same folder ends at once instead of mixing its files
    with ours. The claim of a process that is no longer there does not count.

    Parameters
    ----------
    folder : path
        The folder for the results; made if missing.

    Yields
    ------
    pathlib.Path
        The folder.

    Raises
    ------
    BusyError
        If another process has claimed it.
    OutputError
        If the folder cannot be made or written to.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as parent, claimed_folder(f"{parent}/out") as folder:
    ...     [path.name for path in folder.iterdir()]
    ['.autoseg.lock']
    """
    from filelock import SoftFileLock, Timeout

    path = writable_folder(folder)
    # one object a path, so that a claim within a claim of ours is no conflict
    claim = SoftFileLock(path.resolve() / _CLAIM, timeout=0, is_singleton=True)
    try:
        claim.acquire()
    except Timeout as error:
        raise BusyError(path, claim.pid) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield path
    finally:
        claim.release()


def writable_folder(folder: str | os.PathLike[str]) -> Path:
    """Make a folder if it is missing, and prove that it can be written to.

    Called before the work, so that an unwritable folder costs no fit.

    Parameters
    ----------
    folder : path
        The folder for the results.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OutputError
        If the folder cannot be made or written to.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     writable_folder(f"{folder}/out").is_dir()
    True
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path, prefix=".autoseg-") as probe:
            probe.write(b"x")
            probe.flush()
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        path,
        f"cannot be written to ({error.strerror or error})",
        "name another folder, or mend its permissions",
    )


@contextmanager
def replaced_file(target: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a file to write to that takes its place when the block has ended well.

    Until then, and if anything goes wrong, the file that was there stays as it was.

    Parameters
    ----------
    target : path
        The file, in a folder that exists.

    Yields
    ------
    file
        Open for writing bytes.

    Raises
    ------
    OutputError
        If it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with replaced_file(f"{folder}/note.txt") as file:
    ...         _ = file.write(b"hello")
    ...     Path(folder, "note.txt").read_text()
    'hello'
    """
    path = Path(target)
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".autoseg-")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            _settle(file, temporary)
        temporary.replace(path)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            path,
            f"could not be written ({error.strerror or error})",
            "name a file in a folder that exists, that you may write to and that has"
            " space",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files so that each appears whole, and none before all are on disk.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    contents : mapping of str to bytes
        File name to content.

    Returns
    -------
    list of pathlib.Path
        The files, in the order given.

    Raises
    ------
    OutputError
        If one cannot be written; the files that were there stay as they were.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write_files(Path(folder), {"note.txt": b"hello"})]
    ['note.txt']
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for name, content in contents.items():
            staged.append((_temporary(folder, content), folder / name))
        for temporary, target in staged:
            temporary.replace(target)
    except OSError as error:
        raise OutputError(
            folder,
            f"could not be written ({error.strerror or error})",
            "name a folder that exists, that you may write to and that has space",
        ) from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
    return [target for _, target in staged]


def _temporary(folder: Path, content: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".autoseg-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            _settle(file, Path(name))
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _settle(file: BinaryIO, path: Path) -> None:
    """Bring a file to the disk, with the usual permissions."""
    file.flush()
    os.fsync(file.fileno())
    # mkstemp makes the file private
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)

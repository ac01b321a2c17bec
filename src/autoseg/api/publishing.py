"""Sets of files that change as one: a folder for each set, and a link to the latest.

A name can be switched from one set to another in one step of the file system, several
files cannot. So the files of a run are written to a folder of their own, and what
changes is where the link ``current`` leads to. Whoever reads through it finds the old
set or the new one, whatever stops the run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING

from autoseg.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "CURRENT",
    "RUNS",
    "check_place",
    "clear_scraps",
    "current_run",
    "publish",
    "run_id",
]

RUNS = "runs"
"""The folder of the sets."""

CURRENT = "current"
"""The link to the latest set."""

# what a run has on its way begins like this, and the next run clears it away
_SCRAP = ".autoseg-"
_NEW, _LINK, _GONE = (f"{_SCRAP}{name}" for name in ("new", "link", "gone"))
# the digits of an id; more only where the name is taken by other contents
_LENGTHS = (12, 24, 64)
_RUN = re.compile(r"[0-9a-f]{12,64}")


def run_id(contents: Mapping[str, bytes]) -> str:
    """Return what a set of files is called: a digest of names and contents.

    Parameters
    ----------
    contents : mapping of str to bytes
        File name to content.

    Returns
    -------
    str
        64 hexadecimal digits, the first 12 of which are the usual name.

    Examples
    --------
    >>> run_id({"a.txt": b"1", "b.txt": b"2"}) == run_id({"b.txt": b"2", "a.txt": b"1"})
    True
    """
    digest = hashlib.sha256()
    for name in sorted(contents):
        for part in (name.encode(), contents[name]):
            # with its length, or two sets could read alike
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def clear_scraps(folder: Path) -> None:
    """Remove what a run that was killed left on its way.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that this process has claimed, so that nobody else is at work there.

    Raises
    ------
    OutputError
        If it cannot be removed.
    """
    try:
        for path in folder.glob(f"{_SCRAP}*"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise _unwritten(folder, error) from error


def check_place(folder: Path) -> None:
    """Make sure, before the work, that sets of files can be published in a folder.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that this process has claimed.

    Raises
    ------
    OutputError
        If something of another kind has the names that are needed, or the file system
        makes no links.
    """
    current, runs = folder / CURRENT, folder / RUNS
    ours = current.is_symlink() and current.readlink().parts[:1] == (RUNS,)
    if os.path.lexists(current) and not ours:
        raise OutputError(
            current, "is no link that autoseg made", "move it, or name another folder"
        )
    if os.path.lexists(runs) and not runs.is_dir():
        raise OutputError(runs, "is no folder", "move it, or name another folder")
    try:
        link = folder / _LINK
        link.symlink_to(RUNS, target_is_directory=True)
        link.unlink()
    except OSError as error:
        raise OutputError(
            folder,
            f"no link can be made there ({error.strerror or error}), and a link is what"
            " shows one whole set of files or another",
            "name a folder on another disk; on Windows, allow links by switching on the"
            " developer mode",
        ) from error


def current_run(folder: Path) -> Path | None:
    """Return the folder of the latest set; None where there is none.

    Parameters
    ----------
    folder : pathlib.Path
        The folder for the results.
    """
    link = folder / CURRENT
    if not link.is_symlink() or not link.is_dir():
        return None
    return folder / link.readlink()


def publish(folder: Path, contents: Mapping[str, bytes], *, keep: int) -> Path:
    """Write a set of files and let ``current`` lead to it, whole or not at all.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that this process has claimed, without scraps.
    contents : mapping of str to bytes
        File name to content.
    keep : int
        How many sets stay, the new one included; the oldest go.

    Returns
    -------
    pathlib.Path
        The folder of the set. The same contents have the same folder.

    Raises
    ------
    OutputError
        If it cannot be written; ``current`` then leads to the set before.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     made = publish(Path(folder), {"note.txt": b"hello"}, keep=2)
    ...     (Path(folder) / "current" / "note.txt").read_text(), len(made.name)
    ('hello', 12)
    """
    try:
        target = _stored(folder, contents)
        _switch(folder, target)
        _prune(folder, target, keep)
    except OSError as error:
        raise _unwritten(folder, error) from error
    return target


def _unwritten(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        folder,
        f"could not be written ({error.strerror or error})",
        "name a folder that you may write to and that has space",
    )


def _stored(folder: Path, contents: Mapping[str, bytes]) -> Path:
    """Return the folder of a set under its id, with everything on disk."""
    runs = folder / RUNS
    runs.mkdir(exist_ok=True)
    target = _free_name(runs, contents)
    if target.exists():
        # the latest of those that are kept, also where it was made long ago
        os.utime(target)
        return target
    new = folder / _NEW
    new.mkdir()
    for name, content in contents.items():
        with (new / name).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _sync(new)
    new.rename(target)
    _sync(runs)
    _sync(folder)
    return target


def _free_name(runs: Path, contents: Mapping[str, bytes]) -> Path:
    """Return where a set is, or where nothing is yet."""
    digits = run_id(contents)
    for length in _LENGTHS:
        target = runs / digits[:length]
        if not os.path.lexists(target) or _holds(target, contents):
            return target
    # someone changed files of all three; what is published is not overwritten
    raise OutputError(
        target, "holds other files than its name says", "move it, or remove it"
    )


def _holds(target: Path, contents: Mapping[str, bytes]) -> bool:
    return all(
        (target / name).is_file() and (target / name).read_bytes() == content
        for name, content in contents.items()
    )


def _switch(folder: Path, target: Path) -> None:
    """Let the link lead to a set, in one step."""
    link = folder / _LINK
    link.symlink_to(f"{RUNS}/{target.name}", target_is_directory=True)
    link.replace(folder / CURRENT)
    _sync(folder)


def _prune(folder: Path, latest: Path, keep: int) -> None:
    """Remove all but the latest sets; what else is in their folder stays."""
    sets = [
        path
        for path in (folder / RUNS).iterdir()
        if path != latest and path.is_dir() and _RUN.fullmatch(path.name)
    ]
    sets.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    gone = folder / _GONE
    for path in sets[keep - 1 :]:
        # half a set must not stand under the name of a whole one
        path.rename(gone)
        shutil.rmtree(gone)


def _sync(folder: Path) -> None:
    """Put the names in a folder on disk; Windows does so by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

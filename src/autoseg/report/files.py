"""A file that is whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from autoseg.errors import OutputError

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], text: str) -> Path:
    """Write a text in UTF-8 so that a reader never meets half of it.

    It is written beside its place, forced to the disk, and then put in its place in
    one step; a file that stood there stays as it was until then.

    Parameters
    ----------
    path : path
        File to write; its folder has to be there.
    text : str
        Its content; line ends are written as they are.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    autoseg.errors.OutputError
        If the folder is missing or cannot be written to, or the disk is full.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/note.txt", "blåbær").read_bytes().decode()
    'blåbær'
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".autoseg-")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        # a temporary file is private; a report gets the usual permissions
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise OutputError(
            target,
            f"it cannot be written ({error.strerror or error})",
            "name a file in a folder that exists and that you may write to",
        ) from error
    return target

"""How a file is refused that is no model, or none that this version can read."""

from __future__ import annotations

from typing import NoReturn

from autoseg.errors import Finding, InputError

__all__ = ["CODE", "FIX", "refuse"]

CODE = "ASG_E_MODEL_FILE"
FIX = "hand in the model.autoseg that autoseg wrote, as it wrote it"


def refuse(source: str, found: str, *, code: str = CODE, fix: str = FIX) -> NoReturn:
    """Raise the error about a file.

    Parameters
    ----------
    source : str
        Name of the file.
    found : str
        What is wrong with it.
    code : str
        Code of the error.
    fix : str
        What to do.
    """
    raise InputError(Finding(code, source, found, fix))

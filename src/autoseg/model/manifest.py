"""The manifest of a model's file: JSON that says everything but the arrays."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from autoseg.model.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMAT", "FORMAT_VERSION", "check_format", "parse", "written"]

FORMAT = "autoseg-model"
FORMAT_VERSION = 1
"""Number of the form; it grows when an older reader would misread a file."""

_FIT_AGAIN = "save a model that autoseg returned"
_LARGEST = 4 * 2**20
_DEEPEST = 16
_MOST_LISTS = 100_000
# a text that nobody ends goes to the end, so that each letter is looked at once
_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){1,3}[a-z0-9.+]{0,16}", re.ASCII)


def written(plain: Mapping[str, Any], version: str) -> bytes:
    """Return the manifest of a model.

    Parameters
    ----------
    plain : mapping of str to object
        The model as plain data; what the arrays tell is left out.
    version : str
        Version of autoseg that writes it.

    Returns
    -------
    bytes
        JSON, UTF-8, with a line feed at the end.

    Raises
    ------
    autoseg.errors.InputError
        If a number is not finite (``ASG_E_MODEL_FILE``).
    """
    rule = {key: plain["rule"][key] for key in ("family", "degrees_of_freedom")}
    whole = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "autoseg": version,
        **plain,
        "rule": rule,
    }
    try:
        text = json.dumps(whole, allow_nan=False, ensure_ascii=False, indent=1)
    except ValueError:
        refuse("the model", "it holds a number that is not finite", fix=_FIT_AGAIN)
    # half of a letter is for the reader to refuse
    return (text + "\n").encode("utf-8", "surrogatepass")


def parse(content: bytes, source: str) -> dict[str, Any]:
    """Return what a manifest holds, unchecked but for being JSON of a sane size.

    Parameters
    ----------
    content : bytes
        The manifest.
    source : str
        Name of the model's file, for errors.

    Raises
    ------
    autoseg.errors.InputError
        If it is no JSON object, is too large or nested too deeply, has a key twice or
        a number that is none (``ASG_E_MODEL_FILE``).
    """
    if len(content) > _LARGEST:
        refuse(source, f"its manifest is larger than {_LARGEST // 2**20} MB")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        refuse(source, "its manifest is no text in UTF-8")
    if text.count("[") + text.count("{") > _MOST_LISTS:
        refuse(source, f"its manifest has more than {_MOST_LISTS} lists and objects")
    if _depth(text) > _DEEPEST:
        refuse(source, f"its manifest is nested more than {_DEEPEST} deep")
    try:
        data = json.loads(
            text, object_pairs_hook=_distinct, parse_constant=_no_constant
        )
    except _UnfitError as error:
        refuse(source, f"its manifest {error}")
    except ValueError as error:
        # the place is told, not the text around it
        where = f" (line {error.lineno})" if hasattr(error, "lineno") else ""
        refuse(source, f"its manifest is no JSON{where}")
    if not isinstance(data, dict):
        refuse(source, "its manifest is no object with keys")
    return data


def check_format(manifest: Mapping[str, Any], source: str, reader: str) -> None:
    """Raise unless this version can read the file.

    Parameters
    ----------
    manifest : mapping of str to object
        What the manifest holds.
    source : str
        Name of the model's file, for errors.
    reader : str
        Version of autoseg that reads it.

    Raises
    ------
    autoseg.errors.InputError
        If a newer version has written it (``ASG_E_MODEL_NEWER``), or it is no model
        (``ASG_E_MODEL_FILE``).
    """
    version = manifest.get("format_version")
    if manifest.get("format") != FORMAT:
        refuse(source, f"its manifest does not say that it is an {FORMAT!r}")
    if type(version) is not int or version < 1:
        refuse(source, "format_version is no whole number from 1")
    if version == FORMAT_VERSION:
        return
    by = manifest.get("autoseg")
    known = isinstance(by, str) and _VERSION.fullmatch(by)
    refuse(
        source,
        f"it is in format {version}, written by autoseg {by if known else 'unknown'};"
        f" this is autoseg {reader}, which reads up to format {FORMAT_VERSION}",
        code="ASG_E_MODEL_NEWER",
        fix=f"pip install 'autoseg-customers>={by}'"
        if known
        else "install a newer autoseg: pip install --upgrade autoseg-customers",
    )


class _UnfitError(Exception):
    """Something in JSON that is no plain data."""


def _depth(text: str) -> int:
    """Return how deep lists and objects are nested, before a parser follows them."""
    depth = deepest = 0
    for found in _SIGNS.finditer(text):
        sign = found.group()
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        message = "has a key twice"
        raise _UnfitError(message)
    return data


def _no_constant(name: str) -> Any:
    message = f"holds {name}, which is no number"
    raise _UnfitError(message)

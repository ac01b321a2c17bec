"""The page on paper: printed by a browser that is already there, never downloaded."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from autoseg.errors import BrowserError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_browser", "print_page"]

_VARIABLE = "AUTOSEG_BROWSER"
_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
)  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_QUIET = (
    "--headless", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--no-first-run", "--no-default-browser-check", "--no-pdf-header-footer",
)  # fmt: skip
_SECONDS = 120
_PRINTED_ON = re.compile(rb"(?<=Date \(D:)\d{14}")
# as long as the other: a PDF counts its bytes
_NO_DAY = b"19700101000000"


def find_browser() -> Path:
    """Return the browser that pages are printed with.

    The one that the environment variable ``AUTOSEG_BROWSER`` names, else Chromium,
    Chrome or Edge where they usually are.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    autoseg.errors.BrowserError
        If there is none.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            wrong = f"{_VARIABLE} names '{named}', and there is no such program"
            raise BrowserError(wrong, "let it name Chromium, Chrome or Edge")
        return Path(found)
    for place in _known_places():
        return place
    wrong = "a PDF is printed by Chromium, Chrome or Edge, and none of them is here"
    fix = f"install one, name it in {_VARIABLE}, or open the HTML report and print it"
    raise BrowserError(wrong, fix)


def _known_places() -> Iterator[Path]:
    for name in _NAMES:
        found = shutil.which(name)
        if found is not None:
            yield Path(found)
    yield from (Path(place) for place in _PLACES if Path(place).is_file())


def print_page(page: str) -> bytes:
    """Return a page as a PDF, printed by a browser with an empty profile.

    Parameters
    ----------
    page : str
        A whole HTML page that needs nothing beside itself.

    Returns
    -------
    bytes
        The same for the same page and browser: the day of printing is left out.

    Raises
    ------
    autoseg.errors.BrowserError
        If there is no browser, or it prints nothing.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="autoseg-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            str(browser), *_QUIET, *_sandbox(), f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}", source.as_uri(),
        ]  # fmt: skip
        said = _run(command)
        content = target.read_bytes() if target.is_file() else b""
    if not content.startswith(b"%PDF"):
        wrong = f"{browser} printed nothing{said}"
        raise BrowserError(wrong, "open the HTML report and print it from there")
    return _PRINTED_ON.sub(_NO_DAY, content)


def _sandbox() -> list[str]:
    # as the superuser, as within most containers, Chromium starts in no other way;
    # the page holds no script and may ask nothing of a network
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox"] if superuser else []


def _run(command: list[str]) -> str:
    """Run a browser, and return the last thing that it said, for an error."""
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f" ({error.__class__.__name__})"
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return f" ({lines[-1]})" if lines and done.returncode else ""

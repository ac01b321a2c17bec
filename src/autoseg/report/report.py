"""The report as an object: shown in a notebook, or written as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoseg.files import claimed_folder, write_files

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

__all__ = ["Report"]


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """A finished report in one language.

    Parameters
    ----------
    data : dict
        What `autoseg.report.summarise` returns.

    Notes
    -----
    The same data give the same bytes in every format: nothing in a report tells
    when, where, or on how many threads it was made.
    """

    data: dict[str, Any]

    def html(self) -> str:
        """Return one HTML page without scripts that asks nothing of any network."""
        from autoseg.report.html import render_page

        return render_page(self.data)

    def markdown(self) -> str:
        """Return the report's texts and tables as Markdown."""
        from autoseg.report.markdown import render_markdown

        return render_markdown(self.data)

    def json(self) -> str:
        """Return the report's numbers and texts as JSON.

        The dots of the map are left out: each of them is a customer.
        """
        data = dict(self.data)
        if data["map"]:
            data["map"] = {
                key: value for key, value in data["map"].items() if key != "points"
            }
        return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n"

    def write_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the page; whole, or not at all.

        Parameters
        ----------
        path : path
            File to write.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        autoseg.errors.OutputError
            If it cannot be written there.
        """
        return _write(path, self.html().encode())

    def write_markdown(self, path: str | os.PathLike[str]) -> Path:
        """Write the Markdown; see `write_html`."""
        return _write(path, self.markdown().encode())

    def write_json(self, path: str | os.PathLike[str]) -> Path:
        """Write the JSON; see `write_html`."""
        return _write(path, self.json().encode())

    def write_pdf(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as a PDF, printed by a browser that is installed.

        Parameters
        ----------
        path : path
            File to write.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        autoseg.errors.BrowserError
            If Chromium, Chrome or Edge is not there, or prints nothing.
        autoseg.errors.OutputError
            If it cannot be written there.
        """
        from autoseg.report.pdf import print_page

        return _write(path, print_page(self.html()))

    def write(
        self,
        folder: str | os.PathLike[str],
        formats: str | Iterable[str] = ("html",),
        *,
        stem: str = "report",
    ) -> list[Path]:
        """Write the report in several formats; all of the files, or none.

        Parameters
        ----------
        folder : path
            Where to; made if missing.
        formats : str or iterable of str
            Some of ``"html"``, ``"pdf"``, ``"md"`` and ``"json"``.
        stem : str
            Name of the files without their ending.

        Returns
        -------
        list of pathlib.Path

        Raises
        ------
        autoseg.errors.InputError
            If there is no such format (``ASG_E_SETTING``).
        autoseg.errors.BrowserError
            If a PDF is wanted and no browser can print it.
        autoseg.errors.OutputError
            If the folder cannot be written to; a `BusyError` if another run is
            writing there.
        """
        from autoseg.report.formats import check_formats, render

        wanted = check_formats(formats)
        with claimed_folder(folder) as target:
            return write_files(target, render(self, wanted, stem))

    def __repr__(self) -> str:
        n_segments = self.data["n_segments"]
        return (
            f"<Report {self.data['title']!r}: {n_segments} segments, "
            f"{self.data['language']}>"
        )

    def _repr_html_(self) -> str:
        # a frame of its own, so the page's styles and the notebook's stay apart
        return (
            f'<iframe title="{escape(self.data["title"])}" sandbox="" '
            'style="width: 100%; height: 48rem; border: 1px solid #8a93a0" '
            f'srcdoc="{escape(self.html())}"></iframe>'
        )


def _write(path: str | os.PathLike[str], content: bytes) -> Path:
    target = Path(path)
    return write_files(target.parent, {target.name: content})[0]

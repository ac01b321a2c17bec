"""Reports of a real shop, made by the documentation for those who want to see one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import autoseg
from autoseg.locales import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_samples"]


def write_samples(folder: Path) -> None:
    """Write a report in each language, from data that ship with the package.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if missing.
    """
    orders = autoseg.datasets.load_online_retail()
    with warnings.catch_warnings():
        # the report tells of them itself
        warnings.simplefilter("ignore", autoseg.InputWarning)
        segmentation = autoseg.segment(
            orders, as_of="2011-12-10", currency="GBP", n_resamples=20, progress=False
        )
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        segmentation.report(language).write_html(folder / f"{language}.html")

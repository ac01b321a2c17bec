"""What a command prints when segments were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autoseg.api import Segmentation

__all__ = ["show"]


def show(segmentation: Segmentation, written: Sequence[Path], *, language: str) -> None:
    """Print mapping, cleaning, the table of segments, why so many, and the files."""
    from rich.console import Console
    from rich.text import Text

    from autoseg.report import cleaning_table

    console = Console(soft_wrap=False)
    console.print(Text(segmentation.mapping_text(), style="dim"))
    currency = segmentation.profiles.currency
    console.print(cleaning_table(segmentation.log, currency, language=language))
    console.print(segmentation.table(language=language))
    console.print()
    console.print(Text(segmentation.why_k(language=language)))
    console.print()
    for path in written:
        console.print(Text(str(path)), soft_wrap=True)

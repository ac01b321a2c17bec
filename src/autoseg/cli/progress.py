"""What a long command shows while it works: a line on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["stages"]

_WORDS = {
    "tables": "Reading and checking the tables",
    "features": "Computing what each customer does",
    "clustering": "Comparing numbers of segments",
    "stability": "Checking that each segment comes back",
    "profiles": "Describing the segments",
    "report": "Writing the report",
}


@contextmanager
def stages(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function to call as each stage begins; draws only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _stage: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Starting", total=None)
        yield lambda stage: progress.update(task, description=_WORDS[stage])

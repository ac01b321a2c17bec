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
    "scoring": "Placing the customers",
    "state": "Keeping the sums for the next time",
    "clustering": "Comparing numbers of segments",
    "stability": "Checking that each segment comes back",
    "profiles": "Describing the segments",
    "report": "Writing the report",
}


@contextmanager
def stages(*, quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Give a function to call with each stage and the share of it that is done.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing; nothing is shown in a pipe either.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _stage, _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TimeElapsedColumn

    columns = "{task.description}", BarColumn(bar_width=24), TimeElapsedColumn()
    with Progress(
        SpinnerColumn(), *columns, console=Console(stderr=True), transient=True
    ) as progress:
        task = progress.add_task("Starting", total=None)

        def show(stage: str, done: float) -> None:
            # as long as nobody can tell how much is done, the bar runs to and fro
            progress.update(
                task,
                description=_WORDS[stage],
                completed=done,
                total=1 if done else None,
            )

        yield show

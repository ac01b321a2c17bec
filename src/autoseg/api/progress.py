"""A bar while a long call works: in a terminal, in a notebook, or nowhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tell = Callable[[str, float], None]
    Progress = bool | Tell | None

__all__ = ["in_notebook", "notebook_bar", "shown", "terminal_bar"]

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
_STARTING = "Starting"


@contextmanager
def shown(progress: Progress) -> Iterator[Tell | None]:
    """Give what to call with each stage and the share of it that is done.

    Parameters
    ----------
    progress : bool or callable, optional
        A callable is given back. True shows a bar, False shows nothing, and None shows
        one only where a person types and waits: in a notebook, or at a prompt whose
        standard error is a terminal. Not in a script, a pipe or where ``CI`` is set.

    Examples
    --------
    >>> with shown(None) as tell:
    ...     print(tell)
    None
    """
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and not _somebody_waits()):
        yield None
    elif in_notebook():
        with notebook_bar() as tell:
            yield tell
    else:
        # where it is asked for, it is shown whatever standard error is
        with terminal_bar(force=progress is True) as tell:
            yield tell


def in_notebook() -> bool:
    """Return whether this runs in a kernel, whose output is a page."""
    shell = _shell()
    return getattr(shell, "kernel", None) is not None


def _shell() -> Any:
    # whoever is in IPython has loaded it
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _somebody_waits() -> bool:
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        return False
    if in_notebook():
        return True
    at_prompt = hasattr(sys, "ps1") or _shell() is not None
    return at_prompt and sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def terminal_bar(*, force: bool = False) -> Iterator[Tell]:
    """Show a line on standard error that is gone in the end.

    Parameters
    ----------
    force : bool
        Whether to draw where standard error is no terminal, too.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TimeElapsedColumn

    console = Console(
        stderr=True,
        force_terminal=force or None,
        force_interactive=force or None,
        force_jupyter=False,
    )
    columns = "{task.description}", BarColumn(bar_width=24), TimeElapsedColumn()
    with Progress(
        SpinnerColumn(), *columns, console=console, transient=True
    ) as progress:
        task = progress.add_task(_STARTING, total=None)

        def tell(stage: str, done: float) -> None:
            # as long as nobody can tell how much is done, the bar runs to and fro
            progress.update(
                task,
                description=_WORDS[stage],
                completed=done,
                total=1 if done else None,
            )

        yield tell


@contextmanager
def notebook_bar() -> Iterator[Tell]:
    """Show a bar below the cell that is gone in the end.

    The page's own element is changed in place, so nothing has to be installed beside
    the kernel, and what else the cell has written stays. What is left is one empty
    output, the same after every run.
    """
    from IPython.display import display

    publish: Any = display
    handle = publish(_page(_STARTING, 0), raw=True, display_id=True)
    try:
        yield lambda stage, done: handle.update(_page(_WORDS[stage], done), raw=True)
    finally:
        handle.update({"text/html": "", "text/plain": ""}, raw=True)


def _page(words: str, done: float) -> dict[str, str]:
    # a bar without a value runs to and fro
    value = f' value="{done:.3f}"' if done else ""
    bar = f'<progress aria-label="{words}"{value}></progress>'
    return {"text/html": f"<div>{bar} {words}</div>", "text/plain": f"{words} …"}

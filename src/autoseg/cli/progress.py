"""What a long command shows while it works: a line on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["stages"]


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
    from autoseg.api.progress import terminal_bar

    with terminal_bar() as tell:
        yield tell

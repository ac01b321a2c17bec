"""How far a long stage has come, from its own steps and the statement that runs."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Course", "polled"]

_EVERY_S = 0.2


class Course:
    """The share of a stage that is done; never goes back.

    A stage says from which share to which each of its steps goes. Within a step the
    engine's own estimate of its statements moves it on.

    Parameters
    ----------
    tell : callable, optional
        Called with each new share, from 0 to 1; also from another thread, while a
        statement runs, and never by two threads at a time.

    Examples
    --------
    >>> told = []
    >>> course = Course(told.append)
    >>> course.step(0, 0.6)
    >>> course.within(0.5)
    >>> course.step(0.6, 1)
    >>> course.end()
    >>> told
    [0, 0.3, 0.6, 1]
    """

    def __init__(self, tell: Callable[[float], None] | None = None) -> None:
        self._tell = tell
        self._lock = Lock()
        self._begun = self._until = 0.0
        self._told = -1.0

    @property
    def is_followed(self) -> bool:
        """Whether anybody is told."""
        return self._tell is not None

    def step(self, begun: float, until: float) -> None:
        """Begin a step.

        Parameters
        ----------
        begun, until : float
            The shares that are done as it begins, and when it ends.
        """
        with self._lock:
            self._begun, self._until = begun, until
            self._report(begun)

    def within(self, share: float) -> None:
        """Say how much of the statement that runs is done.

        Parameters
        ----------
        share : float
            From 0 to 1.
        """
        with self._lock:
            self._report(self._begun + (self._until - self._begun) * share)

    def end(self) -> None:
        """Say that the stage is over."""
        self.step(1, 1)

    def _report(self, share: float) -> None:
        if self._tell is not None and share > self._told:
            self._told = share
            self._tell(share)


@contextmanager
def polled(ask: Callable[[], float | None], course: Course) -> Iterator[None]:
    """Ask again and again, in a thread of its own, how far a statement has come.

    Parameters
    ----------
    ask : callable
        Returns the share that is done, or None where nothing runs.
    course : Course
        Is moved on.
    """
    over = Event()

    def poll() -> None:
        while not over.wait(_EVERY_S):
            share = ask()
            if share is not None:
                course.within(share)

    thread = Thread(target=poll, name="autoseg-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

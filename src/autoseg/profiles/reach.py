"""When and through which channel to reach a segment, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.features import code_word, level_name

if TYPE_CHECKING:
    from autoseg.profiles.figures import Figures
    from autoseg.profiles.segments import Habit

__all__ = ["habit_sentence"]


def habit_sentence(habit: Habit, figures: Figures) -> str:
    """Return a habit that leads as a sentence to act on.

    Parameters
    ----------
    habit : Habit
        A weekday, a time of day, or the main channel.
    figures : Figures
        Prints its numbers.

    Returns
    -------
    str
    """
    entry = figures.features[habit.feature]
    kind, word = "channel", level_name(entry, figures.catalogue)
    if habit.code is not None:
        kind, word = entry.unit, code_word(entry, habit.code, figures.catalogue)
    sentence = figures.catalogue.text(
        f"profiles.reach.{kind}",
        word=word,
        share=figures.percent(habit.share),
        share_of_all=figures.percent(habit.share_of_all),
    )
    return sentence[0].upper() + sentence[1:]

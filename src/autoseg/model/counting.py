"""How many customers were put into which segment, counted as they pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from autoseg.clustering import UNSURE
from autoseg.locales import load_catalogue
from autoseg.model.groups import PROSPECTS, UNSCORABLE, group_name
from autoseg.profiles import MIN_CELL

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from autoseg.model.segment_model import SegmentModel

__all__ = ["AssignmentCounts", "GroupCount", "Tally"]


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many customers are in one segment, or in one group beside the segments.

    Parameters
    ----------
    number : int or None
        Number of the segment; None of a group.
    key, name : str
        Key, and name in the language that was asked for.
    n_customers : int
        Customers in it.

    Examples
    --------
    >>> GroupCount(1, "champions", "Champions", 120).n_customers
    120
    """

    number: int | None
    key: str
    name: str
    n_customers: int


@dataclass(frozen=True, slots=True)
class AssignmentCounts:
    """What came of scoring, in numbers.

    Parameters
    ----------
    groups : tuple of GroupCount
        The segments by number, then prospects and those who cannot be placed.
    n_unlike : int
        Customers who are unlike any segment.
    n_unsure : int
        Customers in a segment with confidence below 0.6.
    language : str
        Language of the names.

    Examples
    --------
    >>> groups = (GroupCount(1, "champions", "Champions", 120),)
    >>> AssignmentCounts(groups, n_unlike=3, n_unsure=30).share_unsure
    0.25
    """

    groups: tuple[GroupCount, ...]
    n_unlike: int
    n_unsure: int
    language: str = "en"

    @property
    def n_customers(self) -> int:
        """All customers, whatever they are in."""
        return sum(group.n_customers for group in self.groups)

    @property
    def share_unsure(self) -> float | None:
        """Share of the customers in segments who are unsure; None without any."""
        placed = sum(one.n_customers for one in self.groups if one.number is not None)
        return self.n_unsure / placed if placed else None

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data, exactly; for the owner of the data."""
        return asdict(self) | {
            "n_customers": self.n_customers,
            "share_unsure": self.share_unsure,
        }

    def table(self) -> Table:
        """Return the counts as a table for a terminal, none below 10 among them."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        texts = load_catalogue(self.language)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("", justify="right", style="dim")
        table.add_column(texts.text("model.scored.segment"), overflow="fold")
        table.add_column(texts.text("model.scored.customers"), justify="right")
        for group in self.groups:
            number = "" if group.number is None else str(group.number)
            table.add_row(number, Text(group.name), self._shown(group.n_customers))
        return table

    def notes(self) -> tuple[str, ...]:
        """Return in sentences how many are unlike any segment, and how many unsure."""
        texts = load_catalogue(self.language)
        return (
            texts.text("model.scored.unlike", count=self._shown(self.n_unlike)),
            texts.text("model.scored.unsure", share=self._share()),
        )

    def _share(self) -> str:
        if self.share_unsure is None or 0 < self.n_unsure < MIN_CELL:
            return self._shown(self.n_unsure)
        return load_catalogue(self.language).percent(self.share_unsure)

    def _shown(self, count: int) -> str:
        if 0 < count < MIN_CELL:
            return f"<{MIN_CELL}"
        return load_catalogue(self.language).number(count)


class Tally:
    """Counts customers as batches of them pass.

    Parameters
    ----------
    model : SegmentModel
        The rule.
    language : str
        Language of the names.
    """

    def __init__(self, model: SegmentModel, language: str) -> None:
        self._model = model
        self._language = language
        self._counts: Counter[str | int] = Counter()
        self._unlike = 0
        self._unsure = 0

    def add(self, assigned: pd.DataFrame) -> None:
        """Count the customers of one batch.

        Parameters
        ----------
        assigned : pandas.DataFrame
            As of `SegmentModel.assign`.
        """
        placed = assigned["segment"].notna()
        self._counts.update(assigned.loc[placed, "segment"].tolist())
        self._counts.update(assigned.loc[~placed, "segment_key"].tolist())
        self._unlike += int(assigned["unlike_any"].sum())
        self._unsure += int((assigned["confidence"] < UNSURE).sum())

    def result(self) -> AssignmentCounts:
        """Return what was counted."""
        language = self._language
        groups = [
            GroupCount(one.number, one.key, one.name(language), 0)
            for one in self._model.segments
        ]
        groups += [
            GroupCount(None, key, group_name(key, language), 0)
            for key in (PROSPECTS, UNSCORABLE)
        ]
        return AssignmentCounts(
            groups=tuple(
                GroupCount(
                    one.number,
                    one.key,
                    one.name,
                    self._counts[one.key if one.number is None else one.number],
                )
                for one in groups
            ),
            n_unlike=self._unlike,
            n_unsure=self._unsure,
            language=language,
        )

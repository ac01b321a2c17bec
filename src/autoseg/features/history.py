"""The features of every customer at the end of every period, in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from autoseg.engines import render
from autoseg.errors import Finding, InputError
from autoseg.features.compute import every_row, fetch, select
from autoseg.features.periods import Periods, read_step
from autoseg.features.query import DAY, REVENUE
from autoseg.features.table import FeatureTable
from autoseg.tables import give_warnings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from autoseg.engines import Engine
    from autoseg.features.feature import Feature
    from autoseg.features.periods import Step
    from autoseg.tables import StagedTables

__all__ = ["FeatureHistory", "feature_history"]

_MOST = 400
_SHOWN = 10


@dataclass(frozen=True, slots=True, repr=False)
class FeatureHistory:
    """The panel: one row a customer and day of analysis, one column a feature.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n_rows, n_features)
        float64; the index has the levels ``as_of`` (datetime64) and ``customer_id``,
        sorted. A customer appears from the first day of analysis after their first
        purchase. NaN where a feature is not defined.
    revenue : pandas.Series of shape (n_rows,)
        int64: net revenue in 1/10,000 of the currency's unit, exact; same index.
    features : tuple of Feature
        The entries of the columns.
    windows : tuple of tuple of datetime.date
        First day and day of analysis of each period, ascending; a first day of None
        is that of the data.
    spans : tuple of tuple of datetime.date
        Days of the first and the last row of each period; None where there is none.
    currency : str or None
        ISO code, where known.
    """

    frame: pd.DataFrame
    revenue: pd.Series[int]
    features: tuple[Feature, ...]
    windows: tuple[tuple[date | None, date], ...]
    spans: tuple[tuple[date | None, date | None], ...]
    currency: str | None

    @property
    def days(self) -> tuple[date, ...]:
        """The days of analysis, ascending."""
        return tuple(end for _, end in self.windows)

    def summary(self) -> str:
        """Return in a line what the history holds."""
        days = self.days
        span = "" if not days else f" from {days[0]} to {days[-1]}"
        told = [
            f"{self.frame.index.get_level_values('customer_id').nunique()} customers",
            f"{len(self.features)} features",
            f"{len(days)} days of analysis{span}",
        ]
        told += [] if self.currency is None else [self.currency]
        return ", ".join(told)

    def __repr__(self) -> str:
        return f"FeatureHistory: {self.summary()}\n{self.frame!r}"

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>{self.frame.to_html(max_rows=_SHOWN)}"

    def at(self, as_of: date) -> FeatureTable:
        """Return the features as of one of the days.

        The numbers are those that `compute_features` gives for that day alone.

        Parameters
        ----------
        as_of : datetime.date
            One of `days`.

        Raises
        ------
        autoseg.errors.InputError
            If it is none of them (``ASG_E_NO_PERIOD``).
        """
        if as_of not in self.days:
            raise InputError(
                Finding(
                    "ASG_E_NO_PERIOD",
                    "as_of",
                    f"{as_of} is no day of this history",
                    f"use one of {', '.join(map(str, self.days))}",
                )
            )
        here = self.frame.index.get_level_values(DAY) == pd.Timestamp(as_of)
        first, last = self.spans[self.days.index(as_of)]
        return FeatureTable(
            frame=self.frame[here].droplevel(DAY),
            revenue=self.revenue[here].droplevel(DAY),
            features=self.features,
            as_of=as_of,
            first_day=first,
            last_day=last,
            currency=self.currency,
        )


def feature_history(
    staged: StagedTables,
    features: Sequence[str | Feature] | None = None,
    *,
    every: str = "1 quarter",
    window: str | None = None,
) -> FeatureHistory:
    """Compute the features of every customer as of many days, in one statement.

    The days of analysis go back from that of the staged tables in equal steps, as
    long as there are rows before them. Each sees only what had happened by then. The
    rows are read once and rolled up by period; the periods before each day are merged.

    Parameters
    ----------
    staged : StagedTables
        What `autoseg.tables.stage` returns.
    features : sequence of str or Feature, optional
        As in `compute_features`. Attributes have no history: they are on every day
        what they are in the customers table, and the levels of channels and devices
        are those of all days.
    every : str
        Step between the days: a whole number of days, weeks, months, quarters or
        years.
    window : str, optional
        How far each day looks back; by default to the first row.

    Returns
    -------
    FeatureHistory

    Raises
    ------
    autoseg.errors.InputError
        If a step is no length of time (``ASG_E_STEP``), or there would be more than
        400 days (``ASG_E_PERIODS``); otherwise as `compute_features`.

    Examples
    --------
    >>> import pandas as pd
    >>> from autoseg.engines import DuckDBEngine
    >>> from autoseg.tables import stage
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["ann", "ann", "bo"],
    ...         "timestamp": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-20"]),
    ...         "amount": [100.0, 50.0, 80.0],
    ...     }
    ... )
    >>> with DuckDBEngine() as engine:
    ...     staged = stage(engine, orders, as_of="2024-04-01")
    ...     history = feature_history(staged, ["monetary"], every="1 month")
    >>> [str(day) for day in history.days]
    ['2024-02-01', '2024-03-01', '2024-04-01']
    >>> history.at(history.days[-1]).frame["monetary"].to_dict()
    {'ann': 150.0, 'bo': 80.0}
    """
    chosen, findings = select(staged, features)
    give_warnings(findings, stacklevel=2)
    windows = _windows(staged, read_step(every, "every"), window)
    periods, relations = Periods(windows), every_row(staged)
    result = fetch(staged, chosen, periods, relations)
    columns = result.sort_by([(DAY, "ascending"), ("customer_id", "ascending")])
    table = columns.to_pandas()
    index = pd.MultiIndex.from_arrays(
        [pd.to_datetime(table[DAY]), table["customer_id"]], names=[DAY, "customer_id"]
    )
    return FeatureHistory(
        frame=table[[one.name for one in chosen]].set_axis(index).astype("float64"),
        revenue=table[REVENUE].set_axis(index).astype("int64"),
        features=chosen,
        windows=windows,
        spans=_spans(staged.engine, periods, relations.tables["transactions"]),
        currency=staged.currency,
    )


def _spans(
    engine: Engine, periods: Periods, transactions: str
) -> tuple[tuple[date | None, date | None], ...]:
    """Return the days of the first and the last row of each period."""
    rows = engine.fetch_rows(
        render(
            "SELECT part, CAST(MIN(timestamp) AS DATE), CAST(MAX(timestamp) AS DATE)"
            f" FROM (SELECT {periods.part('timestamp')} AS part, timestamp"
            f" FROM {transactions}) AS dated GROUP BY part",
            engine.dialect,
        )
    )
    spans = []
    for first_part, end_part in periods.parts:
        within = [row for row in rows if first_part <= row[0] < end_part]
        spans.append(
            (
                min((first for _, first, _ in within), default=None),
                max((last for _, _, last in within), default=None),
            )
        )
    return tuple(spans)


def _windows(
    staged: StagedTables, step: Step, window: str | None
) -> tuple[tuple[date | None, date], ...]:
    """Return first day and day of analysis of each period, ascending."""
    length = None if window is None else read_step(window, "window")
    days: list[date] = []
    while (day := step.before(staged.as_of, len(days))) > staged.first_day:
        days.append(day)
        if len(days) > _MOST:
            raise InputError(
                Finding(
                    "ASG_E_PERIODS",
                    "every",
                    f"there are more than {_MOST} periods from {staged.first_day} to"
                    f" {staged.as_of}",
                    "use a longer step, or a later since",
                )
            )
    return tuple(
        (None if length is None else length.before(day), day) for day in reversed(days)
    )

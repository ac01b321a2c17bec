"""From whatever tables the user has to the features of each customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autoseg.features import Feature, FeatureTable
    from autoseg.features.times import PurchaseTimes
    from autoseg.tables import StagedSummaries, StagedTables
    from autoseg.tables.placing import Workplace

__all__ = ["Gathered", "gather"]


class Gathered(NamedTuple):
    """What is known of the customers.

    Parameters
    ----------
    staged : StagedTables or StagedSummaries
        What was staged, with the account of the cleaning; its engine is closed.
    table : FeatureTable
        Every feature that the tables carry.
    sample : list of str or None
        Ids of the customers that segments are to be found on; None for all.
    times : PurchaseTimes or None
        When each customer bought; None where they came summed up.
    """

    staged: StagedTables | StagedSummaries
    table: FeatureTable
    sample: list[str] | None
    times: PurchaseTimes | None


def gather(
    given: Mapping[str, object],
    settings: Mapping[str, Any],
    where: Workplace,
    progress: Callable[[str, float], None] | None = None,
    features: Sequence[str | Feature] | None = None,
) -> Gathered:
    """Stage the tables, warn of what was found, draw a sample, compute the features.

    Parameters
    ----------
    given : mapping of str to object
        ``"transactions"`` or ``"summaries"``, and the other tables; None where there
        is none.
    settings : mapping of str to object
        ``columns``, the bounds and the options of `autoseg.tables.stage`.
    where : Workplace
        Where to work with them.
    progress : callable, optional
        Called with ``"tables"`` or ``"features"`` and the share of it that is done.
    features : sequence of str or Feature, optional
        Features that segments are to be found on.

    Returns
    -------
    Gathered

    Raises
    ------
    InputError
        If the tables cannot be used, or not together (``ASG_E_TABLES``); or a feature
        cannot be computed, as in `autoseg.compute_features`.
    """
    from autoseg.api.sampling import draw_sample
    from autoseg.features import read_features
    from autoseg.features.compute import compute_selected, select
    from autoseg.features.times import purchase_times
    from autoseg.tables import StagedTables, give_warnings
    from autoseg.tables.placing import staged_tables
    from autoseg.tables.together import course_of

    with staged_tables(given, settings, where, progress) as staged:
        # 3: the caller of `segment`
        give_warnings(staged.findings, stacklevel=3)
        with course_of("features", staged.engine, progress) as course:
            course.step(0, 1)
            sample = draw_sample(staged)
            if not isinstance(staged, StagedTables):
                return Gathered(staged, read_features(staged), sample, None)
            chosen, found = select(staged, features, with_all=True)
            give_warnings(found, stacklevel=3)
            log = replace(staged.log, findings=(*staged.log.findings, *found))
            table = compute_selected(staged, chosen)
            times = purchase_times(staged)
            return Gathered(replace(staged, log=log), table, sample, times)

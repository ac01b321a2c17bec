"""Tempo: for how long a customer buys, how evenly, and whether it slows.

Ages and gaps are whole days. The mean gap telescopes to (last − first) / (n − 1),
so only the variation of the gaps has to look at each of them.
"""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["TEMPO"]

_RECENT = "SUM(CASE WHEN age <= 90 THEN 1 ELSE 0 END)"
_BEFORE = "SUM(CASE WHEN age > 90 AND age <= 180 THEN 1 ELSE 0 END)"
# n Σx² − (Σx)² is a whole number, so nothing cancels in floating point
_SD = (
    "SQRT(CAST(COUNT(gap) * SUM(gap * gap) - SUM(gap) * SUM(gap) AS DOUBLE)"
    " / NULLIF(CAST(COUNT(gap) * (COUNT(gap) - 1) AS DOUBLE), 0))"
)

TEMPO = feature_block(
    Feature(
        name="tenure_days",
        block="tempo",
        unit="days",
        meaning="Days from the day of the first purchase to the day of analysis.",
        sql="CAST(MAX(age) AS DOUBLE)",
        clustering=True,
    ),
    Feature(
        name="mean_gap_days",
        block="tempo",
        unit="days",
        meaning="Mean number of days between consecutive purchases.",
        sql=(
            "CAST(MAX(age) - MIN(age) AS DOUBLE)"
            " / NULLIF(CAST(COUNT(age) - 1 AS DOUBLE), 0)"
        ),
        missing=MissingRule.TENURE,
    ),
    Feature(
        name="sd_gap_days",
        block="tempo",
        unit="days",
        meaning=(
            "Sample standard deviation of the days between consecutive purchases; of"
            " three purchases or more."
        ),
        sql=_SD,
        missing=MissingRule.MEDIAN,
    ),
    Feature(
        name="gap_cv",
        block="tempo",
        unit="ratio",
        meaning=(
            "Coefficient of variation of the days between consecutive purchases:"
            " sample standard deviation by mean; 0 is clockwork."
        ),
        sql=(
            f"{_SD} / NULLIF(CAST(SUM(gap) AS DOUBLE)"
            " / NULLIF(CAST(COUNT(gap) AS DOUBLE), 0), 0)"
        ),
        missing=MissingRule.MEDIAN,
    ),
    Feature(
        name="overdue_ratio",
        block="tempo",
        unit="ratio",
        meaning=(
            "Days since the last purchase by the customer's own mean number of days"
            " between purchases; of two purchases or more that are not of one day."
        ),
        sql=(
            "CAST(MIN(age) * (COUNT(age) - 1) AS DOUBLE)"
            " / NULLIF(CAST(MAX(age) - MIN(age) AS DOUBLE), 0)"
        ),
        missing=MissingRule.MEDIAN,
    ),
    Feature(
        name="trend_90d",
        block="tempo",
        unit="score",
        meaning=(
            "Purchases of the last 90 days less those of the 90 days before, by"
            " their sum: −1 stopped, 0 even, 1 new or returned."
        ),
        sql=(
            f"CAST({_RECENT} - {_BEFORE} AS DOUBLE)"
            f" / NULLIF(CAST({_RECENT} + {_BEFORE} AS DOUBLE), 0)"
        ),
        missing=MissingRule.ZERO,
    ),
    Feature(
        name="longest_silence_days",
        block="tempo",
        unit="days",
        meaning=(
            "The longest time without a purchase, in days: between two purchases, or"
            " since the last one."
        ),
        sql=(
            "CAST(CASE WHEN MAX(gap) > MIN(age) THEN MAX(gap) ELSE MIN(age) END"
            " AS DOUBLE)"
        ),
    ),
    Feature(
        name="active_months",
        block="tempo",
        unit="count",
        meaning="Number of calendar months with a purchase.",
        sql="CAST(COUNT(DISTINCT month) AS DOUBLE)",
    ),
)

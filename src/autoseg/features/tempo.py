"""Tempo: when a customer buys, how often and how evenly.

Ages and gaps are whole days. The mean gap telescopes to (last − first) / (n − 1),
so only the variation of the gaps has to look at each of them.
"""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["TEMPO"]

_RECENT = "SUM(CASE WHEN age <= 90 THEN 1 ELSE 0 END)"
_BEFORE = "SUM(CASE WHEN age > 90 AND age <= 180 THEN 1 ELSE 0 END)"

TEMPO = feature_block(
    Feature(
        name="recency_days",
        block="tempo",
        unit="days",
        meaning="Days from the day of the last purchase to the day of analysis.",
        sql="CAST(MIN(age) AS DOUBLE)",
        clustering=True,
    ),
    Feature(
        name="frequency",
        block="tempo",
        unit="orders",
        meaning="Number of purchases.",
        sql="CAST(COUNT(age) AS DOUBLE)",
        clustering=True,
    ),
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
        name="gap_cv",
        block="tempo",
        unit="ratio",
        meaning=(
            "Coefficient of variation of the days between consecutive purchases:"
            " sample standard deviation by mean; 0 is clockwork."
        ),
        # n Σx² − (Σx)² is a whole number, so nothing cancels in floating point
        sql=(
            "SQRT(CAST(COUNT(gap) * SUM(gap * gap) - SUM(gap) * SUM(gap) AS DOUBLE)"
            " / NULLIF(CAST(COUNT(gap) * (COUNT(gap) - 1) AS DOUBLE), 0))"
            " / NULLIF(CAST(SUM(gap) AS DOUBLE)"
            " / NULLIF(CAST(COUNT(gap) AS DOUBLE), 0), 0)"
        ),
        source="gaps",
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
)

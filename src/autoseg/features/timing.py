"""Timing: on which days a customer buys."""

from __future__ import annotations

from autoseg.features.feature import Feature, feature_block

__all__ = ["TIMING"]

TIMING = feature_block(
    Feature(
        name="weekend_share",
        block="timing",
        unit="share",
        meaning="Share of the purchases made on a Saturday or a Sunday.",
        sql="CAST(SUM(weekend) AS DOUBLE) / NULLIF(CAST(COUNT(age) AS DOUBLE), 0)",
    ),
)

"""Channel: where a customer buys."""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["CHANNEL"]

CHANNEL = feature_block(
    Feature(
        name="distinct_channels",
        block="channel",
        unit="count",
        meaning="Number of different channels bought through.",
        sql="CAST(COUNT(*) AS DOUBLE)",
        source="channels",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"channel"}),
    ),
    Feature(
        name="top_channel_share",
        block="channel",
        unit="share",
        meaning="Share of what was spent that went through the first channel.",
        sql="CAST(MAX(spent) AS DOUBLE) / NULLIF(CAST(SUM(spent) AS DOUBLE), 0)",
        source="channels",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"channel"}),
    ),
)

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
)

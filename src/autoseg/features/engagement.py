"""Engagement: what a customer does besides buying."""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["ENGAGEMENT"]

ENGAGEMENT = feature_block(
    Feature(
        name="event_count",
        block="engagement",
        unit="count",
        meaning="Number of events, without the messages that the business sent.",
        sql="COALESCE(CAST(SUM(n_events) AS DOUBLE), 0)",
        source="events",
        needs=frozenset({"events"}),
    ),
    Feature(
        name="days_since_last_event",
        block="engagement",
        unit="days",
        meaning="Days from the day of the last event to the day of analysis.",
        sql="CAST(MIN(age) AS DOUBLE)",
        source="events",
        missing=MissingRule.TENURE,
        needs=frozenset({"events"}),
    ),
    Feature(
        name="campaign_response_share",
        block="engagement",
        unit="share",
        meaning="Share of the campaigns the customer was in that led to a response.",
        sql=(
            "CAST(SUM(n_converted) AS DOUBLE) / NULLIF(CAST(SUM(n_known) AS DOUBLE), 0)"
        ),
        source="responses",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"responses"}),
    ),
)

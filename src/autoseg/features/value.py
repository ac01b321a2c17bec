"""Value: how lately, how often and for how much a customer buys."""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["VALUE"]

VALUE = feature_block(
    Feature(
        name="recency_days",
        block="value",
        unit="days",
        meaning="Days from the day of the last purchase to the day of analysis.",
        sql="CAST(MIN(age) AS DOUBLE)",
        clustering=True,
    ),
    Feature(
        name="frequency",
        block="value",
        unit="orders",
        meaning="Number of purchases.",
        sql="CAST(COUNT(age) AS DOUBLE)",
        clustering=True,
    ),
    Feature(
        name="monetary",
        block="value",
        unit="currency",
        meaning="What the customer spent, net of returns.",
        sql="CAST(SUM(amount) AS DOUBLE)",
        clustering=True,
    ),
    Feature(
        name="average_order_value",
        block="value",
        unit="currency",
        meaning="Value of the purchases, before returns, by number of purchases.",
        sql="CAST(SUM(spent) AS DOUBLE) / NULLIF(CAST(COUNT(age) AS DOUBLE), 0)",
    ),
    Feature(
        name="median_order_value",
        block="value",
        unit="currency",
        meaning="Median value of the purchases; of two in the middle, their mean.",
        sql="CAST(SUM(tenths_at_median) AS DOUBLE) / NULLIF(CAST(10 AS DOUBLE), 0)",
        source="ranked",
    ),
    Feature(
        name="p90_order_value",
        block="value",
        unit="currency",
        meaning=(
            "90 % quantile of the value of the purchases, linear between two of them"
            " (numpy's and R's default)."
        ),
        sql="CAST(SUM(tenths_at_p90) AS DOUBLE) / NULLIF(CAST(10 AS DOUBLE), 0)",
        source="ranked",
    ),
    Feature(
        name="revenue_share_90d",
        block="value",
        unit="share",
        meaning="Value of the purchases of the last 90 days by that of all purchases.",
        sql=(
            "CAST(SUM(CASE WHEN age <= 90 THEN spent ELSE 0 END) AS DOUBLE)"
            " / NULLIF(CAST(SUM(spent) AS DOUBLE), 0)"
        ),
    ),
    Feature(
        name="gross_margin",
        block="value",
        unit="currency",
        meaning="Value less cost, over the bought lines whose cost is known.",
        sql="CAST(SUM(amount) - SUM(cost) AS DOUBLE)",
        source="costed",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"cost"}),
    ),
    Feature(
        name="margin_share",
        block="value",
        unit="share",
        meaning="Value less cost by value, over the bought lines whose cost is known.",
        sql=(
            "CAST(SUM(amount) - SUM(cost) AS DOUBLE)"
            " / NULLIF(CAST(SUM(amount) AS DOUBLE), 0)"
        ),
        source="costed",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"cost"}),
    ),
)

"""Value: what a customer spends."""

from __future__ import annotations

from autoseg.features.feature import Feature, feature_block

__all__ = ["VALUE"]

VALUE = feature_block(
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
)

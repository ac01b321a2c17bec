"""Returns: what a customer sends back."""

from __future__ import annotations

from autoseg.features.feature import Feature, feature_block

__all__ = ["RETURNS"]

RETURNS = feature_block(
    Feature(
        name="return_share",
        block="returns",
        unit="share",
        meaning=(
            "Value of the returns by value of the purchases; above 1 where earlier"
            " purchases, from before the data, came back."
        ),
        sql="CAST(SUM(returned) AS DOUBLE) / NULLIF(CAST(SUM(spent) AS DOUBLE), 0)",
    ),
    Feature(
        name="returned_order_share",
        block="returns",
        unit="share",
        meaning="Number of returns by number of purchases and returns.",
        sql=(
            "CAST(SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END) AS DOUBLE)"
            " / NULLIF(CAST(SUM(CASE WHEN amount = 0 THEN 0 ELSE 1 END) AS DOUBLE), 0)"
        ),
    ),
)

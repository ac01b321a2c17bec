"""Price: how much of the list price a customer pays, and what is left of it."""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["PRICE"]

PRICE = feature_block(
    Feature(
        name="discount_share",
        block="price",
        unit="share",
        meaning=(
            "Discount on the purchases by their value before discount; a purchase"
            " without a discount in the data had none."
        ),
        sql=(
            "CAST(SUM(discount) AS DOUBLE)"
            " / NULLIF(CAST(SUM(spent) + SUM(discount) AS DOUBLE), 0)"
        ),
        # only a discount recorded as negative can make the list price 0
        missing=MissingRule.ZERO,
        needs=frozenset({"discount"}),
    ),
    Feature(
        name="margin_share",
        block="price",
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

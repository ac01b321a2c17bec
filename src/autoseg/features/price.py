"""Price: how much of the list price a customer pays, and beside what others pay."""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block
from autoseg.features.trillionths import PER_ONE

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
        name="discounted_order_share",
        block="price",
        unit="share",
        meaning=(
            "Share of the purchases with a discount; a purchase without a discount in"
            " the data had none."
        ),
        sql=(
            "CAST(SUM(CASE WHEN discount > 0 THEN 1 ELSE 0 END) AS DOUBLE)"
            " / NULLIF(CAST(COUNT(age) AS DOUBLE), 0)"
        ),
        needs=frozenset({"discount"}),
    ),
    Feature(
        name="price_level",
        block="price",
        unit="ratio",
        meaning=(
            "What the customer paid by what the same units cost at the median unit"
            " price of each category, of all customers' lines in it; over the lines"
            " with a category, a positive amount and a positive quantity."
        ),
        sql=(
            "CASE WHEN COUNT(usual_whole) = COUNT(*) THEN CAST(SUM(paid) AS DOUBLE)"
            " / NULLIF(CAST(SUM(usual_whole) AS DOUBLE)"
            f" + CAST(SUM(usual_rest) AS DOUBLE) / {PER_ONE}, 0) END"
        ),
        source="priced",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"category", "quantity"}),
    ),
)

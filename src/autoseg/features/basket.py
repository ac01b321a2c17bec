"""Basket: how much and how widely a customer buys.

Products and categories count where they were paid for: on lines with a positive
amount.
"""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block
from autoseg.features.trillionths import PER_ONE

__all__ = ["BASKET"]

BASKET = feature_block(
    Feature(
        name="units_per_order",
        block="basket",
        unit="count",
        meaning="Mean number of units, over the purchases whose quantity is known.",
        sql="CAST(SUM(units) AS DOUBLE) / NULLIF(CAST(COUNT(units) AS DOUBLE), 0)",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"quantity"}),
    ),
    Feature(
        name="lines_per_order",
        block="basket",
        unit="count",
        meaning="Mean number of lines of a purchase.",
        sql="CAST(SUM(lines) AS DOUBLE) / NULLIF(CAST(COUNT(age) AS DOUBLE), 0)",
        needs=frozenset({"order_id"}),
    ),
    Feature(
        name="distinct_products",
        block="basket",
        unit="count",
        meaning="Number of different products bought.",
        sql="CAST(COUNT(*) AS DOUBLE)",
        source="products",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"product_id"}),
    ),
    Feature(
        name="distinct_categories",
        block="basket",
        unit="count",
        meaning="Number of different categories bought from.",
        sql="CAST(COUNT(*) AS DOUBLE)",
        source="categories",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"category"}),
    ),
    Feature(
        name="category_entropy",
        block="basket",
        unit="nats",
        meaning=(
            "Entropy −Σ p ln p of what was spent over the categories: exactly 0 with"
            " one, ln n where n of them have equal shares."
        ),
        sql=f"CAST(SUM(entropy) AS DOUBLE) / {PER_ONE}",
        source="spread",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"category"}),
    ),
    Feature(
        name="top_category_share",
        block="basket",
        unit="share",
        meaning="Share of what was spent that went to the customer's first category.",
        sql="CAST(MAX(spent) AS DOUBLE) / NULLIF(CAST(SUM(spent) AS DOUBLE), 0)",
        source="categories",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"category"}),
    ),
    Feature(
        name="repeat_product_share",
        block="basket",
        unit="share",
        meaning="Share of the different products bought that were bought on two days.",
        sql="CAST(SUM(again) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE), 0)",
        source="products",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"product_id"}),
    ),
)

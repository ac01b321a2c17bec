"""The contestants of ``features.py``: 15 features of every customer, in many ways.

Each takes the folder of the data and returns a table with `customer_id` and `NAMES`.
All read the same file of order lines, texts and floating point as a shop exports
them; only the query by itself reads the same rows as staging leaves them.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["AS_OF", "CLEAN", "CONTESTANTS", "IMPORTS", "LIMIT", "NAMES", "RAW"]

AS_OF = date(2025, 1, 1)
RAW, CLEAN = "lines.parquet", "clean.parquet"
LIMIT = "1GB"
NAMES = [
    "recency_days",
    "frequency",
    "tenure_days",
    "mean_gap_days",
    "gap_cv",
    "trend_90d",
    "monetary",
    "average_order_value",
    "weekend_share",
    "units_per_order",
    "lines_per_order",
    "distinct_products",
    "distinct_categories",
    "discount_share",
    "return_share",
]

# what both queries by hand say of orders, once there are orders
_OF_ORDERS = f"""
  SELECT customer_id, MIN(age) AS recency_days, COUNT(age) AS frequency,
    MAX(age) AS tenure_days, AVG(gap) AS mean_gap_days, STDDEV(gap) AS gap_sd,
    COUNT(*) FILTER (age <= 90) AS recent,
    COUNT(*) FILTER (age BETWEEN 91 AND 180) AS before,
    SUM(amount) AS monetary, SUM(amount) FILTER (amount > 0) AS spent,
    COUNT(*) FILTER (amount > 0 AND ISODOW(day) >= 6) AS weekend,
    AVG(quantity) FILTER (amount > 0) AS units_per_order,
    AVG(n_lines) FILTER (amount > 0) AS lines_per_order,
    SUM(discount) FILTER (amount > 0) AS discount,
    -SUM(amount) FILTER (amount < 0) AS returned{{more}}
  FROM (
    SELECT *, CASE WHEN amount > 0 THEN DATE '{AS_OF}' - day END AS age,
      CASE WHEN amount > 0 THEN day - LAG(day) OVER (
        PARTITION BY customer_id, amount > 0 ORDER BY day) END AS gap
    FROM o
  ) GROUP BY customer_id HAVING COUNT(age) > 0
"""
_SELECTED = """
  customer_id, recency_days, frequency, tenure_days, mean_gap_days,
  gap_sd / NULLIF(mean_gap_days, 0) AS gap_cv,
  (recent - before) / NULLIF(recent + before, 0) AS trend_90d,
  monetary, spent / frequency AS average_order_value,
  weekend / frequency AS weekend_share, units_per_order, lines_per_order,
  distinct_products, distinct_categories,
  discount / NULLIF(spent + discount, 0) AS discount_share,
  COALESCE(returned, 0) / spent AS return_share
"""
_SUMMED = """
  SELECT customer_id, order_id, CAST(MIN(timestamp) AS DATE) AS day,
    SUM(amount) AS amount, SUM(quantity) AS quantity, SUM(discount) AS discount,
    COUNT(*) AS n_lines{more}
  FROM {lines} GROUP BY customer_id, order_id
"""

NAIVE = f"""
WITH o AS ({_SUMMED.format(lines="'{path}'", more="")}),
a AS ({_OF_ORDERS.format(more="")}),
n AS (
  SELECT customer_id,
    COUNT(DISTINCT product_id) FILTER (amount > 0) AS distinct_products,
    COUNT(DISTINCT category) FILTER (amount > 0) AS distinct_categories,
    COUNT(DISTINCT order_id) AS n_orders
  FROM '{{path}}' GROUP BY customer_id
)
SELECT {_SELECTED}, n_orders FROM a JOIN n USING (customer_id)
"""

# categories are bits of one number, set as lines become orders; the numbering of
# products that helped elsewhere costs here what it brings
BY_HAND = f"""
WITH c AS MATERIALIZED (
  SELECT category, CAST(1 AS BIGINT) << (ROW_NUMBER() OVER () - 1) AS bit
  FROM (SELECT DISTINCT category FROM '{{path}}')
), o AS (
  {
    _SUMMED.format(
        lines="'{path}' LEFT JOIN c USING (category)",
        more=", BIT_OR(CASE WHEN amount > 0 THEN bit END) AS bits",
    )
}
), a AS MATERIALIZED (
  {_OF_ORDERS.format(more=", BIT_COUNT(BIT_OR(bits)) AS distinct_categories")}
), d AS MATERIALIZED (
  SELECT customer_id, COUNT(*) AS distinct_products
  FROM (SELECT DISTINCT customer_id, product_id FROM '{{path}}' WHERE amount > 0)
  GROUP BY customer_id
)
SELECT {_SELECTED} FROM a LEFT JOIN d USING (customer_id)
"""


def by_duckdb(sql: str, folder: Path, limit: str | None = None) -> object:
    """Run one statement."""
    import duckdb

    settings: dict[str, str | bool] = {"preserve_insertion_order": False}
    if limit is not None:
        settings |= {"memory_limit": limit, "temp_directory": str(folder / "spill")}
    connection = duckdb.connect(config=settings)
    return connection.sql(sql.format(path=folder / RAW)).to_arrow_table()


FLOOR = "SELECT customer_id, SUM(amount) FROM '{path}' GROUP BY customer_id"


def polars_two_stages(folder: Path) -> object:
    """Run Polars, lazy: lines to orders, orders to customers, pairs counted apart."""
    import polars as pl

    lines, bought, customers = _polars_orders(folder)
    paid = lines.filter(pl.col("amount") > 0)
    for column, name in (("product_id", NAMES[11]), ("category", NAMES[12])):
        pairs = paid.select("customer_id", column).unique()
        counted = pairs.group_by("customer_id").agg(pl.len().alias(name))
        customers = customers.join(counted, on="customer_id", how="left")
    return _polars_features(bought.join(customers, on="customer_id", how="left"))


def polars_naive(folder: Path) -> object:
    """Run Polars as it is written first, with a distinct count of everything."""
    import polars as pl

    lines, bought, customers = _polars_orders(folder)
    paid = pl.col("amount") > 0
    counted = lines.group_by("customer_id").agg(
        pl.col("product_id").filter(paid).n_unique().alias("distinct_products"),
        pl.col("category").filter(paid).n_unique().alias("distinct_categories"),
        pl.col("order_id").n_unique().alias("n_orders"),
    )
    customers = customers.join(counted, on="customer_id", how="left")
    return _polars_features(bought.join(customers, on="customer_id", how="left"))


def _polars_orders(folder: Path) -> tuple:
    """Return the lines, what there is to say of purchases, and of all orders."""
    import polars as pl

    c = pl.col
    lines = pl.scan_parquet(folder / RAW)
    orders = lines.group_by("customer_id", "order_id").agg(
        c("timestamp").min().dt.date().alias("day"),
        c("amount").sum(),
        c("quantity").sum(),
        c("discount").sum(),
        pl.len().alias("n_lines"),
    )
    bought = orders.filter(c("amount") > 0).sort("customer_id", "day")
    age = (pl.lit(AS_OF) - c("day")).dt.total_days()
    bought = bought.with_columns(
        age=age, gap=c("day").diff().over("customer_id").dt.total_days()
    )
    bought = bought.group_by("customer_id").agg(
        c("age").min().alias("recency_days"),
        pl.len().alias("frequency"),
        c("age").max().alias("tenure_days"),
        c("gap").mean().alias("mean_gap_days"),
        c("gap").std().alias("gap_sd"),
        (c("age") <= 90).sum().cast(pl.Int64).alias("recent"),
        c("age").is_between(91, 180).sum().cast(pl.Int64).alias("before"),
        c("amount").sum().alias("spent"),
        (c("day").dt.weekday() >= 6).mean().alias("weekend_share"),
        c("quantity").mean().alias("units_per_order"),
        c("n_lines").mean().alias("lines_per_order"),
        c("discount").sum(),
    )
    returned = c("amount").filter(c("amount") < 0).sum()
    customers = orders.group_by("customer_id").agg(
        c("amount").sum().alias("monetary"), returned.alias("returned")
    )
    return lines, bought, customers


def _polars_features(customers: object) -> object:
    import polars as pl

    c = pl.col
    moved = c("recent") + c("before")
    return (
        customers.with_columns(  # type: ignore[attr-defined]
            gap_cv=c("gap_sd") / c("mean_gap_days"),
            trend_90d=(c("recent") - c("before")) / moved,
            average_order_value=c("spent") / c("frequency"),
            discount_share=c("discount") / (c("spent") + c("discount")),
            return_share=-c("returned") / c("spent"),
        )
        .select("customer_id", *NAMES)
        .collect()
        .to_arrow()
    )


def pandas_two_stages(folder: Path) -> object:
    """Run two stages of pandas groupby, no Python function a customer."""
    import pandas as pd

    lines = pd.read_parquet(folder / RAW)
    by_order = lines.groupby(["customer_id", "order_id"], sort=False)
    orders = by_order.agg(
        moment=("timestamp", "min"),
        amount=("amount", "sum"),
        quantity=("quantity", "sum"),
        discount=("discount", "sum"),
        n_lines=("amount", "size"),
    ).reset_index()
    bought = orders[orders["amount"] > 0].copy()
    bought["age"] = (pd.Timestamp(AS_OF) - bought["moment"].dt.normalize()).dt.days
    bought = bought.sort_values(["customer_id", "age"])
    bought["gap"] = bought.groupby("customer_id")["age"].diff()
    bought["weekend"] = bought["moment"].dt.day_of_week >= 5
    bought["recent"] = bought["age"] <= 90
    bought["before"] = bought["age"].between(91, 180)
    out = bought.groupby("customer_id").agg(
        recency_days=("age", "min"),
        frequency=("age", "size"),
        tenure_days=("age", "max"),
        mean_gap_days=("gap", "mean"),
        gap_sd=("gap", "std"),
        recent=("recent", "sum"),
        before=("before", "sum"),
        spent=("amount", "sum"),
        discount=("discount", "sum"),
        weekend_share=("weekend", "mean"),
        units_per_order=("quantity", "mean"),
        lines_per_order=("n_lines", "mean"),
    )
    out["gap_cv"] = out["gap_sd"] / out["mean_gap_days"]
    out["trend_90d"] = (out["recent"] - out["before"]) / (out["recent"] + out["before"])
    out["average_order_value"] = out["spent"] / out["frequency"]
    out["discount_share"] = out["discount"] / (out["spent"] + out["discount"])
    out["monetary"] = orders.groupby("customer_id")["amount"].sum()
    returned = -orders[orders["amount"] < 0].groupby("customer_id")["amount"].sum()
    out["return_share"] = returned.reindex(out.index, fill_value=0) / out["spent"]
    paid = lines[lines["amount"] > 0].groupby("customer_id")
    out["distinct_products"] = paid["product_id"].nunique()
    out["distinct_categories"] = paid["category"].nunique()
    return out[NAMES].reset_index()


def autoseg(folder: Path, limit: str | None = None) -> object:
    """Stage the file, with all of its checks, and compute the features."""
    from autoseg.engines import DuckDBEngine
    from autoseg.features import compute_features
    from autoseg.tables import stage

    with DuckDBEngine(memory_limit=limit) as engine:
        staged = stage(engine, str(folder / RAW), as_of=AS_OF)
        return compute_features(staged, NAMES).frame[NAMES].reset_index()


def autoseg_query(folder: Path, limit: str | None = None) -> object:
    """Compute the features of lines that are known to be clean: the query alone."""
    from autoseg.engines import DuckDBEngine
    from autoseg.features import CATALOGUE
    from autoseg.features.query import Relations, write_query

    optional = frozenset({"quantity", "discount", "product_id", "category"})
    lines = Relations(
        tables={"transactions": f"'{folder / CLEAN}'"}, rolled={}, columns=optional
    )
    with DuckDBEngine(memory_limit=limit) as engine:
        features = [feature for name, feature in CATALOGUE.items() if name in NAMES]
        return engine.fetch_arrow(write_query(features, AS_OF, lines))


CONTESTANTS: dict[str, Callable[[Path], object]] = {
    "floor": partial(by_duckdb, FLOOR),
    "autoseg": autoseg,
    "autoseg, 1 GB limit": partial(autoseg, limit=LIMIT),
    "query": autoseg_query,
    "query, 1 GB limit": partial(autoseg_query, limit=LIMIT),
    "DuckDB by hand": partial(by_duckdb, BY_HAND),
    "DuckDB naive": partial(by_duckdb, NAIVE),
    "Polars, two stages": polars_two_stages,
    "Polars naive": polars_naive,
    "pandas, two stages": pandas_two_stages,
}
_OURS = ("autoseg.engines", "autoseg.features", "autoseg.tables", "duckdb", "pyarrow")
IMPORTS = {
    "autoseg": _OURS,
    "query": _OURS,
    "Polars": ("polars", "pyarrow"),
    "pandas": ("pandas", "pyarrow.parquet"),
}
"""What is imported before the clock starts, by the first word of the contestant."""

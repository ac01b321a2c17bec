"""Speed of the features: autoseg beside what people write, and the floor.

::

    python benchmarks/features.py [--lines 1000000 10000000] [--rounds 5] [--json OUT]

Every contestant starts from the same Parquet file of order lines and ends with the
same 15 features in memory; the floor is one GROUP BY SUM. Each run is a process of
its own, and the contestants take turns (A B C …, A B C …), so a busy moment hits all
of them. What counts are the ratios to the floor within one run of this script.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = date(2025, 1, 1)
COLUMNS = ("product_id", "category", "quantity", "discount")
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

NAIVE = f"""
WITH l AS (SELECT *, CAST(timestamp AS DATE) AS day FROM '{{path}}'),
o AS (
  SELECT customer_id, order_id, MIN(day) AS day, SUM(amount) AS amount,
    SUM(quantity) AS quantity, SUM(discount) AS discount, COUNT(*) AS n_lines
  FROM l GROUP BY ALL
),
p AS (
  SELECT *, day - LAG(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
  FROM o WHERE amount > 0
),
a AS (
  SELECT customer_id, DATE '{AS_OF}' - MAX(day) AS recency_days,
    COUNT(DISTINCT order_id) AS frequency, DATE '{AS_OF}' - MIN(day) AS tenure_days,
    AVG(gap) AS mean_gap_days, STDDEV(gap) / NULLIF(AVG(gap), 0) AS gap_cv,
    COUNT(*) FILTER (DATE '{AS_OF}' - day <= 90) AS recent,
    COUNT(*) FILTER (DATE '{AS_OF}' - day BETWEEN 91 AND 180) AS before,
    SUM(amount) AS spent, AVG(amount) AS average_order_value,
    AVG(CAST(ISODOW(day) >= 6 AS INT)) AS weekend_share,
    AVG(quantity) AS units_per_order, AVG(n_lines) AS lines_per_order,
    SUM(discount) / SUM(amount + discount) AS discount_share
  FROM p GROUP BY customer_id
),
n AS (
  SELECT customer_id, SUM(amount) AS monetary,
    COUNT(DISTINCT product_id) FILTER (amount > 0) AS distinct_products,
    COUNT(DISTINCT category) FILTER (amount > 0) AS distinct_categories,
  FROM l GROUP BY customer_id
),
r AS (
  SELECT customer_id, -SUM(amount) AS returned FROM o WHERE amount < 0 GROUP BY ALL
)
SELECT a.* EXCLUDE (recent, before, spent), n.* EXCLUDE (customer_id),
  (recent - before) / NULLIF(recent + before, 0) AS trend_90d,
  COALESCE(returned, 0) / spent AS return_share
FROM a JOIN n USING (customer_id) LEFT JOIN r USING (customer_id)
"""


def floor(path: str) -> object:
    """Run one GROUP BY SUM."""
    import duckdb

    sql = f"SELECT customer_id, SUM(amount) FROM '{path}' GROUP BY customer_id"
    return duckdb.sql(sql).to_arrow_table()


def naive(path: str) -> object:
    """Run the query that one writes without thinking of speed or of exact sums."""
    import duckdb

    return duckdb.sql(NAIVE.format(path=path)).to_arrow_table()


def pandas_groupby(path: str) -> object:
    """Run two stages of pandas groupby, no Python function a customer."""
    import pandas as pd

    lines = pd.read_parquet(path)
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
    return out[NAMES]


def autoseg(path: str) -> object:
    """Stage the file, with all of its checks, and compute the features."""
    from autoseg.engines import DuckDBEngine
    from autoseg.features import compute_features
    from autoseg.tables import stage

    with DuckDBEngine() as engine:
        return compute_features(stage(engine, path, as_of=AS_OF), NAMES)


def autoseg_staged(path: str) -> object:
    """Compute the features of rows that are known to be clean: the query alone."""
    from autoseg.engines import DuckDBEngine
    from autoseg.features import CATALOGUE
    from autoseg.features.query import write_query

    with DuckDBEngine() as engine:
        engine.execute(_LINES.format(path=path))
        engine.execute(_ORDERS)
        features = [feature for name, feature in CATALOGUE.items() if name in NAMES]
        return engine.fetch_arrow(write_query(features, AS_OF))


_LINES = """
CREATE TABLE transactions AS SELECT customer_id, order_id, timestamp,
  CAST(amount AS DECIMAL(18, 4)) AS amount,
  CAST(quantity AS DECIMAL(18, 4)) AS quantity,
  CAST(discount AS DECIMAL(18, 4)) AS discount, product_id, category
FROM '{path}'
"""
_ORDERS = """
CREATE TABLE orders AS SELECT customer_id, order_id, MIN(timestamp) AS ordered_at,
  CAST(SUM(amount) AS DECIMAL(18, 4)) AS amount,
  CASE WHEN SUM(amount) > 0 THEN 'purchase' WHEN SUM(amount) < 0 THEN 'return'
    ELSE 'zero' END AS kind,
  COUNT(*) AS n_lines, CAST(SUM(quantity) AS DECIMAL(18, 4)) AS quantity,
  CAST(SUM(discount) AS DECIMAL(18, 4)) AS discount
FROM transactions GROUP BY customer_id, order_id
"""

CONTESTANTS: dict[str, Callable[[str], object]] = {
    "floor": floor,
    "autoseg": autoseg,
    "autoseg, query only": autoseg_staged,
    "naive DuckDB": naive,
    "pandas": pandas_groupby,
}
OURS = ("autoseg.engines", "autoseg.features", "autoseg.tables", "duckdb", "pyarrow")
IMPORTS = {
    "autoseg": OURS,
    "autoseg, query only": OURS,
    "pandas": ("pandas", "pyarrow.parquet"),
}


def write_lines(path: str, lines: int) -> None:
    """Write order lines of planted customers and print how many came out."""
    from autoseg.datasets import make_customers

    frame = make_customers(
        # 25.9 lines a customer with these settings; the number of rows is reported
        max(lines // 26, 9),
        9,
        as_of=AS_OF,
        lines_per_order=2.5,
        columns=COLUMNS,
    ).transactions
    frame.to_parquet(path, index=False)
    print(json.dumps({"lines": len(frame)}))


def in_process(*arguments: str) -> dict[str, float]:
    """Run this script in a process of its own and return the figures it prints.

    The data are written in such a process too: a child's peak memory starts from
    what its parent holds, so this one has to stay small.
    """
    run = subprocess.run(  # noqa: S603 - this very script
        [sys.executable, __file__, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return figures


def contest(name: str, path: str) -> None:
    """Run one contestant here and print its figures; its imports do not count."""
    for module in IMPORTS.get(name, ("duckdb", "pyarrow")):
        import_module(module)
    start, cpu = time.perf_counter(), time.process_time()
    CONTESTANTS[name](path)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall_s": wall, "cpu_s": cpu, "peak_mb": peak}))


def compare(path: Path, lines: int, rounds: int) -> dict[str, object]:
    """Return medians, spreads and ratios to the floor, after a round to warm up."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTESTANTS}
    for turn in range(rounds + 1):
        for name, kept in runs.items():
            figures = in_process("--contestant", name, "--path", str(path))
            if turn:
                kept.append(figures)
    table: dict[str, dict[str, float]] = {}
    for name, kept in runs.items():
        row = {key: statistics.median(run[key] for run in kept) for key in kept[0]}
        walls = [run["wall_s"] for run in kept]
        table[name] = row | {"wall_min_s": min(walls), "wall_max_s": max(walls)}
    for row in table.values():
        for key in ("wall_s", "cpu_s", "peak_mb"):
            row[f"{key.split('_')[0]}_ratio"] = row[key] / table["floor"][key]
    return {"lines": lines, "rounds": rounds, "features": len(NAMES), "runs": table}


def show(result: dict[str, object]) -> None:
    """Print one comparison as a table."""
    print(f"\n{result['lines']:,} lines, {result['features']} features")
    print(f"{'':22}{'wall s':>9}{'× floor':>9}{'cpu s':>9}{'× floor':>9}{'peak MB':>9}")
    for name, row in result["runs"].items():
        print(
            f"{name:22}{row['wall_s']:9.3f}{row['wall_ratio']:9.1f}{row['cpu_s']:9.3f}"
            f"{row['cpu_ratio']:9.1f}{row['peak_mb']:9.0f}"
        )


def main() -> None:
    """Compare at each size and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--contestant", choices=CONTESTANTS)
    parser.add_argument("--write", type=int)
    parser.add_argument("--path")
    given = parser.parse_args()
    if given.write:
        write_lines(given.path, given.write)
        return
    if given.contestant:
        contest(given.contestant, given.path)
        return
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for lines in given.lines:
            path = Path(folder) / f"{lines}.parquet"
            written = in_process("--write", str(lines), "--path", str(path))
            results.append(compare(path, int(written["lines"]), given.rounds))
            show(results[-1])
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

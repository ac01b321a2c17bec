"""Build the packaged data sets from the data they derive from.

::

    python benchmarks/build_datasets.py FOLDER

FOLDER holds ``demo/full/*.parquet`` (grocery, copied as they are) and
``online_retail.parquet`` (order lines, summed to one row an invoice and customer).
The files that ship were written by this script; run it again only to change them.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

DATA = Path(__file__).parents[1] / "src" / "autoseg" / "datasets" / "data"
MAX_BYTES = 600_000

# unit prices have at most three decimals, so the sums are exact; an invoice is of one
# customer and one country, and some are stamped over two minutes
ONLINE_RETAIL = """
SELECT
  invoice_no AS order_id,
  customer_id,
  MIN(invoice_date) AS timestamp,
  CAST(SUM(quantity * CAST(unit_price AS DECIMAL(18, 3))) AS DOUBLE) AS amount,
  CAST(SUM(quantity) AS INTEGER) AS quantity,
  CAST(COUNT(*) AS INTEGER) AS n_lines,
  MIN(country) AS country
FROM read_parquet(?)
WHERE customer_id IS NOT NULL
GROUP BY invoice_no, customer_id
ORDER BY timestamp, order_id
"""


def main() -> None:
    """Write every packaged file."""
    source = Path(sys.argv[1])
    DATA.mkdir(exist_ok=True)
    for name in ("transactions", "customers", "events", "responses"):
        target = DATA / f"grocery_{name}.parquet"
        shutil.copyfile(source / "demo" / "full" / f"{name}.parquet", target)
        print(f"{target.name}: {target.stat().st_size:,} bytes")

    lines = str(source / "online_retail.parquet")
    orders = duckdb.connect().execute(ONLINE_RETAIL, [lines]).to_arrow_table()
    target = DATA / "online_retail.parquet"
    pq.write_table(orders, target, compression="zstd", compression_level=19)
    size = target.stat().st_size
    print(f"{target.name}: {size:,} bytes, {orders.num_rows:,} rows")
    if size > MAX_BYTES:
        sys.exit(f"{target.name} is larger than {MAX_BYTES:,} bytes")


if __name__ == "__main__":
    main()

"""Speed and memory of scoring: SQL, autoseg, and what people write, beside a scan.

::

    python benchmarks/scoring.py [--rows 10000000] [--rounds 5] [--method kmeans]
        [--folder DIR] [--json OUT]

Every contestant starts from the same Parquet file of features, 12 columns wide, and
ends with how many customers are in each of 6 segments; they all have to say the same,
or the script ends with what differs. The floor is a plain scan: the sum of each column
in DuckDB. Each run is a process of its own, and the contestants take turns (A B C …,
A B C …), so a busy moment hits all of them. What counts are the ratios within one run
of this script; peak memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

FEATURES, MODEL = "features.parquet", "model.autoseg"
COLUMNS = 12
SEGMENTS = 6
CHUNK = 65_536
FITTED = 20_000
# contestant, target: so many times the plain scan, by the wall clock
TARGETS = {"SQL, segment only": 2.5, "autoseg": 4.0}

Counts = dict[int, int]


def write_features(folder: Path, rows: int, method: str) -> None:
    """Write features of planted customers, and a model that was fitted to some."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from autoseg.clustering import AutoClusterer, CustomerScaler
    from autoseg.model import matrix_model, save_model

    rng = np.random.default_rng(0)
    names = [f"feature_{j}" for j in range(COLUMNS)]
    middles = rng.normal(0, 1, (SEGMENTS, COLUMNS))

    def some(n: int) -> np.ndarray:
        places = rng.integers(0, SEGMENTS, n)
        return np.exp(middles[places] + rng.normal(0, 0.6, (n, COLUMNS)))

    sample = pd.DataFrame(some(min(FITTED, max(rows, 500))), columns=names)
    scaler = CustomerScaler().fit(sample)
    clusterer = AutoClusterer(
        target=(SEGMENTS, SEGMENTS), k_range=(SEGMENTS, SEGMENTS), method=method
    )
    with warnings.catch_warnings(action="ignore"):
        clusterer.fit(scaler.transform(sample))
    save_model(matrix_model(scaler, clusterer), folder / MODEL)
    schema = pa.schema(
        [("customer_id", pa.string()), *((name, pa.float64()) for name in names)]
    )
    with pq.ParquetWriter(folder / FEATURES, schema) as writer:
        for start in range(0, rows, 1_000_000):
            n = min(1_000_000, rows - start)
            ids = pa.array([f"c{i:09d}" for i in range(start, start + n)])
            writer.write_table(pa.table([ids, *some(n).T], schema=schema))


def load(folder: Path) -> object:
    """Return the model."""
    from autoseg.model import load_model

    return load_model(folder / MODEL)


def by_duckdb(folder: Path, query: str) -> list[tuple]:
    """Run one query over the features."""
    import duckdb

    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute(f"CREATE VIEW features AS FROM '{folder / FEATURES}'")
    return connection.sql(query).fetchall()


def scan(folder: Path) -> Counts:
    """Sum up each column: what has to be read in any case."""
    names = load(folder).feature_names
    sums = ", ".join(f"SUM({name})" for name in names)
    by_duckdb(folder, f"SELECT {sums} FROM features")
    return {}


def sql_segment(folder: Path) -> Counts:
    """Score by the model's SQL, the segment alone."""
    query = load(folder).to_sql("duckdb", table="features", results=["segment"])
    rows = f"SELECT segment, COUNT(*) FROM ({query}) AS scored GROUP BY segment"
    return dict(by_duckdb(folder, rows))


def sql_everything(folder: Path) -> Counts:
    """Score by the model's SQL, with all that it can tell."""
    query = load(folder).to_sql("duckdb", table="features")
    rows = (
        "SELECT segment, COUNT(*), SUM(confidence), SUM(runner_up),"
        " COUNT(*) FILTER (unlike_any), MAX(segment_key), MAX(segment_name)"
        f" FROM ({query}) AS scored GROUP BY segment"
    )
    return {row[0]: row[1] for row in by_duckdb(folder, rows)}


def chunks(folder: Path, names: list[str]) -> Iterator[np.ndarray]:
    """Yield the features as matrices."""
    import numpy as np
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / FEATURES) as file:
        for batch in file.iter_batches(CHUNK, columns=names):
            yield np.column_stack([column.to_numpy() for column in batch.columns])


def numpy_in_chunks(folder: Path) -> Counts:
    """Score as one writes it in numpy: logarithms, cuts, one product of matrices."""
    import numpy as np

    model = load(folder)
    even_out = evened(model)
    means, offsets, log = densities(model)
    counts = np.zeros(SEGMENTS, dtype=np.int64)
    for values in chunks(folder, list(model.feature_names)):
        z = even_out(values)
        if log is None:
            scores = z @ (2 * means.T) - (means**2).sum(axis=1)
        else:
            scores = np.column_stack([log(z, j) for j in range(SEGMENTS)]) + offsets
        counts += np.bincount(scores.argmax(axis=1), minlength=SEGMENTS)
    return dict(zip(model.numbers, counts.tolist(), strict=True))


_ENDS, _SPREAD = ("low", "high"), ("mean", "scale")


def evened(model: object) -> Callable[[np.ndarray], np.ndarray]:
    """Return what takes features to the columns of a model of logarithms."""
    import numpy as np

    columns, outputs = model.columns, model.outputs
    if any(len(one.members) > 1 for one in outputs):
        sys.exit("the planted features were merged; plant others")
    columns = [columns[one.members[0]] for one in outputs]
    order = [one.members[0] for one in outputs]
    if {one.operation for one in columns} != {"log"}:
        sys.exit("the planted features are not all taken as logarithms")
    offset = np.array([one.offset for one in columns])
    low, high = (np.array([getattr(one, end) for one in columns]) for end in _ENDS)
    mean, scale = (
        np.array([getattr(one, what) for one in columns]) for what in _SPREAD
    )
    weight = np.array([one.weight / one.scale for one in outputs])

    def even_out(values: np.ndarray) -> np.ndarray:
        z = np.log(values[:, order] + offset)
        return (np.clip(z, low, high) - mean) / scale * weight

    return even_out


def densities(model: object) -> tuple:
    """Return centres, offsets and, of a mixture, the log-density of a component."""
    import numpy as np

    from autoseg.clustering.rule import log_kernel

    rule = model.rule
    if rule.family == "kmeans":
        return rule.means, rule.offsets, None

    def log(z: np.ndarray, j: int) -> np.ndarray:
        white = (z - rule.means[j]) @ rule.whiteners[j]
        squared = np.einsum("ij,ij->i", white, white)
        return log_kernel(squared, z.shape[1], rule.degrees_of_freedom)

    return rule.means, rule.offsets, log


def sklearn_predict(folder: Path) -> Counts:
    """Score by scikit-learn, in chunks as well: ``predict`` of its own estimator."""
    import numpy as np
    from sklearn.cluster import KMeans

    model = load(folder)
    if model.rule.family != "kmeans":
        return {}
    even_out = evened(model)
    estimator = KMeans(SEGMENTS, init=model.rule.means, n_init=1, max_iter=1)
    estimator.fit(model.rule.means)
    estimator.cluster_centers_ = np.ascontiguousarray(model.rule.means)
    counts = np.zeros(SEGMENTS, dtype=np.int64)
    for values in chunks(folder, list(model.feature_names)):
        labels = estimator.predict(even_out(values))
        counts += np.bincount(labels, minlength=SEGMENTS)
    return dict(zip(model.numbers, counts.tolist(), strict=True))


def autoseg(folder: Path, threads: int | None = None) -> Counts:
    """Score by ``assign_features`` in chunks, with all that it can tell."""
    from autoseg.model.featurefiles import scored_rows

    counts: Counts = {}
    for assigned in scored_rows(load(folder), folder / FEATURES, threads=threads):
        for number, n in assigned["segment"].value_counts().items():
            counts[number] = counts.get(number, 0) + int(n)
    return counts


def autoseg_one_thread(folder: Path) -> Counts:
    """Score as ``autoseg``, on one core beside the one that reads."""
    return autoseg(folder, threads=1)


CONTESTANTS: dict[str, Callable[[Path], Counts]] = {
    "scan": scan,
    "SQL, segment only": sql_segment,
    "SQL, everything": sql_everything,
    "autoseg": autoseg,
    "autoseg, one thread": autoseg_one_thread,
    "numpy in chunks": numpy_in_chunks,
    "scikit-learn predict": sklearn_predict,
}
IMPORTED = (
    "duckdb",
    "pyarrow.parquet",
    "sklearn.cluster",
    "autoseg.model.featurefiles",
)


def in_process(*arguments: str) -> dict:
    """Run this script in a process of its own and return what it prints.

    The data are written in such a process too: a child's peak memory starts from
    what its parent holds, so this one has to stay small.
    """
    run = subprocess.run(  # noqa: S603 - this very script
        [sys.executable, __file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.splitlines()[-1])


def contest(name: str, folder: Path) -> None:
    """Run one contestant here and print its figures; its imports do not count."""
    for module in IMPORTED:
        import_module(module)
    load(folder)
    start, cpu = time.perf_counter(), time.process_time()
    counts = CONTESTANTS[name](folder)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {str(number): n for number, n in sorted(counts.items())}
    print(json.dumps({"wall_s": wall, "cpu_s": cpu, "peak_mb": peak, "counts": told}))


def compare(folder: Path, rows: int, rounds: int, method: str) -> dict:
    """Return medians, spreads and ratios to the scan, once all say the same."""
    expected = in_process("--contestant", "autoseg", "--folder", str(folder))["counts"]
    names = list(CONTESTANTS)
    if method != "kmeans":
        names.remove("scikit-learn predict")
    runs: dict[str, list[dict]] = {name: [] for name in names}
    busy = []
    for _ in range(rounds):
        busy.append(os.getloadavg()[0])
        for name, kept in runs.items():
            found = in_process("--contestant", name, "--folder", str(folder))
            if name != "scan" and found["counts"] != expected:
                sys.exit(f"'{name}' says {found['counts']} and autoseg {expected}")
            kept.append(found)
    figures = ("wall_s", "cpu_s", "peak_mb")
    table = {}
    for name, kept in runs.items():
        row = {key: statistics.median(run[key] for run in kept) for key in figures}
        walls = [run["wall_s"] for run in kept]
        table[name] = row | {"wall_min_s": min(walls), "wall_max_s": max(walls)}
    for row in table.values():
        row["wall_by_scan"] = row["wall_s"] / table["scan"]["wall_s"]
        row["cpu_by_scan"] = row["cpu_s"] / table["scan"]["cpu_s"]
    return {
        "rows": rows,
        "columns": COLUMNS,
        "segments": SEGMENTS,
        "method": method,
        "rounds": rounds,
        "cores": os.cpu_count(),
        "load_before_rounds": busy,
        "runs": table,
    }


def show(result: dict) -> None:
    """Print the comparison as a table, and the targets beside what was measured."""
    runs = result["runs"]
    load_ = statistics.median(result["load_before_rounds"])
    print(
        f"\n{result['rows']:,} rows of {result['columns']} features,"
        f" {result['segments']} segments by {result['method']}, {result['rounds']}"
        f" rounds, {result['cores']} cores, load {load_:.1f}\n"
    )
    print("| way | wall s | from | to | × scan | cpu s | × scan | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, row in runs.items():
        print(
            f"| {name} | {row['wall_s']:.2f} | {row['wall_min_s']:.2f} |"
            f" {row['wall_max_s']:.2f} | {row['wall_by_scan']:.1f} |"
            f" {row['cpu_s']:.2f} | {row['cpu_by_scan']:.1f} | {row['peak_mb']:.0f} |"
        )
    print()
    for name, target in TARGETS.items():
        ratio = runs[name]["wall_by_scan"]
        met = "met" if ratio <= target else "MISSED"
        print(f"{name} / scan: wall {ratio:.2f}, target <= {target} {met}")


def main() -> None:
    """Compare and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--method", choices=("kmeans", "gmm"), default="kmeans")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="keep the data there")
    parser.add_argument("--contestant", choices=CONTESTANTS)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if given.write:
        write_features(given.folder, given.rows, given.method)
        print(json.dumps({"rows": given.rows}))
        return
    if given.contestant:
        contest(given.contestant, given.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.folder or temporary) / f"{given.method}-{given.rows}"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / FEATURES).exists():
            what = ("--rows", str(given.rows), "--method", given.method)
            in_process("--write", *what, "--folder", str(folder))
        result = compare(folder, given.rows, given.rounds, given.method)
    show(result)
    if given.json:
        text = json.dumps(result, indent=2)
        given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

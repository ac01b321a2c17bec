"""Speed and memory of the features: autoseg beside what people write, and the floor.

::

    python benchmarks/features.py [--lines 1000000 10000000 50000000] [--rounds 5]
        [--pandas-up-to 10000000] [--folder DIR] [--json OUT]

Every contestant of ``feature_queries.py`` starts from the same order lines in Parquet
and ends with the same 15 features in memory; the floor is one GROUP BY SUM. The
first round compares the results with each other, to 1e-9, and is not timed. Each run
is a process of its own, and the contestants take turns (A B C …, A B C …), so a busy
moment hits all of them. What counts are the ratios within one run of this script;
peak memory is that of the whole process.
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
from importlib import import_module
from pathlib import Path

from feature_queries import (
    AS_OF,
    CLEAN,
    CONTESTANTS,
    IMPORTS,
    LIMIT,
    NAMES,
    RAW,
)

COLUMNS = ("product_id", "category", "quantity", "discount")
# more lines are copies of these under other customer and order numbers
BASE = 5_000_000
TOLERANCE = 1e-9
LIMITED_FROM = 50_000_000
# contestant, figure, contestant that it is measured by, target and its direction
TARGETS = [
    ("query", "wall_s", "floor", "<=", 10.5),
    ("query", "wall_s", "DuckDB by hand", "<=", 1.1),
    ("DuckDB naive", "wall_s", "query", ">=", 1.8),
    ("Polars, two stages", "wall_s", "query", ">=", 1.4),
    ("pandas, two stages", "wall_s", "query", ">=", 3.5),
    ("query, 1 GB limit", "wall_s", "query", "<=", 1.2),
    ("autoseg, 1 GB limit", "wall_s", "autoseg", "<=", 1.2),
    ("query", "peak_mb", "DuckDB by hand", "<=", 1.0),
    ("query", "peak_mb", "DuckDB naive", "<=", 1.0),
    ("query", "peak_mb", "Polars, two stages", "<=", 1.0),
    ("query", "peak_mb", "Polars naive", "<=", 1.0),
    ("query", "peak_mb", "pandas, two stages", "<=", 1.0),
]


def write_lines(folder: Path, lines: int) -> None:
    """Write order lines of planted customers, raw and clean; print how many."""
    import duckdb

    from autoseg.datasets import make_customers

    base = folder / "base.parquet"
    copies = max(round(lines / BASE), 1)
    make_customers(
        # 25.9 lines a customer with these settings; the number of rows is reported
        max(lines // copies // 26, 9),
        9,
        as_of=AS_OF,
        lines_per_order=2.5,
        columns=COLUMNS,
    ).transactions.to_parquet(base, index=False)
    other = "CASE WHEN n = 0 THEN {0} ELSE {0} || '-' || n END AS {0}"
    numbers = ", ".join(other.format(name) for name in ("customer_id", "order_id"))
    exact = ", ".join(
        f"CAST({name} AS DECIMAL(18, 4)) AS {name}"
        for name in ("amount", "quantity", "discount")
    )
    connection = duckdb.connect()
    connection.execute(
        f"COPY (SELECT * REPLACE ({numbers}) FROM '{base}', range({copies}) AS r(n))"
        f" TO '{folder / RAW}' (FORMAT parquet)"
    )
    connection.execute(
        f"COPY (SELECT * REPLACE ({exact}) FROM '{folder / RAW}')"
        f" TO '{folder / CLEAN}' (FORMAT parquet)"
    )
    base.unlink()
    ((n_lines,),) = connection.sql(f"SELECT COUNT(*) FROM '{folder / RAW}'").fetchall()
    print(json.dumps({"lines": n_lines}))


def in_process(*arguments: str) -> dict[str, float]:
    """Run this script in a process of its own and return the figures it prints.

    The data are written in such a process too: a child's peak memory starts from
    what its parent holds, so this one has to stay small.
    """
    run = subprocess.run(  # noqa: S603 - this very script
        [sys.executable, __file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return figures


def contest(name: str, folder: Path, keep: Path | None) -> None:
    """Run one contestant here and print its figures; its imports do not count."""
    family = name.split(",", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    for module in IMPORTS.get(family, ("duckdb", "pyarrow")):
        import_module(module)
    start, cpu = time.perf_counter(), time.process_time()
    result = CONTESTANTS[name](folder)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if keep is not None and name != "floor":
        write_result(result, keep)
    print(json.dumps({"wall_s": wall, "cpu_s": cpu, "peak_mb": peak}))


def write_result(result: object, path: Path) -> None:
    """Write the features of all customers, as doubles and in order."""
    import duckdb

    columns = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in NAMES)
    connection = duckdb.connect()
    connection.register("result", result)
    connection.execute(
        f"COPY (SELECT customer_id, {columns} FROM result ORDER BY customer_id)"
        f" TO '{path}' (FORMAT parquet)"
    )


def differences(one: Path, other: Path) -> list[str]:
    """Return what differs between two results by more than the tolerance."""
    import duckdb

    # what cannot be computed is NULL to some and NaN to others
    known = "CASE WHEN NOT ISNAN({0}.{1}) THEN {0}.{1} END"
    counts = [f"COUNT(*) FILTER ({one_}.customer_id IS NULL)" for one_ in ("a", "b")]
    for name in NAMES:
        a, b = known.format("a", name), known.format("b", name)
        counts.append(
            f"COUNT(*) FILTER (({a} IS NULL) <> ({b} IS NULL)"
            f" OR ABS({a} - {b}) > {TOLERANCE} * GREATEST(1, ABS({a})))"
        )
    found = duckdb.sql(
        f"SELECT {', '.join(counts)} FROM '{one}' AS a FULL JOIN '{other}' AS b"
        " USING (customer_id)"
    ).fetchall()[0]
    labels = ["customers only there", "customers only here", *NAMES]
    return [f"{n} {label}" for n, label in zip(found, labels, strict=True) if n]


def agree(folder: Path, names: list[str]) -> None:
    """Run every contestant once, and end the program unless all say the same."""
    first = None
    for name in names:
        path = folder / f"result-{name.replace(' ', '-')}.parquet"
        arguments = "--contestant", name, "--folder", str(folder), "--keep", str(path)
        in_process(*arguments)
        if name == "floor":
            continue
        if first is None:
            first = path
            continue
        found = differences(first, path)
        path.unlink()
        if found:
            sys.exit(f"'{name}' and '{names[1]}' differ: {', '.join(found)}")
    if first is not None:
        first.unlink()


def compare(
    folder: Path, lines: int, rounds: int, names: list[str]
) -> dict[str, object]:
    """Return medians, spreads and ratios to the floor and to the query."""
    agree(folder, names)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    busy = []
    for _ in range(rounds):
        busy.append(os.getloadavg()[0])
        for name, kept in runs.items():
            kept.append(in_process("--contestant", name, "--folder", str(folder)))
    table: dict[str, dict[str, float]] = {}
    for name, kept in runs.items():
        row = {key: statistics.median(run[key] for run in kept) for key in kept[0]}
        walls = [run["wall_s"] for run in kept]
        table[name] = row | {"wall_min_s": min(walls), "wall_max_s": max(walls)}
    for row in table.values():
        for key in ("wall_s", "cpu_s", "peak_mb"):
            figure = key.split("_", maxsplit=1)[0]
            row[f"{figure}_by_floor"] = row[key] / table["floor"][key]
            row[f"{figure}_by_query"] = row[key] / table["query"][key]
    return {
        "lines": lines,
        "rounds": rounds,
        "features": len(NAMES),
        "cores": os.cpu_count(),
        "load_before_rounds": busy,
        "runs": table,
    }


def show(result: dict, left_out: list[str]) -> None:
    """Print one comparison as a table, and the targets beside what was measured."""
    runs = result["runs"]
    load = statistics.median(result["load_before_rounds"])
    print(
        f"\n{result['lines']:,} lines, {result['features']} features,"
        f" {result['rounds']} rounds, {result['cores']} cores, load {load:.1f}"
    )
    print(
        f"{'':21}{'wall s':>8}{'from':>8}{'to':>8}{'× floor':>8}{'× query':>8}"
        f"{'cpu s':>8}{'× floor':>8}{'× query':>8}{'peak MB':>9}{'× query':>8}"
    )
    for name, row in runs.items():
        print(
            f"{name:21}{row['wall_s']:8.2f}{row['wall_min_s']:8.2f}"
            f"{row['wall_max_s']:8.2f}{row['wall_by_floor']:8.1f}"
            f"{row['wall_by_query']:8.2f}{row['cpu_s']:8.2f}{row['cpu_by_floor']:8.1f}"
            f"{row['cpu_by_query']:8.2f}{row['peak_mb']:9.0f}{row['peak_by_query']:8.2f}"
        )
    for name in left_out:
        print(f"{name:21} not run at this size: it may not fit in memory")
    for name, figure, base, sign, target in TARGETS:
        if name in runs and base in runs:
            ratio = runs[name][figure] / runs[base][figure]
            met = ratio <= target if sign == "<=" else ratio >= target
            what = "peak" if figure == "peak_mb" else "wall"
            print(
                f"{name + ' / ' + base:42}{what} {ratio:6.2f}"
                f"  target {sign} {target:<5} {'met' if met else 'MISSED'}"
            )


def choose(lines: int, pandas_up_to: int) -> tuple[list[str], list[str]]:
    """Return who runs at a size, and who would but might not fit in memory."""
    big = lines >= LIMITED_FROM
    runs = [name for name in CONTESTANTS if big or LIMIT[0] + " GB" not in name]
    out = [name for name in runs if name.startswith("pandas") and lines > pandas_up_to]
    return [name for name in runs if name not in out], out


def main() -> None:
    """Compare at each size and write the figures."""
    sizes = [1_000_000, 10_000_000, 50_000_000]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=sizes)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pandas-up-to", type=int, default=10_000_000)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="keep the data there")
    parser.add_argument("--contestant", choices=CONTESTANTS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=int)
    given = parser.parse_args()
    if given.write:
        write_lines(given.folder, given.write)
        return
    if given.contestant:
        contest(given.contestant, given.folder, given.keep)
        return
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        for lines in given.lines:
            folder = Path(given.folder or temporary) / str(lines)
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "size.json").exists():
                written = json.loads((folder / "size.json").read_text())
            else:
                written = in_process("--write", str(lines), "--folder", str(folder))
                (folder / "size.json").write_text(json.dumps(written))
            names, left_out = choose(lines, given.pandas_up_to)
            if given.only:
                wanted = {"floor", "query", *given.only}
                names = [name for name in names if name in wanted]
            n_lines = int(written["lines"])
            results.append(compare(folder, n_lines, given.rounds, names))
            show(results[-1], left_out)
            if given.json:
                text = json.dumps(results, indent=2)
                given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

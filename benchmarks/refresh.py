"""Cost of a refresh beside a run over all rows.

::

    python benchmarks/refresh.py [--lines 1000000 10000000] [--rounds 3] [--json OUT]

The last hundredth of the order lines is new. A full run stages all lines with all of
their checks and computes 15 features; a refresh stages the new lines and computes the
same from the state. Each run is a process of its own, and the two take turns. What
counts is the ratio within one run of this script.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from features import AS_OF, NAMES, RAW
from features import in_process as in_process_of_features

NEW_SHARE = 0.01
ACTIONS = ("cut", "build", "full", "refresh")


def cut(folder: Path) -> str:
    """Write the lines before and from the day at which the last share begins."""
    import duckdb

    lines = f"'{folder / RAW}'"
    ((day,),) = duckdb.sql(
        f"SELECT QUANTILE_DISC(timestamp, {1 - NEW_SHARE})::DATE FROM {lines}"
    ).fetchall()
    for name, sign in (("old", "<"), ("new", ">=")):
        duckdb.execute(
            f"COPY (SELECT * FROM {lines} WHERE timestamp {sign} DATE '{day}')"
            f" TO '{folder}/{name}.parquet'"
        )
    return str(day)


def act(action: str, folder: Path, day: str) -> None:
    """Run one of the contestants here and print its figures."""
    import pandas as pd

    import autoseg
    from autoseg.features import compute_features  # noqa: F401 - imports do not count

    warnings.simplefilter("ignore")
    start, cpu = time.perf_counter(), time.process_time()
    if action == "build":
        autoseg.compute_features(
            folder / "old.parquet", NAMES, as_of=day, state=folder / "state"
        )
    elif action == "full":
        table = autoseg.compute_features(folder / RAW, NAMES, as_of=AS_OF)
    else:
        table = autoseg.refresh_features(
            folder / "turn", folder / "new.parquet", NAMES, as_of=AS_OF
        )
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"wall_s": wall, "cpu_s": cpu, "peak_mb": peak}
    if action != "build":
        hashed = pd.util.hash_pandas_object(table.frame).to_numpy().sum()
        told["hash"] = str(hashed)
    print(json.dumps(told))


def in_process(*arguments: str) -> dict[str, Any]:
    """Run this script in a process of its own and return the figures it prints."""
    done = subprocess.run(  # noqa: S603 - this very script
        [sys.executable, __file__, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def compare(folder: Path, lines: int, rounds: int) -> dict[str, object]:
    """Return the medians of both, and their ratio."""
    # what this process holds would count as the peak of the others
    in_process_of_features("--write", str(lines), "--folder", str(folder))
    day = in_process("--action", "cut", "--folder", str(folder))["day"]
    built = in_process("--action", "build", "--folder", str(folder), "--day", day)
    runs: dict[str, list[dict[str, Any]]] = {"full": [], "refresh": []}
    for _ in range(rounds):
        for action, kept in runs.items():
            shutil.rmtree(folder / "turn", ignore_errors=True)
            shutil.copytree(folder / "state", folder / "turn")
            kept.append(
                in_process("--action", action, "--folder", str(folder), "--day", day)
            )
    if len({run["hash"] for kept in runs.values() for run in kept}) != 1:
        message = "the refresh gave other numbers than the full run"
        raise SystemExit(message)
    medians = {
        action: {
            key: statistics.median(run[key] for run in kept)
            for key in ("wall_s", "cpu_s", "peak_mb")
        }
        for action, kept in runs.items()
    }
    return {"lines": lines, "rounds": rounds, "build": built, "runs": medians}


def show(result: dict[str, object]) -> None:
    """Print one comparison as a table."""
    print(f"\n{result['lines']:,} lines, {NEW_SHARE:.0%} of them new")
    print(f"{'':10}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}")
    runs = {"build": result["build"], **result["runs"]}
    for action, row in runs.items():
        print(
            f"{action:10}{row['wall_s']:9.2f}{row['cpu_s']:9.2f}{row['peak_mb']:9.0f}"
        )
    full, refresh = result["runs"]["full"], result["runs"]["refresh"]
    print(
        f"refresh by full: wall {refresh['wall_s'] / full['wall_s']:.1%}, "
        f"cpu {refresh['cpu_s'] / full['cpu_s']:.1%}"
    )


def main() -> None:
    """Compare at each size and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--action", choices=ACTIONS)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--day")
    given = parser.parse_args()
    if given.action == "cut":
        print(json.dumps({"day": cut(given.folder)}))
        return
    if given.action:
        act(given.action, given.folder, given.day)
        return
    results = []
    for lines in given.lines:
        with tempfile.TemporaryDirectory() as folder:
            results.append(compare(Path(folder), lines, given.rounds))
        show(results[-1])
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

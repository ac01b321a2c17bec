"""How long building a report takes after the fit, and how large its files are.

::

    python benchmarks/report.py [--customers 5000 1000000] [--rounds 3] [--json OUT]

Customers with planted segments are made and segmented in a process of their own, which
then builds the report ``--rounds`` times in each language: texts and pictures to the
finished page (HTML), and what the Markdown and the JSON take on top of the same
summary. The map is by principal components; a map by UMAP is as slow as UMAP is. The
first round holds the imports of what draws, as a user's first report does.
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
import warnings
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "nb", "da", "sv")
COLUMNS = ("category", "channel", "discount")
FORMATS = ("html", "markdown", "json")


def write_customers(path: Path, n: int) -> None:
    """Write the transactions of customers whose segments are planted."""
    from autoseg.datasets import make_customers

    made = make_customers(n, 6, columns=COLUMNS, currency="NOK")
    made.transactions.to_parquet(path, index=False)


def measure(path: Path, rounds: int) -> dict[str, Any]:
    """Segment the customers, and build their report again and again."""
    import autoseg

    warnings.simplefilter("ignore")
    start = time.perf_counter()
    segmentation = autoseg.segment(path, n_resamples=10)
    fit = time.perf_counter() - start
    runs = [build(segmentation, one) for _ in range(rounds) for one in LANGUAGES]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "customers": len(segmentation.labels),
        "segments": len(segmentation.profiles.segments),
        "fit_s": fit,
        "first_s": runs[0]["html_s"],
        "peak_mb": peak,
        "runs": runs,
    }


def build(segmentation: Any, language: str) -> dict[str, Any]:
    """Return what one report took in each format, in seconds and in kB."""
    start = time.perf_counter()
    report = segmentation.report(language)
    told: dict[str, Any] = {"language": language}
    told["summary_s"] = time.perf_counter() - start
    for form in FORMATS:
        start = time.perf_counter()
        text = getattr(report, form)()
        took = time.perf_counter() - start
        # the page is what a user waits for: from the segmentation to the end
        told[f"{form}_s"] = took + (told["summary_s"] if form == "html" else 0)
        told[f"{form}_kb"] = len(text.encode()) / 1000
    return told


def in_process(*arguments: str) -> str:
    """Run this script in a process of its own and return what it prints."""
    done = subprocess.run(  # noqa: S603 - this very script
        [sys.executable, __file__, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def compare(customers: int, rounds: int) -> dict[str, Any]:
    """Return the figures of one size."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "transactions.parquet")
        # what makes the customers would count as the peak of what segments them
        in_process("--write", path, "--customers", str(customers))
        told = in_process("--read", path, "--rounds", str(rounds))
    figures: dict[str, Any] = json.loads(told.splitlines()[-1])
    return figures


def show(results: list[dict[str, Any]]) -> None:
    """Print the sizes as a table in Markdown."""
    head = (
        "customers", "segments", "fit s", "first page s", "page s, median", "page kB",
        "Markdown kB", "JSON kB", "peak MB",
    )  # fmt: skip
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join(["---"] * len(head)) + " |")
    for one in results:
        runs = one["runs"]
        cells = (
            f"{one['customers']:,}", one["segments"], f"{one['fit_s']:.1f}",
            f"{one['first_s']:.2f}",
            f"{statistics.median(run['html_s'] for run in runs):.2f}",
            *(f"{max(run[f'{form}_kb'] for run in runs):.0f}" for form in FORMATS),
            f"{one['peak_mb']:.0f}",
        )  # fmt: skip
        print("| " + " | ".join(map(str, cells)) + " |")


def main() -> None:
    """Measure each size and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[5_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--read", type=Path)
    given = parser.parse_args()
    if given.write:
        write_customers(given.write, given.customers[0])
    elif given.read:
        print(json.dumps(measure(given.read, given.rounds)))
    else:
        results = [compare(customers, given.rounds) for customers in given.customers]
        show(results)
        if given.json:
            text = json.dumps(results, indent=2) + "\n"
            given.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

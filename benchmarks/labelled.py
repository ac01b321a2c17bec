"""Are the classes of public sets found again by who is not told them? Against peers.

::

    python benchmarks/labelled.py [--sets ...] [--methods ...] [--jobs 2] [--json OUT]

The sets come with packages and are loaded as they are needed: scikit-learn,
statsmodels, and R with mclust and MASS where they are installed. The same methods as
in ``quality.py`` get the columns under neutral names; the table holds the adjusted
Rand index with the classes. A class need not be a cluster, so no method can be
expected to reach 1: the oracles show what mixtures can do.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from peers import ORACLES, PEERS, NoAnswerError, lacking, run_r
from quality import attempt, count, markdown
from sklearn.datasets import (
    load_breast_cancer,
    load_digits,
    load_iris,
    load_wine,
)
from sklearn.metrics import adjusted_rand_score

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS = ["autoseg", *PEERS, *ORACLES]
DIGITS = 600


@dataclass(frozen=True, slots=True)
class Labelled:
    """Numbers, and the class of each row."""

    frame: pd.DataFrame
    truth: np.ndarray


def _labelled(frame: pd.DataFrame, *classes: str, without: tuple[str, ...] = ()):
    whole = frame.dropna()
    truth = whole.groupby(list(classes), observed=True).ngroup().to_numpy()
    columns = whole.drop(columns=[*classes, *without]).select_dtypes("number")
    neutral = [f"column_{j}" for j in range(columns.shape[1])]
    return Labelled(columns.astype(np.float64).set_axis(neutral, axis=1), truth)


def _of_sklearn(load: Callable) -> Callable[[], Labelled]:
    return lambda: _labelled(load(as_frame=True).frame, "target")


def _digits() -> Labelled:
    # 64 columns of 1,797 rows would take most of the time of this script
    frame = load_digits(as_frame=True).frame.sample(DIGITS, random_state=0)
    return _labelled(frame, "target")


def _of_statsmodels(name: str, *given) -> Callable[[], Labelled]:
    def load() -> Labelled:
        from statsmodels import datasets

        frame = getattr(datasets, name).load_pandas().data
        return _labelled(frame, *given[:1], without=given[1:])

    return load


def _of_r(
    package: str, name: str, *classes: str, without: tuple[str, ...] = ()
) -> Callable[[], Labelled]:
    def load() -> Labelled:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "set.csv")
            run_r(
                "-e",
                f"data(list = '{name}', package = '{package}');"
                f"write.csv(get('{name}'), '{path}', row.names = FALSE)",
            )
            return _labelled(pd.read_csv(path), *classes, without=without)

    return load


# mclust's wdbc is breast_cancer and R's iris is iris; the others of mclust are drawn
# from distributions or have no classes
SETS: dict[str, Callable[[], Labelled]] = {
    "iris": _of_sklearn(load_iris),
    "wine": _of_sklearn(load_wine),
    "breast_cancer": _of_sklearn(load_breast_cancer),
    "digits": _digits,
    "votes": _of_statsmodels("anes96", "vote", "logpopul"),
    "travel": _of_statsmodels(
        "modechoice", "mode", "individual", "choice", "hinc", "psize"
    ),
    "diabetes": _of_r("mclust", "diabetes", "class"),
    "thyroid": _of_r("mclust", "thyroid", "Diagnosis"),
    "banknote": _of_r("mclust", "banknote", "Status"),
    "crabs": _of_r("MASS", "crabs", "sp", "sex", without=("index",)),
    "glass": _of_r("MASS", "fgl", "type"),
    "biopsy": _of_r("MASS", "biopsy", "class", without=("ID",)),
}


def load(names: list[str]) -> dict[str, Labelled]:
    """Return the sets that are there, and print what is known of each."""
    found = {}
    for name in names:
        try:
            one = SETS[name]()
        # what R lacks; statsmodels is a dependency and has to be there
        except (NoAnswerError, OSError) as error:
            print(f"- {name}: not available here, {error}")
            continue
        found[name] = one
        n, d = one.frame.shape
        print(f"- {name}: {n} rows, {d} columns, {count(one.truth)} classes")
    return found


def measure(method: str, name: str, given: Labelled) -> dict[str, object]:
    """Return one row of results: one set, one method."""
    labels, told, seconds = attempt(method, given.frame, given.truth)
    return {
        "method": method,
        "set": name,
        "ari": adjusted_rand_score(given.truth, labels),
        "k": count(labels),
        "k_true": count(given.truth),
        "cpu_seconds": seconds,
        "failed": "error" in told,
    } | told


def report(results: pd.DataFrame, absent: dict[str, str]) -> None:
    """Print what each method reached on each set."""
    ari = results.pivot_table(index="method", columns="set", values="ari", sort=False)
    of = results.groupby("method")
    ari["mean"] = ari.mean(axis=1)
    ari["cpu"] = of.cpu_seconds.mean()
    ari["failed"] = of.failed.sum()
    ari = ari.sort_values("mean", ascending=False)
    print(f"\nAdjusted Rand index\n\n{markdown(ari, 2)}")
    k = results.pivot_table(index="method", columns="set", values="k", sort=False)
    print(f"\nSegments found\n\n{markdown(k.loc[ari.index].astype(int))}\n")
    for method, reason in absent.items():
        print(f"{method} is not available here: {reason}")
    if "error" in results:
        for row in results.dropna(subset="error").itertuples():
            print(f"{row.method} failed on {row.set}: {row.error}")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    absent = {name: why for name in options.methods if (why := lacking(name))}
    methods = [name for name in options.methods if name not in absent]
    sets = load(options.sets)
    rows = Parallel(n_jobs=options.jobs, batch_size=1)(
        delayed(measure)(method, name, given)
        for name, given in sets.items()
        for method in methods
    )
    if not rows:
        raise SystemExit("\n".join(f"{name}: {why}" for name, why in absent.items()))
    report(pd.DataFrame(rows), absent)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

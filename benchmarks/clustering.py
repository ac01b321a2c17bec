"""Time and memory of choosing k and fitting: autoseg beside the loops users write.

::

    python benchmarks/clustering.py [--customers 5000 50000 1000000] [--columns 12]
        [--rounds 3] [--only NAME ...] [--gmm-up-to 50000] [--n-jobs N] [--json OUT]
    python benchmarks/clustering.py --customers 5000000 --columns 20 --only autoseg

The customers are drawn from planted segments, half of the columns on a log scale. The
loops are k-means for k = 2 to 10 with the silhouette of all rows, and a Gaussian
mixture for four covariances and k = 1 to 10 with BIC, both on standardised logs. Each
run is a process of its own, and the contestants take turns (A B C, A B C), so that a
busy moment hits all of them. What counts are the ratios within one run of this script.

The silhouette of all rows grows with the square of their number, so beyond
``--silhouette-up-to`` the loop runs with k-means alone and its silhouettes are
extrapolated by the square from the largest size that was measured; beyond
``--gmm-up-to`` the mixtures are extrapolated in proportion. The table says which
figures these are. Memory is never extrapolated.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np

AUTOSEG, SILHOUETTE, GMM = "autoseg", "silhouette loop", "GMM-BIC loop"
KS = range(2, 11)
SHARES = (0.3, 0.25, 0.2, 0.12, 0.08, 0.05)
CHUNK = 100_000
FIGURES = ("wall_s", "cpu_s", "peak_mb")


def customers(n, d):
    """Return customers from six planted segments, and the segment of each."""
    rng = np.random.default_rng([n, d])
    k = len(SHARES)
    centres = rng.normal(size=(k, d))
    gaps = np.linalg.norm(centres[:, None] - centres, axis=2)
    centres *= 5 / gaps[np.triu_indices(k, 1)].min()
    roots = np.eye(d) + 0.25 * rng.normal(size=(k, d, d))
    X, truth = np.empty((n, d)), np.empty(n, dtype=np.int64)
    for start in range(0, n, CHUNK):
        z = rng.choice(k, size=min(CHUNK, n - start), p=SHARES)
        rows = rng.normal(size=(len(z), d))
        for j in range(k):
            rows[z == j] = centres[j] + rows[z == j] @ roots[j]
        rows[:, ::2] = np.exp(0.4 * rows[:, ::2] + 3)
        X[start : start + len(z)], truth[start : start + len(z)] = rows, z
    return X, truth


def logs(X):
    """Return standardised columns, of logarithms where nothing is negative."""
    from sklearn.preprocessing import StandardScaler

    X = X.copy()
    skewed = X.min(axis=0) >= 0
    X[:, skewed] = np.log1p(X[:, skewed])
    return StandardScaler(copy=False).fit_transform(X)


def run_autoseg(X, options):
    from autoseg.clustering import AutoClusterer, CustomerScaler

    began = time.perf_counter(), time.process_time()
    Z = CustomerScaler().fit_transform(X)
    scaled = time.perf_counter() - began[0], time.process_time() - began[1]
    model = AutoClusterer(n_jobs=options.n_jobs).fit(Z)
    extra = {"scaler_wall_s": scaled[0], "scaler_cpu_s": scaled[1]}
    return model.labels_, extra


def run_silhouette(X, options):
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    Z = logs(X)
    spent, scores, fits = [0.0, 0.0], {}, {}
    for k in KS:
        fits[k] = KMeans(k, n_init=10, random_state=0).fit(Z).labels_
        if len(X) <= options.silhouette_up_to:
            began = time.perf_counter(), time.process_time()
            scores[k] = silhouette_score(Z, fits[k])
            spent[0] += time.perf_counter() - began[0]
            spent[1] += time.process_time() - began[1]
    best = max(scores, key=scores.get) if scores else KS[0]
    extra = {"silhouette_wall_s": spent[0], "silhouette_cpu_s": spent[1]}
    return fits[best], extra


def run_gmm(X, options):  # noqa: ARG001
    from sklearn.mixture import GaussianMixture

    Z = logs(X)
    best = None
    for kind in ("full", "tied", "diag", "spherical"):
        for k in range(1, 11):
            fit = GaussianMixture(k, covariance_type=kind, random_state=0).fit(Z)
            bic = fit.bic(Z)
            if best is None or bic < best[0]:
                best = bic, fit
    return best[1].predict(Z), {}


CONTESTANTS = {AUTOSEG: run_autoseg, SILHOUETTE: run_silhouette, GMM: run_gmm}


def contest(name, n, options):
    """Run one contestant here and print its figures; data and imports do not count."""
    from sklearn.metrics import adjusted_rand_score

    import autoseg.clustering  # noqa: F401

    X, truth = customers(n, options.columns)
    held = peak()
    began = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        labels, extra = CONTESTANTS[name](X, options)
    figures = {
        "wall_s": time.perf_counter() - began[0],
        "cpu_s": time.process_time() - began[1],
        "peak_mb": peak(),
        "data_mb": X.nbytes / 2**20,
        "before_mb": held,
        "k": len(np.unique(labels)),
        "ari": adjusted_rand_score(truth, labels),
    }
    print(json.dumps(figures | extra))


def peak():
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_process(name, n, options):
    """Run one contestant in a process of its own and return what it prints."""
    command = [sys.executable, __file__, "--contestant", name, "--customers", str(n)]
    for option in ("columns", "silhouette_up_to", "n_jobs"):
        value = getattr(options, option)
        if value is not None:
            command += [f"--{option.replace('_', '-')}", str(value)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return json.loads(run.stdout.splitlines()[-1])


def medians(runs):
    """Return the median of each figure over the rounds."""
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def measure(n, options, before):
    """Return a row of figures for each contestant at one size."""
    names = [name for name in CONTESTANTS if name in options.only]
    if n > options.gmm_up_to and GMM in names:
        names.remove(GMM)
    runs = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            runs[name].append(in_process(name, n, options))
    rows = {name: medians(kept) | {"how": "measured"} for name, kept in runs.items()}
    if n > options.silhouette_up_to and SILHOUETTE in rows:
        extrapolate_silhouettes(rows[SILHOUETTE], n, before.get(SILHOUETTE))
    if GMM in options.only and GMM not in rows and GMM in before:
        known = before[GMM]
        rows[GMM] = {key: known[key] * n / known["n"] for key in ("wall_s", "cpu_s")}
        rows[GMM] |= {"how": f"in proportion from {known['n']:,}"}
    for row in rows.values():
        row["n"] = n
    return rows


def extrapolate_silhouettes(row, n, known):
    """Add the silhouettes that were left out, by the square from a size before."""
    # without silhouettes nothing was chosen
    del row["k"], row["ari"]
    if known is None:
        row["how"] = "without silhouettes"
        return
    for clock in ("wall", "cpu"):
        measured = known[f"silhouette_{clock}_s"] * (n / known["n"]) ** 2
        row[f"kmeans_{clock}_s"] = row[f"{clock}_s"]
        row[f"silhouette_{clock}_s"] = measured
        row[f"{clock}_s"] += measured
    row["how"] = f"silhouettes by n² from {known['n']:,}"
    row["peak_mb"] = None


def show(n, rows, options):
    """Print the figures of one size as a table in Markdown."""
    print(
        f"\n{n:,} customers × {options.columns} columns, {options.rounds} rounds,"
        f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f};"
        " × is the ratio to autoseg\n"
    )
    titles = ("wall s", "×", "CPU s", "×", "peak MB", "×", "k", "ARI", "how")
    print(f"| contestant | {' | '.join(titles)} |")
    print(f"| {' | '.join(['---'] * (len(titles) + 1))} |")
    for name, row in rows.items():
        cells = []
        for figure in FIGURES:
            value, own = row.get(figure), rows.get(AUTOSEG, {}).get(figure)
            cells.append("–" if value is None else f"{value:,.2f}")
            cells.append(f"{value / own:,.1f}" if value is not None and own else "–")
        cells.append(f"{row['k']:.0f}" if "k" in row else "–")
        cells.append(f"{row['ari']:.3f}" if "ari" in row else "–")
        print(f"| {name} | {' | '.join(cells)} | {row['how']} |", flush=True)


def main():
    """Compare at each size and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    sizes = [5000, 50_000, 1_000_000]
    parser.add_argument("--customers", type=int, nargs="+", default=sizes)
    parser.add_argument("--columns", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=CONTESTANTS)
    parser.add_argument("--silhouette-up-to", type=int, default=50_000)
    parser.add_argument("--gmm-up-to", type=int, default=50_000)
    parser.add_argument("--n-jobs", type=int)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--contestant", choices=CONTESTANTS)
    options = parser.parse_args()
    if options.contestant:
        contest(options.contestant, options.customers[0], options)
        return
    results, before = [], {}
    for n in sorted(options.customers):
        rows = measure(n, options, before)
        before |= {name: row for name, row in rows.items() if row["how"] == "measured"}
        show(n, rows, options)
        results.append({"customers": n, "columns": options.columns, "runs": rows})
        if options.json:
            text = json.dumps(results, indent=2)
            options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

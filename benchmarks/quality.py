"""Are planted segments found, and none where there are none? Against peers.

Run ``python benchmarks/quality.py --seeds fresh``. Settings are tuned on the dev seeds
only; what is reported comes from fresh ones. Prints tables and writes JSON.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from populations import NULL, STRUCTURED, draw
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from autoseg.clustering import AutoClusterer, CustomerScaler

SEEDS = {"dev": 1_000, "fresh": 77_000}
KS = range(2, 11)


def _logs(X):
    X = X.copy()
    nonnegative = X.min(axis=0) >= 0
    X[:, nonnegative] = np.log1p(X[:, nonnegative])
    return StandardScaler().fit_transform(X)


def _silhouette(Z):
    fits = [KMeans(k, n_init=10, random_state=0).fit(Z).labels_ for k in KS]
    return max(fits, key=lambda labels: silhouette_score(Z, labels))


def zscore_silhouette(frame):
    return _silhouette(StandardScaler().fit_transform(frame.to_numpy())), None


def logs_silhouette(frame):
    return _silhouette(_logs(frame.to_numpy())), None


def logs_gmm_bic(frame):
    Z = _logs(frame.to_numpy())
    fits = [
        GaussianMixture(k, covariance_type=kind, random_state=0).fit(Z)
        for kind in ("full", "tied", "diag", "spherical")
        for k in range(1, 11)
    ]
    return min(fits, key=lambda fit: fit.bic(Z)).predict(Z), None


def logs_hdbscan(frame):
    Z = _logs(frame.to_numpy())
    return HDBSCAN(min_cluster_size=max(5, len(Z) // 50), copy=True).fit(
        Z
    ).labels_, None


def autoseg(frame):
    scaled = CustomerScaler().set_output(transform="pandas").fit_transform(frame)
    model = AutoClusterer().fit(scaled)
    return model.labels_, model.selection_


METHODS = {
    f.__name__: f
    for f in (autoseg, zscore_silhouette, logs_silhouette, logs_gmm_bic, logs_hdbscan)
}


def measure(family, seed, method, *, refit):
    """Return one row of results: one population, one method."""
    population = draw(family, seed)
    frame = pd.DataFrame(population.X, columns=list(population.names))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.thread_time()
        labels, selection = METHODS[method](frame)
        seconds = time.thread_time() - began
        row = {
            "family": family,
            "seed": seed,
            "method": method,
            "n": len(frame),
            "k_true": int(population.truth.max()) + 1,
            "k": len(set(labels.tolist()) - {-1}),
            "ari": adjusted_rand_score(population.truth, labels),
            "cpu_seconds": seconds,
        }
        if selection is not None:
            row |= {
                "verdict": selection.verdict,
                "agreement": selection.agreement,
                "agreement_preferred": selection.agreement_preferred,
                "k_preferred": selection.k_preferred,
                "winner": selection.family,
            }
        if refit:
            rng = np.random.default_rng(seed)
            part = np.sort(rng.permutation(len(frame))[: int(0.8 * len(frame))])
            again, _ = METHODS[method](frame.iloc[part].reset_index(drop=True))
            row["refit"] = adjusted_rand_score(labels[part], again)
    return row


def main():
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", choices=SEEDS, default="dev")
    parser.add_argument("--populations", type=int, default=4, help="of each family")
    parser.add_argument("--nulls", type=int, default=6, help="of each null family")
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--no-refit", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    first = SEEDS[options.seeds]
    tasks = [
        (family, first + i, method, method != "logs_hdbscan" and not options.no_refit)
        for method in options.methods
        for family in STRUCTURED
        for i in range(options.populations)
    ]
    tasks += [
        (family, first + i, method, False)
        for method in options.methods
        for family in NULL
        for i in range(options.nulls)
    ]
    rows = Parallel(n_jobs=options.jobs)(
        delayed(measure)(family, seed, method, refit=refit)
        for family, seed, method, refit in tasks
    )
    results = pd.DataFrame(rows)
    report(results)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def report(results):
    """Print the tables."""
    pd.set_option("display.width", 120, "display.max_columns", 20)
    structured = results[results.family.isin(STRUCTURED)]
    null = results[results.family.isin(NULL)]
    by_family = structured.pivot_table(index="family", columns="method", values="ari")
    print("Mean ARI to the planted segments\n", by_family.round(2), "\n", sep="")
    table = structured.groupby("method").agg(
        ari=("ari", "mean"),
        exact_k=("k", lambda k: float((k == structured.k_true[k.index]).mean())),
        cpu_seconds=("cpu_seconds", "mean"),
        slowest=("cpu_seconds", "max"),
    )
    table["worst_family"] = by_family.min()
    if "refit" in structured:
        table["refit"] = structured.groupby("method").refit.mean()
    table["null_split"] = null.groupby("method").k.apply(
        lambda k: float((k > 1).mean())
    )
    print(table.sort_values("ari", ascending=False).round(3), "\n")
    own = results[results.method == "autoseg"]
    verdicts = own.groupby("family").agg(
        none=("verdict", lambda v: float((v == "none").mean())),
        lowest=("agreement_preferred", "min"),
        mean=("agreement_preferred", "mean"),
        highest=("agreement_preferred", "max"),
        k=("k", "median"),
        in_band=("k", lambda k: float(k.between(5, 7).mean())),
    )
    print(verdicts.round(2))
    is_null = own.family.isin(NULL)
    print(
        "none-verdicts: null",
        round(float((own[is_null].verdict == "none").mean()), 3),
        "structured",
        round(float((own[~is_null].verdict == "none").mean()), 3),
    )


if __name__ == "__main__":
    main()

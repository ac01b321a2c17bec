"""What others would do with the same customers, each as its users run it.

A peer takes a frame of customers and returns their labels. Most work on what guides
advise: log1p of the columns without negative numbers, then standardised; the two that
most people start with, k-means by silhouette and by elbow, also work on z-scores
alone. Numbers of segments go from 2 to 10, from 1 where the rule allows. The oracles
are told the truth, so they compete with nobody: they show what could be had.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_score,
)
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_K = 10
N_INIT = 10
GAP_REFERENCES = 10
GAP_N_INIT = 3
COVARIANCES = ("full", "tied", "diag", "spherical")
ORACLE_STARTS = 10
# with 30 columns its models of free shapes take longer than anyone waits
R_CPU_SECONDS = 600
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class NoAnswerError(RuntimeError):
    """A peer ran and has nothing to say."""


def z_scores(frame: pd.DataFrame) -> np.ndarray:
    """Return the columns standardised."""
    return StandardScaler().fit_transform(frame.to_numpy(dtype=np.float64))


def logs(frame: pd.DataFrame) -> np.ndarray:
    """Return log1p of the columns without negative numbers, all standardised."""
    X = frame.to_numpy(dtype=np.float64, copy=True)
    nonnegative = X.min(axis=0) >= 0
    X[:, nonnegative] = np.log1p(X[:, nonnegative])
    return StandardScaler().fit_transform(X)


def kmeans(Z: np.ndarray, k: int, n_init: int = N_INIT) -> KMeans:
    return KMeans(k, n_init=n_init, random_state=0).fit(Z)


def _kmeans_by(
    Z: np.ndarray, score: Callable[[np.ndarray, np.ndarray], float]
) -> np.ndarray:
    fits = [kmeans(Z, k).labels_ for k in range(2, MAX_K + 1)]
    return max(fits, key=lambda labels: score(Z, labels))


def kmeans_silhouette_z(frame: pd.DataFrame) -> np.ndarray:
    """k-means on z-scores, k of the widest silhouette."""
    return _kmeans_by(z_scores(frame), silhouette_score)


def kmeans_silhouette(frame: pd.DataFrame) -> np.ndarray:
    """k-means on logs, k of the widest silhouette."""
    return _kmeans_by(logs(frame), silhouette_score)


def kmeans_calinski(frame: pd.DataFrame) -> np.ndarray:
    """k-means on logs, k by Calinski and Harabasz."""
    return _kmeans_by(logs(frame), calinski_harabasz_score)


def kmeans_davies(frame: pd.DataFrame) -> np.ndarray:
    """k-means on logs, k by Davies and Bouldin."""
    return _kmeans_by(logs(frame), lambda Z, labels: -davies_bouldin_score(Z, labels))


def _kmeans_elbow(Z: np.ndarray) -> np.ndarray:
    from kneed import KneeLocator

    fits = [kmeans(Z, k) for k in range(1, MAX_K + 1)]
    knee = KneeLocator(
        range(1, MAX_K + 1),
        [fit.inertia_ for fit in fits],
        curve="convex",
        direction="decreasing",
    ).elbow
    if knee is None:
        message = "kneed found no elbow"
        raise NoAnswerError(message)
    return fits[int(knee) - 1].labels_


def kmeans_elbow_z(frame: pd.DataFrame) -> np.ndarray:
    """k-means on z-scores, k at the elbow of the inertia."""
    return _kmeans_elbow(z_scores(frame))


def kmeans_elbow(frame: pd.DataFrame) -> np.ndarray:
    """k-means on logs, k at the elbow of the inertia."""
    return _kmeans_elbow(logs(frame))


def kmeans_gap(frame: pd.DataFrame) -> np.ndarray:
    """k-means on logs, k by the gap statistic (Tibshirani, Walther, Hastie 2001).

    References are uniform in the box along the principal components, their choice
    "b"; k is the smallest whose gap reaches the next one less one standard error.
    """
    Z = logs(frame)
    ks = range(1, MAX_K + 1)
    fits = [kmeans(Z, k, GAP_N_INIT) for k in ks]
    axes = np.linalg.svd(Z, full_matrices=False)[2]
    low, high = (Z @ axes.T).min(axis=0), (Z @ axes.T).max(axis=0)
    rng = np.random.default_rng(0)
    chance = np.empty((GAP_REFERENCES, MAX_K))
    for row in chance:
        reference = rng.uniform(low, high, size=Z.shape) @ axes
        row[:] = [np.log(kmeans(reference, k, GAP_N_INIT).inertia_) for k in ks]
    gap = chance.mean(axis=0) - np.log([fit.inertia_ for fit in fits])
    error = chance.std(axis=0) * np.sqrt(1 + 1 / GAP_REFERENCES)
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    return fits[enough[0] if len(enough) else MAX_K - 1].labels_


def gmm_bic(frame: pd.DataFrame) -> np.ndarray:
    """scikit-learn's mixtures on logs, four covariances and 1 to 10 parts, by BIC."""
    Z = logs(frame)
    fits = []
    for kind in COVARIANCES:
        for k in range(1, MAX_K + 1):
            model = GaussianMixture(k, covariance_type=kind, random_state=0)
            try:
                fits.append(model.fit(Z))
            except ValueError:
                # a part that collapsed; a loop over models goes on with the next
                continue
    return min(fits, key=lambda fit: fit.bic(Z)).predict(Z)


def hdbscan(frame: pd.DataFrame) -> np.ndarray:
    """HDBSCAN on logs, segments of 2 % and more; noise is labelled -1."""
    Z = logs(frame)
    smallest = max(5, len(Z) // 50)
    return HDBSCAN(min_cluster_size=smallest, copy=True).fit(Z).labels_


def xmeans(frame: pd.DataFrame) -> np.ndarray:
    """X-means of pyclustering on logs, from 2 to 10 segments."""
    from pyclustering.cluster.center_initializer import kmeans_plusplus_initializer
    from pyclustering.cluster.xmeans import xmeans as model

    # pyclustering 0.10.1 asks for what numpy 1.24 dropped; it was Python's own module
    np.warnings = warnings
    rows = logs(frame).tolist()
    start = kmeans_plusplus_initializer(rows, 2, random_state=0).initialize()
    found = model(rows, start, kmax=MAX_K, random_state=0).process()
    return np.asarray(found.predict(rows))


def clusteval(frame: pd.DataFrame) -> np.ndarray:
    """clusteval as it comes, Ward's tree cut by silhouette, on logs."""
    from clusteval import clusteval as model

    # the upper end is left out of its range
    found = model(max_clust=MAX_K + 1, verbose="silent").fit(logs(frame))
    return np.asarray(found["labx"])


def mclust_in_r(frame: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Return the labels of R's mclust on logs, and CPU seconds of its fits alone."""
    with tempfile.TemporaryDirectory() as folder:
        columns, labels = Path(folder, "columns.csv"), Path(folder, "labels.txt")
        pd.DataFrame(logs(frame)).to_csv(columns, index=False)
        script = Path(__file__).with_name("mclust.R")
        done = run_r(str(script), str(columns), str(labels))
        return np.loadtxt(labels, dtype=np.int64), float(done.split()[-1])


def mclust(frame: pd.DataFrame) -> np.ndarray:
    """R's mclust on logs: 14 models, 1 to 10 parts, by BIC."""
    return mclust_in_r(frame)[0]


def run_r(*arguments: str) -> str:
    """Return what Rscript prints; its own words are the error if it fails."""
    done = subprocess.run(  # noqa: S603 - a script of ours and files of ours
        [shutil.which("Rscript") or "Rscript", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | ONE_THREAD,
        preexec_fn=_limit_cpu,
    )
    if done.returncode:
        said = " ".join(done.stderr.replace("Execution halted", "").split())
        message = said or f"R was stopped, at most after {R_CPU_SECONDS} CPU seconds"
        raise NoAnswerError(message)
    return done.stdout


def _limit_cpu() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (R_CPU_SECONDS, R_CPU_SECONDS))


def oracle_full(frame: pd.DataFrame, truth: np.ndarray) -> np.ndarray:
    """The likeliest full mixture of ten starts at the true k, on autoseg's columns."""
    from autoseg.clustering import CustomerScaler

    Z = np.asarray(CustomerScaler().fit_transform(frame))
    k = len(np.unique(truth))
    model = GaussianMixture(k, n_init=ORACLE_STARTS, random_state=0)
    return model.fit(Z).predict(Z)


def oracle_pool(frame: pd.DataFrame, truth: np.ndarray) -> np.ndarray:
    """The candidate of autoseg that is nearest to the truth."""
    from autoseg.clustering import CustomerScaler
    from autoseg.clustering.candidates import fit_all

    Z = np.asarray(CustomerScaler().fit_transform(frame))
    fits = fit_all(Z, range(1, MAX_K + 1), seed=0, n_jobs=1)
    return max(
        (fitted.labels for fitted in fits),
        key=lambda labels: adjusted_rand_score(truth, labels),
    )


PEERS = {
    peer.__name__: peer
    for peer in (
        kmeans_silhouette_z,
        kmeans_silhouette,
        kmeans_elbow_z,
        kmeans_elbow,
        kmeans_calinski,
        kmeans_davies,
        kmeans_gap,
        gmm_bic,
        hdbscan,
        xmeans,
        clusteval,
        mclust,
    )
}
ORACLES = {oracle.__name__: oracle for oracle in (oracle_full, oracle_pool)}
_PACKAGES = {
    "kmeans_elbow_z": "kneed",
    "kmeans_elbow": "kneed",
    "xmeans": "pyclustering.cluster.xmeans",
    "clusteval": "clusteval",
}


def lacking(name: str) -> str | None:
    """Return what a peer needs and this machine has not; imports it on the way."""
    if name == "mclust":
        return _lacking_mclust()
    try:
        import_module(_PACKAGES.get(name, "sklearn"))
    except ImportError as error:
        return str(error)
    return None


@cache
def _lacking_mclust() -> str | None:
    if shutil.which("Rscript") is None:
        return "Rscript is not installed"
    try:
        run_r("-e", "suppressPackageStartupMessages(library(mclust))")
    except NoAnswerError as error:
        return str(error)
    return None

"""The same bytes for any number of jobs and threads, and for any order of rows."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import AutoClusterer, CustomerScaler

SAMPLE = 400
# below the sample, and above it, where the rest is refined on and assigned
SIZES = (300, 3000)


def customers(n):
    rng = np.random.default_rng(n)
    centres = np.array([[0.0, 0, 0, 0], [5, 0, 2, 0], [0, 5, 0, 3]])
    z = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    X = centres[z] + rng.normal(size=(n, 4))
    # counts, equal customers and minus zero are where an order could show
    X[:, 3] = np.round(X[:, 3])
    X[: n // 20] = X[0]
    X[X == 0] = -0.0
    X[:, 0] = np.exp(0.4 * X[:, 0])
    return X


def fitted(X, **settings):
    Z = CustomerScaler().fit_transform(X)
    return AutoClusterer(
        sample_size=SAMPLE, target=(3, 4), k_range=(1, 4), **settings
    ).fit(Z)


def fingerprint(model, order=None):
    """Return a digest of the labels, each array of the rule and the whole account."""
    labels = np.empty_like(model.labels_)
    labels[slice(None) if order is None else order] = model.labels_
    rule = model.rule_
    parts = {
        "labels": labels.tobytes(),
        "weights": rule.weights.tobytes(),
        "means": rule.means.tobytes(),
        "whiteners": rule.whiteners.tobytes(),
        "selection": repr(model.selection_).encode(),
    }
    return {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}


@pytest.fixture(scope="module", params=SIZES)
def known(request):
    X = customers(request.param)
    return X, fingerprint(fitted(X, n_jobs=1))


@pytest.mark.parametrize("n_jobs", [2, 8])
def test_the_number_of_jobs_changes_no_byte(known, n_jobs):
    X, expected = known
    assert fingerprint(fitted(X, n_jobs=n_jobs)) == expected


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_rows_changes_no_byte(known, seed):
    X, expected = known
    order = np.random.default_rng(seed).permutation(len(X))
    assert fingerprint(fitted(X[order]), order) == expected


def test_the_layout_in_memory_and_the_kind_of_table_change_no_byte(known):
    X, expected = known
    assert fingerprint(fitted(np.asfortranarray(X))) == expected
    assert fingerprint(fitted(pd.DataFrame(X).to_numpy())) == expected


@pytest.mark.parametrize("threads", ["1", "4"])
def test_the_number_of_threads_changes_no_byte(threads):
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]);"
        " import test_reproducible as t;"
        " print(json.dumps([t.fingerprint(t.fitted(t.customers(n))) for n in t.SIZES]))"
    )
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    run = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        env=os.environ | dict.fromkeys(names, threads),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    expected = [fingerprint(fitted(customers(n))) for n in SIZES]
    assert json.loads(run.stdout) == expected


def test_one_row_gets_the_label_that_it_has_among_all(known):
    X, _ = known
    model = fitted(X)
    Z = CustomerScaler().fit(X).transform(X)
    for i in range(0, len(X), len(X) // 20):
        assert model.predict(Z[i : i + 1])[0] == model.labels_[i]

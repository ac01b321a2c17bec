"""How much of what customers spend next do their segments explain?

::

    AUTOSEG_DATA=FOLDER python benchmarks/next_period.py [--data grocery online_retail]
        [--methods ...] [--repeats 10] [--json OUT]

FOLDER holds ``demo/full/transactions.parquet`` (The Complete Journey) and
``online_retail.parquet``. Features look at the first nine months, spend is that of the
three months after; who bought nothing in them, or only returned, spent 0. Segments are
found on the features of all customers and never see that spend. They are judged by
5-fold cross-validation: the mean of each segment among four fifths of its customers is
what is expected of the others, and R² is 1 less the share of the variance left over, a
mean over ``--repeats`` divisions into folds. Trees and boosted trees are fitted to the
spend itself, fold by fold, on the same features, and on every feature that was
computed: they show the ceiling. Two scales: log1p of the spend (what is below 0 as 0),
and the spend itself, cut off at its 99 % quantile.
"""

from __future__ import annotations

import argparse
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from peers import kmeans, kmeans_silhouette, logs
from quality import VALUE_WEIGHT, count, markdown, pipeline
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeRegressor
from threadpoolctl import threadpool_limits

import autoseg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RFM = ["recency_days", "frequency", "monetary"]
FOLDS = 5
# customers with the mean of all that are added to each segment, where it is shrunk
SHRINKAGE = 5.0
CAP = 0.99
TREE_SEGMENTS = 6
WEIGHTED = f"autoseg, value_weight = {VALUE_WEIGHT:g}"


@dataclass(frozen=True, slots=True)
class Shop:
    """Features until a day, and what the same customers spent after it."""

    features: pd.DataFrame
    everything: pd.DataFrame
    spend: np.ndarray

    @property
    def targets(self) -> dict[str, np.ndarray]:
        """The spend on both scales."""
        return {
            "log": np.log1p(np.maximum(self.spend, 0)),
            "capped": np.minimum(self.spend, np.quantile(self.spend, CAP)),
        }


# file, the day that the features look back from, the day that the spend ends before
SHOPS = {
    "grocery": ("demo/full/transactions.parquet", "2017-10-01", "2018-01-01"),
    "online_retail": ("online_retail.parquet", "2011-09-01", "2011-12-01"),
}


def load(name: str, folder: Path) -> Shop:
    """Return one shop's customers."""
    file, day, end = SHOPS[name]
    with warnings.catch_warnings():
        # both shops have lines that are left out; the library's tests are about them
        warnings.simplefilter("ignore", autoseg.InputWarning)
        table = autoseg.compute_features(folder / file, as_of=day)
        later = autoseg.compute_features(
            folder / file, ["monetary"], since=day, as_of=end
        )
    features = table.matrix()
    spend = later.frame["monetary"].reindex(features.index, fill_value=0.0)
    return Shop(features, table.frame, spend.to_numpy())


def quantile_scores(frame: pd.DataFrame, n: int) -> np.ndarray:
    """Return scores from 0 to n - 1 for R, F and M; equals score alike."""
    value = frame[RFM].assign(recency_days=-frame["recency_days"])
    ranks = value.rank(pct=True).to_numpy()
    return np.ceil(ranks * n).astype(np.int64) - 1


def rfm_sums(frame: pd.DataFrame) -> np.ndarray:
    """The sum of the quintiles of R, F and M: 13 segments."""
    return quantile_scores(frame, 5).sum(axis=1)


def rfm_cells(frame: pd.DataFrame, n: int) -> np.ndarray:
    """The cells of n × n × n quantiles."""
    return quantile_scores(frame, n) @ np.array([n * n, n, 1])


def by_autoseg(frame: pd.DataFrame, value_weight: float | None = None) -> np.ndarray:
    """What `autoseg.segment` does with the features by default."""
    return pipeline(value_weight).fit(frame)[-1].labels_


# name: how to find segments, and how far to shrink their means
DIVISIONS: dict[str, tuple[Callable[[pd.DataFrame], np.ndarray], float]] = {
    "RFM, sum of quintiles": (rfm_sums, 0.0),
    "RFM, 3 × 3 × 3": (lambda frame: rfm_cells(frame, 3), 0.0),
    "RFM, 5 × 5 × 5, shrunk": (lambda frame: rfm_cells(frame, 5), SHRINKAGE),
    "k-means, log RFM, silhouette": (
        lambda frame: kmeans_silhouette(frame[RFM]),
        0.0,
    ),
    "k-means, log RFM, k = 6": (
        lambda frame: kmeans(logs(frame[RFM]), 6).labels_,
        0.0,
    ),
    "k-means, all logs, k = 6": (lambda frame: kmeans(logs(frame), 6).labels_, 0.0),
    "autoseg": (by_autoseg, 0.0),
    "autoseg, RFM alone": (lambda frame: by_autoseg(frame[RFM]), 0.0),
    WEIGHTED: (lambda frame: by_autoseg(frame, VALUE_WEIGHT), 0.0),
}
BOOSTED = HistGradientBoostingRegressor(
    max_iter=80, learning_rate=0.05, min_samples_leaf=30, random_state=0
)
# name: model, and whether it sees every feature
CEILINGS = {
    f"tree of {TREE_SEGMENTS} leaves, supervised": (
        DecisionTreeRegressor(max_leaf_nodes=TREE_SEGMENTS, random_state=0),
        False,
    ),
    "tree, leaves of 2 %, supervised": (
        DecisionTreeRegressor(min_samples_leaf=0.02, random_state=0),
        False,
    ),
    "boosted trees, supervised": (BOOSTED, False),
    "boosted trees, every feature, supervised": (BOOSTED, True),
}


def folds(n: int, repeats: int) -> Iterator[list[tuple[np.ndarray, np.ndarray]]]:
    """Return divisions into folds, the same for every contestant."""
    for seed in range(repeats):
        yield list(KFold(FOLDS, shuffle=True, random_state=seed).split(np.empty(n)))


def explained(y: np.ndarray, expect: Callable, repeats: int) -> float:
    """Return the cross-validated R² of what is expected of customers left out."""
    shares = []
    for division in folds(len(y), repeats):
        expected = np.empty(len(y))
        for train, test in division:
            expected[test] = expect(train, test)
        shares.append(1 - ((y - expected) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    return float(np.mean(shares))


def of_segments(labels: np.ndarray, y: np.ndarray, shrinkage: float) -> Callable:
    """Return what the mean of a customer's segment leads to expect."""
    codes = np.unique(labels, return_inverse=True)[1]

    def expect(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        n = np.bincount(codes[train], minlength=codes.max() + 1)
        total = np.bincount(codes[train], y[train], minlength=codes.max() + 1)
        # a segment that only shows up in the test fold gets the mean of all
        weight = np.where(n == 0, 1.0, shrinkage)
        return ((total + weight * y[train].mean()) / (n + weight))[codes[test]]

    return expect


def of_model(model, X: np.ndarray, y: np.ndarray) -> Callable:
    """Return what a supervised model leads to expect."""

    def expect(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        return model.fit(X[train], y[train]).predict(X[test])

    return expect


def supervised(name: str, shop: Shop, repeats: int) -> dict[str, object]:
    """Return the row of a model that is fitted to the spend itself."""
    model, every = CEILINGS[name]
    X = (shop.everything if every else shop.features).to_numpy()
    return {"segments": "–", "smallest": "–"} | {
        scale: explained(y, of_model(model, X, y), repeats)
        for scale, y in shop.targets.items()
    }


def divided(name: str, shop: Shop, repeats: int) -> dict[str, object]:
    """Return the row of a division into segments."""
    divide, shrinkage = DIVISIONS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        labels = divide(shop.features)
    smallest = np.unique(labels, return_counts=True)[1].min() / len(labels)
    return {"segments": str(count(labels)), "smallest": f"{smallest:.1%}"} | {
        scale: explained(y, of_segments(labels, y, shrinkage), repeats)
        for scale, y in shop.targets.items()
    }


def compare(shop: Shop, methods: list[str], repeats: int) -> pd.DataFrame:
    """Return segments and R² of every contestant."""
    rows = {
        name: (supervised if name in CEILINGS else divided)(name, shop, repeats)
        for name in methods
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("segments by")


def main() -> None:
    """Compare, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", nargs="+", choices=SHOPS, default=list(SHOPS))
    names = [*DIVISIONS, *CEILINGS]
    parser.add_argument(
        "--methods",
        nargs="+",
        metavar="NAME",
        choices=names,
        default=names,
        help="as in the table",
    )
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not os.environ.get("AUTOSEG_DATA"):
        parser.error("AUTOSEG_DATA names no folder of data")
    methods = options.methods
    if WEIGHTED in methods and pipeline(VALUE_WEIGHT) is None:
        print(f"{WEIGHTED} is not available here: autoseg has no value_weight")
        methods = [name for name in methods if name != WEIGHTED]
    results = {}
    with threadpool_limits(1):
        for name in options.data:
            shop = load(name, Path(os.environ["AUTOSEG_DATA"]))
            rows = compare(shop, methods, options.repeats)
            n, d = shop.features.shape
            print(f"\n{name}: {n:,} customers, {d} features, R² of next spend\n")
            print(markdown(rows))
            results[name] = rows.to_dict(orient="index")
    if options.json:
        text = json.dumps(results, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

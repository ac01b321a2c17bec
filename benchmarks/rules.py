"""How well do short rules find the segments, and how far do all together agree?

::

    AUTOSEG_DATA=FOLDER python benchmarks/rules.py [--json OUT]

FOLDER holds ``demo/full/transactions.parquet`` (The Complete Journey) and
``online_retail.parquet``. For each data set: mean F1 over the segments of the best rule
of at most three conditions that a tree of depth three proposes, and of the one that is
shown; the share of customers whom all rules together place as the model does, and whom
no rule fits; and seconds to find all rules.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import autoseg
from autoseg.profiles import vocabulary
from autoseg.profiles.boxes import Sample, tree_boxes
from autoseg.profiles.rules import find_rule, picks

if TYPE_CHECKING:
    import pandas as pd

    from autoseg import Segmentation

FILES = {
    "grocery": "demo/full/transactions.parquet",
    "Online Retail": "online_retail.parquet",
}


def f1(chosen: np.ndarray, members: np.ndarray) -> float:
    return 2 * float((chosen & members).sum()) / float(chosen.sum() + members.sum())


def best_of_tree(frame: pd.DataFrame, members: np.ndarray, features: list) -> float:
    """Return the F1 of the best node of a tree that is fitted to all customers."""
    values = frame.to_numpy(float)
    whole = tuple((values == np.floor(values)).all(axis=0).tolist())
    sample = Sample(tuple(features), values[members], values[~members], 1.0, whole)
    columns = {name: frame[name].to_numpy() for name in frame}
    return max(f1(picks(box, columns), members) for box in tree_boxes(sample))


def measure(segmentation: Segmentation) -> dict[str, float]:
    table, labels = segmentation.features, segmentation.labels.to_numpy()
    spoken = [
        one
        for one in table.features
        if vocabulary(one) not in {(), ("is",)} and table.frame[one.name].notna().all()
    ]
    frame = table.frame[[one.name for one in spoken]]
    tree, shown, seconds = [], [], 0.0
    for number in sorted(set(labels)):
        members = labels == number
        tree.append(best_of_tree(frame, members, spoken))
        began = time.perf_counter()
        rule = find_rule(table.frame, table.features, members)
        seconds += time.perf_counter() - began
        columns = {name: frame[name].to_numpy() for name in frame}
        shown.append(
            0.0 if rule is None else f1(picks(rule.conditions, columns), members)
        )
    book = segmentation.profiles.rulebook
    return {
        "segments": len(shown),
        "F1, tree": float(np.mean(tree)),
        "F1, shown": float(np.mean(shown)),
        "as the model": book.fidelity,
        "no rule": book.no_rule,
        "seconds": seconds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(os.environ["AUTOSEG_DATA"])
    shops = {name: folder / file for name, file in FILES.items()}
    made = autoseg.datasets.make_customers(1000, segments=5, random_state=3)
    shops["synthetic"] = made.transactions
    found = {}
    for name, shop in shops.items():
        with warnings.catch_warnings():
            # what is left out of the files is no matter here
            warnings.simplefilter("ignore", autoseg.InputWarning)
            found[name] = measure(autoseg.segment(shop, n_resamples=20))
        told = ", ".join(f"{what} {value:.3f}" for what, value in found[name].items())
        print(f"{name}: {told}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()

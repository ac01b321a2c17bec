"""How many customers carry a name that is true of them? Beside the cell of the centre.

::

    AUTOSEG_DATA=FOLDER python benchmarks/naming.py
        [--data grocery online_retail planted smooth] [--customers 2000] [--seeds 3]
        [--json OUT]

FOLDER holds ``demo/full/transactions.parquet`` (The Complete Journey) and
``online_retail.parquet``; planted are the nine kinds of `make_customers`, smooth are
customers without segments. Each is divided by k-means on the logs of recency, frequency
and value, k = 3 to 8, and (but for smooth ones) by autoseg. The same segments are named

- by cell: customers and centre (the mean of the logs) get scores from 1 to 5, and the
  segment the name of the centre's cell, by the map of 125 cells that is copied most,
  and by a map of 25 cells of recency and frequency. It is true of a member whose own
  cell has that name.
- by autoseg: the name is true of a member for whom all of it holds, archetypes with
  their guards, and claims.

The columns, means over divisions, weighted by customers:

- true: customers who carry a name that is true of them; a segment called average counts
  as not named, and so as not true.
- true if named: the same, of the customers in segments that are not called average.
- archetypes, descriptive: the same, by kind of name.
- average: customers in segments called average.
- worst: the lowest share of members in any segment that has a name.
- others: share of the customers outside of whom the name would be true as well. A wide
  name is easily true, so the two have to be read together.
- alike: share of the divisions in which two segments have one name.
"""

from __future__ import annotations

import argparse
import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from peers import kmeans, logs
from quality import markdown, pipeline
from threadpoolctl import threadpool_limits

import autoseg
from autoseg.datasets import make_customers
from autoseg.features import rfm_scores
from autoseg.profiles.bearers import Bearers
from autoseg.profiles.claims import weigh_claims
from autoseg.profiles.distinct import bearing_masks, distinct_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autoseg.features import FeatureTable

RFM = ["recency_days", "frequency", "monetary"]
SHOPS = {
    "grocery": "demo/full/transactions.parquet",
    "online_retail": "online_retail.parquet",
}
KS = range(3, 9)
# name: cells of recency, frequency and value; as many tools print it
CELLS = {
    "champions": "555 554 544 545 454 455 445",
    "loyal": "543 444 435 355 354 345 344 335",
    "potential_loyalist": "553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 "
    "432 423 353 352 351 342 341 333 323",
    "new": "512 511 422 421 412 411 311",
    "promising": "525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313",
    "need_attention": "535 534 443 434 343 334 325 324",
    "about_to_sleep": "331 321 312 221 213 231 241 251",
    "at_risk": "255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 "
    "135 134 133 125 124",
    "cant_lose": "155 154 144 214 215 115 114 113",
    "hibernating": "332 322 233 232 223 222 132 123 122 212 211",
    "lost": "111 112 121 131 141 151",
}
BY_CELL = {cell: name for name, cells in CELLS.items() for cell in cells.split()}


def name_of_125(scores: np.ndarray) -> str:
    """Return the name of a cell of three scores."""
    return BY_CELL["".join(map(str, scores))]


def name_of_25(scores: np.ndarray) -> str:
    """Return the name of a cell of the scores of recency and frequency."""
    recency, frequency = scores[:2]
    if recency <= 2:
        if frequency >= 3:
            return "cant_lose" if frequency == 5 else "at_risk"
        return "hibernating" if recency == 2 else "lost"
    if recency == 3:
        names = ["about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"]
    elif recency == 4:
        names = ["promising", *["potential_loyalist"] * 2, "loyal", "loyal"]
    else:
        names = ["new", *["potential_loyalist"] * 2, "champions", "champions"]
    return names[frequency - 1]


MAPS = {"centre's cell of 125": name_of_125, "centre's cell of 25": name_of_25}


def smooth(n: int, seed: int) -> pd.DataFrame:
    """Return orders of customers whose rates and values have one peak."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(1.0, 6.0, n)
    values = rng.lognormal(4, 0.6, n)
    first = rng.integers(30, 730, n)
    orders = 1 + rng.poisson(rates * first / 730)
    who = np.repeat(np.arange(n), orders)
    ages = np.ceil(rng.uniform(0, 1, len(who)) * first[who])
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:05}" for number in who],
            "timestamp": pd.Timestamp("2025-01-01") - pd.to_timedelta(ages, "D"),
            "amount": np.round(values[who] * rng.lognormal(0, 0.3, len(who)), 2),
        }
    )


def tables(data: str, n: int, seeds: int) -> Iterator[FeatureTable]:
    """Yield the features of one shop, or of several drawn ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", autoseg.InputWarning)
        if data in SHOPS:
            path = Path(os.environ["AUTOSEG_DATA"]) / SHOPS[data]
            yield autoseg.compute_features(path)
            return
        for seed in range(seeds):
            if data == "planted":
                columns = ("discount", "category", "channel")
                made = make_customers(n, 9, random_state=seed, columns=columns)
                lines = made.transactions
            else:
                lines = smooth(n, seed)
            yield autoseg.compute_features(lines, as_of="2025-01-01")


def divisions(data: str, table: FeatureTable) -> Iterator[tuple[str, np.ndarray]]:
    """Yield ways to divide the customers, and their labels."""
    for k in KS:
        yield "k-means", kmeans(logs(table.frame[RFM]), k).labels_
    if data != "smooth":
        labels = pipeline().fit(table.matrix())[-1].labels_
        yield "autoseg", np.unique(labels, return_inverse=True)[1]


def centre_scores(table: FeatureTable, labels: np.ndarray) -> tuple:
    """Return the scores of the customers, and those of the centres."""
    scores = rfm_scores(table).to_numpy()[:, :3].astype(int)
    values = np.log1p(np.maximum(table.frame[RFM].to_numpy(), 0))
    centres = pd.DataFrame(values).groupby(labels).mean().to_numpy()
    # a centre scores as the customer who is nearest to it in that measure
    nearest = np.abs(values[None] - centres[:, None]).argmin(axis=1)
    return scores, scores[nearest, np.arange(3)]


def by_cell(table: FeatureTable, labels: np.ndarray, name_of) -> list[tuple]:
    """Return for each segment its kind of name, its name, and of whom it is true."""
    scores, centres = centre_scores(table, labels)
    own = np.array([name_of(one) for one in scores])
    return [("archetype", name_of(one), own == name_of(one)) for one in centres]


def by_autoseg(table: FeatureTable, labels: np.ndarray) -> list[tuple]:
    """Return the same as `by_cell`."""
    n_segments = int(labels.max()) + 1
    evidence = weigh_claims(table.frame, table.features, labels, n_segments)
    bearers = Bearers(evidence, table.frame, labels)
    names = distinct_names(bearers)
    told = []
    for name, mask in zip(names, bearing_masks(names, bearers), strict=True):
        if name.archetype == "average":
            told.append(("average", name.key, np.zeros(len(labels), dtype=bool)))
        else:
            kind = "archetype" if name.archetype else "descriptive"
            told.append((kind, name.key, mask))
    return told


def rows(data: str, n: int, seeds: int) -> Iterator[dict]:
    """Yield a row a segment, way to divide and way to name."""
    for number, table in enumerate(tables(data, n, seeds)):
        for how, labels in divisions(data, table):
            named = {
                way: by_cell(table, labels, name_of) for way, name_of in MAPS.items()
            } | {"autoseg": by_autoseg(table, labels)}
            for way, told in named.items():
                keys = [key for _, key, _ in told]
                for place, (kind, key, mask) in enumerate(told):
                    members = labels == place
                    yield {
                        "data": data,
                        "segments": how,
                        "names": way,
                        "draw": number,
                        "k": len(told),
                        "kind": kind,
                        "name": key,
                        "size": int(members.sum()),
                        "true": int(mask[members].sum()),
                        "outside": int((~members).sum()),
                        "true_outside": int(mask[~members].sum()),
                        "alike": keys.count(key) > 1,
                    }


def table_of(found: pd.DataFrame) -> pd.DataFrame:
    """Return the table that is printed."""
    lines = []
    for (data, how, way), part in found.groupby(["data", "segments", "names"]):
        named = part[part["kind"] != "average"]
        shares = named["true"] / named["size"]

        def true_of(some: pd.DataFrame) -> float:
            return some["true"].sum() / some["size"].sum() if len(some) else np.nan

        lines.append(
            {
                "data, segments, names": f"{data}, {how}, {way}",
                "true": true_of(part),
                "true if named": true_of(named),
                "archetypes": true_of(named[named["kind"] == "archetype"]),
                "descriptive": true_of(named[named["kind"] == "descriptive"]),
                "average": 1 - named["size"].sum() / part["size"].sum(),
                "worst": float(shares.min()),
                "others": named["true_outside"].sum() / named["outside"].sum(),
                "alike": part.groupby(["draw", "k"])["alike"].any().mean(),
            }
        )
    return pd.DataFrame(lines).set_index("data, segments, names")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = [*SHOPS, "planted", "smooth"]
    parser.add_argument("--data", nargs="+", choices=every, default=every)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with threadpool_limits(1):
        found = [
            row
            for data in arguments.data
            for row in rows(data, arguments.customers, arguments.seeds)
        ]
    print(markdown(table_of(pd.DataFrame(found)), digits=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

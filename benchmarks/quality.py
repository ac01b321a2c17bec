"""Are planted segments found, and none where there are none? Against peers.

::

    python benchmarks/quality.py [--seeds dev | fresh | --first-seed N]
        [--families ...] [--populations 4] [--nulls 6] [--methods ...] [--no-refit]
        [--jobs 2] [--json OUT] [--add EARLIER.json ...]

Settings are tuned on the dev seeds only; what is reported comes from fresh ones, or
from a first seed that nobody has used before. Every method gets the same customers of
``populations.py``, runs on one thread and answers with a label for each customer:

- ari, ami: adjusted Rand index and adjusted mutual information with the planted
  segments, means over populations; worst family: the one of the lowest mean ari.
- exact k, k off: share of the populations whose number of segments is hit, and the
  mean distance to it. Noise is no segment to count, but a group of its own to ari.
- refit: adjusted Rand index between the labels and those of a refit on 80 % of the
  customers, on those whom both saw; structured populations only.
- null split, planted missed: share of the populations without segments that were split
  all the same, and of those with segments that were not. A method says so with one
  segment; autoseg with the verdict "none", and divides by convention even then.
- cpu, cpu max: seconds of the first fit, over all populations, children counted.
- failed: populations on which the method raised an error; there it counts as having
  found one segment, and its refit as 0.

Peers do not change when autoseg does: write their rows once with ``--json``, and put
them beside later runs on the same populations with ``--add``.
"""

from __future__ import annotations

import argparse
import inspect
import json
import resource
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from peers import ORACLES, PEERS, lacking, mclust_in_r
from populations import NULL, STRUCTURED, draw
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from autoseg.clustering import AutoClusterer, CustomerScaler

if TYPE_CHECKING:
    from collections.abc import Iterable

SEEDS = {"dev": 1_000, "fresh": 77_000}
REFIT_SHARE = 0.8
VALUE_WEIGHT = 2.0


def pipeline(value_weight: float | None = None) -> Pipeline | None:
    """Return what autoseg fits; None if it has no such weight (yet)."""
    steps = CustomerScaler(), AutoClusterer()
    if value_weight is not None:
        takers = [step for step in steps if _takes_value_weight(step)]
        if not takers:
            return None
        # the first that takes it: weighted twice would be weighted by the square
        takers[0].set_params(value_weight=value_weight)
    return make_pipeline(*steps)


def _takes_value_weight(step: object) -> bool:
    return "value_weight" in inspect.signature(type(step)).parameters


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns under names that tell nothing."""
    return frame.set_axis([f"column_{j}" for j in range(frame.shape[1])], axis=1)


def fitted(model: Pipeline, frame: pd.DataFrame) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the labels, and what autoseg says of them."""
    clusterer = model.fit(frame)[-1]
    selection = clusterer.selection_
    return clusterer.labels_, {
        "verdict": selection.verdict,
        "agreement": selection.agreement,
        "agreement_preferred": selection.agreement_preferred,
        "k_preferred": selection.k_preferred,
        "winner": selection.family,
    }


def autoseg(frame):
    """autoseg, which knows nothing of the columns."""
    return fitted(pipeline(), neutral(frame))


def autoseg_named(frame):
    """autoseg, where three of the columns are named as the value of customers is."""
    return fitted(pipeline(), frame)


def autoseg_value(frame):
    """The same, with these columns weighted twice."""
    return fitted(pipeline(VALUE_WEIGHT), frame)


def mclust(frame):
    """The peer, which also tells the seconds without those that R starts in."""
    labels, seconds = mclust_in_r(frame)
    return labels, {"seconds_in_r": seconds}


OWN = {own.__name__: own for own in (autoseg, autoseg_named, autoseg_value)}
METHODS = [*OWN, *PEERS, *ORACLES]


def missing(method: str) -> str | None:
    """Return why a method cannot run here, if it cannot."""
    if method == "autoseg_value" and pipeline(VALUE_WEIGHT) is None:
        return "autoseg has no value_weight"
    return lacking(method)


def answer(method: str, frame: pd.DataFrame, truth: np.ndarray):
    """Return a label for each customer, and a dictionary of what else is told."""
    if method == "mclust":
        return mclust(frame)
    if method in OWN:
        return OWN[method](frame)
    if method in ORACLES:
        return ORACLES[method](frame, truth), {}
    return PEERS[method](frame), {}


def attempt(method: str, frame: pd.DataFrame, truth: np.ndarray):
    """Return labels, what else is told and CPU seconds; one segment if it fails."""
    missing(method)  # imports do not count
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = cpu_seconds()
        try:
            labels, told = answer(method, frame, truth)
        # whatever a peer raises is counted, and told below the table
        except Exception as error:
            labels = np.zeros(len(frame), dtype=np.int64)
            told = {"error": f"{type(error).__name__}: {error}"}
        return labels, told, cpu_seconds() - began


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of children that have ended."""
    used = [
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return sum(one.ru_utime + one.ru_stime for one in used)


def count(labels: np.ndarray) -> int:
    """Return the number of segments; customers who are all noise are one."""
    return max(len(np.unique(labels[labels >= 0])), 1)


def measure(method: str, family: str, seed: int, *, refit: bool) -> dict[str, Any]:
    """Return one row of results: one population, one method."""
    population = draw(family, seed)
    frame = pd.DataFrame(population.X, columns=list(population.names))
    labels, told, seconds = attempt(method, frame, population.truth)
    k = count(labels)
    row = {
        "method": method,
        "family": family,
        "seed": seed,
        "n": len(frame),
        "k_true": len(np.unique(population.truth)),
        "k": k,
        "ari": adjusted_rand_score(population.truth, labels),
        "ami": adjusted_mutual_info_score(population.truth, labels),
        "split": told["verdict"] != "none" if "verdict" in told else k > 1,
        "cpu_seconds": seconds,
        "failed": "error" in told,
    }
    if refit:
        rng = np.random.default_rng(seed)
        kept = int(REFIT_SHARE * len(frame))
        part = np.sort(rng.permutation(len(frame))[:kept])
        some = frame.iloc[part].reset_index(drop=True)
        again, told_again, _ = attempt(method, some, population.truth[part])
        told = told_again if "error" in told_again else told
        row["failed"] = "error" in told
        row["refit"] = (
            0.0 if row["failed"] else adjusted_rand_score(labels[part], again)
        )
    return row | told


def table(results: pd.DataFrame) -> pd.DataFrame:
    """Return the one table, a row a method, the best first."""
    planted = results[results.family.isin(STRUCTURED)]
    null = results[results.family.isin(NULL)]
    of_all, of_null = results.groupby("method"), null.groupby("method")
    rows = pd.DataFrame(index=pd.Index(results.method.unique(), name="method"))
    if len(planted):
        off = (planted.k - planted.k_true).abs()
        by = planted.assign(exact=off == 0, off=off, missed=~planted.split)
        of_planted = by.groupby("method")
        for name in ("ari", "ami"):
            rows[name] = of_planted[name].mean()
        rows["exact k"] = of_planted.exact.mean()
        rows["k off"] = of_planted.off.mean()
        families = by.pivot_table(index="method", columns="family", values="ari")
        rows["worst family"] = families.idxmin(axis=1)
        rows["its ari"] = families.min(axis=1)
        if "refit" in by:
            rows["refit"] = of_planted.refit.mean()
        rows["planted missed"] = of_planted.missed.mean()
    if len(null):
        rows["null split"] = of_null.split.mean()
    rows["cpu"] = of_all.cpu_seconds.mean()
    rows["cpu max"] = of_all.cpu_seconds.max()
    rows["failed"] = of_all.failed.sum()
    return rows.sort_values(rows.columns[0], ascending=False)


def markdown(frame: pd.DataFrame, digits: int = 3) -> str:
    """Return a frame as a table in Markdown, its index as the first column."""
    header = [str(frame.index.name or ""), *map(str, frame.columns)]
    body = [
        [str(label), *(_cell(value, digits) for value in row)]
        for label, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    ]
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float | np.floating):
        return "–" if np.isnan(value) else f"{value:.{digits}f}"
    return str(value)


def report(results: pd.DataFrame, absent: dict[str, str]) -> None:
    """Print the tables and the notes."""
    rows = table(results)
    print(markdown(rows), "\n")
    for method, reason in absent.items():
        print(f"{method} is not available here: {reason}")
    if "error" in results:
        told = results.dropna(subset="error").groupby(["method", "error"]).size()
        for (method, error), n in told.items():
            print(f"{method} failed {n} times: {error}")
    if "seconds_in_r" in results:
        inside = results.seconds_in_r.dropna()
        print(
            f"mclust: {inside.mean():.1f} of these CPU seconds in its fits,"
            f" at most {inside.max():.1f}"
        )
    planted = results[results.family.isin(STRUCTURED)]
    if len(planted):
        _compare(rows)
        by_family = planted.pivot_table(index="method", columns="family", values="ari")
        print("\nMean ari by family\n")
        print(markdown(by_family.loc[rows.index], 2))
    own = results[results.method.isin(OWN)]
    if len(own):
        print("\nVerdicts of autoseg\n")
        print(markdown(verdicts(own), 2))


def _compare(rows: pd.DataFrame) -> None:
    peers = rows[rows.index.isin(PEERS)]
    if "autoseg" in rows.index and len(peers):
        for name in ("ari", "its ari"):
            best = peers[name].idxmax()
            ahead = rows.loc["autoseg", name] - peers.loc[best, name]
            print(f"autoseg less the best peer, {name}: {ahead:+.3f} ({best})")


def verdicts(own: pd.DataFrame) -> pd.DataFrame:
    """Return how sure autoseg was, by contestant and family."""
    of = own.assign(
        none=own.get("verdict", pd.Series(index=own.index)) == "none",
        in_band=own.k.between(5, 7),
    )
    figures = of.groupby(["method", "family"]).agg(
        none=("none", "mean"), k=("k", "median"), in_band=("in_band", "mean")
    )
    if "agreement_preferred" in of:
        agreement = of.groupby(["method", "family"]).agreement_preferred
        for name in ("min", "mean", "max"):
            figures[f"agreement {name}"] = agreement.agg(name)
    return figures.set_axis(
        [" on ".join(pair) for pair in figures.index], axis=0
    ).rename_axis("contestant")


def tasks(options: argparse.Namespace, methods: Iterable[str]):
    """Return method, family, seed and whether to refit, for each row of results."""
    first = SEEDS[options.seeds] if options.first_seed is None else options.first_seed
    for method in methods:
        for family in options.families:
            null = family in NULL
            for i in range(options.nulls if null else options.populations):
                yield method, family, first + i, not (null or options.no_refit)


def earlier(paths: list[Path], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of other methods from earlier runs on the same populations."""
    told = [row for path in paths for row in json.loads(path.read_text("utf-8"))]
    sizes = {(row["family"], row["seed"]): row["n"] for row in rows}
    run = {row["method"] for row in rows}
    added: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}
    for row in told:
        place = row["family"], row["seed"]
        if row["method"] not in run and place in sizes:
            if row["n"] != sizes[place]:
                message = f"{place} was another population when {row['method']} ran"
                raise SystemExit(message)
            added.setdefault(row["method"], {})[place] = row
    for method, places in added.items():
        if len(places) < len(sizes):
            message = f"{method} ran on {len(places)} of {len(sizes)} populations"
            raise SystemExit(message)
    return [row for places in added.values() for row in places.values()]


def options_given() -> argparse.Namespace:
    """Return the options of the command line."""
    families = [*STRUCTURED, *NULL]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", choices=SEEDS, default="dev")
    parser.add_argument("--first-seed", type=int, help="in place of --seeds")
    parser.add_argument("--families", nargs="+", choices=families, default=families)
    parser.add_argument("--populations", type=int, default=4, help="of each family")
    parser.add_argument("--nulls", type=int, default=6, help="of each null family")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--no-refit", action="store_true")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", type=Path, help="write the rows of this run")
    parser.add_argument("--add", nargs="+", type=Path, default=[])
    return parser.parse_args()


def main() -> None:
    """Measure, print and write."""
    options = options_given()
    absent = {name: why for name in options.methods if (why := missing(name))}
    methods = [name for name in options.methods if name not in absent]
    run = Parallel(n_jobs=options.jobs, batch_size=1)
    rows = run(
        delayed(measure)(method, family, seed, refit=refit)
        for method, family, seed, refit in tasks(options, methods)
    )
    if not rows:
        raise SystemExit("\n".join(f"{name}: {why}" for name, why in absent.items()))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    report(pd.DataFrame(rows + earlier(options.add, rows)), absent)


if __name__ == "__main__":
    main()

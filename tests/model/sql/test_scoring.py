"""The rule read in SQL puts every row where Python puts it, on three engines.

The rows of one example are hundreds, for a statement of its own for each would take
hours: near-ties, exact ties, values that are none, and the ends of the floats.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from autoseg.clustering import ClusterRule, ColumnAccount, CustomerScaler, OutputColumn
from autoseg.clustering.candidates import fit_one
from autoseg.clustering.mixture import FAMILIES
from autoseg.features import MissingRule
from autoseg.model import ModelFeature, ModelSegment, SegmentModel

ALL_FAMILIES = ["kmeans", *FAMILIES]
ODD = (
    *(np.nan, np.inf, -np.inf, 1e308, -1e308, 1e307, -1e307, 1.1e307),
    *(0.0, -0.0, 5e-324, -5e-324, 1e-300, 2.2250738585072014e-308, 1e-150, -1e-150),
    *(-1.0, -1e6, 1e6, 1e100, 1e200),
)
RULES = (
    *(MissingRule.NEVER, MissingRule.ZERO, MissingRule.MEDIAN, MissingRule.TENURE),
    *(MissingRule.NEVER, MissingRule.ZERO),
)


def model_of(
    rule: ClusterRule,
    columns: tuple[ColumnAccount, ...],
    outputs: tuple[OutputColumn, ...],
    numbers: tuple[int, ...],
    far: float | None = None,
) -> SegmentModel:
    """Return a model with features of each kind of gap."""
    features = tuple(
        ModelFeature(column.name, missing=missing, filling=float(j) / 3)
        for j, (column, missing) in enumerate(zip(columns, RULES, strict=False))
    )
    segments = tuple(
        ModelSegment(n, f"key_{n}", {"en": f'Won\'t \\ "{n}"', "nb": f"Nr. {n}"})
        for n in range(1, rule.k + 1)
    )
    return SegmentModel(features, columns, outputs, rule, numbers, segments, far=far)


def fitted_case(family: str, seed: int, k: int) -> tuple[SegmentModel, pd.DataFrame]:
    """Return a model of columns of every kind, and rows that are hard to place."""
    rng = np.random.default_rng(seed)
    n = 240
    group = rng.integers(0, k, n)
    spend = np.exp(rng.normal(group, 0.4))
    frame = pd.DataFrame(
        {
            "tenure_days": np.round(rng.uniform(1, 900, n) + 30 * group),
            "monetary": spend,
            "twice": spend * np.exp(rng.normal(0, 0.05, n)),
            "counts": np.where(rng.random(n) < 0.5, 0.0, rng.exponential(3.0, n)),
            "balance": rng.normal(-group, 1.0),
            "some": np.where(rng.random(n) < 0.2, 0.0, np.exp(rng.normal(group, 1))),
        }
    )
    scaler = CustomerScaler().fit(frame)
    scaled = np.asarray(scaler.transform(frame))
    rule = fit_one(scaled, family, k, seed=seed)
    numbers = tuple(int(one) + 1 for one in rng.permutation(rule.k))
    far = float(np.quantile(rule.place(scaled).squared_distance, 0.9))
    model = model_of(rule, scaler.columns_, scaler.outputs_, numbers, far)
    rows = [frame, frame.iloc[:40], frame * rng.normal(1, 3, frame.shape)]
    rows += [_near_ties(model, frame, rng), _with_odd(frame, rng)]
    return model, pd.concat(rows, ignore_index=True)


def _near_ties(
    model: SegmentModel, frame: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return rows between two middles, and a few floats beside them."""
    means, k = model.rule.means, model.rule.k
    pairs = [(a, b) for a in range(k) for b in range(a)]
    middles = np.array([(means[a] + means[b]) / 2 for a, b in pairs])
    rows = frame.iloc[rng.integers(0, len(frame), 5 * len(middles))].copy()
    for j, output in enumerate(model.outputs):
        inner = np.repeat(middles[:, j], 5) / output.weight * output.scale + output.mean
        for member, sign in zip(output.members, output.signs, strict=True):
            column = model.columns[member]
            value = column.invert(sign * inner)
            steps = np.tile([0, 1, -1, 3, -3], len(middles))
            rows[column.name] = value + steps * np.spacing(value)
    return rows


def _with_odd(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows with one value of `ODD` in each column in turn, and with several."""
    d = frame.shape[1]
    rows = np.tile(frame.to_numpy()[:d], (len(ODD), 1))
    for i, value in enumerate(ODD):
        rows[i * d : (i + 1) * d][np.arange(d), np.arange(d)] = value
    mixed = rng.choice(ODD, size=(40, d))
    return pd.DataFrame(np.vstack([rows, mixed]), columns=frame.columns)


def nulls_of(features: pd.DataFrame, seed: int) -> np.ndarray:
    """Return which of the gaps are NULL; the others stay NaN."""
    chosen = np.random.default_rng(seed).random(features.shape) < 0.5
    return features.isna().to_numpy() & chosen


CASES = {"seed": st.integers(0, 10**6), "k": st.integers(2, 6)}
QUIET = {
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
    "derandomize": True,
    # an example is hundreds of rows already: to look for a smaller one takes minutes
    "phases": (Phase.explicit, Phase.generate),
}


@pytest.mark.parametrize("family", ALL_FAMILIES)
@settings(max_examples=6, **QUIET)
@given(**CASES)
def test_duckdb_places_every_row_as_python_does(engines, family, seed, k):
    model, rows = fitted_case(family, seed, k)
    engines.check("duckdb", model, rows, nulls_of(rows, seed))


@pytest.mark.parametrize("family", ALL_FAMILIES)
@settings(max_examples=3, **QUIET)
@given(**CASES)
def test_postgres_places_every_row_as_python_does(engines, family, seed, k):
    model, rows = fitted_case(family, seed, k)
    engines.check("postgres", model, rows, nulls_of(rows, seed))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", ALL_FAMILIES)
def test_spark_places_every_row_as_python_does(engines, family):
    # hundreds of odd rows; another statement would take Spark seconds
    model, rows = fitted_case(family, 7, 5)
    engines.check("spark", model, rows, nulls_of(rows, 7))


def exact_ties(family: str) -> tuple[SegmentModel, pd.DataFrame]:
    """Return middles on a grid, and rows that are as near to two or four of them."""
    means = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    nu = FAMILIES.get(family)
    k, d = means.shape
    rule = ClusterRule(
        family, np.full(k, 0.25), means, np.repeat(np.eye(d)[None], k, axis=0), nu
    )
    columns = tuple(
        ColumnAccount(name, "identity", 0.0, -1e6, 1e6, 0.0, 1.0, 0.0, 0.0, 0.0)
        for name in ("a", "b")
    )
    outputs = tuple(OutputColumn(c.name, (j,), (1,)) for j, c in enumerate(columns))
    grid = [-1.0, -0.0, 0.5, 1.0, np.nextafter(1, 2), np.nextafter(1, 0), 1.5, 2.0, 3.0]
    grid += [1e-200, 5e-324, 1.0 + 1e-10, 1.0 + 1e-8, 1e6, 1e300]
    rows = pd.DataFrame([(a, b) for a in grid for b in grid], columns=["a", "b"])
    return model_of(rule, columns, outputs, (3, 1, 4, 2), far=2.0), rows


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("family", ["kmeans", "full", "t_full"])
def test_ties_go_to_the_first_component_everywhere(engines, family, dialect):
    model, rows = exact_ties(family)
    middle = rows[(rows == 1.0).all(axis=1)]
    assert model.assign_features(middle)["segment"].tolist() == [3]
    engines.check(dialect, model, rows)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_one_segment_has_no_runner_up(engines, dialect):
    model, rows = exact_ties("full")
    rule = ClusterRule("full", np.ones(1), np.zeros((1, 2)), np.eye(2)[None])
    one = SegmentModel(
        *(model.features, model.columns, model.outputs, rule, (1,)),
        segments=model.segments[:1],
    )
    engines.check(dialect, one, rows)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.filterwarnings("ignore")
def test_literals_are_read_as_the_same_floats(engines, dialect, request):
    import pyarrow as pa

    from autoseg.features.warehouses import WAREHOUSES

    rng = np.random.default_rng(1)
    values = np.frombuffer(rng.bytes(8 * 300), dtype=np.float64)
    values = np.append(
        values[np.isfinite(values)],
        [0.0, 0.1, -0.1, 1.0, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7e308],
    )
    warehouse = WAREHOUSES[dialect]
    # as in a scoring query: beside a column of floats
    listed = ", ".join(
        f"CASE WHEN x > {warehouse.number(0.0)} THEN {warehouse.number(float(one))}"
        f" ELSE x END AS v_{i}"
        for i, one in enumerate(values)
    )
    sql = f"SELECT customer_id, {listed} FROM literals"
    table = pa.table({"customer_id": [1], "x": [1.0]})
    found = engines.run(dialect, sql, "literals", table)
    assert found.to_numpy(dtype=float)[0].tobytes() == values.tobytes()

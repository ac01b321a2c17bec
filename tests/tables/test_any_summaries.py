"""Whatever a summed-up table holds, it comes in accounted for, or with a message."""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError, InputWarning
from autoseg.features import read_features
from autoseg.tables import stage_summaries

N = 30
ODD = st.sampled_from(
    [
        *(None, "", "x", "0", "-1", "1,5", "1 000", "2024-01-01", "1e400", "inf"),
        *(0, -3, 2.5, float("inf"), float("nan"), 10**18, 1e300, True, "9" * 40),
        *(Decimal("1.23"), dt.date(2024, 1, 1), dt.datetime(1, 1, 1)),
    ]
)
COLUMNS = st.one_of(
    st.lists(ODD, min_size=N, max_size=N),
    ODD.map(lambda value: [value] * N),
    st.lists(st.floats(-10, 1e14), min_size=N, max_size=N),
    st.lists(st.integers(0, 400), min_size=N, max_size=N),
    st.lists(
        st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
        min_size=N,
        max_size=N,
    ),
)
NAMES = ["customer_id", "recency_days", "frequency", "monetary", "tenure_days", "T"]
NAMES += ["average_order_value", "last_purchase", "first_purchase", "currency"]
DAYS = st.sampled_from([None, "2024-01-01", "0001-01-02", "9999-12-31"])


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    odd=st.dictionaries(st.sampled_from(NAMES), COLUMNS, max_size=2),
    spoilt=st.lists(st.tuples(st.integers(0, N - 1), ODD), max_size=2),
    as_text=st.booleans(),
    as_of=DAYS,
)
def test_any_table_is_accounted_for_or_refused(odd, spoilt, as_text, as_of):
    columns = {
        "customer_id": [f"c{i}" for i in range(N)],
        "recency_days": [7 * i for i in range(N)],
        "frequency": [1 + i % 9 for i in range(N)],
        "monetary": [1 + 1.25 * i for i in range(N)],
    } | odd
    for place, value in spoilt:
        name = list(columns)[place % len(columns)]
        columns[name] = [
            value if i == place else v for i, v in enumerate(columns[name])
        ]
    frame = pd.DataFrame(
        {name: pd.Series(v, dtype=object) for name, v in columns.items()}
    )
    frame = frame.astype(str) if as_text else frame.infer_objects()
    with DuckDBEngine(threads=1) as engine, warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", InputWarning)
        try:
            staged = stage_summaries(engine, frame, as_of=as_of)
        except InputError:
            return
        table = read_features(staged)
    log = staged.log
    assert log.rows_in == N == log.rows_used + sum(log.dropped_rows.values())
    assert log.revenue_in == log.revenue_used + sum(log.dropped_revenue.values())
    assert len(table.frame) == log.n_customers == log.rows_used
    assert np.isfinite(table.frame.to_numpy()).all()
    assert Decimal(int(table.revenue.sum())).scaleb(-4) == log.revenue_used

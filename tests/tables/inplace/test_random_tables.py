"""Whatever is in a table, it is staged the same where it is and copied."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXTS = st.one_of(
    st.none(), st.sampled_from(["a", " a", "b", "B", "å", "0", "", "æ'ø"])
)
AMOUNTS = st.one_of(
    st.none(),
    st.floats(-1e6, 1e6).map(lambda x: round(x, 5)),
    st.sampled_from([0.0, 1.0, -1.0, 0.00005, 1e15]),
)
TIMES = st.one_of(
    st.none(),
    st.datetimes(pd.Timestamp("2023-01-01"), pd.Timestamp("2024-12-31 23:59")),
    st.sampled_from([pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-01 12:00")]),
)
ROWS = st.lists(
    st.tuples(
        TEXTS, TIMES, AMOUNTS, st.one_of(st.none(), st.integers(1, 4)), AMOUNTS, TEXTS
    ),
    max_size=25,
)
NAMES = ("customer_id", "timestamp", "amount", "order_id", "quantity", "category")


def check(same, place, rows, returns):
    # one row that can be used, and a customer with a purchase
    sure = ("a", pd.Timestamp("2024-01-05 10:00"), 1e6, 9, 1.0, "x")
    frame = pd.DataFrame([sure, *rows], columns=list(NAMES)).astype(
        {
            "customer_id": object,
            "timestamp": "datetime64[us]",
            "amount": "float64",
            "order_id": "float64",
            "quantity": "float64",
            "category": object,
        }
    )
    same(place, {"transactions": frame}, max_bad_share=0.99, returns=returns)


OFTEN = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
}


@settings(max_examples=12, **OFTEN)
@given(rows=ROWS, returns=st.sampled_from(["net", "exclude"]))
def test_in_postgres(same, in_postgres, rows, returns):
    check(same, in_postgres, rows, returns)


@pytest.mark.filterwarnings("default::ResourceWarning")
@settings(max_examples=2, **OFTEN)
@given(rows=ROWS, returns=st.sampled_from(["net", "exclude"]))
def test_in_spark(same, in_spark, rows, returns):
    check(same, in_spark, rows, returns)

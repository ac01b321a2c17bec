"""The features against an independent reckoning by pandas, to 1e-9."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

AS_OF = datetime(2024, 4, 1)
MIDNIGHTS = st.integers(1, 400).map(lambda days: AS_OF - timedelta(days=days))
MOMENTS = st.datetimes(datetime(2023, 1, 1), AS_OF - timedelta(seconds=1)).map(
    lambda moment: moment.replace(microsecond=0)
)
CENTS = st.one_of(st.integers(-5_000, 20_000), st.just(0), st.integers(10**9, 10**11))
ORDERS = st.lists(
    st.tuples(st.sampled_from("abc"), st.one_of(MIDNIGHTS, MOMENTS)),
    min_size=1,
    max_size=8,
)
PARTS = st.tuples(
    CENTS,
    st.one_of(st.none(), st.integers(-3, 9)),
    st.one_of(st.none(), st.sampled_from("pqr")),
    st.one_of(st.none(), st.sampled_from(["x", "y"])),
    st.one_of(st.none(), st.sampled_from(["web", "app"])),
    st.one_of(st.none(), st.integers(0, 500)),
    st.one_of(st.none(), st.integers(0, 5_000)),
)


@st.composite
def transactions(draw: st.DrawFn) -> pd.DataFrame:
    """Draw orders of three customers, one of which surely buys."""
    rows = [("a", "o", datetime(2024, 1, 31), 12.5, 1, "p", "x", "web", 0.0, 1.0)]
    for number, (customer, moment) in enumerate(draw(ORDERS)):
        for part in draw(st.lists(PARTS, min_size=1, max_size=3)):
            cents, quantity, *words, discount, cost = part
            rows.append((
                customer, f"o{number}", moment, cents / 100, quantity, *words,
                None if discount is None else discount / 100,
                None if cost is None else cost / 100,
            ))  # fmt: skip
    names = "customer_id order_id timestamp amount quantity product_id category channel"
    frame = pd.DataFrame(rows, columns=[*names.split(), "discount", "cost"])
    numbers = ["amount", "quantity", "discount", "cost"]
    return frame.astype(dict.fromkeys(numbers, float))


TYPES = ["sent", "Email Opened", "click", "page_view", "add-to-cart", "consent"]
HAPPENED = st.tuples(
    st.sampled_from("abcz"), st.one_of(MIDNIGHTS, MOMENTS), st.sampled_from(TYPES)
)
ANSWERED = st.tuples(
    st.sampled_from("abcz"), st.sampled_from(["spring", "fall"]), st.booleans()
)


def as_frame(rows: list[tuple], names: str, first: tuple) -> pd.DataFrame:
    return pd.DataFrame([first, *dict.fromkeys(rows)], columns=names.split())


def close(table, expected: pd.DataFrame) -> None:
    np.testing.assert_array_equal(table.frame.index, expected.index)
    pd.testing.assert_frame_equal(
        table.frame, expected, rtol=1e-9, atol=1e-12, check_index_type=False
    )


# `lines` is the same for every example
STILL = [HealthCheck.function_scoped_fixture]


@settings(max_examples=15, deadline=None)
@given(frame=transactions())
def test_random_tables_give_what_pandas_gives(frame, features_of, by_pandas):
    close(features_of(frame), by_pandas(frame))


@settings(max_examples=10, deadline=None, suppress_health_check=STILL)
@given(happened=st.lists(HAPPENED, max_size=12), answered=st.lists(ANSWERED))
def test_random_events_give_what_pandas_gives(
    happened, answered, lines, features_of, by_pandas
):
    lines = lines.replace({"ann": "a", "bo": "b", "cy": "c"})
    first = ("a", datetime(2024, 1, 31), "visit")
    events = as_frame(happened, "customer_id timestamp event_type", first)
    first = ("a", "winter", True)
    responses = as_frame(answered, "customer_id campaign_id converted", first)
    tables = {"events": events, "responses": responses}
    close(features_of(lines, **tables), by_pandas(lines, **tables))


@settings(max_examples=10, deadline=None)
@given(frame=transactions())
def test_the_matrix_of_random_tables_has_no_gaps(frame, features_of):
    table = features_of(frame)
    filled = table.matrix(list(table.frame))
    assert np.isfinite(filled.to_numpy()).all()

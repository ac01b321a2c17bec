"""The history: at each day the same bits as a run for that day alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoseg.datasets import make_customers
from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError, InputWarning
from autoseg.features import CATALOGUE, feature_history
from autoseg.features.compute import select_features
from autoseg.features.periods import Periods, Step, read_step
from autoseg.tables import stage

pytestmark = pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")


@pytest.fixture(scope="module")
def shop():
    return make_customers(
        120,
        5,
        lines_per_order=2,
        columns=["product_id", "category", "quantity", "discount", "channel"],
        random_state=3,
    )


def entries(staged) -> list[str]:
    """Return the entries of the catalogue; on another day there are other levels."""
    return [one.name for one in select_features(staged, None) if one.name in CATALOGUE]


def same_bits(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    return (
        left.columns.equals(right.columns)
        and left.index.equals(right.index)
        and left.to_numpy().tobytes() == right.to_numpy().tobytes()
    )


def test_each_day_has_the_bits_of_a_run_for_that_day(shop, features_of):
    with DuckDBEngine(threads=2) as engine:
        staged = stage(engine, shop.transactions, as_of=shop.as_of)
        history = feature_history(staged, entries(staged), every="1 quarter")
    assert len(history.days) > 4
    assert history.days[-1] == shop.as_of
    for day in history.days:
        alone = features_of(shop.transactions, as_of=day)
        there = history.at(day)
        assert same_bits(there.frame, alone.frame)
        assert there.revenue.equals(alone.revenue)
        assert there.last_day == alone.last_day


def test_a_window_looks_back_so_far_and_no_further(shop, features_of):
    with DuckDBEngine(threads=2) as engine:
        staged = stage(engine, shop.transactions, as_of=shop.as_of)
        history = feature_history(
            staged, entries(staged), every="2 months", window="90 days"
        )
    for (start, end), day in zip(history.windows, history.days, strict=True):
        assert (end - start).days == 90
        alone = features_of(shop.transactions, as_of=day, since=start)
        assert same_bits(history.at(day).frame, alone.frame)


def test_orders_whose_lines_lie_on_both_sides_of_a_day_are_cut_there(features_of):
    # one order number, paid in January and partly given back in March
    lines = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bo"],
            "order_id": ["1", "1", "2"],
            "timestamp": pd.to_datetime(["2024-01-10", "2024-03-10", "2024-01-05"]),
            "amount": [100.0, -100.0, 30.0],
        }
    )
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=date(2024, 4, 1))
        history = feature_history(staged, ["monetary", "frequency"], every="1 month")
    march = history.at(date(2024, 3, 1)).frame
    assert march.loc["ann"].to_dict() == {"frequency": 1.0, "monetary": 100.0}
    # later she has bought nothing, and is no customer any more
    assert history.at(date(2024, 4, 1)).frame.index.tolist() == ["bo"]


def test_events_and_responses_are_seen_as_of_each_day(
    lines, events, responses, features_of
):
    with DuckDBEngine() as engine:
        staged = stage(
            engine, lines, events=events, responses=responses, as_of=date(2024, 4, 1)
        )
        history = feature_history(staged, entries(staged), every="3 weeks")
    for day in history.days:
        alone = features_of(lines, as_of=day, events=events, responses=responses)
        assert same_bits(history.at(day).frame, alone.frame)


def test_neither_threads_nor_the_order_of_rows_change_a_byte(shop):
    frames = []
    for threads in (1, 2):
        rows = shop.transactions.sample(frac=1, random_state=threads)
        with DuckDBEngine(threads=threads) as engine:
            staged = stage(engine, rows, as_of=shop.as_of)
            frames.append(feature_history(staged, every="1 quarter").frame)
    assert same_bits(*frames)


def test_a_day_that_is_not_there_is_told(shop):
    with DuckDBEngine() as engine:
        staged = stage(engine, shop.transactions, as_of=shop.as_of)
        history = feature_history(staged, ["monetary"], every="1 year")
    with pytest.raises(InputError, match=r"1999-01-01 is no day of this history"):
        history.at(date(1999, 1, 1))


def test_too_many_days_are_refused(shop):
    with DuckDBEngine() as engine:
        staged = stage(engine, shop.transactions, as_of=shop.as_of)
        with pytest.raises(InputError, match=r"more than 400 periods .*longer step"):
            feature_history(staged, ["monetary"], every="1 day")


@pytest.mark.parametrize("text", ["", "quarter", "0 days", "1.5 months", "1 eon", None])
def test_what_is_no_length_of_time_is_told(text):
    with pytest.raises(InputError, match=r"is no length of time.*such as '1 quarter'"):
        read_step(text, "every")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1 quarter", Step(months=3)),
        ("2 Weeks", Step(days=14)),
        ("10 days", Step(days=10)),
        ("1 year", Step(months=12)),
        ("6months", Step(months=6)),
    ],
)
def test_lengths_of_time_are_read(text, step):
    assert read_step(text, "every") == step


def test_steps_count_from_the_end_so_that_short_months_do_not_wear_them_down():
    month = Step(months=1)
    days = [month.before(date(2024, 5, 31), n) for n in range(4)]
    assert days == [
        date(2024, 5, 31),
        date(2024, 4, 30),
        date(2024, 3, 31),
        date(2024, 2, 29),
    ]


DAYS = st.dates(date(2020, 1, 1), date(2021, 1, 1))


@given(
    ends=st.lists(DAYS, min_size=1, max_size=5, unique=True),
    lengths=st.lists(st.integers(1, 200), min_size=5, max_size=5),
    moment=DAYS,
)
@settings(max_examples=40, deadline=None)
def test_a_row_is_in_the_parts_of_exactly_the_periods_that_it_lies_in(
    ends, lengths, moment
):
    step = [Step(days=length) for length in lengths]
    windows = tuple((s.before(end), end) for s, end in zip(step, ends, strict=False))
    periods = Periods(windows)
    with DuckDBEngine(threads=1) as engine:
        rows = engine.fetch_rows(
            f"SELECT p.as_of FROM ({periods.sql}) AS p,"
            f" (SELECT {periods.part('t')} AS part FROM"
            f" (SELECT CAST('{moment}' AS TIMESTAMP) AS t)) AS row"
            " WHERE part >= first_part AND part < end_part"
        )
    expected = {end for start, end in windows if start <= moment < end}
    assert {end for (end,) in rows} == expected


def test_history_is_silent_about_values_it_lacks(shop):
    with DuckDBEngine() as engine:
        staged = stage(engine, shop.transactions, as_of=shop.as_of)
        history = feature_history(staged, ["gap_cv", "frequency"], every="1 quarter")
    few = history.frame["frequency"] < 3
    assert np.isnan(history.frame.loc[few, "gap_cv"]).all()
    assert issubclass(InputWarning, Warning)

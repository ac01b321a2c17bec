"""Whatever a frame's columns are of, it comes in accounted for, or with a message."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

FUZZ = settings.get_profile("fuzz")
CUSTOMERS = st.integers(0, 9).map("Zq{:05d}".format)
DAYS = st.datetimes(dt.datetime(2023, 1, 1), dt.datetime(2024, 12, 31))
WORDS = st.text(max_size=12) | st.sampled_from(
    ["2024-01-05", "05/01/2024", "1.250", "7,5", "NA", "=1+1", "'; DROP TABLE t; --"]
)
MOMENTS = DAYS.map(lambda day: day.replace(tzinfo=dt.UTC))
BIG = Decimal(10) ** 30

# values and the Arrow type they are of
KINDS = {
    "customer": (CUSTOMERS, pa.string()),
    "text": (WORDS, pa.string()),
    "large text": (WORDS, pa.large_string()),
    "text view": (WORDS, pa.string_view()),
    "bytes": (st.binary(max_size=9), pa.binary()),
    "fixed bytes": (st.binary(min_size=16, max_size=16), pa.binary(16)),
    "true or false": (st.booleans(), pa.bool_()),
    "small": (st.integers(-128, 127), pa.int8()),
    "whole": (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "few": (st.integers(0, 50), pa.int64()),
    "unsigned": (st.integers(0, 2**64 - 1), pa.uint64()),
    "epoch": (st.integers(1_672_531_200, 1_735_603_200), pa.int64()),
    "half": (st.floats(width=16), pa.float16()),
    "float": (st.floats(width=32), pa.float32()),
    "double": (st.floats(), pa.float64()),
    "price": (st.integers(-999, 99_999).map(lambda n: n / 100), pa.float64()),
    "money": (st.decimals(-999, 9999, places=2, allow_nan=False), pa.decimal128(12, 2)),
    "huge": (st.decimals(-BIG, BIG, places=2, allow_nan=False), pa.decimal128(38, 2)),
    "wide": (st.decimals(-BIG, BIG, places=4, allow_nan=False), pa.decimal256(60, 4)),
    "time": (DAYS, pa.timestamp("us")),
    "seconds": (DAYS.map(lambda d: d.replace(microsecond=0)), pa.timestamp("s")),
    "nanoseconds": (DAYS, pa.timestamp("ns")),
    "time anywhere": (st.datetimes(), pa.timestamp("us")),
    "time of UTC": (MOMENTS, pa.timestamp("us", "UTC")),
    "time of Oslo": (MOMENTS, pa.timestamp("us", "Europe/Oslo")),
    "day": (st.dates(), pa.date32()),
    "long day": (st.dates(), pa.date64()),
    "time of day": (st.times(), pa.time64("us")),
    "duration": (
        DAYS.map(lambda day: day - dt.datetime(2023, 6, 1)),
        pa.duration("us"),
    ),
    "list": (st.lists(st.integers(0, 9), max_size=3), pa.list_(pa.int64())),
    "struct": (st.fixed_dictionaries({"a": WORDS}), pa.struct([("a", pa.string())])),
    "map": (
        st.dictionaries(WORDS, st.integers(0, 9), max_size=2).map(dict.items).map(list),
        pa.map_(pa.string(), pa.int64()),
    ),
    "nothing": (st.none(), pa.null()),
    "category": (CUSTOMERS, pa.dictionary(pa.int32(), pa.string())),
}
PERSONS = ("customer", "category")
USUAL = {
    "customer_id": ("customer", "few", "category", "text"),
    "order_date": ("time", "day", "time of Oslo", "nanoseconds", "epoch"),
    "amount": ("price", "money", "few", "double"),
}
OTHERS = ("order_id", "quantity", "category", "discount", "cost", "currency", "n_lines",
          "unit_price", "x y", 'a"b', "select", "row", "file", "c0", "fingerprint",
          "reason", "blank", "valuta", "kunde")  # fmt: skip


@st.composite
def arrow_tables(draw, columns):
    """Draw an Arrow table with these columns, each of any type."""
    n_rows = draw(st.integers(0, 30))
    drawn = {}
    for name in columns:
        usual = USUAL.get(name, ())
        # a customer in another column is a mapping that went wrong
        others = [k for k in KINDS if name == "customer_id" or k not in PERSONS]
        kinds = st.sampled_from([*others, *usual * 12])
        values, kind = KINDS[draw(kinds)]
        if draw(st.booleans()):
            values = values | st.none()
        column = draw(st.lists(values, min_size=n_rows, max_size=n_rows))
        if pa.types.is_dictionary(kind):
            drawn[name] = pa.array(column, pa.string()).dictionary_encode()
        elif pa.types.is_float16(kind):
            floats = [np.float16("nan" if v is None else v) for v in column]
            drawn[name] = pa.array(np.array(floats, np.float16), kind)
        else:
            drawn[name] = pa.array(column, kind)
    return pa.table(drawn)


def _pandas(table):
    return table.to_pandas(ignore_metadata=True)


def _pandas_of_arrow(table):
    return table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)


def _polars(table):
    return pl.DataFrame(pl.from_arrow(table))


def _lazy(table):
    return _polars(table).lazy()


CONTAINERS = (lambda table: table, _pandas, _pandas_of_arrow, _polars, _lazy)


def _converted(table, container):
    """Return the table in a container; None where the library has no such type."""
    try:
        return container(table)
    except (
        *(pa.ArrowException, pl.exceptions.PolarsError, OverflowError, ValueError),
        *(TypeError, NotImplementedError, pl.exceptions.PanicException),
    ):
        return None


@settings(FUZZ)
@given(data=st.data())
def test_a_frame_of_any_types_loses_no_row(data, survives):
    others = st.lists(st.sampled_from(OTHERS), unique=True, max_size=3)
    table = data.draw(arrow_tables([*USUAL, *data.draw(others)]))
    frame = _converted(table, data.draw(st.sampled_from(CONTAINERS)))
    if frame is None:
        return
    n_rows = survives(frame, max_bad_share=data.draw(st.sampled_from([0.01, 0.9])))
    assert n_rows in {None, table.num_rows}


OBJECTS = st.one_of(
    st.none(),
    st.text(max_size=5),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.booleans(),
    st.decimals(),
    st.dates(),
    st.datetimes() | MOMENTS,
    st.binary(max_size=3),
    st.just(pd.NA),
    st.just(pd.NaT),
    st.uuids(),
    st.complex_numbers(),
    st.builds(object),
    st.lists(st.integers(), max_size=2),
)


@settings(FUZZ)
@given(data=st.data())
def test_a_frame_of_any_objects_loses_no_row(data, survives):
    n_rows = data.draw(st.integers(1, 12))
    columns = {}
    for name in ("customer_id", "order_date", "amount", "note"):
        usual = CUSTOMERS if name == "customer_id" else WORDS
        one = data.draw(st.sampled_from([usual, DAYS, st.integers(1, 99), OBJECTS]))
        values = data.draw(st.lists(one, min_size=n_rows, max_size=n_rows))
        columns[name] = pd.Series(values, dtype=object)
    assert survives(pd.DataFrame(columns)) in {None, n_rows}


@settings(FUZZ)
@given(data=st.data())
def test_four_tables_of_any_types_lose_no_row(data, survives):
    events = ["customer_id", "timestamp", "event_type", "channel"]
    responses = ["customer_id", "campaign_id", "converted", "exposed_at", "revenue"]
    orders = pa.table(
        {
            "customer_id": [f"Zq{i % 10:05d}" for i in range(60)],
            "order_date": [dt.datetime(2024, 1 + i % 12, 5) for i in range(60)],
            "amount": [10.0 + i for i in range(60)],
        }
    )
    companions = {
        "customers": data.draw(arrow_tables(["customer_id", "x y", "churned"])),
        "events": data.draw(arrow_tables(events)),
        "responses": data.draw(arrow_tables(responses)),
    }
    frames = {
        role: _converted(table, data.draw(st.sampled_from(CONTAINERS)))
        for role, table in companions.items()
    }
    assert survives(orders, **frames) in {None, 60}


NAMES = st.text(max_size=8) | st.integers() | st.none()


@settings(FUZZ)
@given(
    names=st.lists(NAMES, min_size=3, max_size=3),
    container=st.sampled_from(["pandas", "polars", "arrow"]),
)
def test_columns_of_any_names_get_a_message(names, container, survives):
    columns = [["Zq00001"] * 3, [dt.datetime(2024, 1, 5)] * 3, [5.0] * 3]
    if container == "pandas":
        frame = pd.DataFrame(dict(enumerate(columns)))
        frame.columns = pd.Index(names, dtype=object)
    elif not all(isinstance(name, str) for name in names):
        return
    elif container == "arrow":
        frame = pa.Table.from_arrays([pa.array(c) for c in columns], names=names)
    elif len(set(names)) < 3:
        return
    else:
        frame = pl.DataFrame(dict(zip(names, columns, strict=True)))
    wanted = ("customer_id", "timestamp", "amount")
    mapped = {w: n for w, n in zip(wanted, names, strict=True) if isinstance(n, str)}
    assert survives(frame, columns=mapped) in {None, 3}


@settings(FUZZ)
@given(
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.text(max_size=5), max_size=3)
    | st.dictionaries(st.text(max_size=5), st.integers(), max_size=2)
    | st.binary(max_size=20)
)
def test_what_is_no_table_gets_a_message(value, survives, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert survives(value) is None

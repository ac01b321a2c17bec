"""Dates: one format a column, decided by all of it."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError


def frame(values):
    n = len(values)
    return pd.DataFrame(
        {"customer_id": "a", "order_id": range(n), "timestamp": values, "amount": 1.0}
    )


def times(result):
    rows = result.staged.engine.fetch_rows(
        "SELECT timestamp FROM transactions ORDER BY CAST(order_id AS INTEGER)"
    )
    return [row[0] for row in rows]


FIFTH = datetime(2024, 1, 5)
LAST = datetime(2024, 1, 31)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2024-01-05", "2024-01-31"], [FIFTH, LAST]),
        (["2024-1-5", "2024-01-31"], [FIFTH, LAST]),
        (["2024/01/05", " 2024/01/31 "], [FIFTH, LAST]),
        (["2024-01-05T08:30:00", "2024-01-31 23:59"], None),
        (["2024-01-05 08:30:00.000", "2024-01-31T23:59:00"], None),
        (["05.01.2024", "31.01.2024"], [FIFTH, LAST]),
        (["05.01.2024", "06.01.2024"], [FIFTH, datetime(2024, 1, 6)]),
        (["05/01/2024", "31/01/2024"], [FIFTH, LAST]),
        (["01/05/2024", "01/31/2024"], [FIFTH, LAST]),
        (["1/5/2024 8:30", "1/31/2024 23:59"], None),
        (["1/5/2024 8:30 AM", "1/31/2024 11:59 pm"], None),
        (["5-1-2024 08:30:00", "31-1-2024 23:59"], None),
        (["05/05/2024", "06/06/2024"], [datetime(2024, 5, 5), datetime(2024, 6, 6)]),
    ],
)
def test_the_whole_column_decides_the_format(run, texts, expected):
    if expected is None:
        expected = [datetime(2024, 1, 5, 8, 30), datetime(2024, 1, 31, 23, 59)]
    assert times(run(frame(texts))) == expected


def test_one_row_settles_day_and_month_for_all_others(run):
    result = run(frame(["05/01/2024"] * 300 + ["13/02/2024"]))
    assert times(result)[0] == FIFTH


def test_dates_that_nothing_settles_are_an_error(run):
    with pytest.raises(
        InputError,
        match=r"ASG_E_DATE_AMBIGUOUS: transactions, column 'timestamp', rows 0, 2: "
        r"'05/01/2024' may have the day or the month first",
    ):
        run(frame(["05/01/2024", "03/03/2024", "06/01/2024"]))


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["2024-01-05", "05.01.2024"], "1 as YYYY-MM-DD, 1 as DD.MM.YYYY"),
        (["13/01/2024", "01/13/2024"], "1 dates have the day first and 1 the month"),
        (["2024-01-05 10:00", "2024-01-05T10:00Z"], "1 as YYYY-MM-DD with offset"),
    ],
)
def test_two_formats_in_one_column_are_an_error_with_counts(run, texts, words):
    with pytest.raises(InputError, match=rf"ASG_E_DATE_MIXED: .*{words}"):
        run(frame(texts))


def test_a_stray_format_is_a_bad_row_and_never_misread(run):
    texts = ["2024-01-05"] * 200 + ["2024-01-05 23:30+14:00"]
    result = run(frame(texts))
    assert dict(result.staged.log.dropped_rows) == {"unreadable_timestamp": 1}
    texts = ["31/01/2024"] * 200 + ["01/31/2024"]
    result = run(frame(texts))
    assert dict(result.staged.log.dropped_rows) == {"unreadable_timestamp": 1}


def test_dates_that_do_not_exist_are_bad_rows(run):
    result = run(frame(["28/02/2024"] * 200 + ["31/02/2024"]))
    assert dict(result.staged.log.dropped_rows) == {"unreadable_timestamp": 1}


def test_a_column_without_any_date_is_an_error_with_an_example(run):
    with pytest.raises(
        InputError,
        match=r"ASG_E_DATE_UNREADABLE: .*none of the 2 .*, for example 'May'",
    ):
        run(frame(["May", "June"]))
    with pytest.raises(InputError, match=r"ASG_E_DATE_UNREADABLE: .*value is blank"):
        run(frame(["", " "]))


@pytest.mark.parametrize("value", [45296.5, True])
def test_types_that_are_no_dates_are_an_error(run, value):
    with pytest.raises(InputError, match=r"ASG_E_DATE_TYPE"):
        run(frame([value]))


@pytest.mark.parametrize("value", [1704412800, 45296])
def test_counted_days_and_seconds_are_never_guessed(run, value):
    with pytest.raises(InputError, match=rf"ASG_E_DATE_UNREADABLE: .*'{value}'"):
        run(frame([value]))


@pytest.mark.parametrize("value", [20240105, "20240105"])
def test_eight_digits_are_a_day_with_a_warning(run, value):
    result = run(frame([value] * 2))
    assert result.codes == ["ASG_W_DATE_COMPACT"]
    assert times(result) == [FIFTH] * 2


def test_dates_of_any_type_are_read(run):
    days = [date(2024, 1, 5)] * 2
    types = (pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ns"))
    for kind in types:
        table = pa.table(
            {
                "customer_id": ["a", "a"],
                "order_id": [0, 1],
                "timestamp": pa.array(days).cast(kind),
                "amount": [1, 1],
            }
        )
        assert times(run(table)) == [FIFTH] * 2


@pytest.mark.parametrize(
    "values",
    [
        ["2024-12-31T23:30:00Z"],
        ["2024-12-31 18:30:00-0500"],
        [pd.Timestamp("2024-12-31 23:30", tz="UTC")],
        [pd.Timestamp("2025-01-01 04:30", tz="Asia/Karachi").tz_convert("Asia/Tokyo")],
    ],
)
def test_days_begin_in_the_shops_time_zone(run, values):
    if values[0] == pd.Timestamp("2024-12-31 23:30", tz="UTC"):
        assert run(frame(values), timezone="Europe/Oslo").codes == []
    result = run(frame(values), timezone="Europe/Oslo")
    assert times(result) == [datetime(2025, 1, 1, 0, 30)]
    result = run(frame(values))
    assert result.codes == ["ASG_W_TIMEZONE"]
    assert times(result) == [datetime(2024, 12, 31, 23, 30)]


def test_times_without_offset_are_taken_as_they_are(run):
    result = run(frame(["2024-12-31 23:30:00"]), timezone="Asia/Tokyo")
    assert times(result) == [datetime(2024, 12, 31, 23, 30)]


FORMATS = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y", "%d.%m.%Y %H:%M"),
    *("%d/%m/%Y", "%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%d-%m-%Y %H:%M:%S", "%Y%m%d"),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    moments=st.lists(
        st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1)), min_size=1, max_size=8
    ),
    written=st.sampled_from(FORMATS),
)
def test_what_python_writes_is_read_back(run, moments, written):
    texts = [moment.strftime(written) for moment in moments]
    # without a day after the 12th some columns are ones to ask about
    texts.append(datetime(2024, 1, 31, 12, 30).strftime(written))
    expected = [datetime.strptime(text, written) for text in texts]
    assert times(run(frame(texts))) == expected

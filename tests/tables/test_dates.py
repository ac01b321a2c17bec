"""Dates: one format a column, decided by all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest
from babel.dates import format_date
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError
from autoseg.tables.zones import clock_gaps


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


@pytest.mark.parametrize(
    "value", [True, time(10, 30), pd.Timedelta(days=1), b"2024-01-05"]
)
def test_types_that_are_no_dates_are_an_error(run, value):
    with pytest.raises(InputError, match=r"ASG_E_DATE_TYPE"):
        run(frame([value]))


@pytest.mark.parametrize("value", [5, 45296000, 99, 1.5, "17"])
def test_numbers_that_count_no_plausible_days_are_an_error(run, value):
    with pytest.raises(
        InputError,
        match=r"ASG_E_DATE_UNREADABLE: .*none of the 1 numbers can be a date",
    ):
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


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-01-05 08.30", "2024-01-31 23.59"],
        ["05.01.2024 kl. 08.30", "31.01.2024 kl. 23.59"],
        ["05.01.2024 08.30.00", "31.01.2024 23.59"],
        ["05.01.2024, 08:30", "31.01.2024, 23:59"],
        ["2024-01-05 8:30 AM", "2024-01-31 11:59PM"],
        ["2024.01.05 08:30:00,000", "2024.01.31 23:59:00,000"],
        ["20240105T0830", "20240131T235900"],
        ["202401050830", "202401312359"],
        ["20240105083000", "20240131235900"],
        ["5. januar 2024 kl. 08.30", "31. januar 2024 kl. 23.59"],
        ["Fri, 05 Jan 2024 08:30:00", "Wed, 31 Jan 2024 23:59:00"],
        ["fre. 05.01.2024 08:30", "ons. 31.01.2024 23:59"],
    ],
)
def test_times_of_day_are_read_as_people_write_them(run, texts):
    expected = [datetime(2024, 1, 5, 8, 30), datetime(2024, 1, 31, 23, 59)]
    assert times(run(frame(texts))) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "5. januar 2024",
            "05-Jan-2024",
            "5 jan 2024",
            "5. jan. 2024",
            "5 January 2024",
        ),
        *("January 5, 2024", "Jan 5, 2024", "5.jan.2024", "05/Jan/2024", "5 JAN 2024"),
        *("5 januari 2024", "5. jan. 2024"),
    ],
)
def test_names_of_months_are_read(run, text):
    assert times(run(frame([text]))) == [FIFTH]


MONTHS = {
    "en": "January February March April May June July August September October"
    " November December",
    "nb": "januar februar mars april mai juni juli august september oktober november"
    " desember",
    "da": "januar februar marts april maj juni juli august september oktober november"
    " december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november"
    " december",
}


@pytest.mark.parametrize("language", MONTHS)
@pytest.mark.parametrize("cut", [None, 3])
def test_every_month_has_its_name_in_four_languages(run, language, cut):
    texts = [f"5. {name[:cut]} 2024" for name in MONTHS[language].split()]
    expected = [datetime(2024, month, 5) for month in range(1, 13)]
    assert times(run(frame(texts))) == expected


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
@pytest.mark.parametrize("width", ["short", "medium", "long", "full"])
def test_what_babel_writes_for_people_is_read(run, language, width):
    days = [date(2024, month, 20) for month in range(1, 13)]
    if language in {"da", "nb"} and width == "full":
        pytest.skip("Danish and Norwegian put words about the date in front")
    texts = [format_date(day, width, locale=language) for day in days]
    expected = [datetime(day.year, day.month, day.day) for day in days]
    assert times(run(frame(texts))) == expected


def test_short_years_are_read_with_a_warning(run):
    result = run(frame(["05.01.24", "31.01.24"]))
    assert result.codes == ["ASG_W_DATE_SHORT_YEAR"]
    assert times(result) == [FIFTH, LAST]
    assert times(run(frame(["24-01-05", "24-01-31", "99-01-31"])))[:2] == [FIFTH, LAST]
    assert times(run(frame(["05/01/24", "31/01/24"]))) == [FIFTH, LAST]
    assert times(run(frame(["01/05/24", "01/31/24"]))) == [FIFTH, LAST]
    with pytest.raises(
        InputError,
        match=r"'05-01-04' may have the day or the month or the year first.*"
        r"date_format='%d-%m-%y'.* or date_format='%m-%d-%y'.* or date_format='%y-%m-",
    ):
        run(frame(["05-01-04"]))


def test_a_short_year_beside_a_long_one_is_another_format(run):
    with pytest.raises(InputError, match=r"1 as DD.MM.YY, 1 as DD.MM.YYYY"):
        run(frame(["05.01.24", "05.01.2024"]))


@pytest.mark.parametrize(
    ("texts", "date_format", "expected"),
    [
        (["05/01/2024", "06/01/2024"], "%d/%m/%Y", datetime(2024, 1, 5)),
        (["05/01/2024", "06/01/2024"], "%m/%d/%Y", datetime(2024, 5, 1)),
        (["05/01/2024 10:30", "06/01/2024"], "%d/%m/%Y", datetime(2024, 1, 5, 10, 30)),
        (["20240105", "20240106"], "%Y%d%m", datetime(2024, 5, 1)),
        ([20240105, 20240106], "%Y%m%d", datetime(2024, 1, 5)),
        (["2024 05 01"], "%Y %d %m", datetime(2024, 1, 5)),
        (["2024-01-05"], "%d/%m/%Y", datetime(2024, 1, 5)),
    ],
)
def test_the_setting_decides_where_the_column_does_not(
    run, texts, date_format, expected
):
    result = run(frame(texts), date_format=date_format)
    assert times(result)[0] == expected
    assert result.codes == []


def test_a_format_with_an_offset_leads_to_the_shops_zone(run):
    result = run(
        frame(["31 12 2024 23:30 +0000"]),
        date_format="%d %m %Y %H:%M %z",
        timezone="Europe/Oslo",
    )
    assert times(result) == [datetime(2025, 1, 1, 0, 30)]


def test_a_format_that_does_not_fit_is_told_with_its_count(run):
    with pytest.raises(
        InputError, match=r"E_DATE_UNREADABLE.*'%d/%m/%Y' does not read 2 of 2 values"
    ):
        run(frame(["May", "June"]), date_format="%d/%m/%Y")
    with pytest.raises(
        InputError, match=r"ASG_E_SETTING: date_format: '%Q' is no form"
    ):
        run(frame(["May"]), date_format="%Q")


def test_the_question_names_the_setting(run):
    with pytest.raises(
        InputError,
        match=r"date_format='%d/%m/%Y' \(--date-format '%d/%m/%Y'\) or date_format='%m",
    ):
        run(frame(["05/01/2024"]))


SECOND = 1704443400  # 2024-01-05 08:30 UTC


@pytest.mark.parametrize("kind", [int, str, float])
@pytest.mark.parametrize(
    ("factor", "words"),
    [(1, "seconds"), (10**3, "milli"), (10**6, "micro"), (10**9, "nano")],
)
def test_counted_seconds_are_known_by_their_size(run, kind, factor, words):
    values = [kind(SECOND * factor), kind((SECOND + 60) * factor)]
    result = run(frame(values), timezone="Europe/Oslo")
    assert times(result) == [datetime(2024, 1, 5, 9, 30), datetime(2024, 1, 5, 9, 31)]
    assert result.codes == ["ASG_W_DATE_EPOCH"]
    told = result.warned[0].finding
    assert words in told.found
    assert told.found.endswith("as 2024-01-05 08:30 UTC")
    assert "ASG_W_TIMEZONE" in run(frame(values)).codes


@given(
    moments=st.lists(
        st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)), min_size=1
    ),
    unit=st.sampled_from(["s", "ms", "us", "ns"]),
)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_pandas_counts_is_read_back(run, moments, unit):
    series = pd.Series(moments).astype(f"datetime64[{unit}]")
    result = run(frame(series.astype("int64")), timezone="UTC")
    assert times(result) == [one.to_pydatetime() for one in series]


@pytest.mark.parametrize(
    "values", [[45296, 45322], ["45296", "45322"], [45296.0, 45322]]
)
def test_excels_days_are_read_with_a_warning(run, values):
    result = run(frame(values))
    assert times(result) == [FIFTH, LAST]
    assert result.codes == ["ASG_W_DATE_SERIAL"]
    assert "45296 as 2024-01-05 00:00" in result.warned[0].finding.found


@pytest.mark.parametrize("value", [45296.604166666664, "45296.604166666664", "45296,5"])
def test_parts_of_excels_days_are_times(run, value):
    expected = datetime(2024, 1, 5, 12) if value == "45296,5" else None
    assert times(run(frame([value]))) == [expected or datetime(2024, 1, 5, 14, 30)]


def test_excels_days_are_those_of_the_spreadsheet_library(run):
    openpyxl_datetime = pytest.importorskip("openpyxl.utils.datetime")
    days = [
        datetime(1990, 1, 1) + timedelta(days=97 * i, hours=i % 24) for i in range(99)
    ]
    serials = [openpyxl_datetime.to_excel(day) for day in days]
    assert times(run(frame(serials))) == days


def test_numbers_that_count_in_two_ways_are_an_error(run):
    with pytest.raises(
        InputError,
        match=r"ASG_E_DATE_MIXED: .*2 seconds since 1970, 1 days as Excel",
    ):
        run(frame([SECOND, SECOND, 45296]))
    with pytest.raises(
        InputError, match=r"ASG_E_DATE_MIXED: .*1 as YYYYMMDD.* 1 as num"
    ):
        run(frame(["20240105", str(SECOND)]))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["05012024", "31012024"], [FIFTH, LAST]),
        (["01052024", "01312024"], [FIFTH, LAST]),
    ],
)
def test_eight_digits_may_end_with_the_year(run, texts, expected):
    result = run(frame(texts))
    assert times(result) == expected
    assert result.codes == ["ASG_W_DATE_COMPACT"]
    with pytest.raises(
        InputError, match=r"ASG_E_DATE_AMBIGUOUS: .*'05012024' may have"
    ):
        run(frame(texts[:1] if texts[0].startswith("05") else ["05012024"]))


@pytest.mark.parametrize(
    "text",
    [
        *("2024-12-31 23:30:00 +0000", "2024-12-31T23:30:00+00", "20241231T233000Z"),
        *("31.12.2024 23:30 UTC", "Tue, 31 Dec 2024 23:30:00 GMT", "2024-12-31T23:30Z"),
        *("Tue, 31 Dec 2024 18:30:00 -0500", "31/12/2024 23:30:00 +00:00"),
        "2024-12-31 11:30 PM UTC",
    ],
)
def test_offsets_are_read_however_they_are_written(run, text):
    result = run(frame([text]), timezone="Europe/Oslo")
    assert times(result) == [datetime(2025, 1, 1, 0, 30)]


def test_hours_that_the_clock_left_out_are_counted_and_stay(run):
    texts = ["2024-03-31 02:30:00", "2024-03-31 03:00:00", "2024-10-27 02:30:00"]
    expected = [datetime.fromisoformat(text) for text in texts]
    for values in (texts, pd.to_datetime(texts)):
        result = run(frame(values), timezone="Europe/Oslo")
        assert times(result) == expected
        assert result.codes == ["ASG_W_DST"]
        told = result.warned[0].finding
        assert told.found.startswith("1 times do not exist in Europe/Oslo")
        assert (told.rows, told.n_rows) == ((0,), 1)
        assert run(frame(values)).codes == []
        assert run(frame(values), timezone="Asia/Tokyo").codes == []


@pytest.mark.parametrize(
    "zone", ["Europe/Oslo", "America/New_York", "Australia/Sydney"]
)
def test_the_gaps_of_the_clock_are_those_of_the_time_zone_data(zone):
    found = list(
        clock_gaps(ZoneInfo(zone), datetime(2019, 1, 1), datetime(2024, 12, 31))
    )
    assert len(found) == 6
    for start, end in found:
        assert end - start == timedelta(hours=1)
        for moment, exists in (
            (start - timedelta(seconds=1), True),
            (start, False),
            (end - timedelta(seconds=1), False),
            (end, True),
        ):
            aware = moment.replace(tzinfo=ZoneInfo(zone))
            there_and_back = aware.astimezone(UTC).astimezone(ZoneInfo(zone))
            assert (there_and_back.replace(tzinfo=None) == moment) is exists


def test_the_order_of_rows_decides_nothing(run):
    texts = ["05/01/2024"] * 100 + ["06/02/2024"] * 50 + ["13/02/2024"]
    forwards = times(run(frame(texts)))
    assert forwards == times(run(frame(texts[::-1])))[::-1]


def test_timestamps_of_every_resolution_are_read(run):
    for unit in ("s", "ms", "us", "ns"):
        values = pd.Series([datetime(2024, 1, 5)]).astype(f"datetime64[{unit}]")
        assert times(run(frame(values))) == [FIFTH]

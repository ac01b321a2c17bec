"""B40 to B52: dates that mean two days, no day, or a day that cannot be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from autoseg.tables.settings import give

START = date(2023, 1, 2)


def with_dates(lines, dates):
    """Return the lines with other dates in the first rows."""
    split = [line.split(",") for line in lines]
    for cells, text in zip(split[1:], dates, strict=False):
        cells[2] = text
    return [",".join(cells) for cells in split]


def days(form, n_rows=300):
    return [(START + timedelta(days=i * 7 % 699)).strftime(form) for i in range(n_rows)]


@pytest.fixture
def clean(bring, shop, csv):
    return bring(csv(shop(), "clean.csv")).rows("*")


def test_b40_two_formats_in_one_column_are_told_with_their_counts(bring, shop, csv):
    found = bring(csv(with_dates(shop(), ["05/01/2024"] * 100)))
    found = found.the("ASG_E_DATE_MIXED")
    assert (found.source, found.column) == ("orders.csv", "order_date")
    assert "200 as YYYY-MM-DD, 100 as NN/NN/YYYY" in found.found
    assert found.n_rows == 100
    assert "YYYY-MM-DD" in found.fix


def test_b40_day_first_and_month_first_in_one_column_are_told(bring, shop, csv):
    lines = with_dates(shop(), days("%d/%m/%Y"))
    lines = with_dates(lines, days("%m/%d/%Y", 100))
    found = bring(csv(lines)).the("ASG_E_DATE_MIXED")
    assert found.column == "order_date"
    assert "have the day first and" in found.found


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"])
def test_b41_one_day_beyond_the_twelfth_decides_the_whole_column(
    bring, shop, csv, clean, form
):
    assert bring(csv(with_dates(shop(), days(form)))).rows("*") == clean


def test_b41_the_month_may_stand_first(bring, shop, csv, clean):
    assert bring(csv(with_dates(shop(), days("%m/%d/%Y")))).rows("*") == clean


def test_b41_where_nothing_decides_the_user_is_asked(bring, shop, csv):
    lines = with_dates(shop(), ["05/01/2024", "01/01/2024", "06/07/2024"] * 100)
    found = bring(csv(lines)).the("ASG_E_DATE_AMBIGUOUS")
    assert (found.source, found.column) == ("orders.csv", "order_date")
    assert (found.rows, found.n_rows) == ((2, 4, 5, 7, 8), 200)
    assert "'05/01/2024'" in found.found
    assert give("date_format", "%d/%m/%Y") in found.fix
    for form, first in (("%d/%m/%Y", date(2024, 1, 1)), ("%m/%d/%Y", date(2024, 1, 1))):
        outcome = bring(csv(lines), date_format=form)
        second = datetime.strptime("05/01/2024", form)
        assert outcome.staged.first_day == first
        assert second in outcome.values("timestamp")


@pytest.mark.parametrize("text", ["31/02/2024", "00/01/2024"])
def test_b42_a_day_that_does_not_exist_is_a_bad_row(bring, shop, csv, text):
    lines = with_dates(shop(), days("%d/%m/%Y"))
    lines[6] = lines[6].replace(days("%d/%m/%Y")[5], text)
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_UNREADABLE_TIMESTAMP")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (7,), 1)
    assert found.found.startswith("1 of 300 rows have no date that can be read")
    assert outcome.dropped == {"unreadable_timestamp": 1}


def test_b42_more_than_one_bad_day_in_a_hundred_stops(bring, shop, csv):
    found = bring(csv(with_dates(shop(), ["2024-02-31"] * 4)))
    found = found.the("ASG_E_UNREADABLE_TIMESTAMP")
    assert (found.rows, found.n_rows) == ((2, 3, 4, 5), 4)
    assert "one bad row in a hundred" in found.fix


@pytest.mark.parametrize(
    ("unit", "word"),
    [(1, "seconds"), (10**3, "milli"), (10**6, "micro"), (10**9, "nano")],
)
def test_b43_seconds_since_1970_are_read_by_their_range_and_told(
    bring, shop, frame, csv, clean, unit, word
):
    epoch = [
        int(pd.Timestamp(day, tz="UTC").timestamp()) * unit for day in days("%Y-%m-%d")
    ]
    for table in (
        csv(with_dates(shop(), map(str, epoch))),
        frame(order_date=epoch),
    ):
        outcome = bring(table)
        found = outcome.the("ASG_W_DATE_EPOCH")
        assert (found.column, found.n_rows) == ("order_date", 300)
        assert word in found.found
        assert "1970" in found.found
        assert outcome.rows("*") == clean


def test_b44_numbers_of_eight_digits_are_read_as_days_and_told(
    bring, shop, frame, csv, clean
):
    compact = days("%Y%m%d")
    for table in (
        csv(with_dates(shop(), compact)),
        frame(order_date=[int(text) for text in compact]),
    ):
        outcome = bring(table)
        found = outcome.the("ASG_W_DATE_COMPACT")
        assert (found.column, found.n_rows) == ("order_date", 300)
        assert "year, month and day" in found.found
        assert outcome.rows("*") == clean


def test_b45_day_numbers_of_excel_are_read_and_told(bring, shop, frame, csv, clean):
    # 45296 is 5 January 2024 there
    first = 45296 - (date(2024, 1, 5) - START).days
    serial = [first + i * 7 % 699 for i in range(300)]
    for table in (csv(with_dates(shop(), map(str, serial))), frame(order_date=serial)):
        outcome = bring(table)
        found = outcome.the("ASG_W_DATE_SERIAL")
        assert (found.column, found.n_rows) == ("order_date", 300)
        assert "Excel" in found.found
        assert outcome.rows("*") == clean


@pytest.mark.parametrize("text", ["1970-01-02", "1989-12-31", "2101-01-01"])
def test_b46_a_day_that_cannot_be_is_a_bad_row(bring, shop, csv, text):
    outcome = bring(csv(with_dates(shop(), [text])))
    found = outcome.the("ASG_W_IMPLAUSIBLE_TIMESTAMP")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (2,), 1)
    assert "before 1990 or after 2100" in found.found
    assert outcome.dropped == {"implausible_timestamp": 1}
    many = bring(csv(with_dates(shop(), [text] * 9)))
    assert many.the("ASG_E_IMPLAUSIBLE_TIMESTAMP").n_rows == 9


def test_b46_days_far_after_all_others_do_not_move_as_of(bring, shop, csv):
    path = csv(with_dates(shop(), ["2087-01-01"]))
    outcome = bring(path)
    found = outcome.the("ASG_W_ISOLATED_FUTURE")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (2,), 1)
    assert "2087" in found.found
    assert outcome.dropped == {"isolated_future": 1}
    assert outcome.staged.as_of < date(2025, 1, 1)
    # whoever names the day knows better
    assert bring(path, as_of="2087-01-02").dropped == {}


def test_b47_mixed_offsets_become_one_time_of_the_business(bring, shop, csv):
    moments = ["2024-01-01T12:00:00+01:00", "2024-07-01T12:00:00+02:00"] * 150
    lines = with_dates(shop(), moments)
    outcome = bring(csv(lines), timezone="Europe/Oslo")
    assert set(outcome.values("timestamp")) == {
        datetime(2024, 1, 1, 12),
        datetime(2024, 7, 1, 12),
    }
    assert "ASG_W_TIMEZONE" not in outcome.codes
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_TIMEZONE")
    assert (found.column, found.n_rows) == ("order_date", 300)
    assert "midnight UTC" in found.found
    assert "Europe/Oslo" in found.fix
    assert datetime(2024, 7, 1, 10) in outcome.values("timestamp")


def test_b48_the_day_begins_at_the_midnight_of_the_business(bring, shop, frame, csv):
    lines = with_dates(shop(), ["2024-12-31T23:30:00Z"] * 300)
    aware = pd.Timestamp("2024-12-31T23:30:00", tz="UTC")
    for table in (csv(lines), frame(order_date=aware)):
        oslo = bring(table, timezone="Europe/Oslo")
        assert oslo.staged.first_day == date(2025, 1, 1)
        assert bring(table, timezone="UTC").staged.first_day == date(2024, 12, 31)


def test_b49_times_that_do_not_exist_stay_on_their_day_and_are_told(bring, shop, csv):
    moments = [text + " 10:00:00" for text in days("%Y-%m-%d")]
    moments[3], moments[4] = "2024-03-31 02:30:00", "2024-10-27 02:30:00"
    outcome = bring(csv(with_dates(shop(), moments)), timezone="Europe/Oslo")
    found = outcome.the("ASG_W_DST")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (5,), 1)
    assert outcome.log.rows_used == 300
    kept = [m.date() for m in outcome.values("timestamp")]
    assert date(2024, 3, 31) in kept
    assert date(2024, 10, 27) in kept
    elsewhere = bring(csv(with_dates(shop(), moments)), timezone="Asia/Tokyo")
    assert "ASG_W_DST" not in elsewhere.codes


def test_b50_times_with_and_without_offset_in_one_column_are_told(bring, shop, csv):
    moments = ["2024-01-01 12:00:00", "2024-01-01 12:00:00+01:00"] * 150
    found = bring(csv(with_dates(shop(), moments))).the("ASG_E_DATE_MIXED")
    assert (found.column, found.n_rows) == ("order_date", 150)
    assert "150 as YYYY-MM-DD, 150 as YYYY-MM-DD with offset" in found.found
    assert found.fix


def test_b51_an_as_of_before_the_data_is_told(bring, shop, csv):
    found = bring(csv(shop()), as_of="2022-12-31").the("ASG_E_AS_OF_BEFORE_DATA")
    assert found.source == "orders.csv"
    assert found.found == "as_of is 2022-12-31 and the first row is of 2023-01-02"
    assert "2024-11-28 uses every row" in found.fix


def test_b51_without_an_as_of_it_is_the_day_after_the_last_row(bring, shop, csv):
    last = max(days("%Y-%m-%d"))
    outcome = bring(csv(shop()))
    assert outcome.staged.last_day == date.fromisoformat(last)
    assert outcome.staged.as_of == date.fromisoformat(last) + timedelta(days=1)


@pytest.mark.parametrize("text", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_b52_days_that_stand_for_none_are_counted_as_such(bring, shop, csv, text):
    outcome = bring(csv(with_dates(shop(), [text, text])))
    found = outcome.the("ASG_W_SENTINEL_TIMESTAMP")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (2, 3), 2)
    assert outcome.dropped == {"sentinel_timestamp": 2}
    assert outcome.staged.as_of < date(2025, 1, 1)

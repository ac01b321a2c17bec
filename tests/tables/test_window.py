"""Settings that bound a run are checked before anything is read."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from autoseg.errors import InputError
from autoseg.tables.findings import Findings
from autoseg.tables.window import read_window


def window(as_of=None, since=None, timezone=None, currency=None):
    findings = Findings()
    found = read_window(as_of, since, timezone, currency, findings)
    findings.raise_errors()
    return found


@pytest.mark.parametrize(
    "day", [date(2024, 4, 1), "2024-04-01", datetime(2024, 4, 1, 15)]
)
def test_days_are_read_from_dates_and_texts(day):
    assert window(as_of=day).as_of == date(2024, 4, 1)
    assert window(since=day).since == date(2024, 4, 1)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"as_of": "01.04.2024"}, r"ASG_E_DAY: as_of: '01.04.2024' is no day"),
        ({"since": 5}, r"ASG_E_DAY: since"),
        ({"as_of": "2024-01-01", "since": "2024-01-01"}, r"ASG_E_WINDOW: since"),
        ({"timezone": "Oslo"}, r"ASG_E_TIMEZONE: timezone: 'Oslo'"),
        ({"timezone": "../etc/passwd"}, r"ASG_E_TIMEZONE"),
        ({"currency": "kroner"}, r"ASG_E_CURRENCY: currency: 'kroner'"),
        ({"currency": "12€"}, r"ASG_E_CURRENCY"),
    ],
)
def test_settings_that_make_no_sense_are_errors(settings, match):
    with pytest.raises(InputError, match=match):
        window(**settings)


def test_a_wrong_setting_and_a_wrong_file_come_together(run, tmp_path):
    with pytest.raises(InputError, match=r"ASG_E_DAY") as caught:
        run(tmp_path / "absent.csv", as_of="soon")
    assert caught.value.codes == ("ASG_E_DAY", "ASG_E_MISSING_FILE")

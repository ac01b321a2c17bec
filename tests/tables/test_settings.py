"""Settings that bound a run are checked before anything is read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from autoseg.errors import InputError
from autoseg.tables.findings import Findings
from autoseg.tables.settings import ReadingOptions, Settings, give, read_settings


def settings_of(**given):
    findings = Findings()
    found = read_settings(findings, **given)
    findings.raise_errors()
    return found


@pytest.mark.parametrize(
    "day", [date(2024, 4, 1), "2024-04-01", datetime(2024, 4, 1, 15)]
)
def test_days_are_read_from_dates_and_texts(day):
    assert settings_of(as_of=day).as_of == date(2024, 4, 1)
    assert settings_of(since=day).since == date(2024, 4, 1)


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
        (
            {"returns": "gross"},
            r"ASG_E_SETTING: returns: 'gross' cannot be used.*'net'",
        ),
        ({"decimal": "·"}, r"ASG_E_SETTING: decimal"),
        ({"encoding": "latin-99"}, r"ASG_E_SETTING: encoding: .*utf-16-le"),
        ({"max_bad_share": 1}, r"ASG_E_SETTING: max_bad_share: 1 cannot"),
        ({"max_bad_share": "few"}, r"ASG_E_SETTING: max_bad_share"),
        ({"max_amount": 0}, r"ASG_E_SETTING: max_amount"),
        ({"rates": {"SEK": 0.98}}, r"ASG_E_RATE: rates: there are rates and no curr"),
        ({"rates": {"kr": 1}, "currency": "NOK"}, r"ASG_E_RATE: rates: 'kr': 1 is no"),
        ({"rates": {"SEK": "x"}, "currency": "NOK"}, r"ASG_E_RATE: rates: 'SEK': 'x'"),
    ],
)
def test_settings_that_make_no_sense_are_errors(settings, match):
    with pytest.raises(InputError, match=match):
        settings_of(**settings)


def test_a_wrong_setting_and_a_wrong_file_come_together(run, tmp_path):
    with pytest.raises(InputError, match=r"ASG_E_DAY") as caught:
        run(tmp_path / "absent.csv", as_of="soon")
    assert caught.value.codes == ("ASG_E_DAY", "ASG_E_MISSING_FILE")


def test_settings_come_out_as_they_are_counted_with():
    settings = settings_of(
        currency="nok",
        rates={"sek": 0.98, "DKK": None},
        exclude_ids=[" guest ", 0],
        max_amount=5000,
    )
    assert dict(settings.rates) == {"SEK": Decimal("0.98"), "DKK": None}
    assert settings.exclude_ids == ("guest", "0")
    assert settings.max_amount == Decimal(5000)


def test_a_key_is_not_shown():
    assert "secret" not in repr(settings_of(pseudonym_key="secret"))


def test_options_and_settings_name_the_same_things():
    # the part is told by who reads rows part by part, and who scores customers wants
    # to know of those from before
    own = {"as_of", "since", "timezone", "currency", "part", "keep_earlier"}
    fields = set(Settings.__dataclass_fields__)
    assert fields - own == set(ReadingOptions.__annotations__)


def test_a_fix_is_told_for_python_and_for_the_command_line():
    assert give("decimal", ",") == "decimal=',' (--decimal ',')"


@pytest.mark.parametrize(
    ("option", "value", "typed"),
    [
        ("columns", {"order_id": "bilagsnr"}, "--column order_id=bilagsnr"),
        ("drop_duplicates", True, "--dedupe"),
        ("exclude_ids", ["guest", "0"], "--exclude-ids guest,0"),
        ("max_bad_share", 0.05, "--max-bad-rows 0.05"),
        ("pseudonym_key", "…", "--pseudonymise"),
        ("rates", {"SEK": 0.98, "DKK": None}, "--rate SEK=0.98 --rate DKK=drop"),
    ],
)
def test_a_fix_is_typed_as_the_command_line_has_it(option, value, typed):
    assert give(option, value) == f"{option}={value!r} ({typed})"

"""The options for reading tables are the library's, under names that are typed."""

from __future__ import annotations

import re

import pytest
import typer.main

from autoseg.cli import reading
from autoseg.cli.main import app
from autoseg.tables import ReadingOptions
from autoseg.tables.settings import give

COMMANDS = typer.main.get_command(app).commands


def options_of(command: str) -> set[str]:
    return {
        name
        for option in COMMANDS[command].params
        for name in option.opts
        if name.startswith("--")
    }


@pytest.mark.parametrize("command", ["check", "segment"])
def test_every_option_that_a_message_can_name_can_be_typed(command):
    values = {
        "columns": {"amount": "belop"},
        "exclude_ids": ["guest"],
        "rates": {"SEK": 0.98},
    }
    own = (
        "as_of",
        "since",
        "timezone",
        "currency",
        "columns",
        "memory_limit",
        "temp_directory",
    )
    for name in (*ReadingOptions.__annotations__, *own):
        shown = give(name, values.get(name, "x"))
        (typed,) = re.findall(r"\((--[a-z-]+)", shown)
        assert typed in options_of(command), shown


def test_both_commands_have_the_same_options_for_reading():
    shared = options_of("check") & options_of("segment")
    assert options_of("check") <= options_of("segment")
    assert {"--customers", "--columns", "--rate", "--errors", "--dedupe"} <= shared


def typed(**given: object) -> dict[str, object]:
    """Return what the library gets, from options as they come from typer."""
    return reading._read(**given)


def test_what_was_not_typed_is_left_to_the_library():
    assert typed() == {"returns": "net"}


def test_each_option_becomes_its_keyword(tmp_path, monkeypatch):
    ids = tmp_path / "ids.txt"
    ids.write_text("guest\n\n 0 \n", encoding="utf-8-sig")
    monkeypatch.setenv("AUTOSEG_PSEUDONYM_KEY", "secret")
    assert typed(
        rate=["SEK=0.98", "DKK=drop"],
        max_bad_rows=0.05,
        exclude_ids=["a, b", f"@{ids}"],
        dedupe=True,
        pseudonymise=True,
        column=["amount = netto"],
    ) == {
        "columns": {"amount": "netto"},
        "returns": "net",
        "rates": {"SEK": "0.98", "DKK": None},
        "max_bad_share": 0.05,
        "exclude_ids": ["a", "b", "guest", "0"],
        "drop_duplicates": True,
        "pseudonym_key": "secret",
    }


def test_a_column_that_is_typed_goes_before_the_file(tmp_path):
    path = tmp_path / "columns.toml"
    path.write_text('amount = "brutto"\n[events]\ntimestamp = "tid"\n')
    assert typed(columns=path)["columns"] == str(path)
    assert typed(columns=path, column=["amount=netto"])["columns"] == {
        "amount": "netto",
        "events.timestamp": "tid",
    }


def test_the_key_can_stand_in_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("secret\n")
    assert typed(pseudonym_key_file=path)["pseudonym_key"] == "secret"


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"pseudonymise": True}, "there is no key: set AUTOSEG_PSEUDONYM_KEY"),
        ({"exclude_ids": ["@absent"]}, "'absent' cannot be read as text"),
        ({"rate": ["SEK"]}, "'SEK' is not CODE=RATE"),
        ({"column": ["=x"]}, "'=x' is not OURS=YOURS"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(given, match, monkeypatch):
    monkeypatch.delenv("AUTOSEG_PSEUDONYM_KEY", raising=False)
    with pytest.raises(typer.BadParameter, match=match):
        typed(**given)

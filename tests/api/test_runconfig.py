"""The config of a run is checked as a whole, and says what it is told to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from autoseg.api.runconfig import read_config, told_folder
from autoseg.api.runkeys import SECTIONS
from autoseg.engines import Query
from autoseg.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

INPUT = "[input]\ntransactions = 'orders.csv'\n"


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a config beside a file of orders."""
    (tmp_path / "orders.csv").write_text("customer_id,timestamp,amount\n")

    def write_config(text: str) -> Path:
        path = tmp_path / "run.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_config


def wrong(path: Path, **keywords) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_config(path, **keywords)
    assert set(caught.value.codes) == {"ASG_E_CONFIG"}
    return str(caught.value).splitlines()


def test_every_key_reaches_what_it_is_for(write, tmp_path):
    for name in ("jan.csv", "feb.csv", "people.csv"):
        (tmp_path / name).write_text("a\n")
    (tmp_path / "ids.txt").write_text("7\n\n 8 \n")
    (tmp_path / "key.txt").write_text("open sesame\n")
    read = read_config(
        write("""
[input]
transactions = ["*b.csv", "jan.csv"]
customers = "people.csv"
engine = "duckdb"
columns = { amount = "netto", events = { timestamp = "when" } }
returns = "exclude"
rates = { SEK = 0.98, DKK = "drop" }
date_format = "%d/%m/%Y"
decimal = ","
encoding = "utf-16"
sheet = "Orders"
max_bad_share = 0.1
max_amount = 1000
exclude_ids = "ids.txt"
drop_duplicates = true
pseudonym_key_file = "key.txt"
allow_sensitive = ["diet"]
[window]
as_of = 2024-04-01
since = "2023-04-01"
timezone = "Europe/Oslo"
currency = "NOK"
[segments]
target = 6
strict = true
features = ["recency_days", "attribute_points"]
value_weight = 2
seed = 7
n_resamples = 9
purpose = "Letters"
[report]
languages = ["nb", "sv"]
formats = ["html", "json"]
title = "Kunder"
min_customers = 30
[output]
folder = "results"
keep = 4
raw_csv = true
assignments = "parquet"
[machine]
threads = 3
memory_limit = "1.5 GB"
temp_directory = "."
""")
    )
    files = [tmp_path / "feb.csv", tmp_path / "jan.csv"]
    assert read.inputs.tables == {
        "transactions": files,
        "customers": [tmp_path / "people.csv"],
    }
    assert read.inputs.reading == {
        "engine": "duckdb",
        "columns": {"amount": "netto", "events.timestamp": "when"},
        "returns": "exclude",
        "rates": {"SEK": 0.98, "DKK": None},
        "date_format": "%d/%m/%Y",
        "decimal": ",",
        "encoding": "utf-16",
        "sheet": "Orders",
        "max_bad_share": 0.1,
        "max_amount": 1000,
        "exclude_ids": ["7", "8"],
        "drop_duplicates": True,
        "pseudonym_key": "open sesame",
        "allow_sensitive": ["diet"],
        "as_of": date(2024, 4, 1),
        "since": "2023-04-01",
        "timezone": "Europe/Oslo",
        "currency": "NOK",
    }
    assert read.segments == {
        "target": (6, 6),
        "strict": True,
        "features": ["recency_days", "attribute_points"],
        "value_weight": 2,
        "random_state": 7,
        "n_resamples": 9,
        "purpose": "Letters",
    }
    assert read.files == {
        "language": ("nb", "sv"),
        "formats": ("html", "json"),
        "title": "Kunder",
        "playbook": None,
        "min_customers": 30,
        "raw_csv": True,
        "assignments": "parquet",
    }
    assert (read.folder, read.keep) == (tmp_path / "results", 4)
    assert read.machine == {
        "n_jobs": 3,
        "memory_limit": "1.5 GB",
        "temp_directory": tmp_path,
    }
    assert "sesame" not in repr(read)


def test_all_that_is_wrong_comes_in_one_message(write):
    lines = wrong(
        write("""
title = "mine"
[input]
transactions = "oders.csv"
customers = "people/*.csv"
decimal = ";"
rates = { SEKK = 2 }
[window]
as_of = "today"
timezone = "Oslo"
kepe = 1
[segment]
target = 5
[segments]
target = [7, 5]
strict = "yes"
currency = "NOK"
n_resamples = -1
[report]
languages = ["no"]
formats = []
playbook = "plays.toml"
[output]
folder = ""
keep = 0
[machine]
threads = true
memory_limit = "much"
temp_directory = "nowhere"
""")
    )
    starts = [
        "title: there is no such section. Fix: put it below [report]",
        "[input] decimal: ';' cannot be used. Fix: give one of '.', ','",
        "[window] as_of: 'today' cannot be used. Fix: give a day such as 2024-04-01;",
        "[window] kepe: there is no such key. Fix: [window] takes as_of, since",
        "segment: there is no such section. Fix: did you mean [segments]",
        "[segments] target: [7, 5] cannot be used. Fix: give a number such as 6",
        "[segments] strict: 'yes' cannot be used. Fix: give true or false",
        "[segments] currency: there is no such key. Fix: it belongs below [window]",
        "[segments] n_resamples: -1 cannot be used. Fix: give a whole number from 0 up",
        "[report] languages: ['no'] cannot be used. Fix: give a list of some of 'en'",
        "[report] formats: [] cannot be used. Fix: give a list of some of 'html'",
        "[output] folder: '' cannot be used. Fix: give a path",
        "[output] keep: 0 cannot be used. Fix: give a whole number from 1 up",
        "[machine] threads: true cannot be used. Fix: give a whole number from 1 up",
        "[machine] memory_limit: 'much' cannot be used. Fix: give a size",
        "[input] transactions: ",
        "[input] customers: no file has a name like 'people/*.csv'",
        "[input] rates: 'SEKK': 2 is no rate",
        "[input] rates: there are rates and no currency that they lead to",
        "[window] timezone: 'Oslo' is no time zone",
        "[report] playbook: ",
        "[machine] temp_directory: there is no folder",
    ]
    found = [line.removeprefix("ASG_E_CONFIG: run.toml, ") for line in lines]
    for start in starts:
        assert any(line.startswith(start) for line in found), (start, found)
    assert len(found) == len(starts)
    (missing,) = (line for line in lines if "[input] transactions" in line)
    assert "there is no such file. Fix: did you mean 'orders.csv'" in missing


@pytest.mark.parametrize(
    ("section", "key"), [(s, k) for s, keys in SECTIONS.items() for k in keys]
)
def test_no_key_takes_a_value_of_another_kind(write, section, key):
    text = "" if key in {"transactions", "summaries"} else INPUT
    header = "" if section == "input" and text else f"[{section}]\n"
    lines = wrong(write(f"{text}{header}{key} = 1979-05-27T07:32:00Z\n"))
    shown = (
        "this" if key in {"database", "exclude_ids"} else "1979-05-27 07:32:00+00:00"
    )
    (line,) = lines
    assert line.startswith(f"ASG_E_CONFIG: run.toml, [{section}] {key}: {shown} cannot")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"\[input\] transactions: there are no transactions"),
        (f"{INPUT}summaries = 'orders.csv'", "there are transactions and summaries"),
        (f"{INPUT}customers = {{ table = 'crm' }}", "customers: there is no database"),
        (f"{INPUT}pseudonymise = true", "pseudonymise: there is no key"),
        (f"{INPUT}pseudonym_key_file = 'k'", r"'k' cannot be read \(No such file"),
        (
            f"{INPUT}exclude_ids = 'orders.csv'\nencoding = '?'",
            "encoding: '\\?' cannot",
        ),
        (f"{INPUT}columns = 'c.toml'", "c.toml: the file of column names cannot be"),
        (f"{INPUT}columns = {{ amuont = 'x' }}", "'amuont' is no canonical column"),
        (f"{INPUT}[window]\nas_of = 2024-01-01\nsince = 2024-01-01", "is not before"),
        (
            f"{INPUT}[segments]\nseed = 4294967296",
            "a whole number from 0 to 4294967295",
        ),
        (f"{INPUT}[segments]\nvalue_weight = 1e9", "a number above 0, at most 1000"),
        (f"{INPUT}[segments]\nfeatures = ['frequenzy']", "did you mean 'frequency'"),
        (f"{INPUT}[segments]\nfeatures = ['-']", "no feature '-'. Fix: see the cat"),
        ("input = 3", r"run.toml, input: this is no section. Fix: begin a section"),
        ("[input", "run.toml: the config is not TOML: "),
        (f"{INPUT}[colours]", r"colours: there is no such section. Fix: use \[input\]"),
    ],
)
def test_each_message_says_where_and_what(write, monkeypatch, text, words):
    monkeypatch.delenv("AUTOSEG_DATABASE", raising=False)
    monkeypatch.delenv("AUTOSEG_PSEUDONYM_KEY", raising=False)
    with pytest.raises(InputError, match=words):
        read_config(write(text))


def test_a_config_that_is_not_there_or_no_text_is_told_of(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read \(No such file"):
        read_config(tmp_path / "run.toml")
    (tmp_path / "run.toml").write_bytes(b"# \xe5\n")
    with pytest.raises(InputError, match="the config is not UTF-8"):
        read_config(tmp_path / "run.toml")
    assert told_folder(tmp_path / "run.toml") is None


def test_the_day_of_the_call_goes_before_that_of_the_file(write):
    path = write(f"{INPUT}[window]\nas_of = 2024-01-01\n")
    assert read_config(path, as_of="2024-02-01").inputs.reading["as_of"] == "2024-02-01"
    (line,) = wrong(path, as_of="tomorrow")
    assert "[window] as_of: 'tomorrow' is no day" in line


def test_tables_of_a_database_are_queries_and_never_unchanged(write, monkeypatch):
    monkeypatch.setenv("AUTOSEG_DATABASE", "postgresql://me:secret@host/shop")
    read = read_config(write("[input]\ntransactions = { table = 'shop.orders' }\n"))
    query = read.inputs.tables["transactions"]
    assert isinstance(query, Query)
    assert query.sql == "SELECT * FROM shop.orders"
    assert read.inputs.digest() is None
    assert "secret" not in repr(read)
    (line,) = wrong(write("[input]\ntransactions = { table = 'a; DROP TABLE b' }\n"))
    assert "'a; DROP TABLE b' needs quoting" in line


def test_the_folder_of_a_wrong_config_is_told_where_it_can_be(write, tmp_path):
    assert told_folder(write("[output]\nfolder = 'x'\nkepe = 1")) == tmp_path / "x"
    assert told_folder(write("[output]\nfolder = 3")) is None
    assert told_folder(write("")) == tmp_path / "autoseg-out"


def test_the_digest_follows_the_settings_and_not_the_words_or_the_machine(write):
    def digest(text: str) -> str:
        return read_config(write(INPUT + text)).digest

    plain = digest("")
    assert digest("# a word\n[machine]\nthreads = 2\n") == plain
    assert digest("[segments]\nseed = 1\n") != plain
    assert digest("columns = { amount = 'x' }\n") != plain


def test_the_digest_of_the_input_follows_contents_and_the_key(write, tmp_path):
    plain = read_config(write(INPUT)).inputs.digest()
    assert read_config(write(INPUT)).inputs.digest() == plain
    (tmp_path / "key.txt").write_text("one")
    text = f"{INPUT}pseudonym_key_file = 'key.txt'\n"
    keyed = read_config(write(text)).inputs.digest()
    (tmp_path / "key.txt").write_text("two")
    assert len({plain, keyed, read_config(write(text)).inputs.digest()}) == 3
    (tmp_path / "orders.csv").write_text("customer_id,timestamp,amount\n1,2,3\n")
    assert read_config(write(INPUT)).inputs.digest() != plain

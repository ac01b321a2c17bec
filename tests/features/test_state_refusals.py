"""A state tells what does not fit it, and stays as it was."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from autoseg.engines import DuckDBEngine
from autoseg.errors import BusyError, InputError
from autoseg.features import (
    CATALOGUE,
    build_state,
    compute_features,
    open_state,
    settings_kept,
)
from autoseg.features.statefiles import read_manifest
from autoseg.features.steady import is_steady, relations_read
from autoseg.files import claimed_folder
from autoseg.tables import stage_quietly

if TYPE_CHECKING:
    from pathlib import Path

AS_OF, LATER = date(2024, 4, 1), date(2024, 7, 1)
NAMES = ["recency_days", "monetary"]


@pytest.fixture
def orders() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bo"],
            "timestamp": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-03-20"]),
            "amount": [100.0, 50.0, 80.0],
        }
    )


@pytest.fixture
def new(orders) -> pd.DataFrame:
    return orders.assign(timestamp=pd.Timestamp("2024-05-01"))


@pytest.fixture
def folder(orders, tmp_path) -> Path:
    with DuckDBEngine() as engine:
        given = {"transactions": orders}
        staged = stage_quietly(engine, given, None, as_of=AS_OF, currency="NOK")
        build_state(tmp_path / "state", staged, compute_features(staged, NAMES))
    return tmp_path / "state"


def refresh(folder: Path, rows: pd.DataFrame, **options: Any) -> pd.DataFrame:
    late = options.pop("late", "refuse")
    companions = options.pop("companions", {})
    with open_state(folder) as state, DuckDBEngine() as engine:
        bounds = {"as_of": LATER, "currency": state.currency, "part": state.part}
        given = {"transactions": rows} | companions
        staged = stage_quietly(engine, given, None, **(bounds | options))
        return state.refresh(staged, options.pop("names", NAMES), late=late).frame


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(folder: Path, code: str, text: str, *args: Any, **options: Any) -> None:
    before = content(folder)
    with pytest.raises(InputError, match=text) as error:
        refresh(folder, *args, **options)
    assert code in error.value.codes
    assert content(folder) == before


def test_late_rows_are_counted_and_refused(folder, orders, new):
    rows = pd.concat([orders, new])
    text = "3 of 6 rows are not dated 2024-04-01 or later"
    refused(folder, "ASG_E_LATE_ROWS", text, rows)
    refused(folder, "ASG_E_LATE_ROWS", "late='add'", rows)


def test_late_rows_are_taken_in_where_they_are_known_to_be_new(folder, orders):
    table = refresh(folder, orders, late="add")
    assert table["monetary"].to_dict() == {"ann": 300.0, "bo": 160.0}


def test_responses_that_nobody_dated_may_be_there_already(orders, new, tmp_path):
    responses = pd.DataFrame(
        {"customer_id": ["ann"], "campaign_id": ["c"], "converted": [True]}
    )
    with DuckDBEngine() as engine:
        given = {"transactions": orders, "responses": responses}
        staged = stage_quietly(engine, given, None, as_of=AS_OF)
        build_state(tmp_path, staged, compute_features(staged, NAMES))
    given = {"responses": responses}
    text = "the new responses: 1 of 1 rows are not dated"
    refused(tmp_path, "ASG_E_LATE_ROWS", text, new, companions=given)


def test_another_currency_is_told(folder, new):
    text = "the new amounts are in SEK and its own currency is NOK"
    refused(folder, "ASG_E_STATE_CURRENCY", text, new, currency="SEK")


def test_other_columns_are_told(folder, new, orders, tmp_path):
    more = new.assign(category="x", channel="y")
    text = "have category and channel, which the rows before had not"
    refused(folder, "ASG_E_STATE_COLUMNS", text, more)
    with DuckDBEngine() as engine:
        given = {"transactions": orders.assign(category="x")}
        staged = stage_quietly(engine, given, None, as_of=AS_OF)
        build_state(tmp_path / "more", staged, compute_features(staged, NAMES))
    text = "have no category, which the rows before had"
    refused(tmp_path / "more", "ASG_E_STATE_COLUMNS", text, new)


def test_a_table_that_was_not_there_before_is_told(folder, new):
    events = pd.DataFrame(
        {
            "customer_id": ["ann"],
            "timestamp": [pd.Timestamp("2024-05-01")],
            "event_type": ["visit"],
        }
    )
    text = "there are events now, and it holds none of before"
    refused(folder, "ASG_E_STATE_TABLES", text, new, companions={"events": events})


@pytest.mark.parametrize(
    ("code", "text", "options"),
    [
        ("DAY", "as_of is 2024-03-31 and the state reaches 2024-04-01",
         {"as_of": date(2024, 3, 31)}),
        ("SINCE", "since is 2024-02-01 and the state begins at its first row",
         {"since": date(2024, 2, 1)}),
        ("SETTINGS", "the state was built with another returns",
         {"settings": {"returns": "exclude"}}),
    ],
)  # fmt: skip
def test_what_a_state_cannot_do_is_told_before_rows_are_read(
    folder, code, text, options
):
    usual = {"as_of": LATER, "since": None, "settings": {}}
    with open_state(folder) as state, pytest.raises(InputError, match=text) as error:
        state.check_run(**(usual | options))
    assert error.value.codes == (f"ASG_E_STATE_{code}",)


def test_all_that_a_state_cannot_do_is_told_at_once(folder):
    with open_state(folder) as state, pytest.raises(InputError) as error:
        state.check_run(
            as_of=date(2024, 1, 1),
            since=date(2023, 1, 1),
            settings={"timezone": "Europe/Oslo"},
            late="maybe",
        )
    assert error.value.codes == (
        "ASG_E_SETTING",
        "ASG_E_STATE_DAY",
        "ASG_E_STATE_SINCE",
        "ASG_E_STATE_SETTINGS",
    )
    assert "'maybe' cannot be used. Fix: give 'refuse' or 'add'." in str(error.value)


def test_the_key_of_pseudonyms_is_known_again_and_not_kept():
    kept = settings_kept({"pseudonym_key": "secret", "returns": "net"})
    assert list(kept) == ["pseudonym_key"]
    assert "secret" not in str(kept)
    assert kept == settings_kept({"pseudonym_key": "secret"})
    assert kept != settings_kept({"pseudonym_key": "other"})


def test_where_there_is_no_state_it_says_how_to_build_one(tmp_path):
    text = "there is no feature state, .* build the state anew"
    with pytest.raises(InputError, match=text) as error, open_state(tmp_path / "no"):
        pass
    assert error.value.codes == ("ASG_E_STATE_MISSING",)
    assert not (tmp_path / "no").exists()


def test_a_folder_that_another_run_uses_is_told(folder):
    import subprocess
    import sys

    code = (
        "import sys\nfrom autoseg.errors import BusyError\n"
        "from autoseg.features import open_state\n"
        "try:\n    with open_state(sys.argv[1]): pass\n"
        "except BusyError as error:\n    print(error)\n"
    )
    with claimed_folder(folder):
        done = subprocess.run(
            [sys.executable, "-c", code, folder],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert "another run (pid" in done.stdout
    assert issubclass(BusyError, OSError)


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda text: text[:-40], "manifest.json is not whole"),
        (lambda _: "[]", "manifest.json is not whole"),
        (lambda text: text.replace("2024-04-01", "2024-05-01"), "json was changed"),
        (lambda text: text.replace("feature state", "model"), "of something else"),
    ],
)
def test_a_damaged_manifest_is_told(folder, new, damage, text):
    path = folder / "manifest.json"
    path.write_text(damage(path.read_text()))
    refused(folder, "ASG_E_STATE_DAMAGED", text, new)


def test_a_manifest_that_names_files_elsewhere_is_told(folder, new):
    from autoseg.features import statefiles

    path = folder / "manifest.json"
    whole = json.loads(path.read_text())
    whole["parts"]["orders"][0]["file"] = "../orders.000001.parquet"
    del whole["sha256"]
    whole["sha256"] = statefiles._checksum(whole)
    path.write_text(json.dumps(whole))
    refused(folder, "ASG_E_STATE_DAMAGED", "names files of another kind", new)


def test_a_state_of_a_newer_version_is_told(folder, new):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    refused(folder, "ASG_E_STATE_VERSION", "its format is 2 and 1 is read", new)


def test_a_state_of_other_roll_ups_is_told(folder, new, monkeypatch):
    from autoseg.features import statefiles

    monkeypatch.setattr(statefiles, "_definitions", lambda: "others")
    refused(folder, "ASG_E_STATE_VERSION", "its roll-ups are defined otherwise", new)


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize("name", ["orders", "ids", "known", "spans"])
@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda data: data[:-1], "is not as long as it was"),
        (flip, "was changed"),
        (None, "cannot be read"),
    ],
)
def test_a_damaged_file_is_told(folder, new, name, damage, text):
    (path,) = folder.glob(f"{name}.*.parquet")
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes()))
    refused(folder, "ASG_E_STATE_DAMAGED", text, new)


def test_a_run_that_ends_half_way_leaves_the_state_as_it_was(folder, new, monkeypatch):
    from autoseg.features import state

    def stop(*_: object) -> None:
        message = "the power went"
        raise KeyboardInterrupt(message)

    before = content(folder)
    monkeypatch.setattr(state, "write_manifest", stop)
    with pytest.raises(KeyboardInterrupt, match="the power went"):
        refresh(folder, new)
    assert content(folder) == before
    monkeypatch.undo()
    (folder / "orders.000777.parquet").write_bytes(b"left by a run that was killed")
    assert refresh(folder, new)["monetary"].to_dict() == {"ann": 300.0, "bo": 160.0}
    assert not (folder / "orders.000777.parquet").exists()


def test_a_build_that_fails_leaves_the_former_state(folder, orders, monkeypatch):
    from autoseg.features import state

    def stop(*_: object) -> None:
        message = "the disk is full"
        raise OSError(message)

    before = content(folder)
    monkeypatch.setattr(state, "write_manifest", stop)
    with DuckDBEngine() as engine:
        staged = stage_quietly(engine, {"transactions": orders}, None, as_of=AS_OF)
        table = compute_features(staged, NAMES)
        with pytest.raises(OSError, match="the disk is full"):
            build_state(folder, staged, table)
    assert content(folder) == before


def test_a_feature_made_from_single_rows_is_told(folder, new, monkeypatch):
    from autoseg.features import staterun

    monkeypatch.setattr(staterun, "relations_read", lambda _: frozenset({"lines"}))
    text = "'monetary' is made from single rows, and a state keeps none"
    refused(folder, "ASG_E_STATE_FEATURE", text, new)


def test_ids_are_in_one_file_and_nowhere_else(folder):
    with DuckDBEngine() as engine:
        for path in folder.glob("*.parquet"):
            columns = engine.fetch_rows(f"DESCRIBE SELECT * FROM '{path}'")
            kinds = {name: kind for name, kind, *_ in columns}
            assert (kinds["customer_id"] == "VARCHAR") == path.name.startswith("ids")
    assert not any(name in (folder / "manifest.json").read_text() for name in ("ann",))
    assert read_manifest(folder).as_of == AS_OF


def test_what_depends_on_the_day_or_on_others_is_not_steady():
    steady = {name for name, feature in CATALOGUE.items() if is_steady(feature)}
    assert {"frequency", "monetary", "gap_cv", "distinct_products"} <= steady
    moving = {"recency_days", "tenure_days", "trend_90d", "days_since_last_event"}
    moving |= {"price_level", "longest_silence_days", "journey_stage"}
    assert steady.isdisjoint(moving & CATALOGUE.keys())
    assert relations_read(CATALOGUE["monetary"]) == {"orders"}

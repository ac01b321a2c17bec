"""An unattended run: a config in, a whole set of results out, or none."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

import autoseg
from autoseg.api import RunStatus, check_run, example_config, running
from autoseg.api.publishing import run_id
from autoseg.errors import BusyError, EngineError, Finding, InputError
from autoseg.files import claimed_folder

NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """Return a folder with orders of 300 customers, customers and a config."""
    folder = tmp_path_factory.mktemp("shop")
    made = autoseg.datasets.make_customers(300, segments=4, random_state=5)
    made.transactions.to_csv(folder / "orders.csv", index=False)
    return folder


def config(shop: Path, folder: Path, **sections: str) -> Path:
    """Return a config for quick runs on the shop, with lines of a test's own."""
    lines = {
        "input": f"transactions = '{shop}/orders.csv'",
        "segments": "n_resamples = 0",
        "output": "folder = 'out'",
    }
    for name, text in sections.items():
        lines[name] = f"{lines.get(name, '')}\n{text}"
    path = folder / "run.toml"
    path.write_text("".join(f"[{name}]\n{text}\n" for name, text in lines.items()))
    return path


def status(folder: Path) -> dict:
    return json.loads((folder / "out" / "status.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def done(shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("done")
    path = config(shop, folder, report="languages = ['nb', 'en']\nformats = ['md']")
    with pytest.warns(autoseg.InputWarning, match="ASG_W_FEW_CUSTOMERS"):
        return autoseg.run(path, now=lambda: NOON), folder


@pytest.fixture
def quick(shop, tmp_path, monkeypatch):
    """Return a config and a function that says what a run on it makes or raises."""
    ended = {"with": {"a.txt": b"1"}}

    def work(*_: object) -> tuple[object, dict[str, bytes]]:
        if isinstance(ended["with"], BaseException):
            raise ended["with"]
        return None, ended["with"]

    monkeypatch.setattr(running, "_work", work)
    monkeypatch.setattr(RunStatus, "found", lambda *_: None)
    return config(shop, tmp_path), lambda outcome: ended.update({"with": outcome})


def test_all_files_are_in_the_folder_that_current_leads_to(done):
    result, folder = done
    current = folder / "out" / "current"
    assert current.readlink() == Path("runs") / result.run_id
    assert current.resolve() == result.folder.resolve()
    names = {path.name for path in current.iterdir()}
    assert names == {path.name for path in result.files}
    expected = set(result.segmentation.files(language=["nb", "en"], formats="md"))
    assert names == expected
    assert {"report-nb.md", "report-en.md", "segments.csv"} <= names
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "current",
        "runs",
        "status.json",
    ]


def test_the_example_is_a_config_that_works(shop, tmp_path):
    (tmp_path / "orders.csv").symlink_to(shop / "orders.csv")
    (tmp_path / "run.toml").write_text(example_config())
    checked = check_run(tmp_path / "run.toml")
    assert checked.log.rows_in == checked.log.rows_used > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "orders.csv",
        "run.toml",
    ]


def test_the_status_says_how_it_went_and_what_is_there(done):
    result, folder = done
    told = status(folder)
    assert told == json.loads(json.dumps(result.status))
    log, profiles = result.segmentation.log, result.segmentation.profiles
    expected = {
        "schema": 1,
        "command": "run",
        "state": "warn",
        "exit_code": 0,
        "started": "2024-04-01T12:00:00+00:00",
        "ended": "2024-04-01T12:00:00+00:00",
        "pid": os.getpid(),
        "version": version("autoseg-customers"),
        "run_id": result.run_id,
        "rows_in": log.rows_in,
        "rows_used": log.rows_used,
        "dropped_rows": dict(log.dropped_rows),
        "n_customers": 300,
        "k": len(profiles.segments),
        "verdict": result.segmentation.selection.verdict,
        "errors": [],
    }
    assert {name: told[name] for name in expected} == expected
    assert [(one["code"], one["n_given"]) for one in told["warnings"]] == [
        ("ASG_W_FEW_CUSTOMERS", 1)
    ]
    sums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "out" / "current").iterdir()
    }
    assert {file["name"]: file["sha256"] for file in told["files"]} == sums
    assert told["run_id"] == run_id(contents(folder))[:12]


def contents(folder: Path) -> dict[str, bytes]:
    current = folder / "out" / "current"
    return {path.name: path.read_bytes() for path in current.iterdir()}


def test_no_customer_is_in_the_status(done):
    result, folder = done
    text = (folder / "out" / "status.json").read_text(encoding="utf-8")
    words = set(re.findall(r"[A-Za-z0-9]+", text))
    assert not words & set(result.segmentation.assignments.index)


def test_the_same_input_gives_the_same_folder_and_the_purpose_is_in_the_model(
    shop, done, tmp_path
):
    path = config(
        shop,
        tmp_path,
        report="languages = ['nb', 'en']\nformats = ['md']",
        segments="purpose = 'Letters'",
        output="assignments = 'parquet'",
    )
    with pytest.warns(autoseg.InputWarning):
        result = autoseg.run(path)
    assert result.segmentation.model.card.purpose == "Letters"
    first = pd.read_csv(done[1] / "out" / "current" / "segments.csv", dtype=str)
    second = pd.read_parquet(tmp_path / "out" / "current" / "segments.parquet")
    assert second["customer_id"].tolist() == first["customer_id"].tolist()
    assert second["segment"].astype("str").tolist() == first["segment"].tolist()
    assert second["segment_name"].tolist() == first["segment_name"].tolist()
    assert status(tmp_path)["started"] is None


def test_nothing_is_done_where_nothing_is_new(quick, tmp_path):
    path, ends_with = quick
    first = autoseg.run(path)
    ends_with(AssertionError("this is work"))
    second = autoseg.run(path, skip_unchanged=True, now=lambda: NOON)
    assert (second.state, second.run_id) == ("unchanged", first.run_id)
    assert second.files == first.files
    told = status(tmp_path)
    assert (told["state"], told["exit_code"]) == ("ok", 99)
    assert told["ended"] == "2024-04-01T12:00:00+00:00"
    # and again, though the last exit code was another
    assert autoseg.run(path, skip_unchanged=True).state == "unchanged"


@pytest.mark.parametrize(
    "change", ["settings", "input", "day", "files", "link", "none"]
)
def test_what_is_new_is_worked_on(quick, shop, tmp_path, change):
    path, _ = quick
    orders = tmp_path / "orders.csv"
    orders.write_bytes((shop / "orders.csv").read_bytes())
    path.write_text(path.read_text().replace(f"{shop}/", ""))
    first = autoseg.run(path)
    day = None
    if change == "settings":
        path.write_text(path.read_text().replace("= 0", "= 1"))
    elif change == "input":
        orders.write_text(orders.read_text() + "\n")
    elif change == "day":
        day = "2030-01-01"
    elif change == "files":
        first.files[0].write_bytes(b"cut short")
    elif change == "link":
        (tmp_path / "out" / "current").unlink()
    result = autoseg.run(path, as_of=day, skip_unchanged=True)
    assert result.state == ("unchanged" if change == "none" else "ok")


ENDS = {
    "input": (InputError(Finding("ASG_E_X", "a", "b", "c", rows=(7,))), 3, "ASG_E_X"),
    "refused": (InputError(Finding("ASG_E_SENSITIVE_COLUMN", "", "")), 5, "ASG_E_SENS"),
    "bug": (KeyError("customer 4711"), 1, "ASG_E_INTERNAL"),
    "interrupt": (KeyboardInterrupt(), 130, "ASG_E_STOPPED"),
    "exit": (SystemExit(143), 143, "ASG_E_STOPPED"),
    "engine": (EngineError("no."), 1, "ASG_E_ENGINE"),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_run_that_fails_says_so_and_leaves_the_old_set(quick, tmp_path, name):
    path, ends_with = quick
    autoseg.run(path)
    error, code, told_code = ENDS[name]
    ends_with(error)
    with pytest.raises(type(error)):
        autoseg.run(path, now=lambda: NOON)
    told = status(tmp_path)
    assert (told["state"], told["exit_code"]) == ("error", code)
    (wrong,) = told["errors"]
    assert wrong["code"].startswith(told_code)
    assert "rows" not in wrong
    assert "4711" not in json.dumps(told)
    assert told["run_id"] is None
    assert contents(tmp_path) == {"a.txt": b"1"}
    ends_with({"a.txt": b"2"})
    # a run that failed is no reason to do nothing
    assert autoseg.run(path, skip_unchanged=True).state == "ok"


def test_a_request_to_end_is_answered_with_a_status(quick, tmp_path, monkeypatch):
    path, _ = quick
    monkeypatch.setattr(
        running, "_work", lambda *_: os.kill(os.getpid(), signal.SIGTERM)
    )
    with pytest.raises(SystemExit, match="143"):
        autoseg.run(path)
    assert status(tmp_path)["exit_code"] == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_an_interrupt_that_stands_for_a_request_to_end_is_told_as_one(
    quick, tmp_path, monkeypatch
):
    path, _ = quick

    def work(*_: object) -> None:
        # as the engine does when a signal comes while a statement runs
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except SystemExit as error:
            raise KeyboardInterrupt from error

    monkeypatch.setattr(running, "_work", work)
    with pytest.raises(SystemExit, match="143"):
        autoseg.run(path)
    assert status(tmp_path)["exit_code"] == 143


def test_another_answer_to_the_signal_is_left_alone(quick):
    path, _ = quick
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
    try:
        autoseg.run(path)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [1]


def test_a_run_that_was_killed_is_told_of_by_the_next(quick, tmp_path):
    path, _ = quick
    autoseg.run(path)
    told = status(tmp_path) | {"state": "running", "pid": 12, "started": "noon"}
    (tmp_path / "out" / "status.json").write_text(json.dumps(told))
    with pytest.warns(
        autoseg.InputWarning,
        match=r"ASG_W_KILLED_RUN: .*\(pid 12, started noon\) ended",
    ):
        result = autoseg.run(path)
    assert result.state == "warn"
    assert [one["code"] for one in status(tmp_path)["warnings"]] == ["ASG_W_KILLED_RUN"]


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2}', '{"state"'])
def test_a_status_that_cannot_be_read_hinders_nothing(quick, tmp_path, text):
    path, _ = quick
    autoseg.run(path)
    (tmp_path / "out" / "status.json").write_text(text)
    assert autoseg.run(path, skip_unchanged=True).state == "ok"


def test_a_second_run_leaves_everything_to_the_first(quick, tmp_path, monkeypatch):
    path, _ = quick
    code = (
        "import sys, autoseg, warnings\n"
        "try:\n    autoseg.run(sys.argv[1])\n"
        "except autoseg.OutputError as error:\n    print(error.exit_code)"
    )
    with claimed_folder(tmp_path / "out"):
        done = subprocess.run(
            [sys.executable, "-c", code, path],
            capture_output=True,
            text=True,
            check=True,
        )
        assert sorted(os.listdir(tmp_path / "out")) == [".autoseg.lock"]  # noqa: PTH208
    assert done.stdout.strip() == str(BusyError.exit_code)


def test_the_engine_spills_into_a_folder_that_the_next_run_clears(shop, tmp_path):
    spill = tmp_path / "spill"
    spill.mkdir()
    path = config(shop, tmp_path, machine=f"temp_directory = '{spill}'")
    seen = []

    def look(stage: str, _done: float) -> None:
        seen.extend(one.name for one in spill.iterdir())
        if stage == "clustering":
            raise KeyboardInterrupt

    with (
        pytest.warns(autoseg.InputWarning),
        pytest.raises(KeyboardInterrupt),
    ):
        autoseg.run(path, progress=look)
    (name,) = set(seen)
    assert name.startswith(".autoseg-work-")
    assert list(spill.iterdir()) == []


def test_a_folder_of_the_users_in_the_place_of_the_link_costs_no_fit(quick, tmp_path):
    path, ends_with = quick
    ends_with(AssertionError("this is work"))
    (tmp_path / "out" / "current").mkdir(parents=True)
    with pytest.raises(autoseg.OutputError, match="is no link that autoseg made"):
        autoseg.run(path)
    assert status(tmp_path)["exit_code"] == 3


CANARY = "kari.nordmann.4711@example.no"


@pytest.mark.filterwarnings("ignore::autoseg.InputWarning")
@pytest.mark.parametrize(
    "lines",
    [
        [f"{CANARY},2024-01-01,much", f"{CANARY},2024-01-02,more"],
        [f"{CANARY},someday,1", f"{CANARY},2024-01-02,2"],
        [f"{CANARY},2024-01-01,1", f"{CANARY},2024-01-02,2"],
    ],
)
def test_no_customer_is_in_the_status_of_a_run_that_failed(tmp_path, lines):
    (tmp_path / "orders.csv").write_text("\n".join(["customer_id,date,amount", *lines]))
    (tmp_path / "people.csv").write_text(f"customer_id,points\n{CANARY},1\n{CANARY},2")
    people = "customers = 'people.csv'\nmax_bad_share = 0"
    path = config(tmp_path, tmp_path, input=people)
    with pytest.raises(InputError):
        autoseg.run(path)
    text = (tmp_path / "out" / "status.json").read_text(encoding="utf-8")
    assert json.loads(text)["errors"] != []
    for word in ("kari", "nordmann", "4711", "someday", "much"):
        assert word not in text

"""`autoseg run`: what it prints, how it ends, and what a kill leaves behind."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import autoseg
from autoseg.files import claimed_folder

PROGRAM = Path(sys.executable).with_name("autoseg")
SEED = 20240401
CONFIG = """
[input]
transactions = "orders.csv"
[segments]
n_resamples = 0
target = 3
[report]
formats = ["md"]
[output]
folder = "out"
[machine]
threads = 1
"""


@pytest.fixture
def home(orders, tmp_path) -> Path:
    """Return a folder with a config and few orders, for runs of some seconds."""
    few = sorted(orders["customer_id"].unique())[:200]
    orders[orders["customer_id"].isin(few)].to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "run.toml").write_text(CONFIG)
    return tmp_path


def status(home: Path) -> dict:
    return json.loads((home / "out" / "status.json").read_text(encoding="utf-8"))


def whole_set(home: Path) -> dict[str, bytes]:
    """Return what a reader of `current` finds."""
    return {
        path.name: path.read_bytes() for path in (home / "out" / "current").iterdir()
    }


def started(home: Path) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [PROGRAM, "run", home / "run.toml"], stdout=quiet, stderr=quiet
    )


def ended(home: Path, number: int) -> tuple[int, dict]:
    """Start a run, send it a signal as soon as it says it runs, and see how it ends."""
    process = started(home)
    path = home / "out" / "status.json"
    while not path.exists():
        time.sleep(0.02)
    process.send_signal(number)
    return process.wait(timeout=60), status(home)


def test_a_run_says_what_it_found_and_a_second_that_nothing_is_new(run, home):
    done = run("run", home / "run.toml")
    assert done.returncode == 0, done.stderr
    told = status(home)
    assert told["state"] == "warn"
    assert told["exit_code"] == 0
    assert [one["code"] for one in told["warnings"]] == ["ASG_W_FEW_CUSTOMERS"]
    assert done.stderr.startswith("ASG_W_FEW_CUSTOMERS: ")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{told['k']} segments of 200 customers")
    files = sorted((home / "out" / "current").resolve().iterdir())
    assert sorted(map(str, files)) == sorted(lines[1:])
    again = run("run", home / "run.toml", "--skip-unchanged")
    assert again.returncode == 99
    assert again.stdout.startswith("Nothing is new since ")
    assert status(home)["exit_code"] == 99
    assert status(home)["files"] == told["files"]


def test_check_reads_all_and_writes_nothing(run, home):
    done = run("run", "--check", home / "run.toml")
    assert done.returncode == 0, done.stderr
    assert "orders.csv" in done.stdout or "customer_id" in done.stdout
    assert not (home / "out").exists()


def test_the_example_is_printed_as_it_is(run):
    from autoseg.api import example_config

    assert run("run", "--example").stdout == example_config()


def test_without_a_config_the_usage_is_wrong(run):
    done = run("run")
    assert done.returncode == 2
    assert "autoseg run --example" in done.stderr


def test_all_that_is_wrong_with_a_config_comes_at_once(run, home):
    (home / "run.toml").write_text("[output]\nkepe = 1\n[window]\nsince = 7\n")
    done = run("run", home / "run.toml")
    assert done.returncode == 3
    assert done.stderr.count("ASG_E_CONFIG: run.toml, ") == 3
    # where the results would have gone, programs can read why there are none
    told = json.loads((home / "autoseg-out" / "status.json").read_text())
    assert told["state"] == "error"
    assert told["exit_code"] == 3
    assert len(told["errors"]) == 3


def test_a_second_run_ends_at_once_and_leaves_the_status_alone(run, home):
    with claimed_folder(home / "out"):
        done = run("run", home / "run.toml")
        assert not (home / "out" / "status.json").exists()
    assert done.returncode == 75
    assert done.stderr.count("\n") == 1


def test_a_sensitive_column_is_refused_with_a_code_of_its_own(run, home):
    (home / "customers.csv").write_text("customer_id,religion\n1,none\n")
    text = CONFIG.replace("[segments]", 'customers = "customers.csv"\n[segments]')
    (home / "run.toml").write_text(text)
    done = run("run", home / "run.toml")
    assert done.returncode == 5
    assert "ASG_E_SENSITIVE_COLUMN" in done.stderr
    assert status(home)["exit_code"] == 5


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_run_that_is_stopped_says_so(home, number, code):
    ended_with, told = ended(home, number)
    assert ended_with == code
    assert told["state"] == "error"
    assert told["exit_code"] == code
    assert [error["code"] for error in told["errors"]] == ["ASG_E_STOPPED"]


def test_kills_at_ten_moments_leave_the_old_set_or_the_new_one(run, home):
    begun = time.perf_counter()
    done = run("run", home / "run.toml")
    duration = time.perf_counter() - begun
    assert done.returncode == 0, done.stderr
    old = whole_set(home)
    text = (home / "run.toml").read_text().replace("target = 3", "target = 4")
    (home / "run.toml").write_text(text)
    new = expected(home)
    assert old.keys() == new.keys()
    assert old != new
    print(f"seed {SEED}, {duration:.1f} s a run")  # noqa: T201 - shown on failure
    draw = random.Random(SEED)  # noqa: S311
    # one in each tenth of a run and a little beyond it
    moments = [duration * 1.05 * (tenth + draw.random()) / 10 for tenth in range(10)]
    for moment in draw.sample(moments, 10):
        process = started(home)
        time.sleep(moment)
        process.kill()
        process.wait()
        assert whole_set(home) in (old, new), f"seed {SEED}, {moment} s"
    with pytest.warns(autoseg.InputWarning):
        autoseg.run(home / "run.toml")
    assert whole_set(home) == new
    left = sorted(path.name for path in (home / "out").iterdir())
    assert left == ["current", "runs", "status.json"]
    assert len(list((home / "out" / "runs").iterdir())) == 2


def expected(home: Path) -> dict[str, bytes]:
    """Return the set that the config leads to, from a folder where none is killed."""
    (home / "fresh").mkdir()
    text = (home / "run.toml").read_text().replace('"orders.csv"', '"../orders.csv"')
    (home / "fresh" / "run.toml").write_text(text)
    with pytest.warns(autoseg.InputWarning):
        autoseg.run(home / "fresh" / "run.toml")
    return whole_set(home / "fresh")

"""The program explains itself and ends as programs should."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from autoseg.cli import main

MODULE = sys.modules["autoseg.cli.main"]
PROGRAM = Path(sys.executable).with_name("autoseg")


def test_help_tells_a_newcomer_where_to_start(run):
    done = run("--help")
    assert done.returncode == 0
    assert "autoseg demo" in done.stdout
    assert "segment" in done.stdout


def test_without_arguments_the_help_is_shown_and_the_usage_is_wrong(run):
    done = run()
    assert "Usage" in done.stderr
    assert "demo" in done.stderr
    assert done.returncode == 2


def test_help_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['autoseg', '--help']\n"
        "from autoseg.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'sklearn', 'matplotlib', 'duckdb', 'umap'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


def test_version_is_the_installed_one(run):
    assert run("--version").stdout.strip() == version("autoseg-customers")


def test_an_interrupt_ends_without_a_traceback(monkeypatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(MODULE, "app", interrupted)
    monkeypatch.setattr("warnings.showwarning", None)
    with pytest.raises(SystemExit, match="130"):
        main()


def test_an_error_of_our_own_is_one_line_that_holds_nothing_of_a_table(
    monkeypatch, capsys
):
    def broken() -> None:
        raise KeyError(4711)

    monkeypatch.setattr(MODULE, "app", broken)
    monkeypatch.setattr("warnings.showwarning", None)
    monkeypatch.delenv("AUTOSEG_TRACEBACK", raising=False)
    with pytest.raises(SystemExit, match="1"):
        main()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ASG_E_INTERNAL: main.py, line ")
    assert "(KeyError)" in line
    assert "4711" not in line
    monkeypatch.setenv("AUTOSEG_TRACEBACK", "1")
    with pytest.raises(KeyError):
        main()


def test_a_reader_that_leaves_ends_the_program_quietly(orders_csv, tmp_path):
    done = subprocess.run(
        ["bash", "-c", f"{PROGRAM} segment {orders_csv} -o {tmp_path} | true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def demo(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    done = run("demo", "-o", folder / "autoseg-demo")
    assert done.returncode == 0, done.stderr
    return done, folder / "autoseg-demo"


def test_the_demo_shows_five_to_seven_segments_of_real_households(demo):
    done, folder = demo
    table = (folder / "segments.csv").read_text(encoding="utf-8").splitlines()
    assert len(table) == 1 + 753
    numbers = {row.split(",")[1] for row in table[1:]}
    assert 5 <= len(numbers) <= 7
    status = json.loads((folder / "status.json").read_text(encoding="utf-8"))
    assert status["command"] == "demo"
    assert (status["k"], status["n_customers"]) == (len(numbers), 753)
    assert re.search(r"report\.html", done.stdout)


@pytest.mark.parametrize("after", [0.07, 0.1, 0.35, 1.0])
def test_a_real_interrupt_leaves_no_file_and_no_traceback(orders_csv, tmp_path, after):
    out = tmp_path / "out"
    running = subprocess.Popen(
        [PROGRAM, "segment", orders_csv, "-o", out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a terminal sends the signal to the whole group
        start_new_session=True,
    )
    # the claim on the folder tells that the work has begun
    while not (out / ".autoseg.lock").exists() and running.poll() is None:
        time.sleep(0.05)
    time.sleep(after)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in told
    # of an interrupt before the first word of the status there is nothing to tell
    assert {path.name for path in out.iterdir()} <= {"status.json"}
    for path in out.iterdir():
        assert json.loads(path.read_text(encoding="utf-8"))["exit_code"] == 130

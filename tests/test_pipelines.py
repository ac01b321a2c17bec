"""The configs and commands of the page on unattended runs do what it says."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import types
from datetime import UTC, datetime
from pathlib import Path

import pytest

import autoseg
from autoseg.api import NOTHING_NEW, RunStatus
from autoseg.api.runkeys import SECTIONS
from autoseg.cli.main import app

PAGE = (Path(__file__).parents[1] / "docs" / "guide" / "pipelines.md").read_text(
    encoding="utf-8"
)
PROGRAM = Path(sys.executable).with_name("autoseg")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def home(tmp_path) -> Path:
    """Return a folder with the config of the page and the tables that it names."""
    made = autoseg.datasets.make_customers(200, segments=3, random_state=5)
    (tmp_path / "orders").mkdir()
    half = len(made.transactions) // 2
    made.transactions[:half].to_csv(tmp_path / "orders" / "1.csv", index=False)
    made.transactions[half:].to_csv(tmp_path / "orders" / "2.csv", index=False)
    ids = made.transactions[["customer_id"]].drop_duplicates()
    ids.assign(points=range(len(ids))).to_csv(tmp_path / "customers.csv", index=False)
    (config,) = blocks("toml")
    quick = config.replace("[segments]\n", "[segments]\nn_resamples = 0\n")
    (tmp_path / "run.toml").write_text(quick, encoding="utf-8")
    return tmp_path


def shell(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = command.replace("/srv/shop", str(home))
    command = command.replace(".venv/bin/autoseg", str(PROGRAM))
    return subprocess.run(
        ["sh", "-c", command], cwd=home, capture_output=True, text=True, check=False
    )


def test_the_crontab_runs_and_takes_nothing_new_for_no_failure(home):
    (cron,) = (block for block in blocks("text") if "MAILTO" in block)
    line = cron.splitlines()[1]
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    done = shell(command, home)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    results = home / "autoseg-out" / "current"
    assert {"report-nb.html", "report-en.md"} <= {one.name for one in results.iterdir()}
    monkey = Path.cwd()
    os.chdir(home)
    try:
        readers = [block for block in blocks("python") if "airflow" not in block]
        for reader in readers:
            exec(reader, {})  # noqa: S102
    finally:
        os.chdir(monkey)
    assert len(readers) == 1
    again = shell(command, home)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    status = json.loads((home / "autoseg-out" / "status.json").read_text())
    assert status["exit_code"] == NOTHING_NEW


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_runs_when_something_is_new_or_failed(home):
    (makefile,) = blocks("make")
    text = makefile.replace(".venv/bin/autoseg", str(PROGRAM))
    (home / "Makefile").write_text(text, encoding="utf-8")
    first = shell("make", home)
    assert first.returncode == 0, first.stderr
    assert "Nothing to be done" in shell("make segments", home).stdout
    config = (home / "run.toml").read_text(encoding="utf-8")
    (home / "run.toml").write_text(config + "kepe = 1\n", encoding="utf-8")
    for _ in range(2):
        failed = shell("make", home)
        assert (
            "ASG_E_CONFIG: run.toml, [output] kepe: there is no such" in failed.stderr
        )
        assert failed.returncode == 2


def test_the_airflow_dags_parse_and_use_what_the_page_says():
    first, second = (block for block in blocks("python") if "airflow" in block)
    calls = [node for node in ast.walk(ast.parse(first)) if isinstance(node, ast.Call)]
    (bash,) = (call for call in calls if getattr(call.func, "id", "") == "BashOperator")
    keywords = {one.arg: one.value for one in bash.keywords}
    assert ast.literal_eval(keywords["skip_on_exit_code"]) == NOTHING_NEW
    assert "PythonOperator" in second


def test_the_function_of_the_airflow_dag_fails_skips_and_returns(home, monkeypatch):
    """Airflow's classes are stood in for: it is not installed."""
    (block,) = (one for one in blocks("python") if "PythonOperator" in one)
    handed = {}

    class Dag:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    fail, skip = type("Fail", (Exception,), {}), type("Skip", (Exception,), {})
    stand_ins = {
        "airflow": {},
        "airflow.exceptions": {
            "AirflowFailException": fail,
            "AirflowSkipException": skip,
        },
        "airflow.providers": {},
        "airflow.providers.standard": {},
        "airflow.providers.standard.operators": {},
        "airflow.providers.standard.operators.python": {
            "PythonOperator": lambda **given: handed.update(given)
        },
        "airflow.sdk": {"DAG": Dag},
    }
    for name, content in stand_ins.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    exec(block.replace("/srv/shop", str(home)), {})  # noqa: S102
    find_segments = handed["python_callable"]
    day = datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.warns(autoseg.InputWarning):
        run_id = find_segments(data_interval_end=day)
    assert (home / "autoseg-out" / "current").readlink().name == run_id
    with pytest.raises(skip, match="nothing is new"):
        find_segments(data_interval_end=day)
    (home / "customers.csv").unlink()
    with pytest.raises(fail, match="ASG_E_CONFIG"):
        find_segments(data_interval_end=day)


def test_every_key_of_the_config_is_on_the_page_and_in_the_example():
    example = autoseg.api.example_config()
    for section, keys in SECTIONS.items():
        (row,) = re.findall(rf"^\| `\[{section}\]` \| (.*) \|$", PAGE, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", row)) - {"csv", "parquet"} == set(keys)
        part = re.split(rf"^\[{section}\]$", example, flags=re.MULTILINE)[1]
        part = re.split(r"^\[", part, flags=re.MULTILINE)[0]
        assert set(re.findall(r"^(?:# )?(\w+) = ", part, re.MULTILINE)) == set(keys)


def test_every_value_of_the_example_can_be_used(tmp_path):
    """Each key that stands in a comment is one that the config takes."""
    from autoseg.api.runkeys import check_keys

    text = re.sub(
        r"^# (\w+ = )", r"\1", autoseg.api.example_config(), flags=re.MULTILINE
    )
    _, findings = check_keys(tomllib.loads(text), "run.toml")
    assert findings == []


def test_the_status_on_the_page_has_the_keys_of_the_real_one():
    (status,) = blocks("json")
    assert list(json.loads(status)) == list(RunStatus("run").to_dict())


def test_the_options_of_the_commands_on_the_page_are_there():
    import typer.main

    command = typer.main.get_command(app).commands["run"]
    known = {option for one in command.params for option in one.opts}
    used = set()
    for line in PAGE.splitlines():
        if "autoseg run" in line and "docker" not in line:
            used |= set(re.findall(r"(?<=\s)--[a-z-]+", line))
    assert used >= {"--check", "--example", "--as-of", "--skip-unchanged"}
    assert used - known == set()

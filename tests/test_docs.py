"""The documentation says what is there, and what it says runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

import autoseg
from autoseg.cli.main import app

ROOT = Path(__file__).parents[1]
COMMANDS = typer.main.get_command(app).commands


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_in_the_docs_and_has_help(name):
    page = text("docs/cli.md")
    command = COMMANDS[name]
    assert f"`autoseg {name}" in page
    assert command.help
    for option in command.params:
        if option.param_type_name == "option" and "--help" not in option.opts:
            assert option.help, option.name
            long_names = [name for name in option.opts if name.startswith("--")]
            assert any(f"{name}`" in page or f"{name} " in page for name in long_names)


def test_every_public_name_is_in_the_reference():
    page = text("docs/reference.md")
    missing = [name for name in autoseg.__all__ if name not in page]
    assert missing == []


def test_the_first_two_blocks_of_the_readme_do_all_the_set_up():
    blocks = re.findall(r"```console\n(.*?)```", text("README.md"), re.DOTALL)
    assert blocks[0].strip() == (
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/autoseg demo"
    )
    assert blocks[1].strip() == (
        'python3 -m venv .venv && .venv/bin/pip install -e ".[dev]" && .venv/bin/pytest'
    )


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", text("README.md"), re.DOTALL)
    with pytest.warns(autoseg.InputWarning):
        exec("\n".join(blocks), {})  # noqa: S102
    assert (tmp_path / "segments.html").stat().st_size > 10_000


def test_every_decision_has_a_heading_and_the_guide_a_page_a_stage():
    pages = {path.stem for path in (ROOT / "docs" / "guide").glob("*.md")}
    assert pages >= {"tables", "features", "clustering", "profiles", "model", "report"}


def test_credits_stand_where_the_data_are_shown():
    for name in ("README.md", "NOTICE"):
        assert "10.24432/C5BW33" in text(name)

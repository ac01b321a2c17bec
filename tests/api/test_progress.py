"""A bar where a person waits, nothing where nobody does, and no trace of it."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from contextlib import redirect_stderr
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient

import autoseg
from autoseg.api import progress as bars
from autoseg.api.progress import shown

CALL = """\
import autoseg
rows = autoseg.datasets.make_customers(40, 3, random_state=1).transactions
table = autoseg.compute_features(rows, ["monetary"]{settings})
"""
GONE = "\x1b[1A\x1b[2K"
READING = "Reading and checking the tables"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def nowhere(monkeypatch):
    """Take away whatever this run of the tests has of a person who waits."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delattr(sys, "ps1", raising=False)
    monkeypatch.setattr(bars, "_shell", lambda: None)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def prompt(nowhere, monkeypatch):
    """Be at a prompt."""
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)


def drawn(setting, page: io.StringIO) -> str:
    with redirect_stderr(page), shown(setting) as tell:
        if tell is not None:
            tell("tables", 0.0)
            tell("tables", 0.4)
    return page.getvalue()


def test_at_a_prompt_there_is_a_bar_that_is_gone_in_the_end(prompt):
    page = drawn(None, Terminal())
    assert READING in page
    # the last that is written takes the line away
    assert page.endswith(GONE)


def test_false_turns_it_off(prompt):
    assert not drawn(False, Terminal())


@pytest.mark.parametrize(("value", "is_shown"), [("true", 0), ("1", 0), ("false", 1)])
def test_where_programs_are_tested_nobody_waits(prompt, monkeypatch, value, is_shown):
    monkeypatch.setenv("CI", value)
    assert (READING in drawn(None, Terminal())) == bool(is_shown)


def test_a_script_in_a_terminal_shows_nothing(nowhere):
    assert not drawn(None, Terminal())


def test_in_ipython_the_prompt_is_its_own(nowhere, monkeypatch):
    monkeypatch.setattr(bars, "_shell", SimpleNamespace)
    assert READING in drawn(None, Terminal())


def test_a_prompt_whose_errors_go_elsewhere_shows_nothing(prompt):
    assert not drawn(None, io.StringIO())
    with redirect_stderr(None), shown(None) as tell:
        assert tell is None


def test_true_forces_it_into_a_pipe(nowhere):
    assert READING in drawn(True, io.StringIO())


def test_a_callable_is_called_and_nothing_drawn(prompt):
    told, page = [], Terminal()
    rows = autoseg.datasets.make_customers(40, 3, random_state=1).transactions
    with redirect_stderr(page):
        autoseg.compute_features(
            rows, ["monetary"], progress=lambda *stage: told.append(stage)
        )
    assert told[0] == ("tables", 0)
    assert told[-1] == ("features", 1)
    assert not page.getvalue()


def test_an_error_takes_the_bar_away(prompt):
    page = Terminal()

    def fail():
        with redirect_stderr(page), shown(None) as tell:
            tell("clustering", 0.0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "Comparing numbers of segments" in page.getvalue()
    assert page.getvalue().endswith(GONE)


def test_a_script_in_a_real_terminal_is_silent_and_loud_when_told_to():
    def seen(settings: str) -> bytes:
        ours, theirs = pty.openpty()
        code = CALL.format(settings=settings)
        run = subprocess.run([sys.executable, "-c", code], stderr=theirs, check=True)
        assert run.returncode == 0
        os.set_blocking(ours, False)
        try:
            page = os.read(ours, 1_000_000)
        except BlockingIOError:
            page = b""
        os.close(ours)
        os.close(theirs)
        return page

    assert seen("") == b""
    assert READING.encode() in seen(", progress=True")


@pytest.fixture(scope="module")
def kernel_outputs():
    """Return outputs of cells run in a real kernel, and all it sent on the way."""
    sent = []

    class Listening(NotebookClient):
        def process_message(self, msg, cell, cell_index):
            sent.append((cell_index, msg["msg_type"], msg["content"]))
            return super().process_message(msg, cell, cell_index)

    head = "import os; os.environ.pop('CI', None)\n"
    talkative = "import warnings; warnings.warn('look here')\nprint('before')\n"
    fails = CALL.format(settings="").replace('"monetary"', '"no_such"')
    cells = [
        head + talkative + CALL.format(settings="") + "print('after')",
        CALL.format(settings=", progress=False"),
        f"try:\n    exec({fails!r})\nexcept autoseg.InputError:\n    print('told')",
        "os.environ['CI'] = 'true'\n" + CALL.format(settings=""),
        CALL.format(settings=", progress=True") + "import sys; 'ipywidgets' in "
        "sys.modules",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    Listening(notebook, timeout=120).execute()
    return [cell.outputs for cell in notebook.cells], sent


def displays(outputs):
    return [one["data"] for one in outputs if one["output_type"] == "display_data"]


EMPTY = {"text/html": "", "text/plain": ""}


def test_in_a_kernel_the_bar_runs_and_only_an_empty_output_stays(kernel_outputs):
    outputs, sent = kernel_outputs
    assert displays(outputs[0]) == [EMPTY]
    pages = [
        content["data"]["text/html"]
        for cell, kind, content in sent
        if cell == 0 and kind in {"display_data", "update_display_data"}
    ]
    assert any(READING in page for page in pages)
    assert any('value="' in page for page in pages)
    assert pages[-1] == ""


def test_in_a_kernel_what_the_cell_printed_and_warned_of_stays(kernel_outputs):
    texts = "".join(one.get("text", "") for one in kernel_outputs[0][0])
    for part in ("before", "after", "look here"):
        assert part in texts


def test_in_a_kernel_an_error_takes_the_bar_away(kernel_outputs):
    outputs = kernel_outputs[0][2]
    assert displays(outputs) == [EMPTY]
    assert "told" in outputs[-1]["text"]


def test_in_a_kernel_it_can_be_turned_off_and_on(kernel_outputs):
    outputs, _ = kernel_outputs
    assert outputs[1] == []
    assert outputs[3] == []
    assert displays(outputs[4]) == [EMPTY]
    # and no package beside the kernel was needed
    assert outputs[4][-1]["data"]["text/plain"] == "False"


def test_the_command_line_shows_the_same_bar(nowhere):
    from autoseg.cli.progress import stages

    pages = []
    for quiet, page in (
        (False, Terminal()),
        (True, Terminal()),
        (False, io.StringIO()),
    ):
        with redirect_stderr(page), stages(quiet=quiet) as tell:
            tell("report", 0.0)
        pages.append(page.getvalue())
    assert "Writing the report" in pages[0]
    assert pages[1:] == ["", ""]

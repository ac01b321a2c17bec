"""A write that is interrupted leaves the old report, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autoseg.errors import OutputError
from autoseg.report import Report

OLD = b"the report of last month\n"
WRITERS = {
    "write_html": "report.html",
    "write_markdown": "report.md",
    "write_json": "report.json",
    "write_pdf": "report.pdf",
}
STEPS = ("fsync", "replace")
STOPS = {
    "disk": OSError(28, "No space left on device"),
    "interrupt": KeyboardInterrupt(),
}


@pytest.fixture(autouse=True)
def printer(monkeypatch):
    """Print without a browser."""
    monkeypatch.setattr("autoseg.report.pdf.print_page", lambda _: b"%PDF-1.7 new")


@pytest.fixture(scope="module")
def summary(sample):
    """Return a report that is quickly made: how it is written is what counts."""
    return sample.summary(sections=["segments"], map_points=None)


def stop_at(monkeypatch, step, call, error):
    """Let a step of the operating system fail at its so many-th call."""
    real, calls = getattr(os, step), []

    def stopping(*given, **named):
        calls.append(given)
        if len(calls) == call:
            raise error
        return real(*given, **named)

    monkeypatch.setattr(os, step, stopping)


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("writer", WRITERS)
def test_one_file_stays_as_it_was(summary, tmp_path, monkeypatch, writer, step, stop):
    path = tmp_path / WRITERS[writer]
    path.write_bytes(OLD)
    stop_at(monkeypatch, step, 1, STOPS[stop])
    with pytest.raises((OutputError, KeyboardInterrupt)):
        getattr(Report(summary), writer)(path)
    assert path.read_bytes() == OLD
    if stop == "disk":
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("call", [1, 2, 3, 4])
@pytest.mark.parametrize("step", STEPS)
def test_of_several_files_none_is_new(summary, tmp_path, monkeypatch, step, call, stop):
    # one of the four was not there before
    before = [tmp_path / name for name in list(WRITERS.values())[:3]]
    for path in before:
        path.write_bytes(OLD + path.name.encode())
    stop_at(monkeypatch, step, call, STOPS[stop])
    with pytest.raises((OutputError, KeyboardInterrupt)):
        Report(summary).write(tmp_path, ("html", "md", "json", "pdf"))
    for path in before:
        assert path.read_bytes() == OLD + path.name.encode()
    assert not (tmp_path / "report.pdf").exists()
    if step == "replace" or stop == "disk":
        assert sorted(tmp_path.iterdir()) == sorted(before)


def test_files_without_two_names_are_kept_as_copies(summary, tmp_path, monkeypatch):
    def refuse(*_given, **_named):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    before = [tmp_path / "report.html", tmp_path / "report.md"]
    for path in before:
        path.write_bytes(OLD)
    # the third is the first that puts back
    stop_at(monkeypatch, "replace", 2, STOPS["disk"])
    with pytest.raises(OutputError):
        Report(summary).write(tmp_path, ("html", "md"))
    assert [path.read_bytes() for path in before] == [OLD, OLD]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_is_killed_leaves_the_old_file(tmp_path, step):
    path = tmp_path / "report.html"
    path.write_bytes(OLD)
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from autoseg.files import write_files\n"
        f"os.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_files(Path(sys.argv[1]), {'report.html': b'new' * 100_000})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=False
    )
    assert done.returncode == -9
    assert path.read_bytes() == OLD


@pytest.mark.parametrize("writer", WRITERS)
def test_a_whole_write_replaces_the_old_file(summary, tmp_path, writer):
    path = tmp_path / WRITERS[writer]
    path.write_bytes(OLD)
    getattr(Report(summary), writer)(path)
    assert path.read_bytes() != OLD
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("folder", ["/proc", "/sys", "/proc/autoseg"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_work(
    summary, monkeypatch, folder
):
    def too_late(_):
        pytest.fail("the page was made first")

    monkeypatch.setattr("autoseg.report.html.render_page", too_late)
    with pytest.raises(OutputError, match=r"ASG_E_OUTPUT.*cannot be written to"):
        Report(summary).write(folder)

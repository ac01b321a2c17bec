"""`autoseg report`: another language and other formats, without data and fit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

WITH_BROWSER = pytest.mark.skipif(
    not Path("/usr/bin/chromium").is_file(), reason="there is no /usr/bin/chromium"
)


@pytest.fixture(scope="module")
def segmented(run, orders_csv, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    result = run(
        "segment", orders_csv, "-o", folder, "-q", "--currency", "NOK",
        "--format", "html,json,md", "--language", "da", "--title", "Butikken",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def written(segmented, tmp_path):
    """Return a folder that holds profiles.json and nothing else."""
    shutil.copy(segmented / "profiles.json", tmp_path)
    return tmp_path


def test_segment_writes_the_formats_that_are_named(segmented):
    assert {path.name for path in segmented.iterdir()} == {
        "segments.csv", "profiles.json", "model.autoseg", "report.html",
        "report.json", "report.md",
    }  # fmt: skip


def test_the_report_is_that_of_the_segmentation_without_its_map(
    run, written, segmented
):
    result = run(
        "report", written, "--language", "da", "--format", "json,html,md",
        "--title", "Butikken",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    names = ["report-da.json", "report-da.html", "report-da.md"]
    assert result.stdout.splitlines() == [str(written / name) for name in names]
    assert result.stderr == ""
    made = json.loads((segmented / "report.json").read_text(encoding="utf-8"))
    read = json.loads((written / names[0]).read_text(encoding="utf-8"))
    assert made["map"] is not None
    assert read == {**made, "map": None}
    page = (written / names[1]).read_text(encoding="utf-8")
    assert '<html lang="da"' in page
    assert "Butikken" in page


def test_it_goes_to_the_folder_that_is_named_and_may_be_quiet(run, written, tmp_path):
    folder = tmp_path / "new" / "folder"
    file = written / "profiles.json"
    result = run("report", file, "-o", folder, "-q", "--currency", "SEK", "-l", "sv")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert [path.name for path in folder.iterdir()] == ["report-sv.html"]
    assert "kr" in (folder / "report-sv.html").read_text(encoding="utf-8")


def test_another_language_leaves_the_report_with_the_map_alone(run, segmented):
    before = (segmented / "report.html").read_bytes()
    assert run("report", segmented, "-q", "-l", "nb").returncode == 0
    assert (segmented / "report.html").read_bytes() == before
    (segmented / "report-nb.html").unlink()


@WITH_BROWSER
def test_a_pdf_is_written_beside_the_page(run, written):
    result = run("report", written, "--format", "html, PDF")
    assert result.returncode == 0, result.stderr
    assert (written / "report-en.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("command", ["report", "segment"])
def test_an_unknown_format_is_wrong_usage_before_any_work(run, tmp_path, command):
    result = run(command, tmp_path / "nothing", "-o", tmp_path, "--format", "html,doc")
    assert result.returncode == 2
    assert "'doc' is no format; name some of html, pdf, md, json" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["report", "segment"])
def test_without_a_browser_a_pdf_is_refused_before_any_work(run, tmp_path, command):
    result = run(
        command, tmp_path / "nothing", "-o", tmp_path, "--format", "pdf",
        AUTOSEG_BROWSER="no-such-browser",
    )  # fmt: skip
    assert result.returncode == 3
    assert result.stderr.startswith("ASG_E_BROWSER: AUTOSEG_BROWSER names")
    assert not list(tmp_path.iterdir())


def test_a_browser_that_prints_nothing_leaves_nothing(run, written):
    result = run("report", written, "--format", "html,pdf", AUTOSEG_BROWSER="true")
    assert result.returncode == 3
    assert "printed nothing" in result.stderr
    assert [path.name for path in written.iterdir()] == ["profiles.json"]


def test_a_folder_without_profiles_is_one_message(run, tmp_path):
    result = run("report", tmp_path, "-o", tmp_path / "new")
    assert result.returncode == 3
    file = tmp_path / "profiles.json"
    assert result.stderr.startswith(f"ASG_E_PROFILES_FILE: {file}: there is no such")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_a_damaged_file_is_one_message_with_the_key(run, written):
    file = written / "profiles.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    del data["segments"][0]["medians"]
    file.write_text(json.dumps(data), encoding="utf-8")
    result = run("report", written)
    assert result.returncode == 3
    assert "profiles.json: segments[0].medians is missing" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_to_is_told(run, written):
    (written / "file").write_text("", encoding="utf-8")
    result = run("report", written, "-o", written / "file" / "new")
    assert result.returncode == 3
    assert result.stderr.startswith("ASG_E_OUTPUT: ")

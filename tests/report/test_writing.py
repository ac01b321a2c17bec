"""Files are whole, deterministic, and hold no customer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autoseg.errors import OutputError
from autoseg.report import Report

WRITERS = ("write_html", "write_markdown", "write_json")


@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_is_written_and_nothing_beside_it(summary, tmp_path, writer):
    target = tmp_path / "rapport på ø.out"
    assert getattr(Report(summary), writer)(target) == target
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("writer", WRITERS)
def test_a_missing_folder_is_an_output_error(summary, tmp_path, writer):
    with pytest.raises(OutputError, match=r"ASG_E_OUTPUT.*could not be written"):
        getattr(Report(summary), writer)(tmp_path / "absent" / "report.html")


def test_json_holds_the_summary_without_the_dots(summary):
    data = json.loads(Report(summary).json())
    assert "points" not in data["map"]
    assert data["sizes"] == summary["sizes"]
    assert len(summary["map"]["points"]) > 850


def test_json_of_a_report_without_a_map(sample):
    assert json.loads(Report(sample.summary(map_points=None)).json())["map"] is None


def test_markdown_has_every_section_and_every_segment(summary):
    text = Report(summary).markdown()
    assert text.startswith("# Nordlys Shop\n")
    for section in (
        "sizes", "segments", "lint", "heatmap", "journey", "why", "quality", "method",
    ):  # fmt: skip
        assert f"\n## {summary[section]['heading']}\n" in text
    for card in summary["segments"]["cards"]:
        assert f"\n### {card['number']}. {card['name']}\n" in text


def test_markdown_tables_are_rectangular(summary):
    blocks = Report(summary).markdown().split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    assert len(tables) >= 5
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("<script>alert(1)</script>", r"# \<script\>alert(1)\</script\>"),
        ("a | b", r"# a \| b"),
        ("**x** _y_ [z](u)", r"# \*\*x\*\* \_y\_ \[z\](u)"),
        ("two\n# lines", r"# two \# lines"),
        ("1. first", r"# 1\. first"),
        ("- dash", r"# \- dash"),
    ],
)
def test_markdown_takes_no_text_for_markup(sample, title, written):
    text = Report(sample.summary(title=title, map_points=None)).markdown()
    assert text.splitlines()[0] == written


RENDER = """
import hashlib, sys
import autoseg.report
drawn = {"matplotlib", "jinja2", "umap"} & set(sys.modules)
sys.path.insert(0, sys.argv[1])
import conftest
report = autoseg.report.Report(conftest.make_summary("da"))
parts = report.html(), report.markdown(), report.json()
print(*(hashlib.sha256(part.encode()).hexdigest() for part in parts))
print(sorted(drawn), "matplotlib.pyplot" in sys.modules)
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return what two processes print that differ in all but the data."""
    started = []
    for seed, zone, threads in (("0", "UTC", "1"), ("1", "Asia/Tokyo", "2")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed, "TZ": zone,
            "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads,
        }  # fmt: skip
        command = [sys.executable, "-c", RENDER, str(Path(__file__).parent)]
        started.append(
            subprocess.Popen(
                command, cwd=tmp_path_factory.mktemp(f"seed {seed}"), env=environment,
                stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    return [process.communicate(timeout=240)[0].splitlines() for process in started]


def test_the_bytes_depend_on_nothing_but_the_data(runs):
    assert len(runs[0][0].split()) == 3
    assert runs[0] == runs[1]


def test_drawing_is_loaded_when_first_needed_and_pyplot_never(runs):
    assert runs[0][1] == "[] False"


def test_no_path_of_this_machine_is_in_the_page(page):
    for path in (str(Path.home()), str(Path.cwd()), "/tmp", "site-packages"):  # noqa: S108
        assert path == "/" or path not in page

"""A report in several formats at once: all of the files, or none."""

from __future__ import annotations

import pytest

from autoseg.errors import BrowserError, InputError, OutputError
from autoseg.report import FORMATS, Report, check_formats


def test_formats_are_written_under_one_name(summary, tmp_path):
    written = Report(summary).write(tmp_path / "new", ("md", "html", "json", "md"))
    assert [path.name for path in written] == [
        "report.md", "report.html", "report.json",
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(
        path.name for path in written
    )
    report = Report(summary)
    assert written[0].read_text(encoding="utf-8") == report.markdown()
    assert written[1].read_text(encoding="utf-8") == report.html()
    assert written[2].read_text(encoding="utf-8") == report.json()


def test_one_format_may_be_a_text(summary, tmp_path):
    (written,) = Report(summary).write(tmp_path, "md", stem="segments")
    assert written.name == "segments.md"


@pytest.mark.parametrize(
    ("formats", "found"),
    [
        ("docx", "'docx' is no format"),
        (("html", "PDF"), "'PDF' is no format"),
        ((), "no format is named"),
    ],
)
def test_a_format_that_is_not_known_is_refused(formats, found):
    with pytest.raises(InputError, match=f"ASG_E_SETTING: formats: {found}") as raised:
        check_formats(formats)
    assert ", ".join(FORMATS) in str(raised.value)


def test_without_a_browser_nothing_is_written(summary, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOSEG_BROWSER", "no-such-browser")
    with pytest.raises(BrowserError, match="there is no such program"):
        Report(summary).write(tmp_path, ("html", "pdf"))
    assert not list(tmp_path.iterdir())


def test_a_browser_that_prints_nothing_leaves_no_file(summary, tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("before", encoding="utf-8")
    monkeypatch.setenv("AUTOSEG_BROWSER", "true")
    with pytest.raises(BrowserError, match="printed nothing"):
        Report(summary).write(tmp_path, ("html", "pdf"))
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "before"


def test_a_folder_that_cannot_be_is_told(summary, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written to"):
        Report(summary).write(tmp_path / "file" / "inner", "md")

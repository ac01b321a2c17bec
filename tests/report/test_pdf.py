"""The report as a PDF, by the browser that is there, or an error that tells why not."""

from __future__ import annotations

import os
import re
import stat

import pytest

from autoseg.errors import BrowserError
from autoseg.report import Report
from autoseg.report import pdf as pdf_module
from autoseg.report.pdf import find_browser, print_page


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Leave no browser where one is looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("AUTOSEG_BROWSER", raising=False)
    monkeypatch.setattr(pdf_module, "_PLACES", ())
    return tmp_path


def program(folder, text):
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def pages(content):
    return len(re.findall(rb"/Type /Page\b(?!s)", content))


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_it_is_printed_on_a_few_pages(browser, sample, tmp_path, language):
    report = Report(sample.summary(language))
    path = report.write_pdf(tmp_path / "report.pdf")
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert 6 <= pages(content) <= 16
    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.pdf"]


@pytest.mark.browser
def test_the_day_of_printing_is_not_in_it(browser, page):
    first = print_page(page)
    assert re.findall(rb"Date \(D:(\d+)", first) == [b"19700101000000"] * 2
    assert print_page(page) == first


def test_without_a_browser_the_error_names_the_way_out(nowhere, summary, tmp_path):
    target = nowhere / "report.pdf"
    with pytest.raises(BrowserError) as error:
        Report(summary).write_pdf(target)
    assert str(error.value) == (
        "ASG_E_BROWSER: a PDF is printed by Chromium, Chrome or Edge, and none of "
        "them is here. Fix: install one, name it in AUTOSEG_BROWSER, or open the "
        "HTML report and print it."
    )
    assert not target.exists()


def test_the_variable_goes_before_what_is_found(nowhere, monkeypatch):
    program(nowhere, "exit 0")
    other = nowhere / "other"
    other.mkdir()
    named = program(other, "exit 0")
    assert find_browser() == nowhere / "chromium"
    monkeypatch.setenv("AUTOSEG_BROWSER", str(named))
    assert find_browser() == named


def test_a_variable_that_names_nothing_is_an_error(nowhere, monkeypatch):
    monkeypatch.setenv("AUTOSEG_BROWSER", "netscape")
    with pytest.raises(BrowserError, match="AUTOSEG_BROWSER names 'netscape', and th"):
        find_browser()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script of a shell")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("echo 'no display' >&2; exit 1", r"printed nothing \(no display\)"),
        ("exit 0", r"printed nothing\. Fix: open the HTML report"),
    ],
)
def test_a_browser_that_prints_nothing_is_an_error(nowhere, summary, text, told):
    program(nowhere, text)
    target = nowhere / "report.pdf"
    target.write_bytes(b"the old one")
    with pytest.raises(BrowserError, match=told):
        Report(summary).write_pdf(target)
    assert target.read_bytes() == b"the old one"


def test_a_browser_that_hangs_is_given_up(nowhere, monkeypatch):
    program(nowhere, "exec /bin/sleep 30")
    monkeypatch.setattr(pdf_module, "_SECONDS", 0.2)
    with pytest.raises(BrowserError, match=r"printed nothing \(TimeoutExpired\)"):
        print_page("<!doctype html><title>a page</title>")

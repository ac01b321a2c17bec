"""A report with some of its sections."""

from __future__ import annotations

import json
import re

import pytest

from autoseg.errors import InputError
from autoseg.profiles import RhythmTable
from autoseg.report import Report
from autoseg.report.choosing import SECTIONS


def _ids(page: str) -> list[str]:
    return re.findall(r'<section aria-labelledby="(\w+)">', page)


def _rhythm() -> RhythmTable:
    week = tuple((0.1 + 0.1 * (day == 2),) for day in range(7))
    return RhythmTable(("day",), (1, 2), (week, week), week, (None, None))


def test_all_sections_stand_in_their_order(sample):
    page = Report(sample.summary(rhythm=_rhythm())).html()
    assert tuple(_ids(page)) == SECTIONS


@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_can_stand_alone(sample, name):
    report = Report(sample.summary(sections=[name], rhythm=_rhythm()))
    page = report.html()
    assert _ids(page) == [name]
    assert 'id="summary"' in page
    assert 'id="facts"' in page
    assert "<footer>" in page
    assert re.findall(r'<a href="#(\w+)">', page) == [name]
    text = report.markdown()
    assert text.count("\n## ") == (1 if name == "map" else 2)
    data = json.loads(report.json())
    assert [one for one in SECTIONS if data[one]] == [name]
    assert repr(report) == "<Report 'Nordlys Shop': 6 segments, en>"


def test_the_order_is_the_reports_own(sample):
    page = Report(sample.summary(sections=["why", "sizes"])).html()
    assert _ids(page) == ["sizes", "why"]


def test_the_picture_of_lines_goes_with_its_table(sample):
    assert sample.summary(sections=["sizes"])["snake"] is None
    assert sample.summary(sections=["heatmap"])["snake"] is not None


def test_without_sections_the_summary_stays(sample):
    page = Report(sample.summary(sections=[])).html()
    assert _ids(page) == []
    assert "<nav" not in page
    assert 'id="summary"' in page


@pytest.mark.parametrize(
    ("sections", "found"),
    [(["sizes", "chart"], r"'chart' cannot"), ("sizes", r"'sizes' cannot")],
)
def test_an_unknown_section_is_refused_with_those_there_are(sample, sections, found):
    with pytest.raises(
        InputError, match=rf"ASG_E_SECTION.*{found}.*a list.*sizes, "
    ) as caught:
        sample.summary(sections=sections)
    assert all(name in str(caught.value) for name in SECTIONS)

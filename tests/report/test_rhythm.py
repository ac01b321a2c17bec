"""The section on when each segment buys: every share in words, no colour alone."""

from __future__ import annotations

import json
import re

import pytest

from autoseg.profiles import RhythmTable
from autoseg.report import Report

PARTS = ("night", "morning", "afternoon", "evening")


def make_rhythm(parts=PARTS, busiest=(3, 2)) -> RhythmTable:
    quiet = tuple((0.0, 0.03, 0.05, 0.02)[: len(parts)] for _ in range(7))
    week = [list(day) for day in quiet]
    week[busiest[0]][busiest[1]] = 0.2
    week[6][0] = None
    lively = tuple(map(tuple, week))
    return RhythmTable(
        parts, (1, 2, 4), (lively, quiet, lively), quiet, (busiest, None, None)
    )


@pytest.fixture(scope="module")
def with_rhythm(sample):
    return sample.summary(rhythm=make_rhythm())


def test_there_is_a_table_for_all_and_for_each_segment(with_rhythm):
    panels = with_rhythm["rhythm"]["panels"]
    assert [panel["number"] for panel in panels] == [None, 1, 2, 4]
    assert [panel["name"] for panel in panels][:2] == ["All customers", "Champions"]
    assert all(len(panel["rows"]) == 7 for panel in panels)
    assert [row["label"] for row in panels[1]["rows"]][::6] == ["Monday", "Sunday"]
    assert [one["text"] for one in panels[1]["rows"][3]["cells"]] == [
        "0%", "3%", "20%", "2%",
    ]  # fmt: skip
    assert panels[1]["rows"][6]["cells"][0] == {"share": None, "text": "–", "step": 0}


@pytest.mark.parametrize(
    ("language", "text"), [("en", "<1%"), ("nb", "<1\u00a0%"), ("da", "<1\u00a0%")]
)
def test_hardly_any_orders_are_below_one_percent(sample, language, text):
    week = tuple((share, 0.01, 0.0, 0.2) for share in (0.001, 0.009, *[0.05] * 5))
    table = RhythmTable(PARTS, (1,), (week,), week, (None,))
    rows = sample.summary(language, rhythm=table)["rhythm"]["panels"][0]["rows"]
    assert [row["cells"][0]["text"] for row in rows[:2]] == [text, text]
    assert rows[0]["cells"][1]["text"] == text.removeprefix("<")
    assert rows[0]["cells"][2]["text"] == text.removeprefix("<").replace("1", "0")


def test_one_scale_of_shades_serves_all_tables(with_rhythm):
    steps = {}
    for panel in with_rhythm["rhythm"]["panels"]:
        for row in panel["rows"]:
            for cell in row["cells"]:
                steps.setdefault(cell["text"], set()).add(cell["step"])
    assert steps == {"0%": {0}, "–": {0}, "2%": {0}, "3%": {1}, "5%": {1}, "20%": {4}}


def test_a_sentence_only_where_a_time_leads(with_rhythm):
    texts = [panel["text"] for panel in with_rhythm["rhythm"]["panels"]]
    assert texts == [
        None,
        "The most orders come on Thursday afternoons (12–18): 20%, against 5% for all"
        " customers.",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("language", "day", "part", "weekday"),
    [
        ("en", "Monday", "on Thursday afternoons (12–18)", "on Thursdays"),
        ("nb", "Mandag", "torsdag ettermiddag (kl. 12–18)", "på torsdager"),
        ("da", "Mandag", "torsdag eftermiddag (kl. 12–18)", "om torsdagen"),
        ("sv", "Måndag", "torsdag eftermiddag (kl. 12–18)", "på torsdagar"),
    ],
)
def test_it_speaks_four_languages(sample, language, day, part, weekday):
    section = sample.summary(language, rhythm=make_rhythm())["rhythm"]
    assert section["panels"][1]["rows"][0]["label"] == day
    assert part in section["panels"][1]["text"]
    alone = make_rhythm(("day",), (3, 0))
    section = sample.summary(language, rhythm=alone)["rhythm"]
    assert weekday in section["panels"][1]["text"]


def test_without_a_time_of_day_there_is_one_column(sample):
    summary = sample.summary(rhythm=make_rhythm(("day",), (3, 0)))
    section = summary["rhythm"]
    assert section["columns"] == [{"label": "Share of orders", "hours": None}]
    assert "time of day" not in section["lead"]
    assert '<div class="weeks slim">' in Report(summary).html()


def test_the_dash_is_explained_where_there_is_one(sample, with_rhythm):
    assert "fewer than 10 customers" in with_rhythm["rhythm"]["note"]
    full = make_rhythm()
    week = full.shares[1]
    full = RhythmTable(full.parts, (2,), (week,), full.shares_of_all, (None,))
    assert sample.summary(rhythm=full)["rhythm"]["note"] is None


def test_without_it_there_is_no_section(sample, summary):
    assert summary["rhythm"] is None
    assert 'id="rhythm"' not in Report(summary).html()
    assert "When they buy" not in Report(summary).markdown()


def test_the_page_has_a_captioned_table_a_segment(with_rhythm):
    page = Report(with_rhythm).html()
    assert '<a href="#rhythm">When they buy</a>' in page
    tables = re.findall(r'<table class="week">.*?</table>', page, re.S)
    assert len(tables) == 4
    for table in tables:
        assert "<caption>" in table
        cells = re.findall(r"<td[^>]*>(.*?)</td>", table)
        assert len(cells) == 28
        assert all(re.fullmatch(r"\d+%|–", cell) for cell in cells)
        assert table.count('<th scope="row">') == 7


def test_the_markdown_has_the_tables_too(with_rhythm):
    text = Report(with_rhythm).markdown()
    assert "### 1. Champions\n\nThe most orders come on Thursday" in text
    assert "| Weekday | Night 0–6 | Morning 6–12 | Afternoon 12–18 |" in text
    assert "| Thursday | 0% | 3% | 20% | 2% |" in text


def test_names_of_segments_are_no_markup(sample):
    from autoseg.profiles import rename_segments

    name = 'R&D "x" {{ 7*7 }} $a$ *b* 😀'
    profiles = rename_segments(sample.profiles(), {1: name})
    report = Report(sample.summary(profiles=profiles, rhythm=make_rhythm()))
    page = report.html()
    found = page.split('<table class="week">')[2].split("</caption>")[0]
    assert "R&amp;D &#34;x&#34; {{ 7*7 }} $a$ *b* 😀" in found
    assert r"### 1. R&D" in report.markdown()
    assert r"\*b\*" in report.markdown()


def test_an_empty_week_divides_by_nothing(sample):
    none = tuple((0.0,) for _ in range(7))
    table = RhythmTable(("day",), (1,), (none,), none, (None,))
    panels = sample.summary(rhythm=table)["rhythm"]["panels"]
    assert {c["step"] for p in panels for r in p["rows"] for c in r["cells"]} == {0}


@pytest.mark.parametrize(
    ("language", "scheme"),
    [("en", "light"), ("nb", "dark"), ("da", "light"), ("sv", "dark")],
)
@pytest.mark.parametrize("parts", [PARTS, ("day",)])
def test_axe_finds_no_barrier_and_it_fits(
    browser, axe, sample, tmp_path, language, scheme, parts
):
    rhythm = make_rhythm(parts, (3, len(parts) // 2))
    file = tmp_path / "report.html"
    file.write_text(Report(sample.summary(language, rhythm=rhythm)).html(), "utf-8")
    for width in (360, 1280):
        page = browser.new_page(
            color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        page.goto(file.as_uri())
        page.evaluate(axe)
        found = page.evaluate("axe.run('section[aria-labelledby=rhythm]')")
        inside = page.evaluate(
            "[...document.querySelectorAll('.weeks :is(th, td) ')].every("
            "cell => cell.scrollWidth <= cell.clientWidth + 1)"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.close()
        assert json.dumps(found["violations"]) == "[]"
        # what axe could not judge is judged nowhere
        assert [one["id"] for one in found["incomplete"]] == []
        assert inside
        assert wide <= width

"""The page opens offline, reads aloud, and takes no user's text for markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from autoseg.report import Report
from autoseg.tables import ColumnMapping

VOID = {"meta", "link", "br", "hr", "img", "input"}
EVIL = (
    "<script>alert(1)</script>",
    r"$\frac{1}{0}$ & {{ 7*7 }}",
    "Café 😀 \u202e שלום",
    '"><img src=x onerror=alert(1)>',
)


class Page(HTMLParser):
    """Collects what the tests ask for, and checks that elements nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.targets, self.open = [], [], [], []
        self.tables, self.svgs, self.text = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.targets += [
            (name, value)
            for name, value in attrs
            if name in {"src", "href", "xlink:href", "srcset", "action", "data"}
        ]
        if tag == "table":
            self.tables.append([])
        elif tag == "svg":
            self.svgs.append((attributes, []))
        elif "table" in self.open:
            self.tables[-1].append((tag, attributes))
        if "svg" in self.open:
            self.svgs[-1][1].append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def parsed(page):
    return Page(page)


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_the_language_is_set(sample, language):
    assert f'<html lang="{language}">' in Report(sample.summary(language)).html()


def test_there_is_one_main_heading_and_the_landmarks(parsed):
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("h1") == 1
    assert [tags.count(tag) for tag in ("header", "nav", "main", "footer")][1:] == [
        1, 1, 1,
    ]  # fmt: skip


def test_headings_skip_no_level(parsed):
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_there_is_no_script(parsed):
    assert not [tag for tag, _ in parsed.tags if tag in {"script", "iframe", "object"}]
    assert not [n for _, attributes in parsed.tags for n in attributes if n[:2] == "on"]


def test_nothing_is_fetched(parsed, page):
    assert all(value.startswith(("#", "data:")) for _, value in parsed.targets)
    assert re.findall(r"url\((?!#)", page) == []
    assert "@import" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page


def test_ids_are_distinct_and_links_lead_somewhere(parsed, page):
    assert len(parsed.ids) == len(set(parsed.ids))
    inside = {value[1:] for _, value in parsed.targets if value.startswith("#")}
    inside |= set(re.findall(r"url\(#([^)]+)\)", page))
    inside |= {
        one
        for _, attributes in parsed.tags
        for one in attributes.get("aria-labelledby", "").split()
    }
    assert inside <= set(parsed.ids)


def test_every_picture_has_a_title_and_a_text(parsed):
    assert len(parsed.svgs) == 8
    for attributes, inside in parsed.svgs:
        assert attributes["role"] == "img"
        assert inside[:2] == ["title", "desc"]


def test_every_table_has_a_caption_and_scoped_headings(parsed):
    assert parsed.tables
    for inside in parsed.tables:
        assert inside[0][0] == "caption"
        assert all("scope" in attributes for tag, attributes in inside if tag == "th")


def test_wide_tables_scroll_in_a_place_that_the_keyboard_reaches(page):
    assert page.count('class="scroll"') == page.count('class="scroll" tabindex="0"')


def test_the_numbers_behind_each_picture_are_there(summary, parsed):
    words = " ".join(parsed.text)
    for row in summary["sizes"]["rows"]:
        assert row["revenue_share_text"] in words
    for row in summary["map"]["rows"]:
        assert row["x_text"] in words


@pytest.mark.parametrize("evil", EVIL)
def test_a_title_is_text_whatever_it_holds(sample, evil):
    page = Report(sample.summary(title=evil, map_points=None)).html()
    parsed = Page(page)
    assert evil in "".join(parsed.text)
    assert not [tag for tag, _ in parsed.tags if tag in {"script", "img"}]


@pytest.mark.parametrize("evil", EVIL)
def test_names_columns_and_remarks_are_text_whatever_they_hold(sample, evil):
    log = sample.log()
    data = sample.summary(
        mapping=(ColumnMapping("transactions", "amount", evil),),
        log=replace(log, findings=(replace(log.findings[0], column=evil),)),
        provenance={evil: evil},
        map_points=None,
    )
    for row in [*data["sizes"]["rows"], *data["segments"]["cards"]]:
        row["name"] = evil
    for row in data["journey"]["rows"]:
        row["name"] = evil
    for found in data["lint"]["findings"]:
        found["text"] = evil
    data["sizes"]["top"] = data["segments"]["cards"][0]["formerly"] = evil
    data["segments"]["cards"][0]["play"][0]["text"] = evil
    parsed = Page(Report(data).html())
    assert "".join(parsed.text).count(evil) >= 20
    assert not [tag for tag, _ in parsed.tags if tag in {"script", "img"}]


def test_what_has_no_data_is_left_out(sample):
    page = Report(
        sample.summary(
            selection=None, stability=None, log=None, mapping=(), map_points=None,
            provenance=None, journey=None, lint=None, top_customers=None,
        )
    ).html()  # fmt: skip
    parsed = Page(page)
    assert not {"lint", "journey", "why", "map", "quality"} & set(parsed.ids)
    assert len(parsed.svgs) == 2
    assert "<ul></ul>" not in page


def test_nothing_but_small_segments_makes_a_page_without_bars(sample):
    tiny = [(a, 3, c, m, s) for a, _, c, m, s in sample.segments]
    data = sample.summary(profiles=sample.profiles(tiny), selection=None)
    parsed = Page(Report(data).html())
    assert parsed.svgs == []
    assert "sizes" not in parsed.ids


def test_seven_segments_and_five_thousand_dots_stay_below_a_megabyte(sample):
    segments = (*sample.segments, ("average", *sample.segments[2][1:]))
    profiles = sample.profiles(segments[:6])
    seventh = replace(profiles.segments[2], number=7, key="average")
    wide = replace(profiles, segments=(*profiles.segments, seventh), order=range(7))
    data = sample.summary(
        profiles=wide, map_points=sample.points(5000, segments=7), stability=None
    )
    assert len(Report(data).html().encode()) < 1_000_000


def test_the_data_stay_as_they_are(sample):
    data = sample.summary()
    before = repr(data)
    Report(data).html()
    assert repr(data) == before


def test_a_notebook_shows_the_page_in_a_closed_frame(summary):
    markup = Report(summary)._repr_html_()
    assert markup.startswith('<iframe title="Nordlys Shop" sandbox=""')
    assert "<script" not in markup


def test_the_short_form_counts_the_segments(summary):
    assert repr(Report(summary)) == "<Report 'Nordlys Shop': 6 segments, en>"

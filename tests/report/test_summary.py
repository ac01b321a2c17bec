"""The summary holds every number and text of the report, and nothing it must not."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from autoseg import tables
from autoseg.clustering import SegmentStability
from autoseg.errors import LanguageWarning
from autoseg.locales import load_catalogue
from autoseg.report import MapPoints, Report
from autoseg.tables import FITNESS_CODES

SECTIONS = {
    "schema", "language", "title", "currency", "n_segments", "labels", "summary",
    "facts", "sizes", "segments", "lint", "heatmap", "snake", "rhythm", "journey",
    "why", "map", "quality", "method", "glossary",
}  # fmt: skip


def shape(data):
    """Return the keys of nested data, without its values."""
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shape(value) for value in data]
    return None


def texts(data):
    """Yield every text of nested data."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from texts(value)
    elif isinstance(data, str):
        yield data


def rows_of(summary, part=None):
    """Return the rows of the table of measures, or of what stands below it."""
    groups = summary["heatmap"]["groups"] if part is None else part["groups"]
    return [row for group in groups for row in group["rows"]]


def test_the_sections_are_these(summary):
    assert set(summary) == SECTIONS
    assert [card["number"] for card in summary["segments"]["cards"]] == [*range(1, 7)]


def test_a_card_has_these_parts(summary):
    assert set(summary["segments"]["cards"][0]) == {
        "number", "label", "key", "name", "formerly", "figures", "note", "sentences",
        "claims", "rule", "goal", "action", "avoid", "play", "stability",
    }  # fmt: skip


def test_the_summary_is_three_sentences(summary):
    assert len(summary["summary"]) == 3
    assert summary["summary"][0] == (
        "6 segments describe the 2,000 customers who bought from "
        "1\u00a0July 2024 to 30\u00a0June 2026."
    )


def test_the_segment_worth_most_is_named_with_its_shares(summary):
    # 180,412,055 of 401,000,000 cents is 45 %; 212 of 2,000 customers are 10.6 %
    assert "45%" in summary["summary"][1]
    assert "11%" in summary["summary"][1]
    assert "Champions" in summary["summary"][1]


def test_unstable_segments_are_counted_in_the_summary(sample, summary):
    # of the six, one has a Jaccard mean below 0.6
    assert "One of them is unstable" in summary["summary"][2]
    profiles = sample.profiles()
    solid = replace(
        profiles,
        segments=tuple(replace(one, stability=0.9) for one in profiles.segments),
    )
    assert "unstable" not in sample.summary(profiles=solid)["summary"][2]


@pytest.mark.parametrize("language", ["nb", "da", "sv"])
def test_every_language_has_the_same_keys(sample, summary, language):
    assert shape(sample.summary(language)) == shape(summary)


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_no_text_has_an_open_field(sample, language):
    assert not [text for text in texts(sample.summary(language)) if "{" in text]


def test_an_unknown_language_gives_english_and_says_so(sample):
    with pytest.warns(LanguageWarning, match="no texts in 'fi'"):
        assert sample.summary("fi")["language"] == "en"


def test_it_is_json_without_nan(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_the_rows_of_the_account_add_up(summary):
    account = summary["quality"]["account"]
    assert sum(row["rows"] for row in account["rows"]) == account["total"]["rows"]
    assert sum(Decimal(row["amount"]) for row in account["rows"]) == Decimal(
        account["total"]["amount"]
    )


def test_sizes_and_revenue_add_up(summary):
    sizes = summary["sizes"]
    assert sum(row["size"] for row in sizes["rows"]) == sizes["total"]["size"]
    assert sum(Decimal(row["revenue"]) for row in sizes["rows"]) == Decimal(
        sizes["total"]["revenue"]
    )


def test_revenue_per_customer_is_revenue_by_size(summary):
    # 1,804,120.55 / 212 = 8,510.0026
    assert summary["sizes"]["rows"][0]["each"] == "8510.00"


def test_a_hundred_percent_is_said_of_all_rows_only(sample):
    log = replace(
        sample.log(), rows_in=100_000, rows_used=99_999, dropped_rows={"blank_row": 1},
        dropped_revenue={"blank_row": Decimal(0)},
    )  # fmt: skip
    rows = next(
        item["value"]
        for item in sample.summary(log=log)["facts"]["items"]
        if item["key"] == "rows"
    )
    assert rows == "99,999 of 100,000 (99.9%)"


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.85, "Solid"), (0.8499, "Reliable"), (0.6, "Tentative"), (0.59, "Unstable")],
)
def test_stability_is_a_word_with_its_number(sample, value, word):
    profiles = sample.profiles()
    first = replace(profiles.segments[0], stability=value)
    changed = replace(profiles, segments=(first, *profiles.segments[1:]))
    card = sample.summary(profiles=changed)["segments"]["cards"][0]
    assert card["stability"]["word"] == word


def test_stability_comes_segment_1_first(sample):
    profiles = sample.profiles()
    bare = replace(
        profiles,
        segments=tuple(replace(one, stability=None) for one in profiles.segments),
        order=(5, 4, 3, 2, 1, 0),
    )
    stability = SegmentStability((0.1, 0.2, 0.3, 0.4, 0.5, 0.9), 50, 2000)
    cards = sample.summary(profiles=bare, stability=stability)["segments"]["cards"]
    assert cards[0]["stability"]["value"] == 0.1
    assert cards[5]["stability"]["value"] == 0.9
    assert cards[0]["stability"]["error"] is None


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "Solid (0.93 ± 0.02)", "standard error"),
        ("nb", "Solid (0,93 ± 0,02)", "standardfeilen"),
        ("da", "Solidt (0,93 ± 0,02)", "standardfejlen"),
        ("sv", "Stabilt (0,93 ± 0,02)", "standardfelet"),
    ],
)
def test_a_stability_says_how_sure_it_is(sample, language, text, word):
    stability = SegmentStability(
        (0.93, 0.88, 0.79, 0.64, 0.86, 0.41), 50, 2000,
        standard_error=(0.0123, 0.02, 0.03, 0.04, 0.05, 0.06),
    )  # fmt: skip
    report = Report(sample.summary(language, stability=stability))
    section = report.data["segments"]
    assert section["cards"][0]["stability"]["error"] == 0.0123
    assert section["cards"][0]["stability"]["text"] == text
    assert word in section["stability"]
    assert json.loads(report.json())["segments"] == section
    for page in (report.html(), report.markdown().replace("\\", "")):
        assert text in page
        assert section["stability"] in page


def test_what_has_no_data_is_none(sample):
    bare = sample.summary(
        selection=None, stability=None, log=None, mapping=(), map_points=None,
        journey=None, lint=None, top_customers=None,
    )  # fmt: skip
    assert {key for key, value in bare.items() if value is None} == {
        "lint", "rhythm", "journey", "why", "map", "quality",
    }  # fmt: skip


def test_a_median_that_is_not_defined_is_a_dash(summary):
    trend = next(row for row in rows_of(summary) if row["feature"] == "trend_90d")
    assert (trend["cells"][5]["value"], trend["cells"][5]["text"]) == (None, "–")


@pytest.mark.parametrize(
    ("score", "step"), [(1.5, 2), (0.5, 1), (0.49, 0), (-0.5, -1), (-1.6, -2)]
)
def test_the_shade_follows_the_distance_from_all(sample, score, step):
    archetype, size, cents, medians, scores = sample.segments[0]
    first = (archetype, size, cents, medians, (score, *scores[1:]))
    profiles = sample.profiles((first, *sample.segments[1:]))
    rows = rows_of(sample.summary(profiles=profiles))
    assert rows[0]["cells"][0]["step"] == step


class TestSmallGroups:
    """Fewer than ten customers are never shown."""

    @pytest.fixture
    def small(self, sample):
        archetype, _, cents, medians, scores = sample.segments[5]
        segments = (*sample.segments[:5], (archetype, 7, cents, medians, scores))
        return sample.summary(profiles=sample.profiles(segments))

    def test_the_size_is_below_ten_and_no_figure_is_given(self, small):
        row = small["sizes"]["rows"][5]
        assert row["size_text"] == "<10"
        assert {row[key] for key in ("size", "share", "revenue", "each")} == {None}

    def test_a_second_segment_is_hidden_for_the_rest_would_tell(self, small):
        hidden = [row["number"] for row in small["sizes"]["rows"] if not row["size"]]
        assert hidden == [1, 6]
        assert small["sizes"]["rows"][0]["size_text"] == "not shown"

    def test_the_card_has_a_note_and_no_numbers(self, small):
        card = small["segments"]["cards"][5]
        assert card["note"].startswith("Too few customers")
        assert not any(
            (card["figures"], card["sentences"], card["claims"], card["rule"])
        )
        assert card["stability"] is None

    def test_medians_and_dots_are_left_out(self, small):
        columns = [column["number"] for column in small["heatmap"]["columns"]]
        assert columns == [1, 2, 3, 4, 5]
        assert {point[2] for point in small["map"]["points"]} == {2, 3, 4, 5}

    def test_exactly_ten_are_shown(self, sample):
        archetype, _, cents, medians, scores = sample.segments[5]
        segments = (*sample.segments[:5], (archetype, 10, cents, medians, scores))
        rows = sample.summary(profiles=sample.profiles(segments))["sizes"]["rows"]
        assert [row["size"] for row in rows][-1] == 10


def test_one_segment_makes_a_report(sample):
    alone = sample.profiles(sample.segments[:1])
    (segment,) = alone.segments
    data = sample.summary(
        profiles=replace(alone, segments=(replace(segment, nearest=None),)),
        selection=None,
        map_points=sample.points(segments=1),
    )
    assert data["summary"][0].startswith("One segment holds all 212 customers")
    assert data["summary"][1].startswith("Together they brought in")


def test_no_revenue_share_is_said_where_the_total_is_not_above_zero(sample):
    segments = [(a, n, 0, m, s) for a, n, _, m, s in sample.segments]
    data = sample.summary(profiles=sample.profiles(segments))
    assert data["sizes"]["rows"][0]["revenue_share_text"] == "–"


def test_the_currency_given_goes_before_the_profiles(sample):
    assert sample.summary(currency="EUR")["currency"] == "EUR"
    assert sample.summary()["currency"] == "NOK"


def test_a_remark_that_the_account_tells_already_is_not_repeated(sample):
    log = sample.log()
    told = replace(log.findings[0], code="ASG_W_DUPLICATE")
    data = sample.summary(log=replace(log, findings=(told, *log.findings)))
    codes = [remark["code"] for remark in data["quality"]["account"]["remarks"]]
    assert codes == ["ASG_W_SOMETHING_ODD"]


def test_a_remark_quotes_no_data(sample):
    remark = sample.summary("nb")["quality"]["account"]["remarks"][0]
    assert remark["text"] == "En merknad om dataene, kjent som ASG_W_SOMETHING_ODD"
    assert remark["count_text"] == "4 rader"


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_every_warning_of_the_tables_has_a_text(language):
    codes = {code.lower() for code in literals(r'"ASG_W_([A-Z_]+)"')}
    codes |= {code.removeprefix("ASG_W_").lower() for code in FITNESS_CODES}
    assert codes
    texts = load_catalogue(language).texts
    assert [
        code
        for code in sorted(codes)
        if f"report.remark.{code}" not in texts
        and f"report.dropped.{code}" not in texts
    ] == []


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
def test_every_reason_that_rows_are_left_out_for_has_a_text(language):
    reasons = literals(r'Reason\(\s*"([a-z_]+)"') | literals(r'= "([a-z]+_line)"')
    reasons |= literals(r'_[A-Z_]+ = "(\w*(?:row|rows|customer|purchase|return))"')
    # unreadable_… is put together from the column's name
    reasons |= {f"unreadable_{name}" for name in ("timestamp", "amount", "converted")}
    assert {"missing_customer", "unreadable_line", "customer_without_purchase"} <= (
        reasons
    )
    texts = load_catalogue(language).texts
    assert [
        reason for reason in sorted(reasons) if f"report.dropped.{reason}" not in texts
    ] == []


def literals(pattern: str) -> set[str]:
    return {
        found
        for file in Path(tables.__file__).parent.rglob("*.py")
        for found in re.findall(pattern, file.read_text("utf-8"))
    }


def test_dots_of_unknown_segments_are_refused(sample):
    dots = MapPoints(np.zeros((2, 2)), np.array([0, 1]))
    with pytest.raises(ValueError, match=r"segment numbers \[0\] that the profiles"):
        sample.summary(map_points=dots)


def test_bic_is_shown_per_customer_above_its_lowest(summary):
    curve = next(
        one for one in summary["why"]["curves"] if one["criterion"] == "bic_each"
    )
    # 9000 − 500 k + 40 k² is lowest at k = 6 (7440); at k = 2 it is 8160
    assert {point["k"]: point["value"] for point in curve["points"]}[2] == 0.36
    assert min(point["value"] for point in curve["points"]) == 0
    assert all(math.isfinite(tick["value"]) for tick in curve["ticks"])


@pytest.mark.parametrize("language", ["en", "nb", "da", "sv"])
@pytest.mark.parametrize("chosen_by", ["stability", "value"])
def test_the_method_tells_how_the_division_was_chosen(sample, language, chosen_by):
    selection = replace(sample.selection(), chosen_by=chosen_by)
    agreed, settled = (
        sample.summary(language=language, selection=chosen)["method"]["steps"]
        for chosen in (sample.selection(), selection)
    )
    differs = [one != other for one, other in zip(agreed, settled, strict=True)]
    assert differs == [False, False, True, False]

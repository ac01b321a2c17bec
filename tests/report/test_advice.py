"""Before acting: what to know, who spends most, and what to do with each segment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autoseg.profiles import (
    RuleBook,
    find_top_customers,
    lint_segmentation,
    make_playbook,
    rename_segments,
)
from autoseg.report import Report

LANGUAGES = ("en", "nb", "da", "sv")


def test_findings_come_with_a_word_for_how_much_they_weigh(summary):
    found = summary["lint"]["findings"]
    assert summary["lint"]["clean"] is None
    assert (found[0]["severity"], found[0]["word"]) == ("serious", "Serious")
    # the sixth has a Jaccard mean of 0.41, and six are more than the five asked for
    assert found[0]["code"] == "unstable"
    assert found[0]["segments"] == [6]
    assert "above_target" in {one["code"] for one in found}
    page = Report(summary).html()
    assert f"<b>Serious</b> <span>{found[0]['text']}</span>" in page


def test_nothing_found_is_one_sentence(sample):
    profiles = sample.profiles()
    solid = replace(
        profiles,
        segments=tuple(replace(one, stability=0.9) for one in profiles.segments),
    )
    clean = lint_segmentation(solid, treated_alike=())
    data = sample.summary(profiles=solid, lint=clean)
    assert data["lint"]["findings"] == []
    assert data["lint"]["clean"] == (
        "Nothing speaks against building on these segments."
    )
    assert data["lint"]["clean"] in Report(data).html()
    assert data["lint"]["clean"] in Report(data).markdown()


def test_those_who_spend_most_are_one_paragraph(summary):
    top = summary["sizes"]["top"]
    # 20 of 2,000 have 1,000,000 each, 1,980 have 10,000: 20 m of 39.8 m
    assert top.startswith("The 1% who spend most are 20 customers. They bring in 50%")
    assert "\n" not in top
    assert top in Report(summary).html()


def test_fewer_than_ten_who_spend_most_are_not_told_of(sample):
    profiles = sample.profiles()
    table, numbers = sample.customers(profiles)
    few = find_top_customers(profiles, table, numbers, share=0.002)
    assert sample.summary(top_customers=few)["sizes"]["top"] is None
    assert sample.summary(top_customers=None)["sizes"]["top"] is None


def test_what_they_spend_is_in_the_currency_of_the_report(sample):
    assert "€" in sample.summary(currency="EUR")["sizes"]["top"]


def test_a_renamed_segment_tells_its_former_name(sample):
    renamed = rename_segments(sample.profiles(), {1: "Our $best$"})
    data = sample.summary(profiles=renamed)
    formerly = [card["formerly"] for card in data["segments"]["cards"]]
    assert formerly == ["Formerly “Champions”.", *[None] * 5]
    page = Report(data).html()
    assert page.count('<p class="formerly">') == 1
    assert "Formerly “Champions”." in Report(data).markdown()


def test_the_card_says_how_to_reach_them_and_what_to_measure(summary):
    play = summary["segments"]["cards"][0]["play"]
    # no habit leads, so nothing is said of channel and time
    assert [one["key"] for one in play] == ["message", "frequency", "measure"]
    assert [one["label"] for one in play] == [
        "Message", "How often", "What to measure",
    ]  # fmt: skip
    assert all(one["text"] for one in play)


def test_the_card_follows_a_companys_plays(sample, tmp_path):
    file = tmp_path / "plays.toml"
    texts = {
        "goal": "Be friends.", "offer": "Tea & cake.", "message": "Come by.",
        "avoid": "No hurry.", "channel": "By letter.",
    }  # fmt: skip
    lines = [f'{part} = "{text}"' for part, text in texts.items()]
    file.write_text("\n".join(["[champions.en]", *lines]), "utf-8")
    profiles = sample.profiles()
    book = make_playbook(profiles, file=file)
    data = sample.summary(profiles=profiles, playbook=book)
    card = data["segments"]["cards"][0]
    assert card["action"] == "Tea & cake."
    assert "By letter." in [one["text"] for one in card["play"]]
    assert "Tea &amp; cake." in Report(data).html()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rulebook_is_one_sentence_where_there_is_one(sample, language):
    profiles = sample.profiles()
    assert sample.summary(language)["segments"]["rulebook"] is None
    book = RuleBook({1: profiles.segments[0].rule}, 0.88, 0.05, {1: 0.7})
    data = sample.summary(language, profiles=replace(profiles, rulebook=book))
    assert "88" in data["segments"]["rulebook"]
    assert data["segments"]["rulebook"] in Report(data).html()
    said = " ".join(data["segments"]["rulebook"].split())
    assert said in Report(data).markdown()

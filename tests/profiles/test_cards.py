"""Cards hold what is worth having at hand, and show themselves without any markup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autoseg.features import Feature, FeatureTable
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.profiles import describe, make_cards, profile_segments, stability_text

if TYPE_CHECKING:
    import numpy as np

MakeTable = Callable[..., FeatureTable]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_says_what_the_description_says(
    language: str, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    profiles = profile_segments(*planted, stability=[0.9, 0.8, 0.7, 0.3])
    texts, cards = describe(profiles, language), make_cards(profiles, language)
    assert [card.number for card in cards] == [1, 2, 3, 4]
    for text, card in zip(texts, cards, strict=True):
        assert (card.key, card.name, card.short) == (text.key, text.name, text.short)
        assert card.sentences == text.sentences
        assert card.claims == text.claims[:3]
        assert (card.rule, card.goal, card.action) == (
            text.rule,
            text.goal,
            text.action,
        )
        assert card.size_text == "60"
        assert card.share_text in text.sentences[1]
        assert card.revenue_text in text.sentences[1]
        assert card.revenue_share_text in text.sentences[1]


def test_the_badge_is_the_word_and_the_number(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    profiles = profile_segments(*planted, stability=[0.9, 0.8, 0.7, 0.3])
    badges = {card.stability for card in make_cards(profiles)}
    assert badges == {
        "Stability: Solid (0.90)",
        "Stability: Reliable (0.80)",
        "Stability: Tentative (0.70)",
        "Stability: Unstable (0.30)",
    }
    assert make_cards(profile_segments(*planted))[0].stability is None
    assert stability_text(0.9, load_catalogue("nb")) == "Solid (0,90)"


def test_a_card_shows_itself(planted: tuple[FeatureTable, np.ndarray]) -> None:
    card = make_cards(profile_segments(*planted, stability=[0.9] * 4))[0]
    lines = str(card).splitlines()
    assert lines[0] == "1. Champions"
    assert lines[1:5] == list(card.sentences)
    assert lines[5:8] == [f"• {claim}" for claim in card.claims]
    assert lines[8:10] == [card.rule, card.stability]
    html = card._repr_html_()
    assert html.startswith("<article")
    assert html.endswith("</article>")
    assert html.count("<li>") == 3


def test_html_escapes_names_from_the_data(make_table: MakeTable) -> None:
    table = make_table({"frequency": [9.0] * 20 + [1.0] * 20})
    label = "<script>alert(1)</script> & co"
    own = Feature(
        name="points", block="own", unit="count", meaning="", sql="", label=label
    )
    frame = table.frame.assign(points=[50.0] * 20 + [1.0] * 20)
    table = replace(table, frame=frame, features=(*table.features, own))
    cards = make_cards(profile_segments(table, [0] * 20 + [1] * 20))
    shown = "".join(card._repr_html_() for card in cards)
    assert label in "".join(claim for card in cards for claim in card.claims)
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_customers_have_a_card_without_figures(
    language: str, make_table: MakeTable
) -> None:
    table = make_table({"frequency": [30.0] * 5 + [1.0] * 20})
    profiles = profile_segments(table, [0] * 5 + [1] * 20, stability=[0.9, 0.9])
    small, beside = make_cards(profiles, language)
    withheld = load_catalogue(language).texts["profiles.card.withheld"]
    assert (small.size_text, beside.size_text) == ("<10", withheld)
    assert (small.claims, small.rule, small.stability) == ((), None, None)
    assert "&lt;10" not in small._repr_html_()
    for card in (small, beside):
        figures = (card.share_text, card.revenue_text, card.revenue_share_text)
        assert figures == (withheld,) * 3
        assert "20" not in f"{card.short} {' '.join(card.sentences)}"


def test_a_share_of_nothing_is_not_shown(make_table: MakeTable) -> None:
    table = make_table({"frequency": [9.0] * 20 + [1.0] * 20}, revenue=[0] * 40)
    cards = make_cards(profile_segments(table, [0] * 20 + [1] * 20))
    assert {card.revenue_share_text for card in cards} == {"not shown"}
    assert cards[0].short.startswith("They make up 50% of customers; ")

"""One term for one thing: the texts of each language keep to its glossary."""

from __future__ import annotations

import re

import pytest

from autoseg.locales import LANGUAGES, load_catalogue

PARTS = ("term", "meaning", "avoid")
SHARED_WITH_REPORT = ("segment", "median", "stability")
# what a thing is called where its term stands in a sentence of the room
SAID_IN = {
    "revenue": "profiles.worth.full",
    "average_order_value": "profiles.worth.full",
    "customer": "profiles.hidden.small",
    "segment": "profiles.who.one",
    "median": "features.median_order_value.name",
    "share": "features.return_share.name",
    "discount": "features.discount_share.name",
    "channel": "features.top_channel_share.name",
    "event": "features.event_count.name",
    "stability": "profiles.card.stability",
    "order": "features.units.orders.one",
    "product": "features.distinct_products.name",
    "margin": "features.margin_share.name",
    "purchase": "features.recency_days.name",
    "return": "features.return_share.meaning",
}


def glossary(language: str) -> dict[str, str]:
    prefix = "glossary."
    return {
        key.removeprefix(prefix): text
        for key, text in load_catalogue(language).texts.items()
        if key.startswith(prefix)
    }


def avoided(language: str) -> list[str]:
    return [
        word
        for key, text in glossary(language).items()
        if key.endswith(".avoid")
        for word in text.split("; ")
    ]


def said(word: str, text: str) -> bool:
    """Return whether a word begins another in a text, however it is inflected."""
    return re.search(rf"(?i)(?<!\w){re.escape(word)}", text) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_thing_has_a_term_a_meaning_and_words_to_avoid(language: str) -> None:
    known = glossary(language)
    things = {key.split(".")[0] for key in glossary("en")}
    assert set(SAID_IN) <= things
    assert {f"{thing}.{part}" for thing in things for part in PARTS} == set(known)
    for key, text in known.items():
        if key.endswith(".meaning"):
            assert text[0].isupper(), key
            assert text.endswith("."), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_meanings_are_written_in_each_language(language: str) -> None:
    english, other = glossary("en"), glossary(language)
    for key, text in other.items():
        assert key.endswith(".term") or text != english[key], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_uses_a_word_that_the_glossary_avoids(language: str) -> None:
    words = avoided(language)
    assert len(words) > 20
    for key, text in load_catalogue(language).texts.items():
        if not key.startswith("glossary."):
            found = [word for word in words if said(word, text)]
            assert not found, f"{key}: {found} in {text!r}"


def test_an_avoided_word_would_be_found() -> None:
    assert said("client", "5 Clients have bought")
    assert not said("client", "an e-mailclient")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("thing", SAID_IN)
def test_the_term_stands_where_the_thing_is_spoken_of(
    language: str, thing: str
) -> None:
    term = glossary(language)[f"{thing}.term"]
    text = load_catalogue(language).texts[SAID_IN[thing]]
    # the last letter may fall when a word is inflected, and a compound may follow
    stem = term[:-1] if len(term) > 4 else term
    assert stem.lower() in text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("thing", SHARED_WITH_REPORT)
def test_the_report_explains_words_in_the_same_words(language: str, thing: str) -> None:
    texts, known = load_catalogue(language).texts, glossary(language)
    assert texts[f"report.glossary.{thing}"].lower() == known[f"{thing}.term"]
    assert texts[f"report.glossary.{thing}_text"] == known[f"{thing}.meaning"]

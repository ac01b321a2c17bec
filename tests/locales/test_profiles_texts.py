"""The words about segments: the same keys and fields in four languages."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.profiles.levels import PATTERNS, VOCABULARY
from autoseg.profiles.naming import ARCHETYPES, QUALIFIERS

ROOMS = sorted(
    entry.name
    for entry in (files("autoseg.locales") / "en").iterdir()
    if entry.name.endswith(".toml")
)
OURS = ("features", "journey", "lint", "playbook", "profiles")
# a pattern without words, and a word that two languages share
SAME_AS_ENGLISH = {
    "profiles.name.qualified",
    "profiles.name.numbered",
    "profiles.rule.exactly",
    "profiles.rule.phrase.frequency",
    "lint.line",
    "profiles.short.one",
    "profiles.short.none",
    "features.patterns.attribute.name",
    "features.patterns.attribute_level.name",
    "features.patterns.own.name",
    "features.units.orders.one",
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def texts(language: str) -> dict[str, str]:
    return dict(load_catalogue(language).texts)


def whole_keys(known: dict[str, str]) -> set[str]:
    """Return the keys, those of plural forms without the form."""
    levels = {f"profiles.claims.{name}.{level}" for name, level in sayable()}
    forms = {key.rsplit(".", 1)[0] for key in known if key.endswith(".other")}
    split = {f"{one}.{form}" for one in forms & levels for form in ("one", "other")}
    return set(known) - split | forms


def sayable() -> set[tuple[str, str]]:
    every = {**VOCABULARY, **PATTERNS}
    return {(name, level) for name, levels in every.items() for level in levels}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_room(language: str) -> None:
    folder = files("autoseg.locales") / language
    assert sorted(e.name for e in folder.iterdir() if e.name.endswith(".toml")) == ROOMS


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_keys_and_fields_are_those_of_english(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert sorted(english) == sorted(other)
    for key, text in english.items():
        # a language may leave a count out of the form for one
        if not key.endswith(".one"):
            assert fields(text) == fields(other[key]), key


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_words_about_segments_are_translated(language: str) -> None:
    english, other = texts("en"), texts(language)
    mine = [key for key in english if key.split(".")[0] in OURS]
    same = {key for key in mine if english[key] == other[key]}
    assert same <= SAME_AS_ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_said_has_words(language: str) -> None:
    known = texts(language)
    levels = {f"{name}.{level}" for name, all_ in VOCABULARY.items() for level in all_}
    assert {f"profiles.claims.{level}" for level in levels} <= whole_keys(known)
    assert {f"features.{name}.name" for name in VOCABULARY} <= set(known)
    assert {f"profiles.qualifiers.{one}" for one in QUALIFIERS.values()} <= set(known)
    for archetype in (*(one.key for one in ARCHETYPES), "average", "grow"):
        assert archetype == "grow" or f"profiles.names.{archetype}" in known


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_said_by_no_level(language: str) -> None:
    known = texts(language)
    levels = {f"{name}.{level}" for name, all_ in VOCABULARY.items() for level in all_}
    levels |= {f"{name}.{level}" for name, all_ in PATTERNS.items() for level in all_}
    levels |= {"compared"}
    prefix = "profiles.claims."
    keys = whole_keys(known)
    said = {key.removeprefix(prefix) for key in keys if key.startswith(prefix)}
    assert said == levels


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_have_words_for_features_that_rules_may_speak_of(language: str) -> None:
    for kind in ("phrase", "own_words"):
        prefix = f"profiles.rule.{kind}."
        keys = [key for key in texts(language) if key.startswith(prefix)]
        names = {key.removeprefix(prefix).split(".")[0] for key in keys}
        assert names
        assert names <= set(VOCABULARY) | set(PATTERNS)
        for key in keys:
            wanted = {"bound"} if kind == "phrase" else {"value"}
            assert wanted <= fields(texts(language)[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_hold_no_stray_space(language: str) -> None:
    folder = files("autoseg.locales") / language
    for room in (f"{one}.toml" for one in OURS):
        content = (folder / room).read_text(encoding="utf-8")
        tomllib.loads(content)
        assert "  " not in content
    for key, text in texts(language).items():
        assert text == text.strip(), key
